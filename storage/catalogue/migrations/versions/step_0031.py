"""Few invoices of a kind or a verdict, or that two files hold, are looked up where the register is asked for them."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_COLUMNS = ("kind", "verdict")


def upgrade() -> None:
    """Nothing but indexes."""
    for column in _COLUMNS:
        op.create_index(f"ix_invoices_{column}_id", "invoices", [column, "id"])
    marked = sa.text("doubled_within != 0")
    op.create_index("ix_invoices_doubled_within", "invoices", ["id"], sqlite_where=marked, postgresql_where=marked)


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_invoices_doubled_within", "invoices")
    for column in _COLUMNS:
        op.drop_index(f"ix_invoices_{column}_id", "invoices")
