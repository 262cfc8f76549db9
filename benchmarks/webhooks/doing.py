"""One process in which things happen and are told: it hands in, reads, confirms and opens cases until it is killed.

`python -m benchmarks.webhooks.doing ARCHIVE SEED`. It says `ready` once it has done the first thing.
"""

import io
import random
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from PIL import Image

from benchmarks.synthetic import archived
from models.calendar_words import day_in_china
from models.clues import Clues
from models.correction import Confirmation
from models.document import Scan
from models.errors import PiaogenError
from models.loss_rules import LostCopy
from models.reading import Reading
from ocr_service.composition import build_service
from ocr_service.delivering import Courier
from ocr_service.loss_rules import rules_at
from ocr_service.losses import Losses, NewCase
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.vouching import confirm
from ocr_service.workers import Worker

_NO_INVOICE = 7
"""One scan in so many holds none."""


class SyntheticReader:
    """Reads nothing: the digest alone says which invoice is on a scan."""

    def read(self, scan: Scan) -> Reading:
        """One invoice, or none."""
        place = int(scan.document.digest.hex[:6], 16)
        reading = archived(place, seed=1).reading
        invoices = () if place % _NO_INVOICE == 0 else reading.invoices
        return Reading(scan.document, invoices, reading.engine, {"reading": 0.0})


def settings_at(folder: Path) -> Settings:
    """Of an archive whose endpoints may lie on this machine; a worker that died is missed at once."""
    return Settings(archive=str(folder), webhook_networks="127.0.0.1", lease_seconds=2, audit_days=0, drill_days=0, min_free_megabytes=1)


def open_service(settings: Settings) -> ArchiveService:
    """The archive, with a reader that needs no engine."""
    return replace(build_service(settings), reader=SyntheticReader)


@dataclass(slots=True)
class Doer:
    """Does one thing after the other; what it is about to do is nobody's to remember."""

    service: ArchiveService
    settings: Settings
    rng: random.Random
    worker: Worker

    def act(self, number: int) -> None:
        """Hand a picture in, read what waits, and now and then say something of an invoice."""
        self.service.submit(Upload(a_picture(self.rng), f"{number}.png"), "api")
        while self.service.queue.waiting():
            self.worker.take_turn()
        known = self._some_invoice()
        if known and self.rng.random() < 0.5:
            stored = self.service.show(known)
            confirm(self.service, known, Confirmation("某人", "看过"), stored.manifest.version)
        if known and self.rng.random() < 0.2:
            new = NewCase(LostCopy.WHOLE, "某人", day_in_china(self.service.clock()) - timedelta(days=400), from_invoice=known)
            Losses(self.service, rules_at("")).open(new)

    def _some_invoice(self) -> str | None:
        hits = self.service.find(Clues(limit=20))
        return self.rng.choice(hits).invoice.id if hits else None


def a_picture(rng: random.Random) -> bytes:
    """A few grey pixels that no other picture has."""
    buffer = io.BytesIO()
    Image.frombytes("L", (40, 30), rng.randbytes(1200)).save(buffer, "PNG")
    return buffer.getvalue()


def main() -> None:
    """Work until killed."""
    settings, rng = settings_at(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
    service = open_service(settings)
    Courier(service, settings).start()
    worker = Worker(service, settings)
    worker.stop.set()  # where it would wait for more, it goes on at once
    doer = Doer(service, settings, rng, worker)
    for number in count():
        try:
            doer.act(number)
        except PiaogenError as error:
            sys.stderr.write(f"{error.code}\n")
        if number == 0:
            sys.stdout.write("ready\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
