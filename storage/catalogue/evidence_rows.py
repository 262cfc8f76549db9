"""What stands in the catalogue for holding vague clues against invoices: their goods, the ends of their numbers, and how common things are.

It goes in and out with the rows of `invoices`, in the same transaction.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from storage.catalogue.chunks import chunks
from storage.catalogue.evidence_tables import goods, goods_grams, invoice_goods, shares
from storage.catalogue.grams import bigrams

_TAIL = 8
"""Characters of a number by whose end it is looked for; all that a number on paper has, and the running part of a digital one."""

TOTAL, MONTH, SELLER, BUYER, GOODS = "total", "month", "seller", "buyer", "goods"
"""What `shares` counts."""

# Built once: building a statement costs more than running it, and a rebuild runs these for every few hundred invoices.
_GOODS = select(goods.c.name, goods.c.id).where(goods.c.name.in_(bindparam("names", expanding=True)))
_NEW_GOODS = insert(goods).returning(goods.c.name, goods.c.id)
_NEW_GRAMS, _NEW_LINKS = insert(goods_grams), insert(invoice_goods)
_LINK = ("goods_id", "day", "total_cents", "invoice_id")
_UNLINK = delete(invoice_goods).where(*(invoice_goods.c[name] == bindparam(f"old_{name}") for name in _LINK))
_UNUSED = delete(goods).where(
    goods.c.id.in_(bindparam("ids", expanding=True)),
    ~select(invoice_goods.c.goods_id).where(invoice_goods.c.goods_id == goods.c.id).exists(),
)


_COUNTED = ("what", "key", "department")
_COUNT = text(
    "INSERT INTO shares (what, key, department, many) VALUES (:what, :key, :department, :many) "
    "ON CONFLICT (what, key, department) DO UPDATE SET many = shares.many + excluded.many"
)
_NONE_LEFT = delete(shares).where(*(shares.c[name] == bindparam(f"old_{name}") for name in _COUNTED), shares.c.many == 0)


def tail(number_key: str) -> str:
    """The last characters of a number, the last one first."""
    return number_key[: -_TAIL - 1 : -1]


def size_of(cents: int | None) -> int:
    """What amounts of one size have in common: how many digits they have and the first two of these; 0 for none and for what is no payment.

    It grows with the amount: 1,234.56 yuan (6 digits of cents, 12) is 612.
    """
    if cents is None or cents <= 0:
        return 0
    digits = str(cents)
    return 100 * len(digits) + int(f"{digits}0"[:2])


def month_of(day: date | None) -> int:
    """The number of a day's month since the year 0; 0 for no day."""
    return 0 if day is None else 12 * day.year + day.month


def goods_ids(connection: Connection, names: Iterable[str]) -> Mapping[str, int]:
    """The ids of the goods with these names (in the form of `plain`, none empty); those that are new are made."""
    wanted = set(names)
    found = {row.name: int(row.id) for chunk in chunks(wanted) for row in connection.execute(_GOODS, {"names": chunk})}
    if missing := sorted(wanted - found.keys()):
        made = {row.name: int(row.id) for row in connection.execute(_NEW_GOODS, [{"name": name} for name in missing])}
        if grams := [{"gram": gram, "goods_id": made[name]} for name in missing for gram in sorted(bigrams(name))]:
            connection.execute(_NEW_GRAMS, grams)
        found |= made
    return found


def add_evidence(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Link new rows of `invoices` to their goods, and count them."""
    if links := [link for row in rows for link in _links(row)]:
        connection.execute(_NEW_LINKS, links)
    _count(connection, rows, 1)


def remove_evidence(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Take back what `add_evidence` did with the same rows, and goods that no invoice names any more."""
    links = [link for row in rows for link in _links(row)]
    if links:
        connection.execute(_UNLINK, [{f"old_{name}": value for name, value in link.items()} for link in links])
        for chunk in chunks({link["goods_id"] for link in links}):
            connection.execute(_UNUSED, {"ids": chunk})
    counted = _count(connection, rows, -1)
    connection.execute(_NONE_LEFT, [{f"old_{name}": count[name] for name in _COUNTED} for count in counted])


def _links(row: Mapping[str, Any]) -> list[dict[str, int]]:
    day = 0 if row["day"] is None else row["day"].toordinal()
    cents = row["total_cents"] or 0
    return [{"goods_id": each, "day": day, "total_cents": cents, "invoice_id": row["id"]} for each in _goods(row)]


def _goods(row: Mapping[str, Any]) -> list[int]:
    return [] if row["goods"] is None else [int(each) for each in row["goods"].split(",")]


def _count(connection: Connection, rows: Iterable[Mapping[str, Any]], each: int) -> list[dict[str, Any]]:
    """Count rows in or out; returns what of `shares` that changed."""
    many: Counter[tuple[str, int, str]] = Counter()
    for row in rows:
        for what, key in _keys(row):
            many[what, key, row["department"] or ""] += each
    counted = [{"what": what, "key": key, "department": whose, "many": count} for (what, key, whose), count in sorted(many.items())]
    if counted:
        connection.execute(_COUNT, counted)
    return counted


def _keys(row: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    yield TOTAL, size_of(row["total_cents"])
    yield MONTH, month_of(row["day"])
    for what, company in ((SELLER, row["seller_company"]), (BUYER, row["buyer_company"])):
        if company is not None:
            yield what, company
    for ware in _goods(row):
        yield GOODS, ware
