"""An object store that keeps every object encrypted: whoever reads the disk or the bucket reads nothing.

Each object has a data key of its own, wrapped by an archive key, which is wrapped by the key that the owner keeps elsewhere. That one
can be changed without touching an object. FORMAT.md describes every byte.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from models.digest import Digest
from models.errors import DamagedRecord, InvalidSetting, ObjectConflict, ObjectNotFound
from storage import archive_layout as layout
from storage.object_store import Mendable, ObjectStore, Purge, StoredObject, require_digest, validate_key

KEY_BYTES = 32
"""The length of a seal key: AES-256."""

_MAGIC = b"PGSEAL1\n"
_ID, _WRAPPED, _BOUND, _NONCE, _TAG = 16, 40, 32, 12, 16
_BLOCK = 16
_HEADER = len(_MAGIC) + _ID + _WRAPPED + _BOUND
OVERHEAD = _HEADER + _NONCE + _TAG
"""Bytes that sealing adds to every object: its size can be told without opening it."""

_RECORD = re.compile(r"piaogen-seal-([0-9]{6})\.json")
_RECORDS = "piaogen-seal-"


@dataclass(frozen=True, slots=True)
class _Seal:
    """The archive keys of one generation by their ids; `current` seals what is new."""

    generation: int
    current: bytes
    keys: dict[bytes, bytes]


class SealedStore:
    """Objects in another store, encrypted. Through this one they look as they would in a store of clear bytes, sizes included.

    The marker lies in clear and says that the archive is sealed; so do the seal records, which hold nothing but wrapped keys and are
    listed by no listing of this store. Names and approximate sizes stay readable: they say how many documents there are and which digests.
    """

    def __init__(self, inner: ObjectStore, key: bytes) -> None:
        """`key` is the owner's: 32 random bytes; raise InvalidSetting for any other length."""
        if len(key) != KEY_BYTES:
            raise InvalidSetting(
                f"a seal key has {KEY_BYTES} bytes, written as {2 * KEY_BYTES} hex digits; `openssl rand -hex 32` makes one"
            )
        self._inner = inner
        self._key = key
        self._lock = Lock()
        self._opened: _Seal | None = None

    def prepare(self) -> None:
        """Make the place and, where it is new, its seal.

        Raises:
            InvalidSetting: the place holds clear bytes, or is sealed with another key.
        """
        self._inner.prepare()
        if self._newest() is None and not is_sealed(self._inner):
            self._require_unused()
            self._write_record(1, {})
        self._seal()

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Seal the bytes and keep them; see ObjectStore."""
        _require_own(key)
        require_digest(key, data, expected)
        if key == layout.MARKER_KEY:
            return self._put_marker(data)
        sealed = self._sealed(key, data, expected)
        try:
            return self._inner.put(key, sealed, Digest.of(sealed))
        except ObjectConflict:
            # No two sealings are the same bytes: what counts is what they hold.
            try:
                standing = self._inner.get(key)
                same = self._open(key, standing) == data
            except (ObjectNotFound, DamagedRecord):
                same = False
            if not same:
                raise
        return self._inner.put(key, standing, Digest.of(standing))

    def get(self, key: str) -> bytes:
        """The bytes, opened; see ObjectStore.

        Raises:
            DamagedRecord: the object is damaged, or was sealed under another name.
        """
        _require_own(key)
        content = self._inner.get(key)
        return _marker_of(content) if key == layout.MARKER_KEY else self._open(key, content)

    def part(self, key: str, start: int, length: int) -> bytes:
        """A part of what is sealed, which is opened without the tag over the whole; see ObjectStore."""
        _require_own(key)
        if key == layout.MARKER_KEY:
            return self.get(key)[start : start + length]
        head = self._inner.part(key, 0, _HEADER + _NONCE)
        data_key = self._data_key(key, head)
        sealed = self._inner.part(key, _HEADER + _NONCE + start, length + _TAG)[:-_TAG]
        # GCM counts its blocks from 2 on (NIST SP 800-38D, section 7.1).
        block, within = divmod(start, _BLOCK)
        opening = Cipher(AES(data_key), CTR(head[_HEADER:] + (block + 2).to_bytes(_BLOCK - _NONCE))).decryptor()
        return opening.update(bytes(within) + sealed)[within:]

    def stat(self, key: str) -> StoredObject:
        """The size of what is sealed; see ObjectStore."""
        _require_own(key)
        return _as_clear(self._inner.stat(key))

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object with the size of what is sealed; see ObjectStore."""
        return (_as_clear(found) for found in self._inner.list(prefix) if not found.key.startswith(_RECORDS))

    def check_writable(self) -> None:
        """Ask the store below; see ObjectStore."""
        self._inner.check_writable()

    def set_aside(self, key: str) -> None:
        """Take an object that does not open out of the way; see Mendable."""
        if not isinstance(self._inner, Mendable):
            raise InvalidSetting("the store below keeps what it has, right or wrong")
        _require_own(key)
        self._inner.set_aside(key)

    def purge(self, key: str) -> None:
        """Remove an object, and with it the only copy of its data key; see Purge."""
        if not isinstance(self._inner, Purge):
            raise InvalidSetting("the store below can remove nothing")
        _require_own(key)
        self._inner.purge(key)

    def rotate(self, key: bytes) -> "SealedStore":
        """Have the archive open with another key, and no longer with this one; no object is touched.

        What is new is sealed with an archive key that the old key never opened. What was sealed before can still be opened by who has the
        old key and a copy of the old seal record: only `piaogen copy` into a new sealed place makes all of it anew.

        Returns:
            The store that is opened with the new key.

        Raises:
            InvalidSetting: this store's key is not the archive's, or somebody else changed it at the same moment.
        """
        seal = self._seal()
        after = SealedStore(self._inner, key)
        after._write_record(seal.generation + 1, seal.keys)
        after._seal()
        return after

    def _put_marker(self, data: bytes) -> bool:
        if data != layout.MARKER:
            raise ObjectConflict("a sealed archive's marker says that it is sealed, and nothing else", key=layout.MARKER_KEY)
        self._seal()
        return self._inner.put(layout.MARKER_KEY, layout.SEALED_MARKER, Digest.of(layout.SEALED_MARKER))

    def _sealed(self, key: str, data: bytes, digest: Digest) -> bytes:
        seal = self._seal()
        data_key = secrets.token_bytes(KEY_BYTES)
        bound = hmac.digest(data_key, bytes.fromhex(digest.hex), "sha256")
        header = _MAGIC + seal.current + aes_key_wrap(seal.keys[seal.current], data_key) + bound
        nonce = secrets.token_bytes(_NONCE)
        return header + nonce + AESGCM(data_key).encrypt(nonce, data, header + key.encode())

    def _open(self, key: str, content: bytes) -> bytes:
        header, nonce, sealed = content[:_HEADER], content[_HEADER : _HEADER + _NONCE], content[_HEADER + _NONCE :]
        data_key, bound = self._data_key(key, content), header[-_BOUND:]
        try:
            data = AESGCM(data_key).decrypt(nonce, sealed, header + key.encode())
        except InvalidTag:
            raise _damaged(key, "its bytes, or the name that they were sealed under, are others") from None
        if not hmac.compare_digest(bound, hmac.digest(data_key, hashlib.sha256(data).digest(), "sha256")):
            raise _damaged(key, "it does not hold what it was sealed with")
        return data

    def _data_key(self, key: str, content: bytes) -> bytes:
        """What an object was sealed with, by its beginning; raise DamagedRecord."""
        if len(content) < _HEADER + _NONCE or not content.startswith(_MAGIC):
            raise _damaged(key, "it is not sealed")
        archive_key_id, wrapped = content[len(_MAGIC) :][:_ID], content[len(_MAGIC) + _ID : _HEADER - _BOUND]
        try:
            return aes_key_unwrap(self._archive_key(archive_key_id), wrapped)
        except InvalidUnwrap:
            raise _damaged(key, "its data key does not open") from None

    def _archive_key(self, key_id: bytes) -> bytes:
        """An archive key: of the seal record, or made from the owner's key, which it was once made from, where no record has it."""
        keys = self._seal().keys
        if key_id not in keys:
            # Another process has changed the owner's key since: this raises where ours opens the archive no longer.
            keys = self._read_seal().keys
        return keys.get(key_id) or _derived(self._key, key_id)

    def _seal(self) -> _Seal:
        with self._lock:
            if self._opened is None:
                self._opened = self._read_seal()
            return self._opened

    def _read_seal(self) -> _Seal:
        newest = self._newest()
        if newest is None and is_sealed(self._inner):
            raise DamagedRecord(f"{_record_key(1)} and whatever came after it are gone: restore them from the other place or a backup")
        if newest is None:
            raise InvalidSetting(
                "a seal key is set and this archive is not sealed: unset PIAOGEN_SEAL_KEY, or seal it by `piaogen copy --seal` into a "
                "new place"
            )
        generation, record = newest
        try:
            keys = {bytes.fromhex(each["id"]): aes_key_unwrap(self._key, bytes.fromhex(each["wrapped"])) for each in record["archive_keys"]}
            return _Seal(generation, list(keys)[-1], keys)
        except (InvalidUnwrap, ValueError, LookupError, TypeError) as error:
            mine = _fingerprint(self._key)
            named = record.get("key", mine)
            if named != mine:
                raise InvalidSetting(
                    f"this is not the key of this archive: it is sealed with key {named}, PIAOGEN_SEAL_KEY gives {mine}"
                ) from error
            raise DamagedRecord(f"{_record_key(generation)} is damaged: its keys do not open; restore it from the other copy") from error

    def _newest(self) -> tuple[int, dict[str, Any]] | None:
        """The newest seal record; None when there is none."""
        keys = [found.key for found in self._inner.list(_RECORDS)]
        for key in sorted((key for key in keys if _RECORD.fullmatch(key)), reverse=True):
            try:
                record = json.loads(self._inner.get(key))
                return int(key[len(_RECORDS) :][:6]), dict(record)
            except (ValueError, TypeError, ObjectNotFound) as error:
                raise DamagedRecord(f"{key} is damaged; restore it from a backup of the archive", key=key) from error
        return None

    def _write_record(self, generation: int, keys: dict[bytes, bytes]) -> None:
        """The first of several writers wins; whoever opens the seal after this sees whether it is his."""
        new = secrets.token_bytes(_ID)
        wrapped = {**keys, new: _derived(self._key, new)}
        record = {
            "schema_version": 1,
            "key": _fingerprint(self._key),
            "archive_keys": [{"id": key_id.hex(), "wrapped": aes_key_wrap(self._key, key).hex()} for key_id, key in wrapped.items()],
        }
        content = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
        try:
            self._inner.put(_record_key(generation), content, Digest.of(content))
        except ObjectConflict:
            return

    def _require_unused(self) -> None:
        for found in self._inner.list():
            if not layout.is_litter_key(found.key) and not found.key.startswith((layout.RESERVED_FOR_INDEX, _RECORDS)):
                raise InvalidSetting(
                    f"a seal key is set and this place holds {found.key} in clear: unset PIAOGEN_SEAL_KEY, or seal the archive by "
                    "`piaogen copy --seal` into a new place"
                )


def is_sealed(store: ObjectStore) -> bool:
    """Whether the marker in a place, looked at without a key, says that the archive there is sealed."""
    try:
        return store.get(layout.MARKER_KEY) == layout.SEALED_MARKER
    except ObjectNotFound:
        return next(iter(store.list(_RECORDS)), None) is not None


def _derived(key: bytes, key_id: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, key_id, b"piaogen-archive-key").derive(key)


def _fingerprint(key: bytes) -> str:
    """What tells keys apart and tells nothing of them."""
    return hashlib.sha256(b"piaogen-seal-key" + key).hexdigest()[:16]


def _record_key(generation: int) -> str:
    return f"{_RECORDS}{generation:06d}.json"


def _marker_of(content: bytes) -> bytes:
    if content == layout.SEALED_MARKER:
        return layout.MARKER
    raise InvalidSetting("a seal key is set and this archive is not sealed: unset PIAOGEN_SEAL_KEY")


def _as_clear(found: StoredObject) -> StoredObject:
    if found.key == layout.MARKER_KEY:
        return StoredObject(found.key, len(layout.MARKER))
    return StoredObject(found.key, max(found.size - OVERHEAD, 0))


def _require_own(key: str) -> None:
    validate_key(key)
    if key.startswith(_RECORDS):
        raise ObjectNotFound(f"{key} is the seal's own and no object of the archive", key=key)


def _damaged(key: str, reason: str) -> DamagedRecord:
    return DamagedRecord(f"{key} is damaged: {reason}; restore it from the other place or a backup", key=key)
