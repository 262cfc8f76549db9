"""区块链电子普通发票: a city's own 电子普通发票 (深圳 and others), on the VAT form and read by its layout.

It has a code and a number of the city's series and a short 校验码; its QR code is an address of the tax bureau, or a list with a hash.
"""

import re

from models.invoice import InvoiceKind
from ocr_service.faces.face import fold, squeeze
from ocr_service.kinds.description import Field, KindDescription, Layout
from ocr_service.kinds.vat import VAT_EXTENT


def a_short_check_code(text: str) -> str | None:
    """The check code of a city's chain: five to eight hexadecimal digits."""
    compact = squeeze(fold(text))
    return compact.lower() if re.fullmatch(r"[0-9A-Fa-f]{5,8}", compact) else None


BLOCKCHAIN = KindDescription(
    kind=InvoiceKind.BLOCKCHAIN,
    titles=(r"区块链", r"^(?!.*(?:增值|值税)).{2,4}电子普通发票"),
    identity=("invoice_code", "invoice_number"),
    required=("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount"),
    layout=Layout.VAT_FORM,
    extent=VAT_EXTENT,
    fields=(Field("check_code", a_short_check_code, labels=("校验码",)),),
    other_labels=("发票代码", "发票号码", "开票日期", "机器编号"),
)
