"""The activities: the service's own use cases, done for Temporal by one worker process."""

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from models.archive import DocumentState
from models.digest import Digest
from models.errors import IntegrityViolated, PiaogenError, RecognitionFailed, Unavailable
from models.jobs import Job
from models.reading import Reading
from ocr_service.checking import audit_now
from ocr_service.job_limits import JobLimits
from ocr_service.service import ArchiveService
from ocr_service.shortage import refuse_shortage
from ocr_service.temporal.offering import offer_waiting
from ocr_service.temporal.orders import (
    AUDIT,
    CALLED_OFF,
    END_JOB,
    OFFER_WAITING,
    READ_DOCUMENT,
    AuditOrder,
    AuditOutcome,
    JobEnd,
    ReadingOrder,
)
from ocr_service.workers import BEATS_PER_LEASE
from storage.catalogue.outbox import Outbox
from storage.catalogue.queue import WORKER_LOST

_log = structlog.get_logger(__name__)

TRIES = 3
"""Attempts at one document, those included whose worker died."""
_FINDINGS_TOLD = 20
_BEAT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Activities:
    """What one worker process does; `name` is its name in the catalogue, and `read_pages` is told how many pages it has read."""

    service: ArchiveService
    outbox: Outbox
    client: Client
    name: str
    silence_seconds: float
    read_pages: Callable[[int], None]
    limits: JobLimits
    """A reading that goes beyond them hangs, in code that nothing but the end of its process ends."""
    was_read: Callable[[Digest], object] = lambda _: None
    """Told of each document that was read."""
    retry_seconds: float = 30.0
    """The pause after the first attempt that failed; it doubles with each further one."""

    # An exception thrown into the engine from outside could break it, and a reading that has begun is worth finishing.
    @activity.defn(name=READ_DOCUMENT, no_thread_cancel_exception=True)
    def read_document(self, order: ReadingOrder) -> str:
        """Read, archive and index one document; harmless when another worker did, since the archive takes one manifest for a version."""
        with _told_to_temporal(order.document):
            job = self.outbox.take(order.job, Digest(order.document), self.name, order.silence_seconds)
        if job is None:
            return "gone"
        if job.attempt > TRIES:
            raise ApplicationError(f"every worker that read {order.document} died", type=WORKER_LOST, non_retryable=True)
        with self._beating(job, order.silence_seconds):
            try:
                reading = self._within_limits(job)
                self.service.queue.finish(job, self.name)
            except PiaogenError as error:
                self.read_pages(1)
                raise self._failed(job, error) from error
        with suppress(Unavailable):
            self.was_read(job.document)
        self.read_pages(max(1, reading.document.pages))
        return "read"

    def _within_limits(self, job: Job) -> Reading:
        with self.limits.timed(job.pages):
            try:
                return self.service.read(job.document, version=job.version)
            except MemoryError as error:
                refuse_shortage(error)
                raise

    def _failed(self, job: Job, error: PiaogenError) -> ApplicationError:
        """Write the failure down and say whether to try again; what the catalogue cannot take now, the next attempt finds out."""
        _log.warning("reading failed", document=str(job.document), code=error.code, attempt=job.attempt)
        if self._is_hindered(error):
            with suppress(Unavailable):
                self.service.queue.give_back(job, self.name)
            return ApplicationError(error.code, type=error.code)
        if not error.retryable or job.attempt >= TRIES:
            return ApplicationError(error.code, type=error.code, non_retryable=True)
        with suppress(Unavailable):
            self.service.queue.fail(job, self.name, error.code, retry=True)
        pause = timedelta(seconds=self.retry_seconds * 2 ** (job.attempt - 1))
        return ApplicationError(error.code, type=error.code, next_retry_delay=pause)

    def _is_hindered(self, error: PiaogenError) -> bool:
        """Whether something that every reading needs is away: that says nothing of the document, and costs it no attempt."""
        if not isinstance(error, Unavailable) or isinstance(error, RecognitionFailed):
            return False
        return not all(component.ok for component in self.service.readiness())

    @activity.defn(name=END_JOB)
    def end_job(self, end: JobEnd) -> None:
        """Set a document aside with the reason, or note that its reading was called off."""
        state = DocumentState.CANCELLED if end.reason == CALLED_OFF else DocumentState.UNREAD
        with _told_to_temporal(end.document):
            self.outbox.end(end.job, Digest(end.document), state, None if end.reason == CALLED_OFF else end.reason)

    @activity.defn(name=OFFER_WAITING)
    async def offer_waiting(self) -> int:
        """Start a workflow for each document that waits without one."""
        with _told_to_temporal(OFFER_WAITING):
            return await offer_waiting(self.client, self.outbox, self.silence_seconds)

    @activity.defn(name=AUDIT, no_thread_cancel_exception=True)
    def audit(self, order: AuditOrder) -> AuditOutcome:
        """Hold archive and index against each other; fail with what was found when they are not sound."""
        with _told_to_temporal(AUDIT), _heartbeat(_BEAT_SECONDS, activity.heartbeat):
            report = audit_now(self.service, order.sample)
        if not report.sound:
            found = [f"{finding.kind} {finding.key}" for finding in report.findings[:_FINDINGS_TOLD]]
            _log.error("audit found damage", findings=len(report.findings), first=found[0])
            message = f"{len(report.findings)} findings; run `piaogen audit`, restore what is damaged from a backup"
            raise ApplicationError(message, *found, type=IntegrityViolated.code, non_retryable=True)
        return AuditOutcome(report.documents, report.hashed_objects)

    @contextmanager
    def _beating(self, job: Job, silence_seconds: float) -> Iterator[None]:
        end = time.monotonic() + self.limits.seconds_for(job.pages)

        def beat() -> None:
            if time.monotonic() > end:
                return  # what goes on for longer hangs: Temporal gives it to another even if this process cannot be ended
            activity.heartbeat()
            try:
                if not self.service.queue.extend(job, self.name, silence_seconds):
                    _log.warning("job lost to another worker", document=str(job.document))
            except PiaogenError as error:
                _log.warning("heartbeat failed", code=error.code)

        with _heartbeat(silence_seconds / BEATS_PER_LEASE, beat):
            yield


@contextmanager
def _heartbeat(seconds: float, beat: Callable[[], None]) -> Iterator[None]:
    """Beat from a thread while the block works: the engine lets go of the interpreter for most of its time."""
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(seconds):
            beat()

    heart = threading.Thread(target=contextvars.copy_context().run, args=(go_on,), daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join()


@contextmanager
def _told_to_temporal(about: str) -> Iterator[None]:
    """Let Temporal see a failure by its code, and try again only what may end otherwise."""
    try:
        yield
    except PiaogenError as error:
        raise ApplicationError(f"{error.code}: {about}", type=error.code, non_retryable=not error.retryable) from error
