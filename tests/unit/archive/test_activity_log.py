"""The activity log: one chain whoever writes, entries that come together in one block, days that end, and no entry written twice."""

import threading
from concurrent.futures import wait
from datetime import date

import pytest

from models.activity import LogEntry, LogHead
from models.digest import Digest
from models.errors import DamagedRecord, StoreUnavailable
from storage.activity_log import EMPTY, ActivityLog
from storage.archive import InvoiceArchive
from storage.log_audit import audit_log
from storage.log_records import BlockName, block_name_of
from storage.object_store import ObjectStore
from tests.support.faulty_store import FaultyStore
from tests.support.logged import SetClock, an_entry, an_upload
from tests.support.memory_store import MemoryStore

TODAY = date(2026, 3, 2)


def entries_of(store: ObjectStore) -> list[LogEntry]:
    """Every entry in the order of the chain, after an audit of it."""
    report = audit_log(InvoiceArchive(store), with_documents=False)
    assert report.findings == ()
    return [entry for stored in ActivityLog(store).after(None) for entry in stored.block.entries]


def test_a_log_without_entries_has_no_head(store: MemoryStore) -> None:
    assert ActivityLog(store).head() is None


def test_each_block_names_the_one_before(store: MemoryStore) -> None:
    log = ActivityLog(store, SetClock())

    first, second = log.append(an_entry(1)), log.append(an_entry(2), an_entry(3))

    assert list(store.objects) == ["log/2026-03-02/000000001.json", "log/2026-03-02/000000002.json"]
    assert [head.count for head in (first, second)] == [1, 2]
    assert first.digest == Digest.of(store.objects["log/2026-03-02/000000001.json"])
    assert f'"digest":"{first.digest}"'.encode() in store.objects["log/2026-03-02/000000002.json"]
    assert entries_of(store) == [an_entry(1), an_entry(2), an_entry(3)]


def test_another_process_goes_on_where_the_chain_ends(store: MemoryStore) -> None:
    one, other = ActivityLog(store, SetClock()), ActivityLog(store, SetClock())

    for number in range(6):
        (one, other)[number % 2].append(an_entry(number))

    assert entries_of(store) == [an_entry(number) for number in range(6)]
    assert ActivityLog(store, SetClock()).head() == one.head()


def test_many_threads_in_two_processes_write_one_chain(store: MemoryStore) -> None:
    logs = [ActivityLog(store, SetClock()) for _ in range(2)]
    answers = [log.begin([an_entry(number)]) for number in range(100) for log in logs]

    wait(answers)

    assert sorted(entry.subject for entry in entries_of(store)) == sorted(2 * [an_entry(number).subject for number in range(100)])


def test_what_comes_while_a_block_is_written_goes_into_the_next_one_together(store: MemoryStore) -> None:
    class Held(MemoryStore):
        free = threading.Event()

        def put(self, key: str, data: bytes, expected: Digest) -> bool:
            self.free.wait(10)
            return super().put(key, data, expected)

    held = Held()
    log = ActivityLog(held, SetClock())
    first = log.begin([an_entry(0)])
    others = [log.begin([an_entry(number)]) for number in range(1, 30)]
    held.free.set()
    wait([first, *others])

    assert len(held.objects) <= 3
    assert entries_of(held) == [an_entry(number) for number in range(30)]


def test_a_day_ends_with_a_block_that_names_the_next(store: MemoryStore) -> None:
    clock = SetClock()
    log = ActivityLog(store, clock)
    log.append(an_entry(1))
    clock.pass_by(days=3)
    log.append(an_entry(2))

    names = [block_name_of(key) for key in store.objects]
    closing = log.read(BlockName(TODAY, 2)).block

    assert names == [BlockName(TODAY, 1), BlockName(TODAY, 2), BlockName(date(2026, 3, 5), 3)]
    assert (closing.entries, closing.next_day, closing.tree) == ((), date(2026, 3, 5), log.read(BlockName(TODAY, 1)).block.tree)
    assert log.read(BlockName(date(2026, 3, 5), 3)).block.tree.size == 1
    assert entries_of(store) == [an_entry(1), an_entry(2)]


def test_the_day_is_that_of_china(store: MemoryStore) -> None:
    clock = SetClock()
    clock.pass_by(hours=8)  # half past four in the afternoon in Greenwich

    ActivityLog(store, clock).append(an_entry())

    assert list(store.objects) == ["log/2026-03-03/000000001.json"]


@pytest.mark.parametrize("days", [-40, -1, 1, 400])
def test_a_clock_that_is_off_opens_no_second_chain(store: MemoryStore, days: int) -> None:
    right, off = SetClock(), SetClock()
    off.pass_by(days=days)
    ActivityLog(store, right).append(an_entry(0))
    wrong, other = ActivityLog(store, off), ActivityLog(store, right)

    wrong.append(an_entry(1))
    other.append(an_entry(2))
    wrong.append(an_entry(3))
    ActivityLog(store, right).append(an_entry(4))

    assert entries_of(store) == [an_entry(number) for number in range(5)]


def test_blocks_are_walked_backwards_across_days(store: MemoryStore) -> None:
    clock = SetClock()
    log = ActivityLog(store, clock)
    for number in range(3):
        log.append(an_entry(number))
        clock.pass_by(days=1)

    numbers = [stored.block.name.number for stored in ActivityLog(store, clock).before(None)]

    assert numbers == [5, 4, 3, 2, 1]
    assert [stored.block.name.number for stored in log.before(BlockName(date(2026, 3, 3), 3))] == [2, 1]
    assert [stored.block.name.number for stored in log.after(BlockName(TODAY, 2))] == [3, 4, 5]


def test_an_entry_is_only_written_where_the_log_still_stands(store: MemoryStore) -> None:
    log, other = ActivityLog(store, SetClock()), ActivityLog(store, SetClock())
    seen = log.append(an_entry(1))
    now = other.append(an_entry(2))

    assert log.begin([an_entry(3)], only_after=seen).result() is None
    assert log.begin([an_entry(3)], only_after=now).result() == other.head()
    assert entries_of(store) == [an_entry(1), an_entry(2), an_entry(3)]


def test_it_is_not_written_either_when_the_place_is_taken_at_the_same_moment(store: MemoryStore) -> None:
    class Raced(MemoryStore):
        def put(self, key: str, data: bytes, expected: Digest) -> bool:
            if not self.objects:
                self.objects = store.objects
                ActivityLog(store, SetClock()).append(an_entry(1))
            return super().put(key, data, expected)

    log = ActivityLog(Raced(), SetClock())

    assert log.begin([an_entry(2)], only_after=EMPTY).result() is None
    assert entries_of(store) == [an_entry(1)]


class TestAStoreThatFails:
    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_the_writer_is_told_and_what_happened_already_is_written_once_by_a_later_block(
        self, store: MemoryStore, *, after: bool
    ) -> None:
        faulty = Recovering(store, 2, after=after)
        log = ActivityLog(faulty, SetClock())
        log.append(an_entry(1))

        with pytest.raises(StoreUnavailable):
            log.begin([an_upload(b"scan")], is_owed=True).result()
        log.append(an_entry(2))

        assert entries_of(store) == [an_entry(1), an_upload(b"scan"), an_entry(2)]

    def test_what_was_refused_is_not_written_later(self, store: MemoryStore) -> None:
        log = ActivityLog(Recovering(store, 2), SetClock())
        log.append(an_entry(1))

        with pytest.raises(StoreUnavailable):
            log.append(an_entry(2))
        log.append(an_entry(3))

        assert entries_of(store) == [an_entry(1), an_entry(3)]

    def test_a_write_that_arrives_late_is_not_written_again(self, store: MemoryStore) -> None:
        """The server took its time: the block that nobody was told of comes between two looks at its place."""
        faulty = Recovering(store, 2)
        log = ActivityLog(faulty, SetClock())
        log.append(an_entry(1))
        with pytest.raises(StoreUnavailable):
            log.begin([an_upload(b"scan")], is_owed=True).result()
        faulty.deliver_late = True

        log.append(an_entry(2))

        assert entries_of(store) == [an_entry(1), an_upload(b"scan"), an_entry(2)]

    def test_the_first_block_of_all_that_was_tried_before_and_after_midnight_is_not_written_again(self, store: MemoryStore) -> None:
        clock = SetClock()
        unheard = Unheard()
        log = ActivityLog(unheard, clock)
        for unheard.keeps in (False, True):
            with pytest.raises(StoreUnavailable):
                log.begin([an_upload(b"scan %d" % unheard.keeps)], is_owed=True).result()
            clock.pass_by(days=1)
        unheard.is_heard = True

        log.append(an_entry(2))

        assert entries_of(unheard) == [an_upload(b"scan 0"), an_upload(b"scan 1"), an_entry(2)]

    def test_a_newest_block_that_cannot_be_read_is_told(self, store: MemoryStore) -> None:
        ActivityLog(store, SetClock()).append(an_entry(1))
        store.objects["log/2026-03-02/000000001.json"] = b"{"

        with pytest.raises(DamagedRecord, match="000000001"):
            ActivityLog(store, SetClock()).append(an_entry(2))


class Unheard(MemoryStore):
    """Does not answer, whether it keeps what it is given or not."""

    def __init__(self) -> None:
        super().__init__()
        self.keeps = False
        self.is_heard = False

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        new = super().put(key, data, expected) if self.keeps else True
        if not self.is_heard:
            raise StoreUnavailable("no answer")
        return new


class Recovering(MemoryStore):
    """Fails at the write numbered `fail_at`, before or after it was kept, and works again from then on."""

    def __init__(self, inner: MemoryStore, fail_at: int, *, after: bool = False) -> None:
        super().__init__()
        self.objects = inner.objects
        self._failing = FaultyStore(inner, fail_at, after=after)
        self._failed: tuple[str, bytes, Digest] | None = None
        self.deliver_late = False

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        if self._failed is None:
            try:
                return self._failing.put(key, data, expected)
            except StoreUnavailable:
                self._failed = (key, data, expected)
                raise
        if self.deliver_late:
            self.deliver_late = False
            super().put(*self._failed)
        return super().put(key, data, expected)


@pytest.mark.parametrize(
    "text", ["", "7", "0:sha256:" + "a" * 64, "-1:sha256:" + "a" * 64, "٣:sha256:" + "a" * 64, "7:md5:00", "7:sha256:00"]
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not (a|the) "):
        LogHead.parse(text)


def test_a_head_is_read_as_it_is_printed() -> None:
    head = LogHead(412, Digest.of(b"block"))

    assert LogHead.parse(str(head)) == head
