"""A reading that hangs or eats memory costs its own process and no other scan: it is ended, tried again, and set aside with the reason."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from models.archive import DocumentState
from models.digest import Digest
from models.errors import OutOfResources
from ocr_service.ingestion import ingest
from ocr_service.job_limits import OVERDUE, JobLimits
from ocr_service.keeping import ProcessWorkers
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from tests.support.hanging_workers import ALLOCATES, ALLOCATES_SHARED, HOLDS_THE_INTERPRETER, LOOPS, build_hanging
from tests.support.pictures import a_picture
from tests.support.scripted_service import settings_in
from tests.support.waiting import until

FINE = a_picture(9)
ALL_CODES = [(LOOPS, OVERDUE), (HOLDS_THE_INTERPRETER, OVERDUE), (ALLOCATES, OutOfResources.code), (ALLOCATES_SHARED, OutOfResources.code)]


def _limited(folder: Path, code: str = OVERDUE) -> Settings:
    """Memory for little more than the interpreter with its libraries; little time where that is to run out, else plenty, since a busy
    machine is slow to fill its memory."""
    seconds = 2 if code == OVERDUE else 60
    return replace(settings_in(folder), reading_seconds=seconds, reading_page_seconds=2, reading_megabytes=700, lease_seconds=3600)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    service = build_hanging(_limited(tmp_path))
    yield service
    service.catalogue.close()


@contextmanager
def _one_worker(settings: Settings) -> Iterator[ProcessWorkers]:
    workers = ProcessWorkers(settings, 1, build_hanging)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


@pytest.mark.parametrize(("scan", "code"), ALL_CODES, ids=["python", "native", "memory", "shared memory"])
def test_it_is_ended_tried_again_and_set_aside_with_the_reason_and_the_next_is_read(
    service: ArchiveService, tmp_path: Path, scan: bytes, code: str
) -> None:
    service.submit(Upload(scan, "hanging.png"), "api", priority=1)
    service.submit(Upload(FINE, "fine.png"), "api")
    with _one_worker(_limited(tmp_path, code)) as workers:
        until(lambda: service.queue.waiting() + service.queue.running() == 0)
        assert workers.failures == 0
    hanging = service.document(Digest.of(scan))

    assert (hanging.state, hanging.error, hanging.attempts) == (DocumentState.UNREAD, code, 3)
    assert service.document(Digest.of(FINE)).state is DocumentState.NEEDS_REVIEW
    assert service.archive.original(Digest.of(scan)) == scan


def test_ingest_reports_a_file_that_hangs_and_reads_the_others(service: ArchiveService, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "a.png").write_bytes(HOLDS_THE_INTERPRETER)
    (scans / "b.png").write_bytes(FINE)

    files = list(ingest(service, _limited(tmp_path), [scans], processes=_hanging))

    assert {(Path(file.name).name, file.state.value, file.unread_because) for file in files} == {
        ("a.png", "unread", OVERDUE),
        ("b.png", "needs_review", None),
    }


def _hanging(settings: Settings, count: int) -> ProcessWorkers:
    assert count == 1
    return ProcessWorkers(settings, count, build_hanging)


def test_a_long_document_has_more_time_than_a_short_one() -> None:
    limits = JobLimits(seconds=120, seconds_a_page=30, megabytes=1)

    assert [limits.seconds_for(pages) for pages in (0, 1, 500)] == [150, 150, 15_120]


def test_the_timer_is_off_when_the_reading_has_ended() -> None:
    limits = JobLimits(seconds=3600, seconds_a_page=0, megabytes=1)
    with limits.timed(1):
        running, _ = signal.getitimer(signal.ITIMER_REAL)

    assert 3000 < running <= 3600
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
