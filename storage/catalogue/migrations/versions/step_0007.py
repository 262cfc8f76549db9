"""An index says of which archive it is one, and whether it was seen to differ from that archive; traditional characters are kept as
simplified ones from now on."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.normal_form import simplified

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """One row, which belongs to no archive yet."""
    state = op.create_table(
        "index_state",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("archive_id", sa.Text),
        sa.Column("behind", sa.Integer, nullable=False, server_default="0"),
        sa.Column("ahead", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_index_state"),
    )
    op.bulk_insert(state, [{"id": 1}])
    _have_traditional_ones_indexed_anew()


def _have_traditional_ones_indexed_anew() -> None:
    """Forget which version of such a document is indexed: the comparison with the archive takes it in again, and says so until then."""
    connection = op.get_bind()
    texts = sa.text("SELECT document, text FROM invoices JOIN invoice_texts ON invoice_texts.id = invoices.id")
    rows = connection.execute(texts, execution_options={"stream_results": True})
    outdated = sorted({row.document for row in rows if simplified(row.text) != row.text})
    for digest in outdated:
        connection.execute(sa.text("UPDATE documents SET version = 0 WHERE digest = :digest"), {"digest": digest})
    if outdated:
        connection.execute(sa.text("UPDATE index_state SET behind = 1"))


def downgrade() -> None:
    """Take every index for the archive's own again."""
    op.drop_table("index_state")
