"""What is wrong in one of two places is found, put right from the other, and never guessed at."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.access import Role
from models.audit import AuditFinding, FindingKind, Remembered
from models.digest import Digest
from models.people import User
from storage import archive_layout as layout
from storage.access_records import AccessRecord, AccessRecords
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.archive_records import received_from_bytes, received_to_bytes
from storage.filesystem import FileSystemStore
from storage.mending import compare_places
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from tests.support.archived import DIGEST, DOCUMENT, MORNING, NOON, SCAN, a_document, a_reading, put
from tests.support.flawed_store import FlawedStore
from tests.support.logged import SetClock, an_entry

OTHER = b"the bytes of another scan"
KINDS = ("originals", "readings", "received", "manifest-000001", "manifest-000002", "piaogen-archive.json", "log/")


@pytest.fixture
def places(tmp_path: Path) -> MirroredStore:
    """Two places that hold two documents of two versions, and an entry of a log."""
    store = MirroredStore(FlawedStore(), FlawedStore(), MirrorOutbox(tmp_path / "outbox.sqlite", "second"))
    archive = InvoiceArchive(store).open()
    for content in (SCAN, OTHER):
        archive.receive(content, a_document(content), MORNING, "cli")
        for version in (1, 2):
            archive.add_reading(a_reading(content, version), NOON, version=version)
    put(store, "log/2026-03-02/000001.json", b'{"entry":1}')
    return store


def compared(store: MirroredStore, *remembered: Remembered, repair: bool = False) -> list[AuditFinding]:
    return list(compare_places(store, lambda: remembered, repair=repair))


def flawed(store: MirroredStore, side: str) -> FlawedStore:
    place = getattr(store, side)
    assert isinstance(place, FlawedStore)
    return place


def key_of(store: MirroredStore, kind: str) -> str:
    mine = [found.key for found in store.list() if kind in found.key]
    return next((key for key in mine if DIGEST.hex in key), mine[0])


DAMAGES: dict[str, Callable[[FlawedStore, str], object]] = {
    "removed": lambda store, key: store.objects.pop(key),
    "cut off": lambda store, key: store.objects.update({key: store.objects[key][:-3]}),
    "empty": lambda store, key: store.objects.update({key: b""}),
    "no text": lambda store, key: store.objects.update({key: b"\xff" + store.objects[key][1:]}),
    "unreadable": lambda store, key: store.unreadable.add(key),
}


def test_two_sound_places_have_no_findings(places: MirroredStore) -> None:
    assert compared(places, repair=True) == []


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("side", ["first", "second"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_damage_is_found_and_mended(places: MirroredStore, kind: str, side: str, damage: str) -> None:
    before = dict(flawed(places, side).objects)
    key = key_of(places, kind)
    DAMAGES[damage](flawed(places, side), key)

    found = compared(places)
    mended = compared(places, repair=True)

    assert [finding.key for finding in found] == [finding.key for finding in mended] == [key]
    assert not found[0].kind.is_note
    assert mended[0].kind is FindingKind.MENDED
    assert flawed(places, side).objects == before
    assert compared(places) == []


@pytest.mark.parametrize("side", ["first", "second"])
@pytest.mark.parametrize("kind", ["log", "access"])
def test_a_readable_record_is_mended_where_what_follows_it_tells(places: MirroredStore, kind: str, side: str) -> None:
    log, records = ActivityLog(places, SetClock()), AccessRecords(places)
    for number in (1, 2):
        log.append(an_entry(number))
    first = AccessRecord(User("wang", "王样", Role.CLERK), 1, MORNING, "local")
    for record in (first, first.followed_by(first.holder, NOON, "local")):
        records.add(record)
    key, old, new = {
        "log": ("log/2026-03-02/000000001.json", b'"nonce":"', b'"nonce":"0'),
        "access": ("access/users/wang/000001.json", b'"role":"clerk"', b'"role":"admin"'),
    }[kind]
    before = dict(flawed(places, side).objects)
    flawed(places, side).objects[key] = before[key].replace(old, new)

    found = compared(places, repair=True)

    assert [(finding.kind, finding.key) for finding in found] == [(FindingKind.MENDED, key)]
    assert flawed(places, side).objects == before


@pytest.mark.parametrize("side", ["first", "second"])
@pytest.mark.parametrize("kind", ["originals", "readings", "received", "manifest-000001", "manifest-000002"])
def test_the_object_of_another_document_is_found_and_mended(places: MirroredStore, kind: str, side: str) -> None:
    store = flawed(places, side)
    before = dict(store.objects)
    key = key_of(places, kind)
    store.objects[key] = next(data for name, data in store.objects.items() if kind in name and name != key)

    mended = compared(places, repair=True)

    assert [(finding.key, finding.kind) for finding in mended] == [(key, FindingKind.MENDED)]
    assert store.objects == before


def swap(store: FlawedStore, key: str, old: bytes, new: bytes) -> None:
    assert old in store.objects[key]
    store.objects[key] = store.objects[key].replace(old, new)


@pytest.mark.parametrize("side", ["first", "second"])
@pytest.mark.parametrize(("kind", "old", "new"), [("received", b"08:30", b"08:31"), ("manifest-000001", b"12:00", b"12:01")])
def test_a_record_that_was_changed_is_told_by_the_records_after_it(
    places: MirroredStore, kind: str, old: bytes, new: bytes, side: str
) -> None:
    before = dict(flawed(places, side).objects)
    swap(flawed(places, side), key_of(places, kind), old, new)

    mended = compared(places, repair=True)

    assert [finding.kind for finding in mended] == [FindingKind.MENDED]
    assert flawed(places, side).objects == before


@pytest.mark.parametrize("side", ["first", "second"])
def test_a_newest_record_that_was_changed_is_told_by_the_index(places: MirroredStore, side: str) -> None:
    before = dict(flawed(places, side).objects)
    key = layout.manifest_key(DIGEST, 2)
    remembered = Remembered(DIGEST, 2, Digest.of(before[key]))
    swap(flawed(places, side), key, b"12:00", b"12:01")

    assert [finding.kind for finding in compared(places, remembered, repair=True)] == [FindingKind.MENDED]
    assert flawed(places, side).objects == before


def test_a_manifest_that_names_what_is_not_there_gives_way_to_one_that_fits(places: MirroredStore) -> None:
    before = dict(flawed(places, "first").objects)
    key = layout.manifest_key(DIGEST, 2)
    swap(flawed(places, "first"), key, b'"role":"original","size":19', b'"role":"original","size":18')

    assert [finding.kind for finding in compared(places, repair=True)] == [FindingKind.MENDED]
    assert flawed(places, "first").objects == before


def test_where_nothing_tells_who_is_right_both_stay_as_they_are(places: MirroredStore) -> None:
    key = layout.manifest_key(DIGEST, 2)
    swap(flawed(places, "first"), key, b"12:00", b"12:01")
    before = dict(flawed(places, "first").objects), dict(flawed(places, "second").objects)

    found = compared(places, repair=True)

    assert [(finding.key, finding.kind) for finding in found] == [(key, FindingKind.DAMAGED)] * 2
    assert "cannot be told" in found[0].detail
    assert (flawed(places, "first").objects, flawed(places, "second").objects) == before


def test_the_record_of_an_unread_document_is_told_by_nothing_but_its_form(places: MirroredStore) -> None:
    content = b"unread"
    InvoiceArchive(places).receive(content, a_document(content), MORNING, "cli")
    key = layout.received_key(Digest.of(content))
    record = flawed(places, "first").objects[key]
    assert received_to_bytes(received_from_bytes(record, key)) == record
    swap(flawed(places, "second"), key, b"08:30", b"08:31")

    assert {finding.kind for finding in compared(places, repair=True)} == {FindingKind.DAMAGED}


def test_what_is_wrong_in_both_places_is_told_and_nothing_is_put_there(places: MirroredStore) -> None:
    key = layout.original_key(DIGEST)
    for side in ("first", "second"):
        flawed(places, side).objects[key] = b"scam"

    found = compared(places, repair=True)

    assert [(finding.key, finding.kind, finding.document) for finding in found] == [(key, FindingKind.DAMAGED, DIGEST)] * 2
    assert flawed(places, "first").objects[key] == b"scam"


def test_what_is_on_its_way_to_the_mirror_is_no_finding(tmp_path: Path) -> None:
    store = MirroredStore(FlawedStore(), FlawedStore(), MirrorOutbox(tmp_path / "outbox.sqlite", "second"), later=True)
    InvoiceArchive(store).open().receive(SCAN, DOCUMENT, MORNING, "cli")

    assert compared(store) == []


def test_what_was_set_aside_is_kept(tmp_path: Path) -> None:
    first = FileSystemStore(tmp_path / "first")
    store = MirroredStore(first, FlawedStore(), MirrorOutbox(tmp_path / "outbox.sqlite", "second"))
    InvoiceArchive(store).open().receive(SCAN, DOCUMENT, MORNING, "cli")
    path = tmp_path / "first" / layout.original_key(DIGEST)
    path.unlink()
    (path / "inside").mkdir(parents=True)
    (path / "inside" / "note.txt").write_text("x", encoding="utf-8")

    mended = compared(store, repair=True)

    assert [finding.kind for finding in mended] == [FindingKind.MENDED]
    assert first.get(layout.original_key(DIGEST)) == SCAN
    assert [kept.read_text(encoding="utf-8") for kept in (tmp_path / "first" / "~damaged").rglob("note.txt")] == ["x"]
