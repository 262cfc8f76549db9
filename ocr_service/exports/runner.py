"""Exports as jobs: taken on in the database, made by threads of the server beside its answers, kept for a while, and taken away.

A job that its maker leaves behind, because the process ends or is killed, waits again: on the same machine as soon as another starts,
otherwise when its lease is over. What is ready and whose file is not here is made again.
"""

import os
import secrets
import shutil
import socket
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog

from models.access import EVERYTHING, Principal
from models.calendar_words import day_in_china
from models.errors import Busy, OutOfResources, PiaogenError, RecordNotFound, Unavailable
from models.export import ExportJob, ExportState, ExportWish
from ocr_service.acting import acting_as
from ocr_service.exports.chosen import settled
from ocr_service.exports.making import Order, make
from ocr_service.exports.mappings import Mappings
from ocr_service.service import ArchiveService
from storage.catalogue.export_jobs import MOST_ATTEMPTS, Claimed, ExportJobs

_log = structlog.get_logger(__name__)

AT_ONCE = 2
"""Exports that one server makes at the same time."""
_IDLE_SECONDS = 5.0
"""How long an idle maker waits before it looks for what others left behind; a new job here wakes it at once."""
_NOTED_SECONDS = 0.5
"""How often it is noted how far an export is."""
_SWEPT_SECONDS = 60.0
_MIB = 1 << 20
_BACK_IN = 5


class _ToldToStop(Exception):
    """The server ends; whoever makes something leaves it to the next."""


class _NoLongerOurs(Exception):
    """The export was taken away meanwhile, or another maker has it."""


@dataclass(slots=True)
class ExportRunner:
    """Takes exports on, makes them in threads, hands them out. `hours`: how long one is kept; `free_megabytes` stay free on the disk."""

    service: ArchiveService
    folder: Path
    hours: int
    free_megabytes: int
    jobs: ExportJobs = field(init=False)
    _threads: list[threading.Thread] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _is_stopping: bool = False
    _swept: float = 0.0

    def __post_init__(self) -> None:
        """The jobs lie in the service's own database."""
        self.jobs = ExportJobs(self.service.catalogue.database)

    def start(self) -> None:
        """Start the makers, unless they work already; what makers of this machine left behind that are gone waits again."""
        if self._threads:
            return
        self._is_stopping = False
        for number in range(AT_ONCE):
            name = f"{_machine()}{os.getpid()}/{uuid.uuid4().hex[:8]}"
            _OURS.add(name)
            thread = threading.Thread(target=self._work, args=(name,), name=f"exports-{number}", daemon=True)
            self._threads.append(thread)
        with suppress(Unavailable):
            self._take_back()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have what is being made wait for the next start, and return when the makers are gone."""
        self._is_stopping = True
        self._tell()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def begin(self, wish: ExportWish, caller: Principal) -> ExportJob:
        """Take an export on, for whoever asks and of what they see.

        Raises:
            BadUsage, InvalidClue, InvoiceNotFound: it can never be made, and nothing was taken on.
            Busy: they have too many that are not ready.
        """
        service = self.service.seen_by(caller.visibility)
        kept, counted = settled(service, wish)
        if wish.mapping:
            Mappings(service).get(wish.mapping)
        now = service.clock()
        export_id = f"{day_in_china(now):%Y%m%d}-{secrets.token_hex(8)}"
        job = ExportJob(export_id, caller.name, kept, ExportState.QUEUED, now, now + timedelta(hours=self.hours), total=counted)
        self.jobs.add(job, caller.visibility)
        self._tell()
        return job

    def get(self, export_id: str, caller: Principal) -> ExportJob:
        """One of somebody's own; raise RecordNotFound."""
        return self.jobs.get(export_id, caller.name, caller.visibility, self.service.clock())

    def all(self, caller: Principal) -> Sequence[ExportJob]:
        """Everything of somebody's own, the newest first."""
        return self.jobs.of_owner(caller.name, caller.visibility, self.service.clock())

    def wait(self, export_id: str, caller: Principal, seconds: float) -> ExportJob:
        """As `get`, once it is ready or has failed, or these seconds are over."""
        until = time.monotonic() + seconds
        with self._news:
            while not (job := self.get(export_id, caller)).state.is_over and (left := until - time.monotonic()) > 0:
                self._news.wait(left)
        return job

    def file(self, export_id: str, caller: Principal) -> tuple[ExportJob, Path]:
        """What is ready, and where it lies.

        Raises:
            RecordNotFound: there is no such export, or it failed.
            Busy: it is not ready yet; or it was, its file is not here, and it is made again.
        """
        job = self.get(export_id, caller)
        if job.state is ExportState.FAILED:
            raise RecordNotFound("this export could not be made: ask for it again")
        if job.outcome is None:
            raise Busy("this export is not ready yet", retry_after=_BACK_IN)
        path = self._path(job)
        if not path.is_file() or path.stat().st_size != job.outcome.size:
            self.jobs.make_again(job.id)
            self._tell()
            raise Busy("the file of this export is not on this machine any more; it is made again", retry_after=_BACK_IN)
        return job, path

    def remove(self, export_id: str, caller: Principal) -> None:
        """Take one of somebody's own away before its time; raise RecordNotFound."""
        job = self.get(export_id, caller)
        self.jobs.remove(job.id, caller.name)
        self._unlink(job.id)

    def _work(self, name: str) -> None:
        """Take turns until told to stop. What nobody foresaw ends a turn and not the maker: the export waits again, three times at most."""
        with ThreadPoolExecutor(1, thread_name_prefix="export") as hand:
            while not self._is_stopping:
                turn = hand.submit(self._turn, name)
                error = turn.exception()
                if error is not None:
                    _log.error("an export broke", exc_info=error)
                    with suppress(Unavailable):
                        self.jobs.put_back_all_of(name, frozenset())
                    # The third time it has failed for good, and whoever waits is told so now.
                    self._tell()
                if error is not None or not turn.result():
                    self._pause()

    def _turn(self, name: str) -> bool:
        """Make the next export; whether there was one."""
        try:
            if not self._swept or time.monotonic() - self._swept > _SWEPT_SECONDS:
                self.sweep()
            claimed = self.jobs.claim(name, self.service.clock())
            if claimed is not None:
                self._make(name, claimed)
        except Unavailable as error:
            _log.warning("exports wait", reason=error.code)
            return False
        return claimed is not None

    def _pause(self) -> None:
        with self._news:
            if not self._is_stopping:
                self._news.wait(_IDLE_SECONDS)

    def _tell(self) -> None:
        """Wake makers and whoever waits for an export."""
        with self._news:
            self._news.notify_all()

    def _make(self, name: str, claimed: Claimed) -> None:
        """Make one; whatever is wrong with it is told to whoever asked, and what is wrong with the machine is tried again."""
        job = claimed.job
        partial = self.folder / f"{job.id}.{name.rpartition('/')[2]}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with acting_as(job.owner):
                order = Order(job.wish, job.id, partial, self.free_megabytes * _MIB)
                outcome = make(self.service.seen_by(claimed.sees), order, self._step(name, job))
            partial.replace(self._path(job))
            if not self.jobs.finish(job.id, name, outcome, self.service.clock() + timedelta(hours=self.hours)):
                self._unlink_unless_another_has_it(job)
        except _ToldToStop:
            self.jobs.put_back(job.id, name, is_counted=False)
        except _NoLongerOurs:
            _log.info("export taken away", export=job.id)
        except Unavailable as error:
            self._try_again(name, job, error)
        except (PiaogenError, OSError) as error:
            self._give_up(name, job, error)
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            self._tell()

    def _try_again(self, name: str, job: ExportJob, error: Unavailable) -> None:
        if job.attempts >= MOST_ATTEMPTS or isinstance(error, OutOfResources):
            self._give_up(name, job, error)
            return
        self.jobs.put_back(job.id, name, is_counted=True)
        _log.warning("export is tried again", export=job.id, reason=error.code)
        self._pause()

    def _give_up(self, name: str, job: ExportJob, error: PiaogenError | OSError) -> None:
        told = error.message if isinstance(error, PiaogenError) else f"the export cannot be written: {error.strerror}"
        _log.warning("export failed", export=job.id, reason=error.code if isinstance(error, PiaogenError) else "os_error")
        self.jobs.fail(job.id, name, told)

    def _step(self, name: str, job: ExportJob) -> "_Progress":
        return _Progress(self, name, job)

    def _take_back(self) -> None:
        """Makers of this machine are named by their process: those whose process is gone, or is this one and not of its makers."""
        machine = _machine()
        alive = frozenset(one for one in self.jobs.holders(machine) if _lives(one.removeprefix(machine)) or one in _OURS)
        taken = self.jobs.put_back_all_of(machine, alive)
        if taken:
            _log.warning("exports that a process left behind are made anew", exports=taken)

    def sweep(self) -> None:
        """Take away what is over, and files that no job knows of any more; makers do it every minute."""
        self._swept = time.monotonic()
        for export_id in self.jobs.forget(self.service.clock()):
            self._unlink(export_id)
        oldest = time.time() - 2 * self.hours * 3600
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.stat().st_mtime >= oldest:
                    continue
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def _path(self, job: ExportJob) -> Path:
        return self.folder / f"{job.id}.{job.wish.format.suffix}"

    def _unlink_unless_another_has_it(self, job: ExportJob) -> None:
        """Another maker's file of the same export has the same name, and is as good."""
        try:
            self.jobs.get(job.id, job.owner, EVERYTHING, self.service.clock())
        except RecordNotFound:
            self._unlink(job.id)

    def _unlink(self, export_id: str) -> None:
        with suppress(OSError):
            for path in self.folder.glob(f"{export_id}.*"):
                path.unlink(missing_ok=True)


@dataclass(slots=True)
class _Progress:
    """Called after each invoice: notes now and then how far an export is, and ends it where it is not wanted."""

    runner: ExportRunner
    name: str
    job: ExportJob
    noted: float = field(default_factory=time.monotonic)

    def __call__(self, done: int) -> None:
        if self.runner._is_stopping:
            raise _ToldToStop
        now = time.monotonic()
        if now - self.noted < _NOTED_SECONDS:
            return
        self.noted = now
        if not self.runner.jobs.note(self.job.id, self.name, self.runner.service.clock(), done, self.job.total):
            raise _NoLongerOurs


_OURS: set[str] = set()
"""The makers of this process."""


def _machine() -> str:
    return f"{socket.gethostname()}/"


def _lives(rest: str) -> bool:
    """Whether the process of a maker (`PID/…`) is another than this one and lives."""
    pid = rest.partition("/")[0]
    if not pid.isdigit() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
