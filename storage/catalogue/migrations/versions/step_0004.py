"""What a queue must know to tell how long it takes, and what a sender is told of each file."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Tries of each document, the beginning of each try, the last readings and how long they took; an index for lost jobs."""
    op.add_column("documents", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("claimed_at", sa.BigInteger))
    op.create_index("ix_jobs_attempt", "jobs", ["attempt"])
    op.create_table(
        "finished_jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_finished_jobs"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Nothing is told of tries and times any more."""
    op.drop_table("finished_jobs")
    op.drop_index("ix_jobs_attempt", "jobs")
    op.drop_column("jobs", "claimed_at")
    op.drop_column("documents", "attempts")
