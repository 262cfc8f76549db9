"""Who may come in: people and keys as an index over the archive's records, and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nobody knows yet whether anybody has a login: the archive's records are taken in first."""
    op.create_table(
        "access_users",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_access_users"),
    )
    op.create_table(
        "access_keys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("last_used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_access_keys"),
        sa.UniqueConstraint("secret_hash", name="uq_access_keys_secret_hash"),
    )
    op.create_table(
        "access_sessions",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_access_sessions"),
    )
    for column in ("user_name", "expires_at"):
        op.create_index(f"ix_access_sessions_{column}", "access_sessions", [column])
    with op.batch_alter_table("index_state") as table:
        table.add_column(sa.Column("logins", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """An older program lets everybody in who reaches it."""
    op.drop_column("index_state", "logins")
    for table in ("access_sessions", "access_keys", "access_users"):
        op.drop_table(table)
