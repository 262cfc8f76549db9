"""People and keys in the store: versions that chain, and what is let in when one is damaged."""

from dataclasses import replace

import pytest

from models.access import Role, Scope
from models.errors import DamagedRecord, InvalidAccess, StaleVersion
from models.people import ApiKey, User, hash_of, new_key_id, new_secret, require_password
from storage.access_records import KEYS, USERS, AccessRecord, AccessRecords
from tests.support.catalogued import START
from tests.support.memory_store import MemoryStore

WANG = User("wang", "王样", Role.CLERK, frozenset({"财务部"}))
PHONE = ApiKey("phone-1a2b3c", "前台手机", frozenset({Scope.UPLOADS_WRITE}), None, hash_of("x"), None, "user:wang")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def records(store: MemoryStore) -> AccessRecords:
    return AccessRecords(store)


def test_the_newest_version_stands_and_all_are_kept(records: AccessRecords) -> None:
    first = AccessRecord(WANG, 1, START, "cli:root")
    second = first.followed_by(replace(WANG, disabled=True), START, "user:boss")
    for record in (first, second, AccessRecord(PHONE, 1, START, "user:wang")):
        records.add(record)

    assert list(records.newest(USERS)) == [second]
    assert [record.holder for record in records.newest(KEYS) if isinstance(record, AccessRecord)] == [PHONE]
    assert records.history(USERS, "wang") == (first, second)
    assert records.history(USERS, "wan") == ()


def test_of_two_who_write_the_same_version_one_is_told(records: AccessRecords) -> None:
    records.add(AccessRecord(WANG, 1, START, "cli:root"))

    with pytest.raises(StaleVersion):
        records.add(AccessRecord(replace(WANG, role=Role.ADMIN), 1, START, "user:mallory"))
    assert [record.holder for record in records.newest(USERS) if isinstance(record, AccessRecord)] == [WANG]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b'"disabled":true', b'"disabled":"no"'),
        (b'"role":"clerk"', b'"role":"owner"'),
        (b'"name":"wang"', b'"name":"mallory"'),
        (b"{", b"["),
    ],
)
def test_a_record_that_is_not_what_it_says_lets_nobody_in(records: AccessRecords, store: MemoryStore, was: bytes, now: bytes) -> None:
    record = AccessRecord(replace(WANG, disabled=True), 1, START, "cli:root")
    records.add(record)
    store.objects[record.key] = store.objects[record.key].replace(was, now, 1)

    [found] = records.newest(USERS)

    assert isinstance(found, DamagedRecord)


def test_a_version_that_was_exchanged_breaks_the_chain(records: AccessRecords, store: MemoryStore) -> None:
    first = AccessRecord(WANG, 1, START, "cli:root")
    records.add(first)
    records.add(first.followed_by(replace(WANG, role=Role.AUDITOR), START, "user:boss"))
    store.objects[first.key] = store.objects[first.key].replace(b"clerk", b"admin")

    with pytest.raises(DamagedRecord):
        records.history(USERS, "wang")


def test_a_version_that_is_gone_breaks_the_chain(records: AccessRecords, store: MemoryStore) -> None:
    first = AccessRecord(WANG, 1, START, "cli:root")
    records.add(first)
    records.add(first.followed_by(replace(WANG, role=Role.AUDITOR), START, "user:boss"))
    del store.objects[first.key]

    with pytest.raises(DamagedRecord):
        records.history(USERS, "wang")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Wang"},
        {"name": "../wang"},
        {"name": ""},
        {"name": "w" * 33},
        {"display_name": " "},
        {"display_name": "王样 (user:boss)"},
        {"display_name": "王\u202e样"},
        {"display_name": "王\x1b[2J"},
        {"departments": frozenset()},
        {"departments": frozenset({""})},
    ],
)
def test_a_person_whose_name_could_pass_for_another_or_for_none_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidAccess):
        replace(WANG, **changes)  # type: ignore[arg-type]


def test_a_key_without_a_scope_opens_nothing_and_is_not_made() -> None:
    with pytest.raises(InvalidAccess):
        replace(PHONE, scopes=frozenset())


@pytest.mark.parametrize("label", ["scanner 1", "前台手机", "a" * 90, "../x", "-"])
def test_ids_of_keys_are_names_for_files_and_no_two_are_alike(label: str) -> None:
    ids = {new_key_id(label) for _ in range(50)}

    assert len(ids) == 50
    assert all(replace(PHONE, id=key_id).principal.name == f"key:{key_id}" for key_id in ids)


def test_secrets_have_32_random_bytes() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(new_secret()) == len("piaogen_") + 43


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "wangwang1", "wang123456"])
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(InvalidAccess):
        require_password(password, "wang")


def test_any_other_password_will_do() -> None:
    require_password("correct horse battery", "wang")
    require_password("wang爱吃苹果和梨还有西瓜", "wang")


def test_codes_on_paper_are_kept_and_a_record_without_them_is_the_bytes_that_it_was(records: AccessRecords, store: MemoryStore) -> None:
    first = AccessRecord(WANG, 1, START, "cli:root")
    with_codes = first.followed_by(
        replace(WANG, totp_secret="GEZDGNBV", recovery_hashes=frozenset({hash_of("a"), hash_of("b")})), START, "b"
    )
    for record in (first, with_codes):
        records.add(record)

    assert b"recovery_hashes" not in store.objects[first.key]
    assert records.history(USERS, "wang") == (first, with_codes)
