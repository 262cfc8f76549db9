"""What can still be read of a document when part of its record is damaged: the newest sound version, and what is wrong above it."""

from dataclasses import dataclass, replace

from models.archive import Manifest, Received
from models.digest import Digest
from models.errors import DamagedRecord, DocumentNotFound, IntegrityViolated, ObjectNotFound, StoreUnavailable
from models.reading import Reading
from storage import archive_layout as layout
from storage.archive import InvoiceArchive, is_damage
from storage.archive_records import damaged, manifest_from_bytes

UNKNOWN_SOURCE = ""
"""The way of a document whose own record cannot be read."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document's record; `reading` and `manifest` are None where they cannot be read, and `damage` says why not.

    `digest` is that of the manifest's bytes, None where there are none.
    """

    number: int
    manifest: Manifest | None
    digest: Digest | None
    reading: Reading | None
    damage: IntegrityViolated | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of a document: its newest version by number, and the newest one that is sound, which may be older or None."""

    newest: Version
    sound: Version | None

    @property
    def damage(self) -> IntegrityViolated | None:
        """Why the newest version is not the one to be shown; None when it is."""
        return self.newest.damage


@dataclass(frozen=True, slots=True)
class Arrival:
    """The record that a document came in, and what is wrong with it.

    With `damage`, `received` is a stand-in made from the newest readable manifest: it came when that version was archived, by a way that
    nobody knows. None where there is no such manifest either.
    """

    received: Received | None
    damage: IntegrityViolated | None


def chain(archive: InvoiceArchive, document: Digest) -> tuple[Version, ...]:
    """Every version that has a name in the archive, oldest first, whatever state it is in.

    Raises:
        StoreUnavailable: the store does not answer. A single object that the disk cannot read is damage.
    """
    found: list[Version] = []
    previous: Version | None = None
    for number in _numbers(archive, document):
        one = version(archive, document, number)
        if one.manifest is not None and not _follows(one.manifest, previous):
            key = layout.manifest_key(document, max(number - 1, 1))
            one = replace(one, reading=None, damage=damaged(key, f"version {number} was written after other bytes"))
        found.append(one)
        previous = one
    return tuple(found)


def standing(archive: InvoiceArchive, document: Digest) -> Standing | None:
    """What stands of a document, None when it was never read; opens no more than it must. Raise as `chain` does."""
    numbers = _numbers(archive, document)
    if not numbers:
        return None
    newest = version(archive, document, numbers[-1])
    if newest.damage is None:
        return Standing(newest, newest)
    above = newest
    for number in reversed(numbers[:-1]):
        older = version(archive, document, number)
        is_linked = above.manifest is None or above.manifest.previous == older.digest
        if older.damage is None and is_linked:
            return Standing(newest, older)
        above = older
    return Standing(newest, None)


def arrival(archive: InvoiceArchive, document: Digest) -> Arrival:
    """The record that a document came in, or what stands in its place where that is damaged or gone; raise as `chain` does."""
    damage: IntegrityViolated
    try:
        return Arrival(archive.received(document), None)
    except IntegrityViolated as error:
        damage = error
    except DocumentNotFound:
        damage = damaged(layout.received_key(document), "it is not there")
    except StoreUnavailable as error:
        if not is_damage(error):
            raise
        damage = DamagedRecord(error.message, key=layout.received_key(document))
    for number in reversed(_numbers(archive, document)):
        manifest = version(archive, document, number).manifest
        if manifest is not None:
            return Arrival(Received(manifest.document, manifest.archived_at, UNKNOWN_SOURCE), damage)
    return Arrival(None, damage)


def is_read(archive: InvoiceArchive, document: Digest) -> bool:
    """Whether any version of the document's record has a name in the archive."""
    return bool(_numbers(archive, document))


def _numbers(archive: InvoiceArchive, document: Digest) -> list[int]:
    listed = archive.store.list(layout.document_prefix(document) + "manifest-")
    records = (layout.record_of(found.key) for found in listed)
    return [record[1] for record in records if record is not None]


def version(archive: InvoiceArchive, document: Digest, number: int) -> Version:
    """One version by its number, whether or not it is there; its place in the chain is not looked at. Raise as `chain` does."""
    key = layout.manifest_key(document, number)
    digest: Digest | None = None
    manifest: Manifest | None = None
    try:
        content = archive.store.get(key)
        digest = Digest.of(content)
        read = manifest_from_bytes(content, key)
        if (read.document.digest, read.version) != (document, number):
            raise damaged(key, f"it is version {read.version} of {read.document.digest}")
        manifest = read
        return Version(number, manifest, digest, archive.reading_of(manifest), None)
    except IntegrityViolated as error:
        return Version(number, manifest, digest, None, error)
    except ObjectNotFound:
        return Version(number, manifest, digest, None, damaged(key, "it is not there"))
    except StoreUnavailable as error:
        if not is_damage(error):
            raise
        return Version(number, manifest, digest, None, DamagedRecord(error.message, key=key))


def _follows(manifest: Manifest, previous: Version | None) -> bool:
    """Whether a version was written after the one that lies before it; one that cannot be read at all says nothing."""
    if previous is None:
        return manifest.version == 1 and manifest.previous is None
    if previous.number != manifest.version - 1:
        return False
    return previous.digest is None or manifest.previous == previous.digest
