"""What is held against the archive: the lists that the tax platform exports, and ledgers. One entry is one invoice of such a list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.own_companies import Side


class StatementKind(StrEnum):
    """Which list it is; found by its titles, never by its name."""

    INVOICE_LIST = "invoice_list"
    """全量发票查询, a row an invoice (发票基础信息)."""
    INVOICE_LINES = "invoice_lines"
    """全量发票查询, a row a line of an invoice (信息汇总表)."""
    DEDUCTION_SELECTION = "deduction_selection"
    """抵扣勾选."""
    DEDUCTION_CERTIFIED = "deduction_certified"
    """用途确认信息 of a period."""
    DOWNLOAD_LIST = "download_list"
    """导入清单 for downloading many at once."""
    BOOKING_LIST = "booking_list"
    """发票入账."""
    KINGDEE_K3 = "kingdee_k3"
    KINGDEE_CLOUD = "kingdee_cloud"
    YONYOU = "yonyou"
    MAPPED = "mapped"
    """Any table whose titles somebody explained."""

    @property
    def is_ledger(self) -> bool:
        """Whether it lists vouchers of ours and not what the tax bureau knows."""
        return self in _LEDGERS


_LEDGERS = frozenset({StatementKind.KINGDEE_K3, StatementKind.KINGDEE_CLOUD, StatementKind.YONYOU, StatementKind.MAPPED})


class InvoiceState(StrEnum):
    """发票状态 as the tax platform says it."""

    NORMAL = "normal"
    VOIDED = "voided"
    PARTLY_REVERSED = "partly_reversed"
    REVERSED = "reversed"
    OUT_OF_CONTROL = "out_of_control"
    UNKNOWN = "unknown"


class Risk(StrEnum):
    """发票风险等级."""

    NORMAL = "normal"
    ABNORMAL = "abnormal"
    """异常凭证."""
    DOUBTFUL = "doubtful"
    """疑点发票."""


class Problem(StrEnum):
    """Why a row is matched with nothing."""

    NUMBER_LOST = "number_lost"
    """A program kept the number as a quantity and rounded it, or cut its zeros off; only a new export has it."""
    NO_NUMBER = "no_number"
    UNREADABLE = "unreadable"
    """An amount, a date or a number is none."""


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One invoice as a statement says it; amounts in yuan, None and "" where the list does not say.

    Attributes:
        row: the first row that it stands in, from 1, of the sheet; `rows` is how many it takes.
        number: 20 digits, or 8 with a `code`; in a ledger perhaps only the end of one, and then `is_tail` is set.
        blue_number: what a red invoice reverses.
        selected: whether it was chosen for deduction (勾选); booked: whether the platform or the ledger has it as booked (入账).
        voucher: 凭证字号 with its period, in ledgers; `booked_on` is its day.
        voucher_tax: the input tax that the voucher books, the same in each entry of the voucher.
        voucher_total: all that a voucher of a single invoice debits; a hint at its total.
        further: columns that mean nothing to this program, by their titles.
        trouble: what the problem is, for a person.
    """

    row: int
    sheet: str = ""
    file: str = ""
    rows: int = 1
    number: str = ""
    code: str = ""
    is_tail: bool = False
    seller_name: str = ""
    seller_tax_id: str = ""
    buyer_name: str = ""
    buyer_tax_id: str = ""
    issued_on: date | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    deductible: Decimal | None = None
    state: InvoiceState = InvoiceState.UNKNOWN
    risk: Risk = Risk.NORMAL
    is_red: bool = False
    blue_number: str = ""
    selected: bool | None = None
    booked: bool | None = None
    voucher: str = ""
    booked_on: date | None = None
    voucher_tax: Decimal | None = None
    voucher_total: Decimal | None = None
    text: str = ""
    problem: Problem | None = None
    trouble: str = ""
    further: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """The invoice, as far as the number says; a 20-digit number needs no code, also where it is split as 12 + 8."""
        whole = self.code + self.number
        if len(whole) == 20 and self.number and not self.is_tail and len(self.number) in (8, 20):
            return whole, ""
        return self.number, self.code


@dataclass(frozen=True, slots=True)
class Statement:
    """One list, read.

    Attributes:
        side: whose invoices they are; None where it does not show, or where the list has both.
        period: the first and last day that it speaks of; None where no row has a day.
        own_tax_ids: of whose list it is: as the archive knows our companies, or because all rows have the same.
        tax_period: the period that it was certified for (税款所属期), as `2025-03`; "" where the head of the list names none.
        not_ours: how many entries have no company of ours on either side.
        repeated: how many rows say again what another row or file said.
        totals: how many rows were sums (合计).
        unmatched_rows: rows of a ledger in which nothing speaks of an invoice.
        ignored_sheets, unknown_columns: what was not understood; nothing of it is lost, the file is kept.
    """

    kind: StatementKind
    entries: tuple[StatementEntry, ...]
    side: Side | None = None
    period: tuple[date, date] | None = None
    own_tax_ids: frozenset[str] = frozenset()
    tax_period: str = ""
    not_ours: int = 0
    repeated: int = 0
    totals: int = 0
    unmatched_rows: int = 0
    ignored_sheets: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
