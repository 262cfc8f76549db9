"""The embedded queue: jobs under leases in the catalogue's own database, so that job and document row are written together.

For one machine: leases are measured by its clock, which may be set back (`job_times`).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.archive import DocumentState, Received
from models.capture import CaptureAdvice
from models.digest import Digest
from models.errors import BatchNotFound
from models.jobs import Ahead, Job, Pace, Running
from storage.catalogue.batch_rows import add_document
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.document_rows import insert_arrivals, insert_document, pages_of, state_change, take_turn
from storage.catalogue.job_times import AT_ONCE, due, lapsed
from storage.catalogue.normal_form import storable
from storage.catalogue.pace import ahead, alive, note_reading, pace
from storage.catalogue.settling import settle
from storage.catalogue.tables import batch_items, batches, documents, jobs, workers

WORKER_LOST = "worker_lost"
"""The error of a document whose worker died at the last attempt."""
_ALIVE = timedelta(seconds=30)
"""A worker that gave no sign of life for so long reads nothing."""
_RETRIED = (DocumentState.UNREAD, DocumentState.CANCELLED)
_CHUNK = 500

# Built once: building a statement costs more than running it.
_VERSION = select(documents.c.version).where(documents.c.digest == bindparam("digest"))
_NEW_JOB = {
    # The version is fixed when the job is made, so that a job that is given twice still makes one version.
    name: insert(jobs)
    .values(document=bindparam("digest"), attempt=0, version=func.coalesce(_VERSION.scalar_subquery(), 0) + 1)
    .on_conflict_do_nothing(index_elements=[jobs.c.document])
    .returning(jobs.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_MORE_THAN = select(jobs.c.id).offset(bindparam("limit")).limit(1)


class LeaseQueue:
    """At least once: a job whose lease ran out is given again, `max_attempts` times in all.

    After that, or when a failure is final, the job is gone and the document goes back to the state of its last reading, `unread`
    when it has none; the error stays with the document. A worker that lost its lease changes nothing any more. Safe to share
    between threads; every method may raise CatalogueUnavailable.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        max_attempts: int = 3,
        retry_seconds: float = 30.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`retry_seconds` is the pause before the second attempt at a job that failed; it doubles with each further one."""
        self._database = catalogue.database
        self._max_attempts = max_attempts
        self._retry_seconds = retry_seconds
        self._longest_pause = timedelta(seconds=retry_seconds * 2 ** (max_attempts - 1))
        self._clock = clock

    def accept(
        self,
        received: Received,
        batch: str | None = None,
        priority: int = 0,
        *,
        file_name: str | None = None,
        advice: Sequence[CaptureAdvice] = (),
        new: bool = False,
        mark: str | None = None,
    ) -> DocumentState:
        """Note a received document, its job and its place in a batch, all or nothing; a batch begins with its first file.

        `file_name` is what the batch calls it, where the same bytes first came under another name; `advice` is kept with that place,
        and so is `mark`: of files with one mark the batch has the first.

        Returns `queued` when a reading was asked for: the document is new, or was never read and does not wait. Returns `duplicate`
        when it is read already or waits; then no job is added. With `new` the archive did not hold it before: where a comparison of
        index and archive has taken it in meanwhile, the job that waits becomes this one's.

        To a further department it is new: it is read for them as if nobody had handed it in before, and theirs when it is.
        """
        document = received.document
        with self._database.writing() as connection:
            if received.department is not None:
                take_turn(connection)
            joins = False
            if insert_document(connection, received, DocumentState.QUEUED):
                queued = self._insert_job(connection, document.digest, document.file_name, priority, batch)
            else:
                joins = insert_arrivals(connection, [received])
                is_wanted = joins or not connection.scalar(_VERSION, {"digest": document.digest.hex})
                queued = is_wanted and self._add_job(connection, document.digest, document.file_name, priority, batch)
            if new and not queued and not joins:
                connection.execute(update(jobs).where(jobs.c.document == document.digest.hex).values(batch=batch, priority=priority))
            arrival = DocumentState.QUEUED if queued or new or joins else DocumentState.DUPLICATE
            if batch is not None:
                add_document(connection, batch, self._clock(), file_name or document.file_name, document.digest, arrival, advice, mark)
        return arrival

    def enqueue(self, document: Digest, file_name: str, *, priority: int = 0, batch: str | None = None) -> None:
        """Ask for a reading, also of what was read before; nothing happens when it already waits or is being read."""
        with self._database.writing() as connection:
            self._add_job(connection, document, file_name, priority, batch)

    def retry_batch(self, batch: str) -> int:
        """Ask again for what of a batch is unread or cancelled; returns how many readings. It is not called off any more.

        Raises:
            BatchNotFound: there is no such batch.
        """
        unread = (
            select(batch_items.c.digest, func.min(batch_items.c.position), func.min(batch_items.c.file_name).label("file_name"))
            .select_from(batch_items.join(documents, documents.c.digest == batch_items.c.digest))
            .where(batch_items.c.batch == batch, documents.c.state.in_([state.value for state in _RETRIED]))
            .group_by(batch_items.c.digest)
            .order_by(func.min(batch_items.c.position))
        )
        with self._database.writing() as connection:
            if not connection.execute(update(batches).where(batches.c.id == batch).values(cancelled_at=None)).rowcount:
                raise BatchNotFound(f"no batch {batch!r}")
            rows = connection.execute(unread).all()
            return sum(self._add_job(connection, Digest(row.digest), row.file_name, 0, batch) for row in rows)

    def claim(self, worker: str, lease_seconds: float) -> Job | None:
        """Take the job of highest priority, the oldest among equals, under a lease; None when nothing waits."""
        now = self._clock()
        lease = timedelta(seconds=lease_seconds)
        free = and_(due(now, self._longest_pause), lapsed(now, lease))
        with self._database.reading() as connection:
            # Idle workers ask often, and should not queue for the write lock.
            if connection.scalar(select(jobs.c.id).where(free).limit(1)) is None:
                return None
        with self._database.writing() as connection:
            self._give_up_lost(connection, free)
            first = select(jobs.c.id).where(free).order_by(jobs.c.priority.desc(), jobs.c.id).limit(1).with_for_update(skip_locked=True)
            taken = {"worker": worker, "lease_until": now + lease, "attempt": jobs.c.attempt + 1, "claimed_at": now}
            claimed = update(jobs).where(jobs.c.id == first.scalar_subquery()).values(taken).returning(*jobs.c)
            row = connection.execute(claimed).one_or_none()
            if row is None:
                return None
            connection.execute(state_change(row.document, DocumentState.RUNNING, attempts=row.attempt))
            pages = pages_of(connection, row.document)
        return Job(row.id, Digest(row.document), row.attempt, row.file_name, row.version, pages)

    def holders(self) -> tuple[str, ...]:
        """The workers that hold a lease."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(jobs.c.worker).where(jobs.c.worker.is_not(None)).distinct()))

    def release(self, worker: str) -> None:
        """Give the jobs of a worker that is known to be dead to whoever asks next, before its lease runs out."""
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.worker == worker).values(worker=None, lease_until=None))
            connection.execute(delete(workers).where(workers.c.name == worker))

    def lose(self, worker: str, error: str) -> None:
        """A worker was killed over its jobs: have them tried again after a pause, or given up after the last attempt, for this reason."""
        with self._database.reading() as connection:
            rows = connection.execute(select(jobs).where(jobs.c.worker == worker)).all()
        for row in rows:
            self.fail(Job(row.id, Digest(row.document), row.attempt, row.file_name, row.version), worker, error, retry=True)
        self.leave(worker)

    def extend(self, job: Job, worker: str, lease_seconds: float) -> bool:
        """Prolong the lease from now on; False when the job is another's or gone."""
        until = self._clock() + timedelta(seconds=lease_seconds)
        with self._database.writing() as connection:
            return connection.execute(update(jobs).where(_held(job, worker)).values(lease_until=until)).rowcount == 1

    def finish(self, job: Job, worker: str) -> None:
        """The reading is archived and indexed; the job goes."""
        with self._database.writing() as connection:
            held = connection.execute(delete(jobs).where(_held(job, worker)).returning(jobs.c.claimed_at)).one_or_none()
            if held is not None:
                settle(connection, job.document.hex, None)
                note_reading(connection, job.document.hex, held.claimed_at, self._clock())

    def fail(self, job: Job, worker: str, error: str, *, retry: bool) -> None:
        """The reading broke: have it tried again after a pause, or give up after the last attempt or when `retry` is False."""
        with self._database.writing() as connection:
            if retry and job.attempt < self._max_attempts:
                pause = timedelta(seconds=self._retry_seconds * 2 ** (job.attempt - 1))
                waiting = {"worker": None, "lease_until": None, "not_before": self._clock() + pause, "error": storable(error)}
                if connection.execute(update(jobs).where(_held(job, worker)).values(waiting)).rowcount:
                    connection.execute(state_change(job.document.hex, DocumentState.QUEUED, error))
            elif connection.execute(delete(jobs).where(_held(job, worker))).rowcount:
                settle(connection, job.document.hex, error)

    def give_back(self, job: Job, worker: str) -> None:
        """The reading could not be tried, for want of the store say: it waits again after a pause, and this was no attempt."""
        again_at = self._clock() + timedelta(seconds=self._retry_seconds)
        waiting = {"worker": None, "lease_until": None, "not_before": again_at, "attempt": job.attempt - 1}
        with self._database.writing() as connection:
            if connection.execute(update(jobs).where(_held(job, worker)).values(waiting)).rowcount:
                connection.execute(state_change(job.document.hex, DocumentState.QUEUED, attempts=job.attempt - 1))

    def pending(self, wanted: Iterable[Digest]) -> frozenset[Digest]:
        """Which of these documents still wait or are being read."""
        names = [document.hex for document in wanted]
        found: set[Digest] = set()
        with self._database.reading() as connection:
            for place in range(0, len(names), _CHUNK):
                some = select(jobs.c.document).where(jobs.c.document.in_(names[place : place + _CHUNK]))
                found.update(map(Digest, connection.scalars(some)))
        return frozenset(found)

    def exceeds(self, limit: int) -> bool:
        """Whether more jobs than this wait or are being read; does not count those beyond."""
        with self._database.reading() as connection:
            return connection.scalar(_MORE_THAN, {"limit": limit}) is not None

    def pace(self) -> Pace | None:
        """How fast the queue is worked off; None while that is not known."""
        with self._database.reading() as connection:
            return pace(connection, self._clock(), _ALIVE)

    def ahead(self, batch: str) -> Ahead | None:
        """The work up to a batch's last job; None when nothing of it waits or is being read."""
        with self._database.reading() as connection:
            return ahead(connection, batch, self._clock(), self._longest_pause)

    def waiting(self) -> int:
        """How many jobs nobody works on, those that pause after a failure included."""
        return self._count(lapsed(self._clock()))

    def running(self) -> int:
        """How many jobs are under a lease that has not run out."""
        return self._count(~lapsed(self._clock()))

    def readings(self) -> tuple[Running, ...]:
        """What is being read under a lease, and for how long already."""
        now = self._clock()
        pages = documents.c.pages
        begun = select(jobs.c.claimed_at, pages).select_from(jobs.outerjoin(documents, documents.c.digest == jobs.c.document))
        with self._database.reading() as connection:
            rows = connection.execute(begun.where(~lapsed(now), jobs.c.claimed_at.is_not(None))).all()
        return tuple(Running(row.pages or 1, (now - row.claimed_at).total_seconds()) for row in rows)

    def beat(self, worker: str, pid: int) -> None:
        """Note that this worker, a process with this id, lives."""
        with self._database.writing() as connection:
            now = {"pid": pid, "seen_at": self._clock()}
            if not connection.execute(update(workers).where(workers.c.name == worker).values(now)).rowcount:
                connection.execute(insert(workers).values(name=worker, **now))

    def leave(self, worker: str) -> None:
        """Note that this worker ends on purpose."""
        with self._database.writing() as connection:
            connection.execute(delete(workers).where(workers.c.name == worker))

    def alive_workers(self, within_seconds: float) -> int:
        """How many workers gave a sign of life within the last seconds."""
        with self._database.reading() as connection:
            return alive(connection, self._clock(), timedelta(seconds=within_seconds))

    def _count(self, condition: ColumnElement[bool]) -> int:
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(jobs).where(condition)) or 0

    def _add_job(self, connection: Connection, document: Digest, file_name: str, priority: int, batch: str | None) -> bool:
        added = self._insert_job(connection, document, file_name, priority, batch)
        if added:
            connection.execute(state_change(document.hex, DocumentState.QUEUED, attempts=0))
        return added

    def _insert_job(self, connection: Connection, document: Digest, file_name: str, priority: int, batch: str | None) -> bool:
        """Add a job for a document whose row says `queued`; False when it has one."""
        row = {"digest": document.hex, "file_name": storable(file_name), "batch": batch, "priority": priority, "not_before": AT_ONCE}
        return connection.scalar(_NEW_JOB[connection.dialect.name], row) is not None

    def _give_up_lost(self, connection: Connection, free: ColumnElement[bool]) -> None:
        """End the jobs whose worker died at the last attempt."""
        lost = delete(jobs).where(free, jobs.c.attempt >= self._max_attempts).returning(jobs.c.document)
        for document in connection.scalars(lost).all():
            settle(connection, document, WORKER_LOST)


def _held(job: Job, worker: str) -> ColumnElement[bool]:
    return and_(jobs.c.id == job.id, jobs.c.worker == worker, jobs.c.attempt == job.attempt)
