"""The use cases: receive, read, find, show, restore, audit, rebuild."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol, Self

from models.access import EVERYTHING, Visibility
from models.activity import Action
from models.archive import DocumentState, Manifest, Received
from models.audit import AuditFinding, AuditReport
from models.batch import Batch
from models.catalogue import CatalogueDocument, ReviewEntry, ReviewPage, UnreadScans
from models.clues import Clues, Hit, InvoiceSummary, ListState
from models.digest import Digest
from models.document import DocumentRef, Scan
from models.errors import (
    FieldNotFound,
    IdempotencyConflict,
    IntegrityViolated,
    InvalidSetting,
    InvoiceNotFound,
    NotFound,
    PiaogenError,
    RecordNeedsRepair,
    RefusedInput,
)
from models.reading import Reading
from models.remembered import Answer, Memory
from ocr_service.activity import Activity
from ocr_service.answers import READING_DAMAGED, ROLLED_BACK, Component, QueueCounts, StoredInvoice, Submission
from ocr_service.decoding.decoder import Decoder
from ocr_service.indexing import ArchiveIndex
from ocr_service.jobs import JobQueue
from ocr_service.opened import LONGEST_SIDE, PagePicture, Upload
from ocr_service.rereading import read_on
from ocr_service.veil import veiled
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.mending import TwoPlaces, compare_places
from storage.sound_readings import arrival, chain, standing
from storage.verified_object import VerifiedObject

_IN_HAND = (DocumentState.QUEUED, DocumentState.RUNNING)
WORKER_SILENCE_SECONDS = 30.0
"""A worker that gave no sign of life for so long is not counted as one."""


class Reader(Protocol):
    """What makes a reading of a scan; the OCR engine stands behind it."""

    def read(self, scan: Scan) -> Reading:
        """Read every page; raise PiaogenError when that failed."""


@dataclass(frozen=True, slots=True)
class ArchiveService:
    """Everything that a command or a route can ask for.

    Safe to share between threads but for `read`, which uses the one engine of this process.
    """

    archive: InvoiceArchive
    catalogue: Catalogue
    queue: JobQueue
    batches: Batches
    index: ArchiveIndex
    activity: Activity
    decoder: Decoder
    reader: Callable[[], Reader]
    weights_ready: Callable[[], bool]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sees: Visibility = EVERYTHING

    def seen_by(self, sees: Visibility) -> Self:
        """The same service for somebody who sees this: all that is asked of it is answered as if there were nothing else."""
        return self if sees == self.sees else replace(self, sees=sees)

    def close(self) -> None:
        """Let go of the catalogue, and end what opens files."""
        self.decoder.close()
        self.catalogue.close()

    def submit(
        self,
        upload: Upload,
        source: str,
        *,
        batch: str | None = None,
        priority: int = 0,
        department: str | None = None,
        mark: str | None = None,
    ) -> Submission:
        """Store first: when this returns `queued` or `duplicate`, original, received record and its entry in the log are durable and the
        reading is queued.

        Raises:
            StoreUnavailable, CatalogueUnavailable: the outcome is unknown; sending the file again is safe.
        """
        try:
            taken = self.decoder.take(upload)
            # A child looks at the picture while the disk is waited for.
            received, new = self.archive.receive(taken.scan.content, taken.scan.document, self.clock(), source, department)
        except RefusedInput as error:
            self.activity.refuse_upload(upload.shown_name, error, size=len(upload.content), source=source, department=department)
            if batch is not None:
                self.batches.add_refused(batch, upload.shown_name, error, mark)
            return Submission(upload.shown_name, DocumentState.REFUSED, error=error)
        scan = taken.scan
        # The log's disk and the database's are waited for together.
        logged = self.activity.begin_upload(received, is_new=new, source=source, batch=batch)
        if department is not None:
            self.index.know_first(received)
        if not new and self.index.lacks_reading(received.document.digest):
            self.index.index(received)
        advice = taken.advice()
        # A crash between archive and catalogue heals here: `accept` queues whatever was received and never read.
        state = self.queue.accept(received, batch, priority, file_name=scan.document.file_name, advice=advice, new=new, mark=mark)
        logged.result()
        return Submission(scan.document.file_name, state, received.document, advice=advice)

    def read(self, digest: Digest, *, version: int = 1) -> Reading:
        """Read a received document, archive the reading as its next version and index it.

        `version` is the one that was next when the reading was asked for: a job that is given twice is read into the archive once, and
        one whose number a correction took is carried on (see `rereading`).

        Raises:
            DocumentNotFound, IntegrityViolated, StoreUnavailable, CatalogueUnavailable, RecognitionFailed.
        """
        received = self.archive.received(digest)
        newest = read_on(self.archive, received, version, lambda scan: self.reader().read(scan), self.clock)
        return self.index.index(received, newest)

    def queue_reprocess(self, name: str) -> Digest:
        """Have a document read again by the engine of today; its older readings stay. Takes an invoice id or a digest.

        Raises:
            InvoiceNotFound.
            RecordNeedsRepair: the newest version of its record is damaged beyond its reading, and no later one can be written.
        """
        digest, _ = self.catalogue.resolve(name, self.sees)
        stands = standing(self.archive, digest)
        if stands is not None and stands.newest.manifest is None:
            raise needs_repair(digest)
        self.activity.record(Action.REPROCESS_REQUESTED, str(digest))
        self.queue.enqueue(digest, self.received(digest).document.file_name)
        return digest

    def open_batch(self, source: str) -> str:
        """The id of a new batch, which nobody can guess; `source` only makes it readable. It begins with its first file."""
        return f"{source}-{uuid.uuid4().hex}"

    def open_batch_once(self, source: str, key: str, fingerprint: str) -> tuple[str, bool]:
        """A new batch for an Idempotency-Key: its id and True, or the id of the batch that this very request began before and False.

        Raises:
            IdempotencyConflict: the key stands for another body (detail `reason` is `other_body`), or for a request that has not been
                answered yet (`in_flight`).
        """
        batch = self.open_batch(source)
        if self.batches.remember(key, fingerprint, batch):
            return batch, True
        earlier = self.batches.recall(key)
        if earlier is None or not earlier.complete:
            raise IdempotencyConflict("a request with this Idempotency-Key has not been answered yet; try again later", reason="in_flight")
        if earlier.fingerprint != fingerprint:
            raise IdempotencyConflict("this Idempotency-Key was used for other files; take a new key", reason="other_body")
        return earlier.batch_id, False

    def batch(self, batch: str) -> Batch:
        """A batch as it stands now; raise BatchNotFound."""
        return self.batches.batch(batch, self.sees)

    def cancel_batch(self, batch: str) -> Batch:
        """Call off the readings of a batch that still wait; originals stay. Raise BatchNotFound."""
        self.batches.batch(batch, self.sees)
        self.activity.record(Action.BATCH_CANCELLED, batch)
        self.batches.cancel_batch(batch)
        return self.batches.batch(batch, self.sees)

    def retry_batch(self, batch: str) -> Batch:
        """Have what of a batch is unread, set aside or cancelled read again; raise BatchNotFound."""
        self.batches.batch(batch, self.sees)
        self.activity.record(Action.REPROCESS_REQUESTED, batch)
        self.queue.retry_batch(batch)
        return self.batches.batch(batch, self.sees)

    def seconds_left(self, batch: Batch) -> float | None:
        """Until the last file of a batch is read, from the pace of the last readings; 0 when all are, None when it is not known."""
        if batch.settled:
            return 0.0
        pace = self.queue.pace()
        ahead = None if pace is None else self.queue.ahead(batch.id)
        if pace is None or ahead is None:
            return None
        return max(pace.seconds_for(ahead.pages), ahead.pause_seconds)

    def find(self, clues: Clues) -> tuple[Hit, ...]:
        """What the archive knows that fits the clues, best first."""
        return self.catalogue.find(clues, self.sees)

    def remember(self, memory: Memory, limit: int = 20) -> Answer:
        """What may be the invoice that somebody remembers, likeliest first; nothing that is remembered excludes anything."""
        return self.catalogue.remember(memory, self.sees, limit)

    def unread(self, first: datetime, last: datetime, limit: int) -> UnreadScans:
        """Scans that came in from `first` to `last` and hold nothing that could be searched."""
        return self.catalogue.unread(self.sees, first, last, limit)

    def review(self, limit: int = 50, after: str | None = None, batch: str | None = None) -> ReviewPage:
        """What waits for a person, of all files or of a batch's: unread scans, and invoices that proof did not settle."""
        return self.catalogue.review(self.sees, limit, after, batch)

    def reviewed(self, entry: ReviewEntry) -> StoredInvoice | None:
        """The invoice that a review entry is about; None for a scan without one, and where nothing of its record can be read."""
        return None if entry.invoice is None else self.show_if_sound(entry.invoice.id)

    def document(self, digest: Digest) -> CatalogueDocument:
        """Where one file stands; raise DocumentNotFound."""
        return self.catalogue.document(digest, self.sees)

    def invoices_of(self, digest: Digest) -> tuple[InvoiceSummary, ...]:
        """The invoices found in one file so far."""
        return self.catalogue.invoices_of(digest, self.sees)

    def copies(self, invoice_id: str) -> tuple[InvoiceSummary, ...]:
        """Other scans of the same invoice that are listed; raise InvoiceNotFound."""
        return self.catalogue.copies(invoice_id, self.sees)

    def withdrawn_copies(self, invoice_id: str) -> tuple[InvoiceSummary, ...]:
        """Other scans of the same invoice that somebody withdrew; raise InvoiceNotFound."""
        return self.catalogue.copies(invoice_id, self.sees, ListState.WITHDRAWN)

    def counts(self) -> dict[DocumentState, int]:
        """How many documents stand in each state."""
        return dict(self.catalogue.counts(self.sees))

    def queue_counts(self) -> QueueCounts:
        """What the queue holds and who works on it."""
        return QueueCounts(self.queue.waiting(), self.queue.running(), self.queue.alive_workers(WORKER_SILENCE_SECONDS))

    def show(self, invoice_id: str) -> StoredInvoice:
        """One invoice with its record, from the archive itself; the newest sound version where newer ones are damaged or gone.

        Raises:
            InvoiceNotFound: no such invoice, or its document has not been read yet.
            IntegrityViolated: no version of its record can be read.
        """
        digest, position = self.catalogue.resolve(invoice_id, self.sees)
        stands = standing(self.archive, digest)
        if stands is not None and stands.sound is None and stands.damage is not None:
            raise stands.damage
        sound = None if stands is None else stands.sound
        if stands is None or sound is None or sound.reading is None or not 1 <= position <= len(sound.reading.invoices):
            raise InvoiceNotFound(f"no invoice {invoice_id}; a scan that is not read yet has none")
        assert sound.manifest is not None
        known = self.catalogue.document(digest, self.sees)
        damage = None if stands.damage is None else READING_DAMAGED
        if damage is None and known.version > sound.number:
            damage = ROLLED_BACK
        summary = self.catalogue.summary(invoice_id, self.sees)
        received = self.received(digest)
        reading = sound.reading if self.sees.is_whole else veiled(sound.reading, received.received_at)
        return StoredInvoice(summary, position, received, sound.manifest, reading, damage)

    def show_if_sound(self, invoice_id: str) -> StoredInvoice | None:
        """As `show`; None where nothing of the record can be read, so that one damaged record never breaks a list."""
        try:
            return self.show(invoice_id)
        except (IntegrityViolated, NotFound):
            return None

    def received(self, digest: Digest) -> Received:
        """The record that a document came in; where it is damaged or gone, what its manifests or the index say of it.

        Whoever does not see all is told how their own department handed it in.
        """
        if not self.sees.is_whole:
            return self.catalogue.document(digest, self.sees).received
        return arrival(self.archive, digest).received or self.catalogue.document(digest, self.sees).received

    def versions(self, name: str) -> tuple[Manifest, ...]:
        """Every version of a document's record that can be read, oldest first.

        Whoever does not see all is told of none that is older than their own department's document.
        """
        digest, _ = self.catalogue.resolve(name, self.sees)
        try:
            found = self.archive.manifests(digest)
        except IntegrityViolated:
            found = tuple(one.manifest for one in chain(self.archive, digest) if one.manifest is not None)
        return found if self.sees.is_whole else self._since(digest, found)

    def _since(self, digest: Digest, versions: tuple[Manifest, ...]) -> tuple[Manifest, ...]:
        came = self.received(digest).received_at
        return tuple(manifest for manifest in versions if manifest.archived_at >= came)

    def reading(self, digest: Digest) -> Reading | None:
        """The newest archived reading of a document; None while it is unread. Raise IntegrityViolated where it cannot be read.

        For a department that handed it in while another's reading stood, it is unread until it was read for them.
        """
        if not self.sees.is_whole and self.document(digest).state in _IN_HAND and not self.invoices_of(digest):
            return None
        stands = standing(self.archive, digest)
        if stands is not None and stands.damage is not None:
            raise stands.damage
        return None if stands is None else stands.newest.reading

    def holds(self, digest: Digest) -> bool:
        """Whether the original lies in the archive by now, as the store itself says, in its full length.

        Raises:
            DocumentNotFound: nobody ever sent it.
        """
        return self.archive.holds_original(digest, self.catalogue.document(digest, self.sees).received.document.size)

    def original(self, name: str) -> tuple[DocumentRef, VerifiedObject]:
        """The bytes as they came, their hash checked, to be read in pieces; takes an invoice id or a digest."""
        digest, _ = self.catalogue.resolve(name, self.sees)
        document, content = self.received(digest).document, self.archive.original_in_pieces(digest)
        self.activity.seen(digest, Action.ORIGINAL_DOWNLOADED)
        return document, content

    def preview(self, name: str, longest: int = LONGEST_SIDE) -> PagePicture:
        """The page of an invoice, or the first page of a document, as a JPEG, no side longer than so many pixels."""
        digest, position = self.catalogue.resolve(name, self.sees)
        stands = standing(self.archive, digest)
        reading = None if stands is None or stands.sound is None else stands.sound.reading
        page = reading.invoices[position - 1].page if reading is not None and 1 <= position <= len(reading.invoices) else 1
        scan = Scan(self.received(digest).document, self.archive.original(digest))
        self.activity.seen(digest)
        return self.decoder.preview(scan, page, longest)

    def crop(self, invoice_id: str, key: str) -> bytes:
        """The piece of the page where a field was read, as a PNG; raise FieldNotFound when it has no place."""
        stored = self.show(invoice_id)
        field = stored.invoice.fields.get(key)
        if field is None or field.polygon is None:
            raise FieldNotFound(f"invoice {invoice_id} has no place for field {key}")
        document = stored.received.document
        scan = Scan(document, self.archive.original(document.digest))
        self.activity.seen(document.digest)
        return self.decoder.crop(scan, field.page, field.polygon)

    def audit(self, sample: int | None = None, *, repair: bool = False) -> AuditReport:
        """Hold archive and catalogue against each other and re-hash every part (or those of `sample` random documents).

        The catalogue takes in what it did not know, which is noted. Where a mirror is kept, both places are compared whole,
        unless a sample is asked for; with `repair` what is wrong in one is put right from the other before anything else.

        Raises:
            InvalidSetting: there is no second place to repair from.
        """
        places = self._compare_places(repair=repair) if repair or sample is None else ()
        report = audit(self.archive, self.catalogue.remembered(), owner=self.catalogue.owner(), sample=sample).with_findings(places)
        self.index.compare_all()
        self.activity.note(
            Action.ARCHIVE_AUDITED, documents=report.documents, hashed_objects=report.hashed_objects, findings=len(report.findings)
        )
        return report

    def _compare_places(self, *, repair: bool) -> tuple[AuditFinding, ...]:
        store = self.archive.store
        if isinstance(store, TwoPlaces):
            return tuple(compare_places(store, self.catalogue.remembered, repair=repair))
        if repair:
            raise InvalidSetting("there is no second place to repair from: PIAOGEN_MIRROR names one; or restore from a backup")
        return ()

    def readiness(self) -> tuple[Component, ...]:
        """Whether store, catalogue and weights would serve a request now."""
        return (
            _component("store", self.archive.store.check_writable),
            _component("catalogue", lambda: self.catalogue.counts(EVERYTHING)),
            Component("weights", self.weights_ready(), "" if self.weights_ready() else "run `piaogen weights`"),
        )


def needs_repair(digest: Digest, otherwise: str = "") -> RecordNeedsRepair:
    """The refusal to change a document whose newest record cannot be read; `otherwise` is what helps beside a backup."""
    return RecordNeedsRepair(
        f"the newest version of the record of {digest} is damaged or gone, and nothing is changed: restore it from a backup or the "
        f"mirror (`piaogen audit` names what is wrong){otherwise}"
    )


def _component(name: str, probe: Callable[[], object]) -> Component:
    try:
        probe()
    except PiaogenError as error:
        return Component(name, False, error.message, error)
    return Component(name, True, "")
