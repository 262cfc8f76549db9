"""Worker processes: killed ones are replaced and their jobs come back, worn-out ones end, nothing is read into the archive twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from models.archive import DocumentState
from models.digest import Digest
from ocr_service.job_limits import resident_megabytes
from ocr_service.keeping import ProcessWorkers
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.workers import Worker
from storage.catalogue.queue import LeaseQueue
from tests.support.pictures import a_picture
from tests.support.scripted_workers import BROKEN, DEADLY, build_obedient
from tests.support.waiting import until

FINAL = {DocumentState.DONE, DocumentState.NEEDS_REVIEW, DocumentState.UNREAD}


@contextmanager
def working(settings: Settings, count: int) -> Iterator[ProcessWorkers]:
    workers = ProcessWorkers(settings, count, build_obedient)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


def submitted(folder: Path, **scans: bytes) -> ArchiveService:
    service = build_obedient(Settings(archive=str(folder)))
    for name, content in scans.items():
        service.submit(Upload(content, f"{name}.png"), "cli")
    return service


def readers(folder: Path) -> list[tuple[str, str]]:
    """Which process read which file."""
    return [(line.split()[0], line.split()[1]) for line in (folder / "read.log").read_text(encoding="utf-8").splitlines()]


def test_a_killed_worker_is_replaced_and_its_job_comes_back(tmp_path: Path) -> None:
    service = submitted(tmp_path, deadly=DEADLY, other=a_picture(9))
    with working(Settings(archive=str(tmp_path)), 1) as workers:
        until(lambda: all(service.document(Digest.of(scan)).state in FINAL for scan in (DEADLY, a_picture(9))))

        assert workers.alive() == 1
    assert [name for _, name in readers(tmp_path)].count("deadly.png") == 2
    assert len({process for process, _ in readers(tmp_path)}) == 2
    assert [manifest.version for manifest in service.archive.manifests(Digest.of(DEADLY))] == [1]
    service.catalogue.close()


def test_a_worker_is_replaced_after_its_number_of_pages(tmp_path: Path) -> None:
    service = submitted(tmp_path, a=a_picture(3), b=a_picture(4), c=a_picture(5))
    with working(Settings(archive=str(tmp_path), worker_pages=1), 1):
        until(lambda: service.queue.waiting() + service.queue.running() == 0)
    assert len({process for process, _ in readers(tmp_path)}) == 3
    service.catalogue.close()


def test_a_worker_that_has_grown_too_large_ends(tmp_path: Path) -> None:
    service = submitted(tmp_path, a=a_picture(3), b=a_picture(4))
    Worker(service, Settings(archive=str(tmp_path), worker_megabytes=1)).run()

    assert resident_megabytes() > 1
    assert service.queue.waiting() == 2
    service.catalogue.close()


def test_a_scan_that_breaks_the_engine_ends_as_unread_and_the_next_is_read(tmp_path: Path) -> None:
    service = submitted(tmp_path, broken=BROKEN, fine=a_picture(6))
    impatient = replace(service, queue=LeaseQueue(service.catalogue, retry_seconds=0.0))
    worker = Worker(impatient, Settings(archive=str(tmp_path)))
    for _ in range(4):
        worker.take_turn()
    broken = service.document(Digest.of(BROKEN))

    assert (broken.state, broken.error) == (DocumentState.UNREAD, "recognition_failed")
    assert service.document(Digest.of(a_picture(6))).state is DocumentState.NEEDS_REVIEW
    assert service.archive.original(Digest.of(BROKEN)) == BROKEN
    service.catalogue.close()


def test_a_scan_read_again_on_request_gets_a_second_version(tmp_path: Path) -> None:
    service = submitted(tmp_path, a=a_picture(7))
    worker = Worker(service, Settings(archive=str(tmp_path)))
    worker.take_turn()
    digest = service.queue_reprocess(str(Digest.of(a_picture(7))))
    worker.take_turn()

    assert [manifest.version for manifest in service.archive.manifests(digest)] == [1, 2]
    assert service.document(digest).version == 2
    service.catalogue.close()
