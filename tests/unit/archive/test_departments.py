"""Whose a document is, as the store keeps it: one record a department, written once, checked and copied like any other."""

from datetime import UTC, datetime, timedelta

import pytest

from models.archive import Received
from models.audit import FindingKind, Remembered
from models.digest import Digest
from models.document import DocumentRef, MediaType
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.archive_records import received_from_bytes, received_to_bytes
from storage.audit import audit
from storage.copying import copy_archive
from storage.document_audit import DocumentAudit
from tests.support.memory_store import MemoryStore

CONTENT = b"bytes of a picture"
DIGEST = Digest.of(CONTENT)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def archive() -> InvoiceArchive:
    return InvoiceArchive(MemoryStore()).open()


def _receive(archive: InvoiceArchive, department: str | None, minute: int = 0) -> tuple[Received, bool]:
    document = DocumentRef(DIGEST, f"{department}.png", MediaType.PNG, len(CONTENT), 1)
    return archive.receive(CONTENT, document, AT + timedelta(minutes=minute), "api", department)


def test_the_record_tells_whose_the_document_is_and_older_records_nobodys() -> None:
    document = DocumentRef(DIGEST, "a.png", MediaType.PNG, len(CONTENT), 1)
    theirs, nobodys = Received(document, AT, "api", "财务部"), Received(document, AT, "api")

    assert received_from_bytes(received_to_bytes(theirs), "key") == theirs
    assert received_from_bytes(received_to_bytes(nobodys), "key") == nobodys
    assert b"department" not in received_to_bytes(nobodys)


def test_each_department_has_a_record_of_its_own_and_its_second_time_is_told(archive: InvoiceArchive) -> None:
    first, second = _receive(archive, "财务部"), _receive(archive, "采购部", 1)
    again = _receive(archive, "采购部", 2)

    assert (first[1], second[1], again[1]) == (True, True, False)
    assert again[0] == second[0]
    assert (second[0].department, second[0].document.file_name) == ("采购部", "采购部.png")
    assert archive.received(DIGEST).department == "财务部"
    assert archive.arrivals(DIGEST) == (second[0],)
    assert list(archive.newest_versions()) == [(DIGEST, 0)]


def test_who_hands_in_for_nobody_in_particular_is_told_of_every_earlier_time(archive: InvoiceArchive) -> None:
    _receive(archive, "财务部")

    assert _receive(archive, None, 1) == (archive.received(DIGEST), False)
    assert archive.arrivals(DIGEST) == ()


def test_a_department_is_kept_beside_a_damaged_first_record(archive: InvoiceArchive) -> None:
    _receive(archive, "财务部")
    store = archive.store
    assert isinstance(store, MemoryStore)
    store.objects[layout.received_key(DIGEST)] = b"{"

    assert _receive(archive, "采购部", 1)[1]
    assert [received.department for received in archive.arrivals(DIGEST)] == ["采购部"]


@pytest.mark.parametrize("bytes_of", ["{", "another department"])
def test_an_audit_knows_the_records_of_further_departments_and_finds_damaged_ones(archive: InvoiceArchive, bytes_of: str) -> None:
    _receive(archive, "财务部")
    further, _ = _receive(archive, "采购部", 1)
    assert audit(archive, None).sound

    store, key = archive.store, layout.further_received_key(DIGEST, "采购部")
    assert isinstance(store, MemoryStore)
    store.objects[key] = received_to_bytes(Received(further.document, AT, "api", "销售部")) if len(bytes_of) > 1 else b"{"

    assert [(found.kind, found.key) for found in audit(archive, None).findings] == [(FindingKind.DAMAGED, key)]
    found = []
    DocumentAudit(store, found.append).whole(Remembered(DIGEST, None, None))
    assert [(one.kind, one.key) for one in found] == [(FindingKind.DAMAGED, key)]
    assert archive.arrivals(DIGEST) == ()


def test_a_copy_has_every_department(archive: InvoiceArchive) -> None:
    _receive(archive, "财务部")
    further, _ = _receive(archive, "采购部", 1)
    target = MemoryStore()

    copy_archive(archive.store, target, lambda _: None)

    assert InvoiceArchive(target).arrivals(DIGEST) == (further,)
    assert layout.rank_of_writing(layout.further_received_key(DIGEST, "采购部")) == layout.RECEIVED_RANK
