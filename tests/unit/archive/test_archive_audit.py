"""What an audit says about a sound archive and about every way in which one can be wrong."""

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.audit import AuditReport, FindingKind, Remembered
from models.digest import Digest
from models.errors import StoreUnavailable
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.filesystem import FileSystemStore
from storage.object_store import StoredObject
from tests.support.archived import DIGEST, DOCUMENT, LITTER, MORNING, NOON, SCAN, a_document, a_reading
from tests.support.memory_store import MemoryStore

UNREAD, ONCE, TWICE = b"not read yet", b"read once", b"read twice"
DIGESTS = {content: Digest.of(content) for content in (UNREAD, ONCE, TWICE)}
MISSING, DAMAGED, ORPHANED, UNINDEXED = FindingKind.MISSING, FindingKind.DAMAGED, FindingKind.ORPHANED, FindingKind.UNINDEXED
ROLLED_BACK = FindingKind.ROLLED_BACK


def fill(store: MemoryStore) -> None:
    archive = InvoiceArchive(store).open()
    for content in DIGESTS:
        archive.receive(content, a_document(content), MORNING, "cli")
    archive.add_reading(a_reading(ONCE, 1), NOON, version=1)
    archive.add_reading(a_reading(TWICE, 1), NOON, version=1)
    archive.add_reading(a_reading(TWICE, 2), NOON, version=2)


@pytest.fixture
def store() -> MemoryStore:
    filled = MemoryStore()
    fill(filled)
    return filled


def reading_key(store: MemoryStore, content: bytes, version: int) -> str:
    return InvoiceArchive(store).manifests(DIGESTS[content])[version - 1].part("reading").key


def found(report: AuditReport) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.key) for finding in (*report.findings, *report.notes)]


def test_a_sound_archive_has_no_findings(store: MemoryStore) -> None:
    report = audit(InvoiceArchive(store), map(Remembered, DIGESTS.values()))

    assert report.sound
    assert (report.documents, report.manifests, report.originals, report.readings) == (3, 3, 3, 3)
    assert report.hashed_objects == 6
    assert report.hashed_bytes == sum(len(data) for key, data in store.objects.items() if key.startswith(("originals/", "readings/")))


def test_an_empty_archive_is_sound() -> None:
    assert audit(InvoiceArchive(MemoryStore()), []) == AuditReport(0, 0, 0, 0, 0, 0, ())


def test_an_audit_changes_nothing(store: MemoryStore) -> None:
    before = dict(store.objects)

    audit(InvoiceArchive(store), [])

    assert store.objects == before


@pytest.mark.parametrize(
    "key",
    [
        lambda store: layout.original_key(DIGESTS[UNREAD]),
        lambda store: layout.original_key(DIGESTS[TWICE]),
        lambda store: layout.received_key(DIGESTS[ONCE]),
        lambda store: layout.manifest_key(DIGESTS[TWICE], 1),
        lambda store: reading_key(store, ONCE, 1),
        lambda store: reading_key(store, TWICE, 1),
    ],
    ids=["original", "original with readings", "received", "older manifest", "reading", "older reading"],
)
def test_whatever_is_gone_is_missing(store: MemoryStore, key: Callable[[MemoryStore], str]) -> None:
    gone = key(store)
    del store.objects[gone]

    assert (MISSING, gone) in found(audit(InvoiceArchive(store)))


def test_a_missing_part_is_told_once(store: MemoryStore) -> None:
    gone = layout.original_key(DIGESTS[TWICE])
    del store.objects[gone]

    assert found(audit(InvoiceArchive(store))) == [(MISSING, gone)]


def remembered(store: MemoryStore) -> list[Remembered]:
    """What an index of this archive remembers."""
    archive = InvoiceArchive(store)
    newest = {digest: archive.manifests(digest) for digest in DIGESTS.values()}
    digest_of = {digest: Digest.of(store.objects[layout.manifest_key(digest, len(chain))]) for digest, chain in newest.items() if chain}
    return [Remembered(digest, len(chain), digest_of.get(digest)) for digest, chain in newest.items()]


def test_a_sound_archive_is_what_its_index_remembers(store: MemoryStore) -> None:
    report = audit(InvoiceArchive(store), remembered(store))

    assert (report.findings, report.notes) == ((), ())


@pytest.mark.parametrize("taken", [("newest",), ("newest", "its reading"), ("every version",)], ids=" and ".join)
def test_a_version_that_was_taken_back_is_rolled_back(store: MemoryStore, taken: tuple[str, ...]) -> None:
    index, reading = remembered(store), reading_key(store, TWICE, 2)
    del store.objects[layout.manifest_key(DIGESTS[TWICE], 2)]
    if "its reading" in taken:
        del store.objects[reading]
    if "every version" in taken:
        del store.objects[layout.manifest_key(DIGESTS[TWICE], 1)]

    report = audit(InvoiceArchive(store), index)

    assert [(finding.kind, finding.key) for finding in report.findings] == [(ROLLED_BACK, layout.manifest_key(DIGESTS[TWICE], 2))]
    assert not report.sound


def test_another_newest_version_under_the_same_number_is_rolled_back(store: MemoryStore) -> None:
    index = remembered(store)
    del store.objects[layout.manifest_key(DIGESTS[TWICE], 2)]
    InvoiceArchive(store).add_reading(a_reading(TWICE, 3), NOON, version=2)

    [finding] = audit(InvoiceArchive(store), index).findings

    assert (finding.kind, finding.key) == (ROLLED_BACK, layout.manifest_key(DIGESTS[TWICE], 2))


def test_a_version_that_the_index_does_not_know_yet_is_only_noted(store: MemoryStore) -> None:
    index = remembered(store)
    InvoiceArchive(store).add_reading(a_reading(ONCE, 2), NOON, version=2)

    report = audit(InvoiceArchive(store), index)

    assert report.sound
    assert [(note.kind, note.key) for note in report.notes] == [(UNINDEXED, layout.manifest_key(DIGESTS[ONCE], 2))]


def test_a_correction_that_is_made_after_the_walk_came_by_is_no_fault(store: MemoryStore) -> None:
    def index_later() -> Iterator[Remembered]:
        InvoiceArchive(store).add_reading(a_reading(ONCE, 2), NOON, version=2)
        yield from remembered(store)

    assert audit(InvoiceArchive(store), index_later()).sound


def test_a_newest_manifest_that_is_gone_shows_by_the_reading_that_it_leaves(store: MemoryStore) -> None:
    reading = reading_key(store, TWICE, 2)
    del store.objects[layout.manifest_key(DIGESTS[TWICE], 2)]

    assert found(audit(InvoiceArchive(store))) == [(ORPHANED, reading)]


@pytest.mark.parametrize(
    "key",
    [
        lambda store: layout.original_key(DIGESTS[UNREAD]),
        lambda store: layout.received_key(DIGESTS[ONCE]),
        lambda store: layout.manifest_key(DIGESTS[TWICE], 1),
        lambda store: reading_key(store, ONCE, 1),
    ],
    ids=["original", "received", "older manifest", "reading"],
)
@pytest.mark.parametrize(
    "change", [lambda data: data[:-1], lambda data: data.swapcase(), lambda data: b""], ids=["cut", "changed", "emptied"]
)
def test_whatever_was_changed_is_damaged(store: MemoryStore, key: Callable[[MemoryStore], str], change: Callable[[bytes], bytes]) -> None:
    changed = key(store)
    store.objects[changed] = change(store.objects[changed])

    assert (DAMAGED, changed) in found(audit(InvoiceArchive(store)))


def test_a_received_record_that_was_rewritten_is_damaged(store: MemoryStore) -> None:
    key = layout.received_key(DIGESTS[ONCE])
    store.objects[key] = store.objects[key].replace(b'"cli"', b'"api"')

    assert found(audit(InvoiceArchive(store))) == [(DAMAGED, key)]


def test_an_older_manifest_that_was_rewritten_is_damaged(store: MemoryStore) -> None:
    key = layout.manifest_key(DIGESTS[TWICE], 1)
    store.objects[key] = store.objects[key].replace(b'"archived_at":"2026', b'"archived_at":"2016')

    assert found(audit(InvoiceArchive(store))) == [(DAMAGED, key)]


def test_a_first_manifest_that_claims_a_predecessor_is_damaged(store: MemoryStore) -> None:
    key = layout.manifest_key(DIGESTS[ONCE], 1)
    store.objects[key] = store.objects[key].replace(b'"previous":null', f'"previous":"{DIGESTS[TWICE]}"'.encode())

    assert found(audit(InvoiceArchive(store))) == [(DAMAGED, key)]


def test_a_manifest_that_names_a_part_by_a_wrong_key_is_damaged(store: MemoryStore) -> None:
    key = layout.manifest_key(DIGESTS[ONCE], 1)
    store.objects[key] = store.objects[key].replace(b'"key":"originals/', b'"key":"copies/')

    assert (DAMAGED, key) in found(audit(InvoiceArchive(store)))


def test_a_part_that_is_too_short_is_damaged_even_when_it_is_not_hashed(store: MemoryStore) -> None:
    keys = [layout.original_key(DIGESTS[UNREAD]), reading_key(store, TWICE, 1)]
    for key in keys:
        store.objects[key] = store.objects[key][:-1]

    assert sorted(found(audit(InvoiceArchive(store), sample=0))) == sorted((DAMAGED, key) for key in keys)


def test_records_under_the_name_of_another_document_are_damaged(store: MemoryStore) -> None:
    keys = [layout.received_key, lambda digest: layout.manifest_key(digest, 1)]
    for key in keys:
        store.objects[key(DIGESTS[ONCE])] = store.objects[key(DIGESTS[TWICE])]

    assert {(DAMAGED, key(DIGESTS[ONCE])) for key in keys} <= set(found(audit(InvoiceArchive(store))))


def test_a_manifest_that_names_the_reading_of_another_document_is_damaged(store: MemoryStore) -> None:
    key = layout.manifest_key(DIGESTS[ONCE], 1)
    own, other = (InvoiceArchive(store).manifests(DIGESTS[content])[0].part("reading") for content in (ONCE, TWICE))
    for old, new in ((own.key, other.key), (str(own.digest), str(other.digest)), (f":{own.size}}}]", f":{other.size}}}]")):
        store.objects[key] = store.objects[key].replace(old.encode(), new.encode())

    assert (DAMAGED, other.key) in found(audit(InvoiceArchive(store)))


def test_what_a_crash_leaves_is_orphaned(store: MemoryStore) -> None:
    lonely = b"its record was never written"
    left = MemoryStore()
    other = InvoiceArchive(left).open()
    other.receive(lonely, a_document(lonely), MORNING, "cli")
    other.add_reading(a_reading(lonely), NOON, version=1)
    parts = {key: data for key, data in left.objects.items() if key.startswith(("originals/", "readings/"))}
    store.objects.update(parts)

    assert found(audit(InvoiceArchive(store))) == [(ORPHANED, key) for key in sorted(parts)]


@pytest.mark.parametrize(
    "key", ["originals/ab/notes.txt", "readings/x.json", "documents/ab/" + "ab" * 32 + "/received.json~", "originals/发票.jpg"]
)
def test_names_that_are_not_of_the_format_are_orphaned(store: MemoryStore, key: str) -> None:
    store.objects[key] = b"?"

    assert found(audit(InvoiceArchive(store))) == [(ORPHANED, key)]


def test_what_file_managers_and_network_storages_leave_is_no_damage(tmp_path: Path) -> None:
    folder = FileSystemStore(tmp_path)
    archive = InvoiceArchive(folder).open()
    archive.receive(SCAN, DOCUMENT, MORNING, "cli")
    for above in ("", "documents/", "originals/", "readings/ab/", layout.document_prefix(DIGEST)):
        for litter in LITTER:
            (tmp_path / above / litter).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / above / litter).write_bytes(b"litter")
    memory = MemoryStore()
    for found_object in folder.list():
        memory.objects[found_object.key] = (tmp_path / found_object.key).read_bytes()
    memory.objects["documents/ab/@eaDir/x"] = b"litter"

    for place in (archive, InvoiceArchive(memory)):
        assert audit(place, [Remembered(DIGEST)]).sound
        assert (list(place.digests()), list(place.newest_versions())) == ([DIGEST], [(DIGEST, 0)])


def test_what_lies_beside_the_archive_is_not_looked_at(store: MemoryStore) -> None:
    store.objects["catalogue.sqlite3"] = b"index"

    assert audit(InvoiceArchive(store)).sound


def test_a_document_that_the_index_does_not_know_is_unindexed(store: MemoryStore) -> None:
    report = audit(InvoiceArchive(store), map(Remembered, [DIGESTS[UNREAD], DIGESTS[TWICE]]))

    assert found(report) == [(UNINDEXED, layout.received_key(DIGESTS[ONCE]))]
    assert report.notes[0].document == DIGESTS[ONCE]


def test_a_document_that_only_the_index_knows_is_missing(store: MemoryStore) -> None:
    lost = Digest.of(b"lost")

    assert found(audit(InvoiceArchive(store), map(Remembered, [*DIGESTS.values(), lost]))) == [(MISSING, layout.received_key(lost))]


def test_a_sample_hashes_only_so_many_documents(store: MemoryStore) -> None:
    counts = {audit(InvoiceArchive(store), sample=1, seed=seed).hashed_objects for seed in range(20)}

    assert counts == {1, 2, 3}
    assert audit(InvoiceArchive(store), sample=0).hashed_objects == 0
    assert audit(InvoiceArchive(store), sample=99).hashed_objects == 6


def test_a_sample_still_sees_every_missing_part(store: MemoryStore) -> None:
    gone = [layout.original_key(DIGESTS[ONCE]), reading_key(store, TWICE, 2)]
    for key in gone:
        del store.objects[key]

    assert sorted(found(audit(InvoiceArchive(store), sample=0))) == sorted((MISSING, key) for key in gone)


def test_every_document_has_its_turn_in_samples(store: MemoryStore) -> None:
    key = layout.original_key(DIGESTS[TWICE])
    store.objects[key] = store.objects[key].swapcase()

    seen = [found(audit(InvoiceArchive(store), sample=1, seed=seed)) for seed in range(30)]

    assert [(DAMAGED, key)] in seen
    assert [] in seen
    assert seen[:5] == [found(audit(InvoiceArchive(store), sample=1, seed=seed)) for seed in range(5)]


def test_what_comes_in_while_the_audit_runs_is_not_mistaken_for_a_fault() -> None:
    """A document arrives and is read after the originals were listed, one after the readings, one after the records."""

    class Busy(MemoryStore):
        def list(self, prefix: str = "") -> Iterator[StoredObject]:
            yield from list(super().list(prefix))
            if prefix in {layout.ORIGINALS, layout.READINGS, layout.DOCUMENTS}:
                content = f"came after {prefix}".encode()
                archive = InvoiceArchive(self)
                archive.receive(content, a_document(content), MORNING, "api")
                archive.add_reading(a_reading(content), NOON, version=1)

    busy = Busy()
    fill(busy)

    assert audit(InvoiceArchive(busy), map(Remembered, InvoiceArchive(busy).digests())).sound


def test_parts_whose_records_came_after_the_records_were_listed_are_no_orphans() -> None:
    content = b"came and was read while the audit ran"

    class Busy(MemoryStore):
        def list(self, prefix: str = "") -> Iterator[StoredObject]:
            yield from list(super().list(prefix))
            if prefix == layout.DOCUMENTS:
                go_on(self)

    def go_on(store: MemoryStore) -> None:
        archive = InvoiceArchive(store).open()
        archive.receive(content, a_document(content), MORNING, "api")
        archive.add_reading(a_reading(content), NOON, version=1)

    busy, ahead = Busy(), MemoryStore()
    go_on(ahead)
    busy.objects.update({key: data for key, data in ahead.objects.items() if not key.startswith("documents/")})

    assert audit(InvoiceArchive(busy)).sound


class Failing(MemoryStore):
    """Cannot read originals, for the reason given."""

    reason = errno.EIO

    def get(self, key: str) -> bytes:
        if key.startswith("originals/"):
            raise StoreUnavailable("cannot read", errno=self.reason)
        return super().get(key)


def test_an_object_that_the_disk_cannot_read_is_damaged_and_the_rest_is_still_checked(store: MemoryStore) -> None:
    failing = Failing()
    failing.objects = store.objects

    report = audit(InvoiceArchive(failing))

    assert sorted(found(report)) == sorted((DAMAGED, layout.original_key(digest)) for digest in DIGESTS.values())
    assert report.hashed_objects == 3


def test_a_store_that_does_not_answer_ends_the_audit(store: MemoryStore) -> None:
    failing = Failing()
    failing.reason = errno.ENOENT
    failing.objects = store.objects

    with pytest.raises(StoreUnavailable):
        audit(InvoiceArchive(failing))
