"""Who may come in, asked of either database: what is withdrawn opens nothing at once, and an index that knows nothing opens nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from models.access import Role, Scope
from models.errors import KeyNotFound, NotAuthenticated, UserExists, UserNotFound
from models.people import User, hash_of
from ocr_service.access import Access
from ocr_service.activity import Activity
from storage.access_records import USERS, AccessRecord, AccessRecords
from storage.activity_log import ActivityLog
from storage.catalogue.access import NOBODY, SOMEBODY, UNKNOWN, AccessIndex
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.log_index import LogIndex
from tests.support.catalogued import START, StandingClock, opened_at
from tests.support.memory_store import MemoryStore

WANG = User("wang", "王样", Role.CLERK)
PASSWORD = "correct horse battery"
TOKEN = hash_of("token")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def access(store: MemoryStore, catalogue: Catalogue, clock: StandingClock) -> Access:
    return Access(AccessRecords(store), AccessIndex(catalogue.database), Activity(ActivityLog(store), LogIndex(catalogue)), clock)


@pytest.fixture
def elsewhere(catalogue_url: str, access: Access, clock: StandingClock) -> Iterator[Access]:
    """The same people and keys in another process."""
    with opened_at(catalogue_url) as other:
        yield Access(access.records, AccessIndex(other.database), access.recorder, clock)


def test_a_new_index_asks_the_store_before_it_says_that_nobody_has_a_login(store: MemoryStore, access: Access) -> None:
    AccessRecords(store).add(AccessRecord(WANG, 1, START, "cli:root"))

    assert access.index.logins() == UNKNOWN
    assert access.has_users()
    assert access.users() == (WANG,)


def test_without_anybody_in_the_store_nobody_has_a_login(access: Access) -> None:
    assert not access.has_users()
    assert access.index.logins() == NOBODY


def test_one_damaged_record_of_the_only_person_does_not_open_the_archive(store: MemoryStore, access: Access) -> None:
    store.objects[f"{USERS}wang/000001.json"] = b"{}"

    assert access.has_users()
    assert access.users() == ()


def test_a_disabled_person_keeps_the_archive_closed(access: Access) -> None:
    access.add_user(WANG, PASSWORD)
    access.change_user("wang", disabled=True)

    assert access.index.logins() == SOMEBODY


def test_a_login_stands_for_one_person_for_ever(access: Access) -> None:
    access.add_user(WANG, PASSWORD)
    access.change_user("wang", disabled=True)

    with pytest.raises(UserExists):
        access.add_user(replace(WANG, display_name="汪样"), PASSWORD)
    with pytest.raises(UserNotFound):
        access.change_user("li", disabled=True)
    assert access.user("wang").display_name == "王样"


def test_a_key_opens_what_its_scopes_say(access: Access) -> None:
    key, secret = access.add_key("scanner 1", [Scope.UPLOADS_WRITE], department="财务部")

    principal = access.by_key(secret)

    assert (principal, principal.departments) == (key.principal, {"财务部"})
    assert secret not in str(access.keys())
    for wrong in ("", secret[:-1], secret + "A", "piaogen_", str(key.secret_hash), "\ud800"):
        with pytest.raises(NotAuthenticated):
            access.by_key(wrong)


def test_a_withdrawn_key_opens_nothing_in_any_process(access: Access, elsewhere: Access) -> None:
    key, secret = access.add_key("scanner 1", [Scope.UPLOADS_WRITE])
    assert elsewhere.by_key(secret).name == f"key:{key.id}"

    access.revoke_key(key.id)

    for process in (access, elsewhere):
        with pytest.raises(NotAuthenticated):
            process.by_key(secret)
    with pytest.raises(KeyNotFound):
        access.revoke_key("none")


def test_a_key_opens_nothing_from_the_moment_on_at_which_it_expires(access: Access, clock: StandingClock) -> None:
    _, secret = access.add_key("week", [Scope.INVOICES_READ], expires_at=START + timedelta(days=7))

    clock.move(7 * 86_400 - 1)
    access.by_key(secret)
    clock.move(1)

    with pytest.raises(NotAuthenticated):
        access.by_key(secret)


def test_the_last_use_of_a_key_is_told_to_the_minute(access: Access, clock: StandingClock) -> None:
    _, secret = access.add_key("scanner 1", [Scope.UPLOADS_WRITE])
    assert access.keys()[0].last_used_at is None

    for seconds in (0, 59, 1):
        clock.move(seconds)
        access.by_key(secret)

    assert access.keys()[0].last_used_at == START + timedelta(seconds=60)


def test_a_session_lasts_as_long_as_it_was_opened_for(access: Access, clock: StandingClock) -> None:
    access.add_user(WANG, PASSWORD)
    access.index.open_session(TOKEN, "wang", START, START + timedelta(hours=1))

    assert access.by_session("token") == WANG.principal
    assert access.by_session("another") is None
    clock.move(3600)
    assert access.by_session("token") is None


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": Role.UPLOADER}, {"password_hash": "other"}])
def test_whatever_changes_of_a_person_ends_their_sessions_in_every_process(
    access: Access, elsewhere: Access, change: dict[str, object]
) -> None:
    access.add_user(WANG, PASSWORD)
    access.index.open_session(TOKEN, "wang", START, START + timedelta(hours=1))

    access.change_user("wang", **change)

    assert (access.by_session("token"), elsewhere.by_session("token")) == (None, None)


def test_what_a_crash_kept_from_the_index_is_taken_in(access: Access) -> None:
    key, secret = access.add_key("scanner 1", [Scope.UPLOADS_WRITE])
    access.add_user(WANG, PASSWORD)
    access.index.open_session(TOKEN, "wang", START, START + timedelta(hours=1))
    access.records.add(access.index.key(key.id).followed_by(replace(key, revoked=True), START, "user:wang"))

    access.take_in()

    with pytest.raises(NotAuthenticated):
        access.by_key(secret)
    assert access.by_session("token") is not None


def test_whoever_the_store_does_not_know_is_let_in_no_more(access: Access, store: MemoryStore) -> None:
    _, secret = access.add_key("scanner 1", [Scope.UPLOADS_WRITE])
    access.add_user(WANG, PASSWORD)
    access.add_user(replace(WANG, name="li"), PASSWORD)
    access.index.open_session(TOKEN, "wang", START, START + timedelta(hours=1))
    store.objects = {key: data for key, data in store.objects.items() if "/li/" in key}

    access.take_in()

    assert [user.name for user in access.users()] == ["li"]
    assert (access.keys(), access.by_session("token")) == ((), None)
    with pytest.raises(NotAuthenticated):
        access.by_key(secret)


def test_a_store_set_back_to_a_backup_is_what_counts(access: Access, store: MemoryStore) -> None:
    access.add_user(WANG, PASSWORD)
    access.change_user("wang", role=Role.ADMIN)
    del store.objects[f"{USERS}wang/000002.json"]

    access.take_in()

    assert access.user("wang").role is Role.CLERK


def test_an_older_version_that_comes_late_changes_nothing(access: Access) -> None:
    access.add_user(WANG, PASSWORD)
    first = access.index.user("wang")
    access.change_user("wang", disabled=True)

    access.index.record(first)

    assert access.user("wang").disabled
