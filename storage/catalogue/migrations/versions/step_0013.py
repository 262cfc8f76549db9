"""Whose upload a batch is, for those who see only their own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Batches from before are nobody's: whoever may read invoices sees them as ever."""
    op.create_table(
        "access_batches",
        sa.Column("batch", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("batch", name="pk_access_batches"),
    )


def downgrade() -> None:
    """Whoever knows a batch's name sees it."""
    op.drop_table("access_batches")
