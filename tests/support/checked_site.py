"""A service over a store in memory whose checks go by clocks that a test moves."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.audit import AuditResult
from models.digest import Digest
from ocr_service import checking
from ocr_service.checking import Watch
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage import archive_layout as layout
from storage.audit_results import kept_results
from tests.support.archived import a_document
from tests.support.catalogued import a_reading, an_invoice
from tests.support.memory_store import MemoryStore

DAY = timedelta(days=1)
START = datetime.fromisoformat("2026-03-02T08:30:00+00:00")


@dataclass
class Times:
    """The clock on the wall, and seconds that pass with every document that is looked at."""

    now: datetime = START
    seconds: float = 0.0


@dataclass
class Site:
    """A service over a store in memory, whose clocks stand still until somebody moves them."""

    service: ArchiveService
    store: MemoryStore
    settings: Settings
    times: Times = field(default_factory=Times)

    def watch(self, holder: str = "w") -> Watch:
        watch = Watch(self.service, self.settings, holder, lambda: self.times.seconds)
        self.times.seconds += checking.PAUSE_SECONDS
        return watch

    def turns(self, watch: Watch, count: int) -> None:
        for _ in range(count):
            watch.turn()
            self.times.seconds += checking.PAUSE_SECONDS + 1

    def keep(self, *numbers: int, version: int = 1) -> None:
        """Have the service hold documents, each with one invoice, read so many times."""
        for number in numbers:
            content = content_of(number)
            received, _ = self.service.archive.receive(content, a_document(content), START, "cli")
            self.service.queue.accept(received)
            for each in range(1, version + 1):
                invoice = an_invoice(
                    "住宿", invoice_number=f"{number:08}", seller_name="青禾市示例商贸有限公司", tax_inclusive_amount=f"{each}.00"
                )
                self.service.archive.add_reading(a_reading(received, invoice), START, version=each)
                self.service.index.index(received, each)

    def results(self) -> list[AuditResult]:
        """What is kept, oldest first."""
        return [one.result for one in reversed(kept_results(self.store, 99)) if one.result is not None]


def content_of(number: int) -> bytes:
    return f"scan {number}".encode()


def digest_of(number: int) -> Digest:
    return Digest.of(content_of(number))


def original(number: int) -> str:
    return layout.original_key(digest_of(number))
