"""What the bytes of one object say themselves about being right for their key: the first question of a copy and of a repair."""

import errno
import json

from models.digest import Digest
from models.errors import DamagedRecord, StoreUnavailable
from storage import archive_layout as layout
from storage.access_records import access_at, version_of
from storage.archive_records import identity_from_bytes, manifest_from_bytes, received_from_bytes, version_of_marker
from storage.audit_results import is_result, result_from_bytes
from storage.destruction_records import is_list_record, require_list_record, tombstone_from_bytes
from storage.histories import history_at, history_of
from storage.hold_records import is_hold_record, require_hold_record
from storage.log_records import block_from_bytes, block_name_of

_OF_ONE_OBJECT = frozenset({errno.EIO, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ELOOP, errno.EUCLEAN, errno.EBADMSG, errno.ENODATA})
"""What a disk answers about one file that it cannot read, while it reads the others."""


def named_digest(key: str) -> Digest | None:
    """The digest that the key itself promises: of an original, a reading, an attachment or a public key; None for every other."""
    named = (layout.original_of, layout.restored_of, layout.reading_of, layout.attachment_of, layout.signer_of)
    return next((digest for each in named if (digest := each(key)) is not None), None)


def problem_with(key: str, content: bytes) -> str | None:
    """Why these bytes cannot be the object of this key; None when nothing speaks against them.

    Originals and readings are held against the digest in their name. Records are only read: that somebody changed a date in one the
    records after it can tell, not its own bytes. Of objects that this program does not know it asks that `.json` holds JSON.
    """
    promised = named_digest(key)
    if promised is not None:
        actual = Digest.of(content)
        return None if actual == promised else f"its bytes hash to {actual}"
    try:
        return _problem_with_record(key, content)
    except DamagedRecord as error:
        return error.message
    except ValueError as error:
        return f"it is no JSON: {error}"


def is_of_one_object(error: StoreUnavailable) -> bool:
    """Whether the store answers and only this object cannot be read: that is damage, no outage."""
    return error.details.get("errno") in _OF_ONE_OBJECT


def _require_readable(key: str, content: bytes) -> None:
    """Raise DamagedRecord or ValueError for what is no record of its place; of what this program does not know `.json` must be JSON."""
    if block_name_of(key) is not None:
        block_from_bytes(content, key)
    elif version_of(key) is not None:
        access_at(content, key)
    elif history_of(key) is not None:
        history_at(content, key)
    elif is_result(key):
        result_from_bytes(content, key)
    elif is_hold_record(key):
        require_hold_record(key, content)
    elif is_list_record(key):
        require_list_record(key, content)
    elif key.endswith(".json"):
        json.loads(content)


def _problem_with_record(key: str, content: bytes) -> str | None:
    if key == layout.MARKER_KEY:
        version_of_marker(content)
        return None
    if key == layout.IDENTITY_KEY:
        identity_from_bytes(content)
        return None
    record = layout.record_of(key)
    if record is None:
        _require_readable(key, content)
        return None
    document, version = record
    if version == layout.TOMBSTONE_VERSION:
        about = tombstone_from_bytes(content, key).listed.document
        return None if about == document else f"it is of {about}"
    if version == 0:
        received = received_from_bytes(content, key)
        about, found = received.document.digest, 0
        if layout.is_further_received(key) and layout.further_received_key(document, received.department or "") != key:
            return "it is of another department"
    else:
        manifest = manifest_from_bytes(content, key)
        about, found = manifest.document.digest, manifest.version
    return None if (about, found) == (document, version) else f"it is version {found} of {about}"
