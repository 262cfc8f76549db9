"""One document held against itself: its records, their chain, its parts, and what the index remembers of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from models.archive import Manifest, Part, invoice_id
from models.audit import AuditFinding, FindingKind, Remembered
from models.digest import Digest
from models.errors import DamagedRecord, IntegrityViolated, ObjectNotFound, StoreUnavailable
from models.reading import Reading
from models.reading_json import reading_from_bytes
from storage import archive_layout as layout
from storage.archive import is_damage
from storage.archive_records import damaged, manifest_from_bytes, received_from_bytes
from storage.destruction_records import approval_from_bytes, approval_key, list_from_bytes, list_key, require_approved, tombstone_from_bytes
from storage.object_store import ObjectStore, has
from storage.soundness import problem_with

REMAINS = "its document was destroyed after its time and this is still here: `piaogen destroy finish` removes it"

SizeOf = Callable[[str], int | None]
"""The size of the object under a key as a listing told it; None for one that was not listed."""


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """Which parts are there and can be hashed, and the newest version of the record: 0 and None when it was never read.

    `manifest` is the digest of that version's bytes, None where they cannot be read.
    """

    parts: tuple[Part, ...]
    version: int
    manifest: Digest | None


@dataclass(slots=True)
class DocumentAudit:
    """Checks documents one after the other and counts; what is wrong is told to `add`. Any method may raise StoreUnavailable."""

    store: ObjectStore
    add: Callable[[AuditFinding], None]
    size_of: SizeOf = field(default=lambda _: None)
    manifests: int = 0
    hashed_objects: int = 0
    hashed_bytes: int = 0
    _destroyed: Digest | None = None

    def whole(self, remembered: Remembered) -> CheckedDocument:
        """Everything about one document: records, parts, bytes, and whether it is what the index remembers."""
        document = remembered.document
        keys = [found.key for found in self.store.list(layout.document_prefix(document))]
        listed = (layout.record_of(key) for key in keys)
        checked = self.records(document, [record[1] for record in listed if record is not None])
        for key in filter(layout.is_further_received, keys):
            self.further(key, document)
        self.hash(document, checked.parts)
        self.recall(checked.version, checked.manifest, remembered)
        return checked

    def records(self, document: Digest, records: Iterable[int]) -> CheckedDocument:
        """The records of a document, 0 standing for `received`; nothing is hashed but they."""
        versions = set(records)
        self._destroyed = document if layout.TOMBSTONE_VERSION in versions else None
        received = self.read(layout.received_key(document), document)
        size = None if received is None else self._received_size(document, received)
        sound: dict[str, Part] = {}
        if self._has_part(document, layout.received_key(document), layout.original_key(document), size):
            sound["original"] = Part("original", layout.original_key(document), document, size or 0)
        last, previous = 0, None
        for version in sorted(versions - {0, layout.TOMBSTONE_VERSION}):
            key = layout.manifest_key(document, version)
            if version != last + 1:
                self._tell(FindingKind.MISSING, layout.manifest_key(document, last + 1), document, f"{key} comes after it")
                previous = None
            content = self.read(key, document)
            manifest = None if content is None else self._manifest(document, version, content, previous)
            last, previous = version, None if content is None else Digest.of(content)
            for part in () if manifest is None else manifest.parts:
                if part.role == "received":
                    if received is not None and Digest.of(received) != part.digest:
                        self._tell(FindingKind.DAMAGED, part.key, document, f"it is not the record that {key} vouches for")
                elif part.role != "original" and self._has_part(document, key, part.key, part.size):
                    sound[part.key] = part
        if self._destroyed is not None:
            self._note_remains(document, layout.restored_key(document))
            return CheckedDocument((), layout.TOMBSTONE_VERSION, self._tombstone(document))
        return CheckedDocument(tuple(sound.values()), last, previous)

    def _note_remains(self, document: Digest, key: str) -> None:
        if self.size_of(key) is not None or has(self.store, key):
            self.add(AuditFinding(FindingKind.ORPHANED, key, document, REMAINS))

    def _tombstone(self, document: Digest) -> Digest | None:
        """The digest of a tombstone that two people stand behind; None after a finding."""
        key = layout.tombstone_key(document)
        content = self.read(key, document)
        if content is None:
            return None
        try:
            tombstone = tombstone_from_bytes(content, key)
            listed, approved = list_key(tombstone.list_id), approval_key(tombstone.list_id)
            found = self.read(listed, document), self.read(approved, document)
            if found[0] is None or found[1] is None:
                return Digest.of(content)
            proposed, approval = list_from_bytes(found[0], listed), approval_from_bytes(found[1], approved)
            require_approved(proposed, approval)
            if tombstone.listed.document != document or tombstone.listed not in proposed.documents:
                raise damaged(key, f"list {tombstone.list_id} does not name this document")
            if (tombstone.approval, tombstone.approved_by) != (Digest.of(found[1]), approval.by):
                raise damaged(key, "another approval stands than the one that it names")
        except DamagedRecord as error:
            self._tell(FindingKind.DAMAGED, key, document, error.message)
        return Digest.of(content)

    def further(self, key: str, document: Digest) -> None:
        """The record that a further department handed the document in, for which nothing else vouches."""
        content = self.read(key, document)
        problem = None if content is None else problem_with(key, content)
        if problem is not None:
            self._tell(FindingKind.DAMAGED, key, document, problem)

    def hash(self, document: Digest, parts: Iterable[Part]) -> None:
        """Read parts whole and hold them against their digests; what the newest reading says of withdrawn invoices is noted."""
        newest: Reading | None = None
        for part in parts:
            content = self.read(part.key, document)
            if content is None:
                continue
            self.hashed_objects += 1
            self.hashed_bytes += len(content)
            actual = Digest.of(content)
            if actual != part.digest:
                self._tell(FindingKind.DAMAGED, part.key, document, f"its bytes hash to {actual}")
            elif part.role == "reading":
                newest = self._reading(document, part.key, content) or newest
        if newest is not None:
            self._note_withdrawn(document, newest)

    def recall(self, version: int, manifest: Digest | None, remembered: Remembered) -> None:
        """Hold the newest version that is there against the one that the index remembers."""
        document = remembered.document
        if remembered.version is None:
            return
        if remembered.version < version:
            key = layout.record_key(document, version)
            self._tell(FindingKind.UNINDEXED, key, document, f"the index knows version {remembered.version}: it takes this one in")
        elif remembered.version > version:
            key = layout.record_key(document, remembered.version)
            self._tell(FindingKind.ROLLED_BACK, key, document, f"the index remembers this version, the newest that is there is {version}")
        elif manifest is not None and remembered.manifest not in {None, manifest}:
            key = layout.record_key(document, version)
            self._tell(FindingKind.ROLLED_BACK, key, document, f"the index remembers other bytes: {remembered.manifest}, not {manifest}")

    def read(self, key: str, document: Digest) -> bytes | None:
        """The bytes, or None after a finding."""
        try:
            return self.store.get(key)
        except ObjectNotFound:
            self._tell(FindingKind.MISSING, key, document, "it is not there")
        except (StoreUnavailable, IntegrityViolated) as error:
            # Where the disk answers but cannot read this one, the others must still be looked at.
            if not is_damage(error):
                raise
            self._tell(FindingKind.DAMAGED, key, document, error.message)
        return None

    def _received_size(self, document: Digest, content: bytes) -> int | None:
        key = layout.received_key(document)
        try:
            found = received_from_bytes(content, key).document
        except DamagedRecord as error:
            self._tell(FindingKind.DAMAGED, key, document, error.message)
            return None
        if found.digest != document:
            self._tell(FindingKind.DAMAGED, key, document, f"it is about {found.digest}")
            return None
        return found.size

    def _manifest(self, document: Digest, version: int, content: bytes, previous: Digest | None) -> Manifest | None:
        self.manifests += 1
        key = layout.manifest_key(document, version)
        try:
            manifest = manifest_from_bytes(content, key)
        except DamagedRecord as error:
            self._tell(FindingKind.DAMAGED, key, document, error.message)
            return None
        if (manifest.document.digest, manifest.version) != (document, version):
            self._tell(FindingKind.DAMAGED, key, document, f"it is version {manifest.version} of {manifest.document.digest}")
            return None
        # After a version that is gone there is nothing to compare with: its absence is a finding of its own.
        if (previous is not None or version == 1) and manifest.previous != previous:
            older = layout.manifest_key(document, max(version - 1, 1))
            self._tell(FindingKind.DAMAGED, older, document, f"{key} was written after other bytes")
        if any(part.key != _expected_key(part, document) for part in manifest.parts):
            self._tell(FindingKind.DAMAGED, key, document, "it names a part by a key that is not the part's")
            return None
        return manifest

    def _has_part(self, document: Digest, record_key: str, key: str, size: int | None) -> bool:
        """Whether the part is there and as large as its record says; a size of None is not known. Never, where it is gone on purpose."""
        if document == self._destroyed:
            self._note_remains(document, key)
            return False
        found = self.size_of(key)
        if found is None:
            try:
                found = self.store.stat(key).size
            except ObjectNotFound:
                self._tell(FindingKind.MISSING, key, document, f"{record_key} names it")
                return False
        if size is not None and found != size:
            self._tell(FindingKind.DAMAGED, key, document, f"it has {found} bytes, {record_key} says {size}")
            return False
        return True

    def _reading(self, document: Digest, key: str, content: bytes) -> Reading | None:
        """A reading of this document; None after a finding."""
        try:
            reading = reading_from_bytes(content)
        except DamagedRecord as error:
            self._tell(FindingKind.DAMAGED, key, document, error.message)
            return None
        if reading.document.digest != document:
            self._tell(FindingKind.DAMAGED, key, document, f"it is about {reading.document.digest}")
            return None
        return reading

    def _note_withdrawn(self, document: Digest, newest: Reading) -> None:
        for place in sorted(newest.withdrawn):
            said = newest.withdrawal(place)
            assert said is not None
            detail = f"{invoice_id(document, place)} by {said.by} at {said.at.isoformat(timespec='seconds')}: {said.reason}"
            self.add(AuditFinding(FindingKind.WITHDRAWN, layout.received_key(document), document, detail))

    def _tell(self, kind: FindingKind, key: str, document: Digest, detail: str) -> None:
        if key == layout.original_key(document) and self._is_restored(document):
            kind, detail = FindingKind.RESTORED, f"{detail}; these bytes came in again and are read from {layout.restored_key(document)}"
        self.add(AuditFinding(kind, key, document, detail))

    def _is_restored(self, document: Digest) -> bool:
        """Whether the second place of an original holds what the first one lacks."""
        try:
            return Digest.of(self.store.get(layout.restored_key(document))) == document
        except (ObjectNotFound, StoreUnavailable, IntegrityViolated) as error:
            if not is_damage(error):
                raise
            return False


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
