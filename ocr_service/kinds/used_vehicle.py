"""二手车销售统一发票: paper and 电子发票; buyer and seller are the two owners, the market or dealer between them stands below."""

from models.invoice import InvoiceKind
from models.vin import read_vin
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription, Zone
from ocr_service.kinds.extent import Extent, Row
from ocr_service.kinds.motor_vehicle import VIN
from ocr_service.kinds.party_values import a_party, an_id
from ocr_service.kinds.stub import sum_beside_words
from ocr_service.kinds.values import DATE, PLATE, a_date, a_person, a_plate, amount_words, digits, plain_text
from ocr_service.kinds.vehicle_boxes import a_model, an_exact_amount, beside_each_other

_BUYER = ("买方单位/个人", "买方单位/", "买方单位", "买方名称")
_SELLER = ("卖方单位/个人", "卖方单位/", "卖方单位", "卖方名称")
_ID = (
    *("单位代码/身份证号码", "单位代码/身份证明号码", "单位代码/", "单位代码", "身份证号码", "身份证明号码"),
    *("统一社会信用代码/纳税人识别号/身份证明号码", "统一社会信用代码/身份证明号码"),
)
_BUYER_ADDRESS = ("买方单位/个人住址", "买方单位/个人地址", "买方地址")
_SELLER_ADDRESS = ("卖方单位/个人住址", "卖方单位/个人地址", "卖方地址")
_VEHICLE = ("车牌照号", "车牌号", "车牌照号码")
_DEALER = ("经营、拍卖单位", "经营拍卖单位", "经营、拍卖", "二手车市场")
_TOTAL = ("车价合计(大写)", "车价合计")

USED_VEHICLE = KindDescription(
    kind=InvoiceKind.USED_VEHICLE,
    titles=(r"二手车.{0,3}[销售]{1,2}.{0,3}统", r"二手车.{0,3}售统一发", r"电子发票\W{0,2}二手车"),
    marks=("买方单位", "卖方单位", "车牌照号", "登记证号", "车价合计", "转入地车辆", "经营、拍卖单位", "二手车市场", "车架号/车辆识别代码"),
    enough=3,
    identity=("invoice_code", "invoice_number"),
    extent=Extent(
        below_head=(Row(r"开票日期", 0.06), Row(r"登记证号", 0.25), Row(r"车价合计|小写", 0.32), Row(r"开户银行", 0.4)),
        foot=r"开票人|开票单位",
        above_foot=(Row(r"^备|过户", 0.03), Row(r"开户银行", 0.065), Row(r"车价合计|小写", 0.24), Row(r"登记证号", 0.3)),
    ),
    required=("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount"),
    fields=(
        Field("invoice_code", digits(12), labels=("发票代码", "机打代码"), prints=2),
        Field("invoice_code", digits(12), pattern=r"^\d{12}$", zone=Zone(left=0.6, bottom=0.22)),
        Field("invoice_number", digits(8), labels=("发票号码", "机打号码"), prints=2),
        Field("invoice_number", digits(8), pattern=r"^(?:N[oO0º°])?[.:]?(\d{8})$", zone=Zone(left=0.6, bottom=0.22)),
        Field("invoice_number", digits(20), labels=("发票号码",), pattern=r"(?<!\d)(\d{20})(?!\d)", zone=Zone(left=0.5, bottom=0.2)),
        Field("issue_date", a_date, labels=("开票日期",), pattern=DATE, zone=Zone(bottom=0.35)),
        Field("machine_number", digits(12), labels=("机器编号", "机器编码")),
        Field("buyer_name", a_party, labels=_BUYER),
        Field("buyer_tax_id", an_id, labels=_ID, after=_BUYER),
        Field("seller_name", a_party, labels=_SELLER),
        Field("seller_tax_id", an_id, labels=_ID, after=_SELLER),
        Field("plate_number", a_plate, labels=_VEHICLE, pattern=PLATE),
        Field("vin", read_vin, labels=("车架号/车辆识别代码", "车辆识别代码", "车辆识别代号", "车架号/", "车架号"), pattern=VIN),
        Field("vehicle_type", plain_text, labels=("车辆类型",)),
        Field("vehicle_model", a_model, labels=("厂牌型号",)),
        Field("tax_inclusive_amount", an_exact_amount, labels=("小写",), after=_TOTAL),
        Field("tax_inclusive_amount", an_exact_amount, labels=_TOTAL),
        Field("tax_inclusive_amount_in_words", amount_words, labels=_TOTAL),
        Field("drawer", a_person, labels=("开票人",)),
    ),
    other_labels=(
        *(*_BUYER_ADDRESS, *_SELLER_ADDRESS, "电话", "税控码", "登记证号", "转入地车辆管理所名称", "转入地车辆", "管理所名称"),
        *(
            *_DEALER,
            "经营、拍卖单位地址",
            "纳税人识别号",
            "统一社会信用代码",
            "开户银行、账号",
            "开户银行及账号",
            "开户银行",
            "地址",
            "住址",
        ),
        *("备注", "开票单位(盖章)", "开票单位", "复核", "收款人", "账号"),
    ),
    specials=(
        beside_each_other("buyer_address_phone", (*_BUYER_ADDRESS, "住址"), ("电话",), _BUYER, (*_SELLER, *_SELLER_ADDRESS, *_VEHICLE)),
        beside_each_other("seller_address_phone", (*_SELLER_ADDRESS, "住址"), ("电话",), _SELLER, (*_VEHICLE, *_TOTAL, *_DEALER)),
        sum_beside_words,
        which_copy,
    ),
)
