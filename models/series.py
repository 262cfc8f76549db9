"""Holes in what comes regularly: a month without the rent's invoice, a number left out between two of one seller. Hints alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

_FEWEST_MONTHS = 4
_MOST_MISSING = 2
"""Of a year; who is paid in fewer months than that is not paid by the month."""


class Month(NamedTuple):
    """A month of a year."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def next(self) -> "Month":
        """The one after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


class Hole(NamedTuple):
    """Something that is not there between things that are: `missing` months, or numbers, of one party; `code` of the numbers."""

    party: str
    missing: tuple[str, ...]
    code: str = ""


def missing_months(dated: Iterable[tuple[str, date]]) -> Iterator[Hole]:
    """Parties with an invoice in nearly every month from their first to their last, and the months between that have none."""
    months: dict[str, set[Month]] = defaultdict(set)
    for party, day in dated:
        months[party].add(Month.of(day))
    for party, there in sorted(months.items()):
        if len(there) < _FEWEST_MONTHS:
            continue
        missing, month = [], min(there)
        while month < max(there):
            month = month.next
            if month not in there:
                missing.append(str(month))
        if 0 < len(missing) <= _MOST_MISSING:
            yield Hole(party, tuple(missing))


def missing_numbers(numbered: Iterable[tuple[str, str, str]], most: int) -> Iterator[Hole]:
    """Numbers left out between two of one party and code, at most `most` in a row; of (party, code, number) with digits alone.

    Who issues invoices fills them in one after the other, so a number between two that are there was most likely issued as well.
    """
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for party, code, number in numbered:
        if code and number.isascii() and number.isdigit():
            numbers[party, code].add(number)
    for (party, code), there in sorted(numbers.items()):
        ordered = sorted(there)
        for one, other in pairwise(ordered):
            between = range(int(one) + 1, int(other))
            if 0 < len(between) <= most and len(one) == len(other):
                yield Hole(party, tuple(str(number).rjust(len(one), "0") for number in between), code)
