"""The tables of records that change, and what features find theirs by; `tables` has all others.

Rows of a feature's own table go with the row of `histories`, which an index that is made anew fills again.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from storage.catalogue.column_types import Day, UtcTime
from storage.catalogue.tables import metadata

histories = Table(
    "histories",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("prefix", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("department", Text),
    Column("body", Text, nullable=False),
    Index(None, "prefix", "at"),
)
"""The newest version of each record that changes; `body` is JSON, with `attachments` and `previous` beside what the record says."""

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("subject", Text, ForeignKey("histories.subject", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("taken_in", Integer, nullable=False),
)
"""Which version of a reconciliation has its lines in `reconciliation_lines`; the lines themselves lie in the archive."""

reconciliation_lines = Table(
    "reconciliation_lines",
    metadata,
    Column("subject", Text, ForeignKey("reconciliations.subject", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("main", Text, nullable=False),
    Column("also", Text, nullable=False),
    Column("identity", Text, index=True),
    Column("number", Text, index=True),
    Column("seller", Text),
    Column("day", Day),
    Column("total_cents", BigInteger),
    Column("selected", Integer),
    Column("booked", Integer),
    Column("voucher", Text),
    Column("state", Text),
    Column("risk", Text),
    Column("wire", Text, nullable=False),
    Index(None, "subject", "main", "place"),
    Index(None, "total_cents", "day"),
)
"""One line of a reconciliation each, `wire` as JSON. `identity` as `models.reconciliation.identity_of` says; `number` is the last eight
digits of it; `also` has the further classes between commas."""

papers = Table(
    "papers",
    metadata,
    Column("subject", Text, ForeignKey("histories.subject", ondelete="CASCADE"), primary_key=True),
    Column("document", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("box", Text, nullable=False),
    Column("due", Day),
    Index(None, "document"),
    Index(None, "box"),
    Index(None, "state", "due"),
)
"""Where the papers of invoices stand: a row for each history below `papers/`; `due` is when one that is lent should be back."""
