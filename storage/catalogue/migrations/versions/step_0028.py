"""What programs elsewhere are told: the outbox of webhooks."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.column_types import UtcTime

revision = "0028"
down_revision = "0027"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Nobody is told of what lies before."""
    op.create_table(
        "happenings",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_happenings"),
        sa.UniqueConstraint("key", name="uq_happenings_key"),
        sqlite_autoincrement=True,
    )
    cursor = op.create_table(
        "webhook_cursor",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("looked_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_cursor"),
    )
    op.bulk_insert(cursor, [{"id": 1, "block": 0, "place": 0}])
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_before", UtcTime, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("lease_until", UtcTime),
        sa.Column("ended_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_messages"),
    )
    op.create_index("ix_webhook_messages_endpoint_state_not_before", "webhook_messages", ["endpoint", "state", "not_before"])
    op.create_index("ix_webhook_messages_endpoint_made_at", "webhook_messages", ["endpoint", "made_at"])
    op.create_table(
        "webhook_attempts",
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("message", "number", name="pk_webhook_attempts"),
        sa.ForeignKeyConstraint(["message"], ["webhook_messages.id"], name="fk_webhook_attempts_message", ondelete="CASCADE"),
    )
    op.create_index("ix_webhook_attempts_endpoint_at", "webhook_attempts", ["endpoint", "at"])


def downgrade() -> None:
    """An older program tells nobody."""
    for table in ("webhook_attempts", "webhook_messages", "webhook_cursor", "happenings"):
        op.drop_table(table)
