"""The few invoices that several files hold are found by an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """They are marked already."""
    marked = sa.text("doubled != 0")
    op.create_index("ix_invoices_doubled", "invoices", ["id"], sqlite_where=marked, postgresql_where=marked)


def downgrade() -> None:
    """An older program looks through all of them."""
    op.drop_index("ix_invoices_doubled", "invoices")
