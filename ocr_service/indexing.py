"""Keeping the index what it is meant to be: this archive's, with all that the archive holds."""

import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, product
from typing import NamedTuple

import structlog

from models.access import EVERYTHING
from models.archive import Received
from models.catalogue import IndexState
from models.digest import Digest
from models.document import DocumentRef, MediaType
from models.errors import DocumentNotFound, InvalidSetting, PiaogenError, StoreUnavailable
from models.reading import Engine, Reading
from ocr_service.jobs import JobQueue
from storage.access_records import AccessRecords
from storage.archive import InvoiceArchive
from storage.archive_layout import TOMBSTONE_VERSION
from storage.catalogue.access import AccessIndex
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.histories import HistoryIndex
from storage.catalogue.recording import Read
from storage.catalogue.tombs import Tombs
from storage.destruction_records import tombstone_to_bytes
from storage.histories import Histories
from storage.sound_readings import UNKNOWN_SOURCE, Standing, arrival, is_read, standing
from storage.sound_readings import version as version_of
from storage.tombstones import tombstone_of

_log = structlog.get_logger(__name__)

Told = Callable[[Digest, PiaogenError | None], None]
"""Told of each document, and why it could not be indexed."""

INDEXED_TOGETHER = 500
"""Documents in a transaction: all of them are in memory, and what a transaction costs is shared by them."""
COMPARED_TOGETHER = 1000
"""Documents whose names are held against the index at a time: two or three listings on S3. A smaller archive is compared whole."""
PAUSE_SECONDS = 60.0
"""Between two comparisons of a worker that has nothing to read."""
_ASKED = 20
"""So many documents of an index tell whether it is this archive's, where neither says so."""
_HEX = "0123456789abcdef"
_NOBODY_KNOWS_WHEN = datetime(1970, 1, 1, tzinfo=UTC)
_NO_ENGINE = Engine("", "", {})


def explained(state: IndexState) -> str:
    """What an operator is told of an index that differs from its archive; empty for one that does not."""
    told = []
    if state.behind:
        told.append("the index is older than the archive: `piaogen audit` takes in what is missing")
    if state.ahead:
        told.append(
            "the index names documents that the archive does not hold: restore them from a backup, or `piaogen rebuild` where the older "
            "archive is the one to keep"
        )
    return "; ".join(told)


def _nobody(_: Digest, __: PiaogenError | None) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class ArchiveIndex:
    """The catalogue as the index over one archive. Every method may raise StoreUnavailable and CatalogueUnavailable.

    `media_type` says what a stranger's file is, which a child process finds out. `is_named`: the setting names the database, so that it
    may be another archive's, in use, and is never put aside.
    """

    archive: InvoiceArchive
    catalogue: Catalogue
    queue: JobQueue
    media_type: Callable[[bytes], MediaType]
    is_named: bool = False

    def require_own(self, *, create: bool) -> None:
        """Make sure that the index is this archive's.

        With `create`, an archive that has no id yet is given one. Where one of the two does not say whose it is, the documents do.

        Raises:
            InvalidSetting: it is another archive's; nothing was changed.
        """
        mine, owner = self.archive.identity(), self.catalogue.owner()
        if mine is None or owner is None:
            known = list(islice(self.catalogue.digests(), _ASKED))
            if known or owner is not None:
                self._require(any(map(self._holds, known)))
        if mine is None and create:
            # A place that takes no writes keeps none; whether that matters is for others to say.
            with suppress(StoreUnavailable):
                mine = self.archive.take_identity(owner or uuid.uuid4().hex)
        if mine is not None:
            self._require(mine == self.catalogue.own(mine))

    def rebuild(self, told: Told = _nobody) -> int:
        """Make the index anew from the archive alone; returns how many documents it holds. Unread scans are queued again.

        A damaged record is told and does not stop the others.

        Raises:
            InvalidSetting: the database that the setting names is another archive's index, which was left alone.
        """
        self.catalogue.repair()
        try:
            self.require_own(create=False)
        except InvalidSetting:
            if self.is_named:
                raise
            self.catalogue.begin_anew()
        self.catalogue.erase()
        self.require_own(create=True)
        AccessIndex(self.catalogue.database).take_in(AccessRecords(self.archive.store))
        HistoryIndex(self.catalogue.database).take_in(Histories(self.archive.store))
        indexed, failed = self._take_in(self.archive.newest_versions(), told)
        self.catalogue.note_state(IndexState(behind=failed > 0))
        return indexed

    def index(self, received: Received, version: int | None = None) -> Reading:
        """Put what is archived into the index: another worker may have been first, and its reading is the one that counts."""
        archived = self._archived(received, version)
        self.catalogue.record_reading(*archived)
        return archived.reading

    def lacks_reading(self, digest: Digest) -> bool:
        """Whether a document was read and the index knows nothing of it."""
        try:
            known = self.catalogue.document(digest, EVERYTHING).version > 0
        except DocumentNotFound:
            known = False
        return not known and is_read(self.archive, digest)

    def know_first(self, received: Received) -> None:
        """Have the index know who handed a document in first, where that was another department, before this one's time is noted."""
        digest = received.document.digest
        with suppress(DocumentNotFound):
            self.catalogue.document(digest, EVERYTHING)
            return
        first = arrival(self.archive, digest).received
        if first is None or first.department != received.department:
            self._take_in([(digest, 1)], _nobody)

    def state(self) -> IndexState:
        """How the index was last seen to differ from the archive."""
        return self.catalogue.state()

    def compare_some(self) -> IndexState:
        """Compare a part of the archive, the whole of a small one, and take in what is missing: cheap, whatever its size."""
        found = self.compare("".join(random.choices(_HEX, k=self._digits())))
        return self.note(found, is_all=found.is_all)

    def compare_all(self) -> IndexState:
        """Compare everything, part by part, and take in what is missing."""
        found = Difference()
        for beginning in self.beginnings():
            found = found.and_then(self.compare(beginning, most=None))
        histories = Histories(self.archive.store)
        if HistoryIndex(self.catalogue.database).is_behind(histories):
            HistoryIndex(self.catalogue.database).take_in(histories)
        return self.note(found, is_all=True)

    def beginnings(self) -> Iterator[str]:
        """The hex digits with which the digests of each part begin, all parts together being the archive."""
        return map("".join, product(_HEX, repeat=self._digits()))

    def compare(self, beginning: str, most: int | None = 4 * COMPARED_TOGETHER) -> "Difference":
        """Compare the documents whose digests begin with these hex digits, the first `most` of them, and take in what is missing.

        Only names are listed, and only what differs is opened.
        """
        listing = self.archive.newest_versions(beginning)
        held = dict(listing if most is None else islice(listing, most))
        is_cut = most is not None and len(held) == most
        indexed = self.catalogue.versions(beginning, max(held) if is_cut else None)
        missing = [(digest, version) for digest, version in held.items() if version > indexed.get(digest, -1)]
        beyond = (digest for digest, version in indexed.items() if version > held.get(digest, -1))
        is_ahead = any(not self._holds(digest, indexed[digest]) for digest in beyond)
        taken_in, failed = self._take_in(missing, _nobody)
        self._take_in(self._mended(beginning), _nobody)
        if missing or is_ahead:
            _log.warning("index and archive differ", taken_in=taken_in, failed=failed, index_is_ahead=is_ahead)
        return Difference(taken_in, failed, is_ahead, is_all=not beginning and not is_cut)

    def note(self, found: "Difference", *, is_all: bool) -> IndexState:
        """Keep what was found. What a part lacked other parts may lack too, so only a look at all of them ends a doubt."""
        before = self.catalogue.state()
        now = IndexState(found.failed > 0, found.is_ahead)
        if not is_all:
            now = IndexState(before.behind or found.is_behind, before.ahead or found.is_ahead)
        if now != before:
            self.catalogue.note_state(now)
        return now

    def look_again(self, digest: Digest) -> None:
        """Index a document that was read anew, as it stands in the archive by now."""
        if is_read(self.archive, digest):
            self._take_in([(digest, 1)], _nobody)

    def _mended(self, beginning: str) -> list[tuple[Digest, int]]:
        """Documents whose record was damaged when it was indexed, and has been put back since."""
        damaged = self.catalogue.with_damaged_readings(beginning)
        stands = {digest: standing(self.archive, digest) for digest in damaged}
        return [(digest, found.newest.number) for digest, found in stands.items() if found is not None and found.damage is None]

    def _digits(self) -> int:
        """How many hex digits divide the archive into parts of `COMPARED_TOGETHER` documents or less, as far as the index knows."""
        digits, documents = 0, sum(self.catalogue.counts(EVERYTHING).values())
        while documents > COMPARED_TOGETHER * 16**digits:
            digits += 1
        return digits

    def bury(self, digest: Digest, received: Received) -> None:
        """Index a destroyed document as its tombstone says; raise DamagedRecord, DocumentNotFound where there is none."""
        tombstone = tombstone_of(self.archive.store, digest)
        if tombstone is None:
            raise DocumentNotFound(f"{digest} has no tombstone")
        Tombs(self.catalogue.database).bury([received, *self.archive.arrivals(digest)], tombstone, Digest.of(tombstone_to_bytes(tombstone)))

    def _take_in(self, versions: Iterable[tuple[Digest, int]], told: Told) -> tuple[int, int]:
        """Index each document by its newest version, or queue it when it was never read; how many that were, and how many could not be.

        One whose record is damaged is indexed all the same, as far as anything of it can be read: no list may lose it.
        """
        count = failed = 0
        read: list[Read] = []
        for digest, version in versions:
            problem: PiaogenError | None = None
            try:
                received, problem = self._arrived(digest)
                stands = None if version == TOMBSTONE_VERSION else standing(self.archive, digest)
                further = self.archive.arrivals(digest)
                if version == TOMBSTONE_VERSION:
                    self.bury(digest, received)
                elif stands is None:
                    self.queue.accept(received)
                    for other in further:
                        self.catalogue.record_received(other)
                else:
                    read.append(_standing_read(received, stands)._replace(further=further))
                    problem = stands.damage or problem
                count += 1
            except PiaogenError as error:
                if error.retryable:
                    raise
                problem = error
                failed += 1
            if len(read) == INDEXED_TOGETHER:
                self.catalogue.record_readings(read)
                read.clear()
            told(digest, problem)
        self.catalogue.record_readings(read)
        return count, failed

    def _arrived(self, digest: Digest) -> tuple[Received, PiaogenError | None]:
        """The record that a document came in, and what is wrong with it.

        Where neither it nor a manifest can be read, the original itself tells what can be told; raise IntegrityViolated without one.
        """
        found = arrival(self.archive, digest)
        if found.received is not None:
            return found.received, found.damage
        assert found.damage is not None
        try:
            content = self.archive.original(digest)
        except PiaogenError as error:
            if error.retryable:
                raise
            raise found.damage from error
        document = DocumentRef(digest, digest.hex, self.media_type(content), len(content))
        return Received(document, _NOBODY_KNOWS_WHEN, UNKNOWN_SOURCE), found.damage

    def _archived(self, received: Received, version: int | None = None) -> Read:
        digest = received.document.digest
        if version is None:
            stands = standing(self.archive, digest)
            if stands is None:
                raise DocumentNotFound(f"{digest} has no reading")
            return _standing_read(received, stands)
        one = version_of(self.archive, digest, version)
        if one.damage is not None:
            raise one.damage
        assert one.reading is not None
        return Read(received, one.reading, version, one.digest)

    def _holds(self, digest: Digest, version: int = 0) -> bool:
        """Whether the archive has this version of a document or a later one, by their names: a damaged record is there."""
        newest = next(self.archive.newest_versions(digest.hex), None)
        return newest is not None and newest[1] >= version

    def _require(self, is_own: bool) -> None:
        if is_own:
            return
        advice = (
            "name another database in PIAOGEN_DATABASE" if self.is_named else "`piaogen rebuild` puts it aside and makes this archive's own"
        )
        raise InvalidSetting(f"this index belongs to another archive, and nothing was changed in either: {advice}")


def _standing_read(received: Received, stands: Standing) -> Read:
    """What the index is told of a document: its newest sound reading under the number of its newest version."""
    newest = stands.newest
    if stands.sound is None or stands.sound.reading is None:
        return Read(received, Reading(received.document, (), _NO_ENGINE, {}), newest.number, newest.digest, is_damaged=True)
    return Read(received, stands.sound.reading, newest.number, newest.digest, is_damaged=stands.damage is not None)


class Difference(NamedTuple):
    """What a comparison of index and archive found: documents taken into the index, those that could not be, whether the index names
    what the archive does not hold, and whether that was all of the archive."""

    taken_in: int = 0
    failed: int = 0
    is_ahead: bool = False
    is_all: bool = False

    @property
    def is_behind(self) -> bool:
        """Whether the index did not know something."""
        return self.taken_in + self.failed > 0

    def and_then(self, other: "Difference") -> "Difference":
        """Both."""
        return Difference(self.taken_in + other.taken_in, self.failed + other.failed, self.is_ahead or other.is_ahead)


class Rounds:
    """The comparisons of a worker that has nothing to read: part after part, one a minute, then all over again."""

    def __init__(
        self, index: ArchiveIndex, clock: Callable[[], float] = time.monotonic, beside: Callable[[], object] = lambda: None
    ) -> None:
        """`clock` counts seconds; `beside` is done with each part that is compared."""
        self._beside = beside
        self._index = index
        self._clock = clock
        self._due = clock() + PAUSE_SECONDS
        self._left: Iterator[str] = iter(())
        self._found: Difference | None = None

    def turn(self) -> None:
        """Compare the next part when it is due; one follows the other at once where something was missing."""
        if self._clock() < self._due:
            return
        beginning = next(self._left, None)
        if beginning is None:
            self._end_round()
            return
        found = self._index.compare(beginning)
        self._beside()
        self._found = found if self._found is None else self._found.and_then(found)
        self._index.note(found, is_all=False)
        self._due = self._clock() + (0 if found.is_behind else PAUSE_SECONDS)

    def _end_round(self) -> None:
        if self._found is not None:
            self._index.note(self._found, is_all=True)
        self._found = None
        self._left = self._index.beginnings()
