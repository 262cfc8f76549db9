"""Putting readings into the index, one or many in a transaction: the rows are the same."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, select, text, update

from models.archive import Received
from models.reading import Reading
from storage.catalogue.chunks import chunks
from storage.catalogue.contradictions import note_contradictions
from storage.catalogue.document_rows import STATE_OF, document_row, insert_documents
from storage.catalogue.invoice_rows import Arrival, add_invoices, forget_invoices
from storage.catalogue.tables import documents

_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=0x7265636F7264)
"""Any number that no other program on the same server uses."""

_STORED = select(documents).where(documents.c.digest.in_(bindparam("digests", expanding=True)))
_READ = ("pages", "version", "verdict", "state")
"""Columns that a reading decides."""
_CHANGE = (
    update(documents)
    .where(documents.c.digest == bindparam("known"))
    .values({name: bindparam(f"new_{name}") for name in _READ} | {"error": None})
)


class Read(NamedTuple):
    """A document with a reading of it and the version that the archive gave that."""

    received: Received
    reading: Reading
    version: int


def record(connection: Connection, readings: Sequence[Read]) -> None:
    """Index each reading in the place of the one before; one that is older than the indexed one is ignored."""
    if connection.dialect.name == "postgresql":
        # One at a time, as SQLite has it: of two scans of one invoice the later must see the earlier to notice that they differ.
        connection.execute(_LOCK)
    newest: dict[str, Read] = {}
    for read in readings:
        digest = read.received.document.digest.hex
        if digest not in newest or newest[digest].version <= read.version:
            newest[digest] = read
    if not newest:
        return
    new = insert_documents(connection, [_row(read) for read in newest.values()])
    known = [row for chunk in chunks(newest.keys() - new) for row in connection.execute(_STORED, {"digests": chunk})]
    outdated = [row for row in known if row.version <= newest[row.digest].version]
    identities = forget_invoices(connection, [row.digest for row in outdated])
    first_came = {row.digest: row.received_at for row in outdated}
    arrivals = [
        Arrival(read.received.document.digest, first_came.get(digest, read.received.received_at), read.reading.invoices)
        for digest, read in newest.items()
        if digest in new or digest in first_came
    ]
    identities += add_invoices(connection, arrivals)
    if outdated:
        connection.execute(_CHANGE, [_change(newest[row.digest], row) for row in outdated])
    note_contradictions(connection, identities)


def _row(read: Read) -> dict[str, Any]:
    return document_row(read.received) | _read(read, read.received.document.pages)


def _change(read: Read, stored: Row[Any]) -> dict[str, Any]:
    return {"known": stored.digest} | {f"new_{name}": value for name, value in _read(read, stored.pages).items()}


def _read(read: Read, pages: int) -> dict[str, Any]:
    """The columns in `_READ`; `pages` is what was known of them before."""
    verdict = read.reading.verdict
    values = (read.reading.document.pages or pages, read.version, verdict.value, STATE_OF[verdict].value)
    return dict(zip(_READ, values, strict=True))
