"""Taxi receipts: a strip of thin paper whose form is printed, and which the taximeter fills in with needles or heat."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from benchmarks.drawing.digits import digits
from benchmarks.drawing.inventory import CITIES, pick
from benchmarks.drawing.paper import Machine, Paper, finished, mark
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, clock, day_between, local_code, plate, short_name, yuan

KIND = "taxi"
_BROWN: Colour = (168, 92, 52)
_GREY_BLACK: Colour = (60, 54, 54)
_VIOLET: Colour = (70, 52, 150)


@dataclass(frozen=True)
class _Layout:
    """How one province's strip is made; sizes in millimetres."""

    name: str
    width: float
    titles: tuple[str, ...]
    rows: tuple[str, ...]
    english: bool
    form: Colour
    ink: Colour
    label_x: float
    value_x: float
    step: float
    needles: int
    date_form: str
    unit_marks: bool
    slip: float = 0.0
    code_below: bool = False
    face: str = "song"
    is_labelled: bool = True
    """Whether code and number have labels; without, they stand alone in large figures."""
    sealed: str = ""
    """The row that a seal hides in part."""
    is_added_apart: bool = False
    """Whether a surcharge is printed with its + on a row of its own, which pushes the sum one row down."""


_ENGLISH = {
    "监督电话": "Supervisor Tel",
    "单位": "Company",
    "电话": "Tel",
    "证号": "Certificate No.",
    "车号": "Taxi No.",
    "日期": "Date",
    "上车": "Get on",
    "下车": "Get off",
    "单价": "Unit Price",
    "里程": "Mileage",
    "等候": "Wait",
    "金额": "Sum",
    "燃油附加": "Fuel surcharge",
    "合计": "Total",
    "时间": "Time",
    "状态": "State",
    "燃油附加费": "Fuel oil surcharge",
    "预约叫车服务费": "Call service surcharge",
    "实收金额": "Total",
    "卡号": "Card No.",
    "卡原额": "Previous Card Balance",
    "卡余额": "Card Balance",
}
_LAYOUTS = (
    _Layout(
        "bilingual",
        57,
        ("{province}国家税务局", "出租车机打发票", "TAXI RECEIPT", "发 票 联"),
        ("监督电话", "单位", "电话", "证号", "车号", "日期", "上车", "下车", "单价", "里程", "等候", "金额"),
        True,
        _BROWN,
        _VIOLET,
        12,
        48,
        8.4,
        16,
        "{0:%Y年%m月%d日}",
        True,
        code_below=True,
    ),
    _Layout(
        "spaced labels",
        60,
        ("{short}", "出租汽车通用机打发票", "发票联"),
        ("公 司", "电 话", "车 号", "证 号", "日 期", "上 车", "下 车", "单 价", "里 程", "等 候", "状 态", "金 额"),
        False,
        _GREY_BLACK,
        (96, 92, 140),
        12,
        53,
        6.6,
        16,
        "{0:%Y-%m-%d}",
        True,
        face="song",
    ),
    _Layout(
        "slipped strip",
        44.5,
        ("{province}{city}国家税务局通用机打发票", "发 票 联"),
        ("公司电话", "车号", "证号", "日期", "上车", "下车", "单价", "里程", "等候", "金额", "卡号", "卡原额", "卡余额"),
        False,
        _GREY_BLACK,
        (118, 104, 132),
        4,
        37,
        5.3,
        16,
        "{0:%y/%m/%d}",
        False,
        slip=-2.4,
    ),
    _Layout(
        "seaside card",
        56,
        ("{province}出租汽车专用发票", "发票联 INVOICE"),
        ("电话", "车号", "证号", "日期", "上车", "下车", "单价", "里程", "等候", "状态", "金额", "卡号", "原额", "余额"),
        False,
        (36, 70, 140),
        BLACK,
        9,
        24,
        5.2,
        24,
        "{0:%Y年%m月%d日}",
        True,
        face="hei",
    ),
    _Layout(
        "surcharge",
        58,
        ("{province}税务局", "{city}出租汽车发票", "发 票 联"),
        ("单位", "电话", "车号", "证号", "日期", "上车", "下车", "单价", "里程", "等候", "金额", "燃油附加", "合计"),
        False,
        (150, 40, 44),
        (50, 48, 60),
        8,
        50,
        5.8,
        24,
        "{0:%Y-%m-%d}",
        True,
        slip=1.2,
    ),
    _Layout(
        "paid in full",
        50,
        ("{city}出租汽车专用发票", "{short} TAXI RECEIPT", "发票联"),
        (
            *("单位", "电话", "车号", "证号", "日期", "时间", "单价", "里程", "等候", "状态"),
            *("金额", "燃油附加费", "预约叫车服务费", "实收金额", "卡号", "卡原额", "卡余额"),
        ),
        True,
        _BROWN,
        _VIOLET,
        8,
        45,
        6.6,
        16,
        "{0:%Y-%m-%d}",
        False,
        slip=1.4,
        is_labelled=False,
        sealed="实收金额",
    ),
    _Layout(
        "added apart",
        50,
        ("{province}{city}通用机打发票", "出租汽车", "发 票 联"),
        ("车号", "证号", "日期", "上车", "下车", "单价", "里程", "等候", "金额", "原额", "余额"),
        False,
        (170, 96, 70),
        (70, 66, 74),
        9,
        44,
        5.4,
        16,
        "{0:%Y-%m-%d}",
        True,
        slip=-1.6,
        is_added_apart=True,
    ),
)


@dataclass(frozen=True)
class Strip:
    """The strip a receipt was torn off: its province (region, name, plates), code, and the receipt's own number."""

    origin: tuple[str, str, str]
    code: str
    number: str


def draw_taxi(rng: np.random.Generator, layout: int, dpi: int, strip: Strip | None = None) -> Paper:
    """Draw one receipt, torn off its strip."""
    plan = _LAYOUTS[layout % len(_LAYOUTS)]
    origin = pick(rng, PROVINCES) if strip is None else strip.origin
    region, province, sign = origin
    issued = day_between(rng, date(2012, 1, 5), date(2024, 12, 20))
    names = {
        "province": province,
        "short": short_name(province),
        "city": pick(rng, CITIES),
    }
    titles = tuple(title.format(**names) for title in plan.titles)
    top = 14 + 6.0 * len(titles)
    height = top + (34 if plan.code_below else 28) + plan.step * len(plan.rows) + 14
    sheet = Sheet(plan.width, height, dpi, (250, 249, 246))
    for place in (7.0, top + 21):
        # sensors of the meter find the next form by black marks
        side = plan.width - 7 if place < 10 else 0
        sheet.bar(side, place - 2.5, side + 7, place + 2.5, BLACK)
    sheet.supervisory_seal(plan.width / 2, 14, names["short"])
    for place, title in enumerate(titles):
        face, copy = "hei" if place else "song", title.replace(" ", "").startswith("发票联")
        key, value = ("copy_name", "发票联") if copy else (None, None)
        y, fit = 10.5 + 6.0 * place, plan.width - 6
        sheet.text(plan.width / 2, y, title, 4.0, plan.form, face=face, align="m", fit=fit, key=key, value=value)
    own = strip or Strip(origin, local_code(rng, region, issued.year, trade=4), digits(rng, 8))
    _numbers(sheet, plan, top, own)
    first = top + (36 if plan.code_below else 30)
    _meter(rng, sheet, plan, first, issued, names["city"], sign)
    if rng.random() < 0.7:
        name = f"{names['city']}示例出租汽车公司"
        row = plan.rows.index(plan.sealed) + 1.2 if plan.sealed else float(rng.uniform(0, 6))
        seal = (plan.width * 0.68, first + plan.step * row)
        sheet.company_seal(*seal, name, None, float(rng.uniform(-12, 12)), float(rng.uniform(0.25, 0.6)), size=float(rng.uniform(0.5, 0.7)))
    sheet.rotated(2.5 if plan.label_x > 7 else plan.width - 2.5, first + 30, "示例印制厂 00000001-99990000", 1.9, plan.form, 90)
    mark(sheet, size=1.9)
    # who runs it is only pressed into the seal
    return finished(sheet, KIND, plan.name, dpi, unsure=("seller_name",))


def _numbers(sheet: Sheet, plan: _Layout, top: float, strip: Strip) -> None:
    for place, (label, text, key) in enumerate((("发票代码", strip.code, "invoice_code"), ("发票号码", strip.number, "invoice_number"))):
        y = top + (5.5 + 10.5 * place if plan.code_below else 6 + 6.2 * place)
        if not plan.is_labelled:
            sheet.text(3, y, text, 4.6, BLACK, face="figures", key=key)
            continue
        sheet.text(plan.label_x - 3, y, f"{label}:", 3.2, plan.form, face="song")
        x, line = (plan.label_x + 2, y + 5) if plan.code_below else (plan.label_x + 14, y)
        sheet.text(x, line, text, 4.4, BLACK, face="figures", fit=plan.width - x - 4, key=key)


def _meter(rng: np.random.Generator, sheet: Sheet, plan: _Layout, first: float, issued: date, city: str, sign: str) -> None:
    machine = Machine(sheet, plan.ink, plan.face, plan.needles, float(rng.uniform(-1.2, 1.2)), plan.slip + float(rng.uniform(-0.6, 0.6)))
    printed = _values(rng, plan, issued, city, sign)
    for place, label in enumerate(plan.rows):
        y, name = first + plan.step * place, label.replace(" ", "")
        sheet.text(plan.label_x, y, f"{label}：", 3.1, plan.form, face="song")
        if plan.english and name in _ENGLISH:
            sheet.text(plan.label_x, y + 3.2, _ENGLISH[name], 2.1, plan.form, face="song")
        if name not in printed:
            continue
        text, key, value = printed[name]
        if name == "车号" and plan.unit_marks:
            # the province's character belongs to the form, the meter strikes the rest
            sheet.text(plan.label_x + 11, y, sign, 3.1, plan.form, face="song")
        align = "r" if plan.value_x > plan.width / 2 else "l"
        if name == "时间":
            # two values in one row: each is a print of its own
            end = sheet.width_of(text.partition("-")[2], 3.6, plan.face)
            machine.put(plan.value_x - end, y, text[: text.index("-") + 1], 3.6, "boarding_time", value=value, align=align)
            text, key, value = text.partition("-")[2], "alighting_time", None
        if name == "金额" and plan.is_added_apart:
            fee, _, amount = printed["燃油附加"]
            machine.put(plan.value_x, y, f"+{fee}", 3.6, "fuel_surcharge", value=amount, align=align)
            y += plan.step
        machine.put(plan.value_x, y, text, 3.6, key, value=value, align=align)


def _values(rng: np.random.Generator, plan: _Layout, issued: date, city: str, sign: str) -> dict[str, tuple[str, str | None, str | None]]:
    """What the meter prints beside each label: text, field, and the value when it differs from the text."""
    hour, minute = clock(rng, 0)
    ride = int(rng.integers(4, 55))
    end = (hour * 60 + minute + ride) % 1440
    price = yuan(rng, 1.2, 3.6, "0.1")
    kilometres = yuan(rng, 1, 48, "0.1")
    fare = (8 + max(Decimal(0), kilometres - 3) * price).quantize(Decimal(1)) + yuan(rng, 0, 0.5, "0.5")
    surcharge = Decimal(int(rng.integers(1, 4)))
    wait = f"00:{rng.integers(0, 20):02d}{':' if plan.needles == 24 else '.'}{rng.integers(0, 60):02d}"
    letter, tail = plate(rng, sign)
    yuan_mark, per = ("元", "元/公里") if plan.unit_marks else ("", "")
    stretch = ("公里" if plan.english else "km") if plan.unit_marks else ""
    mark_before = "¥" if "实收金额" in plan.rows else ""
    start, stop = f"{hour:02d}:{minute:02d}", f"{end // 60:02d}:{end % 60:02d}"
    has_total = bool({"合计", "实收金额"} & set(plan.rows))
    whole = (fare + surcharge).quantize(Decimal(1), ROUND_HALF_UP)
    return {
        "监督电话": (f"000-{digits(rng, 5)}", None, None),
        "公司电话": (f"000-555{digits(rng, 4)}", None, None),
        "电话": (f"555{digits(rng, 4)}", None, None),
        "公司": (f"{city[:2]}示例公司", None, None),
        "单位": (digits(rng, 4), None, None),
        "证号": (digits(rng, 6), None, None),
        "车号": (f"{letter}-{tail}" if plan.unit_marks else f"{sign}{letter}{tail}", "plate_number", f"{sign}{letter}{tail}"),
        "日期": (plan.date_form.format(issued), "issue_date", issued.isoformat()),
        "上车": (start, "boarding_time", None),
        "下车": (stop, "alighting_time", None),
        "单价": (f"{price:.2f}{per}", "unit_price", f"{price:.2f}"),
        "里程": (f"{kilometres}{stretch}", "mileage", f"{kilometres}"),
        "等候": (wait, "waiting_time", None),
        "时间": (f"{start}-{stop}", None, start),
        "状态": ("1", None, None),
        "金额": (f"{mark_before}{fare:.2f}{yuan_mark}", None if has_total else "tax_inclusive_amount", f"{fare:.2f}"),
        "燃油附加": (f"{surcharge:.2f}{yuan_mark}", "fuel_surcharge", f"{surcharge:.2f}"),
        "合计": (f"{fare + surcharge:.2f}{yuan_mark}", "tax_inclusive_amount", f"{fare + surcharge:.2f}"),
        "燃油附加费": (f"¥{surcharge:.2f}", "fuel_surcharge", f"{surcharge:.2f}"),
        "预约叫车服务费": ("¥0.00", None, None),
        "实收金额": (f"¥{whole:.2f}", "tax_inclusive_amount", f"{whole:.2f}"),
        "卡号": ("0", None, None),
        "卡原额": ("0.00", None, None),
        "卡余额": ("0.00", None, None),
    }
