"""Builders that worker processes can import: an engine that one scan kills every time, and a store that is away."""

import os
import signal
from pathlib import Path

from models.document import Scan
from models.errors import StoreUnavailable
from models.reading import Reading
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage.filesystem import FileSystemStore
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_service import service_in

POISON = a_picture(77)


class PoisonedReader:
    """Reads everything but one scan, which ends the process as a broken native library does."""

    def read(self, scan: Scan) -> Reading:
        """As the bytes say."""
        if scan.content == POISON:
            os.kill(os.getpid(), signal.SIGSEGV)
        return reading_of(scan, example_invoice())


def build_poisoned(settings: Settings) -> ArchiveService:
    """A service in the settings' archive folder."""
    return service_in(Path(settings.archive), PoisonedReader())  # type: ignore[arg-type]  # another reader of the same protocol


class AbsentStore(FileSystemStore):
    """A store that took things in and does not answer any more; `only` confines that to the objects whose keys hold it."""

    def __init__(self, root: Path, only: str = "") -> None:
        super().__init__(root)
        self._only = only

    def get(self, key: str) -> bytes:
        """Raise StoreUnavailable."""
        if self._only in key:
            raise StoreUnavailable("the store does not answer")
        return super().get(key)

    def check_writable(self) -> None:
        """Raise StoreUnavailable when nothing can be had."""
        if not self._only:
            raise StoreUnavailable("the store does not answer")
