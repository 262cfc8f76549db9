"""Two places that keep one archive: outages, damage and crashes on either side."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from models.digest import Digest
from models.errors import DigestMismatch, ObjectConflict, ObjectNotFound, StoreUnavailable
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.mirror_outbox import MirrorLag, MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import ObjectStore
from tests.support.archived import DIGEST, DOCUMENT, MORNING, NOON, SCAN, a_reading, put
from tests.support.faulty_store import FaultyStore
from tests.support.flawed_store import FlawedStore
from tests.support.memory_store import MemoryStore

WRITES = 9
"""The marker, the marker again (to see that it is not replaced), the id, original, received, and twice reading and manifest."""

ID = "5f0c1b7d2a9e4c38b6d41f7a90e2c853"


@pytest.fixture
def first() -> FlawedStore:
    return FlawedStore()


@pytest.fixture
def second() -> FlawedStore:
    return FlawedStore()


@pytest.fixture
def outbox(tmp_path: Path) -> MirrorOutbox:
    return MirrorOutbox(tmp_path / "outbox.sqlite", "second")


@pytest.fixture
def both(first: FlawedStore, second: FlawedStore, outbox: MirrorOutbox) -> MirroredStore:
    return MirroredStore(first, second, outbox)


@pytest.fixture
def later(first: FlawedStore, second: FlawedStore, outbox: MirrorOutbox) -> MirroredStore:
    return MirroredStore(first, second, outbox, later=True)


def whole_way(store: ObjectStore) -> list[str]:
    """Open, receive and read twice; what was acknowledged until something failed."""
    acknowledged: list[str] = []
    try:
        archive = InvoiceArchive(store).open()
        archive.take_identity(ID)
        archive.receive(SCAN, DOCUMENT, MORNING, "cli")
        acknowledged.append("received")
        for version in (1, 2):
            archive.add_reading(a_reading(SCAN, version), NOON, version=version)
            acknowledged.append(f"version {version}")
    except StoreUnavailable:
        pass
    return acknowledged


def holds(store: ObjectStore, acknowledged: list[str]) -> bool:
    """Whether the store alone is a sound archive with everything that was acknowledged."""
    archive = InvoiceArchive(store)
    if "received" in acknowledged and archive.original(DIGEST) != SCAN:
        return False
    read = [version for version in (1, 2) if f"version {version}" in acknowledged]
    return audit(archive).sound and all(archive.reading(DIGEST, version) is not None for version in read)


class TestBoth:
    def test_either_place_alone_is_the_whole_archive(self, both: MirroredStore, first: FlawedStore, second: FlawedStore) -> None:
        assert len(whole_way(both)) == 3

        assert first.objects == second.objects
        assert (both.lag.objects, both.lag.seconds) == (0, 0.0)

    @pytest.mark.parametrize("side", ["first", "second"])
    def test_nothing_is_acknowledged_while_a_place_is_down(
        self, both: MirroredStore, side: str, first: FlawedStore, second: FlawedStore
    ) -> None:
        whole_way(both)
        {"first": first, "second": second}[side].down = True

        with pytest.raises(StoreUnavailable):
            put(both, "originals/ab/new", b"new")
        with pytest.raises(StoreUnavailable):
            both.check_writable()

    @pytest.mark.parametrize("side", ["first", "second"])
    def test_what_is_there_is_read_and_listed_while_a_place_is_down(
        self, both: MirroredStore, side: str, first: FlawedStore, second: FlawedStore
    ) -> None:
        whole_way(both)
        {"first": first, "second": second}[side].down = True

        archive = InvoiceArchive(both)

        assert archive.original(DIGEST) == SCAN
        assert list(archive.digests()) == [DIGEST]
        assert archive.reading(DIGEST) == a_reading(SCAN, 2)
        assert both.stat(layout.original_key(DIGEST)).size == len(SCAN)

    @pytest.mark.parametrize("call", ["get", "stat"])
    def test_nothing_is_called_missing_while_a_place_was_not_heard(self, both: MirroredStore, call: str, second: FlawedStore) -> None:
        second.down = True

        with pytest.raises(StoreUnavailable):
            getattr(both, call)("originals/ab/none")

    @pytest.mark.parametrize("side", [0, 1], ids=["first", "second"])
    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_a_crash_before_any_write_of_either_place_loses_nothing_acknowledged(self, side: int, after: bool, tmp_path: Path) -> None:
        for fail_at in range(1, WRITES + 1):
            places, outbox = [MemoryStore(), MemoryStore()], MirrorOutbox(tmp_path / f"{fail_at}.sqlite", "second")
            faulty: list[ObjectStore] = list(places)
            faulty[side] = FaultyStore(places[side], fail_at, after=after)
            acknowledged = whole_way(MirroredStore(*faulty, outbox))
            again = MirroredStore(*places, outbox)

            assert len(acknowledged) < 3
            if acknowledged:
                assert all(InvoiceArchive(place).original(DIGEST) == SCAN for place in places)
            assert len(whole_way(again)) == 3
            assert places[0].objects == places[1].objects
            assert all(holds(place, ["received", "version 1", "version 2"]) for place in places)
            again.catch_up()
            assert again.lag == MirrorLag(0, 0.0, known=True)

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_what_a_crash_left_in_one_place_is_copied_without_being_asked_for(self, after: bool, tmp_path: Path) -> None:
        for fail_at in range(1, WRITES + 1):
            first, second = MemoryStore(), MemoryStore()
            outbox = MirrorOutbox(tmp_path / f"{fail_at}.sqlite", "second")
            whole_way(MirroredStore(first, FaultyStore(second, fail_at, after=after), outbox))

            MirroredStore(first, second, outbox, later=True).catch_up()

            assert second.objects == first.objects

    def test_counted_writes_are_those_that_are_made_to_fail(self, outbox: MirrorOutbox) -> None:
        counting = FaultyStore(MemoryStore(), 0)
        whole_way(MirroredStore(FlawedStore(), counting, outbox))

        assert counting.writes == WRITES

    def test_who_comes_second_is_told_only_when_both_places_have_the_first(
        self, both: MirroredStore, first: FlawedStore, second: FlawedStore
    ) -> None:
        """The winner was killed between the two places."""
        put(first, "documents/ab/record", b"the winner's")

        with pytest.raises(ObjectConflict):
            put(both, "documents/ab/record", b"the loser's")

        assert second.objects == first.objects == {"documents/ab/record": b"the winner's"}

    def test_a_mirror_with_other_bytes_is_told_and_nothing_is_changed(
        self, both: MirroredStore, first: FlawedStore, second: FlawedStore
    ) -> None:
        put(second, "scan", b"scam")

        with pytest.raises(ObjectConflict, match="mirror"):
            put(both, "scan", b"scan")

        assert (first.objects, second.objects) == ({"scan": b"scan"}, {"scan": b"scam"})


DAMAGES: dict[str, Callable[[FlawedStore, str], object]] = {
    "removed": lambda store, key: store.objects.pop(key),
    "flipped": lambda store, key: store.objects.update({key: bytes([store.objects[key][0] ^ 1]) + store.objects[key][1:]}),
    "cut off": lambda store, key: store.objects.update({key: store.objects[key][:-3]}),
    "empty": lambda store, key: store.objects.update({key: b""}),
    "another's": lambda store, key: store.objects.update({key: next(data for name, data in store.objects.items() if name != key)}),
    "unreadable": lambda store, key: store.unreadable.add(key),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("side", ["first", "second"])
@pytest.mark.parametrize("kind", ["originals", "readings", "received", "manifest-000002"])
def test_whatever_is_damaged_in_one_place_is_answered_from_the_other(
    both: MirroredStore, first: FlawedStore, second: FlawedStore, damage: str, side: str, kind: str
) -> None:
    whole_way(both)
    place = {"first": first, "second": second}[side]
    for key in [key for key in place.objects if kind in key]:
        DAMAGES[damage](place, key)
    archive = InvoiceArchive(both)

    assert archive.original(DIGEST) == SCAN
    assert archive.received(DIGEST).received_at == MORNING
    if (damage, kind, side) != ("removed", "manifest-000002", "first"):
        assert archive.reading(DIGEST) == a_reading(SCAN, 2)


def test_what_is_damaged_in_both_places_is_never_given_out(both: MirroredStore, first: FlawedStore, second: FlawedStore) -> None:
    whole_way(both)
    for place in (first, second):
        DAMAGES["flipped"](place, layout.original_key(DIGEST))

    with pytest.raises(DigestMismatch):
        InvoiceArchive(both).original(DIGEST)


class TestLater:
    def test_it_is_acknowledged_with_the_first_place_alone_and_said_to_be_behind(self, later: MirroredStore, second: FlawedStore) -> None:
        second.down = True

        assert len(whole_way(later)) == 3

        assert later.lag.objects == 8
        assert later.lag.known is False
        assert second.objects == {}

    def test_it_catches_up_when_the_mirror_is_back(self, later: MirroredStore, first: FlawedStore, second: FlawedStore) -> None:
        second.down = True
        whole_way(later)
        with pytest.raises(StoreUnavailable):
            later.catch_up()
        second.down = False

        assert later.catch_up() == 8

        assert second.objects == first.objects
        assert later.lag == MirrorLag(0, 0.0, known=True)

    def test_what_waits_outlives_the_process(self, later: MirroredStore, first: FlawedStore, second: FlawedStore, tmp_path: Path) -> None:
        later.catch_up()
        second.down = True
        whole_way(later)
        second.down = False

        again = MirroredStore(first, second, MirrorOutbox(tmp_path / "outbox.sqlite", "second"), later=True)

        assert again.lag.known
        again.catch_up()
        assert second.objects == first.objects

    def test_an_outbox_that_was_lost_is_found_again_by_comparing(
        self, later: MirroredStore, first: FlawedStore, second: FlawedStore, tmp_path: Path
    ) -> None:
        second.down = True
        whole_way(later)
        second.down = False

        MirroredStore(first, second, MirrorOutbox(tmp_path / "another.sqlite", "second"), later=True).catch_up()

        assert second.objects == first.objects

    def test_a_list_from_before_the_machine_was_started_anew_is_not_believed(
        self, first: FlawedStore, second: FlawedStore, tmp_path: Path
    ) -> None:
        """The power may have failed before the last of it was on the disk."""
        path = tmp_path / "outbox.sqlite"
        MirroredStore(first, second, MirrorOutbox(path, "second", start=lambda: "one"), later=True).catch_up()
        whole_way(first)

        anew = MirroredStore(first, second, MirrorOutbox(path, "second", start=lambda: "two"), later=True)

        assert anew.lag.known is False
        anew.catch_up()
        assert second.objects == first.objects

    def test_the_outbox_of_another_mirror_says_nothing_of_this_one(self, later: MirroredStore, first: FlawedStore, tmp_path: Path) -> None:
        whole_way(later)
        later.catch_up()
        third = FlawedStore()

        MirroredStore(first, third, MirrorOutbox(tmp_path / "outbox.sqlite", "third"), later=True).catch_up()

        assert third.objects == first.objects

    def test_a_mirror_that_was_replaced_by_an_empty_place_is_filled_again(
        self, later: MirroredStore, first: FlawedStore, outbox: MirrorOutbox
    ) -> None:
        whole_way(later)
        later.catch_up()
        empty = FlawedStore()

        MirroredStore(first, empty, outbox, later=True).catch_up()

        assert empty.objects == first.objects

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_wherever_catching_up_is_broken_off_the_mirror_is_sound(self, first: FlawedStore, tmp_path: Path, after: bool) -> None:
        whole_way(first)
        for fail_at in range(1, 9):
            second, outbox = MemoryStore(), MirrorOutbox(tmp_path / f"{fail_at}.sqlite", "second")
            with pytest.raises(StoreUnavailable):
                MirroredStore(first, FaultyStore(second, fail_at, after=after), outbox, later=True).catch_up()

            kinds = {finding.key for finding in audit(InvoiceArchive(second)).findings}
            MirroredStore(first, second, outbox, later=True).catch_up()

            assert kinds == set()
            assert second.objects == first.objects

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_a_crash_before_any_write_of_the_first_place_loses_nothing(self, second: FlawedStore, tmp_path: Path, after: bool) -> None:
        for fail_at in range(1, 9):
            first, outbox = MemoryStore(), MirrorOutbox(tmp_path / f"{fail_at}.sqlite", "second")
            mirror = FlawedStore()
            acknowledged = whole_way(MirroredStore(FaultyStore(first, fail_at, after=after), mirror, outbox, later=True))
            MirroredStore(first, mirror, outbox, later=True).catch_up()

            assert holds(first, acknowledged)
            assert mirror.objects == first.objects

    def test_what_cannot_be_copied_holds_up_nothing_else_and_stays_waiting(
        self, later: MirroredStore, first: FlawedStore, second: FlawedStore
    ) -> None:
        InvoiceArchive(later).open()
        later.catch_up()
        put(second, layout.original_key(DIGEST), b"other bytes")
        whole_way(later)

        later.catch_up()

        assert set(second.objects) == set(first.objects)
        assert later.lag.objects == 1

    def test_an_object_on_its_way_stays_waiting_and_one_that_never_came_is_forgotten(
        self, first: FlawedStore, second: FlawedStore, tmp_path: Path
    ) -> None:
        now = [1000.0]
        outbox = MirrorOutbox(tmp_path / "outbox.sqlite", "second", clock=lambda: now[0])
        whole_way(first)
        store = MirroredStore(first, second, outbox, later=True)
        outbox.add(["originals/ab/scan"])

        store.catch_up()
        assert store.lag == MirrorLag(1, 0.0, known=True)

        now[0] += 4000
        assert store.lag.seconds == 4000
        store.catch_up()
        assert store.lag.objects == 0

    def test_an_outage_of_the_mirror_changes_no_answer(self, later: MirroredStore, second: FlawedStore) -> None:
        second.down = True

        with pytest.raises(ObjectNotFound):
            later.get("originals/ab/none")
        later.check_writable()


def test_a_thread_copies_what_was_written(first: FlawedStore, tmp_path: Path) -> None:
    class Announcing(FlawedStore):
        def put(self, key: str, data: bytes, expected: Digest) -> bool:
            new = super().put(key, data, expected)
            if "manifest-000002" in key:
                arrived.set()
            return new

    arrived, second = Event(), Announcing()

    whole_way(MirroredStore(first, second, MirrorOutbox(tmp_path / "outbox.sqlite", "second"), later=True, follow=True))

    assert arrived.wait(60)
    assert second.objects == first.objects
