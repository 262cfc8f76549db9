"""Fields of one classified page: which part of which face is asked for what."""

from dataclasses import dataclass, replace

from models.invoice import InvoiceKind
from ocr_service.evidence import Candidate, ClassifiedPage, ExtractedInvoice
from ocr_service.faces.bands import SIGNATURES, Bands, bands, framed, levelled, signatures
from ocr_service.faces.face import Face
from ocr_service.faces.identity import identity
from ocr_service.faces.parties import parties
from ocr_service.faces.registration import registered
from ocr_service.faces.remainder import copy_name, people, people_of_a_digital_face, remarks
from ocr_service.faces.roll import outside_the_items, roll_items, roll_parties, roll_totals, within_the_strip
from ocr_service.faces.table import items
from ocr_service.faces.toll import passage
from ocr_service.faces.totals import totals
from ocr_service.kinds.description import KindDescription, Layout
from ocr_service.kinds.extent import cut_sides
from ocr_service.kinds.factory_code import factory_candidates
from ocr_service.kinds.gathering import gather
from ocr_service.kinds.line_table import line_items
from ocr_service.kinds.registry import describe


@dataclass(frozen=True, slots=True)
class ExtractionStage:
    """Collects every witness's word for every field; it believes nobody yet."""

    name: str = "extraction"

    def run(self, value: ClassifiedPage) -> ExtractedInvoice:
        """Extract one invoice."""
        face, description = Face.of(value.page), describe(value.kind)
        return replace(_extracted(value, face, description), cut_at=cut_sides(value.page, face, description.extent))


def _extracted(value: ClassifiedPage, face: Face, description: KindDescription) -> ExtractedInvoice:
    if description.layout is Layout.VAT_FORM:
        return _vat_form(value, registered(levelled(face)))
    if description.layout is Layout.ROLL:
        face = within_the_strip(face)
        outside = outside_the_items(face)
        fields = identity(outside, value.kind) | roll_parties(outside) | roll_totals(outside) | people(outside) | copy_name(outside)
        return ExtractedInvoice(value, fields, roll_items(face))
    fields = gather(value.page, description)
    for key, candidate in factory_candidates(value.page.qr_codes).items():
        fields[key] = (*fields.get(key, ()), candidate)
    return ExtractedInvoice(value, fields, line_items(face) if description.has_table else ())


def _signers(face: Face, layout: Bands, kind: InvoiceKind) -> dict[str, tuple[Candidate, ...]]:
    """Below the amounts: on paper those who sign in the last row."""
    total = layout.total or 0.0
    if kind.is_digital:
        return people_of_a_digital_face(face, total)
    foot = signatures(face, total, *SIGNATURES)
    return people(face, total) if foot is None else people(face, foot - face.line_height)


def _vat_form(value: ClassifiedPage, face: Face) -> ExtractedInvoice:
    layout = bands(face)
    inside = framed(face, layout)
    fields = identity(face, value.kind) | totals(face, layout) | parties(inside, layout, value.kind) | _signers(inside, layout, value.kind)
    tax_id, name = (next((found.value or "" for found in fields.get(key, ())), "") for key in ("seller_tax_id", "seller_name"))
    fields |= remarks(inside, layout, seller_tax_id=tax_id, seller_name=name, digital=value.kind.is_digital)
    if value.kind in {InvoiceKind.VAT_SPECIAL, InvoiceKind.VAT_GENERAL}:
        fields |= copy_name(face)
    if value.kind is InvoiceKind.TOLL_ELECTRONIC or "passage_from" in layout.columns:
        fields |= passage(face, layout)
    fields |= gather(value.page, describe(value.kind))
    return ExtractedInvoice(value, fields, items(inside, layout), print_offset=face.offset)
