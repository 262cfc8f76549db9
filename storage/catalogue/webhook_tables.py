"""The tables of what programs elsewhere are told: the outbox of webhooks.

None of them is made anew from the archive: what waits to be sent is told once, and a lost outbox begins again with the last days of the
log, under the same ids.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from storage.catalogue.column_types import UtcTime
from storage.catalogue.tables import ROW_ID, metadata

happenings = Table(
    "happenings",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)
"""What happened and is not told yet, as far as the log does not say it: written in the transaction in which it happened."""

webhook_cursor = Table(
    "webhook_cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("block", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("looked_at", UtcTime),
)
"""One row: the last entry of the log of which everybody was told, block 0 where nobody is told anything; and when terms and old messages
were last looked at."""

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcTime, nullable=False),
    Column("holder", Text),
    Column("lease_until", UtcTime),
    Column("ended_at", UtcTime),
    Index(None, "endpoint", "state", "not_before"),
    Index(None, "endpoint", "made_at"),
)
"""`id` is the `webhook-id`; `body` the JSON that is sent, byte for byte."""

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("message", Text, ForeignKey("webhook_messages.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("endpoint", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("milliseconds", Integer, nullable=False),
    Index(None, "endpoint", "at"),
)
"""Each try: the status that was answered, or why there was none."""
