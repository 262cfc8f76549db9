"""General machine-printed invoices: local forms, flat or on a roll, which a printer fills in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import amount_in_words, digits
from benchmarks.drawing.inventory import CITIES, person, pick, tax_id
from benchmarks.drawing.paper import Machine, Paper, finished, mark, numbered, sprockets
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, business, day_between, local_code, short_name, yuan

KIND = "machine_printed"
_INK: Colour = (52, 52, 96)
_GOODS = (
    ("餐费", "次"),
    ("住宿费", "天"),
    ("办公用品", "批"),
    ("图书资料", "册"),
    ("汽车修理费", "次"),
    ("会议服务费", "项"),
    ("洗涤服务", "次"),
    ("停车服务", "小时"),
)


@dataclass(frozen=True)
class _Line:
    name: str
    unit: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True)
class _Content:
    province: str
    city: str
    code: str
    number: str
    day: date
    buyer: str
    buyer_id: str | None
    seller: str
    seller_id: str
    machine: str
    drawer: str
    payee: str
    lines: tuple[_Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def words(self) -> str:
        return amount_in_words(self.total, whole_after_jiao=True).replace("圆", "元")


def _invented(rng: np.random.Generator) -> _Content:
    region, province, _ = pick(rng, PROVINCES)
    day = day_between(rng, date(2011, 1, 5), date(2023, 12, 20))
    seller = business(rng)
    goods = [_GOODS[place] for place in rng.permutation(len(_GOODS))[: int(rng.integers(1, 5))]]
    lines = tuple(_Line(name, unit, int(rng.integers(1, 12)), yuan(rng, 5, 800, pick(rng, ("0.01", "1", "0.5")))) for name, unit in goods)
    private = rng.random() < 0.3
    return _Content(
        province,
        pick(rng, CITIES),
        local_code(rng, region, day.year - int(rng.random() < 0.3)),
        digits(rng, 8),
        day,
        pick(rng, ("个人", person(rng))) if private else business(rng),
        None if private or rng.random() < 0.4 else tax_id(rng, region),
        seller,
        tax_id(rng, region),
        digits(rng, 12),
        person(rng),
        person(rng),
        lines,
    )


def draw_machine_printed(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one invoice."""
    name, draw = (("flat form", _flat), ("roll", _roll), ("everything by machine", _plain))[layout % 3]
    content = _invented(rng)
    sheet = draw(rng, dpi, content)
    mark(sheet)
    return finished(sheet, KIND, name, dpi, items=True)


def _put_line(machine: Machine, place: int, y: float, size: float, cells: tuple[tuple[str, float, str, str], ...]) -> None:
    for cell, x, align, text in cells:
        machine.put(x, y, text, size, f"items.{place}.{cell}", align=align)


def _flat(rng: np.random.Generator, dpi: int, content: _Content) -> Sheet:
    """An endless form with sprocket holes, filled in by a needle printer that seldom sits right."""
    sheet = Sheet(210, 102, dpi, (252, 250, 244))
    form = pick(rng, ((146, 84, 52), (40, 96, 66), (58, 58, 66)))
    sprockets(sheet)
    sheet.supervisory_seal(105, 15, short_name(content.province))
    bureau = pick(rng, ("国家税务局", "地方税务局", "税务局", ""))
    sheet.text(105, 9, f"{content.province}{bureau}通用机打发票", 5.8, form, face="kai", align="m")
    sheet.text(105, 18, "发 票 联", 4.6, form, face="kai", align="m", key="copy_name", value="发票联")
    numbered(sheet, 146, 12, content.code, content.number, form, BLACK, size=2.9, step=5.4, gap=1)
    machine = Machine(
        sheet, _INK, "song", pick(rng, (16, 24)), float(rng.uniform(-3, 3)), float(rng.uniform(-1.6, 1.6)), float(rng.uniform(0.95, 1.1))
    )
    sheet.text(16, 24, "开票日期：", 3.2, form, face="song")
    date_text = pick(rng, (f"{content.day:%Y-%m-%d}", f"{content.day:%Y年%m月%d日}"))
    machine.put(33, 24, date_text, 3.3, "issue_date", value=content.day.isoformat())
    sheet.text(84, 24, "行业分类：", 3.2, form, face="song")
    machine.put(101, 24, pick(rng, ("服务业", "商业", "餐饮业")), 3.3)
    sheet.box(14, 28, 196, 84, form)
    for y, label, text, key in (
        (32.0, "付款方名称", content.buyer, "buyer_name"),
        (38, "付款方识别号", content.buyer_id, "buyer_tax_id"),
        (74, "收款方名称", content.seller, "seller_name"),
        (80, "收款方识别号", content.seller_id, "seller_tax_id"),
    ):
        sheet.text(17, y, f"{label}：", 3.2, form, face="song")
        machine.put(42, y, text, 3.3, key)
    for y in (41.5, 47.5, 64, 70.5):
        sheet.line(14, y, 196, y, form)
    for x, label in ((30, "项目"), (78, "单位"), (104, "数量"), (132, "单价"), (170, "金额")):
        sheet.text(x, 44.6, label, 3.2, form, face="song", align="m")
    for place, line in enumerate(content.lines):
        cells = (
            ("name", 18.0, "l", line.name),
            ("unit", 78.0, "m", line.unit),
            ("quantity", 108.0, "r", f"{line.quantity}"),
            ("unit_price", 142.0, "r", f"{line.price:.2f}"),
            ("amount", 184.0, "r", f"{line.amount:.2f}"),
        )
        _put_line(machine, place, 50.4 + 4.0 * place, 3.2, cells)
    sheet.text(17, 67.2, "合计人民币（大写）", 3.2, form, face="song")
    machine.put(50, 67.2, content.words, 3.4, "tax_inclusive_amount_in_words")
    sheet.text(136, 67.2, "（小写）", 3.2, form, face="song")
    machine.put(152, 67.2, f"￥{content.total:.2f}", 3.4, "tax_inclusive_amount", value=f"{content.total:.2f}")
    for x, label, name, field in (
        (17, "开票人：", content.drawer, "drawer"),
        (70, "收款人：", content.payee, "payee"),
        (120, "开票单位（盖章）：", None, None),
    ):
        sheet.text(x, 89, label, 3.2, form, face="song")
        machine.put(x + 14, 89, name, 3.3, field)
    sheet.company_seal(158, 80, content.seller, content.seller_id, float(rng.uniform(-10, 10)), float(rng.uniform(0.35, 0.75)), size=0.9)
    return sheet


def _roll(rng: np.random.Generator, dpi: int, content: _Content) -> Sheet:
    """A till's roll: the form names the fields, the machine repeats code and number."""
    sheet = Sheet(76, 152, dpi, (250, 250, 247))
    form = pick(rng, ((146, 84, 52), (44, 66, 128)))
    sheet.supervisory_seal(38, 15, short_name(content.province))
    sheet.text(38, 7, f"{content.province}{pick(rng, ('国家税务局', '税务局', ''))}通用机打发票", 4.6, form, face="kai", align="m", fit=70)
    sheet.text(38, 23, "发 票 联", 4.0, form, face="kai", align="m", key="copy_name", value="发票联")
    numbered(sheet, 8, 30, content.code, content.number, form, BLACK, size=3.0, step=5.6)
    machine = Machine(
        sheet, pick(rng, (BLACK, _INK, (96, 92, 110))), "song", pick(rng, (0, 16, 24)), float(rng.uniform(-1, 1)), float(rng.uniform(-1, 1))
    )
    y = 43.0
    for label, text, key in (
        ("机打号码", content.number, "invoice_number"),
        ("机器编号", content.machine, "machine_number"),
        ("收款单位", content.seller, "seller_name"),
        ("税号", content.seller_id, "seller_tax_id"),
        ("开票日期", content.day.isoformat(), "issue_date"),
        ("收款员", content.payee, "payee"),
        ("付款单位", content.buyer, "buyer_name"),
    ):
        sheet.text(6, y, label, 3.0, form, face="song")
        rows = sheet.wrap(text, 3.2, 49)
        machine.rows(20, y, rows, 3.2, 4.4, key)
        y += 4.4 * len(rows) + 0.8
    for x, label in ((6, "项目"), (30, "单价"), (46, "数量"), (60, "金额")):
        sheet.text(x, y, label, 3.0, form, face="song")
    for place, line in enumerate(content.lines):
        cells = (
            ("name", 6.0, "l", line.name),
            ("unit_price", 40.0, "r", f"{line.price:.2f}"),
            ("quantity", 51.0, "r", f"{line.quantity}"),
            ("amount", 70.0, "r", f"{line.amount:.2f}"),
        )
        _put_line(machine, place, y + 5 + 4.6 * place, 3.2, cells)
    sheet.text(6, 122, "合计（小写）", 3.0, form, face="song")
    machine.put(28, 122, f"￥{content.total:.2f}", 3.6, "tax_inclusive_amount", value=f"{content.total:.2f}")
    sheet.text(6, 128, "合计（大写）", 3.0, form, face="song")
    machine.put(28, 128, content.words, 3.4, "tax_inclusive_amount_in_words", fit=46)
    sheet.text(6, 134, "税控码", 3.0, form, face="song")
    machine.put(20, 134, " ".join(digits(rng, 4) for _ in range(5)), 3.2)
    sheet.company_seal(48, 112, content.seller, content.seller_id, float(rng.uniform(-10, 10)), float(rng.uniform(0.3, 0.6)), size=0.75)
    return sheet


def _plain(rng: np.random.Generator, dpi: int, content: _Content) -> Sheet:
    """Only title, code and number are printed by the plant; the machine writes labels and values alike."""
    sheet = Sheet(190, 93, dpi, (250, 252, 248))
    form: Colour = (40, 96, 66)
    sprockets(sheet)
    sheet.supervisory_seal(95, 15, short_name(content.province))
    sheet.text(95, 9, f"{content.province}{content.city}通用机打发票", 5.6, form, face="kai", align="m")
    sheet.text(95, 18, "发 票 联", 4.6, form, face="kai", align="m", key="copy_name", value="发票联")
    numbered(sheet, 132, 22, content.code, content.number, form, (190, 40, 44), size=2.9, step=5.0, gap=1)
    machine = Machine(sheet, _INK, "song", 24, float(rng.uniform(-2, 2)), float(rng.uniform(-1, 3)))
    left, right = 18.0, 104.0

    def labelled(x: float, y: float, label: str, text: str, key: str, value: str | None = None) -> None:
        machine.put(x, y, f"{label}:", 3.3)
        machine.put(x + sheet.width_of(f"{label}:", 3.3) + 0.6, y, text, 3.3, key, value=value)

    labelled(left, 26, "开票日期", f"{content.day:%Y-%m-%d}", "issue_date")
    machine.put(left + 50, 26, "行业分类:通用服务", 3.3)
    labelled(left, 32, "发票代码", content.code, "invoice_code")
    labelled(left + 50, 32, "发票号码", content.number, "invoice_number")
    labelled(left, 38, "付款方", content.buyer, "buyer_name")
    if content.buyer_id:
        labelled(right, 38, "付款方税号", content.buyer_id, "buyer_tax_id")
    for x, heading in ((left, "品名"), (left + 50, "数量"), (left + 75, "单价"), (left + 112, "金额")):
        machine.put(x, 44, heading, 3.3)
    for place, line in enumerate(content.lines):
        cells = (
            ("name", left, "l", line.name),
            ("quantity", left + 56, "r", f"{line.quantity}"),
            ("unit_price", left + 86, "r", f"{line.price:.2f}"),
            ("amount", left + 124, "r", f"{line.amount:.2f}"),
        )
        _put_line(machine, place, 48.8 + 4.4 * place, 3.3, cells)
    labelled(left, 67, "金额合计(大写)", content.words, "tax_inclusive_amount_in_words")
    labelled(right + 20, 67, "小写", f"￥{content.total:.2f}", "tax_inclusive_amount", f"{content.total:.2f}")
    labelled(left, 73, "收款方", content.seller, "seller_name")
    labelled(left, 79, "收款方税号", content.seller_id, "seller_tax_id")
    labelled(right, 79, "开票人", content.drawer, "drawer")
    sheet.text(left, 86, "（手写无效）", 2.8, form, face="song")
    sheet.company_seal(146, 74, content.seller, content.seller_id, float(rng.uniform(-10, 10)), float(rng.uniform(0.35, 0.7)), size=0.85)
    return sheet
