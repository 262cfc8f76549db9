"""An archive in which one document is past its term, and the people who may destroy it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from models.destruction import OPINIONS, SUPERVISORS, Approval
from models.digest import Digest
from models.retention import Terms
from ocr_service.acting import acting_as
from ocr_service.destroying import Destroying, Outcome
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from storage.destruction import Destructions
from storage.destruction_records import list_to_bytes
from storage.object_store import ObjectStore
from tests.support.example_reading import SCAN, example_invoice, reading_of
from tests.support.logged import SetClock
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in

DOCUMENT = Digest.of(SCAN.read_bytes())
LATER = datetime(2062, 5, 4, 3, tzinfo=UTC)
"""A day on which what came in the year of the test is past its thirty years."""
DAY = date(2062, 5, 4)
PROPOSER, APPROVER = "user:li", "user:zhao"
TERMS = Terms.parse("dated = 2026-11-30\n[years]\ndefault = 30\n")
OPINIONS_SAID = {role: "样名" for role in OPINIONS}
SUPERVISORS_SAID = {role: "样名" for role in SUPERVISORS}


@contextmanager
def old_service(folder: Path, store: ObjectStore | None = None) -> Iterator[ArchiveService]:
    """A service in a time when the terms are over; what lies in the store is indexed."""
    folder.mkdir(exist_ok=True, parents=True)
    reader = ScriptedReader()
    reader.scripts[DOCUMENT] = lambda scan: reading_of(scan, example_invoice())
    service = replace(service_in(folder, reader, store), clock=SetClock(LATER))
    try:
        service.index.compare_all()
        yield service
    finally:
        service.catalogue.close()


def archive_the_scan(folder: Path, store: ObjectStore | None = None) -> None:
    """Have the example scan taken in and read, in our time."""
    folder.mkdir(exist_ok=True, parents=True)
    reader = ScriptedReader()
    reader.scripts[DOCUMENT] = lambda scan: reading_of(scan, example_invoice())
    service = service_in(folder, reader, store)

    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "cli")
    read_everything(service, folder)
    service.catalogue.close()


def propose(service: ArchiveService, terms: Terms = TERMS) -> str:
    """The id of a list with the scan on it."""
    with acting_as(PROPOSER):
        return Destroying(service, terms).propose([str(DOCUMENT)], "保管期限已满", DAY).id


def approve(service: ArchiveService, list_id: str, by: str = APPROVER) -> Outcome:
    """Have a list approved and gone through."""
    with acting_as(by):
        return Destroying(service, TERMS).approve(list_id, DAY, OPINIONS_SAID, SUPERVISORS_SAID)


def an_approval(service: ArchiveService, list_id: str) -> Approval:
    """The approval of a list as it lies in the store; nothing is destroyed by it."""
    proposed = Destructions(service.archive).standing(list_id).proposed
    return Approval(list_id, Digest.of(list_to_bytes(proposed)), LATER, APPROVER, OPINIONS_SAID, SUPERVISORS_SAID)


def destroy(service: ArchiveService) -> str:
    """The whole way; the id of the list."""
    list_id = propose(service)
    approve(service, list_id)
    return list_id
