"""The VAT family: its forms are read by layouts of their own (`ocr_service/faces/`), so the descriptions name no fields."""

from dataclasses import replace

from models.invoice import InvoiceKind
from ocr_service.kinds.description import KindDescription, Layout
from ocr_service.kinds.extent import Extent, Row

_CODED = ("invoice_code", "invoice_number")
_NUMBERED = ("invoice_number",)
_TOTAL = r"价税合计|[(（][大小]写[)）]"
VAT_EXTENT = Extent(
    below_head=(Row(r"开票日期", 0.058), Row(r"纳税人识别号|^名称[::]", 0.105), Row(r"规格型号|税率", 0.2), Row(_TOTAL, 0.34)),
    foot=r"收款人|复核|开票人|[销收][售货款][方单]位?[::]?[(（]?章",
    above_foot=(Row(_TOTAL, 0.137), Row(r"规格型号|税率", 0.32)),
    is_taxed_table=True,
)
"""Drawn whole faces have at least 0.09, 0.17, 0.25 and 0.45 above these rows and 0.18 and 0.38 below them; their foot stands at 0.134
to 0.138 below the total. The room asked for above is so much less that a crop without any margin is still a whole face.
"""
_REST = ("issue_date", "tax_inclusive_amount", "seller_tax_id")


def _paper(kind: InvoiceKind, *titles: str, faint: tuple[str, ...] = ()) -> KindDescription:
    required = (*_CODED, *_REST)
    return KindDescription(
        kind=kind, titles=titles, faint_titles=faint, layout=Layout.VAT_FORM, identity=_CODED, required=required, extent=VAT_EXTENT
    )


def _digital(kind: InvoiceKind, *titles: str) -> KindDescription:
    required = (*_NUMBERED, *_REST)
    return KindDescription(kind=kind, titles=titles, layout=Layout.VAT_FORM, identity=_NUMBERED, required=required, extent=VAT_EXTENT)


DIGITAL_SPECIAL = _digital(InvoiceKind.DIGITAL_SPECIAL, r"电子发票\W{0,2}增值[税整稅].?专用")
DIGITAL_GENERAL = _digital(InvoiceKind.DIGITAL_GENERAL, r"电子发票\W{0,2}普通发")
TOLL_ELECTRONIC = _paper(InvoiceKind.TOLL_ELECTRONIC, r"通行费.{0,4}电子.{0,3}发票")
VAT_ROLL = replace(
    _paper(InvoiceKind.VAT_ROLL, r"普通发票.{0,3}卷[票式]|卷票"),
    layout=Layout.ROLL,
    marks=("机打号码", "机器编号|机器号", "销售方名称", "购买方名称", "开票日期", "收款员", "校验码", "合计[金全]."),
    enough=5,
    extent=Extent(
        below_head=(Row(r"发票代码", 0.2), Row(r"销售方名称", 0.33), Row(r"购买方名称", 0.45), Row(r"小写", 0.8)),
        foot=r"校验码",
        above_foot=(Row(r"大写", 0.07), Row(r"小写", 0.12)),
    ),
)
VAT_ELECTRONIC_SPECIAL = _paper(InvoiceKind.VAT_ELECTRONIC_SPECIAL, r"电子专用发票")
VAT_ELECTRONIC_GENERAL = _paper(InvoiceKind.VAT_ELECTRONIC_GENERAL, r"电子普通发票")
VAT_SPECIAL = _paper(InvoiceKind.VAT_SPECIAL, r"增值.{0,2}专用发|值税专用发", faint=(r"专用发[票栗]",))
VAT_GENERAL = _paper(InvoiceKind.VAT_GENERAL, r"增值.{0,2}普通发|值税普通发", faint=(r"(?<!电子)普通发[票栗]",))
