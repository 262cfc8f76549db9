"""其他: a document of no known kind keeps its text, and what stands on it behind labels of its own."""

from models.invoice import InvoiceKind
from ocr_service.kinds.description import Field, KindDescription
from ocr_service.kinds.values import a_code, a_date, a_title, amount_words, an_amount, digits, plain_text

OTHER = KindDescription(
    kind=InvoiceKind.OTHER,
    titles=(),
    fields=(
        Field("invoice_code", a_code, labels=("发票代码", "票据代码")),
        Field("invoice_number", digits(8, 10, 20), labels=("发票号码", "票据号码")),
        Field("issue_date", a_date, labels=("开票日期", "填开日期")),
        Field("tax_inclusive_amount", an_amount, labels=("价税合计(小写)", "合计金额(小写)", "合计(小写)", "(小写)", "价税合计")),
        Field("tax_inclusive_amount_in_words", amount_words, labels=("价税合计(大写)", "合计金额(大写)", "合计(大写)", "(大写)")),
        Field("seller_name", a_title, labels=("销售方名称", "收款单位", "收款方名称")),
        Field("drawer", plain_text, labels=("开票人",)),
        Field("payee", plain_text, labels=("收款人",)),
    ),
    identity=("invoice_code", "invoice_number"),
    required=(),
)
