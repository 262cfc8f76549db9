"""Records that change, through crashes and a lost index: what was acknowledged stands, is logged, and is answered again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.access import Visibility
from models.errors import RecordNotFound, StaleVersion, StoreUnavailable
from ocr_service.acting import acting_as
from ocr_service.log_inspection import check_log
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from storage.filesystem import FileSystemStore
from storage.histories import Histories
from tests.support.faulty_store import FaultyStore
from tests.support.scripted_service import ScriptedReader, service_in

CASE = "losses/one"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    made = service_in(tmp_path, ScriptedReader())
    yield made
    made.close()


@pytest.fixture
def keeper(service: ArchiveService) -> RecordKeeper:
    return RecordKeeper.over(service)


def test_a_change_is_answered_logged_and_sound(service: ArchiveService, keeper: RecordKeeper) -> None:
    with acting_as("user:wang"):
        first = keeper.begin(CASE, {"who": "王样"})
        keeper.change(first, {"who": "李四"})

    assert keeper.get(CASE).body == {"who": "李四"}
    assert [version.by for version in keeper.history(CASE)] == ["user:wang", "user:wang"]
    assert check_log(service).findings == ()
    assert service.audit().findings == ()


def test_whoever_changes_what_somebody_else_changed_is_shown_it(keeper: RecordKeeper) -> None:
    first = keeper.begin(CASE, {"step": 0})
    keeper.change(first, {"step": 1})

    with pytest.raises(StaleVersion):
        keeper.change(first, {"step": 2})

    assert keeper.get(CASE).body == {"step": 1}


def test_records_of_other_departments_are_as_if_they_were_not(service: ArchiveService) -> None:
    RecordKeeper.over(service).begin("losses/ours", {}, department="财务部")
    RecordKeeper.over(service).begin("losses/theirs", {}, department="销售部")
    RecordKeeper.over(service).begin("losses/nobodys", {})
    ours = RecordKeeper.over(service.seen_by(Visibility(frozenset({"财务部"}))))

    assert [found.subject for found in ours.newest("losses/")] == ["losses/ours"]
    for hidden in ("losses/theirs", "losses/nobodys", "losses/none"):
        with pytest.raises(RecordNotFound):
            ours.get(hidden)


def test_a_rebuild_gives_the_same_answers(service: ArchiveService, keeper: RecordKeeper) -> None:
    keeper.change(keeper.begin(CASE, {"step": 0}), {"step": 1}, attachments=[keeper.histories.attach(b"an export")])
    before = keeper.newest("losses/")

    service.index.rebuild()

    assert keeper.newest("losses/") == before


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fail_at", [1, 2], ids=["version", "entry"])
def test_a_crash_at_any_write_loses_nothing_that_was_acknowledged(tmp_path: Path, fail_at: int, *, after: bool) -> None:
    store = FileSystemStore(tmp_path / "archive")
    sound = service_in(tmp_path, ScriptedReader(), store)
    first = RecordKeeper.over(sound).begin(CASE, {"step": 0})
    sound.close()
    crashing = service_in(tmp_path, ScriptedReader(), FaultyStore(store, fail_at, after=after))

    with pytest.raises(StoreUnavailable):
        RecordKeeper.over(crashing).change(first, {"step": 1})
    crashing.close()

    sound = service_in(tmp_path, ScriptedReader(), store)
    keeper = RecordKeeper.over(sound)
    sound.index.compare_all()
    standing = Histories(store).newest(CASE)
    assert standing is not None
    assert keeper.get(CASE) == standing
    keeper.change(standing, {"step": 2})
    assert check_log(sound).findings == ()
    assert sound.audit().findings == ()
    sound.close()


def test_a_version_that_a_crash_left_without_entry_is_given_one(service: ArchiveService, keeper: RecordKeeper) -> None:
    first = keeper.begin(CASE, {"step": 0})
    early = first.followed_by(first.at.replace(year=2020), "user:wang", {"step": 1})
    keeper.histories.add(early)

    assert keeper.heal() == 1

    assert check_log(service).findings == ()
    assert keeper.heal() == 0
