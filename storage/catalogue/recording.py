"""Putting readings into the index, one or many in a transaction: the rows are the same."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Text, bindparam, case, func, null, select, text, update

from models.archive import Received
from models.audit import FindingKind
from models.digest import Digest
from models.reading import Reading
from models.verification import Verdict
from storage.catalogue.chunks import chunks
from storage.catalogue.contradictions import note_contradictions
from storage.catalogue.document_rows import READING_DAMAGED, STATE_OF, document_row, insert_documents
from storage.catalogue.invoice_rows import Arrival, add_invoices, forget_invoices
from storage.catalogue.tables import documents

_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=0x7265636F7264)
"""Any number that no other program on the same server uses."""

_STORED = select(documents).where(documents.c.digest.in_(bindparam("digests", expanding=True)))
_READ = ("pages", "version", "verdict", "state", "error")
"""Columns that a reading decides, beside `manifest` and `damage`."""
_MANIFEST, _DAMAGE = bindparam("new_manifest", type_=Text), bindparam("new_damage", type_=Text)
_IS_KNOWN_VERSION = documents.c.version == bindparam("new_version")
_WAS_UNREADABLE = documents.c.error == READING_DAMAGED
_CHANGE = (
    update(documents)
    .where(documents.c.digest == bindparam("known"))
    .values(
        {name: bindparam(f"new_{name}") for name in _READ}
        | {
            # What is remembered of a version stands: a manifest with other bytes under the same number is what an audit looks for.
            "manifest": case(
                (documents.c.version == bindparam("new_version"), func.coalesce(documents.c.manifest, _MANIFEST)), else_=_MANIFEST
            ),
            # What a check found wrong with other parts of the document is for the next check to take back, and that comes soon.
            "damage": func.coalesce(_DAMAGE, case((_WAS_UNREADABLE, null()), else_=documents.c.damage)),
            "checked_at": 0,
        }
    )
)


class Read(NamedTuple):
    """A document with a reading of it, the version that the archive gave that, and the digest of that version's manifest.

    `is_damaged`: the reading of that version cannot be read, and this is what stands in its place: the newest sound one, or none at all.
    """

    received: Received
    reading: Reading
    version: int
    manifest: Digest | None = None
    is_damaged: bool = False


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
    row = document_row(read.received)
    return row | _read(read, row["pages"]) | _found(read)


def _change(read: Read, stored: Row[Any]) -> dict[str, Any]:
    columns = _read(read, stored.pages) | _found(read)
    return {"known": stored.digest} | {f"new_{name}": value for name, value in columns.items()}


def _found(read: Read) -> dict[str, str | None]:
    manifest = None if read.manifest is None else read.manifest.hex
    return {"manifest": manifest, "damage": FindingKind.DAMAGED.value if read.is_damaged else None}


def _read(read: Read, pages: int) -> dict[str, Any]:
    """The columns in `_READ`; `pages` is what was known of them before."""
    verdict, error = read.reading.verdict, None
    if read.is_damaged:
        verdict, error = Verdict.NEEDS_REVIEW if read.reading.invoices else Verdict.UNREAD, READING_DAMAGED
    values = (read.reading.document.pages or pages, read.version, verdict.value, STATE_OF[verdict].value, error)
    return dict(zip(_READ, values, strict=True))
