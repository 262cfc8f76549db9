"""Which documents may be past their term, by what the index knows of their age: a first sieve, since terms depend on what readings say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, and_, exists, or_, select

from models.access import Visibility
from models.archive import DocumentState
from models.calendar_words import CHINA
from models.digest import Digest
from models.invoice import InvoiceKind
from storage.catalogue.database import Database
from storage.catalogue.tables import documents, invoices
from storage.catalogue.walls import on_documents


@dataclass(frozen=True, slots=True)
class Aged:
    """Documents that came in, or of which an invoice was made out, before the day `before`.

    With `year`, those alone that came in or have an invoice in it: no other document's accounting year is that one. With `kind`, those
    alone that have an invoice of it. May raise CatalogueUnavailable.
    """

    database: Database
    before: date
    year: int | None = None
    kind: InvoiceKind | None = None

    def after(self, document: Digest | None, limit: int, sees: Visibility) -> Sequence[Digest]:
        """The next ones that are seen, by digest; from the first for None."""
        wanted = [or_(documents.c.received_at < _begin(self.before), _has_invoice(invoices.c.issue_day < self.before))]
        if self.year is not None:
            first, end = date(self.year, 1, 1), date(self.year + 1, 1, 1)
            came = and_(documents.c.received_at >= _begin(first), documents.c.received_at < _begin(end))
            wanted.append(or_(came, _has_invoice(and_(invoices.c.issue_day >= first, invoices.c.issue_day < end))))
        if self.kind is not None:
            wanted.append(_has_invoice(invoices.c.kind == self.kind.value))
        if document is not None:
            wanted.append(documents.c.digest > document.hex)
        standing = documents.c.state != DocumentState.DESTROYED.value
        asked = select(documents.c.digest).where(standing, *wanted, *on_documents(sees)).order_by(documents.c.digest).limit(limit)
        with self.database.reading() as connection:
            return [Digest(digest) for digest in connection.scalars(asked)]


def _begin(day: date) -> datetime:
    """The moment at which a day begins in China."""
    return datetime.combine(day, time.min, CHINA).astimezone(UTC)


def _has_invoice(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(invoices.c.document == documents.c.digest, condition)
