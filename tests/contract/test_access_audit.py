"""Who may come in is held against the chain of its records and against the log: no change of access is undone in silence."""

from collections.abc import Callable

import pytest

from models.access import Role, Scope
from models.activity import Action, LogEntry
from models.audit import FindingKind
from models.people import User
from ocr_service.access import Access
from ocr_service.activity import Activity
from storage.access_records import AccessRecord, AccessRecords, access_key
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.catalogue.access import AccessIndex
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.log_index import LogIndex
from storage.log_audit import audit_log
from tests.support.catalogued import StandingClock
from tests.support.memory_store import MemoryStore

MISSING, DAMAGED, ROLLED_BACK, UNLOGGED = FindingKind.MISSING, FindingKind.DAMAGED, FindingKind.ROLLED_BACK, FindingKind.UNLOGGED
WANG = "access/users/wang"


@pytest.fixture
def store(catalogue: Catalogue, clock: StandingClock) -> MemoryStore:
    """An archive with a person in three versions, the last one disabled, and a key that was withdrawn."""
    made = MemoryStore()
    InvoiceArchive(made).open()
    activity = Activity(ActivityLog(made), LogIndex(catalogue), clock)
    access = Access(AccessRecords(made), AccessIndex(catalogue.database), activity, clock)
    access.add_user(User("wang", "王样", Role.CLERK), None)
    access.change_user("wang", role=Role.ADMIN)
    access.change_user("wang", disabled=True)
    key, _ = access.add_key("scanner", [Scope.UPLOADS_WRITE])
    access.revoke_key(key.id)
    return made


def found(store: MemoryStore) -> set[tuple[FindingKind, str]]:
    """What the two audits say together."""
    findings = (*audit(InvoiceArchive(store)).findings, *audit_log(InvoiceArchive(store)).findings)
    return {(finding.kind, finding.key) for finding in findings}


def newest_of_key(store: MemoryStore) -> str:
    return max(key for key in store.objects if key.startswith("access/keys/"))


def edited(version: int, old: bytes, new: bytes) -> Callable[[MemoryStore], object]:
    def edit(store: MemoryStore) -> None:
        key = access_key(WANG, version)
        assert old in store.objects[key]
        store.objects[key] = store.objects[key].replace(old, new)

    return edit


def test_what_was_changed_in_the_proper_way_has_no_findings(store: MemoryStore) -> None:
    assert found(store) == set()


@pytest.mark.parametrize(
    ("edit", "finding"),
    [
        (lambda store: store.objects.pop(access_key(WANG, 3)), (ROLLED_BACK, access_key(WANG, 3))),
        (lambda store: store.objects.pop(access_key(WANG, 2)), (MISSING, access_key(WANG, 2))),
        (edited(3, b'"disabled":true', b'"disabled":false'), (ROLLED_BACK, access_key(WANG, 3))),
        (edited(2, b'"role":"admin"', b'"role":"clerk"'), (DAMAGED, access_key(WANG, 2))),
        (edited(1, b'"role"', b'"rule"'), (DAMAGED, access_key(WANG, 1))),
        (edited(3, b"}", b""), (DAMAGED, access_key(WANG, 3))),
    ],
    ids=["disabling undone", "gap", "newest changed", "older changed", "unreadable", "cut"],
)
def test_each_change_of_a_record_is_found(
    store: MemoryStore, edit: Callable[[MemoryStore], object], finding: tuple[FindingKind, str]
) -> None:
    edit(store)

    assert finding in found(store)


def test_a_key_whose_withdrawal_was_undone_is_found(store: MemoryStore) -> None:
    taken = newest_of_key(store)
    del store.objects[taken]

    assert (ROLLED_BACK, taken) in found(store)


def test_everybody_taken_away_is_found(store: MemoryStore) -> None:
    for key in [key for key in store.objects if key.startswith("access/")]:
        del store.objects[key]

    assert {key for _, key in found(store)} >= {access_key(WANG, 3)}


def test_a_change_that_nobody_made_is_found(store: MemoryStore, clock: StandingClock) -> None:
    records = AccessRecords(store)
    standing = records.history("access/users/", "wang")[-1]
    assert isinstance(standing.holder, User)
    clock.move(1)
    records.add(standing.followed_by(User("wang", "王样", Role.ADMIN), clock(), "user:wang"))
    records.add(AccessRecord(User("zhou", "周样", Role.ADMIN), 1, clock(), "cli:root"))

    assert found(store) == {(UNLOGGED, access_key(WANG, 4)), (UNLOGGED, "access/users/zhou/000001.json")}


def test_people_from_before_the_log_spoke_of_them_are_no_fault(clock: StandingClock) -> None:
    store = MemoryStore()
    InvoiceArchive(store).open()
    AccessRecords(store).add(AccessRecord(User("wang", "王样", Role.CLERK), 1, clock(), "cli:root"))

    assert found(store) == set()


def test_an_entry_that_names_no_possible_record_breaks_nothing(store: MemoryStore, clock: StandingClock) -> None:
    ActivityLog(store).append(LogEntry(clock(), "local", Action.ACCESS_CHANGED, "user:../../x", {"version": 1}))

    assert found(store) == set()


def test_results_of_audits_and_public_keys_are_looked_at(store: MemoryStore) -> None:
    store.objects["audits/2026-03-02/000001.json"] = b'{"way":"walk"}'
    store.objects[f"signers/{'0' * 64}.pem"] = b"-----BEGIN PUBLIC KEY-----"

    assert found(store) == {(DAMAGED, "audits/2026-03-02/000001.json"), (DAMAGED, f"signers/{'0' * 64}.pem")}
