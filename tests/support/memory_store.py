"""An object store in memory: a real implementation of the protocol, for tests that need no disk."""

from collections.abc import Iterator
from threading import Lock

from models.digest import Digest
from models.errors import ObjectConflict, ObjectNotFound
from storage.object_store import StoredObject, require_digest, validate_key, validate_prefix


class MemoryStore:
    """Objects in a dictionary. `objects` is open to tests that damage an archive."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self._lock = Lock()

    def prepare(self) -> None:
        """Nothing has to be made."""

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Keep the bytes; see ObjectStore."""
        validate_key(key)
        require_digest(key, data, expected)
        with self._lock:
            existing = self.objects.get(key)
            if existing is None:
                self.objects[key] = data
                return True
        if existing != data:
            raise ObjectConflict(f"{key} already holds other bytes", key=key)
        return False

    def get(self, key: str) -> bytes:
        """The bytes; see ObjectStore."""
        validate_key(key)
        try:
            return self.objects[key]
        except KeyError:
            raise ObjectNotFound(f"no object {key}", key=key) from None

    def part(self, key: str, start: int, length: int) -> bytes:
        """Some of the bytes; see ObjectStore."""
        return self.get(key)[start : start + length]

    def stat(self, key: str) -> StoredObject:
        """Size without content; see ObjectStore."""
        return StoredObject(key, len(self.get(key)))

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object in key order; see ObjectStore."""
        validate_prefix(prefix)
        with self._lock:
            standing = sorted(self.objects.items())
        return iter([StoredObject(key, len(data)) for key, data in standing if key.startswith(prefix)])

    def set_aside(self, key: str) -> None:
        """Forget the object; see Mendable."""
        validate_key(key)
        self.objects.pop(key, None)

    def purge(self, key: str) -> None:
        """Forget the object; see Purge."""
        self.set_aside(key)

    def check_writable(self) -> None:
        """Memory is writable."""
