"""A document read by the engine, and the reading archived as the next version, whatever people said of it meanwhile."""

from collections.abc import Callable
from datetime import datetime

from models.archive import Received
from models.digest import Digest
from models.document import Scan
from models.errors import DamagedRecord
from models.reading import BY_HAND, Reading
from models.reading_json import reading_to_bytes
from storage.archive import InvoiceArchive
from storage.sound_readings import Version, standing
from storage.sound_readings import version as version_of


def read_on(
    archive: InvoiceArchive,
    received: Received,
    asked: int,
    read: Callable[[Scan], Reading],
    clock: Callable[[], datetime],
) -> int:
    """Read a document and archive the reading as its next version; returns the version that stands then.

    `asked` is the version that was next when the reading was asked for. A person who spoke since took that number; the reading is carried
    on as the one after, with all that was said. Where a reading was archived under that number or a later one, by an earlier try at this
    very job or by another worker, nothing is read or written.

    Raises:
        DocumentNotFound, IntegrityViolated, StoreUnavailable, RecognitionFailed.
    """
    digest = received.document.digest
    newest = _newest(archive, digest)
    if _is_read_since(archive, digest, asked, newest):
        return newest
    fresh = read(Scan(received.document, archive.original(digest), received.received_on))
    while True:
        newest = _newest(archive, digest)
        reading = _carried(archive, digest, fresh)
        archive.add_reading(reading, clock(), version=newest + 1)
        written = version_of(archive, digest, newest + 1)
        if written.reading is not None and reading_to_bytes(written.reading) == reading_to_bytes(reading):
            return newest + 1
        if _is_read_since(archive, digest, max(asked, newest + 1), newest + 1):
            return newest + 1


def _newest(archive: InvoiceArchive, digest: Digest) -> int:
    listed = next(archive.newest_versions(digest.hex), None)
    return 0 if listed is None else listed[1]


def _carried(archive: InvoiceArchive, digest: Digest, fresh: Reading) -> Reading:
    stands = standing(archive, digest)
    if stands is None or stands.sound is None or stands.sound.reading is None:
        return fresh
    from ocr_service.corrections import Corrector  # noqa: PLC0415  # whoever only looks does not load the rules of proof

    return Corrector().carry(stands.sound.reading, fresh)


def _is_read_since(archive: InvoiceArchive, digest: Digest, first: int, last: int) -> bool:
    """Whether any of these versions is an engine's reading, and not a person's word on the version before it."""
    for number in range(first, last + 1):
        one = version_of(archive, digest, number)
        if isinstance(one.damage, DamagedRecord) and one.manifest is None:
            # Its record has to come back from a backup first: nothing can be written after it.
            raise one.damage
        if one.reading is not None and not _is_word(one, version_of(archive, digest, number - 1) if number > 1 else None):
            return True
    return False


def _is_word(one: Version, before: Version | None) -> bool:
    """A person's word leaves what the engine measured as it was; two runs of an engine never take the very same times."""
    if one.reading is not None and one.reading.engine.name == BY_HAND:
        return True
    if before is None or before.reading is None or one.reading is None:
        return False
    is_same_run = (one.reading.engine, one.reading.timings_ms) == (before.reading.engine, before.reading.timings_ms)
    return is_same_run and reading_to_bytes(one.reading) != reading_to_bytes(before.reading)
