"""Looking for amounts, days and kinds."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
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

from models.clues import AmountClue, DateClue, Reason
from models.invoice import InvoiceKind
from storage.catalogue.criterion import FULL, Criterion
from storage.catalogue.invoice_rows import MOST_CENTS, yuan
from storage.catalogue.tables import invoices

_ABOUT_LOSS = 0.4
"""What the far end of "about" loses against the very amount."""

_AMOUNTS = (("total_cents", "tax_inclusive_amount", 1.0), ("net_cents", "tax_exclusive_amount", 0.8), ("tax_cents", "tax_amount", 0.6))
"""People remember what they paid, so the tax-inclusive total counts most; the first one that fits is taken."""


def _sides() -> Iterator[Select[int]]:
    low, wanted, high = (bindparam(name, type_=BigInteger) for name in ("low", "wanted", "high"))
    for name, _, _ in _AMOUNTS:
        column = invoices.c[name]
        for side, order in ((column.between(wanted, high), column.asc()), (and_(column >= low, column < wanted), column.desc())):
            nearest = select(invoices.c.id).where(side).order_by(order, invoices.c.id.desc()).limit(bindparam("count", type_=Integer))
            yield select(nearest.subquery().c.id)


_BOTH_SIDES = union_all(*_sides())
"""Written out once: SQLAlchemy takes longer to put such a statement together than a database to answer it."""


def amount(connection: Connection, clue: AmountClue, nearest: int | None) -> Criterion:
    """The clue `amount`, against total, tax-exclusive amount and tax.

    `nearest` is how many rows on either side of a remembered amount are enough for the whole answer, None when other clues decide
    which of them belong to it.
    """
    low, high = _cents(clue.low, ROUND_CEILING), _cents(clue.high, ROUND_FLOOR)
    fits = {column: invoices.c[column].between(low, high) for column, _, _ in _AMOUNTS}
    score = case(*((fits[column], factor * _closeness(clue, invoices.c[column])) for column, _, factor in _AMOUNTS), else_=0.0)
    flat = clue.wanted is None or clue.low == clue.high
    rows = None if nearest is None or flat else _nearest(connection, clue, low, high, nearest)

    def reason(row: Row[Any]) -> Reason:
        column, field = next((column, field) for column, field, _ in _AMOUNTS if _within(row._mapping[column], low, high))
        stored = yuan(row._mapping[column])
        how = "within" if clue.wanted is None else "exact" if stored == clue.wanted else "about"
        return Reason("amount", how, str(stored), field)

    return Criterion(or_(*fits.values()), score, reason, levels=tuple((each,) for each in fits.values()) if flat else (), rows=rows)


def _nearest(connection: Connection, clue: AmountClue, low: int, high: int, count: int) -> frozenset[int]:
    """The ids of the rows whose amounts lie nearest to the wanted one."""
    wanted = _cents(clue.wanted or Decimal(0), ROUND_FLOOR)
    return frozenset(connection.scalars(_BOTH_SIDES, {"low": low, "wanted": wanted, "high": high, "count": count}).all())


def day(clue: DateClue) -> Criterion:
    """The clue `date`: the day of issue, or of departure where that is all that is printed."""
    how = "exact" if clue.first == clue.last else "within"

    def reason(row: Row[Any]) -> Reason:
        return Reason("date", how, row.day.isoformat(), "departure_time" if row.issue_day is None else "issue_date")

    return Criterion(on_days(clue), None, reason)


def on_days(clue: DateClue) -> ColumnElement[bool]:
    """Whether an invoice is of one of these days."""
    return invoices.c.day.between(clue.first, clue.last)


def kind(wanted: InvoiceKind) -> Criterion:
    """The clue `kind`."""
    return Criterion(invoices.c.kind == wanted.value, None, lambda row: Reason("kind", "exact", row.kind))


def _closeness(clue: AmountClue, cents: ColumnElement[int | None]) -> ColumnElement[float]:
    if clue.wanted is None or clue.low == clue.high:
        return literal(FULL)
    wanted = _cents(clue.wanted, ROUND_FLOOR)
    reach = float(max(clue.high - clue.wanted, clue.wanted - clue.low) * 100)
    return literal(FULL) - _ABOUT_LOSS * func.abs(cents - wanted) / reach


def _cents(yuan_amount: Decimal, rounding: str) -> int:
    return int(min(max((yuan_amount * 100).to_integral_value(rounding), Decimal(-MOST_CENTS)), Decimal(MOST_CENTS)))


def _within(cents: int | None, low: int, high: int) -> bool:
    return cents is not None and low <= cents <= high
