"""The rows of waiting jobs as an outbox: what an engine outside this database hands out to its workers, and how it ends."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from models.archive import DocumentState
from models.digest import Digest
from models.jobs import Job
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.document_rows import pages_of, state_change
from storage.catalogue.job_times import due, lapsed
from storage.catalogue.settling import settle
from storage.catalogue.tables import jobs

LONGEST_PAUSE = timedelta(hours=1)
"""The longest that a job is put off."""

OUTSIDE = "outside:"
"""How the names of workers begin whose jobs the engine outside hands out."""


class WaitingJob(NamedTuple):
    """A row of the outbox: read this document as this version of its record."""

    id: int
    document: Digest
    version: int
    priority: int


class Outbox:
    """A job is written with its document, in one transaction, and stays until its reading is archived or given up.

    The engine outside may therefore lose everything that it knows: what waits is here, and is offered to it again. Times are this
    host's; hosts whose clocks differ by seconds offer a job a little early or late, and nothing worse. Safe to share between
    threads; every method may raise CatalogueUnavailable.
    """

    def __init__(self, catalogue: Catalogue, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = catalogue.database
        self._clock = clock

    def reserve(self, limit: int, seconds: float) -> tuple[WaitingJob, ...]:
        """Take up to `limit` jobs that are due, highest priority first; nobody else is offered them for so many seconds."""
        now = self._clock()
        waits = and_(due(now, LONGEST_PAUSE), lapsed(now))
        with self._database.reading() as connection:
            # Asked after every upload, and must not queue for the write lock each time.
            if connection.scalar(select(jobs.c.id).where(waits).limit(1)) is None:
                return ()
        first = select(jobs.c.id).where(waits).order_by(jobs.c.priority.desc(), jobs.c.id).limit(limit).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            ids = connection.scalars(first).all()
            reserved = update(jobs).where(jobs.c.id.in_(ids)).values(not_before=now + timedelta(seconds=seconds)).returning(*jobs.c)
            rows = connection.execute(reserved).all()
        found = (WaitingJob(row.id, Digest(row.document), row.version, row.priority) for row in rows)
        return tuple(sorted(found, key=lambda job: (-job.priority, job.id)))

    def put_off(self, reserved: Iterable[WaitingJob], seconds: float) -> None:
        """Offer these again after so many seconds, unless they are gone by then; 0 gives a reservation up."""
        again = {"not_before": self._clock() + timedelta(seconds=seconds)}
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id.in_([job.id for job in reserved])).values(again))

    def take(self, job: int, document: Digest, worker: str, lease_seconds: float) -> Job | None:
        """Have the engine's worker begin a job; None when it is done or called off, or a worker of this database's own reads it.

        The engine alone knows who of its workers is lost, so the job is taken from whichever of them held it before; what that one
        still says about it changes nothing. `worker` must begin with `OUTSIDE`.
        """
        now = self._clock()
        until = now + timedelta(seconds=lease_seconds)
        lease = {"worker": worker, "lease_until": until, "attempt": jobs.c.attempt + 1, "claimed_at": now}
        with self._database.writing() as connection:
            taken = update(jobs).where(self._free(job, document)).values(lease).returning(*jobs.c)
            row = connection.execute(taken).one_or_none()
            if row is None:
                return None
            connection.execute(state_change(row.document, DocumentState.RUNNING, attempts=row.attempt))
            pages = pages_of(connection, row.document)
        return Job(row.id, document, row.attempt, row.file_name, row.version, pages)

    def end(self, job: int, document: Digest, state: DocumentState, error: str | None = None) -> None:
        """Give a job up: its document gets the state of its last reading, and `state` (`unread` or `cancelled`) when it has none."""
        with self._database.writing() as connection:
            if connection.execute(delete(jobs).where(self._free(job, document))).rowcount:
                settle(connection, document.hex, error, unread=state)

    def _free(self, job: int, document: Digest) -> ColumnElement[bool]:
        """Whether a row is this job's and held by no worker of the database's own queue; in a catalogue made anew ids begin again."""
        free = or_(lapsed(self._clock()), jobs.c.worker.startswith(OUTSIDE, autoescape=True))
        return and_(jobs.c.id == job, jobs.c.document == document.hex, free)
