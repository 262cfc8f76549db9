"""The columns of the two sheets that a register is taken out as: what each is called, how wide it is, and what stands in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from enum import StrEnum

from models.calendar_words import CHINA
from models.export import ExportRow
from models.invoice import LineItem
from models.verification import Verdict

Value = str | Decimal | date | None


class Kind(StrEnum):
    """What a cell is to a spreadsheet: `text` whatever it looks like, `money` a number with two digits, `number` with its own, a `day`."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of invoices; `width` in characters."""

    title: str
    kind: Kind
    width: float
    of: Callable[[ExportRow], Value]


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """A column of line items."""

    title: str
    kind: Kind
    width: float
    of: Callable[[ExportRow, LineItem], Value]


VERDICTS = {
    Verdict.ACCEPTED: "已证实",
    Verdict.CONFIRMED: "人工确认",
    Verdict.NEEDS_REVIEW: "待复核",
    Verdict.UNREAD: "未识别",
}

COLUMNS: tuple[Column, ...] = (
    Column("票种", Kind.TEXT, 24, lambda row: row.invoice.kind.chinese),
    Column("发票代码", Kind.TEXT, 14, lambda row: row.invoice.code),
    Column("发票号码", Kind.TEXT, 23, lambda row: row.invoice.number),
    Column("开票日期", Kind.DAY, 12, lambda row: row.day),
    Column("销售方名称", Kind.TEXT, 32, lambda row: row.invoice.seller_name),
    Column("销售方税号", Kind.TEXT, 22, lambda row: row.invoice.seller_tax_id),
    Column("购买方名称", Kind.TEXT, 32, lambda row: row.invoice.buyer_name),
    Column("购买方税号", Kind.TEXT, 22, lambda row: row.invoice.buyer_tax_id),
    Column("金额", Kind.MONEY, 14, lambda row: row.net),
    Column("税额", Kind.MONEY, 14, lambda row: row.tax),
    Column("价税合计", Kind.MONEY, 14, lambda row: row.invoice.total),
    Column("核验", Kind.TEXT, 10, lambda row: VERDICTS[row.invoice.verdict]),
    Column("状态", Kind.TEXT, 8, lambda row: "已作废" if row.invoice.withdrawn else ""),
    Column("备注", Kind.TEXT, 30, lambda row: row.remarks),
    Column("收票时间", Kind.TEXT, 18, lambda row: row.invoice.received_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")),
    Column("文件名", Kind.TEXT, 28, lambda row: row.invoice.file_name),
    Column("档案编号", Kind.TEXT, 24, lambda row: row.invoice.id),
    Column("原件 SHA-256", Kind.TEXT, 66, lambda row: row.invoice.document.hex),
)

ITEM_COLUMNS: tuple[ItemColumn, ...] = (
    ItemColumn("发票代码", Kind.TEXT, 14, lambda row, item: row.invoice.code),
    ItemColumn("发票号码", Kind.TEXT, 23, lambda row, item: row.invoice.number),
    ItemColumn("开票日期", Kind.DAY, 12, lambda row, item: row.day),
    ItemColumn("销售方名称", Kind.TEXT, 32, lambda row, item: row.invoice.seller_name),
    ItemColumn("货物或应税劳务、服务名称", Kind.TEXT, 36, lambda row, item: item.name),
    ItemColumn("规格型号", Kind.TEXT, 16, lambda row, item: item.specification),
    ItemColumn("单位", Kind.TEXT, 8, lambda row, item: item.unit),
    ItemColumn("数量", Kind.NUMBER, 12, lambda row, item: number(item.quantity)),
    ItemColumn("单价", Kind.NUMBER, 14, lambda row, item: number(item.unit_price)),
    ItemColumn("金额", Kind.MONEY, 14, lambda row, item: number(item.amount)),
    ItemColumn("税率", Kind.TEXT, 8, lambda row, item: item.tax_rate),
    ItemColumn("税额", Kind.MONEY, 14, lambda row, item: number(item.tax_amount)),
    ItemColumn("档案编号", Kind.TEXT, 24, lambda row, item: row.invoice.id),
)

_MOST_DIGITS = 15
"""What a spreadsheet keeps of a number; one with more stays a text."""


def number(text: str | None) -> Decimal | str | None:
    """A printed number as one, or the text where it is none that a spreadsheet keeps."""
    if text is None:
        return None
    try:
        found = Decimal(text)
    except DecimalException:
        return text
    if not found.is_finite() or len(found.as_tuple().digits) > _MOST_DIGITS or abs(found.adjusted()) > _MOST_DIGITS:
        return text
    return found
