"""Builders for worker processes on Temporal: a service whose engine is scripted, and holds one scan until it is told to go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from models.document import Scan
from models.reading import Reading
from ocr_service.keeping import ProcessWorkers
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.temporal.queue import TemporalQueue
from ocr_service.temporal.worker import run_temporal_worker
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from tests.support.pictures import a_picture
from tests.support.scripted_service import service_in
from tests.support.scripted_workers import ObedientReader
from tests.support.waiting import until

HELD = a_picture(55)
"""A scan whose reading does not end before there is a file `go` in the folder."""


class HeldReader(ObedientReader):
    """Writes down which process read what, as its parent does, and stands still at one scan."""

    def read(self, scan: Scan) -> Reading:
        """As the bytes say."""
        reading = super().read(scan)
        if scan.content == HELD:
            until((self._folder / "go").exists)
        return reading


def build_on_temporal(settings: Settings) -> ArchiveService:
    """A service in the settings' archive folder and database, its jobs handed out by their Temporal server."""
    folder = Path(settings.archive)
    service = service_in(folder, HeldReader(folder))  # type: ignore[arg-type]  # another reader of the same protocol
    service.catalogue.close()
    catalogue = Catalogue(settings.database)
    queue = TemporalQueue(catalogue, settings)
    index = replace(service.index, catalogue=catalogue, queue=queue)
    return replace(service, catalogue=catalogue, batches=Batches(catalogue), index=index, queue=queue)


@contextmanager
def working_on_temporal(settings: Settings, count: int) -> Iterator[ProcessWorkers]:
    """So many worker processes, until the block ends."""
    workers = ProcessWorkers(settings, count, build_on_temporal, run_temporal_worker)
    workers.start()
    try:
        yield workers
    finally:
        (Path(settings.archive) / "go").touch()
        workers.stop()


def read_by(folder: Path) -> list[tuple[int, str]]:
    """Which process read which file, in the order in which they began."""
    log = folder / "read.log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [(int(line.split()[0]), line.split()[1]) for line in lines]
