"""Tickets of coaches and ferries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import digits
from benchmarks.drawing.inventory import CITIES, pick
from benchmarks.drawing.ornament import arrow, waves
from benchmarks.drawing.paper import Machine, Paper, finished, mark, numbered
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, clock, day_between, local_code, masked_identity, short_name, station, traveller, yuan

KIND = "coach"
_GREEN: Colour = (70, 176, 76)


@dataclass(frozen=True)
class _Ride:
    province: str
    city: str
    code: str
    number: str
    start: str
    goal: str
    day: date
    time: str
    line: str
    seat: str
    fare: Decimal
    fuel: Decimal
    gate: str
    name: str | None
    identity: str | None


def draw_coach(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one ticket."""
    name, draw = (("banded table", _banded), ("stations large", _large), ("labels", _labels), ("ferry", _ferry))[layout % 4]
    region, province, _ = pick(rng, PROVINCES)
    day = day_between(rng, date(2012, 1, 5), date(2024, 12, 20))
    start, _ = station(rng)
    goal, _ = station(rng, start)
    hour, minute = clock(rng)
    named = rng.random() < 0.6 and day.year >= 2016
    ride = _Ride(
        province,
        pick(rng, CITIES),
        local_code(rng, region, day.year, bureau=pick(rng, (1, 2)), trade=1),
        digits(rng, 8),
        start,
        goal,
        day,
        f"{hour:02d}:{minute:02d}",
        pick(rng, (digits(rng, 3), f"{pick(rng, tuple('ABK'))}{digits(rng, 4)}")),
        f"{rng.integers(1, 50):02d}",
        yuan(rng, 4, 260, "0.5"),
        yuan(rng, 1, 4, "1"),
        f"{rng.integers(1, 30)}",
        traveller(rng) if named else None,
        masked_identity(rng, region) if named else None,
    )
    sheet = draw(rng, dpi, ride)
    mark(sheet, size=2.0)
    # who runs it is only pressed into the seal
    return finished(sheet, KIND, name, dpi, unsure=("seller_name",))


def _banded(rng: np.random.Generator, dpi: int, ride: _Ride) -> Sheet:
    """A coloured band over a table of one row."""
    sheet = Sheet(114, 70, dpi, (248, 249, 242))
    waves(sheet, (236, 232, 196), pitch=4, length=14)
    band = pick(rng, (_GREEN, (226, 120, 60), (74, 140, 206)))
    sheet.bar(12, 0, 114, 21, band)
    for place in range(6):
        sheet.hole(6, 5 + 12.7 * place, 1.8)
    sheet.supervisory_seal(34, 13, short_name(ride.province))
    sheet.text(88, 6, f"{ride.province}道路汽车客票", 4.6, (250, 252, 246), face="hei", align="m", fit=48)
    sheet.text(88, 13, "发票联", 4.6, (250, 252, 246), face="hei", align="m", key="copy_name")
    sheet.bar(58, 17, 114, 34, (248, 249, 242))
    numbered(sheet, 62, 20.5, ride.code, ride.number, BLACK, BLACK, size=2.8, step=6.4, gap=1)
    machine = Machine(sheet, BLACK, "song", pick(rng, (0, 16, 24)), float(rng.uniform(-2, 2)), float(rng.uniform(-1, 1.2)))
    machine.put(14, 25, f"{ride.city[:2]}汽车客运站", 3.4)
    sheet.text(70, 35, "燃油费：", 3.2, BLACK, face="song")
    machine.put(84, 35, f"{ride.fuel:.1f}", 3.6, "fuel_surcharge")
    sheet.text(14, 41, "到  站", 3.4, BLACK, face="song")
    machine.put(33, 41, ride.goal, 4.0, "to_station")
    sheet.text(60, 41, "票 价：￥", 3.4, BLACK, face="song")
    machine.put(79, 41, f"{ride.fare:.2f}", 4.0, "tax_inclusive_amount")
    machine.put(96, 41, pick(rng, ("<全>", "<半>")), 3.4)
    sheet.bar(12, 46, 114, 52.5, band)
    edges = (14, 41, 64, 78, 94, 114)
    for x0, x1, label in zip(edges[:-1], edges[1:], ("乘车日期", "开车时间", "车次", "座号", "检票口"), strict=True):
        sheet.text((x0 + x1) / 2, 49.3, label, 3.2, (250, 252, 246), face="hei", align="m")
        sheet.line(x0, 46, x0, 62, band)
    time = "流水" if rng.random() < 0.2 else ride.time
    for x, text, key, value in (
        (16, f"{ride.day:%Y-%m-%d}", "issue_date", None),
        (45, time, "departure_time", None),
        (66, ride.line, "train_number", None),
        (82, ride.seat, "seat", None),
        (99, ride.gate, None, None),
    ):
        machine.put(x, 57, text, 3.8, key, value=value)
    sheet.bar(12, 62, 114, 66, band)
    return sheet


def _large(rng: np.random.Generator, dpi: int, ride: _Ride) -> Sheet:
    """As on the railway: two stations in large letters with an arrow between."""
    tone = pick(rng, ((238, 244, 252), (252, 240, 236), (240, 250, 240)))
    sheet = Sheet(106, 66, dpi, tone)
    form: Colour = (36, 70, 140)
    sheet.supervisory_seal(53, 13, short_name(ride.province))
    sheet.text(53, 6, f"{ride.province}公路客运发票", 4.8, form, face="kai", align="m")
    sheet.text(53, 12.5, "发 票 联", 3.8, form, face="kai", align="m", key="copy_name", value="发票联")
    numbered(sheet, 6, 18, ride.code, ride.number, form, (190, 40, 44), size=2.6, step=4.8, gap=1)
    machine = Machine(sheet, BLACK, "hei", 0, float(rng.uniform(-1, 1)), float(rng.uniform(-1, 1)))
    machine.put(8, 31, ride.start, 5.2, "from_station", spacing=0.6)
    arrow(sheet, 42, 60, 31, BLACK)
    machine.put(64, 31, ride.goal, 5.2, "to_station", spacing=0.6)
    machine.put(8, 38, f"{ride.day:%Y年%m月%d日}", 3.6, "issue_date", value=ride.day.isoformat())
    machine.put(40, 38, ride.time, 3.6, "departure_time")
    machine.put(40 + sheet.width_of(ride.time, 3.6, "hei"), 38, "开", 3.0)
    machine.put(64, 38, f"车次{ride.line}", 3.4, "train_number", value=ride.line)
    machine.put(8, 44, f"票价￥{ride.fare:.2f}元", 3.8, "tax_inclusive_amount", value=f"{ride.fare:.2f}")
    machine.put(64, 44, f"座位{ride.seat}号", 3.4, "seat", value=ride.seat)
    machine.put(86, 44, f"检票口{ride.gate}", 3.2)
    if ride.name:
        machine.put(8, 50, ride.identity, 3.4)
        machine.put(46, 50, ride.name, 3.4, "passenger_name")
    sheet.text(8, 56, "限乘当日当次 过期作废 退票请于开车前办理", 2.6, form, face="song")
    machine.put(64, 50, f"售票员{rng.integers(1, 99):03d}", 3.0)
    sheet.company_seal(82, 52, f"{ride.city}示例客运有限公司", None, float(rng.uniform(-10, 10)), float(rng.uniform(0.2, 0.5)), size=0.6)
    return sheet


def _labels(rng: np.random.Generator, dpi: int, ride: _Ride) -> Sheet:
    """A narrow slip, label and value in each row, in two languages."""
    sheet = Sheet(76, 118, dpi, (250, 250, 247))
    form: Colour = (52, 60, 70)
    sheet.supervisory_seal(38, 14, short_name(ride.province))
    sheet.text(38, 8, f"{ride.province}汽车客运站", 4.2, form, face="hei", align="m")
    sheet.text(38, 15, "汽车客票（发票联）", 4.2, form, face="hei", align="m", key="copy_name", value="发票联")
    sheet.text(38, 20.6, "PASSENGER TICKET", 2.6, form, face="song", align="m")
    numbered(sheet, 8, 28, ride.code, ride.number, form, BLACK, size=2.9, step=5.6)
    machine = Machine(sheet, (40, 40, 46), "song", pick(rng, (16, 24)), float(rng.uniform(-1, 1)), float(rng.uniform(-0.8, 0.8)))
    rows = [
        ("乘车站", "From", ride.start, "from_station", None),
        ("到达站", "To", ride.goal, "to_station", None),
        ("乘车日期", "Date", f"{ride.day:%Y/%m/%d}", "issue_date", ride.day.isoformat()),
        ("发车时间", "Time", ride.time, "departure_time", None),
        ("车次", "Bus No.", ride.line, "train_number", None),
        ("座位号", "Seat", ride.seat, "seat", None),
        ("票价", "Fare", f"{ride.fare:.2f}元", "tax_inclusive_amount", f"{ride.fare:.2f}"),
        ("检票口", "Gate", ride.gate, None, None),
    ]
    if ride.name:
        rows += [("姓名", "Name", ride.name, "passenger_name", None), ("证件号", "ID No.", ride.identity or "", None, None)]
    for place, (label, english, text, key, value) in enumerate(rows):
        y = 42 + 6.6 * place
        sheet.text(8, y, f"{label}：", 3.2, form, face="song")
        sheet.text(8, y + 2.9, english, 1.9, form, face="song")
        machine.put(28, y, text, 3.6, key, value=value)
    return sheet


def _ferry(rng: np.random.Generator, dpi: int, ride: _Ride) -> Sheet:
    """A ship's ticket: voyage instead of line, class instead of gate."""
    sheet = Sheet(120, 62, dpi, (238, 246, 250))
    waves(sheet, (214, 234, 244), pitch=3, length=30)
    form: Colour = (20, 84, 120)
    sheet.supervisory_seal(60, 13, short_name(ride.province))
    sheet.text(60, 7, f"{ride.province}{ride.city}水路客运船票", 4.8, form, face="kai", align="m")
    sheet.text(60, 14, "（发票联）", 3.6, form, face="kai", align="m", key="copy_name", value="发票联")
    numbered(sheet, 76, 21, ride.code, ride.number, form, BLACK, size=2.7, step=4.8, gap=1)
    machine = Machine(sheet, BLACK, "hei", 0, float(rng.uniform(-1.5, 1.5)), float(rng.uniform(-1, 1)))
    cells = (
        (8, 31, "始发港", ride.start + "港", "from_station", None),
        (64, 31, "到达港", ride.goal + "港", "to_station", None),
        (8, 38, "开航日期", f"{ride.day:%Y-%m-%d}", "issue_date", None),
        (64, 38, "开航时间", ride.time, "departure_time", None),
        (8, 45, "航次", ride.line, "train_number", None),
        (64, 45, "舱位", pick(rng, ("二等舱", "三等舱", "普通舱")), "seat_class", None),
        (8, 52, "票价", f"￥{ride.fare:.2f}", "tax_inclusive_amount", f"{ride.fare:.2f}"),
        (64, 52, "座号", ride.seat, "seat", None),
    )
    for x, y, label, text, key, value in cells:
        sheet.text(x, y, f"{label}：", 3.2, form, face="song")
        machine.put(x + 19, y, text, 3.8, key, value=value)
    return sheet
