"""What the page of one invoice shows, worked out before the template sees it."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.errors import FieldNotFound
from models.invoice import FIELD_KEYS, FieldStatus, Invoice, InvoiceField
from models.verification import Check, Outcome, Verdict
from ocr_service.service import ArchiveService
from ocr_service.stages.picture import PagePicture


def page_picture(service: ArchiveService, name: str) -> PagePicture | None:
    """The picture of an invoice's page, None for a file that has none (OFD, XML)."""
    try:
        return service.preview(name)
    except FieldNotFound:
        return None


_TRUSTED = (FieldStatus.PROVED, FieldStatus.REPAIRED, FieldStatus.CORRECTED)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field with its place; `outline` is its polygon as SVG points, None when it has no place on the shown page."""

    key: str
    field: InvoiceField
    outline: str | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason for a review: a failed check, or a key field that is not proved (`status` None when it is not there at all)."""

    check: Check | None = None
    key: str | None = None
    status: FieldStatus | None = None


def field_rows(invoice: Invoice) -> tuple[FieldRow, ...]:
    """The fields in the order in which people expect to read them."""
    present = [key for key in FIELD_KEYS if key in invoice.fields]
    return tuple(FieldRow(key, invoice.fields[key], _outline(invoice, invoice.fields[key])) for key in present)


def doubts(invoice: Invoice) -> tuple[Doubt, ...]:
    """Why an invoice needs a look; empty when it was accepted."""
    return () if invoice.verdict is Verdict.ACCEPTED else tuple(_doubts(invoice))


def _doubts(invoice: Invoice) -> Iterator[Doubt]:
    for check in invoice.checks:
        if check.outcome is Outcome.FAIL:
            yield Doubt(check=check)
    identity = ("invoice_number",) if invoice.kind.is_digital else ("invoice_code", "invoice_number")
    for key in (*identity, "issue_date", "tax_inclusive_amount"):
        field = invoice.fields.get(key)
        if field is None or field.status not in _TRUSTED:
            yield Doubt(key=key, status=None if field is None else field.status)


def _outline(invoice: Invoice, field: InvoiceField) -> str | None:
    if field.polygon is None or field.page != invoice.page:
        return None
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in field.polygon.points)
