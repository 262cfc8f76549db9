"""The newest version of each record that changes: loss cases, papers, reconciliations, settings."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.column_types import UtcTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Archives from before have none."""
    op.create_table(
        "histories",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_histories"),
    )
    op.create_index("ix_histories_prefix_at", "histories", ["prefix", "at"])


def downgrade() -> None:
    """They lie in the archive."""
    op.drop_table("histories")
