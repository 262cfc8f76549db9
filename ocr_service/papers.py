"""Where the paper of each invoice is: what people say happened to it, each event a version of its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from models.archive import invoice_id
from models.clues import InvoiceSummary
from models.digest import Digest
from models.errors import DamagedRecord, RecordNotFound, StaleVersion
from models.papers import PAPERS, Paper, PaperEvent, invoice_on, label_of
from models.retention import today
from ocr_service.record_keeping import RecordKeeper, own_subject
from ocr_service.service import ArchiveService
from storage.catalogue.papers import Box, PaperIndex
from storage.histories import HistoryVersion

_TRIES = 10
"""Of several people who record something of one paper at once, each without saying what they looked at, each tries again."""


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An event of a paper with who recorded it, when (UTC), and where the paper stood after it."""

    event: PaperEvent
    paper: Paper
    by: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class StandingPaper:
    """Where the paper of an invoice stands; `version` counts its events, 0 before the first, and `last` is the newest of them."""

    invoice: str
    document: Digest
    paper: Paper
    version: int
    last: PastEvent | None = None


@dataclass(frozen=True, slots=True)
class PaperKeeping:
    """The papers of an archive as somebody sees them. Every method may raise StoreUnavailable and CatalogueUnavailable."""

    service: ArchiveService
    keeper: RecordKeeper
    index: PaperIndex

    @classmethod
    def over(cls, service: ArchiveService) -> Self:
        """The papers of a service's archive, for whoever the service answers."""
        return cls(service, RecordKeeper.over(service), PaperIndex(service.catalogue.database))

    @property
    def archive_id(self) -> str:
        """Of which archive the labels are."""
        return self.service.catalogue.owner() or ""

    def label(self, name: str) -> str:
        """What the QR code on the label of an invoice says; raise InvoiceNotFound."""
        return label_of(self.archive_id, self._invoice(name).id)

    def scanned(self, label: str) -> str:
        """The id of the invoice on a label that was scanned or typed.

        Raises:
            InvalidPaperEvent: the label is another archive's.
            InvoiceNotFound: the archive has no such invoice.
        """
        return self._invoice(invoice_on(label, self.archive_id)).id

    def paper(self, name: str) -> StandingPaper:
        """Where the paper of an invoice stands; of one that nothing was recorded of, that it is expected. Raise InvoiceNotFound."""
        summary = self._invoice(name)
        version = self._version(summary)
        return StandingPaper(summary.id, summary.document, Paper(), 0) if version is None else standing_of(version)

    def history(self, name: str) -> tuple[PastEvent, ...]:
        """Everything that happened to a paper, oldest first; raise InvoiceNotFound, DamagedRecord."""
        summary = self._invoice(name)
        version = self._version(summary)
        return () if version is None else tuple(map(_past, self.keeper.history(version.subject)))

    def record(self, name: str, event: PaperEvent, version: int | None = None) -> StandingPaper:
        """Keep that something happened to a paper.

        Args:
            name: The invoice's id.
            event: What happened.
            version: Of the events that were looked at, 0 where there was none; None to record it however the paper stands.

        Raises:
            InvoiceNotFound.
            StaleVersion: somebody else recorded something meanwhile; without `version` only where many do at the same moment.
            ImpossiblePaperEvent: this cannot have happened to a paper that stands so.
            InvalidPaperEvent: a step is left out and nothing says why.
        """
        summary = self._invoice(name)
        for _ in range(_TRIES):
            standing = self._version(summary)
            if version is not None and version != (0 if standing is None else standing.number):
                raise StaleVersion("somebody else recorded something about this paper meanwhile: look at it again")
            try:
                return self._keep(summary, standing, event)
            except StaleVersion:
                continue
        raise StaleVersion("many people record something about this paper at the same moment: send this once more")

    def _keep(self, summary: InvoiceSummary, standing: HistoryVersion | None, event: PaperEvent) -> StandingPaper:
        before = Paper() if standing is None else standing_of(standing).paper
        body = {"document": str(summary.document), "event": event.to_json(), "paper": before.after(event).to_json()}
        if standing is None:
            subject, department = self._subject(summary)
            return standing_of(self.keeper.begin(subject, body, department=department))
        return standing_of(self.keeper.change(standing, body))

    def out(self) -> Sequence[StandingPaper]:
        """Papers that somebody has, those that should be back first at the top."""
        return _standing(self.index.out(self.service.sees))

    def missing(self) -> Sequence[StandingPaper]:
        """Papers that a stock-taking did not find."""
        return _standing(self.index.missing(self.service.sees))

    def in_box(self, box: str) -> Sequence[StandingPaper]:
        """Papers that belong into a box, whoever has them now."""
        return _standing(self.index.in_box(box, self.service.sees))

    def of_days(self, first: date, last: date) -> Sequence[StandingPaper]:
        """Papers of invoices that were issued on these days, both included, as far as anything was recorded of them."""
        return _standing(self.index.of_days(first, last, self.service.sees))

    def boxes(self) -> Sequence[Box]:
        """Every box with the number of papers that belong into it."""
        return self.index.boxes(self.service.sees)

    def today(self) -> date:
        """By which it is told what is overdue."""
        return today(self.service.clock())

    def summary(self, name: str) -> InvoiceSummary:
        """What the invoice of a paper says; raise InvoiceNotFound."""
        return self._invoice(name)

    def _invoice(self, name: str) -> InvoiceSummary:
        return self.service.catalogue.summary(name, self.service.sees)

    def _subject(self, summary: InvoiceSummary) -> tuple[str, str | None]:
        return own_subject(self.service, PAPERS + summary.id, [summary.document])

    def _version(self, summary: InvoiceSummary) -> HistoryVersion | None:
        try:
            return self.keeper.get(self._subject(summary)[0])
        except RecordNotFound:
            return None


@dataclass(frozen=True, slots=True)
class PaperMatters:
    """Papers that somebody has keep their documents from being destroyed."""

    index: PaperIndex

    def reasons(self, document: Digest) -> tuple[str, ...]:
        """What keeps the document, in words; empty when nothing does."""
        found = []
        for one in _standing(self.index.out_of(document)):
            paper = one.paper
            who = paper.person or paper.certificate
            due = "" if paper.due is None else f", due {paper.due}"
            found.append(f"{paper.state.chinese}：{who}  the paper of {one.invoice} is {paper.state.value}{due}")
        return tuple(found)


def standing_of(version: HistoryVersion) -> StandingPaper:
    """Where a paper stands by the newest version of its record; raise DamagedRecord for a body that says something else."""
    last = _past(version)
    return StandingPaper(_invoice_of(version), _document(version), last.paper, version.number, last)


def _standing(versions: Sequence[HistoryVersion]) -> Sequence[StandingPaper]:
    return tuple(map(standing_of, versions))


def _invoice_of(version: HistoryVersion) -> str:
    """The id of the invoice: the end of the record's name, before which a further department's has a word of its own."""
    return "-".join(version.subject.removeprefix(PAPERS).split("-")[-2:])


def _document(version: HistoryVersion) -> Digest:
    document = Digest.parse(version.body["document"])
    _, _, position = version.subject.rpartition("-")
    if invoice_id(document, int(position)) != _invoice_of(version):
        raise DamagedRecord(f"{version.key} is about another invoice", key=version.key)
    return document


def _past(version: HistoryVersion) -> PastEvent:
    try:
        event, paper = PaperEvent.from_json(version.body["event"]), Paper.from_json(version.body["paper"])
        Digest.parse(version.body["document"])
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedRecord(f"{version.key} is no event of a paper", key=version.key) from error
    return PastEvent(event, paper, version.by, version.at, version.number)
