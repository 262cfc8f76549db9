"""Paper train tickets: the red soft ones, the blue magnetic cards and the slips for reimbursement of the last years."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from benchmarks.drawing.digits import digits
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.ornament import arrow, dashed_box, tint
from benchmarks.drawing.paper import Machine, Paper, finished, mark
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import clock, day_between, masked_identity, station, traveller, yuan

KIND = "train"
WIDTH, HEIGHT = 86.0, 54.0
_RED: Colour = (206, 84, 104)


@dataclass(frozen=True)
class _Layout:
    name: str
    first: date
    last: date
    upper: Colour
    lower: Colour
    band: Colour | None
    qr: bool
    sleepers: bool
    named: bool
    slogan: tuple[str, ...]


_LAYOUTS = (
    _Layout(
        "blue card",
        date(2012, 1, 2),
        date(2020, 5, 30),
        (214, 236, 248),
        (186, 222, 242),
        (132, 192, 226),
        True,
        False,
        True,
        ("买票请到12306 发货请到95306", "中国铁路祝您旅途愉快"),
    ),
    _Layout(
        "red soft paper",
        date(2009, 3, 2),
        date(2016, 10, 30),
        (252, 232, 234),
        (248, 220, 226),
        None,
        False,
        True,
        False,
        ("示例样张 非真实车票",),
    ),
    _Layout(
        "blue card, long distance",
        date(2012, 1, 2),
        date(2020, 5, 30),
        (208, 232, 246),
        (190, 224, 242),
        (132, 192, 226),
        True,
        True,
        True,
        ("示例广告 咨询电话00055500000",),
    ),
    _Layout(
        "reimbursement slip",
        date(2020, 7, 1),
        date(2025, 9, 28),
        (214, 236, 248),
        (196, 226, 244),
        (132, 192, 226),
        True,
        False,
        True,
        ("报销凭证 遗失不补", "退票改签时须交回车站"),
    ),
)
_FAST = (("G", ("二等座", "一等座", "商务座")), ("D", ("二等座", "一等座", "动卧")), ("C", ("二等座", "一等座")))
_SLOW = (
    ("K", ("新空调硬座", "新空调硬卧", "新空调软卧")),
    ("T", ("新空调硬座", "新空调硬卧")),
    ("Z", ("新空调软卧", "新空调硬卧")),
    ("", ("硬座",)),
)


def draw_train(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one ticket."""
    plan = _LAYOUTS[layout % len(_LAYOUTS)]
    sheet = Sheet(WIDTH, HEIGHT, dpi)
    tint(sheet, plan.upper, plan.lower)
    if plan.band is not None:
        sheet.bar(0, HEIGHT - 6.4, WIDTH, HEIGHT, plan.band)
    machine = Machine(sheet, BLACK, "hei", 0, float(rng.uniform(-0.6, 0.8)), float(rng.uniform(-0.5, 0.6)))
    number = _number(rng)
    sheet.text(4.5, 4.6, number, 4.4, _RED, face="figures", key="ticket_number")
    if rng.random() < 0.75:
        gate = f"{rng.integers(1, 24)}{pick(rng, ('A', 'B', ''))}"
        machine.put(64, 4.8, f"检票:{gate}" if plan.name != "red soft paper" else f"{gate}检票口", 3.2, "check_gate", value=gate)
    start = _stations(rng, sheet, machine, plan)
    _journey(rng, machine, plan)
    _person(rng, machine, plan, sheet)
    serial = f"{digits(rng, 14)}{number[3:]}" if len(number) == 10 else digits(rng, 21)
    machine.put(7, HEIGHT - 3.4, serial, 3.2, "serial")
    if rng.random() < 0.8:
        machine.put(49, HEIGHT - 3.4, f"{start}售", 3.2, "sold_at")
    cipher = digits(rng, 144) if plan.qr else None
    if cipher is not None:
        sheet.qr(66, 29.5, 15.5, cipher)
    mark(sheet, 72, 1.6)
    # what is printed is the day of the journey; whether that is a day of issue, the trade does not agree
    return finished(sheet, KIND, plan.name, dpi, qr=cipher, unsure=("issue_date",))


def _number(rng: np.random.Generator) -> str:
    head = pick(rng, tuple("ABDEGHJKLMNPQRTUXYZ"))
    if rng.random() < 0.3:
        return f"{digits(rng, 3)}{head}{digits(rng, 6)}"
    if rng.random() < 0.3:
        return f"{head}{digits(rng, 6)}"
    return f"{pick(rng, tuple('AEHRXZ'))}{digits(rng, 2)}{head}{digits(rng, 6)}"


def _stations(rng: np.random.Generator, sheet: Sheet, machine: Machine, plan: _Layout) -> str:
    start, start_spelling = station(rng)
    goal, goal_spelling = station(rng, start)
    letter, _ = pick(rng, _SLOW if plan.sleepers else _FAST)
    for x, name, spelling, key in ((7.0, start, start_spelling, "from_station"), (55.0, goal, goal_spelling, "to_station")):
        spread = 1.6 if len(name) < 3 else 0.3
        size = 5.6 if len(name) < 4 else 4.6
        machine.put(x, 10.6, name, size, key, spacing=spread, weight=0.05)
        machine.put(x + machine.sheet.width_of(name, size, "hei", spread) + 1.2, 11.2, "站", 3.2)
        if plan.name != "red soft paper" or rng.random() < 0.5:
            machine.put(x + 3, 15.4, spelling, 2.9)
    train = f"{letter}{rng.integers(1, 1400 if letter else 6900)}"
    machine.put(43, 10.6, train, 5.0, "train_number", align="m")
    arrow(sheet, 36.5, 50, 13.6, BLACK)
    return start


def _journey(rng: np.random.Generator, machine: Machine, plan: _Layout) -> None:
    day = day_between(rng, plan.first, plan.last)
    hour, minute = clock(rng)
    value = f"{day.isoformat()} {hour:02d}:{minute:02d}"
    pieces = (
        (f"{day.year}", 3.7),
        ("年", 2.5),
        (f"{day.month:02d}", 3.7),
        ("月", 2.5),
        (f"{day.day:02d}", 3.7),
        ("日", 2.5),
        (f" {hour:02d}:{minute:02d}", 3.7),
        ("开", 2.5),
    )
    machine.mixed(6.5, 19.4, pieces, "departure_time", value)
    car = int(rng.integers(1, 18))
    classes = pick(rng, _SLOW if plan.sleepers else _FAST)[1]
    seat_class = pick(rng, classes)
    rows: tuple[tuple[str, float], ...]
    if rng.random() < 0.1:
        seat, rows = f"{car:02d}车无座", ((f"{car:02d}", 3.7), ("车", 2.5), ("无座", 3.5))
    elif seat_class.endswith("卧"):
        berth = f"{pick(rng, tuple('上中下') if '硬' in seat_class else tuple('上下'))}铺"
        place = int(rng.integers(1, 20))
        seat, rows = (
            f"{car:02d}车{place:03d}号{berth}",
            ((f"{car:02d}", 3.7), ("车", 2.5), (f"{place:03d}", 3.7), ("号", 2.5), (berth, 3.5)),
        )
    else:
        place_text = f"{rng.integers(1, 20):02d}{pick(rng, tuple('ABCDF'))}" if not plan.sleepers else f"{rng.integers(1, 119):03d}"
        seat, rows = f"{car:02d}车{place_text}号", ((f"{car:02d}", 3.7), ("车", 2.5), (place_text, 3.7), ("号", 2.5))
    machine.mixed(55, 19.4, rows, "seat", seat)
    fare = yuan(rng, 5, 900, "0.5")
    machine.mixed(
        7.5, 24.0, (("￥" if rng.random() < 0.7 else "¥", 3.4), (f"{fare:.1f}", 3.9), ("元", 2.5)), "tax_inclusive_amount", f"{fare:.1f}"
    )
    if rng.random() < 0.7:
        machine.put(38, 24.0, pick(rng, ("网", "支", "网折", "折", "学", "孩")), 3.2)
    machine.put(61, 24.0, seat_class, 3.5, "seat_class")


def _person(rng: np.random.Generator, machine: Machine, plan: _Layout, sheet: Sheet) -> None:
    rows = ["限乘当日当次车" if not plan.sleepers else "在3日内到有效"]
    if plan.name == "reimbursement slip":
        rows = ["仅供报销使用"]
    if rng.random() < 0.25:
        rows.append(pick(rng, ("始发改签", "变更到站", "退票费")) if plan.name != "reimbursement slip" else "始发改签")
    for place, row in enumerate(rows):
        machine.put(6.8, 28.4 + 3.8 * place, row, 3.3)
    y = 28.4 + 3.8 * len(rows) + (1.0 if len(rows) == 1 else 0.2)
    if plan.named:
        name, identity = traveller(rng), masked_identity(rng, "1100")
        machine.put(6.8, y, identity, 3.6)
        machine.put(6.8 + sheet.width_of(identity, 3.6, "hei") + 1, y, name, 3.6, "passenger_name")
    dashed_box(sheet, 11, 39.4, 61, 46.6, BLACK)
    step = 3.2
    for place, row in enumerate(plan.slogan):
        sheet.text(36, 43.0 + step * (place - (len(plan.slogan) - 1) / 2), row, 2.8, BLACK, face="hei", align="m")
