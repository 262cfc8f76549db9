"""出租车票: the slip of a taxi meter on a roll, its code and number printed beforehand."""

import re
from collections.abc import Mapping
from decimal import Decimal

from models.invoice import InvoiceKind
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, printed, squeeze
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription
from ocr_service.kinds.places import beside
from ocr_service.kinds.print_shift import print_shift
from ocr_service.kinds.stub import CODE_AND_NUMBER, CODED, OTHER_LABELS, number_near_code
from ocr_service.kinds.values import (
    DATE,
    PLATE,
    a_date,
    a_duration,
    a_fare,
    a_fee,
    a_measure,
    a_plate,
    a_short_plate,
    a_time,
    a_title,
    first_time,
    second_time,
)

_SPAN = ("时间", "乘车时间", "上下车时间", "上下车", "Time")
_TOTAL = ("实收金额", "实收", "总金额", "总额", "合计", "合计金额", "总计", "金额合计", "应收金额", "应付金额", "Total")
_FARE = ("金额", "金额(元)", "车费", "Sum", "Fare", "Amount")
_PLATE_LABELS = ("车号", "车牌号", "车牌", "车牌号码", "Taxi No")
_CAR, _RIDE, _CARD = ("车号", "证号", "日期"), ("单价", "里程", "等候"), ("卡号", "卡原额", "卡余额")
_ROWS = (
    ("单位", "电话", *_CAR, "时间", *_RIDE, "状态", "金额", "燃油附加费", "预约叫车服务费", "实收金额", *_CARD),
    ("单位", "电话", *_CAR, "时间", *_RIDE, "状态", "金额", "预约叫车服务费", "实收金额", *_CARD),
    ("电话", *_CAR, "上车", "下车", *_RIDE, "状态", "金额"),
    ("电话", *_CAR, "上车", "下车", *_RIDE, "金额", "燃油附加费", "实收金额"),
    ("电话", *_CAR, "上车", "下车", *_RIDE, "金额"),
    ("单位", "电话", "证号", "车号", "日期", "上车", "下车", *_RIDE, "金额"),
)
"""The orders of the forms: with both times in one row and what was added in rows of its own, or with a row for each time."""

_ADDED = re.compile(r"\+\d{1,2}(?:\.\d{1,2})?[元π]?")


def below_what_is_added(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """A surcharge that the meter prints with its + on a row of its own, which no label has, and the total on the row below it."""
    for added in face.texts():
        fee = a_fee(added.text.replace("π", "元")) if _ADDED.fullmatch(squeeze(added.text)) else None
        below = [piece for piece in face.texts() if fee is not None and _is_next_below(face, added, piece)]
        total = a_fare(below[0].text) if below else None
        if fee is not None and total is not None:
            return {"fuel_surcharge": (printed(fee, [added]),), "tax_inclusive_amount": (printed(total, below[:1]),)}
    return {}


def _is_next_below(face: Face, above: Piece, piece: Piece) -> bool:
    in_column = piece.box.left < above.box.right and piece.box.right > above.box.left
    return in_column and 0 < piece.y - above.y < 2.5 * face.line_height


def less_than_the_fare(face: Face, found: Mapping[str, tuple[Candidate, ...]]) -> frozenset[str]:
    """The total, when it is less than the fare that it should contain: a seal hides its first digits."""
    total = next((candidate.value for candidate in found.get("tax_inclusive_amount", ())), None)
    shift = print_shift(face, TAXI.fields)
    rows = (row for label in face.labels(*_FARE) for row in beside(face, label, _FARE, shift))
    fares = (fare for row in rows if (fare := a_fare(" ".join(piece.text for piece in row))) is not None)
    fare = next(fares, None)
    torn = total is not None and fare is not None and Decimal(total) < Decimal(fare)
    return frozenset({"tax_inclusive_amount"}) if torn else frozenset()


TAXI = KindDescription(
    kind=InvoiceKind.TAXI,
    titles=(r"出租.{0,8}发票|出租汽车.{0,6}票|出租车.{0,6}票|TAXI.?RECEIPT|TAXIINVOICE|的士.{0,4}发票",),
    faint_titles=(r"出租汽车|出租车|计价器|客运出租",),
    marks=("上车|GetOn", "下车|GetOff", "里程|公里|计程", "等候|低速|Wait", "车号|车牌", "计价|燃油|燃附", "单价|UnitPrice"),
    enough=3,
    fields=(
        *CODE_AND_NUMBER,
        Field("issue_date", a_date, labels=("日期", "乘车日期", "Date"), pattern=DATE),
        Field("boarding_time", a_time, labels=("上车", "上车时间", "Get on", "Start")),
        Field("boarding_time", first_time, labels=_SPAN, may_be_else=True),
        Field("alighting_time", a_time, labels=("下车", "下车时间", "Get off", "End")),
        Field("alighting_time", second_time, labels=_SPAN, may_be_else=True),
        Field("unit_price", a_measure, labels=("单价", "公里单价", "每公里单价", "Unit Price", "Price", "Price per km")),
        Field("mileage", a_measure, labels=("里程", "计程", "计程里程", "营运里程", "载客里程", "总里程", "公里", "Mileage", "Distance")),
        Field(
            "waiting_time",
            a_duration,
            labels=("等候", "等候时间", "等时", "候时", "低速", "低速等候", "低速时间", "等待", "Wait", "Waiting", "Waiting Time"),
        ),
        Field(
            "fuel_surcharge",
            a_fee,
            labels=(
                "燃油附加费",
                "燃油附加",
                "燃油费",
                "燃附费",
                "燃附",
                "燃油",
                "附加费",
                "燃油加价",
                "Fuel Surcharge",
                "Fuel Oil Surcharge",
            ),
        ),
        Field("tax_inclusive_amount", a_fare, labels=_TOTAL),
        Field("tax_inclusive_amount", a_fare, labels=_FARE, unless=_TOTAL),
        Field("plate_number", a_plate, labels=_PLATE_LABELS, pattern=PLATE),
        Field("plate_number", a_short_plate, labels=_PLATE_LABELS, may_be_else=True),
        Field("seller_name", a_title, labels=("公司", "单位", "经营单位", "公司名称", "单位名称", "企业名称"), may_be_else=True),
    ),
    other_labels=(
        *OTHER_LABELS,
        *("叫车费", "叫车服务费", "预约叫车服务费", "电召费", "电召服务费", "电调费", "预约费", "过路费", "低速费"),
        *("Call Service Surcharge", "夜间", "次数", "卡交易额", "原额", "起步价"),
        *("Company", "State", "Card No", "Previous Card Balance", "Card Balance", "Password"),
    ),
    rows=_ROWS,
    specials=(number_near_code, below_what_is_added, which_copy),
    doubts=(less_than_the_fare,),
    identity=CODED,
    required=(*CODED, "issue_date", "tax_inclusive_amount"),
)
