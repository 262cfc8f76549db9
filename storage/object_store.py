"""Write-once storage of bytes under keys: the one protocol that the archive needs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from models.digest import Digest
from models.errors import DigestMismatch, IntegrityViolated, ObjectNotFound, StoreUnavailable

MAX_KEY_LENGTH = 512
"""Characters in a key: room is left for the prefix of a shared bucket (S3 ends at 1024 bytes)."""

MAX_SEGMENT_LENGTH = 255
"""Characters between two slashes: what common file systems take as one name."""

_Checked = TypeVar("_Checked")

_SEGMENT = re.compile(r"[A-Za-z0-9._-]+")
_LAST_SEGMENT_OF_PREFIX = re.compile(r"[A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store says about one object; `size` in bytes."""

    key: str
    size: int


class ObjectStore(Protocol):
    """A place that keeps what it took; there is no overwrite and no delete.

    Keys are relative POSIX paths of ASCII letters, digits and `-_.` between single slashes, none of them `.` or `..`
    (ValueError otherwise, see `validate_key`). Every method may raise StoreUnavailable; calling again is then safe.
    Any number of threads and processes may use the same place.
    """

    def prepare(self) -> None:
        """Make the place (folder, bucket) when it is not there; harmless when it is."""

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Keep the bytes durably before returning; True when they are new, False when the same bytes already lay there.

        Of many who put a new key at the same time exactly one is told True.

        Raises:
            DigestMismatch: `data` does not hash to `expected`; nothing was stored.
            ObjectConflict: the key already holds other bytes; they are untouched.
        """

    def get(self, key: str) -> bytes:
        """The bytes, not verified; raise ObjectNotFound only when the store says that there are none.

        Raises:
            DamagedRecord: the store itself can tell that the bytes are not those that it was given, as a sealed one can.
        """

    def part(self, key: str, start: int, length: int) -> bytes:
        """So many bytes from the position `start` on, fewer where the object ends; raise ObjectNotFound.

        They are not verified, a sealed store's neither: for who holds the whole against its digest piece by piece.
        """

    def stat(self, key: str) -> StoredObject:
        """Size without content; raise ObjectNotFound."""

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object whose key starts with `prefix`, in key order (by character), each once.

        Stores differ in one point: whether `a-b` or `a/b` comes first. The keys of an archive leave no room for that.
        What others laid into the place is listed too, even under names that are no keys: the archive must see it to say so.
        """

    def check_writable(self) -> None:
        """Raise StoreUnavailable when a put would fail now (folder gone or read-only, disk full, server or bucket not there)."""


@runtime_checkable
class Mendable(Protocol):
    """The one exception from write-once, used by repairs alone: bytes that are not right make room for those that are."""

    def set_aside(self, key: str) -> None:
        """Take what stands under this key out of the way, durably, and keep it outside of the archive; harmless when nothing stands there.

        Nothing is destroyed: a folder moves it into `~damaged`, whatever it is, and a bucket under `~damaged/`. No listing shows it.
        """


@runtime_checkable
class Purge(Protocol):
    """Removal for ever, of what two people had destroyed after its time and of nothing else: see `storage/destruction.py`."""

    def purge(self, key: str) -> None:
        """Remove what stands under this key, and what repairs set aside of it, durably; harmless when nothing stands there.

        Raises:
            StoreUnavailable: something may be left; calling again is safe.
            ObjectLocked: the store itself keeps the object for longer.
        """


@runtime_checkable
class Copies(Protocol):
    """A store that keeps every object more than once."""

    def copies(self, ask: Callable[[ObjectStore], _Checked]) -> Iterator[_Checked]:
        """What each place answers, in the order in which `get` asks them; one that has no right answer is passed over."""


def first_right(store: ObjectStore, key: str, check: Callable[[bytes], _Checked]) -> _Checked:
    """What `check` makes of an object; where its bytes fail the check and the store has other copies, of the first that passes.

    Raises:
        ObjectNotFound, StoreUnavailable.
        IntegrityViolated: as `check` raised it, when no copy is right.
    """
    return first_right_answer(store, lambda place: check(place.get(key)))


def first_right_answer(store: ObjectStore, ask: Callable[[ObjectStore], _Checked]) -> _Checked:
    """What `ask` makes of a store, or of the first of its places of which it makes anything: see `first_right`."""
    try:
        return ask(store)
    except IntegrityViolated:
        if isinstance(store, Copies):
            for answer in store.copies(ask):
                return answer
        raise


def has(store: ObjectStore, key: str) -> bool:
    """Whether anything lies under a key; raise StoreUnavailable."""
    try:
        store.stat(key)
    except ObjectNotFound:
        return False
    return True


def keep(store: ObjectStore, key: str, data: bytes, expected: Digest) -> bool:
    """`put`, believed only when the store then says that it has so many bytes under the key: some answer 200 and keep nothing.

    Raises:
        DigestMismatch, ObjectConflict: as `put` does.
        StoreUnavailable: also where the store does not have what it has just acknowledged.
    """
    if not store.put(key, data, expected):
        return False
    try:
        size = store.stat(key).size
    except ObjectNotFound:
        size = None
    if size != len(data):
        raise StoreUnavailable(f"the store acknowledged {key} and does not have it whole; nothing was taken in: check the store", key=key)
    return True


def validate_key(key: str) -> None:
    """Raise ValueError unless `key` can be kept by every store."""
    if len(key) > MAX_KEY_LENGTH or not all(_is_segment(segment) for segment in key.split("/")):
        raise ValueError(f"not an object key: {key!r}")


def validate_prefix(prefix: str) -> None:
    """Raise ValueError unless `prefix` is empty or the beginning of a key."""
    *whole, last = prefix.split("/")
    if len(prefix) > MAX_KEY_LENGTH or not all(_is_segment(segment) for segment in whole) or not _LAST_SEGMENT_OF_PREFIX.fullmatch(last):
        raise ValueError(f"not the beginning of an object key: {prefix!r}")


def require_digest(key: str, data: bytes, expected: Digest) -> None:
    """Raise DigestMismatch unless `data` hashes to `expected`: the check that every store makes before it keeps anything."""
    actual = Digest.of(data)
    if actual != expected:
        raise DigestMismatch(
            f"the bytes for {key} are not those that were announced; nothing was stored: send them again",
            key=key,
            expected=str(expected),
            actual=str(actual),
        )


def verified(key: str, content: bytes, expected: Digest) -> bytes:
    """The bytes that an object was read as; raise DigestMismatch unless they hash to `expected`."""
    actual = Digest.of(content)
    if actual != expected:
        raise mismatch(key, actual, expected)
    return content


def mismatch(key: str, actual: Digest, expected: Digest) -> DigestMismatch:
    """What is told of an object whose bytes are not those of its name."""
    return DigestMismatch(
        f"{key} is damaged: its bytes hash to {actual}, not {expected}; restore it from a backup of the archive",
        key=key,
        expected=str(expected),
        actual=str(actual),
    )


def _is_segment(text: str) -> bool:
    return len(text) <= MAX_SEGMENT_LENGTH and text not in {".", ".."} and _SEGMENT.fullmatch(text) is not None
