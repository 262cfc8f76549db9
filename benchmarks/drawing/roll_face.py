"""The face of the roll invoice: a narrow till slip of stacked labels."""

from PIL import Image

from benchmarks.drawing.inventory import REGIONS
from benchmarks.drawing.invoice import DrawnInvoice
from benchmarks.drawing.pen import BLACK, GREY, Colour, Sheet
from benchmarks.drawing.vat_face import SAMPLE_MARK

WIDTH, HEIGHT = 76.0, 177.8
_FORM: Colour = (146, 84, 52)
_LEFT, _VALUES, _RIGHT = 5.0, 24.5, 71.0


def draw_roll(invoice: DrawnInvoice, dpi: int, seal_shift: tuple[float, float], seal_strength: float) -> Image.Image:
    """Draw a slip of 76 by 177.8 mm."""
    sheet = Sheet(WIDTH, HEIGHT, dpi, (250, 250, 247))
    title = f"{invoice.title}（卷票）"
    sheet.text(WIDTH / 2, 6.5, title, 5.0, _FORM, face="kai", align="m", fit=62)
    sheet.text(WIDTH / 2, 25.4, invoice.copy_name, 4.2, _FORM, face="kai", align="m", spacing=3)
    sheet.supervisory_seal(WIDTH / 2, 15.0, REGIONS[invoice.region])
    y = 31.5
    for label, value, size in (
        ("发票代码", invoice.code, 4.2),
        ("发票号码", invoice.number, 4.2),
        ("机打号码", invoice.number, 3.2),
        ("机器编号", invoice.machine_number, 3.2),
        ("销售方名称", invoice.seller.name, 3.2),
        ("纳税人识别号", invoice.seller.tax_id, 3.2),
        ("开票日期", invoice.issue_date.isoformat(), 3.2),
        ("收款员", invoice.payee, 3.2),
        ("购买方名称", invoice.buyer.name, 3.2),
        ("纳税人识别号", invoice.buyer.tax_id, 3.2),
    ):
        sheet.text(_LEFT, y, label, 3.1, _FORM, face="kai")
        for row in sheet.wrap(value or "", size, _RIGHT - _VALUES):
            sheet.text(_VALUES, y, row, size, BLACK)
            y += 5.0
    y = _items(sheet, invoice, y + 1)
    sheet.text(_LEFT, 140, "合计金额(小写)", 3.1, _FORM, face="kai")
    sheet.text(29, 140, f"¥{invoice.total:.2f}", 3.6, BLACK)
    sheet.text(_LEFT, 146, "合计金额(大写)", 3.1, _FORM, face="kai")
    sheet.text(29, 146, invoice.total_in_words, 3.4, BLACK, fit=_RIGHT - 29)
    sheet.text(_LEFT, 152, "校验码", 3.1, _FORM, face="kai")
    sheet.text(_VALUES - 8, 152, invoice.check_code, 3.2, BLACK)
    if invoice.qr_payload:
        sheet.qr(6, 155.5, 17, invoice.qr_payload)
    sheet.company_seal(50 + seal_shift[0], 126 + seal_shift[1], invoice.seller.name, invoice.seller.tax_id, -6.0, seal_strength)
    sheet.text(WIDTH / 2, HEIGHT - 2.4, SAMPLE_MARK, 2.4, GREY, align="m")
    return sheet.finish()


def _items(sheet: Sheet, invoice: DrawnInvoice, y: float) -> float:
    sheet.text(_LEFT, y, "项目", 3.1, _FORM, face="kai")
    for x, heading in ((38.0, "单价"), (52.0, "数量"), (_RIGHT, "金额")):
        sheet.text(x, y, heading, 3.1, _FORM, face="kai", align="r")
    for item in invoice.items:
        y += 5.0
        sheet.text(_LEFT, y, item.name, 3.2, BLACK)
        for x, value in ((38.0, item.unit_price), (52.0, item.quantity), (_RIGHT, f"{item.amount:.2f}")):
            sheet.text(x, y, value, 3.2, BLACK, align="r")
    return y
