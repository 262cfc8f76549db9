"""Of the activity log: how far it is indexed, its entries by document, and the documents of which it says that they came in."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Nothing of the log is indexed yet: whoever asks for it first reads it from its beginning."""
    position = op.create_table(
        "log_position",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Integer),
        sa.Column("digest", sa.Text),
    )
    op.bulk_insert(position, [{"id": 1, "block": 0, "day": None, "digest": None}])
    op.create_table(
        "log_entries",
        sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("document", sa.Text),
        sa.Column("details", sa.Text, nullable=False),
    )
    op.create_index("ix_log_entries_document_block_place", "log_entries", ["document", "block", "place"])
    op.create_table("logged_documents", sa.Column("digest", sa.Text, primary_key=True))


def downgrade() -> None:
    """The log itself lies in the archive."""
    for table in ("logged_documents", "log_entries", "log_position"):
        op.drop_table(table)
