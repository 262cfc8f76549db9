"""Itineraries of air transport: the blue paper receipt."""

from datetime import date

import numpy as np

from benchmarks.drawing.digits import digits
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.kinds.air_trip import UNSURE, Trip, invent_trip
from benchmarks.drawing.ornament import waves
from benchmarks.drawing.paper import Machine, Paper, finished, mark
from benchmarks.drawing.pen import BLACK, Colour, Sheet

_BLUE: Colour = (40, 70, 130)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def draw_air_itinerary(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one paper itinerary: one leg, a day as an airline writes it, or two legs."""
    name = ("one leg", "one leg, airline's dates", "two legs")[layout % 3]
    trip = invent_trip(rng, date(2012, 1, 10), date(2025, 9, 20), 2 if name == "two legs" else 1)
    sheet = Sheet(241, 101, dpi, (236, 243, 250))
    waves(sheet, (176, 208, 234), pitch=1.7, height=3.2, length=55)
    machine = Machine(sheet, (38, 38, 46), "song", pick(rng, (0, 24)), float(rng.uniform(-2.5, 2.5)), float(rng.uniform(-1.4, 1.2)))
    for place in range(7):
        for x in (5.0, 236.0):
            sheet.hole(x, 8 + 14 * place, 1.9)
    _paper_form(rng, sheet)
    english = name == "one leg, airline's dates"
    _fill(rng, machine, trip, english=english)
    spot = (float(rng.uniform(86, 112)), float(rng.uniform(80, 86)))
    sheet.company_seal(*spot, "示例航空服务有限公司", None, float(rng.uniform(-10, 10)), float(rng.uniform(0.3, 0.6)), size=0.7)
    mark(sheet, size=2.0)
    unsure = list(UNSURE)
    if len(trip.flights) > 1:
        unsure += ["from_station", "to_station", "departure_time", "seat_class"]
    elif english:
        unsure.append("departure_time")
    return finished(sheet, "air_itinerary", name, dpi, unsure=unsure)


_COLUMNS = (
    (16.0, 58.0, "", ""),
    (58.0, 72.0, "承运人", "CARRIER"),
    (72.0, 87.0, "航班号", "FLIGHT"),
    (87.0, 100.0, "座位等级", "CLASS"),
    (100.0, 122.0, "日期", "DATE"),
    (122.0, 136.0, "时间", "TIME"),
    (136.0, 170.0, "客票级别/客票类别", "FARE BASIS"),
    (170.0, 189.0, "客票生效日期", "NOT VALID BEFORE"),
    (189.0, 208.0, "有效截止日期", "NOT VALID AFTER"),
    (208.0, 224.0, "免费行李", "ALLOW"),
)


def _both(sheet: Sheet, x: float, y: float, chinese: str, english: str, *, beside: bool = True) -> None:
    sheet.text(x, y, chinese, 2.7, _BLUE, face="hei")
    shift = (sheet.width_of(chinese, 2.7, "hei") + 1, 0.1) if beside else (0.0, 2.7)
    sheet.text(x + shift[0], y + shift[1], english, 1.9, _BLUE, face="song")


def _paper_form(rng: np.random.Generator, sheet: Sheet) -> None:
    sheet.supervisory_seal(120, 13, "示例")
    sheet.text(120, 6.5, "航空运输电子客票行程单", 4.8, _BLUE, face="hei", align="m")
    sheet.text(120, 11.4, "ITINERARY/RECEIPT OF E-TICKET FOR AIR TRANSPORT", 2.2, _BLUE, face="song", align="m")
    _both(sheet, 160, 9, "印刷序号：", "SERIAL NUMBER:", beside=False)
    sheet.text(184, 12, " ".join(digits(rng, 1) for _ in range(11)), 3.6, BLACK, face="figures")
    for y in (16, 26, 32, 62, 70, 78, 88):
        sheet.line(16, y, 224, y, _BLUE)
    for x in (16, 224):
        sheet.line(x, 16, x, 88, _BLUE)
    for x0, _, _, _ in _COLUMNS[1:]:
        sheet.line(x0, 26, x0, 62, _BLUE)
    for x, label, english in (
        (17, "旅客姓名", "NAME OF PASSENGER"),
        (66, "有效身份证件号码", "ID.NO."),
        (128, "签注", "ENDORSEMENTS/RESTRICTIONS(CARBON)"),
    ):
        _both(sheet, x, 18.4, label, english)
    for x0, x1, label, english in _COLUMNS[1:]:
        sheet.text((x0 + x1) / 2, 27.8, label, 2.5, _BLUE, face="hei", align="m", fit=x1 - x0 - 1)
        sheet.text((x0 + x1) / 2, 30.5, english, 1.8, _BLUE, face="song", align="m", fit=x1 - x0 - 1)
    for place, (label, english) in enumerate((("自", "FROM"), ("至", "TO"), ("至", "TO"), ("至", "TO"))):
        _both(sheet, 17, 36 + 7.4 * place, label, english)
    for x, label, english in (
        (60, "票价", "FARE"),
        (92, "民航发展基金", "CAAC DEVELOPMENT FUND"),
        (130, "燃油附加费", "FUEL SURCHARGE"),
        (160, "其他税费", "OTHER TAXES"),
        (192, "合计", "TOTAL"),
    ):
        _both(sheet, x, 64, label, english)
    for x, label, english in (
        (17, "电子客票号码", "E-TICKET NO."),
        (76, "验证码", "CK."),
        (112, "提示信息", "INFORMATION"),
        (184, "保险费", "INSURANCE"),
    ):
        _both(sheet, x, 72, label, english)
    for x, label, english in ((17, "销售单位代号", "AGENT CODE"), (76, "填开单位", "ISSUED BY"), (170, "填开日期", "DATE OF ISSUE")):
        _both(sheet, x, 80.4, label, english)
    sheet.text(17, 92, "验真网址：示例  服务热线：000-0000000  短信验真：发送JP至00000", 2.6, _BLUE, face="hei")
    sheet.column(229, 30, 72, "付款凭证 手写无效", 2.6, _BLUE)


def _fill(rng: np.random.Generator, machine: Machine, trip: Trip, *, english: bool) -> None:
    machine.put(18, 22.8, trip.name, 3.4, "passenger_name")
    machine.put(68, 22.8, trip.identity, 3.4)
    machine.put(130, 22.8, "不得签转 改退收费", 3.2)
    keys = ("from_station", "to_station") if len(trip.stops) == 2 else (None, None, None)
    for place, (stop, key) in enumerate(zip(trip.stops, keys, strict=True)):
        machine.put(34, 36.4 + 7.4 * place, stop, 3.6, key)
    if len(trip.stops) == 2:
        machine.put(34, 36.4 + 14.8, "VOID", 3.2)
    for place, (flight, seat_class, day, time) in enumerate(trip.flights):
        y, single = 36.4 + 7.4 * place, len(trip.flights) == 1
        when = f"{day.day:02d}{_MONTHS[day.month - 1]}" if english else day.isoformat()
        moment = None if english or not single else f"{day.isoformat()} {time}"
        key = None if moment is None else "departure_time"
        for x, text, cell, value in (
            (60, flight[:2], None, None),
            (73, flight, None, None),
            (92, seat_class, "seat_class" if single else None, None),
            (101, when, key, moment),
            (124, time.replace(":", "") if english else time, key, moment),
            (142, seat_class, None, None),
            (210, "20K", None, None),
        ):
            machine.put(x, y, text, 3.4, cell, value=value, fit=22)
    total = trip.fare + trip.fuel + trip.fund
    for x, text, cell, amount in (
        (62, f"CNY {trip.fare:.2f}", None, None),
        (96, f"CN {trip.fund:.2f}", None, None),
        (134, f"YQ {trip.fuel:.2f}" if trip.fuel else "YQ EXEMPT", "fuel_surcharge" if trip.fuel else None, trip.fuel),
        (194, f"CNY {total:.2f}", "tax_inclusive_amount", total),
    ):
        machine.put(x, 67.6, text, 3.5, cell, value=None if amount is None else f"{amount:.2f}")
    machine.put(38, 75.4, trip.ticket, 3.5, "ticket_number")
    machine.put(88, 75.4, digits(rng, 4), 3.5)
    machine.put(202, 75.4, pick(rng, ("X" * 3, "20.00")), 3.4)
    machine.put(20, 85, trip.agent, 3.3)
    machine.put(94, 85, "示例航空服务有限公司", 3.3)
    machine.put(192, 85, trip.issued.isoformat(), 3.4, "issue_date")
