"""出租车票: the slip of a taxi meter on a roll, its code and number printed beforehand."""

from models.invoice import InvoiceKind
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription
from ocr_service.kinds.stub import CODE_AND_NUMBER, CODED, OTHER_LABELS, number_near_code
from ocr_service.kinds.values import (
    DATE,
    PLATE,
    a_date,
    a_duration,
    a_fee,
    a_measure,
    a_plate,
    a_short_plate,
    a_time,
    a_title,
    an_amount,
    first_time,
    second_time,
)

_SPAN = ("时间", "乘车时间", "上下车时间", "上下车", "Time")
_PLATE_LABELS = ("车号", "车牌号", "车牌", "车牌号码", "Taxi No")

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
        Field("unit_price", a_measure, labels=("单价", "公里单价", "每公里单价", "Unit Price", "Price")),
        Field("mileage", a_measure, labels=("里程", "计程", "计程里程", "营运里程", "载客里程", "总里程", "公里", "Mileage", "Distance")),
        Field(
            "waiting_time",
            a_duration,
            labels=("等候", "等候时间", "等时", "候时", "低速", "低速等候", "低速时间", "等待", "Wait", "Waiting", "Waiting Time"),
        ),
        Field(
            "fuel_surcharge",
            a_fee,
            labels=("燃油附加费", "燃油附加", "燃油费", "燃附费", "燃附", "燃油", "附加费", "燃油加价", "Fuel Surcharge", "Surcharge"),
        ),
        Field(
            "tax_inclusive_amount",
            an_amount,
            labels=("实收金额", "实收", "总金额", "总额", "合计", "合计金额", "总计", "金额合计", "应收金额", "应付金额", "Total"),
        ),
        Field("tax_inclusive_amount", an_amount, labels=("金额", "金额(元)", "车费", "Sum", "Fare", "Amount")),
        Field("plate_number", a_plate, labels=_PLATE_LABELS, pattern=PLATE),
        Field("plate_number", a_short_plate, labels=_PLATE_LABELS, may_be_else=True),
        Field("seller_name", a_title, labels=("公司", "单位", "经营单位", "公司名称", "单位名称", "企业名称"), may_be_else=True),
    ),
    other_labels=(*OTHER_LABELS, "叫车费", "电召费", "电调费", "预约费", "过路费", "夜间", "次数", "卡交易额", "起步价"),
    specials=(number_near_code, which_copy),
    identity=CODED,
    required=(*CODED, "issue_date", "tax_inclusive_amount"),
)
