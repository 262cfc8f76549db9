"""Objects that are too large to be held in memory for each of many slow readers: verified first, then read piece by piece."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from models.digest import Digest
from models.errors import DigestMismatch
from storage.object_store import ObjectStore, first_right_answer, mismatch

PIECE_BYTES = 1 << 20
"""What one reader holds in memory: a store on a network is asked so much at a time."""


@dataclass(frozen=True, slots=True)
class VerifiedObject:
    """An object that was read through and hashed to its digest; no byte of it is in memory.

    What is read of it later is held against the SHA-256 that each piece had then, so that no other byte is ever given out.
    """

    store: ObjectStore
    key: str
    digest: Digest
    size: int
    pieces: tuple[bytes, ...]

    def read(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """The bytes from `first` to `last`, both included, to the end for None.

        Raises:
            DigestMismatch: they are no longer those that were verified.
            ObjectNotFound, StoreUnavailable.
        """
        end = self.size if last is None else last + 1
        for number in range(first // PIECE_BYTES, -(-end // PIECE_BYTES)):
            start = number * PIECE_BYTES
            piece = first_right_answer(self.store, partial(self._piece, number))
            yield piece[max(first - start, 0) : end - start]

    def _piece(self, number: int, place: ObjectStore) -> bytes:
        piece = place.part(self.key, number * PIECE_BYTES, PIECE_BYTES)
        if hashlib.sha256(piece).digest() != self.pieces[number]:
            raise DigestMismatch(f"{self.key} was changed while it was read: restore it from a backup of the archive", key=self.key)
        return piece


Content = bytes | VerifiedObject
"""What a file that is given out holds: a small one in memory, a large one in a store."""


def pieces_of(content: Content) -> Iterator[bytes]:
    """All of it, piece by piece."""
    return iter([content]) if isinstance(content, bytes) else content.read()


def verified_object(store: ObjectStore, key: str, expected: Digest) -> VerifiedObject:
    """Read an object through, in bounded memory; from its other place where it is damaged in one.

    Raises:
        ObjectNotFound, StoreUnavailable.
        DigestMismatch: its bytes do not hash to `expected`, in no place.
    """
    return first_right_answer(store, lambda place: _read_through(store, place, key, expected))


def _read_through(store: ObjectStore, place: ObjectStore, key: str, expected: Digest) -> VerifiedObject:
    whole, size, pieces = hashlib.sha256(), 0, []
    while True:
        piece = place.part(key, size, PIECE_BYTES)
        whole.update(piece)
        size += len(piece)
        pieces.append(hashlib.sha256(piece).digest())
        if len(piece) < PIECE_BYTES:
            break
    actual = Digest(whole.hexdigest())
    if actual != expected:
        raise mismatch(key, actual, expected)
    return VerifiedObject(store, key, expected, size, tuple(pieces))
