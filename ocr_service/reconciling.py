"""Reconciliations: a list of the tax bureau, or a ledger, held against the archive, kept, and held against it again."""

import gzip
import io
import secrets
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from models.access import EVERYTHING, Visibility
from models.calendar_words import day_in_china
from models.digest import Digest
from models.errors import BadUsage, DamagedRecord, RecordNotFound
from models.own_companies import Side
from models.reconciliation import OPEN, LineClass, ReconciliationLine
from models.reconciliation_json import line_from_text, line_to_text
from models.series import Hole, missing_months, missing_numbers
from models.statement import Statement, StatementKind
from ocr_service.companies import own_companies
from ocr_service.matching import match
from ocr_service.opened import Upload
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from ocr_service.statements.reading import Table, read_statement, side_of
from ocr_service.statements.titles import Meaning, TitleMapping, title
from storage.catalogue.reconciliation_lines import PREFIX, PlacedLine, ReconciliationLines
from storage.catalogue.reconciling import ReconcilingIndex
from storage.histories import HistoryVersion

PREVIEW, TAKEN_IN = "preview", "taken_in"
_MAPPINGS = "settings/mapping-"
_GZIP = 31
"""What zlib calls the largest window in the container of gzip, whose time is then 0."""
_A_YEAR = timedelta(335)
"""Back from the first of a month, into the month eleven months before."""
_BY_THE_MONTH = 60
"""Invoices of a year: who sends more of them is not paid by the month."""
_ISSUED_IN_A_ROW = 3
_MOST_HOLES = 100
MOST_LINES = 500
"""Lines of one page."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What stands of a reconciliation.

    Attributes:
        id: its name, as `20260302-4f1c0b2a`.
        version: how often it was run with another outcome, from 1.
        is_taken_in: whether it counts; before that it is a preview, which nothing rests on.
        files: name, digest and size of each file that was sent.
        counts: lines of each class; a line that stands in several counts in each.
        new: lines that no statement of the kind had before; settled: lines that were open at the last run and are not any more.
        said: counts of what was passed over, and names of what was not understood.
    """

    id: str
    version: int
    at: datetime
    by: str
    is_taken_in: bool
    kind: StatementKind
    side: Side | None
    period: tuple[date, date] | None
    own_tax_ids: frozenset[str]
    files: tuple[Mapping[str, Any], ...]
    counts: Mapping[LineClass, int]
    lines: int
    new: int
    settled: int
    said: Mapping[str, Any]
    outcome: Digest
    department: str | None

    @property
    def is_clean(self) -> bool:
        """Whether every line is equal and nothing is said beside it."""
        return self.counts.get(LineClass.EQUAL, 0) == self.lines and len([one for one in self.counts.values() if one]) <= 1

    @property
    def refused_rows(self) -> int:
        """Rows that could be matched with nothing, because their number is lost or they cannot be read."""
        return self.counts.get(LineClass.NUMBER_LOST, 0) + self.counts.get(LineClass.UNREADABLE, 0)

    @classmethod
    def of(cls, version: HistoryVersion) -> Self:
        """From its record; raise DamagedRecord for any other."""
        try:
            body = version.body
            return cls(
                id=version.subject.removeprefix(PREFIX),
                version=version.number,
                at=version.at,
                by=version.by,
                is_taken_in=body["state"] == TAKEN_IN,
                kind=StatementKind(body["kind"]),
                side=None if body["side"] is None else Side(body["side"]),
                period=None if body["period"] is None else (date.fromisoformat(body["period"][0]), date.fromisoformat(body["period"][1])),
                own_tax_ids=frozenset(body["own_tax_ids"]),
                files=tuple(body["files"]),
                counts={LineClass(name): int(count) for name, count in body["counts"].items()},
                lines=int(body["lines"]),
                new=int(body["new"]),
                settled=int(body["settled"]),
                said=body["said"],
                outcome=Digest.parse(body["outcome"]),
                department=version.department,
            )
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DamagedRecord(f"{version.key} is no reconciliation", key=version.key) from error


@dataclass(frozen=True, slots=True)
class Reconciling:
    """The use cases, for whoever the service answers. Every method may raise StoreUnavailable and CatalogueUnavailable."""

    service: ArchiveService
    keeper: RecordKeeper
    index: ReconciliationLines

    @classmethod
    def over(cls, service: ArchiveService) -> Self:
        """The reconciliations of a service's archive, their lines indexed where an older or no version of them is."""
        made = cls(service, RecordKeeper.over(service), ReconciliationLines(service.catalogue.database, service.sees))
        made._catch_up()
        return made

    def begin(
        self, uploads: Sequence[Upload], *, mapping: str | None = None, department: str | None = None, preview: bool = False
    ) -> Reconciliation:
        """Hold files, which are one statement together, against the archive and keep both them and what comes of it.

        Args:
            uploads: their bytes; overlapping ones count an invoice once.
            mapping: the name of a mapping that was kept; without one every kept mapping explains tables whose titles are not known.
            department: whose it is, and whose documents it is held against; None for nobody's in particular and all.
            preview: keep it as something that nothing rests on until it is taken in.

        Raises:
            RefusedInput: a file cannot be opened, or is no list that is held against the archive; nothing was kept.
        """
        statement = self._read(uploads, mapping)
        lines = tuple(self._matched(statement, department, None))
        files = [self._kept(upload) for upload in uploads]
        subject = f"{PREFIX}{day_in_china(self.service.clock()):%Y%m%d}-{secrets.token_hex(4)}"
        state = PREVIEW if preview else TAKEN_IN
        return self._keep(subject, None, statement, lines, files, state, department)

    def take_in(self, reconciliation_id: str) -> Reconciliation:
        """Have a preview count from now on, held against the archive as it is now; raise RecordNotFound."""
        return self._again(reconciliation_id, TAKEN_IN)

    def run_again(self, reconciliation_id: str) -> Reconciliation:
        """Hold what was sent against the archive as it is now; nothing is written where nothing changed. Raise RecordNotFound."""
        return self._again(reconciliation_id, None)

    def get(self, reconciliation_id: str) -> Reconciliation:
        """What stands of one; raise RecordNotFound."""
        return Reconciliation.of(self._standing(reconciliation_id))

    def all(self, limit: int | None = None) -> list[Reconciliation]:
        """Every reconciliation that is seen, the last changed first."""
        return [Reconciliation.of(version) for version in self.keeper.newest(PREFIX, limit=limit)]

    def lines(self, reconciliation_id: str, wanted: LineClass | None = None, after: int = 0, limit: int = 50) -> list[PlacedLine]:
        """Its lines in order, of one class or all, from behind a place on; raise RecordNotFound."""
        return self.index.page(self._standing(reconciliation_id).subject, wanted, after, min(limit, MOST_LINES))

    def arrived(self, reconciliation_id: str) -> int:
        """How many of its invoices without a scan have one by now; running it again settles them."""
        return self.index.arrived(self._standing(reconciliation_id).subject)

    def holes(self, reconciliation_id: str) -> tuple[list[Hole], list[Hole]]:
        """Hints at what may be missing besides: months of the year up to its last day without an invoice of a party that comes by the
        month, and numbers left out between two of one party. What its own lines have counts as there; raise RecordNotFound.
        """
        found = self.get(reconciliation_id)
        if found.period is None or found.side is None or not found.own_tax_ids:
            return [], []
        first, last = found.period[1].replace(day=1) - _A_YEAR, found.period[1]
        sees = EVERYTHING if found.department is None else Visibility(frozenset({found.department}))
        archive = ReconcilingIndex(self.service.catalogue.database, sees)
        entries = [line.entry for line in self._outcome(found.outcome) if line.entry is not None and line.entry.problem is None]
        is_received = found.side is Side.RECEIVED
        listed = [(one.seller_name if is_received else one.buyer_name, one) for one in entries]
        dated = list(archive.dated(first, last, found.side, found.own_tax_ids, _BY_THE_MONTH))
        dated += [(party, one.issued_on) for party, one in listed if party and one.issued_on is not None]
        archived = archive.of_period(*found.period, found.side, found.own_tax_ids, frozenset())
        numbered = [(one.seller_name or "", one.code or "", one.number or "") for one in archived]
        numbered += [(one.seller_name, one.code, one.number) for _, one in listed]
        in_a_row = 1 if is_received else _ISSUED_IN_A_ROW
        return list(missing_months(dated))[:_MOST_HOLES], list(missing_numbers(numbered, in_a_row))[:_MOST_HOLES]

    def keep_mapping(self, name: str, columns: Mapping[str, str]) -> TitleMapping:
        """Keep what the titles of a table mean, under a name of lower-case letters and digits; raise BadUsage for what can be none."""
        mapping = mapping_of(name, columns)
        body = {"name": name, "columns": {one: meaning.value for one, meaning in mapping.columns.items()}}
        keeper = RecordKeeper.over(self.service.seen_by(EVERYTHING))
        try:
            standing = keeper.get(_MAPPINGS + name)
        except RecordNotFound:
            keeper.begin(_MAPPINGS + name, body)
        else:
            if standing.body != body:
                keeper.change(standing, body)
        return mapping

    def mappings(self) -> list[TitleMapping]:
        """Every mapping that was kept."""
        keeper = RecordKeeper.over(self.service.seen_by(EVERYTHING))
        kept = [version for version in keeper.newest("settings/") if version.subject.startswith(_MAPPINGS)]
        return [mapping_of(str(version.body["name"]), version.body["columns"]) for version in kept]

    def _read(self, uploads: Sequence[Upload], mapping: str | None) -> Statement:
        mappings = [one for one in self.mappings() if mapping in (None, one.name)]
        if mapping is not None and not mappings:
            raise BadUsage(f"no mapping is kept under the name {mapping[:60]!r}")
        return read_statement(self._tables(uploads), own_companies(self.service), mappings, is_chosen=mapping is not None)

    def _tables(self, uploads: Sequence[Upload]) -> Iterator[Table]:
        for upload in uploads:
            for sheet in self.service.decoder.tables(upload.content):
                yield Table(upload.shown_name, sheet.name, sheet.rows)

    def _kept(self, upload: Upload) -> dict[str, Any]:
        digest = self.keeper.histories.attach(upload.content)
        return {"name": upload.shown_name, "digest": str(digest), "size": len(upload.content)}

    def _matched(self, statement: Statement, department: str | None, subject: str | None) -> Iterator[ReconciliationLine]:
        """Against what the reconciliation's own department sees, whoever runs it."""
        sees = EVERYTHING if department is None else Visibility(frozenset({department}))
        database = self.service.catalogue.database
        identities = (ReconciliationLine(LineClass.EQUAL, entry=entry).identity for entry in statement.entries)
        knowledge = ReconciliationLines(database, sees).knowledge(identities, without=subject)
        return match(statement, ReconcilingIndex(database, sees), knowledge)

    def _again(self, reconciliation_id: str, state: str | None) -> Reconciliation:
        standing = self._standing(reconciliation_id)
        before = Reconciliation.of(standing)
        old = list(self._outcome(before.outcome))
        statement = _statement_of(before, old)
        own = own_companies(self.service)
        if own.companies and not before.kind.is_ledger:
            side, ids, not_ours = side_of(statement.entries, statement.kind, own)
            statement = replace(statement, side=side, own_tax_ids=ids, not_ours=not_ours)
        elif own.companies:
            statement = replace(statement, own_tax_ids=own.tax_ids)
        matched = list(self._matched(statement, standing.department, standing.subject))
        lines = tuple(_compared(old, matched))
        kept = state or standing.body["state"]
        if kept == standing.body["state"] and [replace(one, was=None) for one in old] == [replace(one, was=None) for one in lines]:
            return before
        return self._keep(standing.subject, standing, statement, lines, list(before.files), kept, standing.department)

    def _keep(
        self,
        subject: str,
        standing: HistoryVersion | None,
        statement: Statement,
        lines: Sequence[ReconciliationLine],
        files: Sequence[Mapping[str, Any]],
        state: str,
        department: str | None,
    ) -> Reconciliation:
        outcome = self.keeper.histories.attach(_outcome_to_bytes(lines))
        body = {**_body(statement, lines), "state": state, "files": [dict(file) for file in files], "outcome": str(outcome)}
        attachments = [outcome, *dict.fromkeys(Digest.parse(file["digest"]) for file in files)]
        if standing is None:
            version = self.keeper.begin(subject, body, department=department, attachments=attachments)
        else:
            version = self.keeper.change(standing, body, attachments=attachments)
        self.index.record(subject, version.number, statement.kind.value, _with_texts(lines), is_taken_in=state == TAKEN_IN)
        return Reconciliation.of(version)

    def _standing(self, reconciliation_id: str) -> HistoryVersion:
        return self.keeper.get(PREFIX + reconciliation_id)

    def _outcome(self, digest: Digest) -> Iterator[ReconciliationLine]:
        return _outcome_from_bytes(self.keeper.histories.attachment(digest), digest)

    def _catch_up(self) -> None:
        keeper = RecordKeeper.over(self.service.seen_by(EVERYTHING))
        for subject in self.index.lacking():
            version = keeper.get(subject)
            found = Reconciliation.of(version)
            lines = _with_texts(self._outcome(found.outcome))
            self.index.record(subject, version.number, found.kind.value, lines, is_taken_in=found.is_taken_in)


def mapping_of(name: str, columns: Mapping[str, str]) -> TitleMapping:
    """A mapping from what a person wrote: titles, and what each means by the words of `Meaning`; raise BadUsage."""
    if not name or not all(one.isascii() and (one.isalnum() or one == "-") for one in name) or name != name.lower() or len(name) > 60:
        raise BadUsage("name a mapping with at most 60 lower-case letters, digits and dashes")
    try:
        meanings = {title(one): Meaning(meaning) for one, meaning in columns.items()}
    except ValueError as error:
        known = ", ".join(meaning.value for meaning in Meaning)
        raise BadUsage(f"{error}: a title means one of {known}") from error
    if not meanings or "" in meanings:
        raise BadUsage('a mapping explains titles, as in {"票据号": "number", "金额": "total"}')
    return TitleMapping(name, meanings)


def known_to_statements(
    service: ArchiveService,
    *,
    number: str | None = None,
    seller: str | None = None,
    total: Decimal | None = None,
    day: date | None = None,
    limit: int = 5,
) -> list[PlacedLine]:
    """Lines of statements taken in that name an invoice with this number (eight digits or more), or with this total and day or seller.

    For a search that finds nothing: the invoice is known to the tax bureau or to a ledger, and only its scan is missing.
    """
    return Reconciling.over(service).index.mentions(number=number, seller=seller, total=total, day=day, limit=limit)


def _body(statement: Statement, lines: Sequence[ReconciliationLine]) -> dict[str, Any]:
    counts = Counter(one.value for line in lines for one in (line.main, *line.also))
    return {
        "kind": statement.kind.value,
        "side": None if statement.side is None else statement.side.value,
        "period": None if statement.period is None else [day.isoformat() for day in statement.period],
        "own_tax_ids": sorted(statement.own_tax_ids),
        "counts": dict(counts),
        "lines": len(lines),
        "new": sum(line.is_new and line.entry is not None for line in lines),
        "settled": sum(line.was in OPEN and line.main not in OPEN for line in lines),
        "said": {
            "tax_period": statement.tax_period,
            "not_ours": statement.not_ours,
            "repeated": statement.repeated,
            "totals": statement.totals,
            "unmatched_rows": statement.unmatched_rows,
            "ignored_sheets": list(statement.ignored_sheets),
            "unknown_columns": list(statement.unknown_columns),
        },
    }


def _statement_of(found: Reconciliation, lines: Iterable[ReconciliationLine]) -> Statement:
    return Statement(
        kind=found.kind,
        entries=tuple(line.entry for line in lines if line.entry is not None),
        side=found.side,
        period=found.period,
        own_tax_ids=found.own_tax_ids,
        tax_period=found.said["tax_period"],
        not_ours=found.said["not_ours"],
        repeated=found.said["repeated"],
        totals=found.said["totals"],
        unmatched_rows=found.said["unmatched_rows"],
        ignored_sheets=tuple(found.said["ignored_sheets"]),
        unknown_columns=tuple(found.said["unknown_columns"]),
    )


def _compared(old: Sequence[ReconciliationLine], lines: Sequence[ReconciliationLine]) -> Iterator[ReconciliationLine]:
    """The lines of a new run with what each was before. Those with an entry come first and in the same order in every run."""
    entries = [line for line in old if line.entry is not None]
    archived = {line.invoice.id for line in old if line.entry is None and line.invoice is not None}
    for place, line in enumerate(lines):
        if line.entry is None:
            yield replace(line, is_new=line.invoice is not None and line.invoice.id not in archived)
            continue
        before = entries[place]
        yield replace(line, is_new=before.is_new, was=before.main if before.main is not line.main else None)


def _with_texts(lines: Iterable[ReconciliationLine]) -> Iterator[tuple[ReconciliationLine, str]]:
    return ((line, line_to_text(line)) for line in lines)


def _outcome_to_bytes(lines: Iterable[ReconciliationLine]) -> bytes:
    """Lines of JSON, compressed as they come, since all at once take more memory than all else; the same lines are the same bytes."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    parts = [compressor.compress(f"{line_to_text(line)}\n".encode()) for line in lines]
    return b"".join([*parts, compressor.flush()])


def _outcome_from_bytes(content: bytes, digest: Digest) -> Iterator[ReconciliationLine]:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as unfolded:
            for line in unfolded:
                yield line_from_text(line.decode("utf-8"))
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise DamagedRecord(f"attachment {digest} holds no lines of a reconciliation", key=str(digest)) from error
