"""What the register does not show of invoices and is taken out with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from models.clues import InvoiceSummary
from storage.catalogue.chunks import chunks
from storage.catalogue.database import Database
from storage.catalogue.details import Details
from storage.catalogue.export_tables import invoice_details
from storage.catalogue.invoice_rows import id_of
from storage.catalogue.tables import invoices

_DETAILS: Select[Any] = (
    select(invoices.c.document, invoices.c.position, invoice_details.c.details)
    .select_from(invoices.join(invoice_details, invoice_details.c.id == invoices.c.id))
    .where(invoices.c.document.in_(bindparam("digests", expanding=True)))
)
"""Rows of several departments that handed in the same bytes say the same."""


def details_of(database: Database, wanted: Sequence[InvoiceSummary]) -> Mapping[str, Details]:
    """The details of some hundred invoices by their ids; those that were indexed before details were kept are not there.

    Whoever asks was shown the invoices: their details are no others than those of the documents.
    """
    ids = {summary.id for summary in wanted}
    found: dict[str, Details] = {}
    with database.reading() as connection:
        for chunk in chunks({summary.document.hex for summary in wanted}):
            for row in connection.execute(_DETAILS, {"digests": chunk}):
                name = id_of(row)
                if name in ids and name not in found:
                    found[name] = Details.read(row.details)
    return found
