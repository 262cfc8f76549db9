"""The table of who looked at the day, and when."""

from sqlalchemy import Column, Table, Text

from storage.catalogue.column_types import UtcTime
from storage.catalogue.tables import metadata

visits = Table(
    "visits",
    metadata,
    Column("person", Text, primary_key=True),
    Column("seen_at", UtcTime, nullable=False),
    Column("previous_at", UtcTime),
)
"""When somebody looked at the day last, and when they did so the time before that, null for never."""
