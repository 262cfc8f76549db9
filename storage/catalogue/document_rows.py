"""The rows of documents: what came in, and where it stands."""

from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, insert, select, update

from models.archive import DocumentState, Received
from models.catalogue import CatalogueDocument
from models.digest import Digest
from models.document import DocumentRef, MediaType
from models.verification import Verdict
from storage.catalogue.normal_form import storable
from storage.catalogue.tables import documents, invoices

STATE_OF = {
    Verdict.ACCEPTED: DocumentState.DONE,
    Verdict.NEEDS_REVIEW: DocumentState.NEEDS_REVIEW,
    Verdict.UNREAD: DocumentState.UNREAD,
}

# Built once: building a statement costs more than running it, and a rebuild runs these for every document.
_KNOWN = select(documents.c.digest).where(documents.c.digest == bindparam("digest"))
_NEW = insert(documents)
_CONTRADICTED = select(invoices.c.id).where(invoices.c.document == bindparam("digest"), invoices.c.contradicted != 0).limit(1)


def insert_document(connection: Connection, received: Received, state: DocumentState) -> bool:
    """Add the document's row; False when it was there, and then nothing changes."""
    document = received.document
    if connection.scalar(_KNOWN, {"digest": document.digest.hex}) is not None:
        return False
    row = {
        "digest": document.digest.hex,
        "file_name": storable(document.file_name),
        "media_type": document.media_type.value,
        "size": document.size,
        "pages": document.pages,
        "received_at": received.received_at,
        "source": storable(received.source),
        "state": state.value,
        "version": 0,
    }
    connection.execute(_NEW, row)
    return True


def settle(connection: Connection, digest: str, error: str | None, unread: DocumentState = DocumentState.UNREAD) -> None:
    """Give a document that has no job any more the state of its last reading, `unread` when it has none.

    Without an error, one that is neither queued nor running is in its final state and stays there.
    """
    stored = connection.execute(select(documents.c.state, documents.c.verdict).where(documents.c.digest == digest)).one_or_none()
    if stored is None or (error is None and stored.state not in (DocumentState.QUEUED, DocumentState.RUNNING)):
        return
    state = unread if stored.verdict is None else state_of(connection, digest, Verdict(stored.verdict))
    connection.execute(state_change(digest, state, error))


def state_of(connection: Connection, digest: str, verdict: Verdict) -> DocumentState:
    """Where a document with this verdict stands: one whose invoice is contradicted by another scan of it is for a person to look at."""
    state = STATE_OF[verdict]
    if state is DocumentState.DONE and connection.scalar(_CONTRADICTED, {"digest": digest}) is not None:
        return DocumentState.NEEDS_REVIEW
    return state


def state_change(digest: str, state: DocumentState, error: str | None = None) -> Update:
    """The statement that says where a document stands and why its reading failed, if it did."""
    kept = None if error is None else storable(error)
    return update(documents).where(documents.c.digest == digest).values(state=state.value, error=kept)


def document_of(row: Row[Any]) -> CatalogueDocument:
    """A row of `documents`."""
    document = DocumentRef(Digest(row.digest), row.file_name, MediaType(row.media_type), row.size, row.pages)
    return CatalogueDocument(Received(document, row.received_at, row.source), DocumentState(row.state), row.version, row.error)
