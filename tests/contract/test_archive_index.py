"""An index is one archive's and holds all of it, in a folder as on S3, in SQLite as in PostgreSQL."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from models.access import EVERYTHING
from models.archive import DocumentState
from models.audit import FindingKind
from models.catalogue import IndexState
from models.clues import Clues
from models.errors import InvalidSetting
from ocr_service import indexing
from ocr_service.indexing import ArchiveIndex, Difference, Rounds
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.database import sqlite_url
from storage.catalogue.queue import LeaseQueue
from storage.filesystem import FileSystemStore
from storage.s3 import S3Store
from tests.support.archived import MORNING, NOON, a_document
from tests.support.catalogued import a_reading, an_invoice, found, opened, opened_at
from tests.support.decoding import shared_decoder
from tests.support.memory_store import MemoryStore
from tests.support.seaweedfs import S3Server

Place = Callable[[], InvoiceArchive]
"""A new archive."""


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    def in_folder() -> InvoiceArchive:
        return InvoiceArchive(FileSystemStore(tmp_path / uuid.uuid4().hex)).open()

    def on_s3() -> InvoiceArchive:
        server: S3Server = request.getfixturevalue("s3_server")
        store = S3Store.connect(server.endpoint, server.access_key, server.secret_key, "index", uuid.uuid4().hex, read_seconds=60)
        return InvoiceArchive(store).open()

    return in_folder if request.param == "folder" else on_s3


@pytest.fixture
def archive(place: Place) -> InvoiceArchive:
    return place()


@pytest.fixture
def in_memory() -> InvoiceArchive:
    return InvoiceArchive(MemoryStore()).open()


def over(archive: InvoiceArchive, catalogue: Catalogue, *, is_named: bool = False) -> ArchiveIndex:
    return ArchiveIndex(archive, catalogue, LeaseQueue(catalogue), shared_decoder().media_type, is_named=is_named)


def keep(archive: InvoiceArchive, number: int, *, version: int = 0, amount: str = "1.00") -> None:
    """Have the archive hold a document, read so many times."""
    content = str(number).encode()
    received, _ = archive.receive(content, a_document(content), MORNING, "cli")
    for each in range(1, version + 1):
        invoice = an_invoice("住宿", invoice_number=f"{number:08}", tax_inclusive_amount=amount if each == version else "0.10")
        archive.add_reading(a_reading(received, invoice), NOON, version=each)


def listed(catalogue: Catalogue) -> list[str | None]:
    return sorted(found(catalogue, Clues()), key=str)


@contextmanager
def open_for(archive: InvoiceArchive, folder: Path) -> Iterator[ArchiveIndex]:
    """An index of its own in a folder, opened as by a command that may write."""
    folder.mkdir(exist_ok=True)
    with opened(folder) as catalogue:
        index = over(archive, catalogue)
        index.require_own(create=True)
        yield index


def test_an_archive_is_given_one_id_for_ever_however_many_open_it_first(archive: InvoiceArchive) -> None:
    barrier = Barrier(8)

    def give(number: int) -> str:
        barrier.wait()
        return archive.take_identity(f"{number:032x}")

    with ThreadPoolExecutor(8) as pool:
        given = set(pool.map(give, range(8)))

    assert given == {archive.identity()}
    assert archive.take_identity(f"{9:032x}") == archive.identity()


def test_an_index_of_another_archive_is_refused_and_left_alone(place: Place, catalogue: Catalogue) -> None:
    mine, other = place(), place()
    keep(mine, 1, version=1)
    over(mine, catalogue).require_own(create=True)
    over(mine, catalogue).compare_some()

    for is_named, advice in ((True, "PIAOGEN_DATABASE"), (False, "piaogen rebuild")):
        index = over(other, catalogue, is_named=is_named)
        for create in (True, False):
            with pytest.raises(InvalidSetting, match=advice):
                index.require_own(create=create)
    with pytest.raises(InvalidSetting):
        over(other, catalogue, is_named=True).rebuild()

    assert (other.identity(), catalogue.owner(), listed(catalogue)) == (None, mine.identity(), ["00000001"])


def test_of_two_new_archives_that_are_given_one_empty_index_only_one_gets_it(place: Place, catalogue: Catalogue) -> None:
    first, second = place(), place()
    over(first, catalogue).require_own(create=True)

    with pytest.raises(InvalidSetting):
        over(second, catalogue).require_own(create=True)
    assert second.identity() is None


def test_a_rebuild_puts_another_archives_file_aside(in_memory: InvoiceArchive, tmp_path: Path) -> None:
    other = InvoiceArchive(MemoryStore()).open()
    keep(other, 1, version=1)
    keep(in_memory, 2, version=1)
    with open_for(other, tmp_path) as index:
        index.compare_some()
        mine = over(in_memory, index.catalogue)
        assert mine.rebuild() == 1
        assert (listed(index.catalogue), index.catalogue.owner()) == (["00000002"], in_memory.identity())
    [aside] = (path for path in tmp_path.glob("*.other-archive-*") if path.name.endswith("Z"))
    with opened_at(sqlite_url(aside)) as others:
        assert (listed(others), others.owner()) == (["00000001"], other.identity())


def test_what_older_programs_left_without_ids_is_bound_by_its_documents(in_memory: InvoiceArchive, catalogue: Catalogue) -> None:
    keep(in_memory, 1, version=1)
    keep(in_memory, 2)
    index = over(in_memory, catalogue)
    index.compare_some()

    index.require_own(create=False)
    assert (in_memory.identity(), catalogue.owner()) == (None, None)
    stranger = InvoiceArchive(MemoryStore()).open()
    keep(stranger, 3)
    with pytest.raises(InvalidSetting):
        over(stranger, catalogue).require_own(create=True)
    index.require_own(create=True)

    assert catalogue.owner() is not None
    assert in_memory.identity() == catalogue.owner()


def test_an_id_that_was_lost_comes_back_from_the_index_and_an_audit_misses_it(in_memory: InvoiceArchive, catalogue: Catalogue) -> None:
    keep(in_memory, 1, version=1)
    index = over(in_memory, catalogue)
    index.require_own(create=True)
    index.compare_some()
    store = in_memory.store
    assert isinstance(store, MemoryStore)
    archive_id = in_memory.identity()

    del store.objects[layout.IDENTITY_KEY]
    [missing] = audit(in_memory, catalogue.remembered(), owner=catalogue.owner()).findings
    assert (missing.kind, missing.key) == (FindingKind.MISSING, layout.IDENTITY_KEY)
    index.require_own(create=False)
    assert in_memory.identity() is None
    index.require_own(create=True)
    assert in_memory.identity() == archive_id

    store.objects[layout.IDENTITY_KEY] = b"{}"
    [damaged] = audit(in_memory, catalogue.remembered(), owner=catalogue.owner()).findings
    assert (damaged.kind, damaged.key) == (FindingKind.DAMAGED, layout.IDENTITY_KEY)


def test_an_older_copy_of_the_index_takes_in_what_it_lacks(archive: InvoiceArchive, catalogue: Catalogue) -> None:
    keep(archive, 1, version=1, amount="1.00")
    index = over(archive, catalogue)
    index.require_own(create=True)
    assert index.compare_some() == IndexState()

    keep(archive, 1, version=2, amount="7.00")  # corrected
    keep(archive, 2, version=1)  # new and read
    keep(archive, 3)  # new and unread

    assert index.compare_some() == IndexState()
    assert listed(catalogue) == ["00000001", "00000002"]
    assert {hit.invoice.number: str(hit.invoice.total) for hit in catalogue.find(Clues(), EVERYTHING)}["00000001"] == "7.00"
    assert (catalogue.counts(EVERYTHING)[DocumentState.QUEUED], index.queue.waiting()) == (1, 1)
    assert index.compare("") == Difference(is_all=True)


def test_an_index_that_names_what_an_older_archive_does_not_hold_says_so_until_it_does(place: Place, catalogue: Catalogue) -> None:
    newer, older = place(), place()
    for number in (1, 2):
        keep(newer, number, version=2)
    index = over(newer, catalogue)
    index.require_own(create=True)
    index.compare_some()
    older.take_identity(newer.identity() or "")
    keep(older, 1, version=1)

    behind = over(older, catalogue)
    behind.require_own(create=True)
    assert behind.compare_some() == behind.state() == IndexState(ahead=True)
    keep(older, 2, version=2)
    assert behind.compare_some() == IndexState(ahead=True)
    keep(older, 1, version=2)
    assert behind.compare_some() == behind.state() == IndexState()


def over_many(archive: InvoiceArchive, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> ArchiveIndex:
    """The index of an archive of forty documents, which it takes for so many that they are compared by parts."""
    monkeypatch.setattr(indexing, "COMPARED_TOGETHER", 4)
    for number in range(40):
        keep(archive, number, version=1)
    index = over(archive, catalogue)
    index.require_own(create=True)
    index.rebuild()
    return index


def test_a_large_archive_is_compared_by_parts_and_doubted_until_all_were_looked_at(
    in_memory: InvoiceArchive, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = over_many(in_memory, catalogue, monkeypatch)
    assert len(list(index.beginnings())) == 16
    for number in range(40, 80):
        keep(in_memory, number, version=1)

    # Which part is looked at is left to chance, and one in twelve lacks nothing.
    assert any(index.compare_some().behind for _ in range(200))
    assert index.state() == IndexState(behind=True)
    assert 40 < catalogue.counts(EVERYTHING)[DocumentState.DONE] < 80
    assert index.compare_all() == index.state() == IndexState()
    assert catalogue.counts(EVERYTHING)[DocumentState.DONE] == 80


def test_an_idle_worker_goes_round_and_finds_what_one_look_did_not(
    in_memory: InvoiceArchive, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = over_many(in_memory, catalogue, monkeypatch)
    keep(in_memory, 99, version=1)
    seconds = [0.0]
    rounds = Rounds(index, clock=lambda: seconds[0])

    rounds.turn()
    assert catalogue.counts(EVERYTHING)[DocumentState.DONE] == 40
    states = []
    for _ in range(2 * 17):
        seconds[0] += indexing.PAUSE_SECONDS
        rounds.turn()
        states.append(index.state())

    assert catalogue.counts(EVERYTHING)[DocumentState.DONE] == 41
    assert (IndexState(behind=True) in states, states[-1]) == (True, IndexState())


def damage(archive: InvoiceArchive, *keys: str) -> dict[str, bytes]:
    """Spoil objects of an archive in memory; what they were."""
    store = archive.store
    assert isinstance(store, MemoryStore)
    before = {key: store.objects[key] for key in keys}
    store.objects.update({key: b"{}" for key in keys})
    return before


def records_of(archive: InvoiceArchive, number: int) -> dict[str, str]:
    """The keys of everything that the archive keeps of a document that was read twice."""
    digest = a_document(str(number).encode()).digest
    newest = archive.latest(digest)
    assert newest is not None
    return {
        "received": layout.received_key(digest),
        "newest manifest": layout.manifest_key(digest, 2),
        "newest reading": newest.part("reading").key,
        "oldest manifest": layout.manifest_key(digest, 1),
    }


@pytest.mark.parametrize(
    ("spoilt", "shown", "state"),
    [
        (["newest reading"], "0.10", DocumentState.NEEDS_REVIEW),
        (["newest manifest"], "0.10", DocumentState.NEEDS_REVIEW),
        (["newest reading", "oldest manifest"], None, DocumentState.UNREAD),
        (["newest manifest", "oldest manifest"], None, DocumentState.UNREAD),
    ],
)
def test_a_document_whose_record_is_damaged_is_listed_as_damaged_and_the_others_are_as_ever(
    in_memory: InvoiceArchive, catalogue: Catalogue, spoilt: list[str], shown: str | None, state: DocumentState
) -> None:
    keep(in_memory, 1, version=2, amount="1.00")
    keep(in_memory, 2, version=1)
    damaged = a_document(b"1").digest
    before = damage(in_memory, *(records_of(in_memory, 1)[name] for name in spoilt))
    index = over(in_memory, catalogue)
    index.require_own(create=True)
    told: list[str] = []

    assert index.rebuild(lambda digest, error: told.append(str(digest)) if error else None) == 2
    assert told == [str(damaged)]
    assert (index.state(), "00000002" in listed(catalogue)) == (IndexState(), True)
    stands = catalogue.document(damaged, EVERYTHING)
    assert (stands.state, stands.version, stands.error) == (state, 2, "reading_damaged")
    assert [str(one.total) for one in catalogue.invoices_of(damaged, EVERYTHING)] == ([shown] if shown else [])
    assert [entry.document.received.document.digest for entry in catalogue.review(EVERYTHING).entries] == [damaged]
    assert index.compare_some() == IndexState()
    assert catalogue.document(damaged, EVERYTHING) == stands

    in_memory.store.objects.update(before)  # type: ignore[attr-defined]  # a backup of the record is put back
    assert index.compare_some() == IndexState()
    assert (catalogue.document(damaged, EVERYTHING).error, [str(one.total) for one in catalogue.invoices_of(damaged, EVERYTHING)]) == (
        None,
        ["1.00"],
    )


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_document_whose_received_record_is_damaged_or_gone_is_listed_by_its_manifest(
    in_memory: InvoiceArchive, catalogue: Catalogue, is_gone: bool
) -> None:
    keep(in_memory, 1, version=2)
    damage(in_memory, records_of(in_memory, 1)["received"])
    if is_gone:
        del in_memory.store.objects[records_of(in_memory, 1)["received"]]  # type: ignore[attr-defined]  # of a memory store
    index = over(in_memory, catalogue)

    assert index.rebuild() == 1
    assert listed(catalogue) == ["00000001"]
    assert catalogue.document(a_document(b"1").digest, EVERYTHING).received.document.file_name == "发票.png"


def test_an_upload_that_a_comparison_took_in_first_is_no_duplicate(in_memory: InvoiceArchive, catalogue: Catalogue) -> None:
    index = over(in_memory, catalogue)
    index.require_own(create=True)
    received, new = in_memory.receive(b"1", a_document(b"1"), MORNING, "web")
    index.compare_some()

    assert index.queue.accept(received, "batch", 5, new=new) is DocumentState.QUEUED
    assert index.queue.accept(received, "batch", 5, new=False) is DocumentState.DUPLICATE
    assert index.queue.ahead("batch") is not None
    assert index.queue.waiting() == 1
