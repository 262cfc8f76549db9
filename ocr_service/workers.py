"""Reading in processes of its own: a loop that takes jobs, and a keeper that replaces processes that end."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import structlog

from models.errors import PiaogenError, RecognitionFailed, Unavailable
from models.jobs import Job
from ocr_service.indexing import Rounds
from ocr_service.logs import log_to_stderr
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings

_log = structlog.get_logger(__name__)

Build = Callable[[Settings], ArchiveService]
Run = Callable[[Settings, Build], None]
"""What a worker process does from start to end."""

IDLE_SECONDS = 0.5
"""How long an idle worker waits before it asks the queue again."""
FAILED_SECONDS = 5.0
"""How long the place of a process that ended with an error stays empty: the same error most likely waits for the next one."""
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
    name: str = field(default_factory=lambda: f"{_process_space()}/{os.getpid()}/{uuid.uuid4().hex[:8]}")
    rounds: Rounds = field(init=False)

    def __post_init__(self) -> None:
        self.rounds = Rounds(self.service.index)

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
            return self._read(job)
        self.release_dead()
        self.rounds.turn()
        self.stop.wait(IDLE_SECONDS)
        return 0

    def release_dead(self) -> None:
        """Free the jobs of workers that ran in this very process space and are gone, so that nobody waits for their leases."""
        for name in self.service.queue.holders():
            space, _, process = name.partition("/")
            if space == _process_space() and not _runs(int(process.partition("/")[0])):
                _log.info("lease of a dead worker freed", worker=name)
                self.service.queue.release(name)

    def _read(self, job: Job) -> int:
        done = threading.Event()
        heart = threading.Thread(target=self._beat, args=(job, done), daemon=True)
        heart.start()
        try:
            reading = self.service.read(job.document, version=job.version)
        except PiaogenError as error:
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
        return max(1, reading.document.pages)

    def _is_hindered(self, error: PiaogenError) -> bool:
        """Whether something that every reading needs is away: no fault of this scan, which must not be set aside for it."""
        if not isinstance(error, Unavailable) or isinstance(error, RecognitionFailed):
            return False
        return not all(component.ok for component in self.service.readiness())

    def _beat(self, job: Job, done: threading.Event) -> None:
        """Prolong the lease while the engine works; it lets go of the interpreter for most of its time."""
        while not done.wait(self.settings.lease_seconds / BEATS_PER_LEASE):
            try:
                self.service.queue.beat(self.name, os.getpid())
                if not self.service.queue.extend(job, self.name, self.settings.lease_seconds):
                    _log.warning("lease lost", document=str(job.document))
                    return
            except PiaogenError as error:
                _log.warning("heartbeat failed", code=error.code)

    def _is_worn_out(self, pages: int) -> bool:
        return pages >= self.settings.worker_pages or resident_megabytes() >= self.settings.worker_megabytes


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


def resident_megabytes() -> float:
    """Resident memory of this process in MiB; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class ProcessWorkers:
    """Keeps `wanted` worker processes alive: one that ends, worn out or killed, is replaced."""

    def __init__(self, settings: Settings, wanted: int, build: Build, run: Run | None = None) -> None:
        """`run` is what each process does from start to end; without it, `run_worker`."""
        self.wanted = wanted
        self.failures = 0
        """How many processes ended with an error so far; killed ones do not count."""
        self._settings = settings
        self._build = build
        self._run = run or run_worker
        # Spawned, not forked: a forked child would share the parent's database connections and engine threads.
        self._context = multiprocessing.get_context("spawn")
        self._processes: list[BaseProcess] = []
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Start the processes and their keeper."""
        if self.wanted:
            self._processes = [self._spawn() for _ in range(self.wanted)]
            self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)
            self._keeper.start()

    def stop(self, grace_seconds: float = 20.0) -> None:
        """Ask the processes to end after the page at hand, then end them; an unfinished job's lease runs out and it is given again."""
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(grace_seconds)
            if process.is_alive():
                process.kill()
                process.join()

    def alive(self) -> int:
        """How many of the processes run now."""
        return sum(process.is_alive() for process in self._processes)

    def _spawn(self) -> BaseProcess:
        process = self._context.Process(target=self._run, args=(self._settings, self._build), daemon=True)
        process.start()
        return process

    def _keep(self) -> None:
        while not self._stopping.wait(IDLE_SECONDS):
            for place, process in enumerate(self._processes):
                if not process.is_alive() and not self._stopping.is_set():
                    _log.info("worker replaced", exit_code=process.exitcode)
                    process.join()
                    if (process.exitcode or 0) > 0:
                        self.failures += 1
                        if self._stopping.wait(FAILED_SECONDS):
                            return
                    self._processes[place] = self._spawn()


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
    worker = Worker(build(settings), settings, is_wanted=parent.is_alive if parent is not None else lambda: True)
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: worker.stop.set())
    worker.run()
