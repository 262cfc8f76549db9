"""The rows of documents: what came in, and where it stands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from models.archive import DocumentState, Received
from models.catalogue import CatalogueDocument
from models.digest import Digest
from models.document import DocumentRef, MediaType
from models.verification import Verdict
from storage.catalogue.normal_form import storable
from storage.catalogue.tables import arrivals, documents, invoices

READING_DAMAGED = "reading_damaged"
"""The error of a document whose newest reading in the archive cannot be read."""

STATE_OF = {
    Verdict.ACCEPTED: DocumentState.DONE,
    Verdict.CONFIRMED: DocumentState.DONE,
    Verdict.NEEDS_REVIEW: DocumentState.NEEDS_REVIEW,
    Verdict.UNREAD: DocumentState.UNREAD,
}

# Built once: building a statement costs more than running it.
_NEW = {
    "sqlite": sqlite.insert(documents).on_conflict_do_nothing().returning(documents.c.digest),
    "postgresql": postgresql.insert(documents).on_conflict_do_nothing().returning(documents.c.digest),
}
_NEW_ARRIVAL = {
    "sqlite": sqlite.insert(arrivals).on_conflict_do_nothing().returning(arrivals.c.document),
    "postgresql": postgresql.insert(arrivals).on_conflict_do_nothing().returning(arrivals.c.document),
}
_RECORDING = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=0x7265636F7264)
"""Any number that no other program on the same server uses."""
_PAGES = select(documents.c.pages).where(documents.c.digest == bindparam("digest"))
_CONTRADICTED = select(invoices.c.id).where(invoices.c.document == bindparam("digest"), invoices.c.contradicted != 0).limit(1)


def insert_document(connection: Connection, received: Received, state: DocumentState) -> bool:
    """Add the document's row and whose it is; False when it was there, and then nothing changes."""
    new = insert_documents(connection, [document_row(received) | {"state": state.value, "version": 0}])
    if new:
        insert_arrivals(connection, [received])
    return bool(new)


def insert_arrivals(connection: Connection, came: Iterable[Received]) -> bool:
    """Note for which departments documents came that have their rows; whether any of that was new."""
    rows = [arrival_row(received) for received in came if received.department is not None]
    return bool(rows and connection.execute(_NEW_ARRIVAL[connection.dialect.name], rows).all())


def take_turn(connection: Connection) -> None:
    """One after the other from here to the end of the transaction, on PostgreSQL too, as SQLite has it anyway.

    Of two scans of one invoice the later must see the earlier to notice that they differ, and a reading must see all whose it is.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_RECORDING)


def insert_documents(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Add complete rows; returns the digests of those that were not there."""
    return frozenset(connection.scalars(_NEW[connection.dialect.name], rows))


def document_row(received: Received) -> dict[str, Any]:
    """The columns that say what came in."""
    document = received.document
    return {
        "digest": document.digest.hex,
        "file_name": storable(document.file_name),
        "media_type": document.media_type.value,
        "size": document.size,
        "pages": document.pages,
        "received_at": received.received_at,
        "source": storable(received.source),
        "department": received.department,
    }


def arrival_row(received: Received) -> dict[str, Any]:
    """The columns that say for which department a document came, and as what."""
    row = document_row(received)
    return {"document": row["digest"], **{name: row[name] for name in ("department", "file_name", "received_at", "source")}}


def pages_of(connection: Connection, digest: str) -> int:
    """How many pages a document has; 1 while nothing is known of it, as when the catalogue is made anew."""
    return connection.scalar(_PAGES, {"digest": digest}) or 1


def state_of(connection: Connection, digest: str, verdict: Verdict) -> DocumentState:
    """Where a document with this verdict stands: one whose invoice is contradicted by another scan of it is for a person to look at."""
    state = STATE_OF[verdict]
    if state is DocumentState.DONE and connection.scalar(_CONTRADICTED, {"digest": digest}) is not None:
        return DocumentState.NEEDS_REVIEW
    return state


def state_change(digest: str, state: DocumentState, error: str | None = None, *, attempts: int | None = None) -> Update:
    """The statement that says where a document stands, why its reading failed, if it did, and how often it was tried, if that changed."""
    kept = None if error is None else storable(error)
    change = update(documents).where(documents.c.digest == digest).values(state=state.value, error=kept)
    return change if attempts is None else change.values(attempts=attempts)


def document_of(row: Row[Any]) -> CatalogueDocument:
    """A row of `documents`."""
    document = DocumentRef(Digest(row.digest), row.file_name, MediaType(row.media_type), row.size, row.pages)
    return CatalogueDocument(
        Received(document, row.received_at, row.source, row.department), DocumentState(row.state), row.version, row.error, row.attempts
    )
