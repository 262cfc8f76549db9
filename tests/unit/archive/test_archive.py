"""The archive's behaviour on any sound store; memory stands for it here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier

import pytest

from models.archive import Received
from models.digest import Digest
from models.errors import (
    DamagedRecord,
    DigestMismatch,
    DocumentNotFound,
    InvalidSetting,
    NotAnArchive,
    ObjectConflict,
)
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from tests.support.archived import DIGEST, DOCUMENT, LITTER, MORNING, NOON, SCAN, a_document, a_reading, put
from tests.support.memory_store import MemoryStore


class TestOpening:
    def test_an_empty_place_becomes_an_archive(self, store: MemoryStore) -> None:
        InvoiceArchive(store).open()

        assert store.objects == {"piaogen-archive.json": b'{"format":"piaogen-archive","version":1}'}

    def test_opening_again_writes_nothing(self, received: InvoiceArchive, store: MemoryStore) -> None:
        before = dict(store.objects)

        InvoiceArchive(store).open()

        assert store.objects == before

    def test_a_place_with_other_things_is_refused_and_left_alone(self, store: MemoryStore) -> None:
        put(store, "holiday/beach.jpg", b"sand")

        with pytest.raises(NotAnArchive, match=r"holds holiday/beach\.jpg"):
            InvoiceArchive(store).open()

        assert list(store.objects) == ["holiday/beach.jpg"]

    def test_an_archive_that_lost_its_marker_is_told_how_to_get_it_back(self, received: InvoiceArchive, store: MemoryStore) -> None:
        marker = store.objects.pop("piaogen-archive.json")

        with pytest.raises(NotAnArchive) as refused:
            InvoiceArchive(store).open()

        assert marker.decode() in refused.value.message

    def test_the_index_and_hidden_files_do_not_count_as_other_things(self, store: MemoryStore) -> None:
        put(store, "catalogue.sqlite3", b"index")
        put(store, "catalogue.sqlite3-wal", b"index")
        for litter in LITTER:
            store.objects[litter] = b"litter"

        InvoiceArchive(store).open()

        assert "piaogen-archive.json" in store.objects

    def test_a_newer_format_is_refused(self, store: MemoryStore) -> None:
        put(store, "piaogen-archive.json", b'{"format":"piaogen-archive","version":2}')

        with pytest.raises(NotAnArchive, match="format 2"):
            InvoiceArchive(store).open()

    @pytest.mark.parametrize(
        "marker", [b"", b"{}", b"[]", b"\xff", b'{"format":"tar","version":1}', b'{"format":"piaogen-archive","version":"1"}']
    )
    def test_a_damaged_marker_is_told(self, store: MemoryStore, marker: bytes) -> None:
        put(store, "piaogen-archive.json", marker)

        with pytest.raises(DamagedRecord, match=r"piaogen-archive\.json"):
            InvoiceArchive(store).open()

    def test_nothing_is_made_when_it_must_not_be(self, store: MemoryStore) -> None:
        with pytest.raises(NotAnArchive, match="no archive here yet"):
            InvoiceArchive(store).open(create=False)

        assert store.objects == {}

    def test_an_archive_is_opened_without_making_anything(self, received: InvoiceArchive) -> None:
        assert InvoiceArchive(received.store).open(create=False).received(DIGEST).source == "cli"

    def test_a_store_that_replaces_objects_is_refused(self) -> None:
        class Forgetful(MemoryStore):
            def put(self, key: str, data: bytes, expected: Digest) -> bool:
                self.objects[key] = data
                return True

        with pytest.raises(InvalidSetting, match="If-None-Match"):
            InvoiceArchive(Forgetful()).open()

    def test_a_place_that_another_process_makes_an_archive_meanwhile_is_taken(self, store: MemoryStore) -> None:
        class LateToSee(MemoryStore):
            """The first look at the marker comes just before the other process writes it and its first original."""

            def get(self, key: str) -> bytes:
                try:
                    return super().get(key)
                finally:
                    InvoiceArchive(other).open().receive(SCAN, DOCUMENT, MORNING, "api")

        other = MemoryStore()
        late = LateToSee()
        late.objects = other.objects

        assert InvoiceArchive(late).open().original(DIGEST) == SCAN


class TestReceiving:
    def test_original_and_record_are_kept(self, archive: InvoiceArchive) -> None:
        record, new = archive.receive(SCAN, DOCUMENT, MORNING, "api")

        assert (record, new) == (Received(DOCUMENT, MORNING, "api"), True)
        assert (archive.original(DIGEST), archive.received(DIGEST)) == (SCAN, record)

    def test_the_same_bytes_again_keep_the_first_record(self, received: InvoiceArchive, store: MemoryStore) -> None:
        before = dict(store.objects)

        record, new = received.receive(SCAN, a_document(SCAN, "另一个名字.png"), NOON, "web")

        assert (record, new, store.objects) == (Received(DOCUMENT, MORNING, "cli"), False, before)

    def test_of_many_who_bring_the_same_bytes_one_made_the_record(self, archive: InvoiceArchive) -> None:
        start = Barrier(8)

        def bring(number: int) -> tuple[Received, bool]:
            start.wait()
            return archive.receive(SCAN, a_document(SCAN, f"{number}.png"), MORNING, "api")

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(bring, range(8)))

        assert sorted(new for _, new in answers) == [False] * 7 + [True]
        assert {record for record, _ in answers} == {archive.received(DIGEST)}

    def test_bytes_that_are_not_the_announced_document_are_not_kept(self, archive: InvoiceArchive, store: MemoryStore) -> None:
        with pytest.raises(DigestMismatch):
            archive.receive(b"19 different bytes!", DOCUMENT, MORNING, "cli")

        assert list(store.objects) == ["piaogen-archive.json"]

    def test_a_wrong_size_is_refused_before_anything_is_kept(self, archive: InvoiceArchive, store: MemoryStore) -> None:
        with pytest.raises(ValueError, match="bytes"):
            archive.receive(SCAN, replace(DOCUMENT, size=1), MORNING, "cli")

        assert list(store.objects) == ["piaogen-archive.json"]

    def test_a_time_without_zone_is_refused_before_anything_is_kept(self, archive: InvoiceArchive, store: MemoryStore) -> None:
        with pytest.raises(ValueError, match="zone"):
            archive.receive(SCAN, DOCUMENT, datetime(2026, 3, 2), "cli")  # noqa: DTZ001

        assert list(store.objects) == ["piaogen-archive.json"]

    def test_a_lost_original_is_put_back_when_the_file_comes_again(self, received: InvoiceArchive, store: MemoryStore) -> None:
        del store.objects[layout.original_key(DIGEST)]

        assert received.receive(SCAN, DOCUMENT, NOON, "cli")[1] is False
        assert received.original(DIGEST) == SCAN

    def test_a_damaged_original_is_never_taken_for_the_file(self, received: InvoiceArchive, store: MemoryStore) -> None:
        store.objects[layout.original_key(DIGEST)] = b"the bytes of a scaN"

        received.receive(SCAN, DOCUMENT, NOON, "cli")

        assert received.original(DIGEST) == SCAN
        assert store.objects[layout.original_key(DIGEST)] == b"the bytes of a scaN"

    def test_an_original_that_is_damaged_in_both_places_is_refused(self, received: InvoiceArchive, store: MemoryStore) -> None:
        for key in (layout.original_key(DIGEST), layout.restored_key(DIGEST)):
            store.objects[key] = b"the bytes of a scaN"

        with pytest.raises(ObjectConflict):
            received.receive(SCAN, DOCUMENT, NOON, "cli")
        with pytest.raises(DigestMismatch):
            received.original(DIGEST)

    @pytest.mark.parametrize("name", ["../../etc/passwd", "发" * 300, "\udcc4\udce3.jpg", 'a"\\\n.png', ""])
    def test_any_file_name_is_kept_as_it_was(self, archive: InvoiceArchive, store: MemoryStore, name: str) -> None:
        archive.receive(SCAN, a_document(SCAN, name), MORNING, "cli")

        assert archive.received(DIGEST).document.file_name == name
        assert sorted(store.objects) == sorted([layout.MARKER_KEY, layout.original_key(DIGEST), layout.received_key(DIGEST)])

    def test_documents_are_all_listed_by_digest(self, archive: InvoiceArchive) -> None:
        contents = [b"scan %d" % number for number in range(20)]
        records = [archive.receive(content, a_document(content), MORNING, "cli")[0] for content in contents]
        archive.add_reading(a_reading(contents[3]), NOON, version=1)

        assert list(archive.documents()) == sorted(records, key=lambda record: record.document.digest)
        assert list(archive.digests()) == sorted(Digest.of(content) for content in contents)


class TestReadings:
    def test_a_document_without_reading_has_no_version(self, received: InvoiceArchive) -> None:
        assert (received.latest(DIGEST), received.manifests(DIGEST), received.reading(DIGEST)) == (None, (), None)

    def test_a_reading_comes_back_as_it_was(self, received: InvoiceArchive) -> None:
        received.add_reading(a_reading(SCAN), NOON, version=1)

        assert received.reading(DIGEST) == a_reading(SCAN)
        assert received.reading(DIGEST, 1) == a_reading(SCAN)
        assert received.reading(DIGEST, 2) is None

    def test_the_receipt_names_the_manifest_and_its_digest(self, received: InvoiceArchive, store: MemoryStore) -> None:
        receipt = received.add_reading(a_reading(SCAN), NOON, version=1)

        assert (receipt.document, receipt.version, receipt.manifest_key) == (DIGEST, 1, layout.manifest_key(DIGEST, 1))
        assert receipt.manifest_digest == Digest.of(store.objects[receipt.manifest_key])

    def test_a_manifest_vouches_for_original_record_and_reading(self, received: InvoiceArchive, store: MemoryStore) -> None:
        received.add_reading(a_reading(SCAN), NOON, version=1)

        manifest = received.latest(DIGEST)

        assert manifest is not None
        assert [part.role for part in manifest.parts] == ["original", "received", "reading"]
        assert all(Digest.of(store.objects[part.key]) == part.digest for part in manifest.parts)
        assert all(len(store.objects[part.key]) == part.size for part in manifest.parts)
        assert (manifest.version, manifest.archived_at, manifest.previous, manifest.document.pages) == (1, NOON, None, 1)

    def test_versions_form_a_chain(self, received: InvoiceArchive) -> None:
        receipts = [received.add_reading(a_reading(SCAN, version), NOON, version=version) for version in (1, 2, 3)]

        chain = received.manifests(DIGEST)

        assert [manifest.version for manifest in chain] == [1, 2, 3]
        assert [manifest.previous for manifest in chain] == [None, receipts[0].manifest_digest, receipts[1].manifest_digest]
        assert received.latest(DIGEST) == chain[-1]
        assert [received.reading(DIGEST, version) for version in (1, 2, None)] == [a_reading(SCAN, number) for number in (1, 2, 3)]

    def test_a_version_that_exists_is_not_written_twice(self, received: InvoiceArchive, store: MemoryStore) -> None:
        receipt = received.add_reading(a_reading(SCAN, 1), NOON, version=1)
        before = dict(store.objects)

        again = received.add_reading(a_reading(SCAN, 2), NOON, version=1)

        assert (again, store.objects) == (receipt, before)

    def test_an_older_version_still_gives_its_receipt(self, received: InvoiceArchive) -> None:
        receipt = received.add_reading(a_reading(SCAN, 1), NOON, version=1)
        received.add_reading(a_reading(SCAN, 2), NOON, version=2)

        assert received.add_reading(a_reading(SCAN, 3), NOON, version=1) == receipt

    @pytest.mark.parametrize("version", [-1, 0, 2, 1_000_000])
    def test_a_version_out_of_order_is_refused(self, received: InvoiceArchive, store: MemoryStore, version: int) -> None:
        before = dict(store.objects)

        with pytest.raises(ValueError, match="version"):
            received.add_reading(a_reading(SCAN), NOON, version=version)

        assert store.objects == before

    def test_of_two_workers_with_one_version_the_first_stands(self, received: InvoiceArchive) -> None:
        start = Barrier(8)

        def work(number: int) -> object:
            start.wait()
            return received.add_reading(a_reading(SCAN, number), NOON, version=1)

        with ThreadPoolExecutor(8) as threads:
            receipts = set(threads.map(work, range(8)))

        assert len(receipts) == 1
        assert len(received.manifests(DIGEST)) == 1

    def test_a_worker_that_loses_the_race_at_the_last_write_takes_over_what_stands(
        self, received: InvoiceArchive, store: MemoryStore
    ) -> None:
        class Slow(MemoryStore):
            """Another worker finishes while this one writes its manifest."""

            def put(self, key: str, data: bytes, expected: Digest) -> bool:
                if "manifest-" in key:
                    InvoiceArchive(store).add_reading(a_reading(SCAN, 1), NOON, version=1)
                return super().put(key, data, expected)

        slow = Slow()
        slow.objects = store.objects

        receipt = InvoiceArchive(slow).add_reading(a_reading(SCAN, 2), NOON, version=1)

        assert receipt.manifest_digest == Digest.of(store.objects[layout.manifest_key(DIGEST, 1)])
        assert received.reading(DIGEST) == a_reading(SCAN, 1)

    def test_a_document_that_never_came_in_gets_no_reading(self, archive: InvoiceArchive, store: MemoryStore) -> None:
        with pytest.raises(DocumentNotFound):
            archive.add_reading(a_reading(SCAN), NOON, version=1)

        assert list(store.objects) == ["piaogen-archive.json"]


@pytest.mark.parametrize(
    "ask",
    [InvoiceArchive.received, InvoiceArchive.original, InvoiceArchive.reading, lambda archive, digest: archive.reading(digest, 1)],
)
def test_an_unknown_document_is_not_found(archive: InvoiceArchive, ask: Callable[[InvoiceArchive, Digest], object]) -> None:
    with pytest.raises(DocumentNotFound):
        ask(archive, DIGEST)
