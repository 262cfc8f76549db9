"""Builders of what an archive keeps: a document, a reading of it, and moments in time."""

from datetime import UTC, datetime

from models.digest import Digest
from models.document import DocumentRef, MediaType
from models.reading import Engine, Reading
from storage.object_store import ObjectStore

MORNING = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)


def a_document(content: bytes, file_name: str = "发票.png", pages: int = 0) -> DocumentRef:
    """What intake says about the bytes."""
    return DocumentRef(Digest.of(content), file_name, MediaType.PNG, len(content), pages)


def a_reading(content: bytes, milliseconds: float = 812.0) -> Reading:
    """A reading that found no invoice; `milliseconds` tells two of them apart."""
    engine = Engine("scripted", "1", {"detection": "none", "recognition": "none"})
    return Reading(a_document(content, pages=1), (), engine, {"reading": milliseconds})


SCAN = b"the bytes of a scan"
DOCUMENT = a_document(SCAN)
DIGEST = DOCUMENT.digest


LITTER = (
    ".DS_Store",
    "Thumbs.db",
    "@eaDir/发票.png/SYNOPHOTO_THUMB_M.jpg",
    "._x",
    ".Trash-1000/files/x",
    "#recycle/desktop.ini",
    "THUMBS.DB",
)
"""What file managers and network storages leave in a folder."""


def put(store: ObjectStore, key: str, data: bytes) -> None:
    """Lay an object into a store under its true digest."""
    store.put(key, data, Digest.of(data))
