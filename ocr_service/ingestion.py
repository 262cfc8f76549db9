"""`piaogen ingest`: archive everything first, then have it read, reporting each file once."""

import os
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from models.archive import DocumentState
from models.capture import CaptureAdvice
from models.digest import Digest
from models.errors import RefusedInput, Unavailable
from ocr_service.composition import build_weights, build_workers, worker_count
from ocr_service.intake_paths import found_files
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.workers import IDLE_SECONDS, Worker

_FINAL = frozenset({DocumentState.DONE, DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED})
_ALONE = 6
"""Up to so many files one process reads them itself: starting workers costs more than it gains."""

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


class _Waiting(NamedTuple):
    """A file that is to be read, by the name that it was handed in under."""

    name: str
    advice: tuple[CaptureAdvice, ...]


def ingest(service: ArchiveService, settings: Settings, paths: Sequence[Path]) -> Iterator[IngestedFile]:
    """Archive every file, then yield each when it is read.

    Files that were received before and never read are read now. A job that another process works on is waited for.

    Raises:
        StoreUnavailable, CatalogueUnavailable, WeightsUnavailable: what was yielded or stored so far is safe; run again for the rest.
        Unavailable: worker processes end again and again.
    """
    waiting: dict[Digest, list[_Waiting]] = {}
    archive = None if settings.is_s3 else settings.archive_folder
    for found in found_files(paths, settings.max_upload_bytes, archive):
        if found.upload is None:
            yield IngestedFile(found.name, DocumentState.REFUSED, error=found.error)
            continue
        submission = service.submit(found.upload, "cli")
        if submission.document is None:
            yield IngestedFile(found.name, DocumentState.REFUSED, error=submission.error)
            continue
        digest = submission.document.digest
        if submission.state is DocumentState.DUPLICATE and (digest in waiting or _is_read(service, digest)):
            yield IngestedFile(found.name, DocumentState.DUPLICATE, digest, _invoices(service, digest))
        else:
            waiting.setdefault(digest, []).append(_Waiting(found.name, submission.advice))
    yield from _read_all(service, settings, waiting)


def _read_all(service: ArchiveService, settings: Settings, waiting: dict[Digest, list[_Waiting]]) -> Iterator[IngestedFile]:
    if waiting:
        build_weights(settings)
    if len(waiting) <= _ALONE:
        worker = Worker(service, settings)
        while waiting:
            worker.take_turn()
            yield from _settled(service, waiting)
        service.queue.leave(worker.name)
        return
    workers = build_workers(settings, min(max(1, worker_count(settings)), len(waiting)))
    workers.start()
    try:
        pause, borne = threading.Event(), 0
        while waiting:
            before = len(waiting)
            yield from _settled(service, waiting)
            if len(waiting) < before:
                borne = workers.failures
            elif workers.failures > borne:
                _look_for_the_reason(service, workers.failures - borne)
            pause.wait(IDLE_SECONDS if waiting else 0)
    finally:
        workers.stop()


def _look_for_the_reason(service: ArchiveService, failures: int) -> None:
    """A worker process ended with an error: raise what is wrong here too, a full disk say, rather than wait for ever."""
    service.archive.store.check_writable()
    name = f"ingest/{uuid.uuid4().hex}"
    service.queue.beat(name, os.getpid())
    service.queue.leave(name)
    if failures > MOST_FAILURES:
        raise Unavailable("worker processes end again and again, the log says why; what was stored is safe, run again for the rest")


def _settled(service: ArchiveService, waiting: dict[Digest, list[_Waiting]]) -> Iterator[IngestedFile]:
    for digest in list(waiting):
        document = service.document(digest)
        if document.state in _FINAL:
            because = document.error if document.state is DocumentState.UNREAD else None
            for file in waiting.pop(digest):
                found = _invoices(service, digest)
                yield IngestedFile(file.name, document.state, digest, found, unread_because=because, advice=file.advice)


def _is_read(service: ArchiveService, digest: Digest) -> bool:
    return service.document(digest).version > 0


def _invoices(service: ArchiveService, digest: Digest) -> tuple[str, ...]:
    return tuple(summary.id for summary in service.invoices_of(digest))
