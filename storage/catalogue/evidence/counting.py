"""How many rows name a company or some goods: counted where they are few, and by some of the days where they are many.

What is named by a twentieth of a million rows would take longer to count than all else takes to answer; how common it is need not be
known to the row.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, select

from storage.catalogue.evidence.given import statement, values
from storage.catalogue.evidence.weighing import Shares
from storage.catalogue.evidence_tables import invoice_goods
from storage.catalogue.one_of import OneOf
from storage.catalogue.tables import invoices

_FEW = 400
"""Rows of one company or ware that are counted; of such as have more, the days that are looked at have a dozen at least."""
_DAYS = 32
_COUNTED_WITHIN = 4_000
"""Rows counted within walls, each of which has to be fetched for its department."""

SELLER, BUYER, GOODS = "seller_company", "buyer_company", "goods_id"


def many_of(connection: Connection, column: str, ids: Sequence[int], shares: Shares, walls: Sequence[ColumnElement[bool]]) -> Counter[int]:
    """How many rows within the walls have each of these ids in a column (`SELLER`, `BUYER` or `GOODS`); ids of none are left out."""
    if not ids:
        return Counter()
    if walls:
        return _within(connection, column, ids, walls)
    table = "invoice_goods" if column == GOODS else "invoices"
    some = f"SELECT 1 FROM {table} AS i WHERE i.{column} = v.value LIMIT {_FEW}"
    sql = f"SELECT v.value AS id, (SELECT count(*) FROM ({some}) AS few) AS many FROM {values(connection, 'ids', 'v')}"
    many = Counter({row.id: int(row.many) for row in connection.execute(statement(sql), {"ids": json.dumps(list(ids))}) if row.many})
    common = [identity for identity, count in many.items() if count >= _FEW]
    if common:
        for identity, count in _on_some_days(connection, column, common, shares).items():
            many[identity] = max(many[identity], count)
    return many


def _on_some_days(connection: Connection, column: str, ids: Sequence[int], shares: Shares) -> Counter[int]:
    """How many rows have each, as far as some days tell that are spread as the rows are."""
    days, part = shares.some_days(_DAYS)
    named = "invoice_goods AS i" if column == GOODS else "invoices AS i"
    if column != GOODS and connection.dialect.name == "sqlite":
        named += f" INDEXED BY ix_invoices_day_{column}"
    each = f"sum((SELECT count(*) FROM {named} WHERE i.day = d.value AND i.{column} = v.value)) AS many"
    looked_up = f"{values(connection, 'ids', 'v')} CROSS JOIN {values(connection, 'days', 'd')}"
    sql = f"SELECT v.value AS id, {each} FROM {looked_up} GROUP BY v.value"
    rows = connection.execute(statement(sql), {"ids": json.dumps(list(ids)), "days": json.dumps(days)})
    return Counter({row.id: round(int(row.many) / part) for row in rows}) if part else Counter()


def _within(connection: Connection, column: str, ids: Sequence[int], walls: Sequence[ColumnElement[bool]]) -> Counter[int]:
    some = _goods_within(ids, walls) if column == GOODS else select(_party(column).label("id")).where(OneOf(_party(column), ids), *walls)
    identity = some.limit(_COUNTED_WITHIN).subquery().c.id
    return Counter({row.id: int(row.many) for row in connection.execute(select(identity, func.count().label("many")).group_by(identity))})


def _party(column: str) -> Column[Any]:
    party: Column[Any] = invoices.c[column]
    return party


def _goods_within(ids: Sequence[int], walls: Sequence[ColumnElement[bool]]) -> Select[Any]:
    linked = invoice_goods.join(invoices, invoices.c.id == invoice_goods.c.invoice_id)
    return select(invoice_goods.c.goods_id.label("id")).select_from(linked).where(OneOf(invoice_goods.c.goods_id, ids), *walls)
