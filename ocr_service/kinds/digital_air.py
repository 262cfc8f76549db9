"""电子发票（航空运输电子客票行程单） (公告2024年第9号): the boxes of the paper receipt, a twenty-digit number, buyer and tax."""

from models.invoice import InvoiceKind
from ocr_service.kinds.air_journey import ENGLISH_HEADINGS, FROM_LABELS, HEADINGS, TO_LABELS, a_fare, a_ticket, charges, journey
from ocr_service.kinds.description import Field, KindDescription, Place, Zone
from ocr_service.kinds.extent import Extent, Row
from ocr_service.kinds.party_values import a_party, an_id
from ocr_service.kinds.values import DATE, a_date, a_person, digits

_NEAR = (Place.BELOW, Place.BESIDE)
_FARE, _SURCHARGE, _TAX, _TOTAL = ("票价",), ("燃油附加费",), ("增值税税额", "税额"), ("合计",)
_OTHER_CHARGES = (("民航发展基金",), ("其他税费",))

DIGITAL_AIR = KindDescription(
    kind=InvoiceKind.DIGITAL_AIR,
    titles=(r"电子发票.{0,2}航空运输|航空运输电子客票行程单.{0,4}电子发票",),
    identity=("invoice_number",),
    extent=Extent(
        below_head=(Row(r"填开日期", 0.05), Row(r"旅客姓名", 0.13), Row(r"承运人|航班号", 0.175), Row(r"电子客票号码|验证码", 0.39)),
        foot=r"购买方名称|统一社会信用代码",
        above_foot=(Row(r"销售网点|填开单位", 0.05), Row(r"电子客票号码|验证码", 0.12), Row(r"承运人|航班号", 0.35)),
    ),
    required=("invoice_number", "issue_date", "tax_inclusive_amount"),
    fields=(
        Field("invoice_number", digits(20), labels=("发票号码",), pattern=r"(?<!\d)(\d{20})(?!\d)", zone=Zone(bottom=0.3)),
        Field("issue_date", a_date, labels=("开票日期",), pattern=DATE, zone=Zone(bottom=0.25)),
        Field("issue_date", a_date, labels=("填开日期",), places=_NEAR),
        Field("passenger_name", a_person, labels=("旅客姓名",), places=_NEAR),
        Field("ticket_number", a_ticket, labels=("电子客票号码", "电子客票号"), places=_NEAR, pattern=r"(?<![\d-])\d{3}-\d{10}(?!\d)"),
        Field("unit_price", a_fare, labels=_FARE, places=_NEAR),
        Field("fuel_surcharge", a_fare, labels=_SURCHARGE, places=_NEAR),
        Field("tax_amount", a_fare, labels=_TAX, places=_NEAR),
        Field("tax_inclusive_amount", a_fare, labels=_TOTAL, places=_NEAR),
        Field("buyer_name", a_party, labels=("购买方名称", "购方名称"), places=(Place.BESIDE, Place.BELOW)),
        Field(
            "buyer_tax_id",
            an_id,
            labels=("统一社会信用代码/纳税人识别号", "统一社会信用代码/", "纳税人识别号", "统一社会信用代码"),
            places=(Place.BESIDE, Place.BELOW),
        ),
    ),
    other_labels=(
        *(*FROM_LABELS, *TO_LABELS, *HEADINGS, *ENGLISH_HEADINGS, *_OTHER_CHARGES[0], *_OTHER_CHARGES[1], "增值税税率", "税率"),
        *("国内国际标识", "GP单号", "有效身份证件号码", "签注", "客票生效日期", "有效截止日期", "免费行李", "验证码", "提示信息"),
        *("保险费", "销售网点代号", "销售单位代号", "填开单位", "备注", "状态", "开票状态"),
    ),
    specials=(journey, charges("tax_inclusive_amount", (_FARE, _SURCHARGE, _TAX, *_OTHER_CHARGES))),
)
