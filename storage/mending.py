"""Two places of one archive held against each other, object by object, and what is not right put right from the one that is.

Which of two is right is never guessed. Originals and readings are right by their name. A record is right when the records after it
vouch for it, when the index remembers it, or when it alone fits the parts that it names. Where none of this tells, both stay as they are.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, runtime_checkable

from models.archive import Manifest
from models.audit import AuditFinding, FindingKind, Remembered
from models.digest import Digest
from models.errors import DamagedRecord, IntegrityViolated, ObjectNotFound, StoreUnavailable
from models.reading_json import reading_from_bytes
from storage import archive_layout as layout
from storage.access_records import access_at, access_key, version_of
from storage.archive_records import manifest_from_bytes
from storage.document_audit import REMAINS
from storage.histories import history_at, history_key, history_of
from storage.log_records import block_from_bytes, block_name_of
from storage.object_store import Copies, Mendable, ObjectStore
from storage.soundness import is_of_one_object, problem_with
from storage.two_listings import both_listed


@runtime_checkable
class TwoPlaces(Copies, Protocol):
    """A store that keeps everything in two places, each a whole archive."""

    @property
    def first(self) -> ObjectStore:
        """The place that is asked first."""

    @property
    def second(self) -> ObjectStore:
        """Its mirror."""

    def is_under_way(self, key: str) -> bool:
        """Whether the second place is still to be given this object: that it lacks it is no damage."""


_NAMES = ("in the first place", "in the mirror")


@dataclass(frozen=True, slots=True)
class _Look:
    """What one place has under a key: bytes that may be right, or why there are none."""

    content: bytes | None
    kind: FindingKind = FindingKind.DAMAGED
    problem: str = ""


def compare_places(store: TwoPlaces, remembered: Callable[[], Iterable[Remembered]], *, repair: bool = False) -> Iterator[AuditFinding]:
    """Every object that is not right in one of the two places; with `repair` those that could be mended are told as `mended`.

    Every object is read in both places. Uploads may go on: what is still on its way to the mirror is no finding.

    Args:
        store: Both places.
        remembered: What the index remembers of each document; asked only where nothing else tells which of two records is right.
        repair: Put right what can be; what stood there is set aside, not destroyed.

    Raises:
        StoreUnavailable: a place does not answer.
    """
    return _Comparison(store, remembered, repair).run()


def compare_document(store: TwoPlaces, remembered: Remembered) -> Iterator[AuditFinding]:
    """The same of one document that the index knows: its records, its original and all its readings; nothing is repaired.

    Raises:
        StoreUnavailable: a place does not answer.
    """
    comparison = _Comparison(store, lambda: [remembered], repair=False)
    document = remembered.document
    readings = {part.key for manifest in comparison.manifests(document) for part in manifest.parts if part.role == "reading"}
    records = {key for key, _, _ in both_listed(store.first, store.second, layout.document_prefix(document))}
    for key in sorted({*records, *readings, layout.original_key(document), layout.restored_key(document)}):
        for finding in comparison.compare(key):
            yield replace(finding, document=document)


def compare_others(store: TwoPlaces) -> Iterator[tuple[AuditFinding, ...]]:
    """The same of what belongs to no document: the log, who has access, results of audits, and the like; object after object.

    What was found of each is given, so that whoever has something else to do may go on later.

    Raises:
        StoreUnavailable: a place does not answer.
    """
    comparison = _Comparison(store, tuple, repair=False)
    for prefix in layout.OF_NO_DOCUMENT:
        for key, _, _ in both_listed(store.first, store.second, prefix):
            yield tuple(comparison.compare(key))


@dataclass(frozen=True, slots=True)
class _Comparison:
    store: TwoPlaces
    remembered: Callable[[], Iterable[Remembered]]
    repair: bool

    def run(self) -> Iterator[AuditFinding]:
        for key, _, _ in both_listed(self.store.first, self.store.second):
            yield from self.compare(key)

    def compare(self, key: str) -> Iterator[AuditFinding]:
        # Twice where they differ: an upload may have come to the one before it was looked at and to the other after.
        for _ in range(2):
            looks = [_look(place, key) for place in (self.store.first, self.store.second)]
            if looks[0].content is not None and looks[0].content == looks[1].content:
                return
            if self.store.is_under_way(key):
                return
        yield from self._findings(key, looks)

    def _findings(self, key: str, looks: list[_Look]) -> Iterator[AuditFinding]:
        if all(look.kind is FindingKind.MISSING for look in looks):
            return  # listed below something that has been set aside since
        right = self._right(key, looks)
        if right is not None and self._is_destroyed(key, right):
            yield _finding(FindingKind.ORPHANED, key, REMAINS)
            return
        for place, name, look in zip((self.store.first, self.store.second), _NAMES, looks, strict=True):
            if right is not None and look.content == right:
                continue
            detail = look.problem or "the two places differ"
            if right is None:
                yield _finding(look.kind, key, f"{name}: {detail}; which of the two is right cannot be told, both were left as they are")
            elif self.repair and _mend(place, key, right):
                yield _finding(FindingKind.MENDED, key, f"{name}: {detail}; put right from the other place")
            else:
                yield _finding(look.kind, key, f"{name}: {detail}; the other place has it: `piaogen audit --repair` puts it right")

    def _is_destroyed(self, key: str, content: bytes) -> bool:
        """Whether this is left of a document that was destroyed after its time: it is not brought back."""
        document = layout.original_of(key) or layout.restored_of(key)
        if document is None and layout.reading_of(key) is not None:
            document = reading_from_bytes(content).document.digest
        tombstone = None if document is None else layout.tombstone_key(document)
        return tombstone is not None and any(_look(place, tombstone).content is not None for place in (self.store.first, self.store.second))

    def _right(self, key: str, looks: list[_Look]) -> bytes | None:
        """The right bytes; None where neither place has them or it cannot be told."""
        candidates = [look.content for look in looks if look.content is not None]
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        if layout.record_of(key) is None:
            fitting = [content for content in candidates if Digest.of(content) in self._followed(key, content)]
            return fitting[0] if len(fitting) == 1 else None
        vouched = self._vouched(key)
        fitting = [content for content in candidates if Digest.of(content) in vouched]
        if not vouched:
            fitting = [content for content in candidates if self._fits(key, content)]
        return fitting[0] if len(fitting) == 1 else None

    def _vouched(self, key: str) -> set[Digest]:
        """The digests that other records, or else the index, name for a record."""
        record = layout.record_of(key)
        if record is None:
            return set()
        document, version = record
        if layout.is_further_received(key):
            return set()
        if version == 0:
            return {part.digest for manifest in self.manifests(document) for part in manifest.parts if part.role == "received"}
        after = {manifest.previous for manifest in self.manifests(document) if manifest.version == version + 1} - {None}
        if after:
            return {digest for digest in after if digest is not None}
        newest = (met for met in self.remembered() if met.document == document and met.version == version)
        return {met.manifest for met in newest if met.manifest is not None}

    def _followed(self, key: str, content: bytes) -> set[Digest]:
        """The digest that what was written after a block of the log, a record of access or a version of a history names for it."""
        name, access, history = block_name_of(key), version_of(key), history_of(key)
        if name is not None:
            following = name.next(block_from_bytes(content, key).next_day).key
            blocks = (block_from_bytes(look, following) for look in self._readable(following))
            return {block.previous.digest for block in blocks if block.previous is not None}
        if access is not None:
            following = access_key(access[0], access[1] + 1)
            records = (access_at(look, following) for look in self._readable(following))
            return {record.previous for record in records if record.previous is not None}
        if history is not None:
            following = history_key(history[0], history[1] + 1)
            versions = (history_at(look, following) for look in self._readable(following))
            return {version.previous for version in versions if version.previous is not None}
        return set()

    def _readable(self, key: str) -> Iterator[bytes]:
        for place in (self.store.first, self.store.second):
            content = _look(place, key).content
            if content is not None:
                yield content

    def manifests(self, document: Digest) -> Iterator[Manifest]:
        """Every version of a document that can be read, as each place has it."""
        for place in (self.store.first, self.store.second):
            for found in place.list(layout.document_prefix(document) + "manifest-"):
                look = _look(place, found.key)
                if look.content is not None:
                    yield manifest_from_bytes(look.content, found.key)

    def _fits(self, key: str, content: bytes) -> bool:
        """Whether everything that a manifest names lies in one of the places; of a `received.json` nothing can be said."""
        try:
            manifest = manifest_from_bytes(content, key)
        except DamagedRecord:
            return False
        return all(
            any(Digest.of(copy) == part.digest and len(copy) == part.size for copy in self.store.copies(partial(_get, part.key)))
            for part in manifest.parts
        )


def _get(key: str, place: ObjectStore) -> bytes:
    return place.get(key)


def _look(place: ObjectStore, key: str) -> _Look:
    try:
        content = place.get(key)
    except ObjectNotFound:
        return _Look(None, FindingKind.MISSING, "it is not there")
    except IntegrityViolated as error:
        return _Look(None, problem=error.message)
    except StoreUnavailable as error:
        if not is_of_one_object(error):
            raise
        return _Look(None, problem="it cannot be read")
    problem = problem_with(key, content)
    return _Look(content) if problem is None else _Look(None, problem=problem)


def _mend(place: ObjectStore, key: str, right: bytes) -> bool:
    """Whether the place holds the right bytes after this."""
    if not isinstance(place, Mendable):
        return False
    place.set_aside(key)
    place.put(key, right, Digest.of(right))
    return place.get(key) == right


def _finding(kind: FindingKind, key: str, detail: str) -> AuditFinding:
    record = layout.record_of(key)
    return AuditFinding(kind, key, layout.original_of(key) if record is None else record[0], detail)
