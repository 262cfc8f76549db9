"""Worker processes that cannot work: `ingest` says why instead of waiting for ever, and a server does not start them in a storm."""

from pathlib import Path

import pytest

from models.errors import StoreUnavailable, Unavailable
from ocr_service import ingestion
from ocr_service.ingestion import ingest
from ocr_service.keeping import ProcessWorkers
from ocr_service.settings import Settings
from storage.filesystem import FileSystemStore
from tests.support.broken_workers import build_broken
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in
from tests.support.waiting import until


class FullDisk(FileSystemStore):
    """Took everything in, and is full from now on."""

    def check_writable(self) -> None:
        raise StoreUnavailable("the disk is full")


def broken(settings: Settings, _: int) -> ProcessWorkers:
    """A worker process that breaks at its start."""
    return ProcessWorkers(settings, 1, build_broken)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """More scans than one process reads alone."""
    folder = tmp_path / "in"
    folder.mkdir()
    for shade in range(8):
        (folder / f"{shade}.png").write_bytes(a_picture(shade))
    return folder


def test_a_disk_that_is_full_ends_the_command(scans: Path, tmp_path: Path) -> None:
    service = service_in(tmp_path, ScriptedReader(), FullDisk(tmp_path / "archive"))

    with pytest.raises(StoreUnavailable, match="the disk is full"):
        list(ingest(service, settings_in(tmp_path), [scans], processes=broken))

    assert service.queue.waiting() == 8
    service.catalogue.close()


def test_workers_that_break_for_a_reason_of_their_own_end_the_command_too(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "MOST_FAILURES", 0)
    service = service_in(tmp_path, ScriptedReader())

    with pytest.raises(Unavailable, match="worker processes end again and again"):
        list(ingest(service, settings_in(tmp_path), [scans], processes=broken))

    service.catalogue.close()


def test_a_worker_that_cannot_work_ends_with_one_line_and_its_place_stays_empty_for_a_while(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workers = ProcessWorkers(Settings(archive=str(tmp_path)), 1, build_broken)
    workers.start()
    try:
        until(lambda: workers.failures == 1)
        assert workers.alive() == 0
    finally:
        workers.stop()
    told = capfd.readouterr().err

    assert "worker cannot work" in told
    assert "Traceback" not in told
