"""Copy an archive into another store so that the copy is a sound archive at every moment, while the archive goes on taking uploads.

What names others is written after them, so it never stands in the copy without what it names, wherever the copy is broken off. Records
are listed after the parts, so that no part is fetched whose record is still being written; parts that came between the two listings are
fetched when their record is. The log names records, so it is listed before them. What came meanwhile is fetched in further rounds.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, groupby, islice
from typing import NamedTuple

from models.digest import Digest
from models.errors import IntegrityViolated, NotAnArchive, ObjectConflict, ObjectNotFound, StoreUnavailable
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.archive_records import manifest_from_bytes
from storage.destruction_records import approval_key, list_key, tombstone_from_bytes
from storage.histories import history_at, history_of
from storage.object_store import ObjectStore, StoredObject, validate_key
from storage.soundness import is_of_one_object, named_digest, problem_with

ROUNDS = 5
"""After so many rounds the copy is as new as their last listing, however busy the archive is; a quiet one needs two."""
_AT_ONCE = 4
"""Copied side by side: most of the time is spent waiting for one of the stores."""
_WINDOW = 64
"""Groups handed out together, so that memory does not grow with the archive."""


class CopyState(StrEnum):
    """What became of one object.

    `copied`: read, written and read back. `there`: the target had the same bytes. `damaged`: the source's bytes are not right, so they
    were not copied. `gone`: the source listed it and no longer has it. `conflict`: the target has other bytes under this key, or did not
    keep what it acknowledged. `left_out`: a name that no store keeps, so no part of an archive.
    """

    COPIED = "copied"
    THERE = "there"
    DAMAGED = "damaged"
    GONE = "gone"
    CONFLICT = "conflict"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class CopiedObject:
    """What became of the object `key`; `size` in bytes, `detail` where it was not copied."""

    key: str
    state: CopyState
    size: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy did. `problems` are the objects that the copy lacks although the archive lists them; `left_out` are no objects."""

    copied: int
    copied_bytes: int
    there: int
    left_out: tuple[str, ...]
    problems: tuple[CopiedObject, ...]

    @property
    def sound(self) -> bool:
        """Whether everything that the archive holds lies at the target, byte for byte."""
        return not self.problems


def copy_archive(source: ObjectStore, target: ObjectStore, told: Callable[[CopiedObject], None], *, quick: bool = False) -> CopyReport:
    """Copy what `target` does not hold yet. It can be broken off at any moment and begun again.

    Args:
        source: An archive; uploads may go on.
        target: An empty place, or a copy of the same archive.
        told: Hears of every object once.
        quick: Take what lies at the target with the same size as copied, without reading it again.

    Raises:
        NotAnArchive: `source` is none, or `target` holds something else or another archive.
        StoreUnavailable: one of them does not answer; what was copied until then is a sound archive.
    """
    InvoiceArchive(source).open(create=False)
    copy = InvoiceArchive(target).open()
    _require_same(InvoiceArchive(source).identity(), copy.identity())
    with _Plan() as plan:
        work = _Copying(source, target, plan, told, quick)
        plan.note_target(target.list())
        for _ in range(ROUNDS):
            if not work.run_round():
                break
        return work.report()


def _require_same(source: str | None, target: str | None) -> None:
    if target is not None and source != target:
        raise NotAnArchive(f"the target is another archive ({target}, not {source}): name an empty place, or the copy of this archive")


def _listed(source: ObjectStore) -> Iterator[StoredObject]:
    """Everything in the archive; the head of this module says why in this order."""
    known = (layout.ORIGINALS, layout.RESTORED, layout.READINGS, layout.ATTACHMENTS, *reversed(layout.HISTORY))
    yield from chain.from_iterable(source.list(prefix) for prefix in known)
    yield from (found for found in source.list() if not found.key.startswith((*known, layout.DOCUMENTS)))
    yield from source.list(layout.DOCUMENTS)


def _parts_of(key: str, content: bytes) -> tuple[str, ...]:
    """The originals and readings that a record names, the list that a tombstone names, the files that a version of a history names."""
    if history_of(key) is not None:
        return tuple(map(layout.attachment_key, history_at(content, key).attachments))
    record = layout.record_of(key)
    if record is None:
        return ()
    document, version = record
    if version == layout.TOMBSTONE_VERSION:
        list_id = tombstone_from_bytes(content, key).list_id
        return (list_key(list_id), approval_key(list_id))
    if version == 0:
        return (layout.original_key(document),)
    return tuple(part.key for part in manifest_from_bytes(content, key).parts if part.role != "received")


@dataclass(slots=True)
class _Copying:
    source: ObjectStore
    target: ObjectStore
    plan: "_Plan"
    told: Callable[[CopiedObject], None]
    quick: bool
    copied: int = 0
    copied_bytes: int = 0
    there: int = 0
    left_out: list[str] = field(default_factory=list)
    problems: list[CopiedObject] = field(default_factory=list)

    def run_round(self) -> bool:
        """Copy what is new since the last round; whether there was anything."""
        self.plan.note_source(self._objects(_listed(self.source)))
        anything = False
        with ThreadPoolExecutor(_AT_ONCE, "copying") as threads:
            for rank, planned in groupby(self.plan.open_objects(), key=lambda found: found.rank):
                for outcome in self._copy_all(threads, rank, planned):
                    anything = True
                    self._note(outcome)
        self.plan.close_round()
        return anything

    def report(self) -> CopyReport:
        return CopyReport(self.copied, self.copied_bytes, self.there, tuple(self.left_out), tuple(self.problems))

    def _objects(self, listed: Iterable[StoredObject]) -> Iterator[StoredObject]:
        """What is part of an archive or may become so; the index and what file managers leave are not."""
        for found in listed:
            if layout.is_litter_key(found.key) or found.key.startswith(layout.RESERVED_FOR_INDEX):
                continue
            try:
                validate_key(found.key)
            except ValueError:
                if found.key not in self.left_out:
                    self._note(CopiedObject(found.key, CopyState.LEFT_OUT, found.size, "no name of an object"))
                continue
            yield found

    def _copy_all(self, threads: ThreadPoolExecutor, rank: int, planned: "Iterable[_Planned]") -> Iterator[CopiedObject]:
        """Parts and documents side by side; what may be a chain one after the other."""
        if rank > layout.MANIFESTS_RANK:
            yield from chain.from_iterable(map(self._copy, planned))
            return
        groups = _groups(rank, planned)
        while window := list(islice(groups, _WINDOW)):
            yield from chain.from_iterable(threads.map(self._copy_group, window))

    def _copy_group(self, group: "Iterable[_Planned]") -> list[CopiedObject]:
        return list(chain.from_iterable(map(self._copy, group)))

    def _copy(self, planned: "_Planned") -> Iterator[CopiedObject]:
        """Copy one object, and before it the parts that it names and that came after the listing."""
        key = planned.key
        if planned.size == planned.size_there and (self.quick or self._holds_promised(key)):
            yield CopiedObject(key, CopyState.THERE, planned.size)
            return
        content = self._read(key)
        if isinstance(content, CopiedObject):
            yield content
            return
        for part in _parts_of(key, content):
            if not self.plan.knows(part) and not self._is_destroyed(key, part):
                self.plan.note_copied(part)
                yield from self._copy(_Planned(layout.PARTS_RANK, part, 0, None))
        yield self._put(key, content)

    def _is_destroyed(self, key: str, part: str) -> bool:
        """Whether a record names a part that is gone with its document."""
        record = layout.record_of(key)
        if record is None or part.startswith(layout.DESTRUCTIONS):
            return False
        return self.plan.knows(layout.tombstone_key(record[0])) and layout.record_of(part) is None

    def _read(self, key: str) -> bytes | CopiedObject:
        """The right bytes of an object, or why there are none."""
        try:
            content = self.source.get(key)
        except ObjectNotFound:
            return CopiedObject(key, CopyState.GONE, detail="the archive no longer has it")
        except IntegrityViolated as error:
            return CopiedObject(key, CopyState.DAMAGED, detail=error.message)
        except StoreUnavailable as error:
            if not is_of_one_object(error):
                raise
            return CopiedObject(key, CopyState.DAMAGED, detail=error.message)
        problem = problem_with(key, content)
        if problem is not None:
            return CopiedObject(key, CopyState.DAMAGED, len(content), problem)
        return content

    def _holds_promised(self, key: str) -> bool:
        """Whether the target's bytes are those that the key promises; only originals and readings can be known so, without the source."""
        promised = named_digest(key)
        return promised is not None and self._lies_there(key) == promised

    def _put(self, key: str, content: bytes) -> CopiedObject:
        digest = Digest.of(content)
        try:
            new = self.target.put(key, content, digest)
        except ObjectConflict as error:
            return CopiedObject(key, CopyState.CONFLICT, len(content), error.message)
        if self._lies_there(key) != digest:
            return CopiedObject(key, CopyState.CONFLICT, len(content), "the target acknowledged these bytes and does not give them back")
        return CopiedObject(key, CopyState.COPIED if new else CopyState.THERE, len(content))

    def _lies_there(self, key: str) -> Digest | None:
        try:
            return Digest.of(self.target.get(key))
        except (ObjectNotFound, IntegrityViolated):
            return None
        except StoreUnavailable as error:
            if not is_of_one_object(error):
                raise
            return None

    def _note(self, outcome: CopiedObject) -> None:
        match outcome.state:
            case CopyState.COPIED:
                self.copied += 1
                self.copied_bytes += outcome.size
            case CopyState.THERE:
                self.there += 1
            case CopyState.LEFT_OUT:
                self.left_out.append(outcome.key)
            case _:
                self.problems.append(outcome)
        self.told(outcome)


class _Planned(NamedTuple):
    """An object to be copied; `size_there` is its size at the target when the copying began, None where it had none."""

    rank: int
    key: str
    size: int
    size_there: int | None


def _groups(rank: int, planned: Iterable[_Planned]) -> Iterator[list[_Planned]]:
    """What may go side by side: every part, and every document with its versions in their order."""
    if rank <= layout.PARTS_RANK:
        return ([found] for found in planned)
    return (list(group) for _, group in groupby(planned, key=lambda found: found.key.rpartition("/")[0]))


class _Plan:
    """What both stores hold, on disk instead of in memory: a private database that vanishes when closed."""

    def __init__(self) -> None:
        # The threads that copy ask it as well; SQLite itself lets one after the other in.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            CREATE TABLE source (key TEXT PRIMARY KEY, rank INTEGER NOT NULL, size INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0)
                WITHOUT ROWID;
            CREATE INDEX open_source ON source (rank, key) WHERE NOT closed;
            CREATE TABLE target (key TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
            BEGIN;
            """
        )

    def __enter__(self) -> "_Plan":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def note_target(self, objects: Iterable[StoredObject]) -> None:
        rows = ((found.key, found.size) for found in objects)
        self._database.executemany("INSERT OR IGNORE INTO target VALUES (?, ?)", rows)

    def note_source(self, objects: Iterable[StoredObject]) -> None:
        rows = ((found.key, layout.rank_of_writing(found.key), found.size) for found in objects)
        self._database.executemany("INSERT OR IGNORE INTO source (key, rank, size) VALUES (?, ?, ?)", rows)

    def open_objects(self) -> Iterator[_Planned]:
        """What no round has looked at, in the order in which it is written."""
        query = """
            SELECT source.rank, key, source.size, target.size FROM source LEFT JOIN target USING (key)
            WHERE NOT closed ORDER BY source.rank, key
        """
        for row in self._database.execute(query):
            yield _Planned(*row)

    def knows(self, key: str) -> bool:
        """Whether the archive was seen to list this object."""
        return self._database.execute("SELECT 1 FROM source WHERE key = ?", (key,)).fetchone() is not None

    def note_copied(self, key: str) -> None:
        """An object that was copied out of its turn: no round has to look at it."""
        self._database.execute("INSERT OR IGNORE INTO source (key, rank, size, closed) VALUES (?, ?, 0, 1)", (key, layout.PARTS_RANK))

    def close_round(self) -> None:
        self._database.execute("UPDATE source SET closed = 1 WHERE NOT closed")
