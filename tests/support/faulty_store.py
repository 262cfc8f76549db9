"""An object store that fails on cue around another one."""

from collections.abc import Iterator

from models.digest import Digest
from models.errors import StoreUnavailable
from storage.object_store import Mendable, ObjectStore, Purge, StoredObject


class FaultyStore:
    """Passes everything on, but raises at the write numbered `fail_at` (from 1): before it reached the store, or after it was kept.

    From then on nothing works any more, as after a crash; `fail_at=0` never fails. `writes` counts the writes that were asked for.
    """

    def __init__(self, inner: ObjectStore, fail_at: int, *, after: bool = False) -> None:
        self._inner = inner
        self._fail_at = fail_at
        self._after = after
        self._dead = False
        self.writes = 0

    def prepare(self) -> None:
        """Pass on; see ObjectStore."""
        self._require_alive()
        self._inner.prepare()

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Pass on or fail; see ObjectStore."""
        self._require_alive()
        self.writes += 1
        self._dead = self.writes == self._fail_at
        if not self._dead or self._after:
            new = self._inner.put(key, data, expected)
        self._require_alive()
        return new

    def get(self, key: str) -> bytes:
        """Pass on; see ObjectStore."""
        self._require_alive()
        return self._inner.get(key)

    def part(self, key: str, start: int, length: int) -> bytes:
        """Pass on; see ObjectStore."""
        self._require_alive()
        return self._inner.part(key, start, length)

    def stat(self, key: str) -> StoredObject:
        """Pass on; see ObjectStore."""
        self._require_alive()
        return self._inner.stat(key)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Pass on; see ObjectStore."""
        self._require_alive()
        return self._inner.list(prefix)

    def set_aside(self, key: str) -> None:
        """Pass on or fail, counted as a write; see Mendable."""
        self._require_alive()
        self.writes += 1
        self._dead = self.writes == self._fail_at
        if not self._dead or self._after:
            assert isinstance(self._inner, Mendable)
            self._inner.set_aside(key)
        self._require_alive()

    def purge(self, key: str) -> None:
        """Pass on or fail, counted as a write; see Purge."""
        self._require_alive()
        self.writes += 1
        self._dead = self.writes == self._fail_at
        if not self._dead or self._after:
            assert isinstance(self._inner, Purge)
            self._inner.purge(key)
        self._require_alive()

    def check_writable(self) -> None:
        """Pass on; see ObjectStore."""
        self._require_alive()
        self._inner.check_writable()

    def _require_alive(self) -> None:
        if self._dead:
            raise StoreUnavailable("the store failed on cue")
