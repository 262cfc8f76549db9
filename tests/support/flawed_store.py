"""A store that is down, forgets what it acknowledges, or cannot read some objects, as a test says from one moment to the next."""

from collections.abc import Iterator

from models.digest import Digest
from models.errors import StoreUnavailable
from storage.object_store import StoredObject
from tests.support.memory_store import MemoryStore


class FlawedStore(MemoryStore):
    """`down`: nothing answers. `lying`: writes are acknowledged and not kept. `unreadable`: keys that the disk cannot read."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.lying = False
        self.unreadable: set[str] = set()

    def prepare(self) -> None:
        """Answer or not; see ObjectStore."""
        self._require_up()

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Keep, or say so; see ObjectStore."""
        self._require_up()
        return True if self.lying else super().put(key, data, expected)

    def get(self, key: str) -> bytes:
        """Read, or fail; see ObjectStore."""
        self._require_up()
        if key in self.unreadable:
            raise StoreUnavailable(f"cannot read {key}", errno=5)
        return super().get(key)

    def stat(self, key: str) -> StoredObject:
        """Size of what is there; see ObjectStore."""
        self._require_up()
        return StoredObject(key, len(super().get(key)))

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Everything in key order; see ObjectStore."""
        self._require_up()
        yield from super().list(prefix)

    def check_writable(self) -> None:
        """Answer or not; see ObjectStore."""
        self._require_up()

    def set_aside(self, key: str) -> None:
        """Forget the object; see Mendable."""
        self._require_up()
        self.unreadable.discard(key)
        super().set_aside(key)

    def _require_up(self) -> None:
        if self.down:
            raise StoreUnavailable("the store is down")
