"""A scan that no engine survives is set aside with its reason and holds nobody up; a store that is away is no scan's fault."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.archive import DocumentState
from models.digest import Digest
from models.errors import StoreUnavailable
from ocr_service.ingestion import IngestedFile, ingest
from ocr_service.keeping import ProcessWorkers
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.workers import Worker
from storage.archive import InvoiceArchive
from storage.catalogue.queue import WORKER_LOST, LeaseQueue
from tests.support.pictures import a_picture
from tests.support.poisonous_workers import POISON, AbsentStore, build_poisoned
from tests.support.scripted_service import settings_in
from tests.support.waiting import until


@pytest.fixture
def service(tmp_path: Path) -> ArchiveService:
    return build_poisoned(settings_in(tmp_path))


def _worker_over(service: ArchiveService, folder: Path, store: AbsentStore) -> Worker:
    queue = LeaseQueue(service.catalogue, retry_seconds=0)
    return Worker(replace(service, archive=InvoiceArchive(store), queue=queue), settings_in(folder))


def test_a_scan_that_kills_its_worker_three_times_is_set_aside_and_the_others_are_read(service: ArchiveService, tmp_path: Path) -> None:
    batch = service.open_batch("api")
    service.submit(Upload(POISON, "poison.png"), "api", batch=batch, priority=1)
    for shade in range(4):
        service.submit(Upload(a_picture(shade), f"{shade}.png"), "api", batch=batch)
    workers = ProcessWorkers(settings_in(tmp_path), 2, build_poisoned)
    workers.start()
    try:
        until(lambda: service.batch(batch).settled)
        assert workers.failures == 0
        until(lambda: workers.alive() == 2)
    finally:
        workers.stop()
    poison, *others = service.batch(batch).items
    [listed] = [entry for entry in service.review().entries if entry.document.state is DocumentState.UNREAD]

    assert (poison.state, poison.error_code, poison.attempts) == (DocumentState.UNREAD, WORKER_LOST, 3)
    assert {other.state for other in others} == {DocumentState.NEEDS_REVIEW}
    assert (listed.document.received.document.digest, listed.document.error) == (Digest.of(POISON), WORKER_LOST)
    assert service.archive.original(Digest.of(POISON)) == POISON
    service.catalogue.close()


def test_a_store_that_is_away_costs_no_scan_its_tries(service: ArchiveService, tmp_path: Path) -> None:
    service.submit(Upload(a_picture(), "a.png"), "api")
    worker = _worker_over(service, tmp_path, AbsentStore(tmp_path / "archive"))
    for _ in range(5):
        with pytest.raises(StoreUnavailable):
            worker.take_turn()

    document = service.document(Digest.of(a_picture()))
    assert (document.state, document.attempts, document.error) == (DocumentState.QUEUED, 0, None)
    Worker(service, settings_in(tmp_path)).take_turn()
    assert service.document(Digest.of(a_picture())).version == 1
    service.catalogue.close()


def test_a_scan_whose_own_object_cannot_be_had_is_set_aside(service: ArchiveService, tmp_path: Path) -> None:
    digest = Digest.of(a_picture())
    service.submit(Upload(a_picture(), "a.png"), "api")
    worker = _worker_over(service, tmp_path, AbsentStore(tmp_path / "archive", only=digest.hex))
    for _ in range(3):
        worker.take_turn()

    document = service.document(digest)
    assert (document.state, document.attempts, document.error) == (DocumentState.UNREAD, 3, "store_unavailable")
    service.catalogue.close()


def test_a_folder_is_read_by_several_processes_though_one_scan_kills_them(service: ArchiveService, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    for shade in range(9):
        (scans / f"{shade}.png").write_bytes(a_picture(shade))
    (scans / "4.png").write_bytes(POISON)
    (scans / "copy of 3.png").write_bytes(a_picture(3))
    (scans / "text.png").write_text("no picture", encoding="utf-8")
    counted: list[tuple[int, bool]] = []
    settings = replace(settings_in(tmp_path), workers=2)

    files = list(ingest(service, settings, [scans], lambda *found: counted.append(found), processes=_poisoned))

    states = {Path(file.name).name: file.state.value for file in files}
    assert len(files) == 11
    assert states.pop("4.png") == "unread"
    assert states.pop("copy of 3.png") == "duplicate"
    assert states.pop("text.png") == "refused"
    assert set(states.values()) == {"needs_review"}
    assert _named(files, "4.png").unread_because == WORKER_LOST
    assert [file.pages for file in files if file.state is DocumentState.NEEDS_REVIEW] == [1] * 8
    assert counted == [*((place, False) for place in range(1, 12)), (11, True)]
    service.catalogue.close()


def _poisoned(settings: Settings, count: int) -> ProcessWorkers:
    return ProcessWorkers(settings, count, build_poisoned)


def _named(files: list[IngestedFile], name: str) -> IngestedFile:
    return next(file for file in files if Path(file.name).name == name)
