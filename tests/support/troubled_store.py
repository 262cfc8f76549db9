"""An object store that is in trouble whenever a test says so, and well again when the test says that."""

import errno
from collections.abc import Iterator
from enum import StrEnum

from models.digest import Digest
from models.errors import ObjectNotFound, StoreUnavailable
from storage.object_store import ObjectStore, StoredObject, require_digest


class Trouble(StrEnum):
    """What is wrong with a store.

    `full`, `read_only`, `failing`: its disk takes no writes, for want of room, for being mounted so, for being broken. `down`: it does not
    answer. `lying`: it acknowledges writes and keeps nothing. `cutting`: it acknowledges writes and keeps a part.
    """

    FULL = "full"
    READ_ONLY = "read_only"
    FAILING = "failing"
    DOWN = "down"
    LYING = "lying"
    CUTTING = "cutting"


_WRITE_ERRORS = {Trouble.FULL: errno.ENOSPC, Trouble.READ_ONLY: errno.EROFS, Trouble.FAILING: errno.EIO}


class TroubledStore:
    """Passes everything on while `trouble` is None. `spared` writes still succeed before it begins, so that it strikes in the midst."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.trouble: Trouble | None = None
        self.spared = 0

    def prepare(self) -> None:
        """Pass on; see ObjectStore."""
        self._require_up()
        self._inner.prepare()

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Pass on, fail, or lie; see ObjectStore."""
        if self.trouble is None or self.spared > 0:
            self.spared -= 1
            return self._inner.put(key, data, expected)
        self._require_up()
        if self.trouble in _WRITE_ERRORS:
            raise StoreUnavailable("the disk takes no writes", errno=_WRITE_ERRORS[self.trouble])
        require_digest(key, data, expected)
        if self.trouble is Trouble.CUTTING and not self._has(key):
            part = data[: len(data) // 2]
            self._inner.put(key, part, Digest.of(part))
        return True

    def get(self, key: str) -> bytes:
        """Pass on; see ObjectStore."""
        self._require_up()
        return self._inner.get(key)

    def part(self, key: str, start: int, length: int) -> bytes:
        """Pass on; see ObjectStore."""
        self._require_up()
        return self._inner.part(key, start, length)

    def stat(self, key: str) -> StoredObject:
        """Pass on; see ObjectStore."""
        self._require_up()
        return self._inner.stat(key)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Pass on; see ObjectStore."""
        self._require_up()
        return self._inner.list(prefix)

    def check_writable(self) -> None:
        """Fail as a write would, as far as a store can know; see ObjectStore."""
        self._require_up()
        if self.trouble in _WRITE_ERRORS:
            raise StoreUnavailable("the disk takes no writes", errno=_WRITE_ERRORS[self.trouble])

    def _has(self, key: str) -> bool:
        try:
            self._inner.stat(key)
        except ObjectNotFound:
            return False
        return True

    def _require_up(self) -> None:
        if self.trouble is Trouble.DOWN and self.spared <= 0:
            raise StoreUnavailable("the store does not answer")
