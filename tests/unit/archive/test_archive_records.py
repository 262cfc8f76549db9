"""Records as JSON and back, and the example in FORMAT.md held against the program."""

import json
import re
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.archive import Manifest, Part, Received
from models.audit import Remembered
from models.digest import Digest
from models.document import DocumentRef, MediaType
from models.errors import DamagedRecord
from storage import archive_layout as layout
from storage.access_records import KEYS, USERS, AccessRecord, AccessRecords
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.archive_records import manifest_from_bytes, manifest_to_bytes, received_from_bytes, received_to_bytes
from storage.audit import audit
from storage.log_audit import audit_log
from storage.log_records import block_to_bytes
from tests.support.archived import MORNING, NOON, a_document, put
from tests.support.memory_store import MemoryStore

FORMAT = Path(__file__).parents[3] / "storage" / "FORMAT.md"

digests = st.binary(min_size=32, max_size=32).map(lambda data: Digest(data.hex()))
names = st.text(st.characters(codec=None, exclude_categories=()))
documents = st.builds(DocumentRef, digests, names, st.sampled_from(MediaType), st.integers(0), st.integers(0))
times = st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds + 0.25, timezone(timedelta(hours=8))))
parts = st.builds(Part, names, st.just("originals/ab/x"), digests, st.integers(0))
manifests = st.builds(Manifest, documents, st.integers(1), st.lists(parts).map(tuple), times, st.none() | digests)


@given(st.builds(Received, documents, times, names))
def test_received_comes_back_as_it_was(received: Received) -> None:
    assert received_from_bytes(received_to_bytes(received), "key") == received


@given(manifests)
def test_a_manifest_comes_back_as_it_was(manifest: Manifest) -> None:
    assert manifest_from_bytes(manifest_to_bytes(manifest), "key") == manifest


def test_times_are_written_in_utc() -> None:
    beijing = MORNING.astimezone(timezone(timedelta(hours=8)))

    assert received_to_bytes(Received(a_document(b"x"), beijing, "cli")) == received_to_bytes(Received(a_document(b"x"), MORNING, "cli"))


def test_fields_that_a_later_program_added_are_passed_over() -> None:
    received = Received(a_document(b"x"), MORNING, "cli")
    wire = {**json.loads(received_to_bytes(received)), "operator": "王"}

    assert received_from_bytes(json.dumps(wire).encode(), "key") == received


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema_version", 2),
        ("received_at", "2026-03-02T08:30:00"),
        ("received_at", "yesterday"),
        ("source", None),
        ("document", []),
        ("document", {"digest": "md5:00"}),
    ],
)
def test_a_received_record_with_a_wrong_field_is_damaged(field: str, value: object) -> None:
    wire = {**json.loads(received_to_bytes(Received(a_document(b"x"), MORNING, "cli"))), field: value}

    with pytest.raises(DamagedRecord, match=r"documents/x/received\.json is damaged"):
        received_from_bytes(json.dumps(wire).encode(), "documents/x/received.json")


@pytest.mark.parametrize(
    ("field", "value"), [("size", "1"), ("size", -1), ("size", True), ("pages", None), ("media_type", "text/html"), ("file_name", 1)]
)
def test_a_document_with_a_wrong_field_is_damaged(field: str, value: object) -> None:
    wire = json.loads(manifest_to_bytes(Manifest(a_document(b"x"), 1, (), NOON, None)))
    wire["document"][field] = value

    with pytest.raises(DamagedRecord):
        manifest_from_bytes(json.dumps(wire).encode(), "key")


@pytest.mark.parametrize(
    "key",
    [
        *("originals/ab/" + "a" * 64, "originals/aa/" + "a" * 63, "originals/aa/" + "A" * 64, "originals/aa/" + "a" * 64 + "/x"),
        *("readings/aa/" + "a" * 64, "documents/aa/" + "a" * 64 + "/manifest-1.json", "documents/aa/" + "a" * 64 + "/manifest-000000.json"),
        *("documents/ab/" + "a" * 64 + "/received.json", "documents/aa/" + "a" * 64 + "/received.json.bak", "", "发票"),
    ],
)
def test_keys_that_are_not_of_the_format_name_nothing(key: str) -> None:
    assert (layout.original_of(key), layout.reading_of(key), layout.record_of(key)) == (None, None, None)


@given(digests, st.integers(1, layout.MAX_VERSION))
def test_keys_of_the_format_name_what_they_were_made_from(digest: Digest, version: int) -> None:
    assert layout.original_of(layout.original_key(digest)) == digest
    assert layout.reading_of(layout.reading_key(digest)) == digest
    assert layout.record_of(layout.received_key(digest)) == (digest, 0)
    assert layout.record_of(layout.manifest_key(digest, version)) == (digest, version)


@pytest.fixture
def example() -> MemoryStore:
    """The archive that FORMAT.md prints."""
    store = MemoryStore()
    printed = re.findall(r"^`(\S+)`\n\n```text\n(.*?)\n```$", FORMAT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for key, text in printed:
        data = text.encode() + (b"\n" if key.startswith("originals/") else b"")
        store.put(key, data, Digest.of(data))
    return store


def test_the_example_in_the_format_document_is_a_sound_archive(example: MemoryStore) -> None:
    archive = InvoiceArchive(example).open(create=False)
    document = next(archive.digests())

    report = audit(InvoiceArchive(example), [Remembered(document, 1)])

    assert (report.findings, report.documents, report.manifests, report.hashed_objects) == ((), 1, 1, 2)
    assert audit_log(archive).findings == ()
    assert archive.original(document) == b"These bytes stand for a picture of an invoice.\n"


def test_the_program_writes_the_example_byte_for_byte(example: MemoryStore) -> None:
    source = InvoiceArchive(example)
    record = next(source.documents())
    reading, manifest = source.reading(record.document.digest), source.latest(record.document.digest)
    assert reading is not None
    assert manifest is not None
    written = MemoryStore()
    archive = InvoiceArchive(written).open()

    archive.take_identity(source.identity() or "")
    archive.receive(source.original(record.document.digest), record.document, record.received_at, record.source)
    archive.add_reading(reading, manifest.archived_at, version=1)
    for stored in ActivityLog(example).after(None):
        put(written, stored.block.name.key, block_to_bytes(stored.block))
    people = [record for prefix in (USERS, KEYS) for record in AccessRecords(example).newest(prefix)]
    for access in people:
        assert isinstance(access, AccessRecord)
        AccessRecords(written).add(access)

    assert written.objects == example.objects
    assert len(people) == 2


def test_the_commands_in_the_format_document_find_a_flipped_bit(example: MemoryStore, tmp_path: Path) -> None:
    commands = re.search(r"```sh\n(.*?)```", FORMAT.read_text(encoding="utf-8"), re.DOTALL)
    assert commands is not None
    for key, data in example.objects.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(data)

    def check() -> tuple[bool, ...]:
        lines = commands[1].strip().splitlines()
        return tuple(subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, check=False).returncode == 0 for line in lines)

    sound = check()
    original = next((tmp_path / "originals").rglob("*/*"))
    original.write_bytes(original.read_bytes().replace(b"T", b"t"))

    assert (sound, check()) == ((True, True), (False, True))
