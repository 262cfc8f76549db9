"""The electronic invoice of a train ride (铁路电子客票): a ticket's face under an invoice's head."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import digits, sealed_payload
from benchmarks.drawing.inventory import pick, tax_id
from benchmarks.drawing.ornament import arrow, dashed_box
from benchmarks.drawing.paper import Machine, Paper, finished, mark
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, business, clock, day_between, masked_identity, short_name, station, traveller, yuan

KIND = "digital_railway"
WIDTH, HEIGHT = 210.0, 140.0
_FORM: Colour = (128, 22, 22)
_NAMES = ("company buys", "rebooked", "refund fee", "traveller buys")
_SEATS = ("二等座", "一等座", "商务座", "硬座", "硬卧")


def draw_digital_railway(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one e-ticket."""
    name = _NAMES[layout % len(_NAMES)]
    region, province, _ = pick(rng, PROVINCES)
    ride = day_between(rng, date(2024, 11, 2), date(2025, 12, 12))
    issued = ride + timedelta(days=int(rng.integers(0, 12)))
    number = f"{issued.year % 100:02d}{region[:2]}9999{digits(rng, 12)}"
    refund = name == "refund fee"
    fare = Decimal(int(rng.integers(2, 90))) if refund else yuan(rng, 5, 1200, "0.5")
    # the railway writes whole yuan without decimals in its code
    payload = sealed_payload(f"01,51,,{number},{fare.normalize():f},{issued:%Y%m%d},,", "C")
    sheet = Sheet(WIDTH, HEIGHT, dpi)
    sheet.qr(12, 8, 24, payload)
    sheet.text(105, 13, "电子发票（铁路电子客票）", 6.2, _FORM, face="kai", align="m", spacing=0.6)
    sheet.supervisory_seal(105, 24, short_name(province))
    machine = Machine(sheet, BLACK, "hei")
    left = 18.0
    sheet.text(left, 40, "发票号码:", 3.6, BLACK, face="hei")
    machine.put(left + 17, 40, number, 3.8, "invoice_number")
    sheet.text(146, 40, "开票日期:", 3.6, BLACK, face="hei")
    machine.put(163, 40, f"{issued:%Y年%m月%d日}", 3.8, "issue_date", value=issued.isoformat())
    sheet.line(14, 45, 196, 45, (210, 210, 214))
    _ride(rng, machine, ride)
    sheet.text(left, 83, "退票费:" if refund else "票价:", 3.8, BLACK, face="hei")
    machine.put(left + 14, 83, f"￥{fare:.2f}", 4.2, "tax_inclusive_amount", value=f"{fare:.2f}")
    if name == "rebooked":
        machine.put(78, 83, "始发改签", 3.6)
    person_name, identity = traveller(rng), masked_identity(rng, region)
    machine.put(left, 91, identity, 4.0)
    machine.put(left + 44, 91, person_name, 4.0, "passenger_name")
    sheet.text(left, 99, "电子客票号:", 3.6, BLACK, face="hei")
    machine.put(left + 21, 99, f"{digits(rng, 14)}{pick(rng, tuple('ABEGHJ'))}{digits(rng, 6)}", 3.8, "ticket_number")
    private = name == "traveller buys"
    sheet.text(left, 107, "购买方名称:", 3.6, BLACK, face="hei")
    machine.put(left + 21, 107, person_name if private else business(rng), 3.8, "buyer_name", fit=80)
    sheet.text(122, 107, "统一社会信用代码:", 3.6, BLACK, face="hei")
    machine.put(152, 107, None if private else tax_id(rng, region), 3.8, "buyer_tax_id")
    dashed_box(sheet, 18, 114, 140, 130, BLACK)
    sheet.text(79, 119, "买票请到12306 发货请到95306", 3.4, BLACK, face="hei", align="m")
    sheet.text(79, 125, "中国铁路祝您旅途愉快", 3.4, BLACK, face="hei", align="m")
    mark(sheet)
    return finished(sheet, KIND, name, dpi, qr=payload)


def _ride(rng: np.random.Generator, machine: Machine, ride: date) -> None:
    start, start_spelling = station(rng)
    goal, goal_spelling = station(rng, start)
    for x, name, spelling, key in ((30.0, start, start_spelling, "from_station"), (136.0, goal, goal_spelling, "to_station")):
        # the printed name ends in the word station, which is not part of it
        machine.put(x, 53, f"{name}站", 6.4, key, value=name, spacing=0.6)
        machine.put(x + 4, 60, spelling, 3.4)
    train = f"{pick(rng, ('G', 'D', 'C', 'K', 'Z'))}{rng.integers(1, 6900)}"
    machine.put(102, 52, train, 5.4, "train_number", align="m")
    arrow(machine.sheet, 88, 116, 57, BLACK)
    hour, minute = clock(rng)
    moment = f"{ride.isoformat()} {hour:02d}:{minute:02d}"
    machine.put(18, 72, f"{ride:%Y年%m月%d日}", 4.2, "departure_time", value=moment)
    machine.put(66, 72, f"{hour:02d}:{minute:02d}开", 4.2, "departure_time", value=moment)
    seat_class = pick(rng, _SEATS)
    car = f"{rng.integers(1, 18):02d}车"
    seat = (
        f"{rng.integers(1, 20):02d}{pick(rng, tuple('ABCDF'))}号"
        if seat_class.endswith("座") and seat_class != "硬座"
        else f"{rng.integers(1, 119):03d}号"
    )
    if seat_class == "硬卧":
        seat += pick(rng, ("上铺", "中铺", "下铺"))
    machine.put(112, 72, car + seat, 4.2, "seat")
    machine.put(160, 72, seat_class, 4.2, "seat_class")
