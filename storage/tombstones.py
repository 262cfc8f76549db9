"""The tombstone of a document, where there is one."""

from models.destruction import Tombstone
from models.digest import Digest
from models.errors import ObjectNotFound
from storage import archive_layout as layout
from storage.archive_records import damaged
from storage.destruction_records import tombstone_from_bytes
from storage.object_store import ObjectStore, first_right


def tombstone_of(store: ObjectStore, document: Digest) -> Tombstone | None:
    """What stands for a document that was destroyed after its time; None for every other. Raise DamagedRecord, StoreUnavailable."""
    key = layout.tombstone_key(document)
    try:
        found = first_right(store, key, lambda content: tombstone_from_bytes(content, key))
    except ObjectNotFound:
        return None
    if found.listed.document != document:
        raise damaged(key, f"it is of {found.listed.document}")
    return found
