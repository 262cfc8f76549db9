"""The catalogue: what the archive holds, by everything that a person may remember of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, select, update

from models.access import EVERYTHING, Visibility
from models.archive import DocumentState, Received
from models.audit import Remembered
from models.catalogue import CatalogueDocument, IndexState, ReviewPage, UnreadScans
from models.clues import Clues, Hit, InvoiceSummary, ListState
from models.digest import Digest
from models.errors import DocumentNotFound, InvoiceNotFound
from models.reading import Reading
from models.remembered import Answer, Memory
from storage.catalogue import finding, index_state, naming, reviewing, unread
from storage.catalogue.database import Database
from storage.catalogue.document_rows import document_of, insert_arrivals, insert_document, state_change, take_turn
from storage.catalogue.evidence.remembering import remember
from storage.catalogue.evidence_tables import goods, goods_grams, invoice_goods, shares
from storage.catalogue.export_tables import invoice_details
from storage.catalogue.gram_rows import empty_grams
from storage.catalogue.invoice_rows import ARRIVALS_APART, id_of, summary_of
from storage.catalogue.migrating import migrate
from storage.catalogue.recording import Read, record
from storage.catalogue.tables import (
    companies,
    company_grams,
    documents,
    invoice_texts,
    invoices,
    log_entries,
    log_position,
    logged_documents,
    tax_ids,
    tombstones,
)
from storage.catalogue.walls import documents_seen, on_documents, once, state, summaries

_CHUNK = 1_000
_INDEX = (
    *(invoice_goods, goods_grams, goods, shares, invoice_details, invoice_texts, invoices, company_grams, companies, tax_ids, documents),
    *(log_entries, logged_documents, tombstones),
)
"""What is made anew from the archive, whatever refers to other tables before them."""


class Catalogue:
    """An index over the archive, to be shared by threads; each process opens its own.

    It holds nothing that the archive does not hold better, but for the queue and the batches, which live in the same database.
    Every method may raise CatalogueUnavailable: the database does not answer, or it is gone or damaged and the message says to
    run `piaogen rebuild`.
    """

    def __init__(self, url: str) -> None:
        """Take an SQLAlchemy URL (`sqlite:////folder/file`, `postgresql+psycopg://…`); raise InvalidSetting for any other."""
        self.database = Database(url)

    def migrate(self) -> bool:
        """Make or upgrade the tables, harmless when they are up to date; True when there were none before.

        Then nothing is indexed yet, and an archive that holds something needs `piaogen rebuild` before `find` can be believed.
        """
        return migrate(self.database)

    def repair(self) -> None:
        """Make usable, whatever it holds: a damaged SQLite file is put aside beside itself, then `migrate`."""
        self.database.set_damaged_aside(datetime.now(UTC))
        self.migrate()

    def begin_anew(self) -> None:
        """Put an SQLite file aside beside itself, as another archive's, and make a new one in its place."""
        self.database.set_aside("other-archive", datetime.now(UTC))
        self.migrate()

    def renew(self) -> None:
        """Make ready to be filled anew: `repair` and `erase`."""
        self.repair()
        self.erase()

    def erase(self) -> None:
        """Empty the index, to fill it anew. Queue, batches and idempotency keys stay: the archive could not give them back."""
        with self.database.writing() as connection:
            empty_grams(connection)
            for table in _INDEX:
                connection.execute(delete(table))
            connection.execute(update(log_position).values(block=0, day=None, digest=None))

    def owner(self) -> str | None:
        """The id of the archive that this is the index of; None while nobody said."""
        with self.database.reading() as connection:
            return index_state.owner(connection)

    def own(self, archive_id: str) -> str:
        """Make it this archive's index unless it is one's already; returns whose it is."""
        with self.database.writing() as connection:
            return index_state.own(connection, archive_id)

    def state(self) -> IndexState:
        """How it was last seen to differ from the archive."""
        with self.database.reading() as connection:
            return index_state.state(connection)

    def note_state(self, found: IndexState) -> None:
        """Keep what a comparison with the archive found."""
        with self.database.writing() as connection:
            index_state.note(connection, found)

    def versions(self, beginning: str = "", last: Digest | None = None) -> Mapping[Digest, int]:
        """Documents whose digests begin with these hex digits, up to `last` where given, with their indexed versions (0: not read yet)."""
        with self.database.reading() as connection:
            return index_state.versions(connection, beginning, None if last is None else last.hex)

    def with_damaged_readings(self, beginning: str = "") -> tuple[Digest, ...]:
        """Documents whose digests begin with these hex digits and whose newest reading could not be read when it was indexed."""
        with self.database.reading() as connection:
            return index_state.with_damaged_readings(connection, beginning)

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()

    def record_received(self, received: Received, state: DocumentState = DocumentState.QUEUED) -> bool:
        """Note a document; False when it is known already, and then nothing changes but that it is this department's as well."""
        with self.database.writing() as connection:
            take_turn(connection)
            new = insert_document(connection, received, state)
            if not new:
                insert_arrivals(connection, [received])
            return new

    def record_reading(
        self,
        received: Received,
        reading: Reading,
        version: int,
        manifest: Digest | None = None,
        is_damaged: bool = False,
        further: tuple[Received, ...] = (),
    ) -> None:
        """Index a reading (see `Read`) in the place of the one before; one that is older than the indexed one is ignored."""
        self.record_readings([Read(received, reading, version, manifest, is_damaged, further)])

    def record_readings(self, readings: Sequence[Read]) -> None:
        """Index some hundred readings in one transaction, all or nothing: the same as one by one, and several times as fast."""
        with self.database.writing() as connection:
            record(connection, readings)

    def set_state(self, digest: Digest, state: DocumentState, error: str | None = None) -> None:
        """Say where a document stands and why its reading failed, if it did; raise DocumentNotFound."""
        with self.database.writing() as connection:
            if not connection.execute(state_change(digest.hex, state, error)).rowcount:
                raise DocumentNotFound(f"no document {digest} was received")

    def document(self, digest: Digest, sees: Visibility) -> CatalogueDocument:
        """Where a document stands; raise DocumentNotFound, also for one that is not seen."""
        with self.database.reading() as connection:
            row = connection.execute(documents_seen(sees).where(documents.c.digest == digest.hex)).one_or_none()
        if row is None:
            raise DocumentNotFound(f"no document {digest} was received")
        return document_of(row)

    def resolve(self, name: str, sees: Visibility) -> tuple[Digest, int]:
        """The document and the position in it that a name means.

        `name` is an invoice id, a digest (`sha256:…`), or its first 20 to 64 hex digits; the latter two mean the document's
        first invoice (position 1), whether or not one was read yet.

        Raises:
            InvoiceNotFound: nothing that is seen has this name, or several documents have it.
        """
        with self.database.reading() as connection:
            return naming.resolve(connection, name, sees)

    def summary(self, name: str, sees: Visibility) -> InvoiceSummary:
        """An invoice as lists show it, by any name that `resolve` takes; raise InvoiceNotFound."""
        with self.database.reading() as connection:
            return summary_of(_invoice(connection, name, sees))

    def invoices_of(self, digest: Digest, sees: Visibility) -> tuple[InvoiceSummary, ...]:
        """The invoices of a document in their order; empty when there are none or no such document is seen."""
        asked = _OF_DOCUMENT if sees.is_whole else _of_document(sees)
        with self.database.reading() as connection:
            return tuple(map(summary_of, once(connection.execute(asked, {"digest": digest.hex}))))

    def find(self, clues: Clues, sees: Visibility) -> tuple[Hit, ...]:
        """What of all that is seen fits all clues, best first, newest first among equals; copies of one invoice are one hit.

        Without a clue it is the newest.

        Raises:
            InvalidClue: a clue holds nothing to look for.
        """
        with self.database.reading() as connection:
            return finding.find(connection, clues, sees)

    def remember(self, memory: Memory, sees: Visibility, limit: int = 20) -> Answer:
        """What of all that is seen may be the invoice that somebody remembers; nothing that is remembered excludes anything."""
        with self.database.reading() as connection:
            return remember(connection, memory, limit, sees)

    def copies(self, name: str, sees: Visibility, state: ListState = ListState.LISTED) -> tuple[InvoiceSummary, ...]:
        """Other scans of the same invoice (same code and number) that are seen and listed, or withdrawn, newest first.

        Raises:
            InvoiceNotFound.
        """
        with self.database.reading() as connection:
            row = _invoice(connection, name, sees)
            if row.number_key is None:
                return ()
            same = summaries(sees).where(invoices.c.number_key == row.number_key, invoices.c.code_key == row.code_key)
            found = map(summary_of, once(connection.execute(same.order_by(invoices.c.id.desc()))))
            wanted = state is ListState.WITHDRAWN
            return tuple(summary for summary in found if summary.id != id_of(row) and summary.withdrawn == wanted)

    def review(self, sees: Visibility, limit: int = 50, after: str | None = None, batch: str | None = None) -> ReviewPage:
        """What of all that is seen a person should look at, oldest first: invoices that proof did not settle, and documents not read.

        `after` is the `next` of the page before; raise InvalidClue when it is not one.
        """
        with self.database.reading() as connection:
            return reviewing.review(connection, limit, after, sees, batch)

    def unread(self, sees: Visibility, first: datetime, last: datetime, limit: int) -> UnreadScans:
        """Scans that are seen, came in from `first` to `last` (UTC), and hold nothing to be searched; the newest `limit` of them."""
        with self.database.reading() as connection:
            return unread.unread(connection, sees, first, last, limit)

    def counts(self, sees: Visibility) -> Mapping[DocumentState, int]:
        """How many documents that are seen stand in each state; every state is there."""
        stands = state(sees).label("stands")
        with self.database.reading() as connection:
            rows = connection.execute(select(stands, func.count().label("many")).where(*on_documents(sees)).group_by("stands")).all()
        return dict.fromkeys(DocumentState, 0) | {DocumentState(row.stands): int(row.many) for row in rows}

    def digests(self) -> Iterator[Digest]:
        """Every document's digest in ascending order; those that come in meanwhile may be left out."""
        return (remembered.document for remembered in self.remembered())

    def remembered(self, after: str = "") -> Iterator[Remembered]:
        """What is remembered of every document after these hex digits, by ascending digest; what comes in meanwhile may be left out."""
        last = after
        while True:
            with self.database.reading() as connection:
                chunk = index_state.remembered(connection, last, _CHUNK)
            yield from chunk
            if len(chunk) < _CHUNK:
                return
            last = chunk[-1].document.hex


def _invoice(connection: Connection, name: str, sees: Visibility) -> Row[Any]:
    digest, position = naming.resolve(connection, name, sees)
    rows = connection.execute(_of_document(sees), {"digest": digest.hex})
    row = next((row for row in rows if row.position % ARRIVALS_APART == position), None)
    if row is None:
        raise InvoiceNotFound(f"no invoice was read from document {digest} (yet)")
    return row


def _of_document(sees: Visibility) -> Select[Any]:
    return summaries(sees).where(invoices.c.document == bindparam("digest")).order_by(invoices.c.position)


# Built once: building a statement costs more than running it.
_OF_DOCUMENT = _of_document(EVERYTHING)
