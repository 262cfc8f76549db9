"""Answers that need more than one question to the service."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from api.schemas.batch import BatchBody, FileBody
from models.archive import DocumentState
from models.batch import Batch, BatchItem
from models.clues import InvoiceSummary
from models.correction import Ground
from models.errors import IntegrityViolated
from models.reading_json import encode_reading
from ocr_service.duplicates import came_before
from ocr_service.service import ArchiveService

UNREADABLE_YET = (DocumentState.QUEUED, DocumentState.RUNNING, DocumentState.UNREAD, DocumentState.CANCELLED)


def file_body(service: ArchiveService, file: BatchItem, *, with_invoices: bool = True) -> FileBody:
    """One file of a batch; with what was found in it, for whoever may read that."""
    [body] = file_bodies(service, [file], with_invoices=with_invoices)
    return body


def batch_body(
    service: ArchiveService, batch: Batch, *, with_readings: bool = False, with_invoices: bool = True, only: frozenset[str] | None = None
) -> BatchBody:
    """A batch with all of its files, or with those that have one of these marks alone."""
    readings = _readings(service, batch) if with_readings and with_invoices else ()
    files = batch.items if only is None else tuple(file for file in batch.items if file.mark in only)
    return BatchBody.of(batch, file_bodies(service, files, with_invoices=with_invoices), service.seconds_left(batch), readings)


def not_searchable(service: ArchiveService) -> int:
    """How many scans are kept but hold nothing yet that a search could find."""
    counts = service.counts()
    return sum(counts.get(state, 0) for state in UNREADABLE_YET)


def file_bodies(service: ArchiveService, files: Sequence[BatchItem], *, with_invoices: bool) -> list[FileBody]:
    """Some files of a batch, in their order."""
    found = [() if file.digest is None else service.invoices_of(file.digest) for file in files]
    returned = [_returned(service, summaries) for summaries in found]
    told = found if with_invoices else [()] * len(files)
    before = came_before(service, [summary for summaries in told for summary in summaries])
    return [FileBody.of(file, summaries, before, why) for file, summaries, why in zip(files, told, returned, strict=True)]


def _returned(service: ArchiveService, summaries: Sequence[InvoiceSummary]) -> str | None:
    """Why something of a file is to be photographed anew; whoever handed it in is told, whatever else they may see."""
    for summary in summaries:
        stored = service.show_if_sound(summary.id) if summary.ground is Ground.RETAKE else None
        if stored is not None and stored.withdrawal is not None:
            return stored.withdrawal.reason
    return None


def _readings(service: ArchiveService, batch: Batch) -> Iterator[dict[str, Any]]:
    for digest in dict.fromkeys(file.digest for file in batch.items if file.digest is not None):
        with suppress(IntegrityViolated):  # one damaged record must not hide the readings of the others; the review list tells of it
            reading = service.reading(digest)
            if reading is not None:
                yield encode_reading(reading)
