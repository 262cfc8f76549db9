"""Whose a document is: the departments that handed it in, and an invoice's rows for each of them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """What is indexed already is nobody's in particular: no program before this one knew of departments."""
    op.create_table(
        "arrivals",
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document", "department", name="pk_arrivals"),
        sa.ForeignKeyConstraint(["document"], ["documents.digest"], name="fk_arrivals_document", ondelete="CASCADE"),
    )
    op.create_index("ix_arrivals_department_received_at_document", "arrivals", ["department", "received_at", "document"])
    op.add_column("documents", sa.Column("department", sa.Text))
    op.add_column("invoices", sa.Column("department", sa.Text))
    op.add_column("invoices", sa.Column("contradicted_within", sa.Integer, nullable=False, server_default="0"))
    op.add_column("access_batches", sa.Column("department", sa.Text))
    theirs = sa.text("department IS NOT NULL")
    op.create_index("ix_invoices_department_id", "invoices", ["department", "id"], sqlite_where=theirs, postgresql_where=theirs)


def downgrade() -> None:
    """An older program shows every document to whoever may read; the archive still knows whose each is."""
    op.execute("DELETE FROM invoices WHERE position > 1000000")
    op.drop_index("ix_invoices_department_id", "invoices")
    op.drop_table("arrivals")
    for table, column in (
        ("access_batches", "department"),
        ("invoices", "contradicted_within"),
        ("invoices", "department"),
        ("documents", "department"),
    ):
        op.drop_column(table, column)
