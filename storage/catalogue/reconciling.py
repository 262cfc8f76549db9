"""Finds the invoices that a statement speaks of, many at a time: by numbers, by the ends of numbers, by day and amount."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from models.access import Visibility
from models.archive import invoice_id
from models.clues import ListState
from models.digest import Digest
from models.own_companies import Side
from models.reconciliation import ArchivedInvoice
from storage.catalogue.chunks import chunks
from storage.catalogue.database import Database
from storage.catalogue.invoice_rows import ARRIVALS_APART
from storage.catalogue.one_of import OneOf
from storage.catalogue.tables import invoices, tax_ids
from storage.catalogue.walls import in_lists

_COLUMNS = (
    *(invoices.c[name] for name in ("document", "position", "number_key", "code_key", "seller_name", "seller_tax_id")),
    *(invoices.c[name] for name in ("buyer_name", "buyer_tax_id", "day", "net_cents", "tax_cents", "total_cents")),
)
_AT_ONCE = 5_000
"""Rows that are fetched at a time where many are looked through."""


@dataclass(frozen=True, slots=True)
class ReconcilingIndex:
    """The questions of a reconciliation, for somebody who sees this. Every method may raise CatalogueUnavailable."""

    database: Database
    sees: Visibility

    def by_number(self, numbers: Iterable[str]) -> Iterator[ArchivedInvoice]:
        """Every invoice with one of these numbers, as `normal_form.identifier` writes them."""
        return self._where(invoices.c.number_key, numbers)

    def by_total(self, totals: Iterable[Decimal]) -> Iterator[ArchivedInvoice]:
        """Every invoice with one of these totals, in yuan."""
        return self._where(invoices.c.total_cents, {int(total * 100) for total in totals})

    def by_tail(self, tails: Iterable[str], first: date, last: date) -> Iterator[tuple[str, ArchivedInvoice]]:
        """Each tail with every invoice whose number ends so, of the days between; tails of one length are looked for in one go."""
        by_length: dict[int, set[str]] = {}
        for tail in tails:
            by_length.setdefault(len(tail), set()).add(tail)
        for length, wanted in sorted(by_length.items()):
            with self.database.reading() as connection:
                end: ColumnElement[str]
                if connection.dialect.name == "sqlite":
                    end = func.substr(invoices.c.number_key, -length, type_=invoices.c.number_key.type)
                else:
                    end = func.right(invoices.c.number_key, length, type_=invoices.c.number_key.type)
                asked = select(*_COLUMNS).where(OneOf(end, sorted(wanted)), invoices.c.day.between(first, last), *self._seen(connection))
                for row in connection.execute(asked).yield_per(_AT_ONCE):
                    yield row.number_key[-length:], _invoice(row)

    def of_period(self, first: date, last: date, side: Side, own: Iterable[str], without: frozenset[str]) -> Iterator[ArchivedInvoice]:
        """Every invoice with a number of these days that are ours by a tax id; those whose id is in `without` left out."""
        column = invoices.c.buyer_tax if side is Side.RECEIVED else invoices.c.seller_tax
        ours = select(tax_ids.c.id).where(tax_ids.c.value.in_(sorted(own)))
        with self.database.reading() as connection:
            asked = select(*_COLUMNS).where(
                invoices.c.day.between(first, last), invoices.c.number_key.is_not(None), column.in_(ours), *self._seen(connection)
            )
            for row in connection.execute(asked.order_by(invoices.c.day, invoices.c.id)).yield_per(_AT_ONCE):
                if _id(row) not in without:
                    yield _invoice(row)

    def dated(self, first: date, last: date, side: Side, own: Iterable[str], most: int) -> Iterator[tuple[str, date]]:
        """The other party and day of the invoices of these days that are ours, of those parties that have at most `most` of them."""
        ours, theirs = (invoices.c.buyer_tax, "seller") if side is Side.RECEIVED else (invoices.c.seller_tax, "buyer")
        company, name = invoices.c[f"{theirs}_company"], invoices.c[f"{theirs}_name"]
        wanted = (
            invoices.c.day.between(first, last),
            ours.in_(select(tax_ids.c.id).where(tax_ids.c.value.in_(sorted(own)))),
            company.is_not(None),
        )
        with self.database.reading() as connection:
            seen = self._seen(connection)
            few = select(company).where(*wanted, *seen).group_by(company).having(func.count().between(2, most))
            for row in connection.execute(select(name, invoices.c.day).where(*wanted, *seen, company.in_(few))).yield_per(_AT_ONCE):
                yield row[0] or "", row.day

    def _where(self, column: ColumnElement[Any], values: Iterable[Any]) -> Iterator[ArchivedInvoice]:
        for chunk in chunks(set(values)):
            with self.database.reading() as connection:
                rows: Sequence[Row[Any]] = connection.execute(select(*_COLUMNS).where(OneOf(column, chunk), *self._seen(connection))).all()
            yield from map(_invoice, rows)

    def _seen(self, connection: Connection) -> tuple[ColumnElement[bool], ...]:
        # Whoever sees all is shown each invoice once, however many departments handed it in.
        seen = in_lists(connection, self.sees, ListState.LISTED)
        return (invoices.c.position < ARRIVALS_APART, *seen) if self.sees.is_whole else seen


def _id(row: Row[Any]) -> str:
    return invoice_id(Digest(row.document), row.position % ARRIVALS_APART)


def _invoice(row: Row[Any]) -> ArchivedInvoice:
    return ArchivedInvoice(
        id=_id(row),
        number=row.number_key,
        code=row.code_key or None,
        seller_name=row.seller_name,
        seller_tax_id=row.seller_tax_id,
        buyer_name=row.buyer_name,
        buyer_tax_id=row.buyer_tax_id,
        day=row.day,
        net=_yuan(row.net_cents),
        tax=_yuan(row.tax_cents),
        total=_yuan(row.total_cents),
    )


def _yuan(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)
