"""Looking for amounts, days, kinds and verdicts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from models.access import Visibility
from models.clues import AmountClue, DateClue, ListState, Reason
from models.invoice import InvoiceKind
from models.verification import Verdict
from storage.catalogue.criterion import FULL, Criterion
from storage.catalogue.invoice_rows import MOST_CENTS, yuan
from storage.catalogue.one_of import OneOf
from storage.catalogue.tables import invoices
from storage.catalogue.walls import stands

_ABOUT_LOSS = 0.4
"""What the far end of "about" loses against the very amount."""

_AMOUNTS = (("total_cents", "tax_inclusive_amount", 1.0), ("net_cents", "tax_exclusive_amount", 0.8), ("tax_cents", "tax_amount", 0.6))
"""People remember what they paid, so the tax-inclusive total counts most; the first one that fits is taken."""


_CLEARLY_BETTER = 0.81
"""No row whose total does not fit has such a score."""


def _sides(column: ColumnElement[int], shown: Sequence[str], seen: Sequence[ColumnElement[bool]]) -> Iterator[Select[Any]]:
    low, wanted, high = (bindparam(name, type_=BigInteger) for name in ("low", "wanted", "high"))
    for side, order in ((column.between(wanted, high), column.asc()), (and_(column >= low, column < wanted), column.desc())):
        nearest = (
            select(invoices.c.id, *(invoices.c[name] for name in shown))
            .where(side, *seen)
            .order_by(order, invoices.c.id.desc())
            .limit(bindparam("count", type_=Integer))
        )
        yield select(*nearest.subquery().c)


_NAMES = [name for name, _, _ in _AMOUNTS]


@cache
def _statements(dialect: str, is_whole: bool, state: ListState) -> tuple[CompoundSelect[Any], CompoundSelect[Any]]:
    """What gives the nearest totals, and the nearest of any amounts.

    Written out once: SQLAlchemy takes longer to put such a statement together than a database to answer it. As in `walls`, SQLite is kept
    from its index of departments.
    """
    own = () if is_whole else (OneOf(invoices.c.department.concat(""), "departments"),)
    seen = (*own, stands(dialect, state))
    totals = union_all(*_sides(invoices.c.total_cents, ["total_cents"], seen))
    return totals, union_all(*(side for name in _NAMES for side in _sides(invoices.c[name], _NAMES, seen)))


_OF = select(invoices.c.id, *(invoices.c[name] for name in _NAMES)).where(OneOf(invoices.c.id, "ids"))


def amount(
    connection: Connection, clue: AmountClue, nearest: int | None, known: Collection[int] | None, sees: Visibility, state: ListState
) -> Criterion:
    """The clue `amount`, against total, tax-exclusive amount and tax, among what is seen and stands so.

    `nearest` is how many rows on either side of a remembered amount are enough for the whole answer, None when other clues decide
    which of them belong to it. `known` are the ids of all rows that meet the other clues, where these are known.
    """
    low, high = _cents(clue.low, ROUND_CEILING), _cents(clue.high, ROUND_FLOOR)
    fits = {column: invoices.c[column].between(low, high) for column, _, _ in _AMOUNTS}
    score = case(*((fits[column], factor * _closeness(clue, invoices.c[column])) for column, _, factor in _AMOUNTS), else_=0.0)
    flat = clue.wanted is None or clue.low == clue.high
    rows = None
    if known is not None:
        rows = _scored(connection.execute(_OF, {"ids": list(known)}), clue, low, high)
    elif nearest is not None and not flat:
        rows = _nearest(connection, clue, low, high, nearest, sees, state)

    def reason(row: Row[Any]) -> Reason:
        column, field = next((column, field) for column, field, _ in _AMOUNTS if _within(row._mapping[column], low, high))
        stored = yuan(row._mapping[column])
        how = "within" if clue.wanted is None else "exact" if stored == clue.wanted else "about"
        return Reason("amount", how, str(stored), field)

    return Criterion(or_(*fits.values()), score, reason, levels=tuple((each,) for each in fits.values()) if flat else (), rows=rows)


def _nearest(
    connection: Connection, clue: AmountClue, low: int, high: int, count: int, sees: Visibility, state: ListState
) -> Mapping[int, float]:
    """The rows whose amounts lie nearest to the wanted one, with their scores."""
    wanted = _cents(clue.wanted or Decimal(0), ROUND_FLOOR)
    asked: dict[str, Any] = {"low": low, "wanted": wanted, "high": high, "count": count}
    if sees.departments is not None:
        asked["departments"] = sorted(sees.departments)
    of_totals, of_any = _statements(connection.dialect.name, sees.is_whole, state)
    totals = _scored(connection.execute(of_totals, asked), clue, low, high)
    better = {row: score for row, score in totals.items() if score >= _CLEARLY_BETTER}
    return better if len(better) >= count else _scored(connection.execute(of_any, asked), clue, low, high)


def _scored(rows: Iterable[Row[Any]], clue: AmountClue, low: int, high: int) -> Mapping[int, float]:
    """Those of the rows (an id and its amounts, as many of them as count) of which an amount fits, with their scores: see `_closeness`."""
    flat = clue.wanted is None or clue.low == clue.high
    wanted, reach = (0, 1.0) if flat else (_cents(clue.wanted or Decimal(0), ROUND_FLOOR), _reach(clue))
    loss = 0.0 if flat else _ABOUT_LOSS
    scores: dict[int, float] = {}
    for row in rows:
        amounts: Sequence[int | None] = row[1:]
        for cents, (_, _, factor) in zip(amounts, _AMOUNTS, strict=False):
            if cents is not None and low <= cents <= high:
                scores[row[0]] = factor * (FULL - loss * abs(cents - wanted) / reach)
                break
    return scores


def day(clue: DateClue, rows: Iterable[int] | None) -> Criterion:
    """The clue `date`: the day of issue, or of departure where that is all that is printed.

    `rows` are the ids of all rows of these days that meet the other clues, where these are known.
    """
    how = "exact" if clue.first == clue.last else "within"

    def reason(row: Row[Any]) -> Reason:
        return Reason("date", how, row.day.isoformat(), "departure_time" if row.issue_day is None else "issue_date")

    return Criterion(on_days(clue), None, reason, rows=None if rows is None else dict.fromkeys(rows, FULL))


def on_days(clue: DateClue) -> ColumnElement[bool]:
    """Whether an invoice is of one of these days."""
    return invoices.c.day.between(clue.first, clue.last)


def kind(wanted: InvoiceKind) -> Criterion:
    """The clue `kind`."""
    return Criterion(invoices.c.kind == wanted.value, None, lambda row: Reason("kind", "exact", row.kind))


def verdict(wanted: Sequence[Verdict]) -> Criterion:
    """The clue `verdict`: one of these."""
    return Criterion(invoices.c.verdict.in_([each.value for each in wanted]), None, lambda row: Reason("verdict", "exact", row.verdict))


def _closeness(clue: AmountClue, cents: ColumnElement[int | None]) -> ColumnElement[float]:
    if clue.wanted is None or clue.low == clue.high:
        return literal(FULL)
    wanted = _cents(clue.wanted, ROUND_FLOOR)
    return literal(FULL) - _ABOUT_LOSS * func.abs(cents - wanted) / _reach(clue)


def _reach(clue: AmountClue) -> float:
    """How far from the remembered amount "about" goes, in cents."""
    wanted = clue.wanted or Decimal(0)
    return float(max(clue.high - wanted, wanted - clue.low) * 100)


def _cents(yuan_amount: Decimal, rounding: str) -> int:
    return int(min(max((yuan_amount * 100).to_integral_value(rounding), Decimal(-MOST_CENTS)), Decimal(MOST_CENTS)))


def _within(cents: int | None, low: int, high: int) -> bool:
    return cents is not None and low <= cents <= high
