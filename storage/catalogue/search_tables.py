"""What a search reads from, and the parts of SQL that differ between databases."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, Select, func, select

from storage.catalogue.one_of import OneOf
from storage.catalogue.tables import companies, invoices, tax_ids

FEW = 1_000
"""So many rows are worth fetching and ranking one by one; of a condition that more rows meet, the newest are looked for first."""

seller = companies.alias("seller")
buyer = companies.alias("buyer")
seller_tax = tax_ids.alias("seller_tax")
buyer_tax = tax_ids.alias("buyer_tax")


SEARCHED = (
    invoices.outerjoin(seller, seller.c.id == invoices.c.seller_company)
    .outerjoin(buyer, buyer.c.id == invoices.c.buyer_company)
    .outerjoin(seller_tax, seller_tax.c.id == invoices.c.seller_tax)
    .outerjoin(buyer_tax, buyer_tax.c.id == invoices.c.buyer_tax)
)
"""Invoices with the names and tax ids that scores look at."""


def few(connection: Connection, ids: Select[int], *, times: int = 1) -> frozenset[int] | None:
    """The ids that a query gives, None when they are more than `FEW` so many times."""
    most = max(times * FEW, 0)
    found = frozenset(connection.scalars(ids.limit(most + 1)).all())
    return found if len(found) <= times * FEW else None


def are_few(connection: Connection, ids: Select[int], *, times: int = 1) -> bool:
    """Whether the ids that a query gives are at most `FEW` so many times, for which they need not be fetched."""
    some = ids.limit(max(times * FEW, 0) + 1).subquery()
    return connection.scalars(select(func.count()).select_from(some)).one() <= times * FEW


def scanned(connection: Connection, identity: ColumnElement[int], ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether a row has one of these ids, which so many have that going through the newest rows is quicker than fetching and sorting them.

    PostgreSQL weighs that by itself; SQLite would always take an index of the column, and cannot take one of a sum.
    """
    return OneOf(identity + 0 if connection.dialect.name == "sqlite" else identity, ids)


def like_pattern(connection: Connection, text: ColumnElement[str] | ColumnElement[str | None], pattern: str) -> ColumnElement[bool]:
    """Whether the whole text fits a pattern of letters, digits, `?` and `*`."""
    if connection.dialect.name == "sqlite":
        return text.op("GLOB", is_comparison=True)(pattern)
    return text.like(pattern.replace("?", "_").replace("*", "%"))
