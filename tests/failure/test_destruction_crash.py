"""A crash before or after any write of a destruction: nothing is gone without its tombstone, and doing it again completes it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import PiaogenError
from ocr_service.acting import acting_as
from ocr_service.destroying import Destroying
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.destruction import Destructions
from storage.filesystem import FileSystemStore
from storage.log_audit import audit_log
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import ObjectStore, has
from tests.support.destroyed import APPROVER, DOCUMENT, TERMS, approve, archive_the_scan, old_service, propose
from tests.support.faulty_store import FaultyStore

WRITES = 8
"""Of an approval: its entry and itself, the entry, the tombstone, three removals, and that the list is done."""
PARTS = ("originals/", "readings/", "restored/")
Open = Callable[[Path, int, bool], ObjectStore]
"""Opens the store in a folder so that it fails at one write (0 for never), before or after that."""


def folder_store(folder: Path, fail_at: int, after: bool) -> ObjectStore:
    return FaultyStore(FileSystemStore(folder / "archive"), fail_at, after=after)


def mirrored_store(folder: Path, fail_at: int, after: bool) -> ObjectStore:
    first = FaultyStore(FileSystemStore(folder / "archive"), 0)
    second = FaultyStore(FileSystemStore(folder / "mirror"), fail_at, after=after)
    return MirroredStore(first, second, MirrorOutbox(folder / "outbox.sqlite", "mirror"))


@pytest.fixture(scope="module", params=[folder_store, mirrored_store], ids=["folder", "mirrored"])
def proposed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Open]:
    """A folder with an archive in which a list was proposed."""
    folder = tmp_path_factory.mktemp("proposed")
    store: Open = request.param
    archive_the_scan(folder, store(folder, 0, False))
    with old_service(folder, store(folder, 0, False)) as service:
        return folder, propose(service), store


def parts(folder: Path) -> list[str]:
    places = [place for place in (folder / "archive", folder / "mirror") if place.is_dir()]
    return [found.key for place in places for found in FileSystemStore(place).list() if found.key.startswith(PARTS)]


def test_an_approval_has_as_many_writes_as_are_made_to_fail_below(proposed: tuple[Path, str, Open], tmp_path: Path) -> None:
    folder, list_id, _ = proposed
    shutil.copytree(folder, tmp_path / "a")
    counting = FaultyStore(FileSystemStore(tmp_path / "a" / "archive"), 0)

    with old_service(tmp_path / "a", counting) as service:
        counting.writes = 0
        approve(service, list_id)

    assert counting.writes == WRITES


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fail_at", range(1, WRITES + 1))
def test_nothing_is_gone_without_its_tombstone_and_again_completes_it(
    proposed: tuple[Path, str, Open], tmp_path: Path, fail_at: int, after: bool
) -> None:
    folder, list_id, opened = proposed
    shutil.copytree(folder, tmp_path / "a")
    here = tmp_path / "a"
    whole = parts(here)

    with pytest.raises(PiaogenError), old_service(here, opened(here, fail_at, after)) as service:
        approve(service, list_id)

    sound = opened(here, 0, False)
    report = audit(InvoiceArchive(sound))
    assert report.findings == ()
    assert audit_log(InvoiceArchive(sound)).sound
    assert parts(here) == whole or has(sound, layout.tombstone_key(DOCUMENT))
    with old_service(here, sound) as service, acting_as(APPROVER):
        if Destructions(service.archive).standing(list_id).approval is None:
            approve(service, list_id)
        else:
            Destroying(service, TERMS).finish(list_id)
        assert parts(here) == []
        assert service.audit().sound
        assert service.audit().notes == ()
        assert audit_log(service.archive).notes == ()
