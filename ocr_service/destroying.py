"""Destroying documents after their term: proposed by one person, approved by another, and refused with the reason in every other case."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.access import EVERYTHING
from models.activity import Action
from models.archive import DocumentState
from models.destruction import (
    Approval,
    DestructionList,
    ListedDocument,
    ListedInvoice,
    NoMatters,
    Obstacle,
    OpenMatters,
    Reason,
    refused,
    require_other,
    require_person,
)
from models.digest import Digest
from models.errors import BadUsage, DestructionRefused, IntegrityViolated
from models.invoice import InvoiceKind
from models.reading import Reading
from models.retention import Hold, Terms, term_of, today
from ocr_service.acting import actor
from ocr_service.retaining import require_words
from ocr_service.service import ArchiveService
from storage.catalogue.aged import Aged
from storage.destruction import Destructions, StandingList
from storage.destruction_records import list_to_bytes
from storage.hold_records import HoldRecords
from storage.tombstones import tombstone_of

MOST_ON_A_LIST = 10_000
_LOOKED_AT_TOGETHER = 200
_MOST_LOOKED_AT = 2_000
"""So many readings are opened for one stretch of what is due; whoever wants more asks on from there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a list: the documents that are gone, and those that stand with the reasons why."""

    standing: StandingList
    destroyed: tuple[Digest, ...]
    kept: Mapping[Digest, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True)
class DueDocument:
    """A document whose term is over, and what keeps it all the same; nothing is known of one (`listed` is None) whose record is damaged."""

    document: Digest
    listed: ListedDocument | None
    kept_by: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DuePage:
    """Documents whose term is over, by accounting year; `next` is the document to ask on from, None at the end."""

    documents: tuple[DueDocument, ...]
    next: Digest | None


@dataclass(frozen=True, slots=True)
class Destroying:
    """The only way by which anything leaves the archive.

    `matters` says what else keeps a document: papers on loan, open cases. Every method may raise StoreUnavailable,
    CatalogueUnavailable and DamagedRecord; calling again is safe.
    """

    service: ArchiveService
    terms: Terms
    matters: OpenMatters = field(default_factory=NoMatters)

    def propose(self, names: Sequence[str], reason: str, day: date) -> DestructionList:
        """Draw up a list (销毁清册) of the documents of these invoices; nothing is destroyed by it.

        Args:
            names: Ids of invoices, or digests.
            reason: Why.
            day: Today, as the proposer sees it on a calendar: this machine's clock alone is not believed.

        Raises:
            DestructionRefused: the clock is wrong, nobody in particular proposes, or a document may not be destroyed.
            BadUsage: no document, too many, or no reason is named.
            InvoiceNotFound: nothing has one of the names.
        """
        require_person(actor())
        require_words("reason", reason)
        self._require_day(day)
        documents = dict.fromkeys(self.service.catalogue.resolve(name, self.service.sees)[0] for name in names)
        if not 1 <= len(documents) <= MOST_ON_A_LIST:
            raise BadUsage(f"a list names 1 to {MOST_ON_A_LIST} documents", field="documents")
        listed = []
        for document in documents:
            self._require_free(document)
            listed.append(self._listed(document))
        now = self.service.clock()
        list_id = f"{today(now):%Y%m%d}-{secrets.token_hex(4)}"
        proposed = DestructionList(list_id, now, actor(), reason, self.terms.dated, self.terms.digest, tuple(listed))
        self.service.activity.record(
            Action.DESTRUCTION_PROPOSED, list_id, documents=len(listed), reason=reason, digest=str(Digest.of(list_to_bytes(proposed)))
        )
        self._lists.propose(proposed)
        return proposed

    def approve(self, list_id: str, day: date, opinions: Mapping[str, str], supervisors: Mapping[str, str]) -> Outcome:
        """Approve a list as a second person, and destroy what is on it.

        Raises:
            DestructionRefused: the clock is wrong, the proposer approves, or a document may no longer be destroyed; nothing was.
            RecordNotFound.
            StaleVersion: somebody approved it already.
            BadUsage: a name of the five or of the supervisors is missing.
        """
        standing = self._lists.standing(list_id)
        require_other(actor(), standing.proposed.by)
        self._require_day(day)
        approval = Approval(
            list_id, Digest.of(list_to_bytes(standing.proposed)), self.service.clock(), actor(), dict(opinions), dict(supervisors)
        )
        for listed in standing.proposed.documents:
            self._require_free(listed.document)
        self.service.activity.record(Action.DESTRUCTION_APPROVED, list_id, digest=str(approval.list_digest))
        self._lists.approve(approval)
        return self.finish(list_id)

    def finish(self, list_id: str) -> Outcome:
        """Destroy what is left of an approved list, as after a crash; what may no longer be destroyed stands, and is told.

        Raises:
            DestructionRefused: nobody has approved the list.
            ObjectLocked: the store itself keeps an object for longer; the document has its tombstone, and the list is finished later.
        """
        standing = self._lists.standing(list_id)
        if standing.approval is None:
            raise refused(Obstacle.UNAPPROVED, list=list_id)
        destroyed: list[Digest] = []
        kept: dict[Digest, tuple[Reason, ...]] = {}
        for listed in standing.proposed.documents:
            reasons = () if self._has_tombstone(listed.document) else self.reasons(listed.document)
            if reasons:
                kept[listed.document] = reasons
            else:
                self._destroy(listed, standing)
                destroyed.append(listed.document)
        if not kept:
            self._lists.finish(list_id, self.service.clock())
        return Outcome(self._lists.standing(list_id), tuple(destroyed), kept)

    def lists(self) -> tuple[StandingList, ...]:
        """Every list there ever was, newest first."""
        return tuple(sorted(self._lists.all(), key=lambda standing: standing.proposed.at, reverse=True))

    def standing(self, list_id: str) -> StandingList:
        """One list; raise RecordNotFound."""
        return self._lists.standing(list_id)

    def due(self, limit: int, after: Digest | None = None, *, year: int | None = None, kind: InvoiceKind | None = None) -> DuePage:
        """Documents whose term is over, each with what keeps it all the same; those of one accounting year or kind where it is asked for.

        The index names what may be due by its age; whether it is, the readings in the archive say.
        """
        shortest = self.terms.shortest
        if shortest is None:
            return DuePage((), None)
        now = today(self.service.clock())
        aged = Aged(self.service.catalogue.database, date(now.year - shortest, 1, 1), year, kind)
        holds = tuple(HoldRecords(self.service.archive.store).all())
        found: list[DueDocument] = []
        looked_at = 0
        while looked_at < _MOST_LOOKED_AT:
            candidates = aged.after(after, _LOOKED_AT_TOGETHER, self.service.sees)
            for document in candidates:
                after, looked_at = document, looked_at + 1
                one = self._due(document, holds)
                if one is not None and (year is None or one.listed is None or one.listed.accounting_year == year):
                    found.append(one)
                if len(found) == limit:
                    return DuePage(_by_year(found), after)
            if len(candidates) < _LOOKED_AT_TOGETHER:
                return DuePage(_by_year(found), None)
        return DuePage(_by_year(found), after)

    def reasons(self, document: Digest) -> tuple[Reason, ...]:
        """Why a document may not be destroyed now; empty when it may. One whose record is damaged may not: nobody knows what it is."""
        return self._reasons(document, tuple(HoldRecords(self.service.archive.store).on(document)))

    def _reasons(self, document: Digest, holds: Sequence[Hold]) -> tuple[Reason, ...]:
        if self._has_tombstone(document):
            return (Reason(Obstacle.DESTROYED),)
        found = []
        if self._whole.document(document).state in (DocumentState.QUEUED, DocumentState.RUNNING):
            found.append(Reason(Obstacle.READING))
        try:
            reading = self._reading(document)
        except IntegrityViolated:
            return (*found, Reason(Obstacle.DAMAGED))
        term = term_of(self._whole.received(document), reading, self.terms)
        if term.due is None:
            found.append(Reason(Obstacle.PERMANENT))
        elif today(self.service.clock()) < term.due:
            told = {"due": term.due.isoformat(), "years": str(term.years), "year": str(term.accounting_year)}
            found.append(Reason(Obstacle.TERM, told))
        for hold in holds:
            told = {"by": hold.by, "since": today(hold.at).isoformat(), "hold": hold.id, "reason": hold.reason}
            found.append(Reason(Obstacle.HOLD, told))
        found.extend(Reason(Obstacle.MATTER, {"matter": matter}) for matter in self.matters.reasons(document))
        return tuple(found)

    def _due(self, document: Digest, holds: Sequence[Hold]) -> DueDocument | None:
        """A document with what keeps it; None where its term goes on, or it is gone."""
        reasons = self._reasons(document, [hold for hold in holds if hold.covers(document)])
        obstacles = {reason.obstacle for reason in reasons}
        if obstacles & {Obstacle.DESTROYED, Obstacle.PERMANENT, Obstacle.TERM}:
            return None
        return DueDocument(document, None if Obstacle.DAMAGED in obstacles else self._listed(document), reasons)

    @property
    def _whole(self) -> ArchiveService:
        """How long a document is kept does not depend on who asks."""
        return self.service.seen_by(EVERYTHING)

    @property
    def _lists(self) -> Destructions:
        return Destructions(self.service.archive)

    def _has_tombstone(self, document: Digest) -> bool:
        return tombstone_of(self.service.archive.store, document) is not None

    def _reading(self, document: Digest) -> Reading | None:
        return self._whole.reading(document)

    def _require_free(self, document: Digest) -> None:
        reasons = self.reasons(document)
        if reasons:
            told = "; ".join(map(str, reasons))
            raise DestructionRefused(f"{document} may not be destroyed: {told}", document=str(document))

    def _listed(self, document: Digest) -> ListedDocument:
        received, reading = self._whole.received(document), self._reading(document)
        term = term_of(received, reading, self.terms)
        assert term.years is not None and term.due is not None
        invoices = tuple(
            ListedInvoice(invoice.kind, invoice.value("invoice_code"), invoice.value("invoice_number"), invoice.value("issue_date"))
            for invoice in (() if reading is None else reading.invoices)
        )
        pages = received.document.pages if reading is None else reading.document.pages
        came = received.received_at
        return ListedDocument(document, received.document.size, pages, came, term.accounting_year, term.years, term.due, invoices)

    def _destroy(self, listed: ListedDocument, standing: StandingList) -> None:
        """Tombstone first, then the index, and only then the removal; each step is harmless when it was done before."""
        document = listed.document
        if not self._has_tombstone(document):
            self.service.activity.record(Action.DOCUMENT_DESTROYED, str(document), list=standing.proposed.id)
        self._lists.entomb(listed, standing, self.service.clock())
        self.service.index.bury(document, self._whole.received(document))
        self._lists.remove(document)

    def _require_day(self, day: date) -> None:
        """Terms are long and clocks are wrong now and then: a person says what day it is, and the log has not been there yet.

        Raises:
            DestructionRefused: this machine's clock says another day, or lies before the newest entry of the log.
        """
        now = self.service.clock()
        if today(now) != day:
            raise refused(Obstacle.CLOCK, clock=today(now).isoformat(), said=day.isoformat())
        newest = self.service.activity.log.newest()
        if newest is not None and newest.block.written_at > now:
            raise refused(Obstacle.BEFORE_LOG, clock=f"{now:%Y-%m-%d %H:%M}Z", log=f"{newest.block.written_at:%Y-%m-%d %H:%M}Z")


def _by_year(found: Sequence[DueDocument]) -> tuple[DueDocument, ...]:
    return tuple(sorted(found, key=lambda one: (0 if one.listed is None else one.listed.accounting_year, one.document.hex)))
