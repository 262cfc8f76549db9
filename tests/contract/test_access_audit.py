"""Who may come in is held against the chain of its records and against the log: no change of access is undone in silence."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.access import Role, Scope
from models.activity import Action, LogEntry
from models.audit import FindingKind
from models.errors import StoreUnavailable
from models.people import User
from ocr_service.access import Access
from ocr_service.activity import Activity
from ocr_service.log_inspection import check_log
from ocr_service.service import ArchiveService
from storage.access_records import AccessRecord, AccessRecords, access_key, access_to_bytes, record_named
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.catalogue.access import AccessIndex
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.log_index import LogIndex
from storage.log_audit import audit_log
from storage.object_store import ObjectStore
from tests.support.catalogued import StandingClock
from tests.support.faulty_store import FaultyStore
from tests.support.memory_store import MemoryStore
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in

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


class TestAChangeThatACrashCutOff:
    """Somebody disables wang, which is version 2, in three writes: the entry before, the record, the entry after."""

    @pytest.fixture
    def place(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def service(self, tmp_path: Path, place: MemoryStore) -> Iterator[ArchiveService]:
        service = service_in(tmp_path, ScriptedReader(), place)
        self.access(service, place).add_user(User("wang", "王样", Role.CLERK), None)
        yield service
        service.catalogue.close()

    def access(self, service: ArchiveService, store: ObjectStore) -> Access:
        activity = Activity(ActivityLog(store, service.clock), service.activity.index, service.clock)
        return Access(AccessRecords(store), AccessIndex(service.catalogue.database), activity, service.clock)

    def cut_off(self, service: ArchiveService, fail_at: int, *, after: bool = False) -> None:
        """Crash at this write."""
        with pytest.raises(StoreUnavailable):
            self.access(service, FaultyStore(service.archive.store, fail_at, after=after)).change_user("wang", disabled=True)

    def test_before_its_record_is_a_note_until_it_is_made_again(self, service: ArchiveService) -> None:
        self.cut_off(service, 1, after=True)
        report = check_log(service)
        assert report.sound
        assert [(note.kind, note.key) for note in report.notes] == [(FindingKind.UNFINISHED, access_key(WANG, 2))]

        self.access(service, service.archive.store).change_user("wang", disabled=True)

        report = check_log(service)
        assert (report.findings, report.notes) == ((), ())

    def test_after_its_record_is_a_note_and_guarded_from_then_on(self, service: ArchiveService, place: MemoryStore) -> None:
        self.cut_off(service, 2, after=True)
        report = check_log(service)
        assert report.sound
        assert [(note.kind, note.key) for note in report.notes] == [(FindingKind.UNFINISHED, access_key(WANG, 2))]
        assert (check_log(service).findings, check_log(service).notes) == ((), ())

        del place.objects[access_key(WANG, 2)]

        assert [(found.kind, found.key) for found in check_log(service).findings] == [(ROLLED_BACK, access_key(WANG, 2))]

    def test_is_guarded_once_it_was_asked_for_again(self, service: ArchiveService, place: MemoryStore) -> None:
        self.cut_off(service, 3)
        self.access(service, service.archive.store).change_user("wang", disabled=True)
        assert audit_log(service.archive).notes == ()

        del place.objects[access_key(WANG, 2)]

        assert [found.kind for found in audit_log(service.archive).findings] == [ROLLED_BACK]

    def test_and_was_exchanged_by_another_is_found(self, service: ArchiveService, place: MemoryStore) -> None:
        self.cut_off(service, 2, after=True)
        other = AccessRecord(User("wang", "王样", Role.ADMIN), 2, service.clock(), "local")
        place.objects[access_key(WANG, 2)] = access_to_bytes(other)

        assert [found.kind for found in audit_log(service.archive).findings] == [ROLLED_BACK]


def test_a_change_that_an_older_program_logged_is_missed_when_it_is_gone(clock: StandingClock) -> None:
    store = MemoryStore()
    InvoiceArchive(store).open()
    record = AccessRecord(User("wang", "王样", Role.CLERK), 1, clock(), "local")
    ActivityLog(store).append(LogEntry(clock(), "local", Action.ACCESS_CHANGED, "user:wang", record_named(record)))
    assert (ROLLED_BACK, access_key(WANG, 1)) in found(store)

    AccessRecords(store).add(record)

    assert found(store) == set()
    assert audit_log(InvoiceArchive(store)).notes == ()


def test_an_entry_that_names_no_possible_record_breaks_nothing(store: MemoryStore, clock: StandingClock) -> None:
    ActivityLog(store).append(LogEntry(clock(), "local", Action.ACCESS_CHANGED, "user:../../x", {"version": 1}))

    assert found(store) == set()


def test_results_of_audits_and_public_keys_are_looked_at(store: MemoryStore) -> None:
    store.objects["audits/2026-03-02/000001.json"] = b'{"way":"walk"}'
    store.objects[f"signers/{'0' * 64}.pem"] = b"-----BEGIN PUBLIC KEY-----"

    assert found(store) == {(DAMAGED, "audits/2026-03-02/000001.json"), (DAMAGED, f"signers/{'0' * 64}.pem")}
