"""Reading in a process of its own: a loop that takes jobs; `keeping` replaces the processes that end."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from models.errors import OutOfResources, PiaogenError, RecognitionFailed, Unavailable
from models.jobs import Job
from models.reading import Reading
from ocr_service.checking import Watch
from ocr_service.indexing import Rounds
from ocr_service.job_limits import JobLimits, resident_megabytes
from ocr_service.logs import log_to_stderr
from ocr_service.loss_matching import invoice_turned_up, search_again
from ocr_service.loss_rules import rules_at
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.shortage import refuse_shortage
from storage.catalogue.outbox import OUTSIDE

_log = structlog.get_logger(__name__)

Build = Callable[[Settings], ArchiveService]
Run = Callable[[Settings, Build], None]
"""What a worker process does from start to end."""

IDLE_SECONDS = 0.5
"""How long an idle worker waits before it asks the queue again."""
BEATS_PER_LEASE = 6
"""A worker prolongs its lease this many times before it would run out."""
NICENESS = 10
"""Whoever hands a scan in waits for its acknowledgement; readings take the processor when nobody does."""


@dataclass(slots=True)
class Worker:
    """Takes jobs one at a time until told to stop, the process that started it is gone, or it has read enough to be replaced.

    Memory of OCR engines grows; a process that ends gives it back, and the next starts clean.
    """

    service: ArchiveService
    settings: Settings
    is_wanted: Callable[[], bool] = lambda: True
    stop: threading.Event = field(default_factory=threading.Event)
    name: str = field(default_factory=lambda: new_name())
    limits: JobLimits | None = None
    """Ends this very process when a reading takes too long; None where the process is not the worker's own."""
    rounds: Rounds = field(init=False)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.rounds = Rounds(self.service.index, beside=self._look_beside)
        self.watch = Watch(self.service, self.settings, self.name)

    def run(self) -> None:
        """Work until one of these ends it.

        Raises:
            StoreUnavailable, CatalogueUnavailable, WeightsUnavailable: nothing can be read now; the scan at hand waits again.
        """
        pages = 0
        try:
            while not self.stop.is_set() and self.is_wanted() and not self._is_worn_out(pages):
                pages += self.take_turn()
        finally:
            self.service.queue.leave(self.name)

    def take_turn(self) -> int:
        """Read one job and return its number of pages, or wait a moment when there is none."""
        self.service.queue.beat(self.name, os.getpid())
        job = self.service.queue.claim(self.name, self.settings.lease_seconds)
        if job is not None:
            pages = self._read(job)
            self.watch.turn()
            return pages
        self.release_dead()
        self.rounds.turn()
        self.watch.turn()
        self.stop.wait(IDLE_SECONDS)
        return 0

    def release_dead(self) -> None:
        """Free the jobs of workers that ran in this very process space and are gone, so that nobody waits for their leases."""
        for name in self.service.queue.holders():
            space, _, process = name.partition("/")
            if space == _process_space() and not _runs(int(process.partition("/")[0])):
                _log.info("lease of a dead worker freed", worker=name)
                self.service.queue.release(name)

    def _look_beside(self) -> None:
        self.service.activity.heal_if_possible()
        search_again(self.service, rules_at(self.settings.loss_rules))

    def _read(self, job: Job) -> int:
        done = threading.Event()
        heart = threading.Thread(target=self._beat, args=(job, done), daemon=True)
        heart.start()
        try:
            reading = self._within_limits(job)
        except PiaogenError as error:
            if isinstance(error, OutOfResources):
                self.stop.set()  # what this process holds too much of, a fresh one does not
            _log.warning("reading failed", document=str(job.document), code=error.code, attempt=job.attempt)
            if self._is_hindered(error):
                self.service.queue.give_back(job, self.name)
                raise
            self.service.queue.fail(job, self.name, error.code, retry=error.retryable)
            return 1
        finally:
            done.set()
            heart.join()
        self.service.queue.finish(job, self.name)
        invoice_turned_up(self.service, rules_at(self.settings.loss_rules), job.document)
        return max(1, reading.document.pages)

    def _within_limits(self, job: Job) -> Reading:
        with nullcontext() if self.limits is None else self.limits.timed(job.pages):
            try:
                return self.service.read(job.document, version=job.version)
            except MemoryError as error:
                refuse_shortage(error)
                raise

    def _is_hindered(self, error: PiaogenError) -> bool:
        """Whether something that every reading needs is away: no fault of this scan, which must not be set aside for it."""
        if not isinstance(error, Unavailable) or isinstance(error, RecognitionFailed):
            return False
        return not all(component.ok for component in self.service.readiness())

    def _beat(self, job: Job, done: threading.Event) -> None:
        """Prolong the lease while the engine works; it lets go of the interpreter for most of its time.

        No longer than the reading may take: what goes on after that hangs, and another shall have the job even if this process cannot
        be ended.
        """
        end = time.monotonic() + JobLimits.of(self.settings).seconds_for(job.pages)
        while not done.wait(self.settings.lease_seconds / BEATS_PER_LEASE):
            if time.monotonic() > end:
                _log.error("reading takes too long", document=str(job.document))
                return
            try:
                self.service.queue.beat(self.name, os.getpid())
                if not self.service.queue.extend(job, self.name, self.settings.lease_seconds):
                    _log.warning("lease lost", document=str(job.document))
                    return
            except PiaogenError as error:
                _log.warning("heartbeat failed", code=error.code)

    def _is_worn_out(self, pages: int) -> bool:
        return pages >= self.settings.worker_pages or resident_megabytes() >= self.settings.worker_megabytes


def new_name(prefix: str = "") -> str:
    """A name for a worker of this process, told from those of every other one."""
    return f"{prefix}{_process_space()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


def is_named_after(worker: str, process: int) -> bool:
    """Whether a worker is, or was, one of this process of this very process space."""
    return worker.removeprefix(OUTSIDE).startswith(f"{_process_space()}/{process}/")


def _process_space() -> str:
    """A name for the space in which process ids mean something: this machine, and on Linux this container of it."""
    try:
        return f"{socket.gethostname()}:{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def step_back() -> None:
    """Let every other process of this machine go first where both want the processor."""
    os.nice(max(0, NICENESS - os.nice(0)))


def run_worker(settings: Settings, build: Build) -> None:
    """One worker process from start to end; SIGTERM and SIGINT let it finish the page at hand.

    Raises:
        SystemExit: something that it cannot do without is not there; its code is the error's.
    """
    log_to_stderr()
    step_back()
    try:
        _run(settings, build)
    except PiaogenError as error:
        _log.error("worker cannot work", code=error.code, reason=error.message)
        sys.exit(error.exit_code)


def _run(settings: Settings, build: Build) -> None:
    # A server that was killed while this process still started is noticed too, which comparing parent ids would miss.
    parent = multiprocessing.parent_process()
    is_wanted = parent.is_alive if parent is not None else lambda: True
    limits = JobLimits.of(settings)
    limits.confine()
    worker = Worker(build(settings), settings, is_wanted=is_wanted, limits=limits)
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: worker.stop.set())
    worker.run()
