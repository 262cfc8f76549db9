"""Legal holds in the store: `holds/<id>/set.json` and `holds/<id>/released.json`, written once; FORMAT.md describes them.

They are few and are read from the store whenever something is to be destroyed, so that no index can forget one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models.digest import Digest
from models.errors import ObjectConflict, ObjectNotFound, RecordNotFound, StaleVersion
from models.retention import Hold
from storage.archive_records import damaged, decode_time, encode_time, record_from_bytes, record_to_bytes, text_of
from storage.object_store import ObjectStore, first_right, keep

HOLDS = "holds/"
HOLD_ID = re.compile(r"[a-z0-9-]{1,60}")
_SET = re.compile(r"holds/([a-z0-9-]{1,60})/set\.json")
_RELEASED = re.compile(r"holds/([a-z0-9-]{1,60})/released\.json")


def set_key(hold_id: str) -> str:
    """Where a hold lies."""
    return f"{HOLDS}{hold_id}/set.json"


def release_key(hold_id: str) -> str:
    """Where it lies that a hold was lifted."""
    return f"{HOLDS}{hold_id}/released.json"


def is_hold_record(key: str) -> bool:
    """Whether a key is that of a hold, or of its release."""
    return _SET.fullmatch(key) is not None or _RELEASED.fullmatch(key) is not None


def require_hold_record(key: str, content: bytes) -> None:
    """Raise DamagedRecord where these bytes are no hold, or no release, of this key."""
    match = _SET.fullmatch(key)
    if match is not None:
        _decode(content, key, match[1])
        return
    match = _RELEASED.fullmatch(key)
    if match is not None:
        _release(content, key, match[1])


def hold_to_bytes(hold: Hold) -> bytes:
    """A hold as it is kept, without its release."""
    documents = None if hold.documents is None else sorted(map(str, hold.documents))
    return record_to_bytes(
        {"schema_version": 1, "id": hold.id, "documents": documents, "at": encode_time(hold.at), "by": hold.by, "reason": hold.reason}
    )


@dataclass(frozen=True, slots=True)
class HoldRecords:
    """Every method may raise StoreUnavailable and DamagedRecord: then nothing may be destroyed."""

    store: ObjectStore

    def set(self, hold: Hold) -> None:
        """Keep a hold durably."""
        record = hold_to_bytes(hold)
        keep(self.store, set_key(hold.id), record, Digest.of(record))

    def release(self, hold_id: str, at: datetime, by: str, reason: str) -> Hold:
        """Lift a hold for ever.

        Raises:
            RecordNotFound: there is none of this name.
            StaleVersion: somebody else has lifted it.
        """
        standing = self.hold(hold_id)
        record = record_to_bytes({"schema_version": 1, "id": hold_id, "at": encode_time(at), "by": by, "reason": reason})
        try:
            is_new = keep(self.store, release_key(hold_id), record, Digest.of(record))
        except ObjectConflict:
            is_new = False
        if not is_new:
            raise StaleVersion(f"{hold_id} has been released by {standing.released_by or 'somebody else'} already")
        return self.hold(hold_id)

    def hold(self, hold_id: str) -> Hold:
        """One hold; raise RecordNotFound."""
        if not HOLD_ID.fullmatch(hold_id):
            raise RecordNotFound(f"{hold_id[:60]!r} names no hold: `piaogen hold list` names all")
        key = set_key(hold_id)
        try:
            hold = first_right(self.store, key, lambda content: _decode(content, key, hold_id))
        except ObjectNotFound:
            raise RecordNotFound(f"there is no hold {hold_id}: `piaogen hold list` names all") from None
        key = release_key(hold_id)
        try:
            return first_right(self.store, key, lambda content: _released(hold, content, key))
        except ObjectNotFound:
            return hold

    def all(self) -> Iterator[Hold]:
        """Every hold, also those that are lifted, by id."""
        for found in self.store.list(HOLDS):
            match = _SET.fullmatch(found.key)
            if match is not None:
                yield self.hold(match[1])

    def on(self, document: Digest) -> tuple[Hold, ...]:
        """The holds that keep a document now."""
        return tuple(hold for hold in self.all() if hold.covers(document))


def _decode(content: bytes, key: str, hold_id: str) -> Hold:
    try:
        wire: dict[str, Any] = record_from_bytes(content)
        documents = None if wire["documents"] is None else frozenset(map(Digest.parse, wire["documents"]))
        hold = Hold(text_of(wire["id"]), documents, decode_time(wire["at"]), text_of(wire["by"]), text_of(wire["reason"]))
        if hold.id != hold_id:
            raise ValueError(f"it is {hold.id}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(key, error) from error
    return hold


def _released(hold: Hold, content: bytes, key: str) -> Hold:
    at, by, reason = _release(content, key, hold.id)
    return replace(hold, released_at=at, released_by=by, release_reason=reason)


def _release(content: bytes, key: str, hold_id: str) -> tuple[datetime, str, str]:
    """When, by whom and why a hold was lifted."""
    try:
        wire = record_from_bytes(content)
        if wire["id"] != hold_id:
            raise ValueError(f"it is {wire['id']}")
        return decode_time(wire["at"]), text_of(wire["by"]), text_of(wire["reason"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(key, error) from error
