"""航空运输电子客票行程单 on paper: labels in two languages, values under or beside them.

The form is a receipt of the airline, known by its e-ticket's number; 印刷序号 is the number of the paper.
"""

from models.invoice import InvoiceKind
from ocr_service.kinds.air_journey import ENGLISH_HEADINGS, FROM_LABELS, HEADINGS, TO_LABELS, a_fare, a_ticket, charges, journey
from ocr_service.kinds.description import Field, KindDescription, Place, Zone
from ocr_service.kinds.values import DATE, a_date, a_person, digits

_NEAR = (Place.BELOW, Place.BESIDE)
_FARE, _TOTAL = ("票价FARE", "票价", "FARE"), ("合计TOTAL", "合计", "TOTAL")
_SURCHARGE = ("燃油附加费FUEL SURCHARGE", "燃油附加费", "油附加费", "FUEL SURCHARGE")
_FUND, _OTHER_TAXES = ("民航发展基金", "民航发展", "机场建设费"), ("其他税费", "其它税费", "OTHER TAXES")

AIR_ITINERARY = KindDescription(
    kind=InvoiceKind.AIR_ITINERARY,
    titles=(r"航空运输电子客票行程|航空运输.{0,6}行程单|电子客票行程单", r"(?i)ITINERARY.?RECEIPT"),
    marks=("电子客票号码", "民航发展基金", "燃油附加费", "承运人", "航班号", "座位等级", "填开单位", "销售单位代号", "印刷序号", "签注"),
    enough=3,
    identity=("ticket_number",),
    required=("ticket_number", "issue_date", "passenger_name", "tax_inclusive_amount"),
    fields=(
        Field("invoice_number", digits(11), labels=("印刷序号", "SERIAL NUMBER"), zone=Zone(left=0.5, bottom=0.25)),
        Field("passenger_name", a_person, labels=("旅客姓名", "NAME OF PASSENGER"), places=_NEAR),
        Field(
            "ticket_number",
            a_ticket,
            labels=("电子客票号码", "电子客票号", "E-TICKET NO"),
            pattern=r"(?<![\dA-Z])\d{3}-?\d{10}(?![\dA-Z*])",
        ),
        Field("issue_date", a_date, labels=("填开日期", "DATE OF ISSUE"), pattern=DATE, zone=Zone(left=0.5, top=0.72)),
        Field("unit_price", a_fare, labels=_FARE, places=_NEAR),
        Field("fuel_surcharge", a_fare, labels=_SURCHARGE, places=_NEAR),
        Field("tax_inclusive_amount", a_fare, labels=_TOTAL, places=_NEAR),
        Field("tax_inclusive_amount", a_fare, pattern=r"^\D{0,4}(\d[\d,]*\.\d{2})$", zone=Zone(left=0.75, top=0.55, bottom=0.76)),
    ),
    other_labels=(
        *(*FROM_LABELS, *TO_LABELS, *HEADINGS, *ENGLISH_HEADINGS, *_FUND, *_OTHER_TAXES),
        *("有效身份证件号码", "ID.NO", "ID NO", "签注", "客票生效日期", "有效截止日期", "免费行李"),
        *("CAAC DEVELOPMENT FUND", "ENDORSEMENTS/RESTRICTIONS(CARBON)", "验证码", "CK", "提示信息", "INFORMATION"),
        *("保险费", "INSURANCE", "销售单位代号", "AGENT CODE", "填开单位", "ISSUED BY", "验真网址", "服务热线", "短信验真"),
    ),
    specials=(journey, charges("tax_inclusive_amount", (_FARE, _FUND, _SURCHARGE, _OTHER_TAXES))),
)
