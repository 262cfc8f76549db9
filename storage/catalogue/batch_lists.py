"""Batches as people look through them: the list, newest first, and the files of one, page by page; and batches that many requests fill."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, literal, or_, select, true, tuple_, update

from models.access import Visibility
from models.archive import DocumentState
from models.batch import BatchItem, BatchList, BatchSender, ListedBatch
from models.errors import BatchNotFound, InvalidClue
from storage.catalogue.batch_rows import begin_batch
from storage.catalogue.batches import files_of, item_of, stands
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.column_types import UtcTime
from storage.catalogue.tables import access_batches, batch_items, batches, documents
from storage.catalogue.walls import among

_CURSOR = re.compile(r"([0-9]{1,16})\.([a-z_-]+-[0-9a-f]{32})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks through batches: their own are theirs, and so are those of what they may read, None where they read nothing."""

    name: str
    reads: Visibility | None


class BatchLists:
    """Questions about many batches. Every method may raise CatalogueUnavailable."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._database = catalogue.database

    def newest(self, looker: Looker, sees: Visibility, limit: int, after: str | None = None) -> BatchList:
        """The next `limit` batches after a cursor, newest first, their documents as they are seen; raise InvalidClue for no cursor."""
        wanted: Select[Any] = (
            select(*batches.c, access_batches.c.owner, access_batches.c.department)
            .select_from(batches.outerjoin(access_batches, access_batches.c.batch == batches.c.id))
            .where(_shown(looker))
            .order_by(batches.c.created_at.desc(), batches.c.id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            wanted = wanted.where(tuple_(batches.c.created_at, batches.c.id) < _place(after))
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            counts = _counts(connection, [row.id for row in rows[:limit]], sees)
        found = tuple(_listed(row, counts.get(row.id, {})) for row in rows[:limit])
        return BatchList(found, _cursor(found[-1]) if len(rows) > limit else None)

    def one(self, batch_id: str, sees: Visibility) -> ListedBatch:
        """One batch as the list shows it; raise BatchNotFound. Who may look at it, others know."""
        wanted: Select[Any] = (
            select(*batches.c, access_batches.c.owner, access_batches.c.department)
            .select_from(batches.outerjoin(access_batches, access_batches.c.batch == batches.c.id))
            .where(batches.c.id == batch_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
            if row is None:
                raise BatchNotFound(f"no batch {batch_id!r}")
            return _listed(row, _counts(connection, [batch_id], sees).get(batch_id, {}))

    def files(
        self, batch_id: str, sees: Visibility, state: DocumentState | None = None, after: int = 0, limit: int = 50
    ) -> tuple[BatchItem, ...]:
        """The next files of a batch behind a position, of one state or all."""
        wanted = files_of(sees).where(batch_items.c.position > after).limit(limit)
        if state is not None:
            wanted = wanted.where(stands(sees) == state.value)
        with self._database.reading() as connection:
            return tuple(item_of(row) for row in connection.execute(wanted, {"batch_id": batch_id}))


class Filling:
    """Batches that their sender names and fills with many requests. Every method may raise CatalogueUnavailable."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._database = catalogue.database

    def claim(self, batch_id: str, sender: BatchSender, expected: int | None, now: datetime) -> None:
        """Begin a batch, or go on with one that this very sender began.

        Raises:
            BatchNotFound: it is somebody else's, or was begun for another department.
        """
        with self._database.writing() as connection:
            was_there = connection.scalar(select(batches.c.id).where(batches.c.id == batch_id)) is not None
            begin_batch(connection, batch_id, now)
            owner = connection.execute(select(access_batches).where(access_batches.c.batch == batch_id)).one_or_none()
            if owner is None and not was_there:
                connection.execute(insert(access_batches).values(batch=batch_id, owner=sender.name, department=sender.department))
            elif owner is None or (owner.owner, owner.department) != sender:
                raise BatchNotFound(f"no batch {batch_id!r} of yours for this department; take a new id")
            if expected is not None:
                most = func.max if connection.dialect.name == "sqlite" else func.greatest
                grown = most(func.coalesce(batches.c.expected, 0), expected)
                connection.execute(update(batches).where(batches.c.id == batch_id).values(expected=grown))

    def noted(self, batch_id: str, key: str) -> Mapping[str, str | None]:
        """The marks of a request's files that the batch has already, each with the digest of its file in hex, None for a refused one."""
        rows = select(batch_items.c.mark, batch_items.c.digest).where(
            batch_items.c.batch == batch_id, batch_items.c.mark.startswith(f"{key}/", autoescape=True)
        )
        with self._database.reading() as connection:
            return {row.mark: row.digest for row in connection.execute(rows)}


def _shown(looker: Looker) -> ColumnElement[bool]:
    own = access_batches.c.owner == looker.name
    if looker.reads is None:
        return own
    return true() if looker.reads.is_whole else or_(own, among(access_batches.c.department, looker.reads))


def _counts(connection: Connection, wanted: Iterable[str], sees: Visibility) -> Mapping[str, Mapping[DocumentState, int]]:
    stand = stands(sees).label("stand")
    asked = (
        select(batch_items.c.batch, stand, func.count().label("many"))
        .select_from(batch_items.outerjoin(documents, documents.c.digest == batch_items.c.digest))
        .where(batch_items.c.batch.in_(list(wanted)))
        .group_by(batch_items.c.batch, "stand")
    )
    found: dict[str, dict[DocumentState, int]] = defaultdict(dict)
    for row in connection.execute(asked):
        found[row.batch][DocumentState(row.stand)] = int(row.many)
    return found


def _listed(row: Row[Any], counts: Mapping[DocumentState, int]) -> ListedBatch:
    sender = None if row.owner is None else BatchSender(row.owner, row.department)
    ordered = {state: counts[state] for state in DocumentState if state in counts}
    return ListedBatch(row.id, row.created_at, row.cancelled_at, row.expected, sender, ordered)


def _cursor(last: ListedBatch) -> str:
    return f"{(last.created_at - _EPOCH) // _MICROSECOND}.{last.id}"


def _place(cursor: str) -> ColumnElement[Any]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidClue("not a place in the list of batches; take `next` of the page before")
    return tuple_(literal(_EPOCH + int(found[1]) * _MICROSECOND, UtcTime), literal(found[2]))
