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
    OpenMatters,
    require_other,
    require_person,
)
from models.digest import Digest
from models.errors import BadUsage, DestructionRefused, IntegrityViolated
from models.reading import Reading
from models.retention import Terms, term_of, today
from ocr_service.acting import actor
from ocr_service.retaining import require_words
from ocr_service.service import ArchiveService
from storage.destruction import Destructions, StandingList
from storage.destruction_records import list_to_bytes
from storage.hold_records import HoldRecords
from storage.tombstones import tombstone_of

MOST_ON_A_LIST = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a list: the documents that are gone, and those that stand with the reasons why."""

    standing: StandingList
    destroyed: tuple[Digest, ...]
    kept: Mapping[Digest, tuple[str, ...]]


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
            raise DestructionRefused(f"list {list_id} has been approved by nobody: one person proposes, another approves")
        destroyed: list[Digest] = []
        kept: dict[Digest, tuple[str, ...]] = {}
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

    def reasons(self, document: Digest) -> tuple[str, ...]:
        """Why a document may not be destroyed now; empty when it may. One whose record is damaged may not: nobody knows what it is."""
        if self._has_tombstone(document):
            return ("it was destroyed before",)
        found = []
        if self._whole.document(document).state in (DocumentState.QUEUED, DocumentState.RUNNING):
            found.append("it is being read or waits for it")
        try:
            reading = self._reading(document)
        except IntegrityViolated:
            return (*found, "its record is damaged, so nobody knows how long it is to be kept: restore that from a backup first")
        term = term_of(self._whole.received(document), reading, self.terms)
        if term.due is None:
            found.append("it is kept for ever")
        elif today(self.service.clock()) < term.due:
            found.append(f"it is not due until {term.due} ({term.years} years from the end of {term.accounting_year})")
        for hold in HoldRecords(self.service.archive.store).on(document):
            found.append(f"it is on hold by {hold.by} since {today(hold.at)} ({hold.id}): {hold.reason}")
        return (*found, *self.matters.reasons(document))

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
            raise DestructionRefused(f"{document} may not be destroyed: {'; '.join(reasons)}", document=str(document))

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
            raise DestructionRefused(f"this machine's clock says {today(now)}, you say {day}: nothing is destroyed by a wrong clock")
        newest = self.service.activity.log.newest()
        if newest is not None and newest.block.written_at > now:
            raise DestructionRefused(
                f"this machine's clock says {now:%Y-%m-%d %H:%M}Z, and the log was written at "
                f"{newest.block.written_at:%Y-%m-%d %H:%M}Z already: set the clock"
            )
