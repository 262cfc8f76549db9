"""A whole service in a folder: real store, catalogue and queue, only the engine is scripted."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ocr_service.activity import Activity
from ocr_service.indexing import ArchiveIndex
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.workers import Worker
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.log_index import LogIndex
from storage.catalogue.queue import LeaseQueue
from storage.filesystem import FileSystemStore
from storage.object_store import ObjectStore
from tests.support.decoding import shared_decoder
from tests.support.scripted_reader import ScriptedReader

LIMIT = 3_000_000


def settings_in(folder: Path) -> Settings:
    """Settings of a service in this folder: a low limit, so that tests need no large bodies, and a test process may be of any size."""
    limits: dict[str, Any] = {"max_upload_bytes": LIMIT, "worker_megabytes": 1_000_000, "min_free_megabytes": 1}
    return Settings(archive=str(folder), allowed_hosts="testserver", signing_key=str(folder / "signing-key.pem"), **limits)


def service_in(folder: Path, reader: ScriptedReader, store: ObjectStore | None = None, *, renew: bool = False) -> ArchiveService:
    """Open a service; close its catalogue when done. With `renew` the catalogue is not looked at, as for a rebuild."""
    archive = InvoiceArchive(store or FileSystemStore(folder / "archive"))
    archive.open()
    database = folder / "catalogue.sqlite"
    if not database.exists():
        database.write_bytes(_empty_catalogue())
    catalogue = Catalogue(f"sqlite:///{database}")
    queue = LeaseQueue(catalogue)
    index = ArchiveIndex(archive, catalogue, queue, shared_decoder(LIMIT).media_type)
    if not renew:
        index.require_own(create=True)
    return ArchiveService(
        archive=archive,
        catalogue=catalogue,
        queue=queue,
        batches=Batches(catalogue),
        index=index,
        activity=Activity(ActivityLog(archive.store), LogIndex(catalogue)),
        decoder=shared_decoder(LIMIT),
        reader=lambda: reader,
        weights_ready=lambda: True,
    )


@cache
def _empty_catalogue() -> bytes:
    """A database with all of its tables: made once, since the migrations take longer than a test."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "catalogue.sqlite"
        catalogue = Catalogue(f"sqlite:///{database}")
        catalogue.migrate()
        catalogue.close()
        return database.read_bytes()


def read_everything(service: ArchiveService, folder: Path) -> None:
    """Let a worker of this process take every job that waits, once."""
    worker = Worker(service, settings_in(folder))
    worker.stop.set()  # where it would wait for more, it goes on at once
    for _ in range(service.queue.waiting()):
        worker.take_turn()
