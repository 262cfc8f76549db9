"""The tables of what is taken out of the register: exports on their way, and what of each invoice the other tables have not."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from storage.catalogue.column_types import UtcTime
from storage.catalogue.tables import ROW_ID, metadata

invoice_details = Table(
    "invoice_details",
    metadata,
    Column("id", ROW_ID, ForeignKey("invoices.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("details", Text, nullable=False),
)
"""Remarks and line items of an invoice as JSON, see `details`; apart from `invoices`, whose rows stay short. What was indexed before there
was this table has no row: it is in the archive."""

exports = Table(
    "exports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("departments", Text),
    Column("wish", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("outcome", Text),
    Column("holder", Text),
    Column("lease_until", UtcTime),
    Index(None, "state", "created_at"),
    Index(None, "owner", "created_at"),
    Index(None, "expires_at"),
)
"""Work that passes, like `batches`: it is in no archive, and a rebuild leaves it. `departments`: JSON, whose invoices it is made of, null
for all; `wish` and `outcome` as JSON; `holder` makes it until `lease_until`, and then it is anybody's."""
