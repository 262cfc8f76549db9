"""Invoices that somebody took out of the lists."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """None was: no program before this one knew how."""
    op.add_column("invoices", sa.Column("withdrawn", sa.Integer, nullable=False, server_default="0"))
    withdrawn = sa.text("withdrawn != 0")
    op.create_index("ix_invoices_withdrawn", "invoices", ["id"], sqlite_where=withdrawn, postgresql_where=withdrawn)


def downgrade() -> None:
    """An older program lists them; the archive still knows that they were withdrawn."""
    op.drop_index("ix_invoices_withdrawn", "invoices")
    op.drop_column("invoices", "withdrawn")
