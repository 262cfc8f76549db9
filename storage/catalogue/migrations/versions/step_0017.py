"""How far a login has come, and which code of a second factor was taken last."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Whoever is logged in has shown all that was asked for."""
    op.add_column("access_sessions", sa.Column("stage", sa.Text, nullable=False, server_default="complete"))
    op.create_table(
        "access_steps",
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("user_name", name="pk_access_steps"),
    )


def downgrade() -> None:
    """An older program knows no half-way logins: they are over, lest it take them for complete."""
    op.execute("DELETE FROM access_sessions WHERE stage != 'complete'")
    op.drop_table("access_steps")
    op.drop_column("access_sessions", "stage")
