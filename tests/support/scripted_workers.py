"""Builders that worker processes can import: a service whose engine is scripted, told by the scan's bytes what to do."""

import os
import signal
from pathlib import Path

from models.document import Scan
from models.errors import RecognitionFailed
from models.reading import Reading
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_service import service_in

DEADLY, BROKEN = a_picture(1), a_picture(2)
"""A scan that kills the process that reads it (once, until `spared` is there), and one that no engine can read."""


class ObedientReader:
    """Reads everything; dies of one scan, breaks on another, and writes down which process read what."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, scan: Scan) -> Reading:
        """As the bytes say."""
        with (self._folder / "read.log").open("a", encoding="utf-8") as log:
            log.write(f"{os.getpid()} {scan.document.file_name}\n")
        spared = self._folder / "spared"
        if scan.content == DEADLY and not spared.exists():
            spared.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if scan.content == BROKEN:
            raise RecognitionFailed("this scan breaks every engine")
        return reading_of(scan, example_invoice())


def build_obedient(settings: Settings) -> ArchiveService:
    """A service in the settings' archive folder."""
    folder = Path(settings.archive)
    return service_in(folder, ObedientReader(folder))  # type: ignore[arg-type]  # another reader of the same protocol
