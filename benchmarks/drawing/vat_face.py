"""The face of the VAT family: paper special and general invoices, their electronic successors and the toll invoice."""

from dataclasses import dataclass

from benchmarks.drawing.inventory import REGIONS
from benchmarks.drawing.invoice import PAPER, DrawnInvoice, DrawnItem, Party
from benchmarks.drawing.paper import Machine, Setting
from benchmarks.drawing.pen import BLACK, GREY, Colour, Sheet

WIDTH, HEIGHT = 240.0, 140.0
SAMPLE_MARK = "示例 SAMPLE 非真实发票"
_BROWN: Colour = (146, 84, 52)
_GREEN: Colour = (38, 92, 62)
_DARK_RED: Colour = (128, 22, 22)
_BLUE: Colour = (44, 58, 160)
_LABEL, _VALUE = 3.3, 3.3
_PLAIN = Setting()

# (heading, share of the table's width at the column's right edge, alignment)
_GOODS = (
    ("货物或应税劳务、服务名称", 0.262, "l"),
    ("规格型号", 0.366, "m"),
    ("单位", 0.42, "m"),
    ("数 量", 0.508, "r"),
    ("单 价", 0.642, "r"),
    ("金 额", 0.80, "r"),
    ("税率", 0.85, "m"),
    ("税 额", 1.0, "r"),
)
_TOLL = (
    ("项目名称", 0.262, "l"),
    ("车牌号", 0.366, "m"),
    ("类型", 0.43, "m"),
    ("通行日期起", 0.536, "m"),
    ("通行日期止", 0.642, "m"),
    ("金 额", 0.80, "r"),
    ("税率", 0.85, "m"),
    ("税 额", 1.0, "r"),
)

_GOODS_CELLS = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")
_TOLL_CELLS = ("name", "plate_number", "vehicle_type", "passage_from", "passage_to", "amount", "tax_rate", "tax_amount")


@dataclass(frozen=True)
class _Frame:
    """Where the table stands, in millimetres, the form's ink, and the machine that fills the values in."""

    left: float
    right: float
    form: Colour
    machine: Machine

    def at(self, share: float) -> float:
        return self.left + share * (self.right - self.left)


_BUYER, _TABLE, _WORDS, _SELLER, _END = 30.0, 52.5, 96.0, 104.0, 125.0


def draw_vat(invoice: DrawnInvoice, dpi: int, seal_shift: tuple[float, float], seal_strength: float, setting: Setting = _PLAIN) -> Sheet:
    """Draw a sheet of 240 by 140 mm."""
    paper = invoice.kind in PAPER
    if paper:
        form = _GREEN if invoice.copy_name == "抵扣联" else _BROWN
        sheet = Sheet(WIDTH, HEIGHT, dpi, (252, 251, 246))
        frame = _Frame(20.5, 219.5, form, Machine.of(sheet, _BLUE, setting))
    else:
        sheet = Sheet(WIDTH, HEIGHT, dpi)
        frame = _Frame(9.0, 231.0, _DARK_RED, Machine(sheet, BLACK))
    _title(sheet, frame, invoice)
    if paper:
        _paper_heading(sheet, frame, invoice)
        _paper_edges(sheet, frame, invoice)
    else:
        _electronic_heading(sheet, frame, invoice)
    _rules(sheet, frame, toll=invoice.kind == "toll_electronic", ciphered=bool(invoice.cipher))
    _party(sheet, frame, "buyer", _BUYER, _TABLE, invoice.buyer)
    _party(sheet, frame, "seller", _SELLER, _END, invoice.seller)
    _cipher_and_remarks(sheet, frame, invoice)
    _items(sheet, frame, invoice)
    _totals(sheet, frame, invoice)
    _signatures(sheet, frame, invoice)
    sheet.company_seal(
        frame.at(0.86) + seal_shift[0],
        121.0 + seal_shift[1],
        invoice.seller.name,
        invoice.seller.tax_id,
        tilt=int(invoice.number[-2:]) % 17 - 8.0,
        strength=seal_strength,
    )
    sheet.text(WIDTH / 2, HEIGHT - 2.6, SAMPLE_MARK, 2.4, GREY, align="m")
    return sheet


def _title(sheet: Sheet, frame: _Frame, invoice: DrawnInvoice) -> None:
    middle = WIDTH / 2
    size = 6.6 if invoice.kind in PAPER else 7.0
    length = sheet.width_of(invoice.title, size, "kai", 0.5)
    sheet.text(middle, 9.4, invoice.title, size, frame.form, face="kai", align="m", spacing=0.5)
    for y in (16.2, 17.4):
        sheet.line(middle - length / 2 - 3, y, middle + length / 2 + 3, y, frame.form, 0.35)
    if invoice.copy_name:
        sheet.text(middle, 24.8, invoice.copy_name, 5.4, frame.form, face="kai", align="m", spacing=4, key="copy_name")
    sheet.supervisory_seal(middle, 19.3, REGIONS[invoice.region])


def _paper_heading(sheet: Sheet, frame: _Frame, invoice: DrawnInvoice) -> None:
    if invoice.qr_payload:
        sheet.qr(frame.left + 2, 6, 17.5, invoice.qr_payload, frame.machine.ink)
    sheet.text(frame.left + 22, 13.0, invoice.code, 5.6, BLACK, spacing=0.3, key="invoice_code")
    sheet.text(162, 13.0, "No", 6.0, BLACK, face="kai", weight=0.1)
    sheet.text(171, 13.2, invoice.number, 6.2, _BLUE, spacing=0.3, weight=0.14, key="invoice_number")
    frame.machine.put(frame.right + 1, 15.0, invoice.code, 3.4, "invoice_code", align="r")
    frame.machine.put(frame.right + 1, 19.6, invoice.number, 3.7, "invoice_number", align="r")
    sheet.text(168, 25.0, "开票日期：", 3.6, frame.form, face="kai")
    frame.machine.put(186.5, 25.4, f"{invoice.issue_date:%Y年%m月%d日}", 3.5, "issue_date", value=invoice.issue_date.isoformat())
    if invoice.check_code:
        frame.machine.put(frame.left + 22, 27.6, "校验码 " + _grouped(invoice.check_code), 3.2, "check_code", value=invoice.check_code)
    if invoice.machine_number:
        frame.machine.put(frame.left + 22, 21.6, "机器编号：" + invoice.machine_number, 3.2, "machine_number", value=invoice.machine_number)


def _paper_edges(sheet: Sheet, frame: _Frame, invoice: DrawnInvoice) -> None:
    """Sprocket strips, the printer's line on the left edge and the name of the copy down the right edge."""
    for x, side in ((10.5, 5.0), (229.5, 235.0)):
        sheet.dashes(x, 2, HEIGHT - 2, _BLUE)
        for step in range(11):
            sheet.hole(side, 6 + 12.7 * step, 1.9)
    sheet.rotated(15.5, 76, "示例函〔2019〕001号 示例印制厂", 2.9, frame.form, -90)
    ordinal = {"抵扣联": "第二联"}.get(invoice.copy_name or "", "第三联" if invoice.kind == "vat_special" else "第二联")
    purpose = "购买方扣税凭证" if invoice.copy_name == "抵扣联" else "购买方记账凭证"
    sheet.column(frame.right + 3.2, 44, 116, f"{ordinal}：{invoice.copy_name} {purpose}", 3.2, frame.form)


def _electronic_heading(sheet: Sheet, frame: _Frame, invoice: DrawnInvoice) -> None:
    if invoice.qr_payload:
        sheet.qr(15, 3.5, 19, invoice.qr_payload)
    if invoice.kind == "toll_electronic":
        sheet.text(41, 13, "通行费", 6.5, BLACK, face="kai")
    if invoice.machine_number:
        sheet.text(13, 27.0, "机器编号:", _LABEL, frame.form, face="kai")
        frame.machine.put(29, 27.0, invoice.machine_number, _VALUE, "machine_number")
    rows = (
        ("发票代码", invoice.code, "invoice_code", invoice.code),
        ("发票号码", invoice.number, "invoice_number", invoice.number),
        ("开票日期", f"{invoice.issue_date:%Y年%m月%d日}", "issue_date", invoice.issue_date.isoformat()),
        ("校验码", _grouped(invoice.check_code or ""), "check_code", invoice.check_code),
    )
    for place, (label, text, key, value) in enumerate(rows):
        y = 7.0 + 6.4 * place
        sheet.spread(172, 186, y, label, _LABEL, frame.form)
        sheet.text(186.3, y, ":", _LABEL, frame.form, face="kai")
        frame.machine.put(189, y, text, _VALUE, key, value=value, fit=42)


def _rules(sheet: Sheet, frame: _Frame, *, toll: bool, ciphered: bool) -> None:
    for y in (_BUYER, _TABLE, _WORDS, _SELLER, _END):
        sheet.line(frame.left, y, frame.right, y, frame.form)
    for x in (frame.left, frame.right):
        sheet.line(x, _BUYER, x, _END, frame.form)
    for top, bottom, divided in ((_BUYER, _TABLE, ciphered), (_SELLER, _END, True)):
        for share in (0.036, 0.574, 0.602) if divided else (0.036,):
            sheet.line(frame.at(share), top, frame.at(share), bottom, frame.form)
    columns = _TOLL if toll else _GOODS
    start = 0.0
    for heading, share, _ in columns:
        middle = (frame.at(start) + frame.at(share)) / 2
        sheet.text(middle, _TABLE + 3.0, heading, _LABEL, frame.form, face="kai", align="m", fit=frame.at(share) - frame.at(start) - 1)
        if share < 1:
            sheet.line(frame.at(share), _TABLE, frame.at(share), _WORDS, frame.form)
        start = share
    sheet.line(frame.at(0.262), _WORDS, frame.at(0.262), _SELLER, frame.form)


def _party(sheet: Sheet, frame: _Frame, role: str, top: float, bottom: float, party: Party) -> None:
    label = {"buyer": "购买方", "seller": "销售方"}[role]
    sheet.column(frame.at(0.018), top + 1, bottom - 1, label, _LABEL, frame.form)
    step = (bottom - top) / 4
    left = frame.at(0.036) + 1.5
    values = (
        ("名称", party.name, "name"),
        ("纳税人识别号", party.tax_id, "tax_id"),
        ("地址、电话", party.address_phone, "address_phone"),
        ("开户行及账号", party.bank_account, "bank_account"),
    )
    for place, (name, value, key) in enumerate(values):
        y = top + step * (place + 0.5)
        sheet.spread(left, left + 21, y, name, _LABEL, frame.form)
        sheet.text(left + 21.3, y, ":", _LABEL, frame.form, face="kai")
        tax_id = place == 1
        size = 4.0 if tax_id else _VALUE
        room = frame.at(0.574) - left - 25
        frame.machine.put(left + 24, y, value, size, f"{role}_{key}", fit=room, spacing=0.4 if tax_id else 0.0)


def _cipher_and_remarks(sheet: Sheet, frame: _Frame, invoice: DrawnInvoice) -> None:
    if invoice.cipher:
        sheet.column(frame.at(0.588), _BUYER + 1, _TABLE - 1, "密码区", _LABEL, frame.form)
    sheet.column(frame.at(0.588), _SELLER + 2, _END - 2, "备注", _LABEL, frame.form)
    for place, row in enumerate(invoice.cipher):
        room = frame.right - frame.at(0.611) - 1
        frame.machine.put(frame.at(0.611), _BUYER + 3.4 + 5.2 * place, row, 4.4, spacing=0.55, fit=room)
    if invoice.remarks:
        width = frame.right - frame.at(0.611) - 1
        rows = sheet.wrap(invoice.remarks, 3.0, width)
        frame.machine.rows(frame.at(0.611), _SELLER + 2.8, rows, 3.0, 4.2, "remarks")


def _cells(item: DrawnItem, *, toll: bool) -> tuple[str | None, ...]:
    tax = "***" if item.tax is None else f"{item.tax:.2f}"
    money = (f"{item.amount:.2f}", item.tax_rate, tax)
    if not toll:
        return (item.name, item.specification, item.unit, item.quantity, item.unit_price, *money)
    days = tuple(f"{day:%Y%m%d}" if day else None for day in (item.first_day, item.last_day))
    return (item.name, item.plate, item.vehicle, *days, *money)


def _items(sheet: Sheet, frame: _Frame, invoice: DrawnInvoice) -> None:
    toll = invoice.kind == "toll_electronic"
    columns = _TOLL if toll else _GOODS
    width = frame.at(columns[0][1]) - frame.left - 1.5
    wrapped, squeeze = sheet.squeezed([item.name for item in invoice.items], _VALUE, width, (4.8, 4.2), _WORDS - _TABLE - 12)
    y = _TABLE + 8.2
    keys = _TOLL_CELLS if toll else _GOODS_CELLS
    for place, (item, names) in enumerate(zip(invoice.items, wrapped, strict=True)):
        start = 0.0
        for (_, share, align), cell, key in zip(columns, _cells(item, toll=toll), keys, strict=True):
            left, right = frame.at(start) + 0.8, frame.at(share) - 0.8
            x = {"l": left, "m": (left + right) / 2, "r": right}[align]
            text = names[0] if align == "l" else cell
            field = f"items.{place}.{key}" if key in _GOODS_CELLS else key
            shown = item.passage.get(key, item.name if align == "l" else cell)
            # Where the rows say different things, the invoice as a whole says nothing.
            is_told = key in _GOODS_CELLS or key in invoice.truth
            frame.machine.put(x, y, text, _VALUE * squeeze, field if is_told else None, value=shown, align=align, fit=right - left)
            start = share
        for more in names[1:]:
            y += 4.2 * squeeze
            frame.machine.put(frame.left + 0.8, y, more, _VALUE * squeeze, f"items.{place}.name", value=item.name)
        y += 4.8 * squeeze


def _totals(sheet: Sheet, frame: _Frame, invoice: DrawnInvoice) -> None:
    y = _WORDS - 3.0
    tax = "***" if invoice.tax is None else f"¥{invoice.tax:.2f}"
    sheet.spread(frame.at(0.08), frame.at(0.19), y, "合计", _LABEL, frame.form)
    put = frame.machine.put
    put(frame.at(0.80) - 1, y, f"¥{invoice.amount:.2f}", 3.7, "tax_exclusive_amount", value=f"{invoice.amount:.2f}", align="r")
    put(frame.at(1.0) - 1, y, tax, 3.7, "tax_amount", value=tax.removeprefix("¥"), align="r")
    y = (_WORDS + _SELLER) / 2
    sheet.text(frame.at(0.131), y, "价税合计（大写）", 3.6, frame.form, face="kai", align="m")
    sheet.crossed_circle(frame.at(0.262) + 6 + frame.machine.right, y + frame.machine.down, 1.9, frame.machine.ink)
    put(frame.at(0.262) + 11, y, invoice.total_in_words, 4.0, "tax_inclusive_amount_in_words", spacing=0.2, fit=85)
    sheet.text(frame.at(0.75), y, "（小写）", 3.6, frame.form, face="kai")
    put(frame.at(0.82), y, f"¥{invoice.total:.2f}", 4.0, "tax_inclusive_amount", value=f"{invoice.total:.2f}")


def _signatures(sheet: Sheet, frame: _Frame, invoice: DrawnInvoice) -> None:
    y = 129.5
    for share, label, value, key in (
        (0.02, "收款人：", invoice.payee, "payee"),
        (0.25, "复核：", invoice.reviewer, "reviewer"),
        (0.49, "开票人：", invoice.drawer, "drawer"),
        (0.74, "销售方：（章）", None, None),
    ):
        sheet.text(frame.at(share), y, label, 3.6, frame.form, face="kai")
        frame.machine.put(frame.at(share) + sheet.width_of(label, 3.6, "kai") + 0.5, y + 0.2, value, 3.6, key)


def _grouped(check_code: str) -> str:
    return " ".join(check_code[start : start + 5] for start in range(0, len(check_code), 5))
