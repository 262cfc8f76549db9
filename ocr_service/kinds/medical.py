"""医疗与财政票据: receipts of hospitals and public bodies under the rules of 财政票据管理办法; they are no 发票."""

from models.invoice import InvoiceKind
from ocr_service.faces.parties import read_taxpayer_id
from ocr_service.kinds.copies import which_copy
from ocr_service.kinds.description import Field, KindDescription, Place, Zone
from ocr_service.kinds.stub import CODED, OTHER_LABELS, WORDS_LABELS, sum_beside_words
from ocr_service.kinds.values import (
    DATE,
    a_check_word,
    a_date,
    a_plate,
    a_signature,
    a_station,
    a_sum,
    a_title,
    amount_words,
    digits,
    plain_text,
)

_EITHER = (Place.BESIDE, Place.BELOW)

MEDICAL = KindDescription(
    kind=InvoiceKind.MEDICAL,
    titles=(
        r"(?:医疗|门诊|住院|财政|非税|行政事业|公益事业|社会团体|往来结算|捐赠|学校|教育).{0,12}(?:票据|收据|收费|收入)",
        r"(?:收费|缴款|缴费|结算|捐赠|会费).{0,4}(?:票据|收据|缴款书)",
        # What the fiscal platform issues is called so whatever it is paid for, a road's toll too (财综〔2018〕62号); a 发票 never is.
        r"票据\(电子\)$",
    ),
    faint_titles=(r"电子票据|财政票据|专用收据|统一票据|专用票据",),
    marks=(
        *("交款人|缴款人|患者|姓名", "收款单位|执收单位|医疗机构", "票据代码", "票据号码", "校验码", "医保|统筹|个人支付|自费|自付"),
        *("项目编码|收费项目|项目名称", "流水号|病历号|门诊号|住院号|就诊日期", "财政|非税", "性别|科室"),
        r"^(?:西药|中成药|中药饮片|中草药|检查|化验|治疗|手术|卫生材料|诊[查察]|挂号|一般诊疗|床位|护理|注射|放射|输血)费?$",
        r"收.?费?专用章|财务专用章",
    ),
    enough=4,
    fields=(
        Field("invoice_code", digits(5, 6, 8, 10, 12), labels=("票据代码", "代码"), prints=2),
        Field(
            "invoice_number",
            digits(8, 9, 10, 11, 12),
            labels=("票据号码", "票据号", "号码", "发票号码", "编号", "NO", "N0"),
            prints=2,
        ),
        Field("check_code", a_check_word, labels=("校验码", "检验码")),
        Field("issue_date", a_date, labels=("开票日期", "收费日期", "填制日期", "结算日期", "日期"), pattern=DATE, zone=Zone(bottom=0.5)),
        Field("buyer_tax_id", read_taxpayer_id, labels=("交款人统一社会信用代码", "缴款人统一社会信用代码", "交款人代码")),
        Field(
            "buyer_name",
            plain_text,
            labels=("交款人", "缴款人", "交款单位", "缴款单位", "交款人名称", "缴款人名称", "患者姓名", "姓名", "交款单位或个人", "付款人"),
        ),
        Field(
            "seller_name",
            a_title,
            labels=("收款单位", "收款单位(章)", "收款单位(公章)", "收款单位(盖章)", "执收单位", "执收单位名称", "收费单位", "收款单位名称"),
            wraps=True,
        ),
        Field(
            "tax_inclusive_amount_in_words",
            amount_words,
            labels=WORDS_LABELS,
            places=_EITHER,
        ),
        Field(
            "tax_inclusive_amount",
            a_sum,
            labels=("金额合计(小写)", "合计(小写)", "(小写)", "小写", "金额合计", "合计金额", "总金额", "总计", "费用合计"),
        ),
        Field("tax_inclusive_amount", a_sum, labels=("合计", "金额")),
        Field("plate_number", a_plate, labels=("车牌号", "车牌号码", "车牌", "车号")),
        Field("entry_station", a_station, labels=("入口站", "入口")),
        Field("exit_station", a_station, labels=("出口站", "出口")),
        Field("payee", a_signature, labels=("收款人", "收费员", "经办人", "收款员")),
        Field("reviewer", a_signature, labels=("复核人", "复核")),
        Field("drawer", a_signature, labels=("开票人",)),
    ),
    other_labels=(
        *OTHER_LABELS,
        *("项目编码", "项目名称", "收费项目", "单位", "数量", "标准", "性别", "科室", "病历号", "门诊号", "住院号", "业务流水号"),
        *("医保类型",),
        *("医保编号", "就诊日期", "医疗机构类型", "医保统筹基金支付", "个人账户支付", "个人现金支付", "其他支付", "个人自付"),
        *("个人自费", "统一社会信用代码"),
    ),
    specials=(sum_beside_words, which_copy),
    has_table=True,
    identity=CODED,
    required=("invoice_number", "issue_date", "tax_inclusive_amount"),
)
