"""Which two places may keep one archive: an unmounted disk or another archive never passes for a copy."""

from pathlib import Path

import pytest

from models.errors import InvalidSetting
from storage.archive import InvoiceArchive
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import ObjectStore
from tests.support.archived import DOCUMENT, MORNING, SCAN, put
from tests.support.flawed_store import FlawedStore


@pytest.fixture
def first() -> FlawedStore:
    return FlawedStore()


@pytest.fixture
def second() -> FlawedStore:
    return FlawedStore()


@pytest.fixture
def both(first: FlawedStore, second: FlawedStore, tmp_path: Path) -> MirroredStore:
    return MirroredStore(first, second, MirrorOutbox(tmp_path / "outbox.sqlite", "second"))


@pytest.fixture
def later(first: FlawedStore, second: FlawedStore, tmp_path: Path) -> MirroredStore:
    return MirroredStore(first, second, MirrorOutbox(tmp_path / "outbox.sqlite", "second"), later=True)


def fill(store: ObjectStore) -> None:
    archive = InvoiceArchive(store).open()
    archive.take_identity("5f0c1b7d2a9e4c38b6d41f7a90e2c853")
    archive.receive(SCAN, DOCUMENT, MORNING, "cli")


@pytest.fixture(params=["both", "later"])
def mirrored(request: pytest.FixtureRequest) -> MirroredStore:
    store: MirroredStore = request.getfixturevalue(request.param)
    return store


def test_the_mirror_of_another_archive_is_refused(mirrored: MirroredStore, first: FlawedStore, second: FlawedStore) -> None:
    fill(first)
    InvoiceArchive(second).open().take_identity("0" * 32)
    before = dict(second.objects)

    with pytest.raises(InvalidSetting, match="another archive"):
        mirrored.prepare()

    assert second.objects == before


def test_a_mirror_that_holds_other_things_is_refused(mirrored: MirroredStore, first: FlawedStore, second: FlawedStore) -> None:
    fill(first)
    put(second, "holidays/1.jpg", b"photograph")

    with pytest.raises(InvalidSetting, match="something else"):
        mirrored.prepare()


def test_an_empty_first_place_never_passes_for_an_archive_whose_mirror_is_full(
    mirrored: MirroredStore, first: FlawedStore, second: FlawedStore
) -> None:
    fill(second)

    with pytest.raises(InvalidSetting, match="first place is empty"):
        mirrored.prepare()

    assert first.objects == {}


def test_an_empty_place_never_passes_for_a_mirror_that_is_written_at_once(
    both: MirroredStore, first: FlawedStore, second: FlawedStore
) -> None:
    fill(first)

    with pytest.raises(InvalidSetting, match="PIAOGEN_MIRROR is empty"):
        both.prepare()

    assert second.objects == {}
