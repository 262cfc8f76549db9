"""What the page of one invoice shows, worked out before the template sees it."""

from dataclasses import dataclass

from models.errors import Busy, FieldNotFound, RefusedInput
from models.invoice import FIELD_KEYS, Invoice, InvoiceField
from ocr_service.opened import PagePicture
from ocr_service.service import ArchiveService


def page_picture(service: ArchiveService, name: str) -> PagePicture | None:
    """The picture of an invoice's page, None when it cannot be shown, or not now: all else that is known of it can."""
    try:
        return service.preview(name)
    except (FieldNotFound, RefusedInput, Busy):
        return None


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field with its place; `outline` is its polygon as SVG points, None when it has no place on the shown page."""

    key: str
    field: InvoiceField
    outline: str | None


def field_rows(invoice: Invoice) -> tuple[FieldRow, ...]:
    """The fields in the order in which people expect to read them."""
    present = [key for key in FIELD_KEYS if key in invoice.fields]
    return tuple(FieldRow(key, invoice.fields[key], _outline(invoice, invoice.fields[key])) for key in present)


def _outline(invoice: Invoice, field: InvoiceField) -> str | None:
    if field.polygon is None or field.page != invoice.page:
        return None
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in field.polygon.points)
