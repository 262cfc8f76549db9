"""What an engine would make of `examples/scan-01.jpg`: fields with their places, so that pages have something real to show."""

from dataclasses import replace
from pathlib import Path

from models.document import Scan, TextLine
from models.geometry import Polygon
from models.invoice import FieldStatus, Invoice, InvoiceField, InvoiceKind, LineItem, Witness
from models.reading import Engine, Reading
from models.verification import Check, Outcome, Verdict

SCAN = Path(__file__).parents[2] / "examples" / "scan-01.jpg"
CODE, NUMBER, TOTAL = "4200174130", "63462197", "3972.87"
SELLER, BUYER = "望江镇试印文具有限公司", "望江镇演示装饰工程（中国）有限公司"

_P, _R = FieldStatus.PROVED, FieldStatus.READ
_PRINT, _TWICE, _DIGIT, _SUM, _WORDS = Witness.PRINTED, Witness.SECOND_PRINT, Witness.CHECK_DIGIT, Witness.ARITHMETIC, Witness.WORDS

_FIELDS: dict[str, tuple[str, tuple[int, int, int, int], FieldStatus, tuple[Witness, ...]]] = {
    "invoice_code": (CODE, (236, 82, 408, 112), _P, (_PRINT, _TWICE)),
    "invoice_number": (NUMBER, (942, 64, 1094, 98), _P, (_PRINT, _TWICE)),
    "issue_date": ("2018-10-02", (1030, 134, 1166, 158), _R, (_PRINT,)),
    "buyer_name": (BUYER, (298, 190, 606, 216), _R, (_PRINT,)),
    "buyer_tax_id": ("91440199684729782P", (298, 222, 536, 248), _P, (_PRINT, _DIGIT)),
    "buyer_address_phone": ("望江镇虚构区样本路49号 0000-5557728", (298, 252, 616, 278), _R, (_PRINT,)),
    "buyer_bank_account": ("示例银行望江镇支行 000013770295136042", (300, 282, 634, 310), _R, (_PRINT,)),
    "seller_name": (SELLER, (308, 598, 508, 624), _R, (_PRINT,)),
    "seller_tax_id": ("9142019961183870XW", (308, 626, 546, 652), _P, (_PRINT, _DIGIT)),
    "tax_exclusive_amount": ("3596.29", (914, 510, 1000, 534), _P, (_PRINT, _SUM)),
    "tax_amount": ("376.58", (1144, 506, 1220, 530), _P, (_PRINT, _SUM)),
    "tax_inclusive_amount": (TOTAL, (1024, 546, 1116, 572), _P, (_PRINT, _SUM, _WORDS)),
    "tax_inclusive_amount_in_words": ("叁仟玖佰柒拾贰圆捌角柒分", (474, 554, 752, 584), _P, (_PRINT, _WORDS)),
    "payee": ("周样", (236, 732, 276, 754), _R, (_PRINT,)),
    "reviewer": ("朱例", (468, 726, 508, 748), _R, (_PRINT,)),
    "drawer": ("孙示例", (750, 718, 812, 742), _R, (_PRINT,)),
    "remarks": ("出库单号：30986594969", (798, 588, 976, 612), _R, (_PRINT,)),
}

_ITEMS = (
    LineItem("*供电*电费", None, "千瓦时", "5.73", "0.76963351", "4.41", "16%", "0.71"),
    LineItem("*印刷品*示例图书：发票识别原理与应用（第2版）", None, "本", "33", "100.42", "3313.86", "10%", "331.39"),
    LineItem("*金属制品*不锈钢螺栓", "M10×45", "千克", "56.97", "4.88011234", "278.02", "16%", "44.48"),
)

_CHECKS = (
    Check("number_witnesses_agree", Outcome.PASS, ("invoice_number",), NUMBER, NUMBER),
    Check("total_is_amount_plus_tax", Outcome.PASS, ("tax_inclusive_amount",), TOTAL, TOTAL),
    Check("total_matches_words", Outcome.PASS, ("tax_inclusive_amount",), TOTAL, TOTAL),
    Check("lines_sum_to_amount", Outcome.PASS, ("tax_exclusive_amount",), "3596.29", "3596.29"),
    Check("qr_checksum", Outcome.NOT_APPLICABLE, ()),
)


def example_invoice() -> Invoice:
    """The invoice on the scan; its date has one witness only, so it needs a review."""
    fields = {key: _field(*values) for key, values in _FIELDS.items()}
    lines = tuple(TextLine(field.raw, field.confidence, field.polygon) for field in fields.values() if field.polygon is not None)
    outline = Polygon.of([[0, 0], [1343, 0], [1343, 806], [0, 806]])
    kind = InvoiceKind.VAT_SPECIAL
    return Invoice(kind, "湖北增值税专用发票", 1, outline, fields, _ITEMS, _CHECKS, Verdict.NEEDS_REVIEW, lines)


def proved_invoice() -> Invoice:
    """The same with a second witness for the date: accepted."""
    invoice = example_invoice()
    issued = replace(invoice.fields["issue_date"], status=FieldStatus.PROVED, witnesses=(Witness.PRINTED, Witness.QR))
    return replace(invoice, fields={**invoice.fields, "issue_date": issued}, verdict=Verdict.ACCEPTED)


def reading_of(scan: Scan, *invoices: Invoice) -> Reading:
    """A reading of any scan that found these invoices."""
    engine = Engine("scripted", "1", {"detection": "none", "recognition": "none"})
    return Reading(replace(scan.document, pages=1), invoices, engine, {"reading": 812.0})


def unread(scan: Scan) -> Reading:
    """A reading of any scan on which something stands, and no invoice was found."""
    outline = Polygon.of([[0, 0], [100, 0], [100, 100], [0, 100]])
    return reading_of(scan, Invoice(InvoiceKind.OTHER, "", 1, outline, {}, (), (), Verdict.UNREAD, ()))


def _field(value: str, box: tuple[int, int, int, int], status: FieldStatus, witnesses: tuple[Witness, ...]) -> InvoiceField:
    left, top, right, bottom = box
    # The scan stands a little askew: lines rise by about two pixels in a hundred.
    rise = (right - left) * 0.02
    polygon = Polygon.of([[left, top + rise], [right, top], [right, bottom - rise], [left, bottom]])
    return InvoiceField(value, value, 0.98, 1, polygon, status, witnesses)
