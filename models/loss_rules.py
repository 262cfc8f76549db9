"""What the law and the trade say about lost invoices, as a file of rules that people may edit (TOML)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from models.digest import Digest
from models.errors import InvalidSetting
from models.invoice import InvoiceKind

_MOST_DAYS = 3650


class LostCopy(StrEnum):
    """Which of an invoice's copies (联) is lost; `whole` where there is but one, `file` for an electronic invoice."""

    INVOICE = "invoice"
    DEDUCTION = "deduction"
    INVOICE_AND_DEDUCTION = "invoice_and_deduction"
    BOOKKEEPING = "bookkeeping"
    WHOLE = "whole"
    FILE = "file"

    @property
    def chinese(self) -> str:
        """The name a clerk uses."""
        return _COPIES[self]


_COPIES = {
    LostCopy.INVOICE: "发票联",
    LostCopy.DEDUCTION: "抵扣联",
    LostCopy.INVOICE_AND_DEDUCTION: "发票联和抵扣联",
    LostCopy.BOOKKEEPING: "记账联",
    LostCopy.WHOLE: "整张（单联）",
    LostCopy.FILE: "电子文件",
}


class Circumstance(StrEnum):
    """What makes a case take a path of its own.

    `seller_gone`: nobody can be asked for a stamped copy. `held_by_tax_bureau`: it was taken away for examination, and is not lost.
    """

    ORDINARY = "ordinary"
    SELLER_GONE = "seller_gone"
    HELD_BY_TAX_BUREAU = "held_by_tax_bureau"


class Use(StrEnum):
    """What a replacement serves as: deduction of input tax (抵扣), refund (退税), booking (记账)."""

    DEDUCTION = "deduction"
    REFUND = "refund"
    BOOKING = "booking"

    @property
    def chinese(self) -> str:
        """The name a clerk uses."""
        return _USES[self]


_USES = {Use.DEDUCTION: "抵扣进项税额", Use.REFUND: "申报退税", Use.BOOKING: "记账凭证"}


class Mark(StrEnum):
    """How far a statement about the law is borne out; only the first two may be shown as law."""

    TWO_SOURCES = "two_sources"
    ONE_SOURCE = "one_source"
    UNVERIFIED = "unverified"
    INFERENCE = "inference"

    @property
    def chinese(self) -> str:
        """How a clerk is told."""
        return _MARKS[self]


_MARKS = {
    Mark.TWO_SOURCES: "两处来源一致",
    Mark.ONE_SOURCE: "仅一处来源",
    Mark.UNVERIFIED: "未核实",
    Mark.INFERENCE: "推断，仅供参考，不是规定",
}


class StepKind(StrEnum):
    """What is done about a lost invoice; what each means, and its term, stands in the file of rules.

    The three offices whose approval 会计基础工作规范 art. 55 asks for are steps of their own.
    """

    REPORT = "report"
    OWN_COPY = "own_copy"
    SELLER_REQUEST = "seller_request"
    REPLACEMENT = "replacement"
    STATEMENT = "statement"
    ACCOUNTING_SUPERVISOR = "accounting_supervisor"
    ACCOUNTING_HEAD = "accounting_head"
    UNIT_HEAD = "unit_head"
    FETCH_AGAIN = "fetch_again"
    EXCHANGE_CERTIFICATE = "exchange_certificate"
    PROOF_UNOBTAINABLE = "proof_unobtainable"
    CONTRACT = "contract"
    PAYMENT = "payment"
    TRANSPORT = "transport"
    STOCK = "stock"
    ACCOUNTING_RECORDS = "accounting_records"


APPROVALS = (StepKind.ACCOUNTING_SUPERVISOR, StepKind.ACCOUNTING_HEAD, StepKind.UNIT_HEAD)
"""The offices of art. 55 in the order in which a sheet goes round."""


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a statement rests, and how far that is borne out."""

    source: str
    mark: Mark
    note: str = ""

    @property
    def told(self) -> str:
        """The source with its mark, as papers print it."""
        return f"{self.source}〔{self.mark.chinese}〕"


@dataclass(frozen=True, slots=True)
class StepRule:
    """One step. `due_days` after the day of discovery, None without a term; `due_mark` says how far that term is borne out."""

    kind: StepKind
    title: str
    english: str
    ground: Ground
    due_days: int | None = None
    due_mark: Mark | None = None

    def due(self, discovered_on: date) -> date | None:
        """The last day on which it is in time; None without a term."""
        return None if self.due_days is None else discovered_on + timedelta(days=self.due_days)


@dataclass(frozen=True, slots=True)
class LossRule:
    """What stands in for what was lost: `required` must be done before a case counts as replaced, `advised` may be."""

    kinds: frozenset[InvoiceKind | None]
    lost: frozenset[LostCopy]
    circumstance: Circumstance
    replacement: str
    english: str
    serves: tuple[Use, ...]
    required: tuple[StepKind, ...]
    advised: tuple[StepKind, ...]
    ground: Ground

    @property
    def steps(self) -> tuple[StepKind, ...]:
        """All of them, in the order in which they are taken."""
        return (*self.required, *self.advised)

    def fits(self, kind: InvoiceKind | None, lost: LostCopy, circumstance: Circumstance) -> bool:
        """Whether it speaks of this."""
        return kind in self.kinds and lost in self.lost and circumstance is self.circumstance


@dataclass(frozen=True, slots=True)
class LossRules:
    """The file of rules as somebody wrote it on the day `dated`; `digest` is that of its text. The first rule that fits counts."""

    dated: date
    digest: Digest
    steps: Mapping[StepKind, StepRule]
    rules: tuple[LossRule, ...]

    @classmethod
    def parse(cls, text: str) -> "LossRules":
        """Read the file.

        Raises:
            InvalidSetting: it is no such file, a step that a rule names is not described, or a kind has no ordinary rule at all.
        """
        try:
            wire = tomllib.loads(text)
            dated = wire["dated"]
            if type(dated) is not date:
                raise ValueError("`dated` is a day such as 2026-11-30")
            steps = {StepKind(name): _step(StepKind(name), told) for name, told in wire["steps"].items()}
            rules = tuple(_rule(told) for told in wire["rules"])
            found = cls(dated, Digest.of(text.encode()), steps, rules)
            found._require_whole()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidSetting(f"the file of rules about losses cannot be used: {error}") from error
        return found

    def rule(self, kind: InvoiceKind | None, lost: LostCopy, circumstance: Circumstance) -> LossRule | None:
        """What counts for this; None where an invoice of this kind has no such copy, or the circumstance cannot be."""
        if lost not in self.copies(kind):
            return None
        return next((rule for rule in self.rules if rule.fits(kind, lost, circumstance)), None)

    @property
    def general(self) -> LossRule:
        """What counts for a lost voucher of which nobody knows more."""
        return next(rule for rule in self.rules if None in rule.kinds and rule.circumstance is Circumstance.ORDINARY)

    def copies(self, kind: InvoiceKind | None) -> tuple[LostCopy, ...]:
        """Which copies of a kind can be lost, in the order of `LostCopy`."""
        ordinary = (rule for rule in self.rules if kind in rule.kinds and rule.circumstance is Circumstance.ORDINARY)
        known = frozenset[LostCopy]().union(*(rule.lost for rule in ordinary))
        return tuple(lost for lost in LostCopy if lost in known)

    def _require_whole(self) -> None:
        for rule in self.rules:
            unknown = [step.value for step in rule.steps if step not in self.steps]
            if unknown:
                raise ValueError(f"a rule names steps that are not described: {', '.join(unknown)}")
        for kind in (*InvoiceKind, None):
            if not any(kind in rule.kinds and rule.circumstance is Circumstance.ORDINARY for rule in self.rules):
                raise ValueError(f"no rule says what to do about a lost {_UNKNOWN if kind is None else kind.value}")


_UNKNOWN = "unknown"


def _step(kind: StepKind, told: Mapping[str, Any]) -> StepRule:
    days = told.get("due_days")
    if days is not None and (type(days) is not int or not 0 <= days <= _MOST_DAYS):
        raise ValueError(f"due_days of {kind.value} is a number of days from 0 to {_MOST_DAYS}")
    if (days is None) is not ("due_mark" not in told):
        raise ValueError(f"{kind.value}: due_days and due_mark go together")
    due_mark = None if days is None else Mark(told["due_mark"])
    return StepRule(kind, _words(told, "title"), _words(told, "english"), _ground(told), days, due_mark)


def _rule(told: Mapping[str, Any]) -> LossRule:
    required = _kinds_of_steps(told["required"])
    if not required:
        raise ValueError("a rule has at least one required step")
    return LossRule(
        kinds=frozenset(None if name == _UNKNOWN else InvoiceKind(name) for name in told["kinds"]),
        lost=frozenset(LostCopy(name) for name in told["lost"]),
        circumstance=Circumstance(told.get("circumstance", Circumstance.ORDINARY)),
        replacement=_words(told, "replacement"),
        english=_words(told, "english"),
        serves=tuple(Use(name) for name in told["serves"]),
        required=required,
        advised=_kinds_of_steps(told.get("advised", [])),
        ground=_ground(told),
    )


def _kinds_of_steps(names: Sequence[str]) -> tuple[StepKind, ...]:
    return tuple(StepKind(name) for name in names)


def _ground(told: Mapping[str, Any]) -> Ground:
    return Ground(_words(told, "source"), Mark(told["mark"]), _words(told, "note") if "note" in told else "")


def _words(told: Mapping[str, Any], name: str) -> str:
    words = told[name]
    if not isinstance(words, str) or not words.strip():
        raise ValueError(f"`{name}` says something in words")
    return words
