"""机动车销售统一发票: the paper form with its tax-control cipher, and 电子发票（机动车销售统一发票）, which has the same boxes."""

from models.invoice import InvoiceKind
from models.vin import read_vin
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription, Zone
from ocr_service.kinds.extent import Extent, Row
from ocr_service.kinds.party_values import a_party, an_id
from ocr_service.kinds.stub import sum_beside_words
from ocr_service.kinds.values import DATE, a_date, a_person, amount_words, digits, plain_text
from ocr_service.kinds.vehicle_boxes import a_model, a_serial, an_exact_amount, beside_each_other, left_on_row_of, run_into_by_a_seal

_BUYER = (
    *("购买方名称及身份证号码/组织机构代码", "购买方名称及身份证号码", "购买方名称及", "购买方名称", "购货单位(人)", "购货单位", "购买方"),
    *("购货人", "购买人"),
)
_BUYER_ID = (
    *("身份证号码/组织机构代码", "身份证号码/", "身份证号码", "组织机构代码", "身份证明号码", "身份证号/组织机构代码", "身份证号"),
    *("统一社会信用代码/身份证明号码", "纳税人识别号/统一社会信用代码/身份证明号码"),
)
_TAX_ID = ("纳税人识别号/统一社会信用代码", "统一社会信用代码/纳税人识别号", "纳税人识别号", "统一社会信用代码")
_SELLER = ("销货单位名称", "销售单位名称", "销货方名称", "销售方名称", "销货单位")
_TOTAL = ("价税合计(大写)", "价税合计")
_TAX = ("增值税税额", "增值税额", "税额", "增值税")
_NET = ("不含税价(小写)", "不含税价")
_VIN_LABELS = ("车辆识别代号/车架号码", "车辆识别代号/车架号", "车辆识别代号", "车架号码", "车架号")

VIN = r"(?<![0-9A-Za-z])(?=[0-9A-Z]*[A-Z])([0-9A-HJ-NPR-Z]{13}\d{4})(?![0-9A-Za-z])"
"""A vehicle identification number that shows itself as one without a label."""

MOTOR_VEHICLE = KindDescription(
    kind=InvoiceKind.MOTOR_VEHICLE,
    titles=(r"机动车.{0,3}[销售]{1,2}.{0,3}统", r"机动车.{0,3}售统一发", r"机动车发票", r"电子发票\W{0,2}机动车"),
    marks=("合格证号", "进口证明书号", "商检单号", "发动机号码", "不含税价", "完税凭证号码", "限乘人数", "厂牌型号", "销货单位名称"),
    enough=4,
    identity=("invoice_code", "invoice_number"),
    extent=Extent(
        below_head=(Row(r"开票日期", 0.06), Row(r"车辆类型|厂牌型号", 0.19), Row(r"价税合计", 0.31), Row(r"主管税务|征收率", 0.45)),
        foot=r"开票人|盖章",
        above_foot=(Row(r"吨位|限乘", 0.03), Row(r"主管税务|征收率", 0.065), Row(r"价税合计", 0.2), Row(r"车辆类型|厂牌型号", 0.34)),
    ),
    required=("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount", "seller_tax_id"),
    fields=(
        Field("invoice_code", digits(12), labels=("发票代码", "机打代码"), prints=2),
        Field("invoice_code", digits(12), pattern=r"^\d{12}$", zone=Zone(left=0.6, bottom=0.22)),
        Field("invoice_number", digits(8), labels=("发票号码", "机打号码"), prints=2),
        Field("invoice_number", digits(8), pattern=r"^(?:N[oO0º°])?[.:]?(\d{8})$", zone=Zone(left=0.6, bottom=0.22)),
        # 电子发票 have twenty digits and no code; a paper form made out on the same platform prints them in the cipher's place.
        Field("invoice_number", digits(20), labels=("发票号码",), pattern=r"(?<!\d)(\d{20})(?!\d)", zone=Zone(left=0.5, bottom=0.2)),
        Field("issue_date", a_date, labels=("开票日期",), pattern=DATE, zone=Zone(bottom=0.35)),
        Field("machine_number", digits(12), labels=("机器编号", "机器编码")),
        Field("buyer_name", a_party, labels=(*_BUYER, *_BUYER_ID), wraps=True),
        Field("buyer_tax_id", an_id, labels=_TAX_ID, after=_BUYER),
        Field("buyer_tax_id", an_id, labels=(*_BUYER_ID, *_BUYER)),
        Field("vehicle_type", plain_text, labels=("车辆类型",)),
        Field("vehicle_model", a_model, labels=("厂牌型号",)),
        Field("certificate_number", a_serial, labels=("合格证号", "合格证编号")),
        Field("engine_number", a_serial, labels=("发动机号码", "发动机号")),
        Field("vin", read_vin, labels=_VIN_LABELS, pattern=VIN),
        Field("tax_inclusive_amount", an_exact_amount, labels=("小写",), after=_TOTAL),
        Field("tax_inclusive_amount", an_exact_amount, labels=_TOTAL),
        # Where the total's label was lost, the vehicle stands between the buyer and the first 小写; the net amount's is below the seller.
        Field("tax_inclusive_amount", an_exact_amount, labels=("小写",), after=_BUYER),
        Field("tax_inclusive_amount_in_words", amount_words, labels=_TOTAL),
        Field("seller_name", a_party, labels=_SELLER, wraps=True),
        Field("seller_tax_id", an_id, labels=_TAX_ID, after=_SELLER),
        Field("tax_amount", an_exact_amount, labels=_TAX),
        Field("tax_exclusive_amount", an_exact_amount, labels=("小写",), after=_NET),
        Field("tax_exclusive_amount", an_exact_amount, labels=_NET),
        Field("drawer", a_person, labels=("开票人",)),
    ),
    other_labels=(
        *("税控码", "产地", "进口证明书号", "商检单号", "电话", "账号", "帐号", "地址", "开户银行", "完税凭证号码", "吨位"),
        *("增值税税率或征收率", "增值税税率", "或征收率", "主管税务机关及代码", "主管税务机关", "主管税务", "机关及代码", "限乘人数"),
        *("销货单位盖章", "备注", "复核", "收款人"),
    ),
    specials=(
        beside_each_other("seller_address_phone", ("地址",), ("电话",), _SELLER, _NET),
        beside_each_other("seller_bank_account", ("开户银行", "开户行"), ("账号", "帐号"), _SELLER, _NET),
        run_into_by_a_seal("tax_amount", _TAX),
        run_into_by_a_seal("tax_exclusive_amount", _NET),
        left_on_row_of("tax_amount", ("主管税务机关及代码", "主管税务机关", "主管税务", "机关及代码")),
        left_on_row_of("tax_exclusive_amount", ("完税凭证号码",)),
        sum_beside_words,
        which_copy,
    ),
)
