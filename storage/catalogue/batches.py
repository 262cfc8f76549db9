"""Files that came together: what became of each, calling them off, and requests that are sent twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from models.access import EVERYTHING, Visibility
from models.archive import DocumentState
from models.batch import Batch, BatchItem, RememberedRequest
from models.capture import CaptureAdvice
from models.digest import Digest
from models.errors import BatchNotFound, PiaogenError
from storage.catalogue.batch_rows import add_refused, begin_batch
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.job_times import lapsed
from storage.catalogue.settling import settle
from storage.catalogue.tables import batch_items, batches, documents, idempotency_keys, jobs
from storage.catalogue.walls import state

# Built once: building a statement costs more than running it.
_BATCH = select(batches).where(batches.c.id == bindparam("batch_id"))
_FINAL_AT_ONCE = frozenset({DocumentState.DUPLICATE.value, DocumentState.REFUSED.value})


def files_of(sees: Visibility) -> Select[Any]:
    """The files of the batch `batch_id` in their order, with where their documents stand as they are seen; see `item_of`."""
    return (
        select(*batch_items.c, state(sees).label("state"), documents.c.error, documents.c.attempts)
        .select_from(batch_items.outerjoin(documents, documents.c.digest == batch_items.c.digest))
        .where(batch_items.c.batch == bindparam("batch_id"))
        .order_by(batch_items.c.position)
    )


_FILES = files_of(EVERYTHING)


class Batches:
    """The batches of a catalogue; accepted files join theirs by `LeaseQueue.accept`. Every method may raise CatalogueUnavailable."""

    def __init__(
        self, catalogue: Catalogue, *, stale_seconds: float = 600.0, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`stale_seconds` is how long a request may be without an answer before its key is free again: its process has died."""
        self._database = catalogue.database
        self._stale = timedelta(seconds=stale_seconds)
        self._clock = clock

    def create_batch(self, batch_id: str, created_at: datetime) -> None:
        """Begin a batch that may stay without a file; one that exists stays as it is."""
        with self._database.writing() as connection:
            begin_batch(connection, batch_id, created_at)

    def add_refused(self, batch_id: str, file_name: str, error: PiaogenError, mark: str | None = None) -> int:
        """Note a refused file and why; returns its position. A batch begins with its first file, and has one of each mark."""
        with self._database.writing() as connection:
            return add_refused(connection, batch_id, self._clock(), file_name, error, mark)

    def batch(self, batch_id: str, sees: Visibility) -> Batch:
        """The batch as it stands now, its documents as they are seen; raise BatchNotFound. Who may look at it, others know."""
        with self._database.reading() as connection:
            row = connection.execute(_BATCH, {"batch_id": batch_id}).one_or_none()
            if row is None:
                raise BatchNotFound(f"no batch {batch_id!r}")
            files = connection.execute(_FILES if sees.is_whole else files_of(sees), {"batch_id": batch_id})
            return Batch(row.id, row.created_at, row.cancelled_at, tuple(item_of(file) for file in files))

    def cancel_batch(self, batch_id: str) -> int:
        """Call off what of the batch still waits; returns how many readings that were. Raise BatchNotFound.

        What is being read goes on, and so does what was also asked for by another batch or without any. The originals stay, their
        documents become `cancelled` (or what their last reading said).
        """
        now = self._clock()
        other = batches.alias()
        wanted_elsewhere = (
            exists()
            .where(batch_items.c.digest == jobs.c.document, batch_items.c.batch == other.c.id)
            .where(other.c.id != batch_id, other.c.cancelled_at.is_(None))
        )
        mine = select(batch_items.c.digest).where(batch_items.c.batch == batch_id, batch_items.c.digest.is_not(None))
        waits = lapsed(now)
        asked = or_(jobs.c.batch == batch_id, and_(jobs.c.batch.is_not(None), jobs.c.document.in_(mine)))
        with self._database.writing() as connection:
            if not connection.execute(update(batches).where(batches.c.id == batch_id).values(cancelled_at=now)).rowcount:
                raise BatchNotFound(f"no batch {batch_id!r}")
            called_off = delete(jobs).where(waits, asked, ~wanted_elsewhere).returning(jobs.c.document)
            digests = connection.scalars(called_off).all()
            for digest in digests:
                settle(connection, digest, None, unread=DocumentState.CANCELLED)
        return len(digests)

    def remember(self, key: str, fingerprint: str, batch_id: str) -> bool:
        """Take an Idempotency-Key for this request; False when another request has it, and then nothing changes.

        Of several requests at once exactly one is given the key.
        """
        now = self._clock()
        row = {"fingerprint": fingerprint, "batch": batch_id, "started_at": now, "complete": 0}
        # One that began in the future was begun by a clock that was ahead.
        begun = idempotency_keys.c.started_at
        is_stale = or_(begun <= now - self._stale, begun > now + self._stale)
        abandoned = and_(idempotency_keys.c.key == key, idempotency_keys.c.complete == 0, is_stale)
        try:
            with self._database.writing() as connection:
                connection.execute(delete(idempotency_keys).where(abandoned))
                connection.execute(insert(idempotency_keys).values(key=key, **row))
        except IntegrityError:
            return False
        return True

    def recall(self, key: str) -> RememberedRequest | None:
        """The request that has this key, None when none has."""
        with self._database.reading() as connection:
            row = connection.execute(select(idempotency_keys).where(idempotency_keys.c.key == key)).one_or_none()
        return None if row is None else RememberedRequest(row.fingerprint, row.batch, bool(row.complete))

    def complete(self, key: str) -> None:
        """The request was answered: whoever sends it again gets its batch."""
        with self._database.writing() as connection:
            connection.execute(update(idempotency_keys).where(idempotency_keys.c.key == key).values(complete=1))

    def forget(self, key: str) -> None:
        """The request failed before anything was kept: it may be sent again under the same key."""
        with self._database.writing() as connection:
            connection.execute(delete(idempotency_keys).where(idempotency_keys.c.key == key))


def stands(sees: Visibility) -> ColumnElement[str]:
    """Where a file stands, as `item_of` says it, in a question over `batch_items` and `documents`."""
    arrival, current = batch_items.c.arrival, state(sees)
    return case((or_(arrival.in_(_FINAL_AT_ONCE), current.is_(None)), arrival), else_=current)


def item_of(row: Row[Any]) -> BatchItem:
    """The file in a row of `files_of`."""
    state = row.arrival if row.arrival in _FINAL_AT_ONCE or row.state is None else row.state
    return BatchItem(
        position=row.position,
        file_name=row.file_name,
        digest=None if row.digest is None else Digest(row.digest),
        state=DocumentState(state),
        error_code=row.error_code or (row.error if row.arrival not in _FINAL_AT_ONCE else None),
        error_message=row.error_message,
        duplicate_of=row.duplicate_of,
        attempts=0 if row.arrival in _FINAL_AT_ONCE else row.attempts or 0,
        advice=tuple(CaptureAdvice(code) for code in row.advice.split(",") if code),
        mark=row.mark,
    )
