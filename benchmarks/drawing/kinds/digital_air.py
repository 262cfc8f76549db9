"""The electronic invoice of a flight: the itinerary's table under an invoice's head."""

from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import cents, digits, sealed_payload
from benchmarks.drawing.inventory import pick, tax_id
from benchmarks.drawing.kinds.air_trip import UNSURE, Trip, invent_trip
from benchmarks.drawing.paper import Machine, Paper, finished, mark
from benchmarks.drawing.pen import BLACK, Colour, Sheet
from benchmarks.drawing.world import PROVINCES, business, short_name

_FORM: Colour = (128, 22, 22)


def draw_digital_air(rng: np.random.Generator, layout: int, dpi: int) -> Paper:
    """Draw one electronic itinerary; companies and travellers buy, on one leg or two."""
    legs = 2 if layout % 3 == 2 else 1
    private = layout % 3 == 1
    region, province, _ = pick(rng, PROVINCES)
    trip = invent_trip(rng, date(2025, 1, 10), date(2025, 12, 20), legs)
    taxed = cents((trip.fare + trip.fuel) * 9 / 100)
    total = trip.fare + trip.fuel + taxed + trip.fund
    number = f"{trip.issued.year % 100:02d}{region[:2]}6999{digits(rng, 12)}"
    sheet, form = Sheet(210, 140, dpi), _FORM
    payload = sealed_payload(f"01,61,,{number},{total:.2f},{trip.issued:%Y%m%d},,", "A")
    sheet.qr(8, 6, 19, payload)
    sheet.text(97, 11, "电子发票（航空运输电子客票行程单）", 5.4, form, face="kai", align="m")
    sheet.supervisory_seal(97, 21, short_name(province))
    for y, label, text, key, value in (
        (12, "发票号码：", number, "invoice_number", None),
        (17.5, "填开日期：", f"{trip.issued:%Y年%m月%d日}", "issue_date", trip.issued.isoformat()),
        (23, "国内国际标识：", "国内", None, None),
    ):
        sheet.text(157, y, label, 3.0, form, face="kai")
        sheet.text(157 + sheet.width_of(label, 3.0, "kai"), y, text, 3.0, BLACK, key=key, value=value)
    _digital_form(sheet, form)
    _digital_values(rng, Machine(sheet, BLACK), trip, taxed, total, legs)
    buyer = trip.name if private else business(rng)
    for x, label, name, field in (
        (9, "购买方名称：", buyer, "buyer_name"),
        (104, "统一社会信用代码/纳税人识别号：", None if private else tax_id(rng, region), "buyer_tax_id"),
    ):
        sheet.text(x, 126, label, 3.0, form, face="kai")
        sheet.text(x + sheet.width_of(label, 3.0, "kai") + 0.5, 126, name, 3.0, BLACK, key=field)
    mark(sheet)
    unsure = [key for key in UNSURE if key != "invoice_number"]
    if legs > 1:
        unsure += ["from_station", "to_station", "departure_time", "seat_class"]
    name = ("company", "traveller", "two legs")[layout % 3]
    return finished(sheet, "digital_air", name, dpi, qr=payload, unsure=unsure)


_DIGITAL = (
    (6.0, 48.0, ""),
    (48.0, 62.0, "承运人"),
    (62.0, 80.0, "航班号"),
    (80.0, 94.0, "座位等级"),
    (94.0, 116.0, "日期"),
    (116.0, 130.0, "时间"),
    (130.0, 160.0, "客票级别/客票类别"),
    (160.0, 176.0, "客票生效日期"),
    (176.0, 192.0, "有效截止日期"),
    (192.0, 204.0, "免费行李"),
)
_MONEY = (
    (8.0, "票价"),
    (36.0, "燃油附加费"),
    (66.0, "增值税税率"),
    (92.0, "增值税税额"),
    (120.0, "民航发展基金"),
    (150.0, "其他税费"),
    (178.0, "合计"),
)


def _digital_form(sheet: Sheet, form: Colour) -> None:
    for y in (32.0, 43.0, 50.0, 84.0, 97.0, 108.0, 120.0):
        sheet.line(6, y, 204, y, form, 0.3)
    for x in (6.0, 204.0):
        sheet.line(x, 32, x, 120, form, 0.3)
    for x0, x1, label in _DIGITAL[1:]:
        sheet.line(x0, 43, x0, 84, form)
        sheet.text((x0 + x1) / 2, 46.5, label, 2.7, form, face="kai", align="m", fit=x1 - x0 - 1)
    for x, label in ((8.0, "旅客姓名"), (60, "有效身份证件号码"), (130, "签注")):
        sheet.text(x, 35, label, 2.8, form, face="kai")
    for place, label in enumerate(("自：", "至：", "至：", "至：")):
        sheet.text(8, 54.5 + 7.6 * place, label, 3.0, form, face="kai")
    for x, label in _MONEY:
        sheet.text(x, 87, label, 2.8, form, face="kai")
    for x, label in ((8, "电子客票号码："), (72, "验证码："), (104, "提示信息："), (160, "保险费：")):
        sheet.text(x, 102.5, label, 2.8, form, face="kai")
    for x, label in ((8, "销售网点代号："), (72, "填开单位：")):
        sheet.text(x, 114, label, 2.8, form, face="kai")


def _digital_values(rng: np.random.Generator, machine: Machine, trip: Trip, taxed: Decimal, total: Decimal, legs: int) -> None:
    machine.put(10, 39.8, trip.name, 3.1, "passenger_name")
    machine.put(62, 39.8, trip.identity, 3.1)
    machine.put(132, 39.8, "不得签转", 3.0)
    keys = ("from_station", "to_station") if legs == 1 else (None,) * len(trip.stops)
    for place, (stop, key) in enumerate(zip(trip.stops, keys, strict=True)):
        machine.put(15, 54.5 + 7.6 * place, stop, 3.2, key)
    for place, (flight, seat_class, day, time) in enumerate(trip.flights):
        y = 54.5 + 7.6 * place
        moment, key = f"{day.isoformat()} {time}", "departure_time" if legs == 1 else None
        for x, text, cell, value in (
            (50, "示例航空", None, None),
            (64, flight, None, None),
            (86, seat_class, "seat_class" if legs == 1 else None, None),
            (95, f"{day:%Y年%m月%d日}", key, moment),
            (118, time, key, moment),
            (138, f"{seat_class}/全价", None, None),
            (194, "20K", None, None),
        ):
            machine.put(x, y, text, 3.0, cell, value=value, fit=21 if x == 95 else 14)
    amounts = (
        (8, trip.fare, None),
        (36, trip.fuel, "fuel_surcharge"),
        (92, taxed, "tax_amount"),
        (120, trip.fund, None),
        (178, total, "tax_inclusive_amount"),
    )
    for x, amount, key in amounts:
        machine.put(x, 92.6, f"¥{amount:.2f}" if x == 178 else f"CNY {amount:.2f}", 3.1, key, value=f"{amount:.2f}")
    machine.put(68, 92.6, "9%", 3.1)
    machine.put(152, 92.6, "0.00", 3.1)
    machine.put(28, 102.5, trip.ticket, 3.1, "ticket_number")
    machine.put(83, 102.5, digits(rng, 4), 3.1)
    machine.put(28, 114, trip.agent, 3.0)
    machine.put(87, 114, "示例航空服务有限公司", 3.0)
