"""A mirrored, sealed archive in buckets of a real S3 server, cut off at every call that changes anything: nothing acknowledged is lost."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.digest import Digest
from models.errors import StoreUnavailable
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.mending import compare_places
from storage.mirror_outbox import MirrorLag, MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import ObjectStore
from storage.s3 import S3Store
from storage.sealed import SealedStore
from tests.support.archived import DIGEST, DOCUMENT, MORNING, NOON, SCAN, a_reading
from tests.support.faulty_store import FaultyStore
from tests.support.seaweedfs import S3Server, seaweedfs

WRITES = 7
"""Of each place: its seal, the marker, the id, original, received, reading and manifest."""
KEYS = (bytes(range(32)), bytes(range(1, 33)))
"""Each place has a seal of its own."""
Place = Callable[[], ObjectStore]


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server


@pytest.fixture
def new_place(s3_server: S3Server) -> Place:
    """Makes an empty place below a prefix of its own."""
    return lambda: S3Store.connect(
        s3_server.endpoint, s3_server.access_key, s3_server.secret_key, "crashes", uuid.uuid4().hex, read_seconds=60
    )


def sealed(places: list[ObjectStore]) -> list[ObjectStore]:
    return [SealedStore(place, key) for place, key in zip(places, KEYS, strict=True)]


def whole_way(store: ObjectStore) -> None:
    """Open an archive, and take a document in and read it."""
    archive = InvoiceArchive(store).open()
    archive.take_identity("5f0c1b7d2a9e4c38b6d41f7a90e2c853")
    archive.receive(SCAN, DOCUMENT, MORNING, "cli")
    archive.add_reading(a_reading(SCAN, 1), NOON, version=1)


def outbox_in(folder: Path) -> MirrorOutbox:
    return MirrorOutbox(folder / f"{uuid.uuid4().hex}.sqlite", "second")


@pytest.mark.parametrize("side", [0, 1], ids=["first", "second"])
def test_what_is_written_again_after_any_write_failed_is_whole_in_both_places(new_place: Place, tmp_path: Path, side: int) -> None:
    counting = [FaultyStore(new_place(), 0), FaultyStore(new_place(), 0)]
    whole_way(MirroredStore(*sealed([*counting]), outbox_in(tmp_path)))
    assert counting[side].writes >= WRITES

    for fail_at in range(1, counting[side].writes + 1):
        places, outbox = [new_place(), new_place()], outbox_in(tmp_path)
        faulty = list(places)
        faulty[side] = FaultyStore(places[side], fail_at, after=fail_at % 2 == 0)
        with pytest.raises(StoreUnavailable):
            whole_way(MirroredStore(*sealed(faulty), outbox))

        again = MirroredStore(*sealed(places), outbox)
        whole_way(again)
        again.catch_up()

        assert again.lag == MirrorLag(0, 0.0, known=True)
        for place in sealed(places):
            archive = InvoiceArchive(place)
            assert audit(archive).sound
            assert (archive.original(DIGEST), archive.reading(DIGEST, 1)) == (SCAN, a_reading(SCAN, 1))


@pytest.mark.parametrize("fail_at", [1, 2], ids=["set aside", "put right"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_repair_that_was_cut_off_is_finished_by_the_next(new_place: Place, tmp_path: Path, fail_at: int, *, after: bool) -> None:
    places, outbox = [new_place(), new_place()], outbox_in(tmp_path)
    whole_way(MirroredStore(*sealed(places), outbox))
    key = layout.original_key(DIGEST)
    second = places[1]
    assert isinstance(second, S3Store)
    second.purge(key)
    second.put(key, b"not what was sealed", Digest.of(b"not what was sealed"))

    with pytest.raises(StoreUnavailable):
        list(compare_places(MirroredStore(*sealed([places[0], FaultyStore(second, fail_at, after=after)]), outbox), tuple, repair=True))
    list(compare_places(MirroredStore(*sealed(places), outbox), tuple, repair=True))

    assert list(compare_places(MirroredStore(*sealed(places), outbox), tuple)) == []
    assert InvoiceArchive(sealed(places)[1]).original(DIGEST) == SCAN
