"""The VAT family: its forms are read by layouts of their own (`ocr_service/faces/`), so the descriptions name no fields."""

from dataclasses import replace

from models.invoice import InvoiceKind
from ocr_service.kinds.description import KindDescription, Layout

_CODED = ("invoice_code", "invoice_number")
_NUMBERED = ("invoice_number",)
_REST = ("issue_date", "tax_inclusive_amount", "seller_tax_id")


def _paper(kind: InvoiceKind, *titles: str, faint: tuple[str, ...] = ()) -> KindDescription:
    required = (*_CODED, *_REST)
    return KindDescription(kind=kind, titles=titles, faint_titles=faint, layout=Layout.VAT_FORM, identity=_CODED, required=required)


def _digital(kind: InvoiceKind, *titles: str) -> KindDescription:
    required = (*_NUMBERED, *_REST)
    return KindDescription(kind=kind, titles=titles, layout=Layout.VAT_FORM, identity=_NUMBERED, required=required)


DIGITAL_SPECIAL = _digital(InvoiceKind.DIGITAL_SPECIAL, r"电子发票\W{0,2}增值[税整稅].?专用")
DIGITAL_GENERAL = _digital(InvoiceKind.DIGITAL_GENERAL, r"电子发票\W{0,2}普通发")
TOLL_ELECTRONIC = _paper(InvoiceKind.TOLL_ELECTRONIC, r"通行费.{0,4}电子.{0,3}发票")
VAT_ROLL = replace(
    _paper(InvoiceKind.VAT_ROLL, r"普通发票.{0,3}卷[票式]|卷票"),
    layout=Layout.ROLL,
    marks=("机打号码", "机器编号|机器号", "销售方名称", "购买方名称", "开票日期", "收款员", "校验码", "合计[金全]."),
    enough=5,
)
VAT_ELECTRONIC_SPECIAL = _paper(InvoiceKind.VAT_ELECTRONIC_SPECIAL, r"电子专用发票")
VAT_ELECTRONIC_GENERAL = _paper(InvoiceKind.VAT_ELECTRONIC_GENERAL, r"电子普通发票")
VAT_SPECIAL = _paper(InvoiceKind.VAT_SPECIAL, r"增值.{0,2}专用发|值税专用发", faint=(r"专用发[票栗]",))
VAT_GENERAL = _paper(InvoiceKind.VAT_GENERAL, r"增值.{0,2}普通发|值税普通发", faint=(r"(?<!电子)普通发[票栗]",))
