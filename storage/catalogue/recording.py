"""Putting readings into the index, one or many in a transaction: the rows are the same."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Text, bindparam, case, func, null, select, update

from models.archive import Received
from models.audit import FindingKind
from models.digest import Digest
from models.reading import Reading
from models.verification import Verdict
from storage.catalogue.chunks import chunks
from storage.catalogue.contradictions import note_contradictions
from storage.catalogue.document_rows import READING_DAMAGED, STATE_OF, document_row, insert_arrivals, insert_documents, take_turn
from storage.catalogue.doubling import note_doubled
from storage.catalogue.invoice_rows import Arrival, add_invoices, forget_invoices
from storage.catalogue.tables import arrivals, documents

_STORED = select(documents).where(documents.c.digest.in_(bindparam("digests", expanding=True)))
_WHOSE = (
    select(arrivals.c.document, arrivals.c.department, arrivals.c.received_at)
    .where(arrivals.c.document.in_(bindparam("digests", expanding=True)))
    .order_by(arrivals.c.document, arrivals.c.received_at, arrivals.c.department)
)
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

    `further` are the records by which more departments handed it in, as far as the index may not know them.
    `is_damaged`: the reading of that version cannot be read, and this is what stands in its place: the newest sound one, or none at all.
    """

    received: Received
    reading: Reading
    version: int
    manifest: Digest | None = None
    is_damaged: bool = False
    further: tuple[Received, ...] = ()


class _Came(NamedTuple):
    """For whom a document came, and when."""

    department: str | None
    received_at: datetime


def record(connection: Connection, readings: Sequence[Read]) -> None:
    """Index each reading in the place of the one before; one that is older than the indexed one is ignored."""
    take_turn(connection)
    newest: dict[str, Read] = {}
    for read in readings:
        digest = read.received.document.digest.hex
        if digest not in newest or newest[digest].version <= read.version:
            newest[digest] = read
    if not newest:
        return
    new = insert_documents(connection, [_row(read) for read in newest.values()])
    insert_arrivals(connection, (received for read in newest.values() for received in (read.received, *read.further)))
    known = [row for chunk in chunks(newest.keys() - new) for row in connection.execute(_STORED, {"digests": chunk})]
    outdated = [row for row in known if row.version <= newest[row.digest].version]
    identities = forget_invoices(connection, [row.digest for row in outdated])
    first = {row.digest: _Came(row.department, row.received_at) for row in outdated}
    first |= {digest: _Came(newest[digest].received.department, newest[digest].received.received_at) for digest in new}
    identities += add_invoices(connection, _arrivals(connection, newest, first))
    if outdated:
        connection.execute(_CHANGE, [_change(newest[row.digest], row) for row in outdated])
    note_contradictions(connection, identities)
    note_doubled(connection, identities)


def _arrivals(connection: Connection, newest: Mapping[str, Read], first: Mapping[str, "_Came"]) -> list[Arrival]:
    """The invoices of these documents for everybody whose they are, first for whoever handed them in first."""
    further: dict[str, list[_Came]] = defaultdict(list)
    for chunk in chunks(first):
        for row in connection.execute(_WHOSE, {"digests": chunk}):
            further[row.document].append(_Came(row.department, row.received_at))
    found = []
    for digest, came in first.items():
        every = [came, *(other for other in further[digest] if other.department != came.department)]
        read = newest[digest]
        document, invoices, withdrawn = read.received.document.digest, read.reading.invoices, read.reading.withdrawn
        found += [Arrival(document, each.received_at, invoices, each.department, place, withdrawn) for place, each in enumerate(every)]
    return found


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
