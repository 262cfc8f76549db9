"""An object store whose reads or writes are held up until somebody lets them go, as a slow disk or a far server does."""

import threading
from collections.abc import Iterator

from models.digest import Digest
from storage.object_store import ObjectStore, StoredObject

PATIENCE_SECONDS = 30


class HeldStore:
    """Passes everything on; while `hold` is called, each call says `reached` and then waits for `release`."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self._open = threading.Event()
        self._open.set()
        self.reached = threading.Event()

    def hold(self) -> None:
        """From now on calls wait."""
        self.reached.clear()
        self._open.clear()

    def release(self) -> None:
        """Let all of them go on."""
        self._open.set()

    def prepare(self) -> None:
        """Pass on; see ObjectStore."""
        self._inner.prepare()

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Wait and pass on; see ObjectStore."""
        self._pass()
        return self._inner.put(key, data, expected)

    def get(self, key: str) -> bytes:
        """Wait and pass on; see ObjectStore."""
        self._pass()
        return self._inner.get(key)

    def part(self, key: str, start: int, length: int) -> bytes:
        """Wait and pass on; see ObjectStore."""
        self._pass()
        return self._inner.part(key, start, length)

    def stat(self, key: str) -> StoredObject:
        """Pass on; see ObjectStore."""
        return self._inner.stat(key)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Pass on; see ObjectStore."""
        return self._inner.list(prefix)

    def check_writable(self) -> None:
        """Wait and pass on; see ObjectStore."""
        self._pass()
        self._inner.check_writable()

    def _pass(self) -> None:
        if not self._open.is_set():
            self.reached.set()
            self._open.wait(PATIENCE_SECONDS)
