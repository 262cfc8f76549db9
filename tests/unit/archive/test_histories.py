"""Records that change: chains of write-once versions that an audit follows and the log vouches for."""

from dataclasses import replace

import pytest

from models.activity import Action, LogEntry
from models.audit import FindingKind
from models.digest import Digest
from models.errors import DamagedRecord, StaleVersion
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.archive_layout import attachment_key
from storage.copying import copy_archive
from storage.histories import Histories, HistoryVersion, history_from_bytes, history_key, history_of, history_to_bytes
from storage.log_audit import audit_log
from tests.support.archived import MORNING, NOON
from tests.support.memory_store import MemoryStore

CASE = "losses/20260302-4f1c"
FIRST = HistoryVersion(CASE, 1, MORNING, "user:wang", {"who": "王样", "steps": [1, 2]}, "财务部")


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore()
    InvoiceArchive(made).open()
    return made


def chain(store: MemoryStore) -> tuple[HistoryVersion, HistoryVersion]:
    second = FIRST.followed_by(NOON, "user:li", {"who": "李四"}, (Histories(store).attach(b"an export"),))
    for version in (FIRST, second):
        Histories(store).add(version)
    return FIRST, second


def kinds(store: MemoryStore) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.key) for finding in Histories(store).findings()]


def test_a_version_is_read_back_as_it_was_written(store: MemoryStore) -> None:
    versions = chain(store)

    assert Histories(store).history(CASE) == versions
    assert Histories(store).newest(CASE) == versions[-1]
    assert Histories(store).attachment(versions[1].attachments[0]) == b"an export"
    assert dict(Histories(store).all_numbers()) == {CASE: 2}
    assert kinds(store) == []


def test_of_two_who_write_the_same_version_one_is_told_to_look_again(store: MemoryStore) -> None:
    chain(store)

    with pytest.raises(StaleVersion, match="look at it again"):
        Histories(store).add(FIRST.followed_by(NOON, "user:zhao", {"who": "赵六"}))

    assert [version.by for version in Histories(store).history(CASE)] == ["user:wang", "user:li"]


@pytest.mark.parametrize("subject", ["losses/", "losses/UPPER", "losses/a/b", "cases/1", "losses/../x", "losses/" + "a" * 101])
def test_what_can_be_no_subject_is_not_written(subject: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        history_key(subject, 1)


def test_keys_of_other_records_are_no_versions() -> None:
    assert history_of("losses/a/000001.json") == ("losses/a", 1)
    assert history_of("losses/a/1.json") is None
    assert history_of("access/users/wang/000001.json") is None


def test_a_version_under_another_key_is_damage(store: MemoryStore) -> None:
    store.objects["losses/other/000001.json"] = history_to_bytes(FIRST)

    with pytest.raises(DamagedRecord, match="it is version 1 of losses/20260302-4f1c"):
        Histories(store).version("losses/other", 1)


@pytest.mark.parametrize("field", ["subject", "version", "previous", "at", "by", "department", "attachments", "body"])
def test_a_record_without_one_of_its_fields_is_damage(field: str) -> None:
    content = history_to_bytes(FIRST).replace(f'"{field}":'.encode(), b'"another":')

    with pytest.raises(DamagedRecord):
        history_from_bytes(content, FIRST.key)


def test_an_audit_finds_each_way_in_which_a_chain_breaks(store: MemoryStore) -> None:
    first, second = chain(store)
    third = second.followed_by(NOON, "user:li", {})
    Histories(store).add(third)
    whole = dict(store.objects)

    del store.objects[second.key]
    assert kinds(store) == [(FindingKind.MISSING, second.key)]
    store.objects = whole | {first.key: history_to_bytes(replace(first, by="user:nobody"))}
    assert kinds(store) == [(FindingKind.DAMAGED, first.key)]
    store.objects = whole | {second.key: b"{}"}
    assert kinds(store) == [(FindingKind.DAMAGED, second.key)]
    store.objects = whole | {"losses/readme.txt": b"?"}
    assert kinds(store) == [(FindingKind.ORPHANED, "losses/readme.txt")]
    store.objects = {key: content for key, content in whole.items() if not key.startswith("attachments/")}
    assert kinds(store) == [(FindingKind.MISSING, attachment_key(second.attachments[0]))]


def logged(store: MemoryStore, *versions: HistoryVersion) -> None:
    log = ActivityLog(store)
    for version in versions:
        details = {"version": version.number, "record": str(version.digest)}
        log.append(LogEntry(version.at, version.by, Action.RECORD_CHANGED, version.subject, details))


def logged_kinds(store: MemoryStore) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.key) for finding in audit_log(InvoiceArchive(store)).findings]


def test_the_log_tells_of_a_version_that_was_taken_back_exchanged_or_slipped_in(store: MemoryStore) -> None:
    first, second = chain(store)
    logged(store, first, second)
    assert logged_kinds(store) == []

    taken = store.objects.pop(second.key)
    assert logged_kinds(store) == [(FindingKind.ROLLED_BACK, second.key)]
    store.objects[second.key] = taken.replace(b"user:li", b"user:zo")
    assert logged_kinds(store) == [(FindingKind.ROLLED_BACK, second.key)]
    store.objects[second.key] = taken
    third = second.followed_by(NOON, "user:li", {})
    Histories(store).add(third)
    assert logged_kinds(store) == [(FindingKind.UNLOGGED, third.key)]


def test_a_copy_carries_histories_and_what_they_rest_on(store: MemoryStore) -> None:
    versions = chain(store)
    target = MemoryStore()

    assert copy_archive(store, target, lambda _: None).sound

    assert Histories(target).history(CASE) == versions
    assert Histories(target).attachment(Digest.of(b"an export")) == b"an export"
