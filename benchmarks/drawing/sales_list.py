"""An invoice whose lines do not fit: its one line refers to a list (销货清单) on a page of its own."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from benchmarks.drawing.document import Drawn, Page
from benchmarks.drawing.face import sheet_of_invoice
from benchmarks.drawing.grid import Grid, Label, Rows, Value
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.invoice import DrawnInvoice, invent
from benchmarks.drawing.paper import Machine, Setting, mark
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.prints import ITEM_CELLS
from benchmarks.drawing.table import DrawnItem, goods_line

REFERENCE = "（详见销货清单）"
_FORM: Colour = (40, 40, 46)
_WIDTHS = (10.0, 46.0, 24.0, 10.0, 18.0, 26.0, 24.0, 12.0, 20.0)
_HEADINGS = ("序号", "货物（劳务）名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")


def draw_sales_list(rng: np.random.Generator, seed: int, place: int, dpi: int) -> Drawn:
    """Draw the invoice and its list, two pages."""
    kind = ("vat_special", "vat_general", "vat_electronic_general")[place % 3]
    base = invent(kind, int(rng.integers(0, 2**31)), lines=1)
    items = _goods(rng, base, int(rng.integers(9, 26)))
    amount, tax = sum((item.amount for item in items), Decimal(0)), sum((item.tax or Decimal(0) for item in items), Decimal(0))
    line = DrawnItem(REFERENCE, amount, items[0].tax_rate, tax)
    invoice = replace(base, items=(line,))
    setting = Setting(pick(rng, (0, 24)), float(rng.uniform(-1.5, 1.5)), float(rng.uniform(-1, 1)))
    front = sheet_of_invoice(invoice, dpi, (float(rng.uniform(-8, 4)), 0.0), float(rng.uniform(0.5, 0.8)), setting)
    back = _list(rng, dpi, invoice, items)
    # the reference is no item: the list's lines stand in its place
    kept = tuple(replace(one, key=None, value=None) if (one.key or "").startswith("items.") else one for one in front.prints)
    truth = invoice.truth | {"items": [item.truth for item in items]}
    codes = () if invoice.qr_payload is None else (invoice.qr_payload,)
    pages = (Page(front.finish(), kept, codes), Page(back.finish(), tuple(back.prints)))
    return Drawn("sales_list", kind, seed, place, dpi, pages, (truth,))


def _goods(rng: np.random.Generator, invoice: DrawnInvoice, count: int) -> tuple[DrawnItem, ...]:
    """Lines of one tax rate, which the invoice's one line repeats."""
    lines: list[DrawnItem] = []
    while len(lines) < count:
        line = goods_line(rng, invoice.kind, invoice.issue_date, small=False, taxation="ordinary")
        if not lines or line.tax_rate == lines[0].tax_rate:
            lines.append(line)
    return tuple(lines)


def _list(rng: np.random.Generator, dpi: int, invoice: DrawnInvoice, items: tuple[DrawnItem, ...]) -> Sheet:
    sheet = Sheet(210, 297, dpi)
    title = pick(rng, ("销货清单", "销售货物或者提供应税劳务、服务清单"))
    sheet.text(105, 20, title, 6.0, _FORM, face="song", align="m", weight=0.06)
    head = (
        (10, 32, f"购买方名称：{invoice.buyer.name}", "buyer_name", invoice.buyer.name),
        (10, 38, f"销售方名称：{invoice.seller.name}", "seller_name", invoice.seller.name),
        (10, 44, f"所属{invoice.title.removeprefix(invoice.title[:2])}代码：{invoice.code}", "invoice_code", invoice.code),
        (104, 44, f"号码：{invoice.number}", "invoice_number", invoice.number),
        (164, 44, "共 1 页 第 1 页", None, None),
    )
    for x, y, text, key, value in head:
        sheet.text(x, y, text, 3.3, _FORM, key=key, value=value)
    form = Rows(Grid(sheet, Machine(sheet, BLACK), 10, _FORM, 3.0, "song"), 48)
    form.row(7, *(Label(text, width) for text, width in zip(_HEADINGS, _WIDTHS, strict=True)))
    for place, item in enumerate(items):
        tax = f"{item.tax:.2f}"
        texts = (item.name, item.specification, item.unit, item.quantity, item.unit_price, f"{item.amount:.2f}", item.tax_rate, tax)
        cells = [Value(f"{place + 1}", _WIDTHS[0], size=2.8)]
        cells += [
            Value(text, width, f"items.{place}.{cell}", size=2.8) for text, width, cell in zip(texts, _WIDTHS[1:], ITEM_CELLS, strict=True)
        ]
        form.row(7.2, *cells)
    amount, tax_text = f"{invoice.amount:.2f}", f"{invoice.tax:.2f}"
    for label in ("小计", "总计"):
        total = (
            Label(label, sum(_WIDTHS[:6])),
            Value(f"¥{amount}", _WIDTHS[6], "tax_exclusive_amount", amount, 2.8),
            Value(None, _WIDTHS[7]),
            Value(f"¥{tax_text}", _WIDTHS[8], "tax_amount", tax_text, 2.8),
        )
        form.row(7, *total)
    form.row(9, Label("备注", _WIDTHS[0]), Value(None, sum(_WIDTHS[1:])))
    sheet.text(12, form.y + 8, "销售方（章）：", 3.3, _FORM)
    sheet.text(
        150, form.y + 8, f"填开日期：{invoice.issue_date:%Y年%m月%d日}", 3.3, _FORM, key="issue_date", value=invoice.issue_date.isoformat()
    )
    sheet.text(12, 288, "注：本清单一式两联：第一联，销售方留存；第二联，销售方送交购买方。", 2.8, _FORM)
    sheet.company_seal(60, form.y + 6, invoice.seller.name, invoice.seller.tax_id, float(rng.uniform(-8, 8)), float(rng.uniform(0.3, 0.6)))
    mark(sheet)
    return sheet
