"""Worker processes and their keeper: one that ends is replaced, one that grows too large is killed, and what it read is accounted for."""

import multiprocessing
import signal
import threading
from multiprocessing.process import BaseProcess

import structlog

from models.errors import OutOfResources, PiaogenError
from ocr_service.job_limits import OVERDUE, JobLimits, resident_megabytes
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.workers import IDLE_SECONDS, Build, Run, is_named_after, run_worker

_log = structlog.get_logger(__name__)

FAILED_SECONDS = 5.0
"""How long the place of a process that ended with an error stays empty: the same error most likely waits for the next one."""
LOOK_SECONDS = 0.1
"""How often the sizes of the processes are looked at: what allocates for ever takes about a gigabyte in that time."""


class ProcessWorkers:
    """Keeps `wanted` worker processes alive: one that ends, worn out or killed, is replaced."""

    def __init__(self, settings: Settings, wanted: int, build: Build, run: Run | None = None) -> None:
        """`run` is what each process does from start to end; without it, `run_worker`."""
        self.wanted = wanted
        self.failures = 0
        """How many processes ended with an error so far; killed ones do not count."""
        self._exit_code = 0
        self._settings = settings
        self._limits = JobLimits.of(settings)
        self._build = build
        self._run = run or run_worker
        self._service: ArchiveService | None = None
        # Spawned, not forked: a forked child would share the parent's database connections and engine threads.
        self._context = multiprocessing.get_context("spawn")
        self._processes: list[BaseProcess] = []
        self._too_large: set[int] = set()
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Start the processes and their keeper."""
        if self.wanted:
            self._processes = [self._spawn() for _ in range(self.wanted)]
            self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)
            self._keeper.start()

    def run(self) -> int:
        """Keep the processes until one cannot work, or SIGTERM or SIGINT comes, which lets them finish what they read.

        Returns the exit code of the one that cannot work, else 0.
        """
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        self.start()
        while not ended.wait(IDLE_SECONDS) and not self.failures:
            pass
        self.stop(self._limits.seconds_for(self._settings.max_pages))
        return self._exit_code

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
        if self._service is not None:
            self._service.catalogue.close()

    def alive(self) -> int:
        """How many of the processes run now."""
        return sum(process.is_alive() for process in self._processes)

    def _spawn(self) -> BaseProcess:
        process = self._context.Process(target=self._run, args=(self._settings, self._build), daemon=True)
        process.start()
        return process

    def _keep(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for place, process in enumerate(self._processes):
                self._end_if_too_large(process)
                if not process.is_alive() and not self._stopping.is_set():
                    _log.info("worker replaced", exit_code=process.exitcode)
                    process.join()
                    self._account_for(process)
                    if (process.exitcode or 0) > 0:
                        self._exit_code = process.exitcode or 0
                        self.failures += 1
                        if self._stopping.wait(FAILED_SECONDS):
                            return
                    self._processes[place] = self._spawn()

    def _end_if_too_large(self, process: BaseProcess) -> None:
        if process.pid is None or resident_megabytes(process.pid) <= self._limits.megabytes:
            return
        _log.error("worker takes too much memory; it is ended", limit_megabytes=self._limits.megabytes)
        self._too_large.add(process.pid)
        process.kill()
        process.join()

    def _account_for(self, process: BaseProcess) -> None:
        """Give on at once what a process that was killed had in hand, with the reason where it is known."""
        pid, exit_code = process.pid, process.exitcode or 0
        reason = None
        if exit_code == -signal.SIGALRM:
            reason = OVERDUE
        elif pid in self._too_large:
            reason = OutOfResources.code
        if pid is None or exit_code == 0:
            return
        self._too_large.discard(pid)
        try:
            queue = self._opened().queue
            for worker in queue.holders():
                if not is_named_after(worker, pid):
                    continue
                _log.warning("worker died over its job", exit_code=exit_code, reason=reason)
                if reason is None:
                    queue.release(worker)
                else:
                    queue.lose(worker, reason)
        except PiaogenError as error:
            _log.warning("the job of a dead worker waits for its lease to run out", code=error.code)

    def _opened(self) -> ArchiveService:
        """A service of the keeper's own; most keepers never need one."""
        if self._service is None:
            self._service = self._build(self._settings)
        return self._service
