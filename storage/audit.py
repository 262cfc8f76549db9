"""Hold an archive against itself and against its index. What is wrong is data, not an exception, and nothing is repaired here."""

import errno
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from models.archive import Manifest, Part
from models.digest import Digest
from models.errors import DamagedRecord, ObjectNotFound, StoreUnavailable
from models.reading_json import reading_from_bytes
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.archive_records import identity_from_bytes, manifest_from_bytes, received_from_bytes
from storage.audit_ledger import AuditLedger
from storage.object_store import ObjectStore, StoredObject


class FindingKind(StrEnum):
    """What can be wrong.

    `missing`: a record or the index names something that is not there. `damaged`: bytes do not hash to their name, or a record
    cannot be read or breaks its chain. `orphaned`: something that no record names, as a crash may leave it; nothing is lost by
    it. `unindexed`: archived, but unknown to the index, which a rebuild would cure.
    """

    MISSING = "missing"
    DAMAGED = "damaged"
    ORPHANED = "orphaned"
    UNINDEXED = "unindexed"


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that is wrong with the object `key`; `document` is the one concerned, as far as that is known."""

    kind: FindingKind
    key: str
    document: Digest | None
    detail: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was looked at and what was found. `hashed_objects` and `hashed_bytes` were read whole and held against their digests."""

    documents: int
    manifests: int
    originals: int
    readings: int
    hashed_objects: int
    hashed_bytes: int
    findings: tuple[AuditFinding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing at all was found."""
        return not self.findings


def audit(
    archive: InvoiceArchive,
    indexed: Iterable[Digest] | None = None,
    *,
    owner: str | None = None,
    sample: int | None = None,
    seed: int | None = None,
) -> AuditReport:
    """Walk every key, read every record, and re-hash every original and reading.

    Memory stays the same however large the archive is. Uploads may go on meanwhile: what came after the walk began is not
    mistaken for a fault.

    Args:
        archive: What to check.
        indexed: The documents that the index knows, asked for at the end; None leaves the index out.
        owner: The id of the archive that the index belongs to, as far as it says so.
        sample: Re-hash only the objects of this many documents, drawn at random; keys and records are checked all the same.
        seed: For a draw that can be repeated.

    Raises:
        StoreUnavailable: the store does not answer, so nothing can be said. A single object that the disk cannot read is damaged.
    """
    with AuditLedger() as ledger:
        return _Audit(archive.store, ledger).run(indexed, owner, sample, random.Random(seed))


@dataclass(slots=True)
class _Audit:
    store: ObjectStore
    ledger: AuditLedger
    findings: list[AuditFinding] = field(default_factory=list)
    documents: int = 0
    manifests: int = 0
    hashed_objects: int = 0
    hashed_bytes: int = 0

    def run(self, indexed: Iterable[Digest] | None, owner: str | None, sample: int | None, draw: random.Random) -> AuditReport:
        self._check_identity(owner)
        # Parts are listed before the records that name them: a part always exists before its record does.
        originals = self.ledger.add_objects(self._well_named(layout.ORIGINALS))
        readings = self.ledger.add_objects(self._well_named(layout.READINGS))
        chosen: list[tuple[Digest, tuple[Part, ...]]] = []
        for document, records in groupby(self._records(), key=lambda record: record[0]):
            parts = self._check_document(document, [version for _, version in records])
            if sample is None:
                self._hash(document, parts)
            elif len(chosen) < sample:
                chosen.append((document, parts))
            elif (place := draw.randrange(self.documents)) < sample:
                chosen[place] = (document, parts)
        for document, parts in chosen:
            self._hash(document, parts)
        self._check_unnamed()
        if indexed is not None:
            self._check_index(indexed)
        return AuditReport(
            self.documents, self.manifests, originals, readings, self.hashed_objects, self.hashed_bytes, tuple(self.findings)
        )

    def _check_identity(self, owner: str | None) -> None:
        """An archive of an older program has no id; one whose index knows it had one."""
        try:
            content = self.store.get(layout.IDENTITY_KEY)
        except ObjectNotFound:
            if owner is not None:
                self._add(FindingKind.MISSING, layout.IDENTITY_KEY, None, f"the index is that of archive {owner}")
            return
        try:
            identity_from_bytes(content)
        except DamagedRecord as error:
            self._add(FindingKind.DAMAGED, layout.IDENTITY_KEY, None, error.message)

    def _well_named(self, prefix: str) -> Iterator[StoredObject]:
        for found in self.store.list(prefix):
            if layout.original_of(found.key) or layout.reading_of(found.key):
                yield found
            else:
                self._foreign(found.key)

    def _records(self) -> Iterator[tuple[Digest, int]]:
        for found in self.store.list(layout.DOCUMENTS):
            record = layout.record_of(found.key)
            if record is None:
                self._foreign(found.key)
            else:
                yield record

    def _check_document(self, document: Digest, records: list[int]) -> tuple[Part, ...]:
        """Check the records of a document, 0 standing for `received`; those of its parts that are there and can be hashed."""
        self.documents += 1
        self.ledger.add_document(document)
        received = self._read(layout.received_key(document), document)
        size = None if received is None else self._check_received(document, received)
        sound: dict[str, Part] = {}
        if self._check_part(document, layout.received_key(document), layout.original_key(document), size):
            sound["original"] = Part("original", layout.original_key(document), document, size or 0)
        last, previous = 0, None
        for version in sorted(set(records) - {0}):
            key = layout.manifest_key(document, version)
            if version != last + 1:
                self._add(FindingKind.MISSING, layout.manifest_key(document, last + 1), document, f"{key} comes after it")
                previous = None
            content = self._read(key, document)
            manifest = None if content is None else self._check_manifest(document, version, content, previous)
            last, previous = version, None if content is None else Digest.of(content)
            for part in () if manifest is None else manifest.parts:
                if part.role == "received":
                    if received is not None and Digest.of(received) != part.digest:
                        self._add(FindingKind.DAMAGED, part.key, document, f"it is not the record that {key} vouches for")
                elif part.role != "original" and self._check_part(document, key, part.key, part.size):
                    sound[part.key] = part
        return tuple(sound.values())

    def _check_received(self, document: Digest, content: bytes) -> int | None:
        key = layout.received_key(document)
        try:
            found = received_from_bytes(content, key).document
        except DamagedRecord as error:
            self._add(FindingKind.DAMAGED, key, document, error.message)
            return None
        if found.digest != document:
            self._add(FindingKind.DAMAGED, key, document, f"it is about {found.digest}")
            return None
        return found.size

    def _check_manifest(self, document: Digest, version: int, content: bytes, previous: Digest | None) -> Manifest | None:
        self.manifests += 1
        key = layout.manifest_key(document, version)
        try:
            manifest = manifest_from_bytes(content, key)
        except DamagedRecord as error:
            self._add(FindingKind.DAMAGED, key, document, error.message)
            return None
        if (manifest.document.digest, manifest.version) != (document, version):
            self._add(FindingKind.DAMAGED, key, document, f"it is version {manifest.version} of {manifest.document.digest}")
            return None
        # After a version that is gone there is nothing to compare with: its absence is a finding of its own.
        if (previous is not None or version == 1) and manifest.previous != previous:
            self._add(
                FindingKind.DAMAGED, layout.manifest_key(document, max(version - 1, 1)), document, f"{key} was written after other bytes"
            )
        if any(part.key != _expected_key(part, document) for part in manifest.parts):
            self._add(FindingKind.DAMAGED, key, document, "it names a part by a key that is not the part's")
            return None
        return manifest

    def _check_part(self, document: Digest, record_key: str, key: str, size: int | None) -> bool:
        """Whether the part is there and as large as its record says; a size of None is not known."""
        found = self.ledger.name(key)
        if found is None:
            try:
                found = self.store.stat(key).size
            except ObjectNotFound:
                self._add(FindingKind.MISSING, key, document, f"{record_key} names it")
                return False
        if size is not None and found != size:
            self._add(FindingKind.DAMAGED, key, document, f"it has {found} bytes, {record_key} says {size}")
            return False
        return True

    def _hash(self, document: Digest, parts: tuple[Part, ...]) -> None:
        for part in parts:
            content = self._read(part.key, document)
            if content is None:
                continue
            self.hashed_objects += 1
            self.hashed_bytes += len(content)
            actual = Digest.of(content)
            if actual != part.digest:
                self._add(FindingKind.DAMAGED, part.key, document, f"its bytes hash to {actual}")
            elif part.role == "reading":
                self._check_reading(document, part.key, content)

    def _check_reading(self, document: Digest, key: str, content: bytes) -> None:
        try:
            about = reading_from_bytes(content).document.digest
        except DamagedRecord as error:
            self._add(FindingKind.DAMAGED, key, document, error.message)
            return
        if about != document:
            self._add(FindingKind.DAMAGED, key, document, f"it is about {about}")

    def _check_unnamed(self) -> None:
        for key in self.ledger.unnamed():
            original = layout.original_of(key)
            if original is not None:
                if not self._exists(layout.received_key(original)):
                    self._add(FindingKind.ORPHANED, key, original, "no record says that it came in: ingest the file again")
            else:
                self._check_unnamed_reading(key)

    def _check_unnamed_reading(self, key: str) -> None:
        try:
            document = reading_from_bytes(self.store.get(key)).document.digest
        except DamagedRecord as error:
            self._add(FindingKind.ORPHANED, key, None, f"no manifest names it; {error.message}")
            return
        manifests = self.store.list(layout.document_prefix(document) + "manifest-")
        if not any(f'"{key}"'.encode() in self.store.get(found.key) for found in manifests):
            self._add(
                FindingKind.ORPHANED, key, document, "no manifest names it: its reading was cut off, a later one stands or will be made"
            )

    def _check_index(self, indexed: Iterable[Digest]) -> None:
        for document in indexed:
            if not self.ledger.mark_indexed(document) and not self._exists(layout.received_key(document)):
                self._add(FindingKind.MISSING, layout.received_key(document), document, "the index knows this document")
        for document in self.ledger.not_indexed():
            self._add(FindingKind.UNINDEXED, layout.received_key(document), document, "the index does not know this document: rebuild it")

    def _read(self, key: str, document: Digest) -> bytes | None:
        """The bytes, or None after a finding."""
        try:
            return self.store.get(key)
        except ObjectNotFound:
            self._add(FindingKind.MISSING, key, document, "it is not there")
        except StoreUnavailable as error:
            # The disk answers, but cannot read this one: that is damage, and the others must still be looked at.
            if error.details.get("errno") != errno.EIO:
                raise
            self._add(FindingKind.DAMAGED, key, document, error.message)
        return None

    def _exists(self, key: str) -> bool:
        try:
            self.store.stat(key)
        except ObjectNotFound:
            return False
        return True

    def _foreign(self, key: str) -> None:
        if not layout.is_litter_key(key):
            self._add(FindingKind.ORPHANED, key, None, "no name of this format: not written by Piaogen, or moved")

    def _add(self, kind: FindingKind, key: str, document: Digest | None, detail: str) -> None:
        self.findings.append(AuditFinding(kind, key, document, detail))


def _expected_key(part: Part, document: Digest) -> str | None:
    match part.role:
        case "original":
            return layout.original_key(document) if part.digest == document else None
        case "received":
            return layout.received_key(document)
        case "reading":
            return layout.reading_key(part.digest)
        case _:  # a role that a later program added: it says itself where it lies
            return part.key
