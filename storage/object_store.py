"""Write-once storage of bytes under keys: the one protocol that the archive needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from models.digest import Digest


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store says about one object."""

    key: str
    size: int


class ObjectStore(Protocol):
    """A place that keeps what it took; there is no overwrite and no delete.

    Keys are relative POSIX paths of ASCII letters, digits and `-_.` between single slashes, none of them `.` or `..`
    (ValueError otherwise). Every method may raise StoreUnavailable; calling again is then safe.
    """

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Keep the bytes durably before returning; True when they are new, False when the same bytes already lay there.

        Raises:
            DigestMismatch: `data` does not hash to `expected`; nothing was stored.
            ObjectConflict: the key already holds other bytes; they are untouched.
        """

    def get(self, key: str) -> bytes:
        """The bytes; raise ObjectNotFound only when the store says that there are none."""

    def stat(self, key: str) -> StoredObject:
        """Size without content; raise ObjectNotFound."""

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object whose key starts with `prefix`, in key order, each once."""

    def check_writable(self) -> None:
        """Raise StoreUnavailable when a put would fail now (folder gone or read-only, server or bucket not there)."""
