"""The activity log: write-once blocks in the archive's own store, each naming the digest of the one before.

One chain per archive, however many processes write it: the store's write-once put gives each place to one of them, and a loser takes
the next. A day ends with a block that says so, which competes for its place like any other, so that no two days go on at once.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import NamedTuple

from models.activity import LogEntry, LogHead
from models.calendar_words import day_in_china
from models.digest import Digest
from models.errors import ObjectConflict, ObjectNotFound, PiaogenError, StoreUnavailable
from storage.archive_records import damaged
from storage.log_records import LOG, Block, BlockName, Link, block_from_bytes, block_name_of, block_to_bytes, day_prefix, entry_leaf
from storage.merkle import Frontier
from storage.object_store import ObjectStore, keep

EMPTY = LogHead(0, Digest.of(b""))
"""Where a log stands that has no block yet."""

MOST_TOGETHER = 1000
"""Entries in one block: all of them are in memory, and a block is read whole."""


class StoredBlock(NamedTuple):
    """A block with the digest of its bytes."""

    block: Block
    digest: Digest

    @property
    def head(self) -> LogHead:
        """The head of a log that ends with this block."""
        return LogHead(self.block.name.number, self.digest)


class _Waiting(NamedTuple):
    entries: tuple[LogEntry, ...]
    is_owed: bool
    only_after: LogHead | None
    answer: "Future[LogHead | None]"


class ActivityLog:
    """Appends and reads. Safe for any number of threads and processes.

    What several threads append while a block is being written goes into the next one together: a busy service waits for its disk once
    for many.
    """

    def __init__(self, store: ObjectStore, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Nothing is read before the first use."""
        self._store = store
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, "log")
        self._last: StoredBlock | None = None
        self._unsure: dict[Digest, StoredBlock] = {}
        """Blocks for the next place whose writes were not answered: one of them stands, or none."""
        self._owed: list[LogEntry] = []
        """Entries of the unsure block, or of failed ones, about what has happened already."""

    def begin(self, entries: Sequence[LogEntry], *, is_owed: bool = False, only_after: LogHead | None = None) -> "Future[LogHead | None]":
        """Append in the background; the result is the log's head once the entries are durable.

        Args:
            entries: What to append, all or nothing.
            is_owed: It has happened already: when writing fails, a later block brings it.
            only_after: Append nothing, and answer None, when the log does not end with this block any more; `EMPTY` for one without any.

        The result raises StoreUnavailable (whether the entries stand is then unknown) and DamagedRecord (the newest block is unreadable).
        """
        waiting = _Waiting(tuple(entries), is_owed, only_after, Future())
        with self._lock:
            self._waiting.append(waiting)
        self._writer.submit(self._write_waiting)
        return waiting.answer

    def append(self, *entries: LogEntry) -> LogHead:
        """Append and wait; see `begin`."""
        head = self.begin(entries).result()
        assert head is not None  # only `only_after` is answered with None
        return head

    def head(self) -> LogHead | None:
        """How far the log has come; None when it has no block yet."""
        newest = self.newest()
        return None if newest is None else newest.head

    def newest(self) -> StoredBlock | None:
        """The last block, looked for in the store; None when there is none."""
        last = self._find_newest()
        following = last
        while following is not None:
            last, following = following, self._following(following)
        return last

    def read(self, name: BlockName) -> StoredBlock:
        """One block; raise ObjectNotFound, DamagedRecord."""
        content = self._store.get(name.key)
        return StoredBlock(block_from_bytes(content, name.key), Digest.of(content))

    def after(self, name: BlockName | None) -> Iterator[StoredBlock]:
        """Every block after this one, along the chain, all for None; it ends at the first that is not there. `audit_log` checks the chain.

        Raises:
            ObjectNotFound: there is no block `name`.
            DamagedRecord: a block cannot be read.
        """
        if name is None:
            first = next((other for found in self._store.list(LOG) if (other := block_name_of(found.key)) is not None), None)
            following = None if first is None else self.read(first)
        else:
            following = self._following(self.read(name))
        while following is not None:
            yield following
            following = self._following(following)

    def before(self, name: BlockName | None) -> Iterator[StoredBlock]:
        """Every block before this one, newest first; from the end for None."""
        if name is None:
            newest = self.newest()
            if newest is None:
                return
            yield newest
            previous = newest.block.previous
        else:
            previous = self.read(name).block.previous
        while previous is not None:
            other = block_name_of(previous.key)
            if other is None:
                raise damaged(previous.key, "a block of the log names it as the one before, and it is the key of none")
            stored = self.read(other)
            yield stored
            previous = stored.block.previous

    def day(self, day: date) -> tuple[StoredBlock, ...]:
        """The blocks of one day in order."""
        names = (block_name_of(found.key) for found in self._store.list(day_prefix(day)))
        return tuple(self.read(name) for name in names if name is not None)

    def _write_waiting(self) -> None:
        """Write everything that waits; runs on the one writer thread only."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        while waiting:
            together = self._together(waiting)
            waiting = waiting[len(together) :]
            failure: PiaogenError = StoreUnavailable("the log's writer broke; try again")
            head: LogHead | None = None
            is_answered = False
            try:
                head = self._commit(together)
                is_answered = True
            except PiaogenError as error:
                failure = error
            finally:
                for one in together:
                    if is_answered:
                        one.answer.set_result(head)
                    else:
                        one.answer.set_exception(type(failure)(failure.message, **failure.details))

    def _together(self, waiting: list[_Waiting]) -> list[_Waiting]:
        """The first of those that wait and what may share its block: no more than fit, and nothing beside a condition."""
        together = waiting[:1]
        count = len(together[0].entries)
        for one in waiting[1:]:
            count += len(one.entries)
            if count > MOST_TOGETHER or one.only_after is not None or together[0].only_after is not None:
                break
            together.append(one)
        return together

    def _commit(self, together: list[_Waiting]) -> LogHead | None:
        """Write one block with the entries of all; None when the log has moved on from where it had to stand."""
        entries = [entry for one in together for entry in one.entries]
        owed = [entry for one in together if one.is_owed for entry in one.entries]
        try:
            self._settle()
            if self._last is None:
                self._last = self.newest()
            condition = together[0].only_after
            if condition is not None:
                self._catch_up()
                if (EMPTY if self._last is None else self._last.head) != condition:
                    return None
            return self._take_place(entries, or_nothing=condition is not None)
        except StoreUnavailable:
            self._owed += owed
            raise

    def _settle(self) -> None:
        """Find out whether a block stands whose write was not answered: what it brought is not brought twice."""
        # They are for one place, but for a log without any block: its first may have been tried before and after midnight.
        for name in {unsure.block.name for unsure in self._unsure.values()}:
            with suppress(ObjectNotFound):
                self._take_note(self.read(name))
                return

    def _take_note(self, standing: StoredBlock) -> None:
        """The next place of the chain is taken by this block, which may be one of ours after all."""
        ours = self._unsure.get(standing.digest)
        if ours is not None:
            written = set(map(id, ours.block.entries))
            self._owed = [entry for entry in self._owed if id(entry) not in written]
        self._unsure.clear()
        self._last = standing

    def _take_place(self, entries: list[LogEntry], *, or_nothing: bool) -> LogHead | None:
        """Write the entries, after those that are owed, at the end of the chain, wherever that is by now; or not at all once it moved."""
        while True:
            today = day_in_china(self._clock())
            last = self._last
            if last is not None and last.block.next_day is None and last.block.name.day < today:
                if not self._try(_closing(last, today, self._clock())) and or_nothing:
                    return None
                continue
            block = _following_block(last, today, self._clock(), (*self._owed, *entries))
            if self._try(block):
                self._owed = []
                return LogHead(block.name.number, Digest.of(block_to_bytes(block)))
            if or_nothing:
                return None

    def _try(self, block: Block) -> bool:
        """Put a block at its place; when another's stands there, that one is the last known now."""
        content = block_to_bytes(block)
        stored = StoredBlock(block, Digest.of(content))
        self._unsure[stored.digest] = stored
        try:
            keep(self._store, block.name.key, content, stored.digest)
        except ObjectConflict:
            del self._unsure[stored.digest]
            self._take_note(self.read(block.name))
            self._catch_up()
            return False
        self._unsure.clear()
        self._last = stored
        return True

    def _catch_up(self) -> None:
        """Follow the chain to its end from the last block known."""
        following = self._last
        while following is not None:
            self._last = following
            following = self._following(following)

    def _following(self, stored: StoredBlock) -> StoredBlock | None:
        try:
            return self.read(stored.block.name.next(stored.block.next_day))
        except ObjectNotFound:
            return None

    def _find_newest(self) -> StoredBlock | None:
        """The last block of the newest day that is found by looking at today, this month, this year, and so on."""
        today = day_in_china(self._clock()).isoformat()
        for prefix in (f"{LOG}{today}/", LOG + today[:7], LOG + today[:4], LOG):
            names = [name for found in self._store.list(prefix) if (name := block_name_of(found.key)) is not None]
            if names:
                return self._last_of_days(max(names, key=lambda name: name.number))
        return None

    def _last_of_days(self, name: BlockName) -> StoredBlock:
        stored = self.read(name)
        while stored.block.next_day is not None:  # by another's clock a later day has begun
            names = [other for found in self._store.list(day_prefix(stored.block.next_day)) if (other := block_name_of(found.key))]
            if not names:
                break
            stored = self.read(max(names, key=lambda other: other.number))
        return stored


def _following_block(last: StoredBlock | None, today: date, now: datetime, entries: tuple[LogEntry, ...]) -> Block:
    leaves = [entry_leaf(entry) for entry in entries]
    if last is None:
        return Block(BlockName(today, 1), None, now, secrets.token_hex(8), entries, Frontier().grown(leaves))
    block = last.block
    tree = block.tree if block.next_day is None else Frontier()
    name = block.name.next(block.next_day)
    return Block(name, Link(block.name.key, last.digest), now, secrets.token_hex(8), entries, tree.grown(leaves))


def _closing(last: StoredBlock, today: date, now: datetime) -> Block:
    block = last.block
    return Block(block.name.next(None), Link(block.name.key, last.digest), now, secrets.token_hex(8), (), block.tree, today)
