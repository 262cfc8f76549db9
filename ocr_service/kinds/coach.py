"""客运车票: tickets of coaches and ships, printed at a counter on a numbered form."""

import re
from collections.abc import Mapping

from models.invoice import InvoiceKind
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, printed, squeeze
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription, Place
from ocr_service.kinds.stub import CODE_AND_NUMBER, CODED, OTHER_LABELS, number_near_code
from ocr_service.kinds.train import holder
from ocr_service.kinds.values import (
    DATE,
    PLATE,
    a_coach_number,
    a_date,
    a_departure,
    a_fee,
    a_moment,
    a_person,
    a_plate,
    a_seat,
    a_station,
    an_amount,
    plain_text,
    route_end,
    route_start,
)

_NOT_OURS = r"^(?!.*(?:通行|过路|过桥|航空|电子客票|客票[级类生])).*"
_TICKET = r"(?:客票|客运.{0,4}发票|统一发票|专用发票|车票|船票)"
_EITHER = (Place.BESIDE, Place.BELOW)
_TIMES = ("开车时间", "发车时间", "乘车时间", "开航时间")
_ROUTE = r"^[\u4e00-\u9fff()]{2,10}(?:-+|—+|→|=>|->|~|至)[\u4e00-\u9fff()]{2,10}$"


def ends_in_large_print(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """Both ends of the journey without labels: the only two names on one row, in larger print than the rest."""
    large = face.texts(lambda piece: piece.box.height > 1.25 * face.line_height and 0.15 < piece.y / face.height < 0.75)
    names = [piece for piece in large if re.fullmatch(r"(?!.*(?:票|公路|客运$|监制))[\u4e00-\u9fff]{2,8}", squeeze(piece.text))]
    for one in names:
        row = [other for other in names if abs(other.y - one.y) < 0.5 * one.box.height]
        if len(row) == 2 and one is row[0]:
            start, end = sorted(row, key=lambda piece: piece.x)
            found = {"from_station": (a_station(start.text), start), "to_station": (a_station(end.text), end)}
            return {key: (printed(value, [piece]),) for key, (value, piece) in found.items() if value is not None}
    return {}


COACH = KindDescription(
    kind=InvoiceKind.COACH,
    titles=(
        rf"{_NOT_OURS}(?:公路|道路|汽车|客运|旅客|长途|船|轮渡|水路|班车|机场大巴).{{0,10}}{_TICKET}",
        r"(?:公路|道路|水路|汽车|长途).{0,4}(?:旅客|客运).{0,6}(?:票|发票)",
        r"客运(?:汽车)?.{0,6}发票|(?:公路|道路|水路|长途)客.{0,3}票",
    ),
    faint_titles=(r"汽车客票|客运发票|船票",),
    marks=(
        *("车次|班次", "座号|座位", "检票口?", "发车时间|开车时间|乘车时间", "到站|终点站|到达站", "始发站|起点站|乘车站|上车站|发站"),
        *("票价|全价|全票|半票", "客运站|汽车站|客运中心", "乘车日期|发车日期|开车日期"),
    ),
    enough=4,
    fields=(
        *CODE_AND_NUMBER,
        Field("issue_date", a_date, labels=("乘车日期", "开车日期", "发车日期", "航班日期", "开航日期"), places=_EITHER),
        Field(
            "issue_date", a_date, labels=("日期", "乘车时间", "开车时间", "发车时间", "开航时间", "开票日期"), places=_EITHER, pattern=DATE
        ),
        Field(
            "departure_time",
            a_departure,
            labels=(*_TIMES, "时间", "开车", "发车", "开点"),
            places=_EITHER,
        ),
        Field("departure_time", a_moment, labels=("乘车日期", "开车日期", "发车日期", "日期"), may_be_else=True),
        Field(
            "from_station",
            a_station,
            labels=("始发站", "起点站", "发站", "上车站", "乘车站", "起站", "起点", "出发站", "起运港", "出发地", "上车点", "From"),
            places=_EITHER,
        ),
        Field("from_station", route_start, pattern=_ROUTE),
        Field(
            "to_station",
            a_station,
            labels=("到站", "到达站", "终点站", "下车站", "终点", "讫站", "到达港", "目的地", "到达地", "下车点", "To"),
            places=_EITHER,
        ),
        Field("to_station", route_end, pattern=_ROUTE),
        Field("train_number", a_coach_number, labels=("车次", "班次", "班号", "航次", "车次号"), places=_EITHER),
        Field("departure_time", a_departure, pattern=r"^(?:.*日)?(\d{1,2}:\d{2})开$"),
        Field("seat_class", plain_text, labels=("舱位", "舱位等级", "舱等", "席别", "座位等级"), places=_EITHER),
        Field("seat", a_seat, labels=("座号", "座位号", "座位", "座次", "座席"), places=_EITHER),
        Field("fuel_surcharge", a_fee, labels=("燃油费", "燃油附加费", "燃油附加", "燃油", "附加费"), places=_EITHER),
        Field("tax_inclusive_amount", an_amount, labels=("票价", "全价", "金额", "票款", "总价", "合计", "价格", "实收"), places=_EITHER),
        Field("tax_inclusive_amount", an_amount, pattern=r"^[¥￥]\d{1,4}(?:\.\d{1,2})?元?$|^\d{1,4}\.\d{1,2}元$"),
        Field("passenger_name", a_person, labels=("姓名", "乘客姓名", "旅客姓名", "乘客", "旅客"), places=_EITHER),
        Field("plate_number", a_plate, labels=("车牌号", "车号", "车牌"), places=_EITHER, pattern=PLATE),
    ),
    other_labels=(
        *OTHER_LABELS,
        *("检票口", "检票", "票种", "票型", "证件号", "身份证号", "身份证", "车型", "售票员", "售票站", "保险费", "站务费"),
        *("等级",),
    ),
    specials=(number_near_code, which_copy, ends_in_large_print, holder),
    identity=CODED,
    required=(*CODED, "issue_date", "tax_inclusive_amount"),
)
