"""Cases of lost invoices: opened, followed step by step, closed; each change is a version of the case's record, logged."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from models.access import EVERYTHING, Visibility
from models.calendar_words import CHINA, day_in_china
from models.clues import InvoiceSummary
from models.digest import Digest
from models.errors import (
    CaseExists,
    InvalidCase,
    InvoiceNotFound,
    RecordNotFound,
    ReplacementRefused,
    StaleVersion,
)
from models.loss import Closing, Link, LinkState, LossCase, LostInvoice, Outcome, Refetched, Step, StepState
from models.loss_json import encode_case
from models.loss_rules import Circumstance, LossRules, LostCopy, StepKind
from ocr_service.acting import actor
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from storage.catalogue.loss_rows import LOSSES, case_of
from storage.catalogue.losses import LossIndex
from storage.histories import HistoryVersion


class StandingCase(NamedTuple):
    """A case as it stands, and the version of its record that says so, made at `at` by `by`."""

    case: LossCase
    version: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NewCase:
    """What somebody says who opens a case; `from_invoice` names the archived invoice, where it is known."""

    lost: LostCopy
    lost_by: str
    discovered_on: date
    invoice: LostInvoice = field(default_factory=LostInvoice)
    from_invoice: str | None = None
    circumstance: Circumstance = Circumstance.ORDINARY
    department: str | None = None
    deducted: bool | None = None
    booked: bool | None = None
    voucher: str = ""


@dataclass(frozen=True, slots=True)
class SaidStep:
    """What somebody says of a step. `invoice` names what was archived for it, an invoice or a document.

    `source`, `fetched_at` and `digest` are of a file that was fetched again; the digest is that of `invoice` where one is named.
    """

    kind: StepKind
    on: date
    person: str
    state: StepState = StepState.DONE
    note: str = ""
    invoice: str | None = None
    source: str = ""
    fetched_at: datetime | None = None
    digest: Digest | None = None


class OverdueStep(NamedTuple):
    """A step whose term is over: what a reminder says, and an event for whoever is told by the program."""

    case: str
    step: StepKind
    due: date
    department: str | None


_EARLIEST = datetime(2000, 1, 1, tzinfo=CHINA)
"""No electronic invoice is older."""

_FACTS = ("kind", "code", "number", "issued_on", "seller_name", "seller_tax_id", "buyer_name", "total")


@dataclass(frozen=True, slots=True)
class Losses:
    """The cases as somebody sees them whom the service answers. Every method may raise StoreUnavailable and CatalogueUnavailable.

    Whatever changes a case takes the `version` that was looked at (None for whatever stands now), and raises:
        RecordNotFound: there is no such case, or it is not seen.
        StaleVersion: somebody else changed it meanwhile; nothing was changed.
        CaseClosed: it was closed.
        InvalidCase: something that cannot be said of it.
    """

    service: ArchiveService
    rules: LossRules

    def open(self, new: NewCase) -> StandingCase:
        """Open a case, from an archived invoice or from what is remembered.

        Raises:
            InvalidCase: nothing is known of the invoice, or it has no such copy.
            InvoiceNotFound: the archived invoice is not there.
            CaseExists: there is an open case of this very copy of this invoice.
        """
        now = self.service.clock()
        invoice, link = new.invoice, None
        if new.from_invoice is not None:
            summary = self._shown(new.from_invoice, new.department)
            invoice, link = LostInvoice.of(summary), Link(summary.id, summary.document, LinkState.CONFIRMED, actor(), now)
        case = LossCase(
            id=f"{day_in_china(now):%Y%m%d}-{secrets.token_hex(4)}",
            lost=new.lost,
            discovered_on=new.discovered_on,
            lost_by=new.lost_by,
            opened_by=actor(),
            opened_at=now,
            invoice=invoice,
            circumstance=new.circumstance,
            department=new.department,
            deducted=new.deducted,
            booked=new.booked,
            voucher=new.voucher,
            link=link,
        )
        case.require_rule(self.rules)
        self._require_new(case)
        case = replace(case, due=case.next_due(self.rules))
        return _standing(self._keeper.begin(f"{LOSSES}{case.id}", encode_case(case), department=case.department))

    def get(self, case_id: str) -> StandingCase:
        """A case as it stands; raise RecordNotFound."""
        try:
            return _standing(self._keeper.get(f"{LOSSES}{case_id}"))
        except RecordNotFound:
            raise RecordNotFound(f"there is no case {case_id}") from None

    def history(self, case_id: str) -> tuple[StandingCase, ...]:
        """Every version of a case, oldest first; raise RecordNotFound, DamagedRecord."""
        self.get(case_id)
        return tuple(map(_standing, self._keeper.history(f"{LOSSES}{case_id}")))

    def listed(self, *, is_open: bool | None = None, invoice: str | None = None) -> tuple[StandingCase, ...]:
        """Cases, the open ones first, the nearest term first; those that rest on an invoice's document only, where one is named."""
        document = None if invoice is None else self.service.catalogue.resolve(invoice, self.service.sees)[0]
        return tuple(map(_standing, self._index.listed(self.service.sees, is_open=is_open, document=document)))

    def overdue(self) -> tuple[OverdueStep, ...]:
        """Every step of an open case whose term is over, the oldest term first."""
        today = self.today()
        late = []
        for standing in self.listed(is_open=True):
            case = standing.case
            for kind in case.overdue(self.rules, today):
                due = self.rules.steps[kind].due(case.discovered_on)
                assert due is not None
                late.append(OverdueStep(case.id, kind, due, case.department))
        return tuple(sorted(late, key=lambda step: (step.due, step.case)))

    def change(self, case_id: str, version: int | None, wanted: Mapping[str, Any]) -> StandingCase:
        """Set what is known of a case right: attributes of LossCase and of its LostInvoice, and `texts`, of which an empty one is dropped.

        Raises:
            InvalidCase: it speaks of the invoice although that is archived: there it is set right.
        """
        standing = self._to_change(case_id, version)
        case = standing.case
        facts = {name: value for name, value in wanted.items() if name in _FACTS}
        others = {name: value for name, value in wanted.items() if name not in _FACTS}
        if facts and case.established is not None:
            raise InvalidCase("the invoice is archived: set it right there, and the case shows it", field=next(iter(facts)))
        if facts:
            others["invoice"] = replace(case.invoice, **facts)
        if "texts" in others:
            kept = {**case.texts, **others["texts"]}
            others["texts"] = {name: words for name, words in kept.items() if words.strip()}
        changed = replace(case, **others)
        changed.require_rule(self.rules)
        return self._keep(standing, changed)

    def step(self, case_id: str, version: int | None, said: SaidStep) -> StandingCase:
        """Record a step.

        Raises:
            InvoiceNotFound: what is named as archived for it is not there.
            ReplacementRefused: what is named is a scan of another invoice, or that of the lost one itself.
        """
        standing = self._to_change(case_id, version)
        case = standing.case
        document, invoice, shown = self._named(said.invoice, case)
        if shown is not None and said.kind in (StepKind.REPLACEMENT, StepKind.FETCH_AGAIN):
            case.invoice.require_same(shown)
        if said.kind is StepKind.REPLACEMENT and said.state is StepState.DONE:
            self._require_replacement(case, document)
        now = self.service.clock()
        step = Step(said.kind, said.state, said.on, said.person, actor(), now, said.note, document, invoice, self._fetched(case, said, now))
        changed = case.with_step(step, self.rules)
        if said.kind is StepKind.FETCH_AGAIN and invoice is not None and document is not None and case.link is None:
            changed = replace(changed, link=Link(invoice, document, LinkState.CONFIRMED, actor(), now))
        return self._keep(standing, changed)

    def link(self, case_id: str, version: int | None, name: str, *, is_it: bool = True) -> StandingCase:
        """Say of an archived invoice that it is the lost one, or with `is_it` false that it is not.

        Raises:
            InvoiceNotFound.
            ReplacementRefused: it says something else than what is known of the lost one; set that right first.
        """
        standing = self._to_change(case_id, version)
        case = standing.case
        summary = self._shown(name, case.department)
        if not is_it:
            link = None if case.link is not None and case.link.invoice == summary.id else case.link
            return self._keep(standing, replace(case, link=link, rejected=case.rejected | {summary.id}))
        archived = LostInvoice.of(summary)
        link = Link(summary.id, summary.document, LinkState.CONFIRMED, actor(), self.service.clock())
        changed = replace(case, link=link, invoice=merged(archived, case.invoice), rejected=case.rejected - {summary.id})
        changed.require_rule(self.rules)
        return self._keep(standing, changed)

    def close(self, case_id: str, version: int | None, outcome: Outcome, note: str = "") -> StandingCase:
        """Close a case for ever; raise CaseUnfinished while required steps are open, where it would count as replaced."""
        standing = self._to_change(case_id, version)
        now = self.service.clock()
        closed = standing.case.closed(Closing(outcome, day_in_china(now), actor(), now, note), self.rules)
        return self._keep(standing, closed)

    def take(self, case: LossCase, version: int, link: Link, invoice: LostInvoice) -> StandingCase:
        """Note an invoice that turned up, by itself; raise StaleVersion where somebody changed the case meanwhile."""
        standing = self._to_change(case.id, version)
        linked = replace(case, link=link)
        if link.state is not LinkState.PROPOSED:
            linked = replace(linked, invoice=merged(invoice, case.invoice))
        if self.rules.rule(linked.invoice.kind, linked.lost, linked.circumstance) is None:
            # Such an invoice has not the copy that was told: a person says which one it was, and then that this is it.
            linked = replace(case, link=replace(link, state=LinkState.PROPOSED))
        return self._keep(standing, linked)

    def today(self) -> date:
        """The day by which terms count: China's."""
        return day_in_china(self.service.clock())

    @property
    def _keeper(self) -> RecordKeeper:
        return RecordKeeper.over(self.service)

    @property
    def _index(self) -> LossIndex:
        return LossIndex(self.service.catalogue.database)

    def _to_change(self, case_id: str, version: int | None) -> StandingCase:
        standing = self.get(case_id)
        if version is not None and standing.version != version:
            raise StaleVersion(f"case {case_id} is in version {standing.version} by now, changed by {standing.by}: look at it again")
        standing.case.require_open()
        return standing

    def _keep(self, standing: StandingCase, case: LossCase) -> StandingCase:
        case = replace(case, due=case.next_due(self.rules))
        if case == standing.case:
            return standing
        subject = f"{LOSSES}{case.id}"
        stands = self._keeper.get(subject)
        if stands.number != standing.version:
            raise StaleVersion(f"case {case.id} is in version {stands.number} by now, changed by {stands.by}: look at it again")
        return _standing(self._keeper.change(stands, encode_case(case)))

    def _require_new(self, case: LossCase) -> None:
        if case.link is not None:
            same = map(_standing, self._index.listed(self.service.sees, is_open=True, document=case.link.document))
        elif case.invoice.number:
            same = map(_standing, self._index.of_number(case.invoice.number, self.service.sees))
        else:
            return
        for standing in same:
            other = standing.case
            if other.is_open and other.lost is case.lost and other.department == case.department and not _parted(case, other):
                raise CaseExists(f"there is an open case of this loss already: {other.id}", case=other.id)

    def _shown(self, name: str, department: str | None) -> InvoiceSummary:
        """The invoice that a case of this department is about: everybody who sees the case is shown what it says.

        Raises:
            InvoiceNotFound: whoever asks does not see it.
            InvalidCase: they do, and others who see the case do not.
        """
        summary = self.service.show(name).summary
        try:
            return self.service.seen_by(_seen_within(department)).show(name).summary
        except InvoiceNotFound:
            said = f"invoice {summary.id} is none of the department whose case this is: its people would be told of it"
            raise InvalidCase(said, field="invoice") from None

    def _named(self, name: str | None, case: LossCase) -> tuple[Digest | None, str | None, LostInvoice | None]:
        """Document, invoice and what the archive knows of it; of a document in which no invoice was read, the first alone."""
        if name is None:
            return None, None, None
        try:
            summary = self._shown(name, case.department)
        except InvoiceNotFound:
            document, _ = self.service.catalogue.resolve(name, seen_by_case(case))
            self.service.document(document)
            return document, None, None
        return summary.document, summary.id, LostInvoice.of(summary)

    def _require_replacement(self, case: LossCase, document: Digest | None) -> None:
        if document is None:
            raise InvalidCase("name the scan of the replacement: archive it first", field="invoice")
        own = StepKind.SELLER_REQUEST not in case.rule(self.rules).steps
        if case.link is not None and case.link.document == document and not own:
            raise ReplacementRefused("this is the scan of the lost invoice itself; the replacement is the paper that the seller stamped")

    def _fetched(self, case: LossCase, said: SaidStep, now: datetime) -> Refetched | None:
        if said.kind is not StepKind.FETCH_AGAIN or said.state is not StepState.DONE:
            return None
        document, _, _ = self._named(said.invoice, case)
        digest = document or said.digest
        if digest is None or not said.source.strip():
            raise InvalidCase("say from where the file was fetched, and name the archived file or its digest", field="source")
        original = case.established
        is_equal = None if original is None else original.document == digest
        at = now if said.fetched_at is None else _moment(said.fetched_at)
        if not _EARLIEST <= at <= now:
            raise InvalidCase("say in `fetched_at` a moment that has come, such as 2026-03-02T10:00:00+08:00", field="fetched_at")
        return Refetched(said.source, at, digest, is_equal)


def merged(archived: LostInvoice, told: LostInvoice) -> LostInvoice:
    """What the archive says, and what was told where it says nothing."""
    return LostInvoice(*(getattr(archived, name) or getattr(told, name) for name in _FACTS))


def _moment(said: datetime) -> datetime:
    """A moment that was told without a zone is China's."""
    return said if said.tzinfo is not None else said.replace(tzinfo=CHINA)


def _parted(one: LossCase, other: LossCase) -> bool:
    """Whether two cases of one document or number are of different invoices after all."""
    if one.link is not None and other.link is not None:
        return one.link.invoice != other.link.invoice
    return bool(one.invoice.differing(other.invoice))


def _standing(version: HistoryVersion) -> StandingCase:
    return StandingCase(case_of(version), version.number, version.at, version.by)


def seen_by_case(case: LossCase) -> Visibility:
    """Whose documents may be what a case is about: those of its department."""
    return _seen_within(case.department)


def _seen_within(department: str | None) -> Visibility:
    return EVERYTHING if department is None else Visibility(frozenset({department}))


@dataclass(frozen=True, slots=True)
class LossMatters:
    """Open cases keep what they rest on from being destroyed."""

    index: LossIndex

    def reasons(self, document: Digest) -> tuple[str, ...]:
        """The open cases that name a document."""
        return tuple(f"the loss case {version.subject.removeprefix(LOSSES)} is open" for version in self.index.open_on(document))
