"""What was destroyed after its time, by number."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Nothing has been destroyed before this."""
    op.create_table(
        "tombstones",
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("number", sa.Text),
        sa.Column("number_key", sa.Text),
        sa.Column("issued_on", sa.Text),
        sa.Column("list_id", sa.Text, nullable=False),
        sa.Column("destroyed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("document", "position", name="pk_tombstones"),
    )
    op.create_index("ix_tombstones_number_key", "tombstones", ["number_key"])
    op.create_index("ix_tombstones_destroyed_at", "tombstones", ["destroyed_at"])


def downgrade() -> None:
    """The tombstones themselves stay in the archive."""
    op.drop_table("tombstones")
