"""Holds, lists of destruction and tombstones held against the log: none is slipped in, none vanishes, and a crash is no finding."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.activity import Action
from models.audit import FindingKind
from ocr_service.acting import acting_as
from ocr_service.destroying import Destroying
from ocr_service.retaining import release_hold, set_hold
from ocr_service.service import ArchiveService
from storage import archive_layout as layout
from storage.activity_log import ActivityLog
from storage.destruction import Destructions
from storage.destruction_records import approval_key, list_key
from storage.hold_records import HoldRecords, release_key, set_key
from storage.log_audit import LogReport, audit_log
from storage.log_records import block_from_bytes
from tests.support.destroyed import (
    APPROVER,
    DOCUMENT,
    LATER,
    PROPOSER,
    TERMS,
    an_approval,
    approve,
    archive_the_scan,
    destroy,
    old_service,
    propose,
)
from tests.support.memory_store import MemoryStore

Told = set[tuple[FindingKind, str]]
TOMBSTONE = layout.tombstone_key(DOCUMENT)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def service(tmp_path: Path, store: MemoryStore) -> Iterator[ArchiveService]:
    archive_the_scan(tmp_path, store)
    with old_service(tmp_path, store) as opened:
        yield opened


def told(report: LogReport) -> Told:
    return {(finding.kind, finding.key) for finding in (*report.findings, *report.notes)}


def without(store: MemoryStore, *actions: Action) -> None:
    """Write the log anew without entries of these actions, as somebody could who may write to the store."""
    blocks = sorted(key for key in store.objects if key.startswith("log/"))
    entries = [entry for key in blocks for entry in block_from_bytes(store.objects.pop(key), key).entries]
    ActivityLog(store).append(*(entry for entry in entries if entry.action not in actions))


def a_hold(service: ArchiveService) -> str:
    with acting_as("user:lawyer"):
        return set_hold(service, [str(DOCUMENT)], "诉讼").id


def test_what_was_done_as_it_should_be_is_sound(service: ArchiveService) -> None:
    list_id = propose(service)
    assert told(audit_log(service.archive)) == set()
    hold = a_hold(service)
    assert told(audit_log(service.archive)) == set()
    release_hold(service, hold, "结案")
    approve(service, list_id)

    assert told(audit_log(service.archive)) == set()


@pytest.mark.parametrize(
    "action", [Action.HOLD_SET, Action.HOLD_RELEASED, Action.DESTRUCTION_PROPOSED, Action.DESTRUCTION_APPROVED, Action.DOCUMENT_DESTROYED]
)
def test_a_record_of_which_no_entry_tells_was_slipped_in(service: ArchiveService, store: MemoryStore, action: Action) -> None:
    hold = a_hold(service)
    release_hold(service, hold, "结案")
    list_id = destroy(service)
    without(store, action)

    key = {
        Action.HOLD_SET: set_key(hold),
        Action.HOLD_RELEASED: release_key(hold),
        Action.DESTRUCTION_PROPOSED: list_key(list_id),
        Action.DESTRUCTION_APPROVED: approval_key(list_id),
        Action.DOCUMENT_DESTROYED: TOMBSTONE,
    }[action]
    assert told(audit_log(service.archive)) == {(FindingKind.UNLOGGED, key)}


def test_what_later_entries_say_that_it_stood_is_missed(service: ArchiveService, store: MemoryStore) -> None:
    hold = a_hold(service)
    release_hold(service, hold, "结案")
    list_id = destroy(service)
    for key in (set_key(hold), list_key(list_id), approval_key(list_id), TOMBSTONE):
        kept = store.objects.pop(key)
        assert told(audit_log(service.archive)) == {(FindingKind.MISSING, key)}, key
        store.objects[key] = kept


def test_an_entry_behind_which_a_crash_may_have_come_is_noted(service: ArchiveService, store: MemoryStore) -> None:
    hold = a_hold(service)
    del store.objects[set_key(hold)]

    report = audit_log(service.archive)

    assert report.sound
    assert told(report) == {(FindingKind.UNFINISHED, set_key(hold))}


def test_a_destruction_that_a_crash_cut_off_is_noted_until_its_list_is_done(service: ArchiveService) -> None:
    list_id = propose(service)
    with acting_as(APPROVER):
        service.activity.record(Action.DESTRUCTION_APPROVED, list_id)
        Destructions(service.archive).approve(an_approval(service, list_id))
        service.activity.record(Action.DOCUMENT_DESTROYED, str(DOCUMENT), list=list_id)
    report = audit_log(service.archive)
    assert report.sound
    assert [(note.kind, note.key, note.document) for note in report.notes] == [(FindingKind.UNFINISHED, TOMBSTONE, DOCUMENT)]

    with acting_as(APPROVER):
        Destroying(service, TERMS).finish(list_id)

    assert told(audit_log(service.archive)) == set()


def test_a_hold_or_a_list_that_was_changed_is_not_what_its_entry_says(service: ArchiveService, store: MemoryStore) -> None:
    changed = {list_key(propose(service)): ("保管期限已满", "没有用了"), set_key(a_hold(service)): ("诉讼", "完了")}
    for key, (was, now) in changed.items():
        kept = store.objects[key]
        store.objects[key] = kept.replace(was.encode(), now.encode())
        assert told(audit_log(service.archive)) == {(FindingKind.DAMAGED, key)}, key
        store.objects[key] = kept


def test_a_hold_that_cannot_be_read_is_damage_of_the_archive(service: ArchiveService, store: MemoryStore) -> None:
    hold = a_hold(service)
    release_hold(service, hold, "结案")
    list_id = propose(service)
    for key in (set_key(hold), release_key(hold), list_key(list_id)):
        kept = store.objects[key]
        store.objects[key] = b"{}"
        assert {(finding.kind, finding.key) for finding in service.audit().findings} == {(FindingKind.DAMAGED, key)}, key
        store.objects[key] = kept


@pytest.mark.parametrize("action", [Action.DOCUMENT_DESTROYED, Action.HOLD_SET, Action.DESTRUCTION_PROPOSED])
def test_an_entry_of_what_has_no_name_is_damage(service: ArchiveService, action: Action) -> None:
    service.activity.record(action, "No Name/..")

    [finding] = audit_log(service.archive).findings

    assert (finding.kind, "'No Name/..'" in finding.detail) == (FindingKind.DAMAGED, True)


def test_a_hold_that_somebody_wrote_past_the_log_counts_all_the_same(service: ArchiveService, store: MemoryStore) -> None:
    """In doubt nothing is destroyed, and the audit tells."""
    hold = a_hold(service)
    without(store, Action.HOLD_SET)

    assert [one.id for one in HoldRecords(store).on(DOCUMENT)] == [hold]
    with acting_as(PROPOSER):
        assert [reason.obstacle.value for reason in Destroying(service, TERMS).reasons(DOCUMENT)] == ["hold"]
    assert service.clock() == LATER
