"""Paper tolls: what a booth hands out of the window."""

from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import amount_in_words, digits
from benchmarks.drawing.inventory import CITIES, person, pick, tax_id
from benchmarks.drawing.paper import Machine, Paper, finished, mark, numbered, sprockets
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, TOWNS, clock, day_between, local_code, plate, short_name, station

KIND = "toll"
_NAMES = ("needle printed form", "narrow slip", "titled machine-printed", "bridge fee")


def draw_toll(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one ticket."""
    place = layout % len(_NAMES)
    draw = (_form, _slip, _machine, _bridge)[place]
    region, province, sign = pick(rng, PROVINCES)
    day = day_between(rng, date(2011, 1, 5), date(2023, 12, 20))
    code, number = local_code(rng, region, day.year, bureau=pick(rng, (1, 2)), trade=1), digits(rng, 8)
    seller = f"{pick(rng, CITIES)}示例高速公路{pick(rng, ('发展有限公司', '管理处', '运营有限公司'))}"
    sheet = draw(rng, dpi, (province, sign, code, number, day, seller, region))
    mark(sheet, size=2.0)
    # a tax number is only pressed into the seal; a booth in the middle of a bridge is neither an entry nor an exit
    unsure = ("seller_tax_id", "entry_station", "exit_station") if place == 3 else ("seller_tax_id",)
    return finished(sheet, KIND, _NAMES[place], dpi, unsure=unsure)


_Given = tuple[str, str, str, str, date, str, str]


def _fare(rng: np.random.Generator) -> Decimal:
    return Decimal(int(rng.integers(5, 420)))


def _gates(rng: np.random.Generator) -> tuple[str, str]:
    start, _ = station(rng)
    goal, _ = station(rng, start)
    return start, goal


def _form(rng: np.random.Generator, dpi: int, given: _Given) -> Sheet:
    """A printed form with sprocket holes and a needle printer."""
    province, _, code, number, day, seller, region = given
    sheet = Sheet(128, 92, dpi, (240, 228, 222))
    form: Colour = (120, 66, 46)
    sprockets(sheet)
    sheet.supervisory_seal(64, 16, short_name(province))
    sheet.text(64, 6.5, f"{province}国家税务局过路（过桥）费专用发票", 4.6, form, face="song", align="m", fit=104)
    sheet.text(64, 13, seller, 4.0, form, face="song", align="m", key="seller_name")
    sheet.text(64, 22, "发票联", 4.8, form, face="song", align="m", spacing=2, key="copy_name")
    machine = Machine(sheet, (66, 56, 140), "song", 16, float(rng.uniform(-3, 3)), float(rng.uniform(-1.5, 1.5)))
    start, goal = _gates(rng)
    hour, minute = clock(rng, 0)
    fare = _fare(rng)
    rows = (
        (22, 34, "入口站：", start, "entry_station", None),
        (68, 34, "出口站：", goal, "exit_station", None),
        (22, 46, "金额：", pick(rng, (f"{fare}", f"{fare}元", f"{fare}.00")), "tax_inclusive_amount", f"{fare}"),
        (68, 46, "车型：", pick(rng, ("A", "1", "客1", "B")), "vehicle_type", None),
        (22, 58, "日期：", day.isoformat(), "issue_date", None),
        (68, 58, "时间：", f"{hour:02d}:{minute:02d}:{rng.integers(0, 60):02d}", None, None),
    )
    for x, y, label, text, key, value in rows:
        sheet.text(x, y, label, 3.6, form, face="song")
        if key == "tax_inclusive_amount":
            value = text.removesuffix("元")
        machine.put(x + 15, y, text, 4.0, key, value=value)
    numbered(sheet, 22, 69, code, number, form, BLACK, size=3.3, step=7)
    sheet.rotated(16, 50, "示例印制厂 2016.12 每车一票 盖章有效", 2.2, form, 90)
    sheet.company_seal(90, 56, seller, tax_id(rng, region), float(rng.uniform(-8, 8)), float(rng.uniform(0.3, 0.6)), size=0.95)
    return sheet


def _slip(rng: np.random.Generator, dpi: int, given: _Given) -> Sheet:
    """A thermal slip: the machine prints labels and values, the number is the plant's."""
    province, sign, code, number, day, seller, _ = given
    sheet = Sheet(70, 96, dpi, (250, 250, 247))
    form: Colour = (150, 46, 40)
    sheet.supervisory_seal(35, 15, short_name(province))
    sheet.text(35, 7, f"{province}高速公路车辆通行费", 4.2, form, face="hei", align="m", fit=64)
    sheet.text(35, 13, "专 用 发 票", 4.6, form, face="hei", align="m")
    sheet.text(35, 20, "发 票 联", 3.8, form, face="kai", align="m", key="copy_name", value="发票联")
    numbered(sheet, 6, 28, code, number, form, BLACK, size=2.9, step=5.6)
    machine = Machine(
        sheet, (56, 56, 66), pick(rng, ("song", "hei")), pick(rng, (0, 24)), float(rng.uniform(-1.5, 1.5)), float(rng.uniform(-1, 1))
    )
    start, goal = _gates(rng)
    fare = _fare(rng)
    hour, minute = clock(rng, 0)
    letter, tail = plate(rng, sign)
    stamp = f"{day:%Y-%m-%d} {hour:02d}:{minute:02d}:{rng.integers(0, 60):02d}"
    rows = [
        ("入口", start, "entry_station", None),
        ("出口", goal, "exit_station", None),
        ("车型", f"{pick(rng, ('一', '二', '三'))}类{pick(rng, ('客车', '货车'))}", "vehicle_type", None),
        ("金额", f"{fare:.2f}元", "tax_inclusive_amount", f"{fare:.2f}"),
        ("支付方式", pick(rng, ("现金", "移动支付", "ETC卡")), None, None),
        ("收费员", digits(rng, 5), None, None),
        ("时间", stamp, "issue_date", day.isoformat()),
    ]
    if rng.random() < 0.5:
        rows.insert(3, ("车牌", f"{sign}{letter}{tail}", "plate_number", None))
    for place, (label, text, key, value) in enumerate(rows):
        machine.put(8, 42 + 5.4 * place, f"{label}：", 3.4)
        machine.put(8 + machine.sheet.width_of(f"{label}：", 3.4, machine.face) + 0.5, 42 + 5.4 * place, text, 3.4, key, value=value)
    sheet.text(35, 88, seller, 2.8, form, face="song", align="m", fit=64, key="seller_name")
    sheet.company_seal(50, 66, seller, None, float(rng.uniform(-8, 8)), float(rng.uniform(0.2, 0.45)), size=0.6)
    return sheet


def _machine(rng: np.random.Generator, dpi: int, given: _Given) -> Sheet:
    """Titled as a general machine-printed invoice; only its words say that a toll was paid."""
    province, _, code, number, day, seller, region = given
    sheet = Sheet(82, 102, dpi, (248, 250, 246))
    form: Colour = (44, 66, 128)
    sheet.supervisory_seal(41, 15, short_name(province))
    sheet.text(41, 8, f"{province}通用机打发票", 4.8, form, face="kai", align="m")
    sheet.text(41, 15, "（车辆通行费）", 4.0, form, face="kai", align="m")
    sheet.text(41, 22, "发 票 联", 4.0, form, face="kai", align="m", key="copy_name", value="发票联")
    numbered(sheet, 10, 30, code, number, form, BLACK, size=3.0, step=5.8)
    machine = Machine(sheet, BLACK, "song", 24, float(rng.uniform(-1.5, 1.5)), float(rng.uniform(-1, 1)))
    start, goal = _gates(rng)
    fare = _fare(rng)
    hour, minute = clock(rng, 0)
    for place, (label, text, key, value) in enumerate(
        (
            ("路段名称", f"{pick(rng, TOWNS)[0]}高速", None, None),
            ("入口站", start, "entry_station", None),
            ("出口站", goal, "exit_station", None),
            ("车型", "客一", "vehicle_type", None),
            ("通行费", f"￥{fare}.00", "tax_inclusive_amount", f"{fare}.00"),
            ("大写", amount_in_words(fare).replace("圆", "元"), "tax_inclusive_amount_in_words", None),
            ("日期时间", f"{day:%Y/%m/%d} {hour:02d}:{minute:02d}", "issue_date", day.isoformat()),
            ("收款单位", seller, "seller_name", None),
        )
    ):
        sheet.text(8, 43 + 6.2 * place, label, 3.2, form, face="song")
        machine.put(26, 43 + 6.2 * place, text, 3.5, key, value=value, fit=54)
    sheet.company_seal(58, 84, seller, tax_id(rng, region), float(rng.uniform(-8, 8)), float(rng.uniform(0.3, 0.6)), size=0.75)
    return sheet


def _bridge(rng: np.random.Generator, dpi: int, given: _Given) -> Sheet:
    """A bridge has no entry: a station, an amount, a day."""
    province, _, code, number, day, seller, _ = given
    sheet = Sheet(110, 58, dpi, (252, 244, 230))
    form: Colour = (30, 96, 70)
    sheet.supervisory_seal(40, 14, short_name(province))
    sheet.text(40, 7, f"{province}过桥费发票", 5.2, form, face="kai", align="m")
    sheet.text(40, 14, "发票联", 4.4, form, face="kai", align="m", spacing=2, key="copy_name")
    numbered(sheet, 66, 14, code, number, form, (190, 40, 44), size=2.5, step=5, gap=0.8)
    machine = Machine(sheet, (40, 40, 60), "hei", 0, float(rng.uniform(-2, 2)), float(rng.uniform(-1, 1)))
    fare = _fare(rng)
    cells = (
        (8, 27, "收费站", f"{pick(rng, TOWNS)[0]}大桥", None, None),
        (62, 27, "车型", "小型客车", "vehicle_type", None),
        (8, 35, "金额", f"¥{fare}.00", "tax_inclusive_amount", f"{fare}.00"),
        (62, 35, "收费员", person(rng), None, None),
        (8, 43, "日期", f"{day:%Y年%m月%d日}", "issue_date", day.isoformat()),
    )
    for x, y, label, text, key, value in cells:
        sheet.text(x, y, f"{label}：", 3.4, form, face="song")
        machine.put(x + 15, y, text, 3.8, key, value=value)
    sheet.text(8, 51, seller, 3.0, form, face="song", key="seller_name")
    return sheet
