"""The activity log by document and newest first: an index over it like the rest of the catalogue, filled from the log itself."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.activity import LogEntry, LogHead
from models.archive import Received
from models.digest import Digest
from storage.activity_log import StoredBlock
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.document_rows import document_of
from storage.catalogue.normal_form import storable
from storage.catalogue.tables import documents, log_entries, log_position, logged_documents
from storage.log_audit import CAME_IN, RECORD_VERSIONS
from storage.log_records import BlockName

_DOCUMENT = re.compile(r"(?:sha256:)?([0-9a-f]{20})(?:[0-9a-f]{44}|-[0-9]+)")
"""A digest or an invoice's id; both begin with the same twenty hex digits."""

_NOTE_DOCUMENT = {
    "sqlite": sqlite.insert(logged_documents).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(logged_documents).on_conflict_do_nothing(),
}
_UNLOGGED = (
    select(*documents.c)
    .select_from(documents.outerjoin(logged_documents, logged_documents.c.digest == documents.c.digest))
    .where(logged_documents.c.digest.is_(None), documents.c.received_at < bindparam("before"))
    .order_by(documents.c.digest)
    .limit(bindparam("most"))
)
_POSITION = select(log_position)


class Position(NamedTuple):
    """The last block that is indexed: where it lies and the digest that it had."""

    name: BlockName
    digest: Digest

    @property
    def head(self) -> LogHead:
        """The head that the log had then."""
        return LogHead(self.name.number, self.digest)


class Logged(NamedTuple):
    """An entry with the block that it stands in, and its place there from 0."""

    block: BlockName
    place: int
    entry: LogEntry


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries are asked for; all that is given must fit, and None asks for nothing.

    `documents`: about one of these, each by the first 20 hex digits of its digest. `actors`: done by one of these. `first` and `last`: days
    of the log, both included.
    """

    documents: tuple[str, ...] | None = None
    actors: tuple[str, ...] | None = None
    action: str | None = None
    first: date | None = None
    last: date | None = None


class LogIndex:
    """What the catalogue knows of the log. Every method may raise CatalogueUnavailable."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Use the catalogue's own database."""
        self._database = catalogue.database

    def position(self) -> Position | None:
        """How far the log is indexed; None when nothing of it is."""
        with self._database.reading() as connection:
            row = connection.execute(_POSITION).one()
        return None if row.block == 0 else Position(BlockName(row.day, int(row.block)), Digest(row.digest))

    def take_in(self, blocks: Sequence[StoredBlock]) -> bool:
        """Index blocks that follow each other and the position; False when another process was faster."""
        first, last = blocks[0], blocks[-1]
        here = update(log_position).where(log_position.c.block == first.block.name.number - 1)
        moved = here.values(block=last.block.name.number, day=last.block.name.day, digest=last.digest.hex)
        entries = [_row(stored, place) for stored in blocks for place in range(len(stored.block.entries))]
        came_in = {row["subject"].removeprefix("sha256:") for row in entries if row["action"] in CAME_IN}
        with self._database.writing() as connection:
            if connection.execute(moved).rowcount != 1:
                return False
            if entries:
                connection.execute(log_entries.insert(), entries)
            if came_in:
                connection.execute(_NOTE_DOCUMENT[connection.dialect.name], [{"digest": digest} for digest in sorted(came_in)])
        return True

    def unlogged(self, before: datetime, most: int) -> tuple[Received, ...]:
        """Documents that came in before this moment and of which no indexed entry says so."""
        with self._database.reading() as connection:
            rows = connection.execute(_UNLOGGED, {"before": before, "most": most}).all()
        return tuple(document_of(row).received for row in rows)

    def of_document(self, document: Digest) -> tuple[Logged, ...]:
        """Every entry about a document or its invoices, oldest first."""
        mine = select(log_entries).where(log_entries.c.document == document.hex[:20])
        with self._database.reading() as connection:
            rows = connection.execute(mine.order_by(log_entries.c.block, log_entries.c.place)).all()
        return tuple(map(logged_of, rows))

    def record_versions(self) -> Mapping[str, int]:
        """The newest version of each record that changes of which an indexed entry speaks."""
        found: dict[str, int] = {}
        entries = select(log_entries.c.subject, log_entries.c.details).where(log_entries.c.action.in_(sorted(RECORD_VERSIONS)))
        with self._database.reading() as connection:
            for row in connection.execute(entries):
                version = json.loads(row.details).get("version")
                if isinstance(version, int):
                    found[row.subject] = max(version, found.get(row.subject, 0))
        return found

    def newest(self, most: int, before: tuple[int, int] | None = None, wanted: LogFilter | None = None) -> tuple[Logged, ...]:
        """The newest entries that fit, newest first; `before` is the block and place of the last one that was seen."""
        rows = select(log_entries).where(*_conditions(wanted or LogFilter()))
        rows = rows.order_by(log_entries.c.block.desc(), log_entries.c.place.desc()).limit(most)
        if before is not None:
            block, place = before
            rows = rows.where(or_(log_entries.c.block < block, and_(log_entries.c.block == block, log_entries.c.place < place)))
        with self._database.reading() as connection:
            return tuple(map(logged_of, connection.execute(rows).all()))


def _conditions(wanted: LogFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.documents is not None:
        yield log_entries.c.document.in_(wanted.documents)
    if wanted.actors is not None:
        yield log_entries.c.actor.in_([storable(actor) for actor in wanted.actors])
    if wanted.action is not None:
        yield log_entries.c.action == wanted.action
    if wanted.first is not None:
        yield log_entries.c.day >= wanted.first
    if wanted.last is not None:
        yield log_entries.c.day <= wanted.last


def _row(stored: StoredBlock, place: int) -> dict[str, Any]:
    entry, name = stored.block.entries[place], stored.block.name
    document = _DOCUMENT.fullmatch(entry.subject)
    return {
        "block": name.number,
        "place": place,
        "day": name.day,
        "at": entry.at,
        "actor": storable(entry.actor),
        "action": storable(entry.action),
        "subject": storable(entry.subject),
        "document": None if document is None else document[1],
        "details": json.dumps(dict(entry.details)),
    }


def logged_of(row: Row[Any]) -> Logged:
    """The entry that a row of `log_entries` holds."""
    entry = LogEntry(row.at, row.actor, row.action, row.subject, json.loads(row.details))
    return Logged(BlockName(row.day, int(row.block)), int(row.place), entry)
