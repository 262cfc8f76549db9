"""The tables of cases of lost invoices. They belong to the same metadata as all others."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from storage.catalogue.column_types import Day
from storage.catalogue.tables import metadata

loss_cases = Table(
    "loss_cases",
    metadata,
    Column("subject", Text, ForeignKey("histories.subject", ondelete="CASCADE"), primary_key=True),
    Column("is_open", Integer, nullable=False),
    Column("is_linked", Integer, nullable=False),
    Column("number_key", Text, nullable=False, index=True),
    Column("code_key", Text, nullable=False),
    Column("total_cents", BigInteger),
    Column("day", Day),
    Column("due", Day),
    Index(None, "is_open", "due"),
    Index(None, "total_cents", "day"),
)
"""Cases of lost invoices by what was told of the invoice (in the forms of `invoices`; an empty text or null where nothing was), and by the
nearest term that was open when the version was written. `is_linked`: an archived invoice is known, or proposed, to be the lost one."""

loss_documents = Table(
    "loss_documents",
    metadata,
    Column("subject", Text, ForeignKey("loss_cases.subject", ondelete="CASCADE"), primary_key=True),
    Column("document", Text, primary_key=True, index=True),
)
"""What of the archive a case rests on: the lost invoice's scan, replacements, proofs."""
