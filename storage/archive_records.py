"""The archive's own records as JSON and back: the marker, the id, `received` and manifests of format version 1."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from models.archive import Manifest, Part, Received
from models.digest import Digest
from models.document import DocumentRef, MediaType
from models.errors import DamagedRecord
from storage.archive_layout import IDENTITY_KEY, MARKER_KEY
from storage.object_store import validate_key

SCHEMA_VERSION = 1

_ARCHIVE_ID = re.compile(r"[0-9a-f]{32}")


def received_to_bytes(received: Received) -> bytes:
    """The record as it is kept; raise ValueError when its time has no zone."""
    department = {} if received.department is None else {"department": received.department}
    return record_to_bytes(
        {
            "schema_version": SCHEMA_VERSION,
            "document": _encode_document(received.document),
            "received_at": encode_time(received.received_at),
            "source": received.source,
            **department,
        }
    )


def received_from_bytes(content: bytes, key: str) -> Received:
    """Read back what `received_to_bytes` wrote; `key` is for the message.

    Raises:
        DamagedRecord: the bytes are not such a record.
    """
    try:
        wire = record_from_bytes(content)
        department = wire.get("department")
        return Received(
            _decode_document(wire["document"]),
            decode_time(wire["received_at"]),
            text_of(wire["source"]),
            None if department is None else text_of(department),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(key, error) from error


def manifest_to_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is kept; raise ValueError when its time has no zone."""
    return record_to_bytes(
        {
            "schema_version": SCHEMA_VERSION,
            "document": _encode_document(manifest.document),
            "version": manifest.version,
            "parts": [{"role": part.role, "key": part.key, "digest": str(part.digest), "size": part.size} for part in manifest.parts],
            "archived_at": encode_time(manifest.archived_at),
            "previous": None if manifest.previous is None else str(manifest.previous),
        }
    )


def manifest_from_bytes(content: bytes, key: str) -> Manifest:
    """Read back what `manifest_to_bytes` wrote; `key` is for the message.

    Raises:
        DamagedRecord: the bytes are not a manifest.
    """
    try:
        wire = record_from_bytes(content)
        return Manifest(
            document=_decode_document(wire["document"]),
            version=_number(wire["version"]),
            parts=tuple(
                Part(text_of(part["role"]), _key(part["key"]), Digest.parse(part["digest"]), _number(part["size"]))
                for part in wire["parts"]
            ),
            archived_at=decode_time(wire["archived_at"]),
            previous=None if wire["previous"] is None else Digest.parse(wire["previous"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(key, error) from error


def version_of_marker(content: bytes) -> int:
    """The format version that the marker names.

    Raises:
        DamagedRecord: the bytes are not a marker.
    """
    try:
        wire = json.loads(content)
        if wire["format"] != "piaogen-archive":
            raise ValueError(f"not the marker of an archive: {wire['format']!r}")
        return _number(wire["version"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(MARKER_KEY, error) from error


def identity_to_bytes(archive_id: str) -> bytes:
    """The record that says which archive this is."""
    return record_to_bytes({"schema_version": SCHEMA_VERSION, "archive_id": archive_id})


def identity_from_bytes(content: bytes) -> str:
    """The archive's own id: 32 hex digits.

    Raises:
        DamagedRecord: the bytes are not such a record.
    """
    try:
        archive_id = text_of(record_from_bytes(content)["archive_id"])
        if not _ARCHIVE_ID.fullmatch(archive_id):
            raise ValueError(f"not the id of an archive: {archive_id!r}")
        return archive_id
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(IDENTITY_KEY, error) from error


def damaged(key: str, reason: object) -> DamagedRecord:
    """The error for a record that is not what its key says."""
    return DamagedRecord(f"{key} is damaged: {reason}; restore it from a backup of the archive", key=key)


def record_to_bytes(wire: Mapping[str, Any]) -> bytes:
    """One line of JSON as every record of an archive is written: keys sorted, no spaces."""
    # A file name that is no valid Unicode (an old GBK name) holds lone surrogates; `backslashreplace` writes them as JSON escapes.
    return json.dumps(wire, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "backslashreplace")


def record_from_bytes(content: bytes) -> dict[str, Any]:
    """The JSON object of a record of schema version 1; raise ValueError, KeyError or TypeError for anything else."""
    wire = json.loads(content)
    if not isinstance(wire, dict):
        raise ValueError("not a JSON object")
    if wire["schema_version"] != SCHEMA_VERSION:
        raise ValueError(f"schema_version {wire['schema_version']!r} is not known to this program")
    return wire


def _encode_document(document: DocumentRef) -> dict[str, Any]:
    return {
        "digest": str(document.digest),
        "file_name": document.file_name,
        "media_type": document.media_type.value,
        "size": document.size,
        "pages": document.pages,
    }


def _decode_document(wire: Mapping[str, Any]) -> DocumentRef:
    return DocumentRef(
        Digest.parse(wire["digest"]),
        text_of(wire["file_name"]),
        MediaType(wire["media_type"]),
        _number(wire["size"]),
        _number(wire["pages"]),
    )


def encode_time(moment: datetime) -> str:
    """A moment as records have it, UTC with microseconds; raise ValueError when it has no zone."""
    if moment.tzinfo is None:
        raise ValueError("a time in the archive needs its zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def decode_time(text: str) -> datetime:
    """The moment back, in UTC; raise ValueError for one without zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without zone: {text!r}")
    return moment.astimezone(UTC)


def text_of(value: object) -> str:
    """The value when it is a text; raise ValueError otherwise."""
    if not isinstance(value, str):
        raise ValueError(f"not a text: {value!r}")
    return value


def _key(value: object) -> str:
    key = text_of(value)
    validate_key(key)
    return key


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"not a count: {value!r}")
    return value
