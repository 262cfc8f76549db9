"""A worker in a thread of the test, reading what comes in until the block ends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ocr_service.service import ArchiveService
from ocr_service.workers import Worker
from tests.support.scripted_service import settings_in


@contextmanager
def reading_thread(service: ArchiveService, folder: Path) -> Iterator[None]:
    """Run the real worker loop; its reader must be safe to call from a thread."""
    worker = Worker(service, settings_in(folder))
    thread = threading.Thread(target=worker.run, name="reading")
    thread.start()
    try:
        yield
    finally:
        worker.stop.set()
        thread.join()
