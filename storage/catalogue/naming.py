"""Which document and which invoice a name means."""

import re

from sqlalchemy import Connection, select

from models.access import Visibility
from models.archive import DocumentState
from models.digest import Digest
from models.errors import DocumentDestroyed, InvoiceNotFound
from storage.catalogue.invoice_rows import ARRIVALS_APART
from storage.catalogue.tables import documents, invoices
from storage.catalogue.walls import on_documents, on_invoices

_INVOICE = re.compile(r"([0-9a-f]{20})-([1-9][0-9]{0,5})")
_DOCUMENT = re.compile(r"(?:sha256:)?([0-9a-f]{20,64})")


def resolve(connection: Connection, name: str, sees: Visibility) -> tuple[Digest, int]:
    """The document and the position that an invoice id, a digest or the start of one means; raise InvoiceNotFound.

    What is not seen is answered by the very same words as what does not exist.
    """
    written = name.strip().lower()
    if (invoice := _INVOICE.fullmatch(written)) is not None:
        digest, position = _document(connection, invoice[1], name, sees), int(invoice[2])
        place = invoices.c.position if sees.is_whole else invoices.c.position % ARRIVALS_APART
        known = select(invoices.c.id).where(invoices.c.document == digest.hex, place == position, *on_invoices(connection, sees))
        if connection.scalar(known) is None:
            raise InvoiceNotFound(f"document {digest} has no invoice {position} (yet)")
        return digest, position
    if (document := _DOCUMENT.fullmatch(written)) is not None:
        return _document(connection, document[1], name, sees), 1
    raise InvoiceNotFound(f"{name[:80]!r} names no invoice; an id looks like 0123456789abcdef0123-1")


def _document(connection: Connection, start: str, name: str, sees: Visibility) -> Digest:
    # `g` follows every hex digit, so this range holds all that begin so.
    within = (documents.c.digest >= start, documents.c.digest < start + "g", *on_documents(sees))
    found = connection.execute(select(documents.c.digest, documents.c.state).where(*within).limit(2)).all()
    if len(found) > 1:
        raise InvoiceNotFound(f"{name!r} begins the digests of several documents; give more digits")
    if not found:
        raise InvoiceNotFound(f"no document {name!r}")
    if found[0].state == DocumentState.DESTROYED:
        raise DocumentDestroyed(f"{name} was destroyed after its term, by two people; the list of its destruction is kept")
    return Digest(found[0].digest)
