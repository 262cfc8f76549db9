"""Clues as words of the wire: the name of each, and a value that is short and means the same to a person and a program."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from models.clues import MAX_AMOUNT
from models.money import format_amount
from models.remembered import (
    AmountCertainty,
    AmountOf,
    Clue,
    NumberPart,
    PartyRole,
    RememberedAmount,
    RememberedDays,
    RememberedDepartment,
    RememberedGoods,
    RememberedKind,
    RememberedNumber,
    RememberedParty,
    RememberedPlace,
    RememberedTaxId,
    RememberedWords,
)

CLUE_NAMES = ("number", "code", "amount", "date", "seller", "buyer", "party", "goods", "tax_id", "kind", "department", "place", "text")


def clue_name(clue: Clue) -> str:
    """The name of a clue, that of the search form where it has such a field: one of `CLUE_NAMES`."""
    if isinstance(clue, RememberedNumber):
        return "number" if clue.number else "code"
    if isinstance(clue, RememberedParty):
        return "party" if clue.role is PartyRole.EITHER else clue.role.value
    return _NAMES[type(clue)]


def clue_value(clue: Clue) -> str:
    """What a clue says: `*38?8`, `1200.00~`, `1000.00..1999.99`, `2025-03-01..2025-04-30`, `苏州`."""
    return _VALUES[type(clue)](clue)


def _number(clue: RememberedNumber) -> str:
    number = {
        NumberPart.WHOLE: clue.number,
        NumberPart.HEAD: f"{clue.number}*",
        NumberPart.TAIL: f"*{clue.number}",
    }.get(clue.part, f"*{clue.number}*")
    return " ".join(filter(None, (clue.code, number if clue.number else "")))


def _amount(clue: RememberedAmount) -> str:
    of = "" if clue.of is AmountOf.ANY else f"{clue.of.value} "
    if clue.digits is not None:
        return of + clue.digits
    if clue.certainty is AmountCertainty.EXACT or clue.wanted is None:
        return of + (format_amount(clue.low) if clue.low == clue.high else _range(clue.low, clue.high))
    if clue.certainty is AmountCertainty.ABOUT:
        return f"{of}{format_amount(clue.wanted)}~"
    return f"{of}{format_amount(clue.wanted)} ({_range(clue.low, clue.high)})"


def _range(low: Decimal, high: Decimal) -> str:
    return f"{format_amount(low)}.." + ("" if high >= MAX_AMOUNT else format_amount(high))


def _days(clue: RememberedDays) -> str:
    if clue.months or clue.days_of_month:
        months = ",".join(str(month) for month in sorted(clue.months))
        days = sorted(clue.days_of_month)
        within = str(days[0]) if len(days) == 1 else f"{days[0]}..{days[-1]}" if days else ""
        return "every " + " ".join(filter(None, (months and f"month {months}", within and f"day {within}")))
    if clue.first == clue.last:
        days_told = clue.first.isoformat()
    else:
        first = "" if clue.first == date.min else clue.first.isoformat()
        last = "" if clue.last == date.max else clue.last.isoformat()
        days_told = f"{first}..{last}"
    return f"{days_told} ±{clue.slack}" if clue.slack else days_told


_NAMES: dict[type, str] = {
    RememberedAmount: "amount",
    RememberedDays: "date",
    RememberedGoods: "goods",
    RememberedTaxId: "tax_id",
    RememberedKind: "kind",
    RememberedDepartment: "department",
    RememberedPlace: "place",
    RememberedWords: "text",
}
_VALUES: dict[type, Callable[[Any], str]] = {
    RememberedNumber: _number,
    RememberedAmount: _amount,
    RememberedDays: _days,
    RememberedParty: lambda clue: clue.names[0].text,
    RememberedGoods: lambda clue: clue.word,
    RememberedTaxId: lambda clue: clue.tax_id,
    RememberedKind: lambda clue: ",".join(kind.value for kind in clue.kinds),
    RememberedDepartment: lambda clue: clue.name,
    RememberedPlace: lambda clue: clue.names[0],
    RememberedWords: lambda clue: clue.text,
}
