"""What every object store must do, whatever keeps the bytes: one suite, run against each."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from models.digest import Digest
from models.errors import DigestMismatch, ObjectConflict, ObjectNotFound
from storage.filesystem import FileSystemStore
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import Mendable, ObjectStore, Purge, StoredObject
from storage.s3 import S3Store
from storage.sealed import SealedStore
from tests.support.faulty_store import FaultyStore
from tests.support.memory_store import MemoryStore
from tests.support.seaweedfs import S3Server

Opener = Callable[[], ObjectStore]
"""Opens the same, at first empty place again, as another process would."""


@pytest.fixture(params=["filesystem", "s3", "memory", "faulty", "mirrored", "mirrored on s3", "mirrored later", "sealed", "sealed on s3"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    match request.param:
        case "filesystem":
            return lambda: FileSystemStore(tmp_path / "archive")
        case "s3":
            prefix = f"tests/{uuid.uuid4().hex}"
            server: S3Server = request.getfixturevalue("s3_server")
            return lambda: connect(server, prefix)
        case "mirrored":
            return lambda: mirrored(tmp_path, FileSystemStore(tmp_path / "second"))
        case "mirrored on s3":
            below = f"tests/{uuid.uuid4().hex}"
            mirror: S3Server = request.getfixturevalue("s3_server")
            return lambda: mirrored(tmp_path, connect(mirror, below))
        case "mirrored later":
            return lambda: mirrored(tmp_path, FileSystemStore(tmp_path / "second"), later=True)
        case "sealed":
            return lambda: SealedStore(FileSystemStore(tmp_path / "sealed"), bytes(32))
        case "sealed on s3":
            hidden = f"tests/{uuid.uuid4().hex}"
            s3: S3Server = request.getfixturevalue("s3_server")
            return lambda: SealedStore(connect(s3, hidden), bytes(32))
        case "memory":
            memory = MemoryStore()
            return lambda: memory
        case _:
            sound = FaultyStore(MemoryStore(), fail_at=0)
            return lambda: sound


@pytest.fixture
def store(open_again: Opener) -> ObjectStore:
    opened = open_again()
    opened.prepare()
    return opened


def connect(server: S3Server, prefix: str) -> S3Store:
    return S3Store.connect(server.endpoint, server.access_key, server.secret_key, "contract", prefix, read_seconds=60)


def mirrored(folder: Path, second: ObjectStore, *, later: bool = False) -> MirroredStore:
    return MirroredStore(FileSystemStore(folder / "first"), second, MirrorOutbox(folder / "outbox.sqlite", "second"), later=later)


def put(store: ObjectStore, key: str, data: bytes) -> bool:
    return store.put(key, data, Digest.of(data))


def keys(store: ObjectStore, prefix: str = "") -> list[str]:
    return [found.key for found in store.list(prefix)]


@pytest.mark.parametrize("data", [b"", b"\x00\xff\r\n", "票根".encode(), bytes(range(256)) * 4000])
def test_bytes_come_back_as_they_went_in(store: ObjectStore, data: bytes) -> None:
    new = put(store, "originals/ab/scan", data)

    assert (new, store.get("originals/ab/scan"), store.stat("originals/ab/scan")) == (
        True,
        data,
        StoredObject("originals/ab/scan", len(data)),
    )


@pytest.mark.parametrize("data", [b"", b"scan", bytes(range(256)) * 4])
def test_parts_are_what_lies_there(store: ObjectStore, data: bytes) -> None:
    put(store, "originals/ab/scan", data)

    for start, length in [(0, 1), (0, 4), (1, 2), (3, 500), (15, 18), (16, 16), (500, 9000), (len(data), 1), (9000, 5)]:
        assert store.part("originals/ab/scan", start, length) == data[start : start + length]


def test_there_is_no_part_of_nothing(store: ObjectStore) -> None:
    with pytest.raises(ObjectNotFound):
        store.part("originals/ab/scan", 0, 4)


def test_another_process_sees_what_was_put(store: ObjectStore, open_again: Opener) -> None:
    put(store, "originals/ab/scan", b"scan")

    assert open_again().get("originals/ab/scan") == b"scan"


def test_preparing_again_changes_nothing(store: ObjectStore, open_again: Opener) -> None:
    put(store, "scan", b"scan")

    open_again().prepare()

    assert store.get("scan") == b"scan"


@pytest.mark.parametrize("data", [b"", b"scan"])
def test_the_same_bytes_again_are_not_new(store: ObjectStore, data: bytes) -> None:
    put(store, "scan", data)

    assert put(store, "scan", data) is False
    assert keys(store) == ["scan"]


@pytest.mark.parametrize("other", [b"", b"sca", b"SCAN", b"scan and more"])
def test_other_bytes_never_replace(store: ObjectStore, other: bytes) -> None:
    put(store, "scan", b"scan")

    with pytest.raises(ObjectConflict):
        put(store, "scan", other)

    assert store.get("scan") == b"scan"


def test_bytes_that_do_not_hash_to_their_digest_are_not_kept(store: ObjectStore) -> None:
    with pytest.raises(DigestMismatch):
        store.put("scan", b"scan", Digest.of(b"another scan"))

    assert keys(store) == []


def test_a_wrong_digest_is_told_even_when_the_object_is_there(store: ObjectStore) -> None:
    put(store, "scan", b"scan")

    with pytest.raises(DigestMismatch):
        store.put("scan", b"scan", Digest.of(b"another scan"))


def test_sixteen_threads_that_put_one_key_have_one_winner(store: ObjectStore) -> None:
    start = Barrier(16)

    def race(key: str) -> bool:
        start.wait()
        return put(store, key, b"scan " * 1000)

    with ThreadPoolExecutor(16) as threads:
        wins = [sum(threads.map(race, [f"originals/{number}/scan"] * 16)) for number in range(2)]

    assert wins == [1, 1]


def test_of_sixteen_threads_with_different_bytes_one_wins_and_the_others_are_told(store: ObjectStore) -> None:
    start = Barrier(16)

    def race(number: int) -> bytes | None:
        data = b"record %d" % number
        start.wait()
        try:
            put(store, "documents/ab/received.json", data)
        except ObjectConflict:
            return None
        return data

    with ThreadPoolExecutor(16) as threads:
        kept = [data for data in threads.map(race, range(16)) if data is not None]

    assert kept == [store.get("documents/ab/received.json")]


def test_list_is_in_key_order_each_key_once_with_its_size(store: ObjectStore) -> None:
    names = ["b/1", "a/2", "a/10", "a/1", "c", "B/1", "a/sub/x", "a/sub/w.json", "_", "0"]
    for name in names:
        put(store, name, name.encode())

    assert list(store.list()) == [StoredObject(name, len(name)) for name in sorted(names)]


def test_list_takes_a_prefix_that_ends_anywhere(store: ObjectStore) -> None:
    for name in ("documents/ab/received.json", "documents/ab/manifest-000001.json", "documents/abc/received.json", "documentation"):
        put(store, name, b"{}")

    assert keys(store, "documents/ab/") == ["documents/ab/manifest-000001.json", "documents/ab/received.json"]
    assert keys(store, "documents/ab/manifest-") == ["documents/ab/manifest-000001.json"]
    assert keys(store, "document") == [
        "documentation",
        "documents/ab/manifest-000001.json",
        "documents/ab/received.json",
        "documents/abc/received.json",
    ]
    assert keys(store, "documents/ab/received.json") == ["documents/ab/received.json"]
    assert keys(store, "readings/") == []
    assert keys(store, "documentation/x") == []


def test_list_of_an_empty_place_is_empty(store: ObjectStore) -> None:
    assert keys(store) == []


def test_many_objects_in_one_folder_are_all_listed_in_order(store: ObjectStore) -> None:
    names = [f"originals/ab/{number:04d}" for number in range(1030)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: put(store, name, b"1"), names))

    assert keys(store, "originals/") == names


@pytest.mark.parametrize("method", ["get", "stat"])
@pytest.mark.parametrize("key", ["originals/ab/none", "scan/below", "originals"])
def test_what_is_not_there_is_not_found(store: ObjectStore, method: str, key: str) -> None:
    put(store, "originals/ab/scan", b"scan")
    put(store, "scan", b"scan")

    with pytest.raises(ObjectNotFound):
        getattr(store, method)(key)


ODD_KEYS = [
    *("", "/", "/etc/passwd", "a//b", "a/", "./a", "a/./b", "..", "../a", "a/../../b", "a\\b", "C:a", "a b", "a\x00b", "a\n"),
    *("发票", "a/发票.jpg", "a?b", "a*", "~incoming/a", "a%2fb", "x" * 256, "a/" * 300 + "a"),
]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_keys_are_refused(store: ObjectStore, key: str) -> None:
    with pytest.raises(ValueError, match="not an object key"):
        put(store, key, b"scan")
    with pytest.raises(ValueError, match="not an object key"):
        store.get(key)
    with pytest.raises(ValueError, match="not an object key"):
        store.stat(key)

    assert keys(store) == []


@pytest.mark.parametrize("prefix", ["/", "../", "a/../b", "a//", "发票", "~"])
def test_odd_prefixes_are_refused(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="not the beginning of an object key"):
        keys(store, prefix)


@pytest.mark.parametrize("key", ["...", ".a", "a.", "-", "x" * 255, "A-Z_0.9/aZ"])
def test_unusual_but_allowed_keys_work(store: ObjectStore, key: str) -> None:
    put(store, key, b"scan")

    assert (store.get(key), keys(store)) == (b"scan", [key])


def test_a_place_in_order_is_writable(store: ObjectStore) -> None:
    store.check_writable()

    assert keys(store) == []


def test_what_is_purged_is_gone_with_what_was_set_aside_of_it_and_nothing_else(
    open_again: Opener, store: ObjectStore, tmp_path: Path
) -> None:
    assert isinstance(store, Purge)
    if isinstance(store, Mendable):
        put(store, "originals/ab/scan", b"a secret, damaged")
        store.set_aside("originals/ab/scan")
    put(store, "originals/ab/scan", b"a secret")
    put(store, "originals/ab/scan2", b"another")

    store.purge("originals/ab/scan")
    store.purge("originals/ab/scan")
    store.purge("originals/ab/none")

    again = open_again()
    with pytest.raises(ObjectNotFound):
        again.get("originals/ab/scan")
    assert keys(again) == ["originals/ab/scan2"]
    assert again.get("originals/ab/scan2") == b"another"
    assert [path for path in tmp_path.rglob("*") if path.is_file() and b"secret" in path.read_bytes()] == []


def test_what_is_set_aside_makes_room_and_is_listed_no_more(store: ObjectStore) -> None:
    if not isinstance(store, Mendable):
        return
    put(store, "originals/ab/scan", b"scam")
    put(store, "originals/ab/other", b"other")

    store.set_aside("originals/ab/scan")
    store.set_aside("originals/ab/none")

    with pytest.raises(ObjectNotFound):
        store.get("originals/ab/scan")
    assert keys(store) == ["originals/ab/other"]
    assert put(store, "originals/ab/scan", b"scan") is True
    store.set_aside("originals/ab/scan")
    assert put(store, "originals/ab/scan", b"scan again") is True
