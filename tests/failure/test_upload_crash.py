"""A crash at any write of an upload, on a folder and on S3: nothing acknowledged is lost, and each document has exactly one entry."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.digest import Digest
from models.errors import StoreUnavailable
from ocr_service.activity import Activity
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from storage.activity_log import ActivityLog
from storage.filesystem import FileSystemStore
from storage.log_audit import CAME_IN, audit_log
from storage.object_store import ObjectStore
from storage.s3 import S3Store
from tests.support.faulty_store import FaultyStore
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in
from tests.support.seaweedfs import S3Server, seaweedfs

WRITES = 6
"""Of two uploads: original, received record and entry of each."""


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    made: ObjectStore = FileSystemStore(tmp_path / "archive")
    if request.param == "s3":
        server: S3Server = request.getfixturevalue("s3_server")
        made = S3Store.connect(server.endpoint, server.access_key, server.secret_key, "uploads", uuid.uuid4().hex)
    made.prepare()
    return made


def over(service: ArchiveService, store: ObjectStore) -> ArchiveService:
    """The same service with another store under archive and log."""
    log = ActivityLog(store)
    return replace(service, archive=replace(service.archive, store=store), activity=replace(service.activity, log=log))


def upload_two(service: ArchiveService) -> Iterator[Digest]:
    """Upload two pictures; give each that is acknowledged."""
    for shade in range(2):
        submission = service.submit(Upload(a_picture(shade), f"{shade}.png"), "api")
        assert submission.document is not None
        yield submission.document.digest


def came_in(store: ObjectStore) -> list[str]:
    blocks = ActivityLog(store).after(None)
    return [entry.subject for stored in blocks for entry in stored.block.entries if entry.action in CAME_IN]


def test_two_uploads_have_as_many_writes_as_are_made_to_fail_below(tmp_path: Path) -> None:
    service = service_in(tmp_path, ScriptedReader())
    counting = FaultyStore(service.archive.store, fail_at=0)

    assert len(list(upload_two(over(service, counting)))) == 2

    service.catalogue.close()
    assert counting.writes == WRITES


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fail_at", range(1, WRITES + 1))
def test_what_was_acknowledged_stands_and_every_document_has_one_entry(
    store: ObjectStore, tmp_path: Path, fail_at: int, *, after: bool
) -> None:
    service = service_in(tmp_path, ScriptedReader(), store)
    acknowledged: list[Digest] = []
    with pytest.raises(StoreUnavailable):
        acknowledged.extend(upload_two(over(service, FaultyStore(store, fail_at, after=after))))

    # The next process begins a day later, and takes in what the crash left.
    log = ActivityLog(store)
    later = Activity(log, service.activity.index, lambda: service.clock() + timedelta(days=1))
    service.index.compare_all()
    later.heal()
    service.catalogue.close()

    standing = list(service.archive.digests())
    assert set(acknowledged) <= set(standing)
    assert [service.archive.original(digest) for digest in acknowledged] == [a_picture(shade) for shade in range(len(acknowledged))]
    assert sorted(came_in(store)) == sorted(str(digest) for digest in standing)
    assert audit_log(service.archive).findings == ()
