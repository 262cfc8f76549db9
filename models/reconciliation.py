"""What a reconciliation says of each invoice: of those that a statement lists, and of those that it should list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from models.statement import InvoiceState, Risk, StatementEntry


class LineClass(StrEnum):
    """What comes of holding one invoice of a statement against the archive.

    The first seven exclude each other; the last four are said beside one of them.
    """

    EQUAL = "equal"
    DIFFERS = "differs"
    STATEMENT_ONLY = "statement_only"
    """税局有、档案无: the statement has it, no scan was read as it."""
    ARCHIVE_ONLY = "archive_only"
    """档案有、税局无, of the statement's period and side."""
    SUSPECTED = "suspected"
    """Something like it is archived, and only a person can say whether it is that."""
    NUMBER_LOST = "number_lost"
    UNREADABLE = "unreadable"
    """No number stands in the row, or something in it cannot be read."""
    STATUS_CONFLICT = "status_conflict"
    """Voided, reversed or under suspicion at the tax bureau, and kept here or booked as if it were good."""
    SELECTED_NOT_BOOKED = "selected_not_booked"
    BOOKED_NOT_SELECTED = "booked_not_selected"
    TWICE = "twice"


CLASS_NAMES: Mapping[LineClass, str] = {
    LineClass.EQUAL: "一致",
    LineClass.DIFFERS: "内容不一致",
    LineClass.STATEMENT_ONLY: "清单有、档案无",
    LineClass.ARCHIVE_ONLY: "档案有、清单无",
    LineClass.SUSPECTED: "疑似，待人工核对",
    LineClass.NUMBER_LOST: "号码丢失",
    LineClass.UNREADABLE: "无法核对",
    LineClass.STATUS_CONFLICT: "状态冲突",
    LineClass.SELECTED_NOT_BOOKED: "已勾选未入账",
    LineClass.BOOKED_NOT_SELECTED: "已入账未勾选",
    LineClass.TWICE: "重复",
}
"""As a clerk calls them, on pages, in sheets and in the terminal."""
BESIDE = (LineClass.STATUS_CONFLICT, LineClass.SELECTED_NOT_BOOKED, LineClass.BOOKED_NOT_SELECTED, LineClass.TWICE)
OPEN = (LineClass.STATEMENT_ONLY, LineClass.SUSPECTED)
"""What later scans and statements may settle."""


class ArchivedInvoice(NamedTuple):
    """An invoice of the archive, as far as it is compared. `day` is that of issue; amounts in yuan."""

    id: str
    number: str | None
    code: str | None
    seller_name: str | None
    seller_tax_id: str | None
    buyer_name: str | None
    buyer_tax_id: str | None
    day: date | None
    net: Decimal | None
    tax: Decimal | None
    total: Decimal | None

    @property
    def identity(self) -> str:
        """As `identity_of` says."""
        return identity_of(self.number or "", self.code or "")


class Difference(NamedTuple):
    """One thing that statement and archive say differently; `field` is a key of an invoice's fields."""

    field: str
    statement: str
    archive: str


@dataclass(frozen=True, slots=True)
class ReconciliationLine:
    """One invoice held against the archive.

    Attributes:
        entry: what the statement says; None where it does not list the invoice.
        invoice: what the archive has, where it is the same one.
        candidates: ids of what may be it, at most a few; for a person to look at.
        is_new: no statement of this kind that was taken in before had it.
        was: its class when this reconciliation was last run, None in the first run or where nothing changed.
    """

    main: LineClass
    entry: StatementEntry | None = None
    also: tuple[LineClass, ...] = ()
    invoice: ArchivedInvoice | None = None
    differences: tuple[Difference, ...] = ()
    candidates: tuple[str, ...] = ()
    is_new: bool = True
    was: LineClass | None = None

    @property
    def identity(self) -> str:
        """Which invoice it is about; "" where nobody can say."""
        if self.invoice is not None:
            return self.invoice.identity
        if self.entry is None or self.entry.problem is not None or self.entry.is_tail:
            return ""
        return identity_of(self.entry.number, self.entry.code)


@dataclass(frozen=True, slots=True)
class Known:
    """What statements that were taken in before say of an invoice; None where none says it."""

    kinds: frozenset[str] = frozenset()
    vouchers: frozenset[str] = frozenset()
    booked: bool | None = None
    selected: bool | None = None
    state: InvoiceState = InvoiceState.UNKNOWN
    risk: Risk = Risk.NORMAL


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The same of all invoices of a statement, by identity; `has_bookings` is whether any ledger or list of bookings was taken in."""

    of: Mapping[str, Known] = field(default_factory=dict)
    has_bookings: bool = False

    def about(self, identity: str) -> Known:
        """What is known of one invoice."""
        return self.of.get(identity, _NOTHING) if identity else _NOTHING


_NOTHING = Known()


def identity_of(number: str, code: str) -> str:
    """One text for one invoice: its 20 digits, also where they are split as 12 + 8, or code and number in one."""
    if len(number) == 20:
        return number
    return code + number
