"""What another department's people said of a document before one's own handed it in: it stands, but not who said it, when or why."""

from dataclasses import replace
from datetime import datetime

from models.correction import Correction
from models.invoice import Invoice
from models.reading import Reading
from models.verification import Check

SOMEBODY = "—"


def veiled(reading: Reading, since: datetime) -> Reading:
    """The reading as it is shown to a department that handed the document in at this time."""
    invoices = tuple(_invoice(invoice, since) for invoice in reading.invoices)
    return replace(reading, invoices=invoices, corrections=tuple(_correction(said, since) for said in reading.corrections))


def _invoice(invoice: Invoice, since: datetime) -> Invoice:
    return replace(invoice, checks=tuple(_check(check, since) for check in invoice.checks))


def _check(check: Check, since: datetime) -> Check:
    if check.override is None or check.override.at >= since:
        return check
    return replace(check, override=replace(check.override, by=SOMEBODY, at=since, reason=""))


def _correction(said: Correction, since: datetime) -> Correction:
    return said if said.at >= since else replace(said, by=SOMEBODY, at=since, reason="")
