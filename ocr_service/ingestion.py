"""`piaogen ingest`: archive everything first, then have it read, reporting each file once."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.archive import DocumentState
from models.digest import Digest
from models.errors import RefusedInput
from ocr_service.composition import build_workers, worker_count
from ocr_service.intake_paths import found_files
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.workers import IDLE_SECONDS, Worker

_FINAL = frozenset({DocumentState.DONE, DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED})
_ALONE = 6
"""Up to so many files one process reads them itself: starting workers costs more than it gains."""


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """What became of one file: `state` is `done`, `needs_review`, `unread`, `duplicate` or `refused`."""

    name: str
    state: DocumentState
    digest: Digest | None = None
    invoices: tuple[str, ...] = ()
    error: RefusedInput | None = None


def ingest(service: ArchiveService, settings: Settings, paths: Sequence[Path]) -> Iterator[IngestedFile]:
    """Archive every file, then yield each when it is read.

    Files that were received before and never read are read now. A job that another process works on is waited for.

    Raises:
        StoreUnavailable, CatalogueUnavailable: what was yielded or stored so far is safe; run again for the rest.
    """
    waiting: dict[Digest, list[str]] = {}
    for found in found_files(paths, settings.max_upload_bytes):
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
            waiting.setdefault(digest, []).append(found.name)
    yield from _read_all(service, settings, waiting)


def _read_all(service: ArchiveService, settings: Settings, waiting: dict[Digest, list[str]]) -> Iterator[IngestedFile]:
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
        pause = threading.Event()
        while waiting:
            yield from _settled(service, waiting)
            pause.wait(IDLE_SECONDS if waiting else 0)
    finally:
        workers.stop()


def _settled(service: ArchiveService, waiting: dict[Digest, list[str]]) -> Iterator[IngestedFile]:
    for digest in list(waiting):
        state = service.document(digest).state
        if state in _FINAL:
            for name in waiting.pop(digest):
                yield IngestedFile(name, state, digest, _invoices(service, digest))


def _is_read(service: ArchiveService, digest: Digest) -> bool:
    return service.document(digest).version > 0


def _invoices(service: ArchiveService, digest: Digest) -> tuple[str, ...]:
    return tuple(summary.id for summary in service.invoices_of(digest))
