"""Builders of services whose engine hangs or eats memory, told by the scan's bytes how."""

import mmap
import re
from dataclasses import replace
from pathlib import Path

from models.document import Scan
from models.reading import Reading
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage.catalogue.queue import LeaseQueue
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_service import service_in

LOOPS, HOLDS_THE_INTERPRETER, ALLOCATES, ALLOCATES_SHARED = (a_picture(shade) for shade in (31, 32, 33, 34))
"""An endless loop in Python; one in native code that never lets the interpreter go; memory without end, which Python is refused; and
such as no limit of the process counts."""
_CATASTROPHIC = re.compile(r"(a*)*b")


class HangingReader:
    """Reads everything but those scans."""

    def read(self, scan: Scan) -> Reading:
        """As the bytes say."""
        if scan.content == LOOPS:
            while True:
                pass
        if scan.content == HOLDS_THE_INTERPRETER:
            _CATASTROPHIC.fullmatch("a" * 60)
        if scan.content == ALLOCATES:
            kept = []
            while True:
                kept.append(bytearray(10_000_000))
        if scan.content == ALLOCATES_SHARED:
            shared = []
            while True:
                piece = mmap.mmap(-1, 10_000_000)
                piece.write(b"x" * 10_000_000)
                shared.append(piece)
        return reading_of(scan, example_invoice())


def build_hanging(settings: Settings) -> ArchiveService:
    """A service in the settings' archive folder; what failed is tried again at once."""
    service = service_in(Path(settings.archive), HangingReader())  # type: ignore[arg-type]  # another reader of the same protocol
    return replace(service, queue=LeaseQueue(service.catalogue, retry_seconds=0))
