"""`piaogen ingest`: archive everything, have it read in processes of its own, report each file once."""

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from models.archive import DocumentState
from models.capture import CaptureAdvice
from models.digest import Digest
from models.duplicates import Duplicate
from models.errors import RefusedInput, Unavailable
from models.people import require_department
from ocr_service.composition import build_weights, build_workers, worker_count
from ocr_service.duplicates import came_before
from ocr_service.intake_paths import found_files
from ocr_service.keeping import ProcessWorkers
from ocr_service.opened import FoundFile
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.workers import IDLE_SECONDS

_FINAL = frozenset({DocumentState.DONE, DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED})
_ALONE = 6
"""Up to so many files one worker reads them: starting more costs more than it gains."""
_LOOKED_AT = 500
"""So many of the waiting files are asked about at a time."""

MOST_FAILURES = 5
"""After so many worker processes that ended with an error, and not one file read between, reading is given up."""


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """What became of one file: `state` is `done`, `needs_review`, `unread`, `duplicate` or `refused`."""

    name: str
    state: DocumentState
    digest: Digest | None = None
    invoices: tuple[str, ...] = ()
    error: RefusedInput | None = None
    unread_because: str | None = None
    """The code of the error that its reading ended with."""
    advice: tuple[CaptureAdvice, ...] = ()
    pages: int = 0
    """Pages that were read for it now."""
    same_invoices: tuple[Duplicate, ...] = ()
    """Its invoices that came before in another file."""


Counted = Callable[[int, bool], None]
"""Told how many files were found so far, and whether that is all of them."""


def _nobody(_: int, __: bool) -> None:
    """Nobody wants to know."""


class _Waiting(NamedTuple):
    """A file that is to be read, by the name that it was handed in under."""

    name: str
    advice: tuple[CaptureAdvice, ...]


def ingest(
    service: ArchiveService,
    settings: Settings,
    paths: Sequence[Path],
    counted: Counted = _nobody,
    *,
    department: str | None = None,
    processes: Callable[[Settings, int], ProcessWorkers] = build_workers,
) -> Iterator[IngestedFile]:
    """Archive every file and yield each when it is read; the first are read while the last are still being archived.

    Files that were received before and never read are read now. A job that another process works on is waited for. `processes` builds
    so many worker processes, not started yet.

    Raises:
        InvalidAccess: `department`, whose the files are from then on, is no name of one.
        StoreUnavailable, CatalogueUnavailable, WeightsUnavailable: what was yielded or stored so far is safe; run again for the rest.
        Unavailable: worker processes end again and again.
    """
    if department is not None:
        require_department(department)
    run = _Run(service, settings, processes, department)
    archive = None if settings.is_s3 else settings.archive_folder
    count = 0
    try:
        for count, found in enumerate(found_files(paths, service.decoder, archive), start=1):
            counted(count, False)
            yield from run.take_in(found)
        counted(count, True)
        yield from run.read_the_rest()
    finally:
        run.stop()


class _Run:
    """What is archived and waits to be read, and the processes that read it."""

    def __init__(
        self, service: ArchiveService, settings: Settings, processes: Callable[[Settings, int], ProcessWorkers], department: str | None
    ) -> None:
        self._processes = processes
        self._service = service
        self._department = department
        self._settings = settings
        self._waiting: dict[Digest, list[_Waiting]] = {}
        self._workers: ProcessWorkers | None = None
        self._looked = time.monotonic()

    def take_in(self, found: FoundFile) -> Iterator[IngestedFile]:
        """Archive a file; yields it when that is all, and now and then what was read meanwhile."""
        settled = self._archived(found)
        if settled is not None:
            yield settled
        if self._workers is None and len(self._waiting) > _ALONE and self._service.weights_ready():
            # Weights that are to be brought first must not keep what is left from being archived.
            self._start()
        if time.monotonic() - self._looked > IDLE_SECONDS:
            yield from self._settled()

    def read_the_rest(self) -> Iterator[IngestedFile]:
        """Yield everything else as it is read."""
        if not self._waiting:
            return
        build_weights(self._settings)
        workers = self._workers or self._start()
        pause, borne = threading.Event(), 0
        while self._waiting:
            before = len(self._waiting)
            yield from self._settled()
            if len(self._waiting) < before:
                borne = workers.failures
            elif workers.failures > borne:
                _look_for_the_reason(self._service, workers.failures - borne)
            pause.wait(IDLE_SECONDS if self._waiting else 0)

    def stop(self) -> None:
        """Let the processes end."""
        if self._workers is not None:
            self._workers.stop()

    def _archived(self, found: FoundFile) -> IngestedFile | None:
        if found.upload is None:
            return IngestedFile(found.name, DocumentState.REFUSED, error=found.error)
        submission = self._service.submit(found.upload, "cli", department=self._department)
        if submission.document is None:
            return IngestedFile(found.name, DocumentState.REFUSED, error=submission.error)
        digest = submission.document.digest
        if submission.state is DocumentState.DUPLICATE and (digest in self._waiting or _is_read(self._service, digest)):
            return IngestedFile(found.name, DocumentState.DUPLICATE, digest, _invoices(self._service, digest))
        self._waiting.setdefault(digest, []).append(_Waiting(found.name, submission.advice))
        return None

    def _start(self) -> ProcessWorkers:
        count = worker_count(self._settings) if len(self._waiting) > _ALONE else 1
        self._workers = self._processes(self._settings, max(1, count))
        self._workers.start()
        return self._workers

    def _settled(self) -> Iterator[IngestedFile]:
        """Files whose reading has ended. They are read in about their order, so those that came last are not asked about yet."""
        first = tuple(islice(self._waiting, _LOOKED_AT))
        pending = self._service.queue.pending(first)
        for digest in first:
            if digest not in pending:
                yield from self._ended(digest)
        self._looked = time.monotonic()

    def _ended(self, digest: Digest) -> Iterator[IngestedFile]:
        document = self._service.document(digest)
        if document.state not in _FINAL:
            return
        because = document.error if document.state is DocumentState.UNREAD else None
        pages = document.received.document.pages
        summaries = self._service.invoices_of(digest)
        found, before = tuple(summary.id for summary in summaries), came_before(self._service, summaries)
        same = tuple(dict.fromkeys(other for others in before.values() for other in others))
        for file in self._waiting.pop(digest):
            yield IngestedFile(file.name, document.state, digest, found, None, because, file.advice, pages, same)
            pages = 0


def _look_for_the_reason(service: ArchiveService, failures: int) -> None:
    """A worker process ended with an error: raise what is wrong here too, a full disk say, rather than wait for ever."""
    service.archive.store.check_writable()
    name = f"ingest/{uuid.uuid4().hex}"
    service.queue.beat(name, os.getpid())
    service.queue.leave(name)
    if failures > MOST_FAILURES:
        raise Unavailable("worker processes end again and again, the log says why; what was stored is safe, run again for the rest")


def _is_read(service: ArchiveService, digest: Digest) -> bool:
    return service.document(digest).version > 0


def _invoices(service: ArchiveService, digest: Digest) -> tuple[str, ...]:
    return tuple(summary.id for summary in service.invoices_of(digest))
