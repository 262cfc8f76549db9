"""What is looked at before an invoice is reimbursed: hints for a person, none of which decides anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.duplicates import LEAST_RUN, Duplicate
from models.own_companies import OwnCompanies
from models.statement import InvoiceState, Risk


class Compliance(StrEnum):
    """What a rule makes of an invoice. Nothing found is not the same as nothing wrong."""

    COMPLIANT = "compliant"
    DOUBTFUL = "doubtful"
    NOT_COMPLIANT = "not_compliant"

    @property
    def chinese(self) -> str:
        """As expense systems call it."""
        return {"compliant": "合规", "doubtful": "存疑", "not_compliant": "不合规"}[self]


class ClaimRule(StrEnum):
    """A rule of the check; each can be switched off."""

    DUPLICATE = "duplicate"
    CONSECUTIVE = "consecutive"
    YEAR_CROSSING = "year_crossing"
    BUYER = "buyer"
    STATUS = "status"

    @property
    def chinese(self) -> str:
        """As expense systems call it."""
        return {"duplicate": "重复报销", "consecutive": "连号", "year_crossing": "跨年", "buyer": "抬头税号", "status": "作废红冲"}[self]


EVERY_RULE = frozenset(ClaimRule)


@dataclass(frozen=True, slots=True)
class Claim:
    """An invoice that somebody wants to be paid for, as far as the asking system knows it; the amount in yuan, tax included.

    `document`: the digest of its own file where that is archived already, which is not its own duplicate.
    """

    number: str | None = None
    code: str | None = None
    seller: str | None = None
    seller_tax_id: str | None = None
    buyer: str | None = None
    buyer_tax_id: str | None = None
    amount: Decimal | None = None
    issued_on: date | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """What one rule found, in words for a clerk."""

    rule: ClaimRule
    result: Compliance
    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim with the archived invoices that are the same one, and a hint of each rule that was applied."""

    claim: Claim
    duplicates: tuple[Duplicate, ...]
    hints: tuple[Hint, ...]

    @property
    def result(self) -> Compliance:
        """The worst of all hints."""
        return max((hint.result for hint in self.hints), key=list(Compliance).index, default=Compliance.COMPLIANT)


def duplicate_hint(duplicates: Iterable[Duplicate]) -> Hint:
    """What is said of archived invoices that are the same one: the surest of them first."""
    surest = min(duplicates, key=lambda one: (not one.by.is_certain, one.invoice.received_at), default=None)
    if surest is None:
        return Hint(ClaimRule.DUPLICATE, Compliance.COMPLIANT, "档案中没有同一张发票", "The archive holds no other file of this invoice")
    result = Compliance.NOT_COMPLIANT if surest.by.is_certain else Compliance.DOUBTFUL
    return Hint(ClaimRule.DUPLICATE, result, surest.chinese, surest.english)


def run_around(number: str, others: Iterable[str]) -> tuple[str, ...]:
    """The running numbers of the same length around this one, in order, itself included; it ends where one of `others` is missing."""
    known = {int(other) for other in others if other.isdecimal() and len(other) == len(number)}
    first = last = int(number)
    while first - 1 in known:
        first -= 1
    while last + 1 in known:
        last += 1
    return tuple(str(each).zfill(len(number)) for each in range(first, last + 1))


def consecutive_hint(run: tuple[str, ...]) -> Hint:
    """What is said of running numbers of one seller."""
    if len(run) < LEAST_RUN:
        return Hint(ClaimRule.CONSECUTIVE, Compliance.COMPLIANT, "没有连号", "No running numbers")
    said = f"{run[0]}–{run[-1]}"
    return Hint(
        ClaimRule.CONSECUTIVE,
        Compliance.DOUBTFUL,
        f"同一销售方或同一发票代码连号 {len(run)} 张：{said}",
        f"{len(run)} running numbers of one seller or code: {said}",
    )


def year_hint(issued_on: date, booked_on: date) -> Hint:
    """What is said of an invoice of another year than the booking's; which of them a company still takes is its own rule."""
    if issued_on.year == booked_on.year:
        return Hint(ClaimRule.YEAR_CROSSING, Compliance.COMPLIANT, "开票与入账在同一年", "Issued in the year of the booking")
    return Hint(
        ClaimRule.YEAR_CROSSING,
        Compliance.DOUBTFUL,
        f"跨年：{issued_on.year} 年开票，{booked_on.year} 年入账",
        f"Issued in {issued_on.year}, booked in {booked_on.year}",
    )


def buyer_hint(name: str | None, tax_id: str | None, own: OwnCompanies) -> Hint:
    """What is said of the buyer that an invoice names: one of our companies under its own tax id, or somebody else."""
    known = own.owns(tax_id, name)
    if known and tax_id and name and not own.owns(None, name):
        said = ("税号是本单位的，抬头不是", "The tax id is one of ours, the name is not")
        return Hint(ClaimRule.BUYER, Compliance.DOUBTFUL, *said)
    if known and not tax_id:
        return Hint(ClaimRule.BUYER, Compliance.DOUBTFUL, "抬头是本单位的，没有税号", "The name is one of ours, without a tax id")
    if known:
        return Hint(ClaimRule.BUYER, Compliance.COMPLIANT, "购买方是本单位", "The buyer is one of our companies")
    return Hint(ClaimRule.BUYER, Compliance.NOT_COMPLIANT, "购买方不是本单位", "The buyer is none of our companies")


_STATES = {
    InvoiceState.VOIDED: (Compliance.NOT_COMPLIANT, "税务平台：已作废", "The tax platform says: voided"),
    InvoiceState.REVERSED: (Compliance.NOT_COMPLIANT, "税务平台：已全额红冲", "The tax platform says: reversed in full"),
    InvoiceState.OUT_OF_CONTROL: (Compliance.NOT_COMPLIANT, "税务平台：失控发票", "The tax platform says: out of control"),
    InvoiceState.PARTLY_REVERSED: (Compliance.DOUBTFUL, "税务平台：已部分红冲", "The tax platform says: reversed in part"),
}
_RISKS = {
    Risk.ABNORMAL: (Compliance.DOUBTFUL, "税务平台：异常凭证", "The tax platform says: abnormal voucher"),
    Risk.DOUBTFUL: (Compliance.DOUBTFUL, "税务平台：疑点发票", "The tax platform says: doubtful invoice"),
}


def status_hint(state: InvoiceState, risk: Risk) -> Hint | None:
    """What lists of the tax platform say of an invoice; None where none that was taken in names it."""
    said = _STATES.get(state) or _RISKS.get(risk)
    if said is not None:
        return Hint(ClaimRule.STATUS, *said)
    if state is InvoiceState.UNKNOWN:
        return None
    return Hint(ClaimRule.STATUS, Compliance.COMPLIANT, "税务平台：正常", "The tax platform says: normal")
