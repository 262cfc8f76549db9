"""Every kind of paper as a perfect engine would hand it to the proof, and faults that witnesses bring into it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from benchmarks.drawing.drawn_set import drawn
from models.digest import Digest
from models.document import DocumentRef, MediaType, QrCode, RecognizedPage, TextLine
from models.embedded import EmbeddedInvoice
from models.geometry import Box, Polygon, Transform
from models.invoice import Candidate, Invoice, InvoiceKind, LineItem, Witness
from models.qr_payload import crc16, parse_qr_payload
from models.reading import Engine, Reading
from models.reading_json import reading_from_bytes, reading_to_bytes
from ocr_service.evidence import ExtractedInvoice, Side
from ocr_service.stages.verification import VerificationStage
from tests.support.described import extracted

TODAY = date(2026, 11, 30)
VERIFICATION = VerificationStage(today=lambda: TODAY)

Fault = Callable[[ExtractedInvoice], ExtractedInvoice]


@cache
def evidence_of(kind: str, seed: int = 3) -> ExtractedInvoice:
    """What extraction makes of one drawn paper of a kind, its lines read without a fault."""
    paper = drawn(kind, seed, 0, dpi=60)
    width, height = paper.image.size
    lines = tuple(TextLine(one.text, 0.99, Polygon(one.polygon)) for one in paper.prints if one.text.strip())
    codes = tuple(QrCode(text, Polygon.rectangle(Box(2, 2, 40, 40))) for text in paper.qr_payloads)
    outline = Polygon.rectangle(Box(0, 0, width, height))
    return extracted(RecognizedPage(1, outline, lines, codes, Transform(), width, height))


def a_reading(*invoices: Invoice) -> Reading:
    """These invoices as one document has them."""
    document = DocumentRef(Digest.of(b"a drawn paper"), "a.png", MediaType.PNG, 13, 1)
    return Reading(document, invoices, Engine("none", "1", {}), {})


def archived(reading: Reading) -> Reading:
    """The reading as the archive gives it back."""
    return reading_from_bytes(reading_to_bytes(reading))


def _with_candidates(found: ExtractedInvoice, changed: Mapping[str, tuple[Candidate, ...]]) -> ExtractedInvoice:
    return replace(found, candidates={**found.candidates, **changed})


def another_value(key: str, value: str) -> Fault:
    """A field that was read as something else, in every way that the engine read it."""

    def fault(found: ExtractedInvoice) -> ExtractedInvoice:
        old = found.candidates.get(key, ()) or (Candidate(value, value, 0.99, None, Witness.PRINTED),)
        return _with_candidates(found, {key: tuple(replace(entry, value=value, raw=value) for entry in old)})

    return fault


def another_print(key: str, value: str) -> Fault:
    """A second print of a field that says something else."""

    def fault(found: ExtractedInvoice) -> ExtractedInvoice:
        second = Candidate(value, value, 0.99, Polygon.rectangle(Box(5, 5, 60, 15)), Witness.SECOND_PRINT)
        first = found.candidates.get(key, ()) or (Candidate("1" * len(value), "1" * len(value), 0.99, None, Witness.PRINTED),)
        return _with_candidates(found, {key: (*first, second)})

    return fault


def another_code(*, signed: bool) -> Fault:
    """The QR code of another invoice, with its checksum or with a wrong one."""
    text = "01,01,3100203130,99998888,1.00,20201118,,"
    checksum = f"{crc16(text.encode()):04X}" if signed else "0000"
    payload = parse_qr_payload(text + checksum)

    def fault(found: ExtractedInvoice) -> ExtractedInvoice:
        return replace(found, classified=replace(found.classified, qr=payload))

    return fault


def other_data(found: ExtractedInvoice) -> ExtractedInvoice:
    """Data of the file's own that name another number and another total."""
    data = EmbeddedInvoice(None, "", {"invoice_number": "99998888", "tax_inclusive_amount": "1.00"}, (), "invoice.xml")
    said = {key: Candidate(value, value, 1.0, None, Witness.EMBEDDED) for key, value in data.fields.items()}
    with_data = _with_candidates(found, {key: (*found.candidates.get(key, ()), entry) for key, entry in said.items()})
    return replace(with_data, classified=replace(with_data.classified, embedded=data))


def another_kind(found: ExtractedInvoice) -> ExtractedInvoice:
    """A title and a code that name different kinds."""
    own = found.classified.kind
    other = InvoiceKind.TAXI if own is not InvoiceKind.TAXI else InvoiceKind.VAT_SPECIAL
    return replace(found, classified=replace(found.classified, kind_votes={"title": own, "code": other}))


def other_rows(found: ExtractedInvoice) -> ExtractedInvoice:
    """Rows that add up to nothing that is printed."""
    row = LineItem("*文具*中性笔", None, "支", "2", "1.50", "9.00", "19%", "9.90")
    return replace(found, items=(row, row))


def cut_off(found: ExtractedInvoice) -> ExtractedInvoice:
    """A face that goes on beyond its picture, in a file that lists a page which it does not hold."""
    return replace(found, cut_at=(Side.LEFT,), classified=replace(found.classified, missing=("第 2 页 page 2", "附件 attachment LIST.XML")))


FAULTS: Mapping[str, Fault] = {
    "a cut face": cut_off,
    "another kind": another_kind,
    "another invoice's code": another_code(signed=True),
    "a wrong checksum": another_code(signed=False),
    "other data in the file": other_data,
    "other rows": other_rows,
    **{
        f"another {key}": another_value(key, value)
        for key, value in {
            "invoice_code": "9900993130",
            "invoice_number": "12345678901234567890",
            "issue_date": "2031-01-02",
            "seller_tax_id": "91310199651717240X",
            "buyer_tax_id": "91310199651717240X",
            "tax_exclusive_amount": "77.00",
            "tax_amount": "8.88",
            "tax_inclusive_amount": "123456.78",
            "vin": "LSVAA49J132047371",
        }.items()
    },
    **{
        f"a second {key}": another_print(key, value)
        for key, value in {
            "invoice_code": "990099313012",
            "invoice_number": "99998888",
            "ticket_number": "9998888777",
            "issue_date": "2001-01-02",
            "check_code": "9" * 20,
        }.items()
    },
}
