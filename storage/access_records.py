"""The archive's own records of people and keys: a chain of versions each, which says who changed what and when.

`access/users/<name>/000001.json`, `access/keys/<id>/000001.json`; FORMAT.md describes them. The catalogue only indexes them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.access import Role, Scope
from models.digest import Digest
from models.errors import DamagedRecord, InvalidAccess, ObjectConflict, StaleVersion
from models.people import ApiKey, User
from storage.archive_records import damaged, decode_time, encode_time, record_from_bytes, record_to_bytes, text_of
from storage.object_store import ObjectStore, first_right, keep

ACCESS = "access/"
USERS, KEYS = "access/users/", "access/keys/"
SCHEMA_VERSION = 1
CONFIRMED_BY = "confirmed_by"
"""The detail of an `access.changed` that was written before its record: which entry says that the record stands. Older ones lack it."""
_VERSION_KEY = re.compile(r"(access/(?:users|keys)/)([^/]+)/([0-9]{6})\.json")

Holder = User | ApiKey
"""Whoever may be given access."""


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """One version of what is known of a person or a key; `previous` is the digest of the version before it, None in the first."""

    holder: Holder
    version: int
    at: datetime
    by: str
    previous: Digest | None = None

    @property
    def key(self) -> str:
        """Where it lies in the store."""
        return f"{holder_prefix(self.holder)}{self.version:06d}.json"

    def followed_by(self, holder: Holder, at: datetime, by: str) -> "AccessRecord":
        """The version after this one."""
        return AccessRecord(holder, self.version + 1, at, by, Digest.of(access_to_bytes(self)))


def holder_prefix(holder: Holder) -> str:
    """What the keys of all versions of a person or a key begin with."""
    return f"{USERS}{holder.name}/" if isinstance(holder, User) else f"{KEYS}{holder.id}/"


def version_of(key: str) -> tuple[str, int] | None:
    """Whose version a key is that of, as `access/users/<name>`, and which; None for any other key."""
    match = _VERSION_KEY.fullmatch(key)
    return None if match is None else (match[1] + match[2], int(match[3]))


def access_key(holder: str, version: int) -> str:
    """The key of a version of `access/users/<name>` or `access/keys/<id>`."""
    return f"{holder}/{version:06d}.json"


@dataclass(frozen=True, slots=True)
class AccessRecords:
    """People and keys in the store. Every method may raise StoreUnavailable (calling again is then safe)."""

    store: ObjectStore

    def add(self, record: AccessRecord) -> None:
        """Keep a version durably.

        Raises:
            StaleVersion: somebody else has written this version meanwhile; nothing was changed.
        """
        content = access_to_bytes(record)
        try:
            keep(self.store, record.key, content, Digest.of(content))
        except ObjectConflict:
            raise StaleVersion(f"somebody else changed {holder_prefix(record.holder)} at the same moment: look at it again") from None

    def newest(self, prefix: str) -> Iterator[AccessRecord | DamagedRecord]:
        """What stands of everybody below `USERS` or `KEYS`, in the order of their names; the error in the place of a damaged record."""
        for name, version in self._newest(prefix):
            try:
                yield self._read(f"{prefix}{name}/", version)
            except DamagedRecord as error:
                yield error

    def history(self, prefix: str, name: str) -> tuple[AccessRecord, ...]:
        """Every version of one of them, oldest first, the chain checked; empty where there is none.

        Raises:
            DamagedRecord: a version is not there, cannot be read, or was not written after the one before it.
        """
        folder = f"{prefix}{name}/"
        numbers = [int(match[3]) for found in self.store.list(folder) if (match := _VERSION_KEY.fullmatch(found.key))]
        chain: list[AccessRecord] = []
        for number in numbers:
            record = self._read(folder, number)
            before = Digest.of(access_to_bytes(chain[-1])) if chain else None
            if number != len(chain) + 1 or record.previous != before:
                raise damaged(record.key, "the version before it is not the one that it was written after")
            chain.append(record)
        return tuple(chain)

    def _newest(self, prefix: str) -> Iterator[tuple[str, int]]:
        newest: dict[str, int] = {}
        for found in self.store.list(prefix):
            match = _VERSION_KEY.fullmatch(found.key)
            if match is not None:
                newest[match[2]] = int(match[3])
        return iter(newest.items())

    def _read(self, folder: str, version: int) -> AccessRecord:
        key = f"{folder}{version:06d}.json"
        return first_right(self.store, key, lambda content: access_at(content, key))


def record_named(record: AccessRecord) -> dict[str, str | int]:
    """How the log's entries name a version: its number and the digest of its bytes."""
    return {"version": record.version, "record": str(Digest.of(access_to_bytes(record)))}


def access_to_bytes(record: AccessRecord) -> bytes:
    """A version as it is kept; raise ValueError when a time has no zone."""
    holder = record.holder
    about = {"user": _encode_user(holder)} if isinstance(holder, User) else {"key": _encode_key(holder)}
    return record_to_bytes(
        {
            "schema_version": SCHEMA_VERSION,
            "version": record.version,
            "previous": None if record.previous is None else str(record.previous),
            "at": encode_time(record.at),
            "by": record.by,
            **about,
        }
    )


def access_from_bytes(content: bytes, key: str) -> AccessRecord:
    """Read back what `access_to_bytes` wrote; `key` is for the message.

    Raises:
        DamagedRecord: the bytes are not such a record.
    """
    try:
        wire = record_from_bytes(content)
        holder = _decode_user(wire["user"]) if "user" in wire else _decode_key(wire["key"])
        previous = None if wire["previous"] is None else Digest.parse(wire["previous"])
        version = wire["version"]
        if type(version) is not int or version < 1:
            raise ValueError(f"not a version: {version!r}")
        return AccessRecord(holder, version, decode_time(wire["at"]), text_of(wire["by"]), previous)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidAccess) as error:
        raise damaged(key, error) from error


def access_at(content: bytes, key: str) -> AccessRecord:
    """The version that lies under this key; raise DamagedRecord, also for one of another place."""
    record = access_from_bytes(content, key)
    if record.key != key:
        raise damaged(key, f"it is {record.key}")
    return record


def _encode_user(user: User) -> dict[str, Any]:
    # Records from before there were such codes must be the same bytes again: the next version holds their digest.
    recovery = {"recovery_hashes": sorted(map(str, user.recovery_hashes))} if user.recovery_hashes else {}
    return {
        "name": user.name,
        "display_name": user.display_name,
        "role": user.role.value,
        "departments": None if user.departments is None else sorted(user.departments),
        "password_hash": user.password_hash,
        "disabled": user.disabled,
        "totp_secret": user.totp_secret,
        "oidc_subject": user.oidc_subject,
        **recovery,
    }


def _decode_user(wire: dict[str, Any]) -> User:
    departments = wire["departments"]
    return User(
        name=text_of(wire["name"]),
        display_name=text_of(wire["display_name"]),
        role=Role(wire["role"]),
        departments=None if departments is None else frozenset(map(text_of, departments)),
        password_hash=_optional(wire["password_hash"]),
        disabled=_truth(wire["disabled"]),
        totp_secret=_optional(wire["totp_secret"]),
        oidc_subject=_optional(wire["oidc_subject"]),
        recovery_hashes=frozenset(map(Digest.parse, wire.get("recovery_hashes", ()))),
    )


def _encode_key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "label": key.label,
        "scopes": sorted(key.scopes),
        "department": key.department,
        "secret_hash": str(key.secret_hash),
        "expires_at": None if key.expires_at is None else encode_time(key.expires_at),
        "made_by": key.made_by,
        "revoked": key.revoked,
    }


def _decode_key(wire: dict[str, Any]) -> ApiKey:
    return ApiKey(
        id=text_of(wire["id"]),
        label=text_of(wire["label"]),
        scopes=frozenset(map(Scope, wire["scopes"])),
        department=_optional(wire["department"]),
        secret_hash=Digest.parse(wire["secret_hash"]),
        expires_at=None if wire["expires_at"] is None else decode_time(wire["expires_at"]),
        made_by=text_of(wire["made_by"]),
        revoked=_truth(wire["revoked"]),
    )


def _optional(value: object) -> str | None:
    return None if value is None else text_of(value)


def _truth(value: object) -> bool:
    """What is withdrawn must not pass for standing because a record says so in other words."""
    if not isinstance(value, bool):
        raise ValueError(f"neither true nor false: {value!r}")
    return value
