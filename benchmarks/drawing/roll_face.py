"""The face of the roll invoice: a narrow till slip of stacked labels."""

from benchmarks.drawing.inventory import REGIONS
from benchmarks.drawing.invoice import DrawnInvoice
from benchmarks.drawing.paper import Machine, Setting
from benchmarks.drawing.pen import BLACK, GREY, Colour, Sheet
from benchmarks.drawing.vat_face import SAMPLE_MARK

WIDTH, HEIGHT = 76.0, 177.8
_FORM: Colour = (146, 84, 52)
_LEFT, _VALUES, _RIGHT = 5.0, 24.5, 71.0

_PLAIN = Setting()


def draw_roll(invoice: DrawnInvoice, dpi: int, seal_shift: tuple[float, float], seal_strength: float, setting: Setting = _PLAIN) -> Sheet:
    """Draw a slip of 76 by 177.8 mm."""
    sheet = Sheet(WIDTH, HEIGHT, dpi, (250, 250, 247))
    machine = Machine.of(sheet, BLACK, setting)
    title = f"{invoice.title}（卷票）"
    sheet.text(WIDTH / 2, 6.5, title, 5.0, _FORM, face="kai", align="m", fit=62)
    sheet.text(WIDTH / 2, 25.4, invoice.copy_name, 4.2, _FORM, face="kai", align="m", spacing=3, key="copy_name")
    sheet.supervisory_seal(WIDTH / 2, 15.0, REGIONS[invoice.region])
    y = 31.5
    for label, value, size, key in (
        ("发票代码", invoice.code, 4.2, "invoice_code"),
        ("发票号码", invoice.number, 4.2, "invoice_number"),
        ("机打号码", invoice.number, 3.2, "invoice_number"),
        ("机器编号", invoice.machine_number, 3.2, "machine_number"),
        ("销售方名称", invoice.seller.name, 3.2, "seller_name"),
        ("纳税人识别号", invoice.seller.tax_id, 3.2, "seller_tax_id"),
        ("开票日期", invoice.issue_date.isoformat(), 3.2, "issue_date"),
        ("收款员", invoice.payee, 3.2, "payee"),
        ("购买方名称", invoice.buyer.name, 3.2, "buyer_name"),
        ("纳税人识别号", invoice.buyer.tax_id, 3.2, "buyer_tax_id"),
    ):
        sheet.text(_LEFT, y, label, 3.1, _FORM, face="kai")
        for row in sheet.wrap(value or "", size, _RIGHT - _VALUES):
            machine.put(_VALUES, y, row, size, key, value=value)
            y += 5.0
    _items(sheet, machine, invoice, y + 1)
    sheet.text(_LEFT, 140, "合计金额(小写)", 3.1, _FORM, face="kai")
    machine.put(29, 140, f"¥{invoice.total:.2f}", 3.6, "tax_inclusive_amount", value=f"{invoice.total:.2f}")
    sheet.text(_LEFT, 146, "合计金额(大写)", 3.1, _FORM, face="kai")
    machine.put(29, 146, invoice.total_in_words, 3.4, "tax_inclusive_amount_in_words", fit=_RIGHT - 29)
    sheet.text(_LEFT, 152, "校验码", 3.1, _FORM, face="kai")
    machine.put(_VALUES - 8, 152, invoice.check_code, 3.2, "check_code")
    if invoice.qr_payload:
        sheet.qr(6, 155.5, 17, invoice.qr_payload)
    sheet.company_seal(50 + seal_shift[0], 126 + seal_shift[1], invoice.seller.name, invoice.seller.tax_id, -6.0, seal_strength)
    sheet.text(WIDTH / 2, HEIGHT - 2.4, SAMPLE_MARK, 2.4, GREY, align="m")
    return sheet


def _items(sheet: Sheet, machine: Machine, invoice: DrawnInvoice, y: float) -> None:
    sheet.text(_LEFT, y, "项目", 3.1, _FORM, face="kai")
    for x, heading in ((38.0, "单价"), (52.0, "数量"), (_RIGHT, "金额")):
        sheet.text(x, y, heading, 3.1, _FORM, face="kai", align="r")
    for place, item in enumerate(invoice.items):
        y += 5.0
        machine.put(_LEFT, y, item.name, 3.2, f"items.{place}.name")
        cells = ((38.0, item.unit_price, "unit_price"), (52.0, item.quantity, "quantity"), (_RIGHT, f"{item.amount:.2f}", "amount"))
        for x, value, key in cells:
            machine.put(x, y, value, 3.2, f"items.{place}.{key}", align="r")
