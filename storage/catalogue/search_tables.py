"""What a search reads from, and the parts of SQL that differ between databases."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, func, select

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
    found = frozenset(connection.scalars(at_most_few(ids, times=times)).all())
    return found if len(found) <= times * FEW else None


def at_most_few(ids: Select[Any], *, times: int = 1) -> Select[Any]:
    """The ids that a query gives, or so many of them that they are seen to be too many."""
    return ids.limit(max(times * FEW, 0) + 1)


def few_scored(connection: Connection, score: ColumnElement[float], *conditions: ColumnElement[bool]) -> Mapping[int, float] | None:
    """The invoices that meet the conditions, each with a score that its own row gives; None when they are more than `FEW`."""
    found = connection.execute(at_most_few(select(invoices.c.id, score).where(*conditions))).all()
    return {row: row_score for row, row_score in found} if len(found) <= FEW else None


def few_of_parties(
    connection: Connection, sides: Sequence[Column[int]], parties: Table, score: ColumnElement[float], *conditions: ColumnElement[bool]
) -> Mapping[int, float] | None:
    """The invoices that meet the conditions, each with the score of the better of its parties; None when they are more than `FEW`.

    An index has both the invoices and their parties, of which there are fewer than invoices.
    """
    found = connection.execute(at_most_few(select(invoices.c.id, *sides).where(*conditions))).all()
    if len(found) > FEW:
        return None
    named = {party for _, *either in found for party in either if party is not None}
    scores: dict[int, float] = {
        party: each for party, each in connection.execute(select(parties.c.id, score).where(OneOf(parties.c.id, named)))
    }
    return {row: max(scores.get(party, 0.0) for party in either) for row, *either in found}


def are_few(connection: Connection, ids: Select[int], *, times: int = 1) -> bool:
    """Whether the ids that a query gives are at most `FEW` so many times, for which they need not be fetched."""
    some = at_most_few(ids, times=times).subquery()
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
