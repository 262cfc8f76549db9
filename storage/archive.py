"""The archive: originals, readings and the records that vouch for them, in any object store.

FORMAT.md says what lies where. The order of writes carries the promise: an original before its `received` record, a reading
before its manifest. A crash between two writes leaves a part that nobody names, never a record that names nothing.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Self, TypeVar

from models.archive import Manifest, Part, Receipt, Received
from models.digest import Digest
from models.document import DocumentRef
from models.errors import (
    DamagedRecord,
    DestroyedBefore,
    DocumentDestroyed,
    DocumentNotFound,
    IntegrityViolated,
    InvalidSetting,
    NotAnArchive,
    ObjectConflict,
    ObjectNotFound,
    PiaogenError,
    StoreUnavailable,
)
from models.reading import Reading
from models.reading_json import reading_from_bytes, reading_to_bytes
from storage import archive_layout as layout
from storage.archive_records import (
    damaged,
    identity_from_bytes,
    identity_to_bytes,
    manifest_from_bytes,
    manifest_to_bytes,
    received_from_bytes,
    received_to_bytes,
    version_of_marker,
)
from storage.object_store import ObjectStore, first_right, has, keep, verified
from storage.tombstones import tombstone_of
from storage.verified_object import VerifiedObject, verified_object

_Original = TypeVar("_Original", bytes, VerifiedObject)


@dataclass(frozen=True, slots=True)
class InvoiceArchive:
    """Documents by digest. Safe for any number of processes: the store's write-once put decides every race.

    Every method may raise StoreUnavailable (calling again is then safe) and DamagedRecord.
    """

    store: ObjectStore

    def open(self, *, create: bool = True) -> Self:
        """Check that the place is an archive; make one when it is empty and `create` is set.

        Raises:
            NotAnArchive: the place holds other things, is empty and nothing may be made, or was written in a newer format.
            InvalidSetting: the store replaces objects, so it cannot keep an archive.
        """
        if create:
            self.store.prepare()
        if not self._has_marker():
            self._require_empty()
            if not create:
                raise NotAnArchive("there is no archive here yet: check --archive or PIAOGEN_ARCHIVE, or ingest something to make one")
            self._write_marker()
        return self

    def identity(self) -> str | None:
        """The archive's own id; None when it was given none, as by programs that knew of none."""
        try:
            return identity_from_bytes(self.store.get(layout.IDENTITY_KEY))
        except ObjectNotFound:
            return None

    def take_identity(self, archive_id: str) -> str:
        """Give the archive this id for ever; returns the one that stands, another's where somebody was faster."""
        record = identity_to_bytes(archive_id)
        try:
            keep(self.store, layout.IDENTITY_KEY, record, Digest.of(record))
        except ObjectConflict:
            return identity_from_bytes(self.store.get(layout.IDENTITY_KEY))
        return archive_id

    def receive(
        self, content: bytes, document: DocumentRef, received_at: datetime, source: str, department: str | None = None
    ) -> tuple[Received, bool]:
        """Keep the original, then the record that it came; both are durable when this returns.

        Returns:
            The record that stands, and whether this call made it: False when the same bytes came before, from this department, or from
            any when it is nobody's in particular. An original that
            had gone missing is put back on the way; one that is damaged in the store gets a second place, from which it is read, since
            nothing is ever replaced. A record that is damaged stays so, and what this call would have kept is returned.

        Raises:
            DigestMismatch: `content` is not what `document` says; nothing was stored.
            DestroyedBefore: these bytes were destroyed after their time; nothing was stored.
            ObjectConflict: both places of the original hold damaged bytes; nothing was changed.
        """
        if document.size != len(content):
            raise ValueError(f"the document says {document.size} bytes, there are {len(content)}")
        tombstone = tombstone_of(self.store, document.digest)
        if tombstone is not None:
            raise DestroyedBefore(
                f"this file was destroyed on {tombstone.day}, after its term (list {tombstone.list_id}): it was not taken in"
            )
        received = Received(document, received_at, source, department)
        record = received_to_bytes(received)
        self._put_original(content, document.digest)
        new, first = self._keep_received(layout.received_key(document.digest), record, document.digest)
        if department is None or (first is not None and first.department == department):
            return first or received, new
        new, further = self._keep_received(layout.further_received_key(document.digest, department), record, document.digest)
        return further or received, new

    def arrivals(self, document: Digest) -> tuple[Received, ...]:
        """The records of further departments that handed a document in, the earliest first; damaged ones are left to the audit."""
        found: list[Received] = []
        for listed in self.store.list(layout.document_prefix(document) + "received-"):
            if layout.is_further_received(listed.key):
                with suppress(DamagedRecord, ObjectNotFound):
                    found.append(self._received_at(listed.key, document)[0])
        return tuple(sorted(found, key=lambda received: (received.received_at, received.department or "")))

    def received(self, document: Digest) -> Received:
        """The record that the document came in; raise DocumentNotFound."""
        return self._received(document)[0]

    def original(self, document: Digest) -> bytes:
        """The original bytes, verified; from their second place where the first one is damaged.

        Raises:
            DocumentNotFound: no such document was received.
            DigestMismatch: the bytes are not those that came in.
            DamagedRecord: they are gone, and the record that they came in stands.
        """
        return self._from_its_place(document, lambda key: first_right(self.store, key, lambda content: verified(key, content, document)))

    def original_in_pieces(self, document: Digest) -> VerifiedObject:
        """The same without holding it in memory; see `original`."""
        return self._from_its_place(document, lambda key: verified_object(self.store, key, document))

    def _from_its_place(self, document: Digest, read: Callable[[str], _Original]) -> _Original:
        key = layout.original_key(document)
        try:
            return read(key)
        except (IntegrityViolated, ObjectNotFound, StoreUnavailable) as error:
            if not is_damage(error):
                raise
            try:
                return read(layout.restored_key(document))
            except ObjectNotFound:
                if not isinstance(error, ObjectNotFound):
                    raise error from None
                self.received(document)
                raise damaged(layout.received_key(document), f"its original {key} is not there") from None

    def holds_original(self, document: Digest, size: int) -> bool:
        """Whether an original of this many bytes lies in either of its places; its bytes are not looked at."""
        for key in (layout.original_key(document), layout.restored_key(document)):
            with suppress(ObjectNotFound):
                if self.store.stat(key).size == size:
                    return True
        return False

    def add_reading(self, reading: Reading, archived_at: datetime, *, version: int) -> Receipt:
        """Archive a reading as `version` of its document (the latest plus one); it is archived when this returns.

        A version that exists already is left alone and its receipt returned, whatever `reading` says: a job that is run twice
        archives once.

        Raises:
            DocumentNotFound: the document was never received.
            DocumentDestroyed: it was destroyed after its time.
            ValueError: versions between would be missing.
        """
        document = reading.document.digest
        if has(self.store, layout.tombstone_key(document)):
            raise DocumentDestroyed(f"{document} was destroyed after its time: nothing more is written of it")
        latest = self._latest(document)
        newest = 0 if latest is None else latest[0].version
        if version > newest + 1:
            raise ValueError(f"version {version} of {document} cannot follow version {newest}")
        if version <= newest:
            return self._receipt(document, version)
        content = reading_to_bytes(reading)
        digest = Digest.of(content)
        manifest = Manifest(
            document=reading.document,
            version=version,
            parts=(*self._standing_parts(document), Part("reading", layout.reading_key(digest), digest, len(content))),
            archived_at=archived_at,
            previous=None if latest is None else latest[1],
        )
        record = manifest_to_bytes(manifest)
        keep(self.store, layout.reading_key(digest), content, digest)
        key = layout.manifest_key(document, version)
        try:
            keep(self.store, key, record, Digest.of(record))
        except ObjectConflict:  # another worker was faster with the same version: that one stands
            return self._receipt(document, version)
        return Receipt(document, version, key, Digest.of(record))

    def latest(self, document: Digest) -> Manifest | None:
        """The newest manifest; None when the document was not read yet, or never received."""
        latest = self._latest(document)
        return None if latest is None else latest[0]

    def manifests(self, document: Digest) -> tuple[Manifest, ...]:
        """All versions from the first, their chain checked; raise DamagedRecord where it breaks."""
        chain: list[Manifest] = []
        previous: Digest | None = None
        for version in self._versions(document):
            manifest, digest = self._manifest(document, version)
            key = layout.manifest_key(document, version)
            if version != len(chain) + 1:
                raise damaged(key, f"version {len(chain) + 1} before it is not there")
            if manifest.previous != previous:
                raise damaged(key, "the version before it is not the one that it was written after")
            chain.append(manifest)
            previous = digest
        return tuple(chain)

    def reading(self, document: Digest, version: int | None = None) -> Reading | None:
        """The reading of a version (the newest when None), verified; None when there is no such version.

        Raises:
            DocumentNotFound: no such document was received.
            DigestMismatch: the reading's bytes are not those that the manifest names.
            DamagedRecord: the manifest is not the one that the next version was written after, or its reading is not there.
        """
        if version is None:
            manifest = self.latest(document)
        else:
            manifest = next((found for found in self.manifests(document) if found.version == version), None)
        if manifest is None:
            self.received(document)
            return None
        return self.reading_of(manifest)

    def reading_of(self, manifest: Manifest) -> Reading:
        """The reading that a manifest names, verified; raise as `reading` does."""
        key = layout.manifest_key(manifest.document.digest, manifest.version)
        try:
            part = manifest.part("reading")
            content = first_right(self.store, part.key, lambda content: verified(part.key, content, part.digest))
        except KeyError:
            raise damaged(key, "it names no reading") from None
        except ObjectNotFound:
            raise damaged(key, f"its reading {part.key} is not there") from None
        reading = reading_from_bytes(content)
        if reading.document.digest != manifest.document.digest:
            raise damaged(key, f"its reading {part.key} is of another document")
        return reading

    def digests(self) -> Iterator[Digest]:
        """Every received document by its digest, in order, without opening a record."""
        return (document for document, _ in self.newest_versions())

    def newest_versions(self, beginning: str = "") -> Iterator[tuple[Digest, int]]:
        """Every received document whose digest begins with these hex digits, and its newest version, 0 for none, TOMBSTONE_VERSION
        for one that was destroyed; in order of digests.

        Only names are listed. A document whose `received.json` is gone is listed by its manifests, which came after it.
        """
        records = (layout.record_of(found.key) for found in self.store.list(layout.documents_under(beginning)))
        for document, versions in groupby((record for record in records if record is not None), key=lambda record: record[0]):
            yield document, max(version for _, version in versions)

    def documents(self) -> Iterator[Received]:
        """Every received document, by digest; one record in memory at a time.

        Raises:
            DamagedRecord: a record cannot be read; to go on with the others, use `digests` and `received`.
        """
        for document in self.digests():
            yield self.received(document)

    def _keep_received(self, key: str, record: bytes, document: Digest) -> tuple[bool, Received | None]:
        """Whether this call made the record, and the one that stands, None where that is damaged."""
        with suppress(ObjectConflict):
            if keep(self.store, key, record, Digest.of(record)):
                return True, received_from_bytes(record, key)
        with suppress(DamagedRecord):
            return False, self._received_at(key, document)[0]
        return False, None

    def _received(self, document: Digest) -> tuple[Received, bytes]:
        try:
            return self._received_at(layout.received_key(document), document)
        except ObjectNotFound:
            raise DocumentNotFound(f"no document {document} in this archive", document=str(document)) from None

    def _received_at(self, key: str, document: Digest) -> tuple[Received, bytes]:
        def check(content: bytes) -> tuple[Received, bytes]:
            received = received_from_bytes(content, key)
            if received.document.digest != document:
                raise damaged(key, f"it is about {received.document.digest}")
            if layout.is_further_received(key) and layout.further_received_key(document, received.department or "") != key:
                raise damaged(key, "it is of another department")
            return received, content

        return first_right(self.store, key, check)

    def _standing_parts(self, document: Digest) -> tuple[Part, Part]:
        """The parts that every version has; the original is asked for, since a manifest never names what is not there."""
        received, record = self._received(document)
        size = received.document.size
        if not self.holds_original(document, size):
            self.original(document)  # says what is wrong with it
        return (
            Part("original", layout.original_key(document), document, size),
            Part("received", layout.received_key(document), Digest.of(record), len(record)),
        )

    def _put_original(self, content: bytes, digest: Digest) -> None:
        try:
            keep(self.store, layout.original_key(digest), content, digest)
        except (ObjectConflict, StoreUnavailable) as error:
            if not is_damage(error):
                raise
            keep(self.store, layout.restored_key(digest), content, digest)

    def _versions(self, document: Digest) -> list[int]:
        records = (layout.record_of(found.key) for found in self.store.list(layout.document_prefix(document) + "manifest-"))
        return [record[1] for record in records if record is not None]

    def _latest(self, document: Digest) -> tuple[Manifest, Digest] | None:
        versions = self._versions(document)
        return self._manifest(document, versions[-1]) if versions else None

    def _manifest(self, document: Digest, version: int) -> tuple[Manifest, Digest]:
        key = layout.manifest_key(document, version)

        def check(content: bytes) -> tuple[Manifest, Digest]:
            manifest = manifest_from_bytes(content, key)
            if (manifest.document.digest, manifest.version) != (document, version):
                raise damaged(key, f"it is version {manifest.version} of {manifest.document.digest}")
            return manifest, Digest.of(content)

        return first_right(self.store, key, check)

    def _receipt(self, document: Digest, version: int) -> Receipt:
        """The receipt of a version that stands. Whoever wrote it may have been killed before it was durable: it is when this returns."""
        key = layout.manifest_key(document, version)
        digest = self._manifest(document, version)[1]
        keep(self.store, key, first_right(self.store, key, lambda content: verified(key, content, digest)), digest)
        return Receipt(document, version, key, digest)

    def _has_marker(self) -> bool:
        try:
            content = self.store.get(layout.MARKER_KEY)
        except ObjectNotFound:
            return False
        version = version_of_marker(content)
        if content == layout.SEALED_MARKER:
            raise InvalidSetting(
                "this archive is sealed: name its key in PIAOGEN_SEAL_KEY (in PIAOGEN_MIRROR_SEAL_KEY where it is the mirror)"
            )
        if version > layout.FORMAT_VERSION:
            raise NotAnArchive(
                f"this archive is in format {version}, this Piaogen knows format {layout.FORMAT_VERSION}: use the newer one that wrote it",
                version=version,
            )
        return True

    def _require_empty(self) -> None:
        for found in self.store.list():
            # The index may be made first.
            if layout.is_litter_key(found.key) or found.key.startswith(layout.RESERVED_FOR_INDEX):
                continue
            if self._has_marker():  # another process has just made the archive
                return
            raise NotAnArchive(
                f"this place is not an archive: it holds {found.key} but no {layout.MARKER_KEY}. Give an empty or new place; if this is an "
                f"archive that lost that file, put it back with this one line: {layout.MARKER.decode()}",
                key=found.key,
            )

    def _write_marker(self) -> None:
        digest = Digest.of(layout.MARKER)
        keep(self.store, layout.MARKER_KEY, layout.MARKER, digest)
        if keep(self.store, layout.MARKER_KEY, layout.MARKER, digest):
            raise InvalidSetting("this store replaces objects without a word (it ignores If-None-Match), so it cannot keep an archive")


def is_damage(error: PiaogenError) -> bool:
    """Whether an error is about one object alone: its bytes are wrong, it is gone, or the disk cannot read it though it answers."""
    return not isinstance(error, StoreUnavailable) or error.details.get("errno") == errno.EIO
