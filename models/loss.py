"""A case of a lost invoice: who lost which copy of what, what was done about it, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from models.calendar_words import day_in_china
from models.clues import InvoiceSummary
from models.digest import Digest
from models.errors import CaseClosed, CaseUnfinished, InvalidCase, ReplacementRefused
from models.invoice import InvoiceKind
from models.loss_rules import Circumstance, LossRule, LossRules, LostCopy, StepKind

LONGEST_WORDS = 200
LONGEST_TEXT = 4000
"""Characters of a text that is printed: one page holds about 1,500."""
_LAYOUT = frozenset("\n\t\u3000")


class Outcome(StrEnum):
    """How a case ended."""

    REPLACED = "replaced"
    FOUND = "found"
    FETCHED_AGAIN = "fetched_again"
    RETURNED = "returned"
    """By the tax bureau that had taken it away."""
    WRITTEN_OFF = "written_off"
    """Not booked, not deducted: somebody bears it."""
    MISTAKEN = "mistaken"

    @property
    def chinese(self) -> str:
        """How a clerk is told."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.REPLACED: "替代件已取得并办结",
    Outcome.FOUND: "原件找回",
    Outcome.FETCHED_AGAIN: "已重新取得电子文件",
    Outcome.RETURNED: "税务机关已归还",
    Outcome.WRITTEN_OFF: "不入账、不抵扣，自行承担",
    Outcome.MISTAKEN: "登记有误",
}
_NEEDS_STEPS = frozenset({Outcome.REPLACED, Outcome.FETCHED_AGAIN})


class StepState(StrEnum):
    """Where a step stands; a step that nobody spoke of is open."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"
    """Not needed here; its note says why."""


@dataclass(frozen=True, slots=True)
class LostInvoice:
    """What is known of the lost invoice, as a person told it: each may be None or empty. `total` in yuan, tax included."""

    kind: InvoiceKind | None = None
    code: str = ""
    number: str = ""
    issued_on: date | None = None
    seller_name: str = ""
    seller_tax_id: str = ""
    buyer_name: str = ""
    total: Decimal | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing by which it could be told from any other is known."""
        return not (self.number or self.seller_name or self.seller_tax_id) and self.total is None and self.issued_on is None

    @classmethod
    def of(cls, summary: InvoiceSummary) -> "LostInvoice":
        """What the archive knows of an invoice."""
        return cls(
            kind=summary.kind,
            code=summary.code or "",
            number=summary.number or "",
            issued_on=summary.issue_date,
            seller_name=summary.seller_name or "",
            seller_tax_id=summary.seller_tax_id or "",
            buyer_name=summary.buyer_name or "",
            total=summary.total,
        )

    def differing(self, other: "LostInvoice") -> tuple[tuple[str, str, str], ...]:
        """In what two scans cannot be of one invoice: name, this one's value, the other's; what one of them lacks is no difference.

        Names of parties are not compared: of them readings and people leave something out.
        """
        pairs = {
            "code": (self.code, other.code),
            "number": (self.number, other.number),
            "issued_on": (self.issued_on, other.issued_on),
            "total": (self.total, other.total),
            "seller_tax_id": (self.seller_tax_id, other.seller_tax_id),
        }
        both = ((name, one, another) for name, (one, another) in pairs.items() if one and another)
        return tuple((name, str(one), str(another)) for name, one, another in both if one != another)

    def require_same(self, other: "LostInvoice") -> None:
        """Raise ReplacementRefused where another scan is of another invoice."""
        found = self.differing(other)
        if found:
            told = "; ".join(f"{name} {one} / {another}" for name, one, another in found)
            raise ReplacementRefused(f"this is another invoice than the lost one: {told}")


@dataclass(frozen=True, slots=True)
class Refetched:
    """An electronic invoice that was fetched again: from where, when, the file's hash, and whether the archived one has the same."""

    source: str
    at: datetime
    digest: Digest
    is_equal: bool | None
    """None where the archive holds nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about one step: on which day, by whom (as written on paper), and who recorded it when.

    `invoice` and `document` name what was archived for it: the replacement's scan, a proof.
    """

    kind: StepKind
    state: StepState
    on: date
    person: str
    by: str
    at: datetime
    note: str = ""
    document: Digest | None = None
    invoice: str | None = None
    refetched: Refetched | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How, when and by whom a case was closed."""

    outcome: Outcome
    on: date
    by: str
    at: datetime
    note: str = ""


class LinkState(StrEnum):
    """How far an archived invoice is known to be the lost one."""

    PROPOSED = "proposed"
    """It fits what is remembered; a person has to say."""
    PROVED = "proved"
    """Its number is proved on its own face and is the one that was told."""
    CONFIRMED = "confirmed"
    """A person said so, or opened the case from it."""


@dataclass(frozen=True, slots=True)
class Link:
    """The archived invoice that a case is about; `by` linked it."""

    invoice: str
    document: Digest
    state: LinkState
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LossCase:
    """One case as it stands.

    Attributes:
        lost_by: whoever lost it, as written on paper.
        deducted, booked: whether it was deducted or booked before; None when nobody knows. `voucher` names the booking.
        department: whose case it is; None for nobody's in particular.
        rejected: archived invoices of which a person said that they are not the lost one.
        texts: free texts of the papers that somebody wrote anew, by their names.
        due: the nearest open term when this version was written, by the rules of then; None for none.
    """

    id: str
    lost: LostCopy
    discovered_on: date
    lost_by: str
    opened_by: str
    opened_at: datetime
    invoice: LostInvoice
    circumstance: Circumstance = Circumstance.ORDINARY
    department: str | None = None
    deducted: bool | None = None
    booked: bool | None = None
    voucher: str = ""
    link: Link | None = None
    rejected: frozenset[str] = frozenset()
    steps: Mapping[StepKind, Step] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    closing: Closing | None = None
    due: date | None = None

    def __post_init__(self) -> None:
        """Raise InvalidCase for words that say nothing or cannot be printed, and for an invoice of which nothing is known."""
        require_words("lost_by", self.lost_by, LONGEST_WORDS)
        known = self.invoice
        for name, words in (
            ("voucher", self.voucher),
            *((key, getattr(known, key)) for key in ("code", "number", "seller_name", "seller_tax_id", "buyer_name")),
        ):
            if words:
                require_words(name, words, LONGEST_WORDS)
        for name, words in self.texts.items():
            require_words(name, words, LONGEST_TEXT)
        if self.link is None and known.is_blank:
            raise InvalidCase("say something of the invoice: number, seller, amount or date", field="number")
        if self.discovered_on > day_in_china(self.opened_at):
            raise InvalidCase("the day of discovery lies in the future", field="discovered_on")

    @property
    def is_open(self) -> bool:
        """Whether something may still be done."""
        return self.closing is None

    @property
    def established(self) -> Link | None:
        """The archived invoice, once it is known to be the lost one."""
        return None if self.link is None or self.link.state is LinkState.PROPOSED else self.link

    @property
    def documents(self) -> frozenset[Digest]:
        """What of the archive the case rests on: the lost invoice's scan, replacements, proofs."""
        named = {step.document for step in self.steps.values() if step.document is not None}
        return frozenset(named if self.link is None else named | {self.link.document})

    def state_of(self, kind: StepKind) -> StepState:
        """Where a step stands."""
        step = self.steps.get(kind)
        return StepState.OPEN if step is None else step.state

    def rule(self, rules: LossRules) -> LossRule:
        """What counts for this case; the general rule where the file of rules has changed since, and knows none for it any more."""
        return rules.rule(self.invoice.kind, self.lost, self.circumstance) or rules.general

    def require_rule(self, rules: LossRules) -> None:
        """Raise InvalidCase where such an invoice has no such copy, or nothing is known for the circumstance."""
        if rules.rule(self.invoice.kind, self.lost, self.circumstance) is not None:
            return
        kind = "发票" if self.invoice.kind is None else self.invoice.kind.chinese
        if self.lost in rules.copies(self.invoice.kind):
            raise InvalidCase(f"{kind}：没有这种情形的处理规则 no rule for this circumstance", field="circumstance")
        copies = "、".join(f"{copy.value} {copy.chinese}" for copy in rules.copies(self.invoice.kind))
        raise InvalidCase(f"{kind} has no copy called {self.lost.value}; it has {copies}", field="lost")

    def missing(self, rules: LossRules) -> tuple[StepKind, ...]:
        """The required steps that are open, in their order."""
        return tuple(kind for kind in self.rule(rules).required if self.state_of(kind) is StepState.OPEN)

    def overdue(self, rules: LossRules, today: date) -> tuple[StepKind, ...]:
        """The steps whose term is over and that are open; none of a closed case."""
        if not self.is_open:
            return ()
        late = []
        for kind in self.missing(rules):
            due = rules.steps[kind].due(self.discovered_on)
            if due is not None and due < today:
                late.append(kind)
        return tuple(late)

    def next_due(self, rules: LossRules) -> date | None:
        """The nearest term of an open required step; None where none has a term or the case is closed."""
        if not self.is_open:
            return None
        terms = (rules.steps[kind].due(self.discovered_on) for kind in self.missing(rules))
        return min((term for term in terms if term is not None), default=None)

    def with_step(self, step: Step, rules: LossRules) -> "LossCase":
        """The case after somebody spoke of a step; `open` takes back what was said.

        Raises:
            CaseClosed.
            InvalidCase: its rule knows no such step, or nobody or nothing is named.
        """
        self.require_open()
        if step.kind not in self.rule(rules).steps:
            raise InvalidCase(f"this case has no step {step.kind.value}", field="step")
        steps = {kind: each for kind, each in self.steps.items() if kind is not step.kind}
        if step.state is StepState.OPEN:
            return replace(self, steps=steps)
        require_words("person", step.person, LONGEST_WORDS)
        if step.on > day_in_china(step.at):
            raise InvalidCase("a step is done on a day that has come", field="on")
        if step.note:
            require_words("note", step.note, LONGEST_TEXT)
        elif step.state is StepState.WAIVED:
            raise InvalidCase("say in `note` why this step is not needed", field="note")
        return replace(self, steps={**steps, step.kind: step})

    def closed(self, closing: Closing, rules: LossRules) -> "LossCase":
        """The case with its end.

        Raises:
            CaseClosed: it was closed before.
            CaseUnfinished: required steps are open, and it would count as replaced or fetched again.
        """
        self.require_open()
        missing = self.missing(rules) if closing.outcome in _NEEDS_STEPS else ()
        if missing:
            titles = "、".join(f"{kind.value} {rules.steps[kind].title}" for kind in missing)
            raise CaseUnfinished(f"the case cannot be closed as {closing.outcome.value}, these steps are open: {titles}")
        if closing.note:
            require_words("note", closing.note, LONGEST_TEXT)
        return replace(self, closing=closing)

    def require_open(self) -> None:
        """Raise CaseClosed when nothing may be changed any more."""
        if self.closing is not None:
            raise CaseClosed(f"case {self.id} was closed on {self.closing.on} by {self.closing.by} ({self.closing.outcome.value})")


def require_words(name: str, words: str, longest: int) -> None:
    """Raise InvalidCase for words that say nothing, are too many, or could not be printed."""
    if not words.strip() or len(words) > longest:
        raise InvalidCase(f"`{name}` has 1 to {longest} characters", field=name)
    if not all(sign.isprintable() or sign in _LAYOUT for sign in words):
        raise InvalidCase(f"`{name}` holds a sign that cannot be printed", field=name)
