"""Fields of one classified page: which part of which face is asked for what."""

from dataclasses import dataclass

from models.invoice import InvoiceKind
from ocr_service.evidence import ClassifiedPage, ExtractedInvoice
from ocr_service.faces.bands import bands
from ocr_service.faces.face import Face
from ocr_service.faces.identity import identity
from ocr_service.faces.parties import parties
from ocr_service.faces.remainder import copy_name, people, plate, remarks
from ocr_service.faces.roll import roll_items, roll_parties, roll_totals
from ocr_service.faces.table import items
from ocr_service.faces.totals import totals

_VAT_FORM = frozenset(
    {
        InvoiceKind.VAT_SPECIAL,
        InvoiceKind.VAT_GENERAL,
        InvoiceKind.VAT_ELECTRONIC_SPECIAL,
        InvoiceKind.VAT_ELECTRONIC_GENERAL,
        InvoiceKind.TOLL_ELECTRONIC,
        InvoiceKind.DIGITAL_SPECIAL,
        InvoiceKind.DIGITAL_GENERAL,
    }
)


@dataclass(frozen=True, slots=True)
class ExtractionStage:
    """Collects every witness's word for every field; it believes nobody yet."""

    name: str = "extraction"

    def run(self, value: ClassifiedPage) -> ExtractedInvoice:
        """Extract one invoice."""
        face = Face.of(value.page)
        if value.kind in _VAT_FORM:
            return _vat_form(value, face)
        if value.kind is InvoiceKind.VAT_ROLL:
            fields = identity(face, value.kind) | roll_parties(face) | roll_totals(face) | people(face) | copy_name(face)
            return ExtractedInvoice(value, fields, roll_items(face))
        # Other kinds: only what stands behind a label of its own.
        labelled = {key: found for key, found in identity(face, value.kind).items() if key == "issue_date" or face.labels(key)}
        return ExtractedInvoice(value, labelled | roll_totals(face) | people(face), ())


def _vat_form(value: ClassifiedPage, face: Face) -> ExtractedInvoice:
    layout = bands(face)
    fields = identity(face, value.kind) | parties(face, layout, value.kind) | totals(face, layout) | people(face)
    seller = fields.get("seller_tax_id", ())
    seller_tax_id = (seller[0].value or "") if seller else ""
    fields |= remarks(face, layout, seller_tax_id=seller_tax_id, digital=value.kind.is_digital)
    if value.kind in {InvoiceKind.VAT_SPECIAL, InvoiceKind.VAT_GENERAL}:
        fields |= copy_name(face)
    if value.kind is InvoiceKind.TOLL_ELECTRONIC:
        fields |= plate(face)
    return ExtractedInvoice(value, fields, items(face, layout))
