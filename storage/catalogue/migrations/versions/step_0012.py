"""How far the checks of the archive have come, whose turn it is, and what the last ones said."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Nothing has been checked yet; what earlier audits said lies in the archive."""
    op.create_table(
        "check_state",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("holder", sa.Text),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("round", sa.Text),
        sa.Column("last_audit", sa.Text),
        sa.Column("last_sound_at", sa.BigInteger),
        sa.Column("last_drill", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_check_state"),
    )
    op.execute("INSERT INTO check_state (id) VALUES (1)")


def downgrade() -> None:
    """The next check begins anew."""
    op.drop_table("check_state")
