"""通用机打发票: one form for many trades, filled in by a printer; code and number are often printed again by the machine."""

from models.invoice import InvoiceKind
from ocr_service.faces.parties import read_taxpayer_id
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription, Place
from ocr_service.kinds.stub import CODE_AND_NUMBER, CODED, OTHER_LABELS, WORDS_LABELS, number_near_code, sum_beside_words
from ocr_service.kinds.values import DATE, a_date, a_signature, a_sum, a_title, amount_words, digits, plain_text

_EITHER = (Place.BESIDE, Place.BELOW)
_BUYER = (
    *("付款单位", "付款方名称", "付款单位名称", "付款方", "付款人", "付款单位(个人)", "付款户名", "购买方名称", "购方名称", "购货单位"),
    *("购货方名称", "客户名称", "顾客名称", "缴款单位", "付款人名称", "客户", "顾客", "户名"),
)
_SELLER = (
    *("收款单位", "收款方名称", "收款单位名称", "收款方", "销售方名称", "销货单位", "销货方名称", "销方名称", "开票单位", "收款单位(盖章)"),
    *("开票单位名称", "开票方名称", "收款单位(章)", "单位名称", "商户名称"),
)
_TAX_ID = ("纳税人识别号", "统一社会信用代码", "识别号", "税号", "纳税人登记号", "税务登记号")

MACHINE_PRINTED = KindDescription(
    kind=InvoiceKind.MACHINE_PRINTED,
    titles=(
        r"通用\W?机打|机打.{0,4}发票|机打平推",
        r"(?:服务业|商业|娱乐业|餐饮业|饮食业|建筑业|工业|零售|商品销售|销售).{0,8}(?:统一|专用|通用)?发票",
    ),
    faint_titles=(r"通用.{0,3}发票|统一发票",),
    marks=(
        "机打代码|机打号码|机打票号",
        "付款单位|付款方|付款人",
        "收款单位|收款方",
        "收款人|开票人|收款员",
        "手写无效",
        "开票项目|经营项目",
    ),
    enough=3,
    is_general=True,
    fields=(
        *CODE_AND_NUMBER,
        Field("machine_number", digits(12), labels=("机器编号", "机打编号", "机器编码", "税控装置号", "机器号码")),
        Field("issue_date", a_date, labels=("开票日期", "填开日期", "日期", "开具日期", "收款日期"), places=_EITHER, pattern=DATE),
        Field("buyer_name", plain_text, labels=_BUYER, wraps=True),
        Field("seller_name", a_title, labels=_SELLER, wraps=True),
        Field(
            "buyer_tax_id",
            read_taxpayer_id,
            labels=(
                *("付款方识别号", "付款方税号", "购方税号", "购买方税号", "付款方纳税人识别号", "购买方纳税人识别号"),
                *("付款单位税号", "购货方识别号"),
            ),
        ),
        Field("buyer_tax_id", read_taxpayer_id, labels=_TAX_ID, after=_BUYER),
        Field(
            "seller_tax_id",
            read_taxpayer_id,
            labels=(
                *("收款方识别号", "收款方税号", "销方税号", "销售方税号", "收款方纳税人识别号", "销售方纳税人识别号"),
                *("开票单位税号", "收款单位税号"),
            ),
        ),
        Field("seller_tax_id", read_taxpayer_id, labels=_TAX_ID, after=_SELLER),
        Field(
            "tax_inclusive_amount_in_words",
            amount_words,
            labels=WORDS_LABELS,
            places=_EITHER,
        ),
        Field(
            "tax_inclusive_amount",
            a_sum,
            labels=(
                *("小写合计", "合计金额(小写)", "合计(小写)", "金额合计(小写)", "价税合计(小写)", "(小写)", "小写", "小写金额", "合计小写"),
                *("合计金额", "金额合计", "总金额", "总计", "价税合计", "实收金额", "应收金额"),
            ),
        ),
        Field("tax_inclusive_amount", a_sum, labels=("合计", "金额", "实收", "Total")),
        Field("payee", a_signature, labels=("收款人", "收款员", "收银员")),
        Field("reviewer", a_signature, labels=("复核", "复核人")),
        Field("drawer", a_signature, labels=("开票人", "开票员", "经手人", "填票人")),
        Field("remarks", plain_text, labels=("备注",), wraps=True),
    ),
    other_labels=(*OTHER_LABELS, "项目", "单位", "数量", "单价", "规格", "行业分类", "开户行", "账号", "税率"),
    specials=(number_near_code, sum_beside_words, which_copy),
    has_table=True,
    identity=CODED,
    required=(*CODED, "issue_date", "tax_inclusive_amount"),
)
