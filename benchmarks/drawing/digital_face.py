"""The face of fully digital invoices: one 20-digit number, buyer and seller side by side, no cipher area."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.drawing.digital_service import Column, Service
from benchmarks.drawing.inventory import REGIONS
from benchmarks.drawing.invoice import DrawnInvoice, DrawnItem, Party
from benchmarks.drawing.pen import BLACK, GREY, Colour, Sheet
from benchmarks.drawing.prints import ITEM_CELLS
from benchmarks.drawing.vat_face import SAMPLE_MARK

WIDTH, HEIGHT = 210.0, 140.0
_FORM: Colour = (128, 22, 22)
_LEFT, _RIGHT = 5.2, 204.6
_BAND, _TABLE, _WORDS, _REMARKS, _END = 31.0, 53.0, 97.6, 105.2, 125.4
_MIDDLE = 105.2

_COLUMNS: tuple[Column, ...] = (
    ("项目名称", 6.0, "l", 24.0, 38.0, "name"),
    ("规格型号", 54.5, "m", 54.5, 18.0, "specification"),
    ("单 位", 71.0, "m", 71.0, 11.0, "unit"),
    ("数 量", 93.0, "r", 88.0, 15.0, "quantity"),
    ("单 价", 122.0, "r", 114.0, 28.0, "unit_price"),
    ("金 额", 147.0, "r", 142.0, 23.0, "amount"),
    ("税率/征收率", 164.0, "m", 164.0, 20.0, "tax_rate"),
    ("税 额", 203.8, "r", 198.0, 24.0, "tax_amount"),
)


@dataclass(frozen=True)
class Leaf:
    """One of several pages of an invoice: which of how many, and the lines on it, the first of them counted from 0."""

    page: int
    of: int
    first: int
    items: tuple[DrawnItem, ...]

    @property
    def is_last(self) -> bool:
        """Whether the totals stand here."""
        return self.page == self.of


def draw_digital(invoice: DrawnInvoice, dpi: int, leaf: Leaf | None = None, service: Service | None = None) -> Sheet:
    """Draw a sheet of 210 by 140 mm; a leaf of several sums up its own lines, and only the last has the totals.

    `service` is what a particular trade adds.
    """
    sheet = Sheet(WIDTH, HEIGHT, dpi)
    if invoice.qr_payload:
        sheet.qr(7, 6.5, 19.5, invoice.qr_payload)
    sheet.text(WIDTH / 2, 10.4, invoice.title, 6.2, _FORM, face="kai", align="m", spacing=0.4)
    length = sheet.width_of(invoice.title, 6.2, "kai", 0.4)
    for y in (17.4, 18.5):
        sheet.line(WIDTH / 2 - length / 2 + 6, y, WIDTH / 2 + length / 2 - 6, y, _FORM, 0.3)
    sheet.supervisory_seal(WIDTH / 2, 20.0, REGIONS[invoice.region])
    for y, label, text, key, value in (
        (13.8, "发票号码：", invoice.number, "invoice_number", None),
        (19.8, "开票日期：", f"{invoice.issue_date:%Y年%m月%d日}", "issue_date", invoice.issue_date.isoformat()),
    ):
        sheet.text(152, y, label, 3.2, _FORM, face="kai")
        sheet.text(168.5, y, text, 3.2, BLACK, key=key, value=value)
    _rules(sheet, service.columns if service and service.columns else _COLUMNS)
    _party(sheet, "buyer", _LEFT, invoice.buyer)
    _party(sheet, "seller", _MIDDLE, invoice.seller)
    if leaf is None:
        _items(sheet, invoice.items, 0, _WORDS - _TABLE - 11, service)
    else:
        sheet.text(152, 25.4, f"共{leaf.of}页 第{leaf.page}页", 3.0, _FORM, face="kai")
        _items(sheet, leaf.items, leaf.first, _WORDS - _TABLE - 16, service)
        _subtotals(sheet, leaf)
    if service:
        sheet.text(30, 12, service.name, 3.6, _FORM, face="kai", fit=36)
        if service.headings:
            _second_table(sheet, service)
    if leaf is None or leaf.is_last:
        _totals(sheet, invoice)
    sheet.column(_LEFT + 3.1, _REMARKS + 3, _END - 3, "备注", 3.2, _FORM)
    for place, row in enumerate(sheet.wrap(invoice.remarks or "", 3.0, _RIGHT - _LEFT - 9)):
        sheet.text(_LEFT + 7.2, _REMARKS + 2.6 + 3.6 * place, row, 3.0, BLACK, key="remarks", value=invoice.remarks)
    sheet.text(20, 131.5, "开票人：", 3.2, _FORM, face="kai")
    sheet.text(33.5, 131.5, invoice.drawer, 3.2, BLACK, key="drawer")
    sheet.column(207.2, 33, 53, "下载次数：1", 2.6, GREY)
    sheet.text(WIDTH / 2, HEIGHT - 2.4, SAMPLE_MARK, 2.4, GREY, align="m")
    return sheet


def _rules(sheet: Sheet, columns: Sequence[Column]) -> None:
    for y in (_BAND, _TABLE, _WORDS, _REMARKS, _END):
        sheet.line(_LEFT, y, _RIGHT, y, _FORM, 0.3)
    for x in (_LEFT, _RIGHT):
        sheet.line(x, _BAND, x, _END, _FORM, 0.3)
    for x in (_LEFT + 6.2, _MIDDLE, _MIDDLE + 6.2):
        sheet.line(x, _BAND, x, _TABLE, _FORM, 0.3)
    sheet.line(56.6, _WORDS, 56.6, _REMARKS, _FORM, 0.3)
    sheet.line(_LEFT + 6.2, _REMARKS, _LEFT + 6.2, _END, _FORM, 0.3)
    for heading, _, _, middle, _, _ in columns:
        sheet.text(middle, _TABLE + 2.6, heading, 3.2, _FORM, face="kai", align="m")


def _party(sheet: Sheet, role: str, left: float, party: Party) -> None:
    label = {"buyer": "购买方信息", "seller": "销售方信息"}[role]
    sheet.column(left + 3.1, _BAND + 1.5, _TABLE - 1.5, label, 3.2, _FORM)
    x = left + 7.2
    sheet.text(x, 37.0, "名称：", 3.2, _FORM, face="kai")
    sheet.text(x + 10, 37.0, party.name, 3.2, BLACK, fit=76, key=f"{role}_name")
    tax_label = "统一社会信用代码/纳税人识别号："
    sheet.text(x, 46.8, tax_label, 3.1, _FORM, face="kai", fit=46)
    sheet.text(x + 46.3, 46.8, party.tax_id, 3.6, BLACK, spacing=0.2, fit=45, key=f"{role}_tax_id")


def _items(sheet: Sheet, items: Sequence[DrawnItem], first: int, room: float, service: Service | None) -> None:
    wrapped, squeeze = sheet.squeezed([item.name for item in items], 3.0, _COLUMNS[0][4], (4.3, 3.7), room)
    size = 3.0 * squeeze
    y = _TABLE + 7.0
    columns = service.columns if service and service.columns else _COLUMNS
    for place, (item, names) in enumerate(zip(items, wrapped, strict=True), first):
        known = item.truth | (service.cells[place] if service and service.cells else {}) | {"name": names[0]}
        for _, x, align, _, widest, cell in columns:
            key = f"items.{place}.{cell}" if cell in ITEM_CELLS else None
            shown = item.name if cell == "name" else known[cell]
            sheet.text(x, y, known[cell], size, BLACK, align=align, fit=widest, key=key, value=shown)
        for more in names[1:]:
            y += 3.7 * squeeze
            sheet.text(_COLUMNS[0][1], y, more, size, BLACK, key=f"items.{place}.name", value=item.name)
        y += 4.3 * squeeze


def _second_table(sheet: Sheet, service: Service) -> None:
    """What a trade must tell besides, in columns of even width."""
    width = (_RIGHT - _LEFT) / len(service.headings)
    for place, heading in enumerate(service.headings):
        middle = _LEFT + width * (place + 0.5)
        sheet.text(middle, _TABLE + 21, heading, 3.0, _FORM, face="kai", align="m")
        for step, row in enumerate(service.rows):
            sheet.text(middle, _TABLE + 26 + 4.3 * step, row[place], 3.0, BLACK, align="m", fit=width - 1)


def _subtotals(sheet: Sheet, leaf: Leaf) -> None:
    y = _WORDS - 7.4
    sheet.spread(21, 41, y, "小计", 3.2, _FORM)
    sheet.text(147, y, f"¥{sum(item.amount for item in leaf.items):.2f}", 3.2, BLACK, align="r")
    sheet.text(203.8, y, f"¥{sum(item.tax or 0 for item in leaf.items):.2f}", 3.2, BLACK, align="r")


def _totals(sheet: Sheet, invoice: DrawnInvoice) -> None:
    y = _WORDS - 2.8
    tax = "***" if invoice.tax is None else f"¥{invoice.tax:.2f}"
    sheet.spread(21, 41, y, "合计", 3.2, _FORM)
    amount, total = f"{invoice.amount:.2f}", f"{invoice.total:.2f}"
    sheet.text(147, y, f"¥{amount}", 3.3, BLACK, align="r", key="tax_exclusive_amount", value=amount)
    sheet.text(203.8, y, tax, 3.3, BLACK, align="r", key="tax_amount", value=tax.removeprefix("¥"))
    y = (_WORDS + _REMARKS) / 2
    sheet.text(30, y, "价税合计（大写）", 3.3, _FORM, face="kai", align="m")
    sheet.crossed_circle(60.6, y, 1.8, BLACK)
    sheet.text(64.5, y, invoice.total_in_words, 3.6, BLACK, fit=78, key="tax_inclusive_amount_in_words")
    sheet.text(143, y, "（小写）", 3.3, _FORM, face="kai")
    sheet.text(156.5, y, f"¥{total}", 3.6, BLACK, key="tax_inclusive_amount", value=total)
