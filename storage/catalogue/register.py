"""The register: any filter in any order, page after page, its count and sums, and all of it row by row.

Pages follow one another by what the last row is ordered by, never by its number: rows that come in meanwhile move nothing. Rows that lack
what is ordered by come last, by their receipt.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, Text, func, literal, or_, select, tuple_

from models.access import Visibility
from models.papers import PaperState
from models.register import (
    MOST_ON_A_PAGE,
    RegisterCursor,
    RegisterFilter,
    RegisterOrder,
    RegisterPage,
    RegisterRow,
    RegisterSort,
    RegisterTotals,
)
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.chunks import chunks
from storage.catalogue.invoice_rows import summary_of, yuan
from storage.catalogue.one_of import OneOf
from storage.catalogue.register_conditions import DAY, FEW, Condition, Held, conditions, holding, paper_state, scope
from storage.catalogue.tables import invoices
from storage.catalogue.walls import once, summaries

_SOME = 200_000
"""So many entries of an index are gone through in a twentieth of a second."""
_AHEAD = 20_000
"""Places of rows that a stream fetches at a time; a megabyte or two."""
_TOGETHER = 500
"""Whole rows that a stream fetches at a time."""
_SUMMED = (invoices.c.net_cents, invoices.c.tax_cents, invoices.c.total_cents)
_SPLIT = 1_000_000_000
"""Amounts are summed up in two parts, above and below so many cents: a sum of SQLite has 64 bits and breaks beyond, and so much may be
printed on two invoices."""
_KEYS: dict[RegisterSort, ColumnElement[Any] | None] = {
    RegisterSort.ISSUED: DAY,
    RegisterSort.RECEIVED: None,
    RegisterSort.AMOUNT: invoices.c.total_cents,
    RegisterSort.SELLER: invoices.c.seller_name,
    RegisterSort.NUMBER: invoices.c.number_key,
}
"""None: the id alone says it."""


_NAME = re.compile(r"[0-9a-f]{20}-[0-9]{1,6}")
_NAMED = 200
"""Invoices that are looked up by their ids in one question."""


class _Place(NamedTuple):
    """Where a row stands in an order."""

    key: int | str | None
    id: int


class Register:
    """Questions about all invoices at once. Every method may raise CatalogueUnavailable."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._database = catalogue.database

    def page(
        self, asked: RegisterFilter, order: RegisterOrder, sees: Visibility, limit: int, cursor: RegisterCursor | None = None
    ) -> RegisterPage:
        """The next `limit` rows (1 to 500) of what is seen from a place on, or from the beginning; raise InvalidClue."""
        many = max(1, min(limit, MOST_ON_A_PAGE))
        is_back = cursor is not None and cursor.backward
        with self._database.reading() as connection:
            met = conditions(connection, asked, sees)
            places = _places(connection, met, order, cursor, many + 1)
            shown = places[:many][::-1] if is_back else places[:many]
            rows = _rows(connection, shown, asked, sees)
        is_more = len(places) > many
        if not shown:
            return _beyond_the_end(cursor)
        follows = is_back or is_more
        precedes = is_more if is_back else cursor is not None
        last = RegisterCursor(order, shown[-1].key, shown[-1].id)
        first = RegisterCursor(order, shown[0].key, shown[0].id, backward=True)
        return RegisterPage(tuple(rows), str(last) if follows else None, str(first) if precedes else None)

    def totals(self, asked: RegisterFilter, sees: Visibility) -> RegisterTotals:
        """How many invoices of what is seen are meant, and what they come to; raise InvalidClue."""
        sums = (part for column in _SUMMED for part in (func.sum(column // _SPLIT), func.sum(column % _SPLIT)))
        with self._database.reading() as connection:
            met = _looked_up(connection, conditions(connection, asked, sees), are_all_wanted=True)
            row = connection.execute(select(func.count(), *sums).where(*met)).one()
        many, *parts = (int(part or 0) for part in row)
        net, tax, total = (Decimal(above * _SPLIT + below).scaleb(-2) for above, below in zip(parts[::2], parts[1::2], strict=True))
        return RegisterTotals(many, net, tax, total)

    def each(self, asked: RegisterFilter, order: RegisterOrder, sees: Visibility) -> Iterator[RegisterRow]:
        """Every row in order, some hundred at a time in memory, whatever their number.

        It may last: rows that come in meanwhile behind the place that is reached are among them, and nothing is given twice. What goes
        away meanwhile is left out.

        Raises:
            InvalidClue: with the first row.
        """
        cursor: RegisterCursor | None = None
        while True:
            with self._database.reading() as connection:
                places = _places(connection, conditions(connection, asked, sees), order, cursor, _AHEAD)
            for begin in range(0, len(places), _TOGETHER):
                with self._database.reading() as connection:
                    rows = _rows(connection, places[begin : begin + _TOGETHER], asked, sees)
                yield from rows
            if len(places) < _AHEAD:
                return
            cursor = RegisterCursor(order, places[-1].key, places[-1].id)

    def named(self, names: Sequence[str], sees: Visibility) -> tuple[RegisterRow, ...]:
        """The invoices with these ids, each once, in their order; those that are not seen, or are none, are left out."""
        documents = sorted({name.rpartition("-")[0] for name in names if _NAME.fullmatch(name)})
        found: dict[str, RegisterRow] = {}
        with self._database.reading() as connection:
            for begin in range(0, len(documents), _NAMED):
                # Beyond every digest that begins so, and before the next one.
                of_these = (invoices.c.document.between(each, each + "g") for each in documents[begin : begin + _NAMED])
                rows = connection.execute(_whole(sees).where(or_(*of_these)).order_by(invoices.c.position))
                for row in once(rows):
                    one = _row_of(row, sees)
                    found[one.invoice.id] = one
        return tuple(found[name] for name in dict.fromkeys(names) if name in found)


def _beyond_the_end(cursor: RegisterCursor | None) -> RegisterPage:
    """A page without a row; where rows went away, the way back is open."""
    if cursor is None:
        return RegisterPage((), None, None)
    other = str(replace(cursor, backward=not cursor.backward))
    return RegisterPage((), other, None) if cursor.backward else RegisterPage((), None, other)


def _places(
    connection: Connection, met: Sequence[Condition], order: RegisterOrder, cursor: RegisterCursor | None, many: int
) -> list[_Place]:
    """So many places after a cursor, the nearest first: those that have what is ordered by, and then those that lack it.

    Backward it is the other way round. Of a filter that few rows meet these are fetched and put in order; of another one the rows are gone
    through in order until there are enough.
    """
    few = _few(connection, met)
    if few is None:
        is_by_days = order.by is RegisterSort.RECEIVED and _are_some_days(connection, met)
        asked = [condition.looked_up if _leads(condition, order, is_by_days) else condition.held for condition in met]
        hold = holding(connection) if is_by_days else None
    else:
        asked, hold = [OneOf(invoices.c.id, few)], holding(connection)
    key = _KEYS[order.by]
    is_back = cursor is not None and cursor.backward
    found: list[_Place] = []
    for lacks in (False,) if key is None else ((True, False) if is_back else (False, True)):
        stretch = _stretch(key, order, cursor, lacks=lacks, hold=hold)
        if stretch is None:
            continue
        rows = connection.execute(stretch.where(*asked).limit(many - len(found)))
        found += [_Place(row.key, row.id) for row in rows]
        if len(found) == many:
            break
    return found


def _few(connection: Connection, met: Sequence[Condition]) -> list[int] | None:
    """The ids of the rows that meet all conditions; None where they are more than a few."""
    ids = connection.scalars(select(invoices.c.id).where(*_looked_up(connection, met)).limit(FEW + 1)).all()
    return list(ids) if len(ids) <= FEW else None


def _looked_up(connection: Connection, met: Sequence[Condition], *, are_all_wanted: bool = False) -> list[ColumnElement[bool]]:
    """The conditions, one of them such that an index is looked up by it: one that few rows meet, or else that of days, by which the index
    of the register is ordered. Without either that index is gone through from end to end, unless another one lists all that are wanted."""
    leader = next((each for each in met if each.is_day), None)
    if are_all_wanted and not _are_some_days(connection, met):
        leader = next((each for each in met if each.has_all), leader)
    if connection.dialect.name == "sqlite":
        leader = next((each for each in met if each.leads and _count_up_to(connection, each, FEW + 1) <= FEW), leader)
    return [each.looked_up if each is leader else each.held for each in met]


def _count_up_to(connection: Connection, condition: Condition, most: int) -> int:
    some = select(literal(1)).select_from(invoices).where(condition.looked_up).limit(most).subquery()
    return int(connection.scalars(select(func.count()).select_from(some)).one())


def _leads(condition: Condition, order: RegisterOrder, is_by_days: bool) -> bool:
    """Whether rows are gone through by this condition: where it is about what they are ordered by, or by days that have gone by."""
    return condition.is_day if is_by_days else condition.of is order.by


def _are_some_days(connection: Connection, met: Sequence[Condition]) -> bool:
    """Whether days are asked for that a part of all rows have: what was issued long ago came in long ago, far from where rows begin."""
    days = next((each for each in met if each.is_day), None)
    return days is not None and _count_up_to(connection, days, _SOME + 1) <= _SOME


def _stretch(
    key: ColumnElement[Any] | None, order: RegisterOrder, cursor: RegisterCursor | None, *, lacks: bool, hold: Held | None
) -> Select[Any] | None:
    """The rows that have what is ordered by or lack it, from a cursor on; None where it lies beyond them.

    With `hold` they are put in order when they were found, and without it they are gone through in order.
    """
    descends = order.descending != (cursor is not None and cursor.backward)
    is_by_id = key is None or lacks
    row_id = invoices.c.id if hold is None else hold(invoices.c.id)
    held = key if key is None or hold is None else hold(key)
    shown: ColumnElement[Any] = literal(None, Text) if key is None or is_by_id else key
    by = [row_id] if held is None or is_by_id else [held, row_id]
    rows = select(invoices.c.id, shown.label("key")).order_by(*(each.desc() if descends else each.asc() for each in by))
    if held is not None:
        rows = rows.where(held.is_(None) if lacks else held.is_not(None))
    if cursor is None:
        return rows
    if key is not None and (cursor.key is None) is not lacks:
        # The cursor stands in the other stretch: all of this one lies on one side of it.
        return rows if lacks is not cursor.backward else None
    return rows.where(_beyond(by, cursor, descends=descends))


def _beyond(by: Sequence[ColumnElement[Any]], cursor: RegisterCursor, *, descends: bool) -> ColumnElement[bool]:
    if len(by) == 1:
        return by[0] < cursor.row if descends else by[0] > cursor.row
    key_type = Text() if isinstance(cursor.key, str) else BigInteger()
    place = tuple_(literal(cursor.key, key_type), literal(cursor.row, BigInteger))
    return tuple_(*by) < place if descends else tuple_(*by) > place


def _whole(sees: Visibility) -> Select[Any]:
    return summaries(sees).add_columns(paper_state().label("paper"))


def _rows(connection: Connection, places: Sequence[_Place], asked: RegisterFilter, sees: Visibility) -> list[RegisterRow]:
    """The rows at these places in their order; what went away meanwhile is left out."""
    found: dict[int, RegisterRow] = {}
    for chunk in chunks(place.id for place in places):
        wanted = _whole(scope(asked, sees)).where(OneOf(invoices.c.id, chunk))
        found |= {row.id: _row_of(row, sees) for row in connection.execute(wanted)}
    return [found[place.id] for place in places if place.id in found]


def _row_of(row: Row[Any], sees: Visibility) -> RegisterRow:
    return RegisterRow(
        invoice=summary_of(row),
        day=row.day,
        net=yuan(row.net_cents),
        tax=yuan(row.tax_cents),
        department=row.department,
        duplicate=bool(row.doubled if sees.is_whole else row.doubled_within),
        paper=None if row.paper is None else PaperState(row.paper),
    )
