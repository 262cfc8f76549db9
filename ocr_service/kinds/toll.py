"""过路过桥费票: the slip of a toll station."""

from models.invoice import InvoiceKind
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription
from ocr_service.kinds.stub import CODE_AND_NUMBER, CODED, OTHER_LABELS, number_near_code
from ocr_service.kinds.values import DATE, PLATE, a_date, a_measure, a_plate, a_station, a_title, amount_words, an_amount, plain_text

_NOT_FISCAL = r"(?!.*票据\(电子\))"
"""Receipts of the fiscal platform for a toll are 财政票据."""

TOLL = KindDescription(
    kind=InvoiceKind.TOLL,
    titles=(
        rf"^{_NOT_FISCAL}.*(?:过路.{{0,4}}过桥|过路费|过桥\)?费|车辆通行费|通行费.{{0,6}}(?:发票|票据|收据))",
        rf"^{_NOT_FISCAL}(?!.*客).*(?:高速公路|公路|大桥|隧道|收费站).{{0,10}}(?:发票|票据|收费)",
    ),
    faint_titles=(r"通行费|过路|过桥",),
    marks=(
        *("入口|入站", "出口|出站", "车型|车种|车类|轴数|吨", "收费员|工号|班次", "通行费|过路费|过桥费", "高速|公路|大桥|隧道", "收费站"),
        "通行券|ETC|收费时间",
    ),
    enough=4,
    fields=(
        *CODE_AND_NUMBER,
        Field("issue_date", a_date, labels=("日期", "出口日期", "收费日期"), pattern=DATE),
        Field("issue_date", a_date, labels=("出口时间", "收费时间", "时间", "出站时间", "交易时间"), may_be_else=True),
        Field("entry_station", a_station, labels=("入口站", "入口", "入站口", "入站", "入口站名", "进口", "入口收费站", "起点", "驶入站")),
        Field("exit_station", a_station, labels=("出口站", "出口", "出站口", "出站", "出口站名", "出口收费站", "终点", "驶出站")),
        Field("vehicle_type", plain_text, labels=("车型", "车种", "车类")),
        Field("mileage", a_measure, labels=("里程", "行驶里程", "通行里程")),
        Field("plate_number", a_plate, labels=("车牌", "车牌号", "车牌号码", "车号"), pattern=PLATE),
        Field(
            "tax_inclusive_amount",
            an_amount,
            labels=("实收金额", "收费金额", "金额", "通行费金额", "通行费", "应收金额", "实收", "合计", "收费额", "金额(元)", "金额(小写)"),
        ),
        Field("tax_inclusive_amount", an_amount, pattern=r"^[¥￥]\d{1,4}(?:\.\d{1,2})?元?$|^\d{1,4}(?:\.\d{1,2})?元$"),
        Field(
            "tax_inclusive_amount_in_words",
            amount_words,
            labels=("金额(大写)", "大写", "人民币大写", "大写金额"),
            pattern=r"^[零壹贰叁肆伍陆柒捌玖拾佰仟]+[元圆]整?$",
        ),
        Field("seller_name", a_title, labels=("收费单位", "收款单位", "经营单位", "开票单位", "收款单位名称")),
        Field("seller_name", a_title, pattern=r"^(?!.*(?:印务|印刷|印制))[^:]{2,26}(?:公司|管理处|管理局|管理中心)$"),
    ),
    other_labels=(
        *OTHER_LABELS,
        *("收费站", "轴数", "收费员", "班次", "车道", "总重", "限重", "支付方式", "付款方式", "入口时间"),
        *("入站时间",),
    ),
    specials=(number_near_code, which_copy),
    identity=CODED,
    required=(*CODED, "issue_date", "tax_inclusive_amount"),
)
