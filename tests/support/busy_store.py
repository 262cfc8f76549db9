"""A store in which something happens whenever it is asked: other processes go on working between two calls."""

from collections.abc import Callable, Iterator

from models.digest import Digest
from storage.object_store import ObjectStore, StoredObject


class BusyStore:
    """Passes everything on, and lets `happen` do something before each listing is begun and, unless told otherwise, each object is read."""

    def __init__(self, inner: ObjectStore, happen: Callable[[], object], *, at_reads: bool = True) -> None:
        self._inner = inner
        self._happen = happen
        self._at_reads = at_reads

    def prepare(self) -> None:
        """Pass on; see ObjectStore."""
        self._inner.prepare()

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Pass on; see ObjectStore."""
        return self._inner.put(key, data, expected)

    def get(self, key: str) -> bytes:
        """Let something happen, then pass on; see ObjectStore."""
        if self._at_reads:
            self._happen()
        return self._inner.get(key)

    def part(self, key: str, start: int, length: int) -> bytes:
        """Pass on; see ObjectStore."""
        return self._inner.part(key, start, length)

    def stat(self, key: str) -> StoredObject:
        """Pass on; see ObjectStore."""
        return self._inner.stat(key)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Let something happen, then pass on; see ObjectStore."""
        self._happen()
        yield from self._inner.list(prefix)

    def check_writable(self) -> None:
        """Pass on; see ObjectStore."""
        self._inner.check_writable()
