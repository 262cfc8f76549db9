"""Taking stock of papers: begun for a box or a period, counted by labels from several phones at once, closed with what is missing."""

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from models.access import Visibility
from models.errors import (
    CaseClosed,
    DamagedRecord,
    DocumentDestroyed,
    ImpossiblePaperEvent,
    InvalidPaperEvent,
    InvoiceNotFound,
    RecordNotFound,
    StaleVersion,
)
from models.papers import PAPERS, PaperEvent, PaperEventKind, PaperState
from models.stocktaking import STOCKTAKINGS, Scope, Stocktaking
from ocr_service.papers import PaperKeeping, standing_of
from ocr_service.service import ArchiveService
from storage.histories import HistoryVersion

_TRIES = 10
"""Of several phones that count at once each tries again: what was seen only grows, in whatever order."""


@dataclass(frozen=True, slots=True)
class StandingCount:
    """A count with its id, who touched it last and when (UTC), and how many versions its record has."""

    id: str
    count: Stocktaking
    by: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class StocktakingKeeping:
    """The counts of an archive as somebody sees them. Every method may raise StoreUnavailable and CatalogueUnavailable."""

    papers: PaperKeeping

    @classmethod
    def over(cls, service: ArchiveService) -> Self:
        """The counts of a service's archive, for whoever the service answers."""
        return cls(PaperKeeping.over(service))

    def begin(self, scope: Scope) -> StandingCount:
        """Begin to count: expected is what by the records should be there, and not what somebody has.

        Raises:
            InvalidPaperEvent: nothing should be there, or the papers are several departments' of whoever counts; then somebody who sees all
                counts them.
        """
        index, sees = self.papers.index, self.papers.service.sees
        if scope.first is not None and scope.last is not None:
            versions = index.of_days(scope.first, scope.last, sees)
        else:
            versions = index.in_box(scope.box, sees)
        there = [version for version in versions if not standing_of(version).paper.state.is_out]
        departments = {version.department for version in there}
        if not there:
            raise InvalidPaperEvent("nothing is recorded to be there: record first what was put into the box", field="scope")
        if len(departments) > 1 and not sees.is_whole:
            raise InvalidPaperEvent("papers of several departments are counted by somebody who sees all", field="scope")
        department = departments.pop() if len(departments) == 1 else None
        if department is None:
            # What several departments handed in has a paper of each; that of a later one is counted for that department alone.
            there = [version for version in there if version.subject == PAPERS + standing_of(version).invoice]
        expected = tuple(standing_of(version).invoice for version in there)
        attached = self.papers.keeper.histories.attach(json.dumps(expected).encode())
        subject = f"{STOCKTAKINGS}{self.papers.today():%Y%m%d}-{secrets.token_hex(4)}"
        body = Stocktaking(scope, expected).to_body()
        return self._standing(self.papers.keeper.begin(subject, body, department=department, attachments=[attached]))

    def counts(self) -> Sequence[StandingCount]:
        """Every count, the last changed first."""
        return tuple(map(self._standing, self.papers.keeper.newest(STOCKTAKINGS, limit=200)))

    def count(self, count_id: str) -> StandingCount:
        """One count; raise RecordNotFound."""
        return self._standing(self._version(count_id))

    def scanned(self, count_id: str, label: str) -> str:
        """The id of the invoice on a label that was scanned or typed at this count.

        Raises:
            RecordNotFound, InvoiceNotFound.
            InvalidPaperEvent: the label is another archive's, or the paper another department's.
        """
        invoice = self.papers.scanned(label)
        self._require_own(self._version(count_id).department, [invoice])
        return invoice

    def see(self, count_id: str, invoices: Sequence[str]) -> StandingCount:
        """Keep that these papers were seen, by the ids of their invoices.

        Raises:
            RecordNotFound, CaseClosed.
            InvalidPaperEvent: one is another department's than the count, whose people would be told of it.
        """
        for _ in range(_TRIES):
            standing = self._version(count_id)
            before = self._open(standing)
            self._require_own(standing.department, invoices)
            after = before.with_seen(invoices)
            if after == before:
                return self._standing(standing)
            try:
                return self._keep(standing, after)
            except StaleVersion:
                continue
        raise StaleVersion("many people count this at the same moment: send these once more")

    def close(self, count_id: str, note: str = "") -> StandingCount:
        """End a count: papers that were not seen are recorded as missing, and missing ones that were seen as found.

        The papers come first: a program that ends in the middle leaves a count that is open, and closing it again records what lacks.

        Raises:
            RecordNotFound.
            CaseClosed: it is closed already.
            StaleVersion: many people count on at the same moment.
        """
        said = f"{note} {count_id}".strip()[:200]
        for _ in range(_TRIES):
            version = self._version(count_id)
            count = self._open(version)
            papers = self._papers_of(version.department)
            for invoice in count.expected:
                _record(papers, invoice, said, is_seen=invoice in count.seen)
            try:
                return self._keep(version, replace(count, is_closed=True))
            except StaleVersion:
                continue
        raise StaleVersion("many people count this at the same moment: close it once more")

    def _papers_of(self, department: str | None) -> PaperKeeping:
        """As that department's people see them, whoever of more departments counts."""
        if department is None:
            return self.papers
        return PaperKeeping.over(self.papers.service.seen_by(Visibility(frozenset({department}))))

    def _version(self, count_id: str) -> HistoryVersion:
        try:
            return self.papers.keeper.get(STOCKTAKINGS + count_id)
        except ValueError:
            raise RecordNotFound(f"there is no count {count_id[:60]!r}") from None

    def _require_own(self, department: str | None, invoices: Sequence[str]) -> None:
        if department is None:
            return
        papers = self._papers_of(department)
        for invoice in invoices:
            try:
                papers.summary(invoice)
            except InvoiceNotFound:
                said = f"the paper of {invoice} is another department's: put it aside, and record where it is by itself"
                raise InvalidPaperEvent(said, field="foreign") from None

    def _open(self, version: HistoryVersion) -> Stocktaking:
        count = self._standing(version).count
        if count.is_closed:
            raise CaseClosed("this count is closed: begin another one")
        return count

    def _keep(self, standing: HistoryVersion, count: Stocktaking) -> StandingCount:
        return self._standing(self.papers.keeper.change(standing, count.to_body(), attachments=standing.attachments))

    def _standing(self, version: HistoryVersion) -> StandingCount:
        try:
            [attached] = version.attachments
            expected = json.loads(self.papers.keeper.histories.attachment(attached))
            count = Stocktaking.from_body(version.body, tuple(map(str, expected)))
        except (ValueError, KeyError, TypeError, InvalidPaperEvent) as error:
            raise DamagedRecord(f"{version.key} is no count of papers", key=version.key) from error
        return StandingCount(version.subject.removeprefix(STOCKTAKINGS), count, version.by, version.at, version.number)


def _record(papers: PaperKeeping, invoice: str, said: str, *, is_seen: bool) -> None:
    """Nothing is recorded of a paper that somebody has by now: the loan says where it is; nor of one whose document was destroyed."""
    kind = PaperEventKind.FOUND if is_seen else PaperEventKind.MISSING
    with suppress(ImpossiblePaperEvent, InvoiceNotFound, DocumentDestroyed):
        state = papers.paper(invoice).paper.state
        if not state.is_out and (state is PaperState.MISSING) is is_seen:
            papers.record(invoice, PaperEvent(kind, note=said))
