"""A place of a mirrored archive that is down is spared for a while: reads do not wait for it, writes ask it as ever."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import ObjectNotFound, StoreUnavailable
from storage.circuit_breaker import FAILURES, PAUSE_SECONDS
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from tests.support.archived import put
from tests.support.flawed_store import FlawedStore


class CountingStore(FlawedStore):
    """Counts how often it is asked for what it has, and lets something happen then."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.happen: Callable[[], object] = lambda: None

    def _require_up(self) -> None:
        self.asked += 1
        self.happen()
        super()._require_up()


class TestAPlaceThatIsDown:
    """`now` is the clock; `asked` says how many calls came to the first place."""

    @pytest.fixture
    def now(self) -> list[float]:
        return [1000.0]

    @pytest.fixture
    def second(self) -> FlawedStore:
        return FlawedStore()

    @pytest.fixture
    def outbox(self, tmp_path: Path) -> MirrorOutbox:
        return MirrorOutbox(tmp_path / "outbox.sqlite", "second")

    @pytest.fixture
    def first(self) -> CountingStore:
        return CountingStore()

    @pytest.fixture
    def both(self, first: CountingStore, second: FlawedStore, outbox: MirrorOutbox, now: list[float]) -> MirroredStore:
        store = MirroredStore(first, second, outbox, seconds=lambda: now[0])
        put(store, "scan", b"scan")
        return store

    @pytest.fixture
    def down(self, both: MirroredStore, first: CountingStore) -> MirroredStore:
        """The first place went down, and as many reads waited for it as it takes."""
        first.down = True
        for _ in range(FAILURES):
            assert both.get("scan") == b"scan"
        first.asked = 0
        return both

    def test_is_not_asked_by_reads_for_a_while(self, down: MirroredStore, first: CountingStore, now: list[float]) -> None:
        now[0] += PAUSE_SECONDS - 1

        assert (down.get("scan"), down.part("scan", 1, 2), down.stat("scan").size) == (b"scan", b"ca", 4)
        assert [found.key for found in down.list()] == ["scan"]
        assert first.asked == 0

    def test_is_asked_by_one_call_then(self, down: MirroredStore, first: CountingStore, now: list[float]) -> None:
        met: list[bytes] = []
        first.happen = lambda: met.append(down.get("scan"))
        for _ in range(2):
            now[0] += PAUSE_SECONDS
            for _ in range(4):
                assert down.get("scan") == b"scan"

        # Whoever came while that call waited was answered by the mirror.
        assert (first.asked, met) == (2, [b"scan", b"scan"])

    def test_is_asked_by_all_when_it_is_back(self, down: MirroredStore, first: CountingStore, now: list[float]) -> None:
        first.down = False
        now[0] += PAUSE_SECONDS

        for _ in range(4):
            down.get("scan")

        assert first.asked == 4

    def test_is_spared_only_after_failures_in_a_row(self, both: MirroredStore, first: CountingStore) -> None:
        for is_down in (True, True, False) * 3:
            first.down = is_down
            both.get("scan")

        assert first.asked >= 9

    def test_does_not_make_anything_missing(self, down: MirroredStore, second: FlawedStore) -> None:
        with pytest.raises(StoreUnavailable):
            down.get("missing")
        with pytest.raises(StoreUnavailable):
            down.stat("missing")

    def test_takes_no_write_and_every_write_asks_it(self, down: MirroredStore, first: CountingStore, second: FlawedStore) -> None:
        with pytest.raises(StoreUnavailable):
            put(down, "another", b"another")
        assert first.asked == 1
        assert "another" not in second.objects

        first.down = False
        put(down, "another", b"another")

        assert (first.objects["another"], second.objects["another"]) == (b"another", b"another")

    def test_is_asked_again_once_it_took_a_write(
        self, first: CountingStore, second: FlawedStore, outbox: MirrorOutbox, now: list[float]
    ) -> None:
        store = MirroredStore(first, second, outbox, later=True, seconds=lambda: now[0])
        first.down = True
        for _ in range(FAILURES):
            with pytest.raises(StoreUnavailable):
                store.get("new")
        first.down = False

        put(store, "new", b"new")

        assert store.get("new") == b"new"

    def test_is_another_thing_than_a_disk_that_cannot_read_one_file(self, both: MirroredStore, first: CountingStore) -> None:
        put(both, "other", b"other")
        first.unreadable.add("scan")
        for _ in range(FAILURES + 1):
            assert both.get("scan") == b"scan"
        first.asked = 0

        both.get("other")

        assert first.asked == 1

    def test_may_be_the_mirror(self, second: FlawedStore, outbox: MirrorOutbox, now: list[float]) -> None:
        mirror = CountingStore()
        store = MirroredStore(second, mirror, outbox, later=True, seconds=lambda: now[0])
        mirror.down = True

        for _ in range(FAILURES + 5):
            with pytest.raises(ObjectNotFound):
                store.get("missing")

        assert mirror.asked == FAILURES
