"""The use cases: receive, read, find, show, restore, audit, rebuild."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import structlog

from models.archive import DocumentState, Manifest, Received
from models.clues import Clues, Hit, InvoiceSummary
from models.digest import Digest
from models.document import DocumentRef, Scan
from models.errors import DocumentNotFound, FieldNotFound, InvoiceNotFound, RefusedInput
from models.invoice import Invoice
from models.reading import Reading
from models.reading_json import reading_to_bytes
from ocr_service.stage import Stage
from ocr_service.stages.intake import Upload
from ocr_service.stages.picture import PictureStage
from storage.archive import InvoiceArchive
from storage.audit import AuditReport, audit
from storage.catalogue.catalogue import Catalogue, CatalogueDocument
from storage.catalogue.queue import LeaseQueue

_log = structlog.get_logger(__name__)


class Reader(Protocol):
    """What makes a reading of a scan; the OCR engine stands behind it."""

    def read(self, scan: Scan) -> Reading:
        """Read every page; raise PiaogenError when that failed."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of one file that was handed in.

    `state` is `queued` (stored, its reading is to come), `duplicate` (the same bytes were received before, `document` is that
    one) or `refused` (`error` says why; nothing was stored).
    """

    file_name: str
    state: DocumentState
    document: DocumentRef | None = None
    error: RefusedInput | None = None


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """One archived invoice with the record around it."""

    summary: InvoiceSummary
    invoice: Invoice
    received: Received
    manifest: Manifest
    reading: Reading


@dataclass(frozen=True, slots=True)
class ArchiveService:
    """Everything that a command or a route can ask for. Safe to share between threads, but `read` needs a reader of its own process."""

    archive: InvoiceArchive
    catalogue: Catalogue
    queue: LeaseQueue
    intake: Stage[Upload, Scan]
    pictures: PictureStage
    reader: Callable[[], Reader]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def submit(self, upload: Upload, source: str, *, batch: str | None = None, priority: int = 0) -> Submission:
        """Store first: when this returns `queued` or `duplicate`, original and received record are durable and the reading is queued.

        Raises:
            StoreUnavailable: the outcome is unknown; sending the file again is safe.
        """
        try:
            scan = self.intake.run(upload)
        except RefusedInput as error:
            return Submission(upload.file_name, DocumentState.REFUSED, error=error)
        received, new = self.archive.receive(scan.content, scan.document, self.clock(), source)
        unread = new or self.archive.latest(received.document.digest) is None
        if unread:
            # A crash between the archive and the catalogue heals here: the same bytes again are queued, not called a duplicate for ever.
            self.queue.accept(received, batch=batch, priority=priority)
        return Submission(scan.document.file_name, DocumentState.QUEUED if new else DocumentState.DUPLICATE, received.document)

    def read(self, digest: Digest) -> Reading:
        """Read a received document, archive the reading and index it; a document that is already read is only indexed again.

        Raises:
            DocumentNotFound, DigestMismatch, StoreUnavailable, RecognitionFailed.
        """
        received = self.archive.received(digest)
        latest = self.archive.latest(digest)
        if latest is None:
            scan = Scan(received.document, self.archive.original(digest))
            receipt = self.archive.add_reading(self.reader().read(scan), self.clock(), version=1)
            version = receipt.version
        else:
            version = latest.version
        # What is archived is what is indexed: another worker may have been first.
        archived = self.archive.reading(digest, version)
        if archived is None:
            raise DocumentNotFound(f"{digest} has no reading of version {version}")
        self.catalogue.record_reading(received, archived, version)
        return archived

    def reprocess(self, digest: Digest) -> Reading:
        """Read again with the engine of today; the new reading becomes the next version, older ones stay."""
        received = self.archive.received(digest)
        latest = self.archive.latest(digest)
        scan = Scan(received.document, self.archive.original(digest))
        reading = self.reader().read(scan)
        version = 1 if latest is None else latest.version + 1
        self.archive.add_reading(reading, self.clock(), version=version)
        self.catalogue.record_reading(received, reading, version)
        return reading

    def try_reading(self, upload: Upload) -> Reading:
        """Read a file without keeping anything; raise RefusedInput or RecognitionFailed."""
        return self.reader().read(self.intake.run(upload))

    def find(self, clues: Clues) -> tuple[Hit, ...]:
        """What the archive knows that fits the clues, best first."""
        return self.catalogue.find(clues)

    def show(self, invoice_id: str) -> StoredInvoice:
        """One invoice with its record, from the archive itself.

        Raises:
            InvoiceNotFound: no such invoice, or its document has not been read yet.
        """
        digest, position = self.catalogue.resolve(invoice_id)
        manifest = self.archive.latest(digest)
        reading = None if manifest is None else self.archive.reading(digest, manifest.version)
        if manifest is None or reading is None or not 1 <= position <= len(reading.invoices):
            raise InvoiceNotFound(f"no invoice {invoice_id}; a scan that is not read yet has none")
        summary = self.catalogue.summary(invoice_id)
        return StoredInvoice(summary, reading.invoices[position - 1], self.archive.received(digest), manifest, reading)

    def document(self, digest: Digest) -> CatalogueDocument:
        """Where one file stands; raise DocumentNotFound."""
        return self.catalogue.document(digest)

    def original(self, invoice_id: str) -> tuple[DocumentRef, bytes]:
        """The bytes as they came, their hash checked; takes an invoice id or a document digest."""
        digest, _ = self.catalogue.resolve(invoice_id)
        return self.archive.received(digest).document, self.archive.original(digest)

    def preview(self, invoice_id: str) -> bytes:
        """The page of an invoice as a JPEG in the frame of its polygons (the original page image), longest side at most 2000 pixels."""
        digest, position = self.catalogue.resolve(invoice_id)
        page = self._page_of(digest, position)
        return self.pictures.preview(Scan(self.archive.received(digest).document, self.archive.original(digest)), page)

    def crop(self, invoice_id: str, key: str) -> bytes:
        """The piece of the page where a field was read, as a PNG; raise FieldNotFound when it has no place."""
        stored = self.show(invoice_id)
        field = stored.invoice.fields.get(key)
        if field is None or field.polygon is None:
            raise FieldNotFound(f"invoice {invoice_id} has no place for field {key}")
        scan = Scan(stored.received.document, self.archive.original(stored.received.document.digest))
        return self.pictures.crop(scan, field.page, field.polygon)

    def export(self, invoice_id: str, folder: Path) -> tuple[Path, ...]:
        """Write the original bytes, the reading and the manifest into a folder, every hash checked; raise FileExistsError rather than overwrite."""
        digest, _ = self.catalogue.resolve(invoice_id)
        document, content = self.original(invoice_id)
        folder.mkdir(parents=True, exist_ok=True)
        parts = {folder / f"{digest.hex[:20]}-{_safe_name(document.file_name)}": content}
        manifest = self.archive.latest(digest)
        if manifest is not None:
            reading = self.archive.reading(digest, manifest.version)
            if reading is not None:
                parts[folder / f"{digest.hex[:20]}.reading.json"] = reading_to_bytes(reading)
        for path, data in parts.items():
            with path.open("xb") as file:
                file.write(data)
        return tuple(parts)

    def audit(self, sample: int | None = None) -> AuditReport:
        """Hold archive and catalogue against each other and re-hash every part (or those of `sample` random documents)."""
        return audit(self.archive, set(self.catalogue.digests()), sample=sample)

    def rebuild(self, progress: Callable[[Received], None] = lambda _: None) -> int:
        """Make the catalogue anew from the archive alone; returns how many documents it holds. Unread scans are queued again."""
        self.catalogue.erase()
        count = 0
        for received in self.archive.documents():
            digest = received.document.digest
            manifest = self.archive.latest(digest)
            reading = None if manifest is None else self.archive.reading(digest, manifest.version)
            if manifest is None or reading is None:
                self.queue.accept(received, batch=None, priority=0)
            else:
                self.catalogue.record_received(received)
                self.catalogue.record_reading(received, reading, manifest.version)
            count += 1
            progress(received)
        return count

    def unindexed(self) -> Iterator[Received]:
        """Received documents that the catalogue does not know, as a crash between the two leaves them."""
        known = set(self.catalogue.digests())
        return (received for received in self.archive.documents() if received.document.digest not in known)

    def _page_of(self, digest: Digest, position: int) -> int:
        reading = self.archive.reading(digest)
        if reading is None or not 1 <= position <= len(reading.invoices):
            return 1
        return reading.invoices[position - 1].page


def _safe_name(file_name: str) -> str:
    """The sender's name as a file name on this machine: never a path, never hidden, never longer than 150 bytes."""
    kept = "".join(character if character.isalnum() or character in "-_." else "_" for character in file_name).lstrip(".")
    while len(kept.encode()) > 150:
        kept = kept[1:]
    return kept or "original"


