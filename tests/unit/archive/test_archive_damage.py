"""What is damaged in the archive is said, and never passed off as sound."""

import json

import pytest

from models.digest import Digest
from models.errors import (
    DamagedRecord,
    DigestMismatch,
    PiaogenError,
)
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from tests.support.archived import DIGEST, DOCUMENT, MORNING, NOON, SCAN, a_document, a_reading
from tests.support.memory_store import MemoryStore


class TestDamage:
    @pytest.fixture
    def store(self, store: MemoryStore) -> MemoryStore:
        archive = InvoiceArchive(store).open()
        archive.receive(SCAN, DOCUMENT, MORNING, "cli")
        for version in (1, 2):
            archive.add_reading(a_reading(SCAN, version), NOON, version=version)
        return store

    @pytest.fixture
    def second_reading(self, store: MemoryStore) -> str:
        manifest = InvoiceArchive(store).latest(DIGEST)
        assert manifest is not None
        return manifest.part("reading").key

    def test_a_flipped_bit_in_an_original_is_told(self, store: MemoryStore) -> None:
        store.objects[layout.original_key(DIGEST)] = b"The bytes of a scan"

        with pytest.raises(DigestMismatch, match="restore it from a backup"):
            InvoiceArchive(store).original(DIGEST)

    def test_an_original_that_is_gone_is_damage_and_not_unknown(self, store: MemoryStore) -> None:
        del store.objects[layout.original_key(DIGEST)]

        with pytest.raises(DamagedRecord, match="not there"):
            InvoiceArchive(store).original(DIGEST)

    @pytest.mark.parametrize(("content", "error"), [(None, DamagedRecord), (b"the bytes", DigestMismatch)])
    def test_no_version_is_added_to_an_original_that_is_not_whole(
        self, store: MemoryStore, content: bytes | None, error: type[PiaogenError]
    ) -> None:
        del store.objects[layout.original_key(DIGEST)]
        if content is not None:
            store.objects[layout.original_key(DIGEST)] = content
        before = dict(store.objects)

        with pytest.raises(error):
            InvoiceArchive(store).add_reading(a_reading(SCAN, 3), NOON, version=3)

        assert store.objects == before

    @pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{}", b'{"schema_version":1}', b"\xff\xfe"])
    def test_records_that_do_not_parse_are_told(self, store: MemoryStore, content: bytes) -> None:
        store.objects[layout.received_key(DIGEST)] = content
        store.objects[layout.manifest_key(DIGEST, 2)] = content
        archive = InvoiceArchive(store)

        for ask in (archive.received, archive.latest, archive.manifests, archive.reading):
            with pytest.raises(DamagedRecord):
                ask(DIGEST)

    def test_a_flipped_bit_in_a_reading_is_told(self, store: MemoryStore, second_reading: str) -> None:
        store.objects[second_reading] = store.objects[second_reading].replace(b'"reading":2', b'"reading":3')

        with pytest.raises(DigestMismatch):
            InvoiceArchive(store).reading(DIGEST)

    def test_a_reading_that_is_gone_is_told(self, store: MemoryStore, second_reading: str) -> None:
        del store.objects[second_reading]

        with pytest.raises(DamagedRecord, match="not there"):
            InvoiceArchive(store).reading(DIGEST)

    def test_a_changed_older_manifest_breaks_the_chain(self, store: MemoryStore) -> None:
        key = layout.manifest_key(DIGEST, 1)
        store.objects[key] = store.objects[key].replace(b"2026", b"2025")

        with pytest.raises(DamagedRecord, match="before it"):
            InvoiceArchive(store).manifests(DIGEST)
        with pytest.raises(DamagedRecord, match="before it"):
            InvoiceArchive(store).reading(DIGEST, 1)

    def test_a_manifest_that_is_gone_breaks_the_chain(self, store: MemoryStore) -> None:
        del store.objects[layout.manifest_key(DIGEST, 1)]

        with pytest.raises(DamagedRecord, match="version 1 before it is not there"):
            InvoiceArchive(store).manifests(DIGEST)

    def test_records_of_another_document_are_told(self, store: MemoryStore) -> None:
        other = b"another scan"
        archive = InvoiceArchive(store)
        archive.receive(other, a_document(other), MORNING, "cli")
        archive.add_reading(a_reading(other), NOON, version=1)
        for stolen in (layout.received_key, lambda digest: layout.manifest_key(digest, 1)):
            store.objects[stolen(DIGEST)] = store.objects[stolen(Digest.of(other))]

        with pytest.raises(DamagedRecord, match="it is about"):
            archive.received(DIGEST)
        with pytest.raises(DamagedRecord, match="it is version 1 of"):
            archive.manifests(DIGEST)

    def test_a_manifest_that_names_a_place_outside_the_archive_is_told(self, store: MemoryStore) -> None:
        key = layout.manifest_key(DIGEST, 2)
        wire = json.loads(store.objects[key])
        wire["parts"][2]["key"] = "../../etc/passwd"
        store.objects[key] = json.dumps(wire).encode()

        with pytest.raises(DamagedRecord, match="not an object key"):
            InvoiceArchive(store).reading(DIGEST)
