"""What becomes of a document whose job is over without another reading: it stands where its last one left it, for all whose it is."""

from sqlalchemy import Connection, select

from models.archive import DocumentState
from models.verification import Verdict
from storage.catalogue.contradictions import note_contradictions
from storage.catalogue.document_rows import state_change, state_of
from storage.catalogue.doubling import note_doubled
from storage.catalogue.happenings import READ, note_happening
from storage.catalogue.invoice_rows import share_invoices
from storage.catalogue.tables import documents


def settle(connection: Connection, digest: str, error: str | None, unread: DocumentState = DocumentState.UNREAD) -> None:
    """Give a document that has no job any more the state of its last reading, `unread` when it has none.

    Without an error, one that is neither queued nor running is in its final state and stays there.
    """
    shared = share_invoices(connection, digest)
    note_contradictions(connection, shared)
    note_doubled(connection, shared)
    columns = (documents.c.state, documents.c.verdict, documents.c.version)
    stored = connection.execute(select(*columns).where(documents.c.digest == digest)).one_or_none()
    if stored is not None and unread is not DocumentState.CANCELLED:
        note_happening(connection, READ, f"{READ} {digest} {stored.version}", digest, {"version": stored.version})
    if stored is None or (error is None and stored.state not in (DocumentState.QUEUED, DocumentState.RUNNING)):
        return
    state = unread if stored.verdict is None else state_of(connection, digest, Verdict(stored.verdict))
    connection.execute(state_change(digest, state, error))
