"""What was destroyed, by number: an index over the tombstones in the store. Nothing of it is found by any other search."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, delete, insert, select, update

from models.access import EVERYTHING, Visibility
from models.archive import DocumentState, Received
from models.destruction import Tombstone
from models.digest import Digest
from storage.archive_layout import TOMBSTONE_VERSION
from storage.catalogue.contradictions import note_contradictions
from storage.catalogue.database import Database
from storage.catalogue.document_rows import document_row, insert_arrivals, insert_documents, take_turn
from storage.catalogue.doubling import note_doubled
from storage.catalogue.invoice_rows import forget_invoices
from storage.catalogue.normal_form import identifier
from storage.catalogue.tables import documents, jobs, tombstones
from storage.catalogue.walls import on_documents

MOST_TOMBS = 200


class Tomb(NamedTuple):
    """One invoice that was destroyed; all but document, list and time may be None where nothing was read."""

    document: Digest
    position: int
    kind: str | None
    code: str | None
    number: str | None
    issued_on: str | None
    list_id: str
    destroyed_at: datetime


class Tombs:
    """Destroyed documents. Every method may raise CatalogueUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def bury(self, came: Sequence[Received], tombstone: Tombstone, digest: Digest) -> None:
        """Take a document's invoices out of the index and put its tombstone in their place, all or nothing; `digest` is the record's.

        `came`: the records that it came in, the first one first.
        """
        document = tombstone.listed.document.hex
        gone = {
            "state": DocumentState.DESTROYED.value,
            "version": TOMBSTONE_VERSION,
            "verdict": None,
            "error": None,
            "damage": None,
            "manifest": digest.hex,
            "checked_at": 0,
        }
        with self._database.writing() as connection:
            take_turn(connection)
            insert_documents(connection, [document_row(came[0]) | gone])
            insert_arrivals(connection, came)
            connection.execute(update(documents).where(documents.c.digest == document).values(gone))
            forgotten = forget_invoices(connection, [document])
            note_contradictions(connection, forgotten)
            note_doubled(connection, forgotten)
            connection.execute(delete(jobs).where(jobs.c.document == document))
            connection.execute(delete(tombstones).where(tombstones.c.document == document))
            connection.execute(insert(tombstones), _rows(tombstone))

    def find(self, number: str | None = None, *, sees: Visibility = EVERYTHING, limit: int = MOST_TOMBS) -> Sequence[Tomb]:
        """Destroyed invoices that are seen, the latest first; those with this number only, where one is given."""
        seen = tombstones.join(documents, documents.c.digest == tombstones.c.document)
        wanted = select(*tombstones.c).select_from(seen).where(*on_documents(sees))
        wanted = wanted.order_by(tombstones.c.destroyed_at.desc(), tombstones.c.document, tombstones.c.position).limit(limit)
        if number is not None:
            wanted = wanted.where(tombstones.c.number_key == identifier(number))
        with self._database.reading() as connection:
            return [_tomb(row) for row in connection.execute(wanted)]


def _rows(tombstone: Tombstone) -> list[dict[str, object]]:
    common = {"document": tombstone.listed.document.hex, "list_id": tombstone.list_id, "destroyed_at": tombstone.at}
    rows: list[dict[str, object]] = []
    for position, invoice in enumerate(tombstone.listed.invoices, start=1):
        rows.append(
            {
                **common,
                "position": position,
                "kind": invoice.kind.value,
                "code": invoice.code,
                "number": invoice.number,
                "number_key": identifier(invoice.number or "") or None,
                "issued_on": invoice.issued_on,
            }
        )
    nothing = dict.fromkeys(("kind", "code", "number", "number_key", "issued_on"))
    return rows or [{**common, "position": 0, **nothing}]


def _tomb(row: Row[tuple[object, ...]]) -> Tomb:
    return Tomb(Digest(row.document), row.position, row.kind, row.code, row.number, row.issued_on, row.list_id, row.destroyed_at)
