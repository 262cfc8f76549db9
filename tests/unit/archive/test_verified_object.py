"""An object is given out piece by piece: verified beforehand, and no byte that was not."""

import tracemalloc
from pathlib import Path

import pytest

from models.digest import Digest
from models.errors import DamagedRecord, DigestMismatch, ObjectNotFound
from storage.filesystem import FileSystemStore
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import ObjectStore
from storage.sealed import SealedStore
from storage.verified_object import PIECE_BYTES, verified_object
from tests.support.memory_store import MemoryStore

KEY = "originals/ab/scan"
DATA = bytes(range(251)) * 12000
DIGEST = Digest.of(DATA)
SIZE = len(DATA)
assert PIECE_BYTES * 2 < SIZE < PIECE_BYTES * 3


def keeping(data: bytes = DATA) -> MemoryStore:
    store = MemoryStore()
    store.objects[KEY] = data
    return store


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, None), (0, 0), (7, 9), (PIECE_BYTES - 1, PIECE_BYTES), (PIECE_BYTES, 2 * PIECE_BYTES - 1), (SIZE - 1, SIZE - 1), (5, SIZE - 2)],
)
def test_any_part_of_it_is_what_lies_there(first: int, last: int | None) -> None:
    verified = verified_object(keeping(), KEY, DIGEST)

    assert verified.size == SIZE
    assert b"".join(verified.read(first, last)) == DATA[first : SIZE if last is None else last + 1]


@pytest.mark.parametrize("data", [b"", b"x", bytes(PIECE_BYTES), bytes(2 * PIECE_BYTES)], ids=len)
def test_so_is_what_fills_its_pieces(data: bytes) -> None:
    verified = verified_object(keeping(data), KEY, Digest.of(data))

    assert (verified.size, b"".join(verified.read())) == (len(data), data)


def test_nothing_of_other_bytes_is_given_out() -> None:
    with pytest.raises(DigestMismatch, match="damaged"):
        verified_object(keeping(DATA[:-1] + b"x"), KEY, DIGEST)
    with pytest.raises(ObjectNotFound):
        verified_object(MemoryStore(), KEY, DIGEST)


def test_what_changes_while_it_is_read_ends_there() -> None:
    store = keeping()
    pieces = verified_object(store, KEY, DIGEST).read()
    assert next(pieces) == DATA[:PIECE_BYTES]

    store.objects[KEY] = DATA[:-1] + b"x"

    assert next(pieces) == DATA[PIECE_BYTES : 2 * PIECE_BYTES]
    with pytest.raises(DigestMismatch, match="changed"):
        next(pieces)


@pytest.mark.parametrize("when", ["before", "while it is read"])
def test_what_is_damaged_in_one_place_is_read_from_the_other(tmp_path: Path, when: str) -> None:
    first, second = keeping(), keeping()
    mirror = MirroredStore(first, second, MirrorOutbox(tmp_path / "outbox.sqlite", "second"))
    if when == "before":
        first.objects[KEY] = b"x" + DATA[1:]

    verified = verified_object(mirror, KEY, DIGEST)
    if when == "while it is read":
        first.objects[KEY] = DATA[:-1]

    assert b"".join(verified.read()) == DATA


def test_what_is_sealed_otherwise_is_not_given_out() -> None:
    below = MemoryStore()
    store = SealedStore(below, bytes(32))
    store.prepare()
    store.put(KEY, DATA, DIGEST)
    assert b"".join(verified_object(store, KEY, DIGEST).read()) == DATA

    sealed = bytearray(below.objects[KEY])
    sealed[PIECE_BYTES] ^= 1
    below.objects[KEY] = bytes(sealed)
    with pytest.raises(DigestMismatch):
        verified_object(store, KEY, DIGEST)

    below.objects[KEY] = DATA
    with pytest.raises(DamagedRecord, match="not sealed"):
        verified_object(store, KEY, DIGEST)


@pytest.mark.parametrize("is_sealed", [False, True], ids=["clear", "sealed"])
def test_no_more_than_some_pieces_are_in_memory(tmp_path: Path, *, is_sealed: bool) -> None:
    store: ObjectStore = FileSystemStore(tmp_path / "archive")
    if is_sealed:
        store = SealedStore(store, bytes(32))
    data = bytes(16 * PIECE_BYTES)
    store.prepare()
    store.put(KEY, data, Digest.of(data))
    expected = Digest.of(data)

    tracemalloc.start()
    try:
        read = sum(map(len, verified_object(store, KEY, expected).read()))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert read == len(data)
    assert most < 8 * PIECE_BYTES
