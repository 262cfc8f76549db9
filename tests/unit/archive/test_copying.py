"""A copy is a sound archive, whenever it was begun, broken off or begun again."""

from itertools import count
from pathlib import Path

import pytest

from models.digest import Digest
from models.errors import NotAnArchive, StoreUnavailable
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.audit import FindingKind, audit
from storage.copying import CopiedObject, CopyReport, CopyState, copy_archive
from storage.filesystem import FileSystemStore
from storage.object_store import ObjectStore
from tests.support.archived import LITTER, MORNING, NOON, a_document, a_reading, put
from tests.support.busy_store import BusyStore
from tests.support.faulty_store import FaultyStore
from tests.support.memory_store import MemoryStore

ID = "5f0c1b7d2a9e4c38b6d41f7a90e2c853"


def ingest(store: ObjectStore, content: bytes, versions: int = 1) -> None:
    """What a service does with a file, as one of many processes."""
    archive = InvoiceArchive(store)
    archive.receive(content, a_document(content), MORNING, "cli")
    for version in range(1, versions + 1):
        archive.add_reading(a_reading(content, version), NOON, version=version)


def an_archive(documents: int = 3) -> MemoryStore:
    """Documents of three versions each, an id, a log, and something that a later program wrote."""
    store = MemoryStore()
    InvoiceArchive(store).open().take_identity(ID)
    for number in range(documents):
        ingest(store, b"scan %d" % number, versions=3)
    for key in ("log/2026-03-02/000001.json", "audits/2026-03-02/1.json", "access/users/wang.json", "later/thing"):
        put(store, key, b'{"key":"%s"}' % key.encode())
    return store


def copied(source: ObjectStore, target: ObjectStore, *, quick: bool = False) -> CopyReport:
    return copy_archive(source, target, lambda _: None, quick=quick)


def test_a_copy_holds_the_same_objects_byte_for_byte() -> None:
    source, target = an_archive(), MemoryStore()

    report = copied(source, target)

    assert target.objects == source.objects
    assert (report.sound, report.there, report.copied) == (True, 1, len(source.objects) - 1)
    assert report.copied_bytes == sum(map(len, source.objects.values())) - len(layout.MARKER)


@pytest.mark.parametrize("quick", [False, True])
def test_a_copy_is_carried_on_with_what_is_new(quick: bool) -> None:
    source, target = an_archive(), MemoryStore()
    copied(source, target)
    ingest(source, b"one more")

    report = copied(source, target, quick=quick)

    assert (report.copied, report.there) == (4, len(source.objects) - 4)
    assert target.objects == source.objects


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_wherever_it_is_broken_off_the_copy_is_sound_and_can_be_carried_on(after: bool) -> None:
    source = an_archive(2)
    writes = FaultyStore(MemoryStore(), fail_at=0)
    copied(source, writes)

    for fail_at in range(1, writes.writes + 1):
        target = MemoryStore()
        with pytest.raises(StoreUnavailable):
            copied(source, FaultyStore(target, fail_at, after=after))

        broken_off = audit(InvoiceArchive(target))
        copied(source, target)

        assert {finding.kind for finding in broken_off.findings} <= {FindingKind.ORPHANED}
        assert target.objects == source.objects


@pytest.mark.parametrize("at_reads", [False, True], ids=["between listings, without an end", "at every call, up to 200"])
def test_a_copy_taken_during_uploads_is_sound(at_reads: bool) -> None:
    """An upload, its readings and an entry in the log come in whenever the archive is asked for something."""
    source, target, numbers = an_archive(), MemoryStore(), count(1)

    def happen() -> None:
        number = next(numbers)
        if number <= 200:
            ingest(source, b"upload %d" % number, versions=2)
            put(source, f"log/2026-03-03/{number:06d}.json", b'{"subject":"%s"}' % Digest.of(b"upload %d" % number).hex.encode())

    report = copied(BusyStore(source, happen, at_reads=at_reads), target)

    assert report.sound
    assert audit(InvoiceArchive(target)).sound
    logged = [key for key in target.objects if key.startswith("log/2026-03-03/")]
    named = [Digest(target.objects[key].split(b'"')[3].decode()) for key in logged]
    assert len(named) > 10
    assert all(layout.received_key(digest) in target.objects for digest in named)


def test_what_is_damaged_is_told_and_not_copied_and_the_rest_is() -> None:
    source, target = an_archive(), MemoryStore()
    original = next(key for key in source.objects if layout.original_of(key))
    record = next(key for key in source.objects if key.endswith("received.json"))
    source.objects[original] = b"bytes of another scan"
    source.objects[record] = b"{"

    report = copied(source, target)

    assert {(problem.key, problem.state) for problem in report.problems} == {(original, CopyState.DAMAGED), (record, CopyState.DAMAGED)}
    assert set(source.objects) - set(target.objects) == {original, record}


def test_a_damaged_copy_is_told_and_left_as_it_is() -> None:
    source, target = an_archive(), MemoryStore()
    copied(source, target)
    original = next(key for key in source.objects if layout.original_of(key))
    target.objects[original] = bytes(len(source.objects[original]))

    report = copied(source, target)

    assert [(problem.key, problem.state) for problem in report.problems] == [(original, CopyState.CONFLICT)]
    assert target.objects[original] == bytes(len(source.objects[original]))


def test_a_target_that_acknowledges_without_keeping_is_told() -> None:
    class Forgetful(MemoryStore):
        def put(self, key: str, data: bytes, expected: Digest) -> bool:
            return super().put(key, data, expected) if key == layout.MARKER_KEY else True

    source = an_archive(1)

    report = copied(source, Forgetful())

    assert {problem.state for problem in report.problems} == {CopyState.CONFLICT}
    assert len(report.problems) == len(source.objects) - 1


def test_another_archive_is_no_target() -> None:
    other = MemoryStore()
    InvoiceArchive(other).open().take_identity("0" * 32)
    before = dict(other.objects)

    with pytest.raises(NotAnArchive, match="another archive"):
        copied(an_archive(), other)

    assert other.objects == before


def test_a_place_that_is_no_archive_is_neither_source_nor_target() -> None:
    photographs = MemoryStore()
    put(photographs, "holidays/1.jpg", b"photograph")

    with pytest.raises(NotAnArchive):
        copied(photographs, MemoryStore())
    with pytest.raises(NotAnArchive):
        copied(an_archive(), photographs)

    assert list(photographs.objects) == ["holidays/1.jpg"]


def test_the_index_and_what_file_managers_leave_are_not_copied(tmp_path: Path) -> None:
    source, target = FileSystemStore(tmp_path / "from"), FileSystemStore(tmp_path / "to")
    InvoiceArchive(source).open()
    ingest(source, b"scan")
    for name in (*LITTER, "catalogue.sqlite", "catalogue.sqlite-wal", "notes/发票.txt"):
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).write_bytes(b"x")
    told: list[CopiedObject] = []

    report = copy_archive(source, target, told.append)

    assert (report.sound, report.left_out) == (True, ("notes/发票.txt",))
    assert [found.key for found in target.list()] == sorted(found.key for found in told if found.state is not CopyState.LEFT_OUT)
    assert audit(InvoiceArchive(target)).sound
