"""How much it says that an invoice answers a thing that is remembered, and what every kind of evidence offers for that.

After Fellegi and Sunter, "A Theory for Record Linkage" (1969): a level of agreement weighs the logarithm of how often the right invoice
has it, over the share of all invoices that have it. So an exact total weighs much, and a company that sold half of everything little.
"""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from models.access import Visibility
from storage.catalogue.evidence_rows import MONTH, TOTAL, month_of, size_of
from storage.catalogue.evidence_tables import shares
from storage.catalogue.walls import among

_DAYS_A_MONTH = 31


class Facts(NamedTuple):
    """What of a row of `invoices` is held against what is remembered; amounts in cents, the day as its ordinal, `goods` as it is kept."""

    id: int
    seller: int | None
    buyer: int | None
    seller_tax: int | None
    buyer_tax: int | None
    total: int | None
    net: int | None
    tax: int | None
    day: int | None
    number: str | None
    code: str
    kind: str
    department: str | None
    goods: str | None


class Met(NamedTuple):
    """How one row answers one thing: the weight and the name of the level, and the key of the field that answers it."""

    weight: float
    level: str
    field: str | None = None


class Reach(NamedTuple):
    """Rows that may answer a thing, in the terms of one index, and their share of all.

    `what` is `seller`, `buyer` or `goods` with ids as `values`, `total`, `net`, `tax` or `day` with stretches, or `rows` with ids of rows.
    """

    what: str
    values: tuple[int, ...] | tuple[tuple[int, int], ...]
    share: float


class Evidence(ABC):
    """One meaning of a thing that is remembered, held against rows."""

    @abstractmethod
    def met(self, row: Facts) -> Met | None:
        """The best level at which a row answers it; None for none."""

    @abstractmethod
    def says(self, row: Facts) -> bool:
        """Whether a row says anything of the kind at all, so that it can miss."""

    @abstractmethod
    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """Where rows that answer it lie: at the likely levels, or when `wide` at any that an index knows."""

    @property
    @abstractmethod
    def missed(self) -> float:
        """How often the right invoice answers it at no level at all."""


class Level(NamedTuple):
    """Stretches of values, both ends included, that all answer a thing in one way."""

    met: Met
    stretches: tuple[tuple[int, int], ...]


class Scale:
    """The level that weighs most for each value, looked up among thousands of values."""

    def __init__(self, levels: Iterable[Level]) -> None:
        by_weight = sorted(levels, key=lambda level: -level.met.weight)
        ends = sorted({end for level in by_weight for low, high in level.stretches for end in (low, high + 1)})
        self._ends = ends
        self._met: list[Met | None] = [None] * (len(ends) + 1)
        for level in by_weight:
            for low, high in level.stretches:
                for place in range(bisect_right(ends, low), bisect_right(ends, high) + 1):
                    self._met[place] = self._met[place] or level.met

    def __getitem__(self, value: int) -> Met | None:
        """None where no level has it."""
        return self._met[bisect_right(self._ends, value)]


def merged(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same values in stretches that do not touch; those that end before they begin are left out."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(stretches):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        elif low <= high:
            joined.append((low, high))
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class Shares:
    """How common things are among the rows that are seen."""

    rows: int
    totals: Mapping[int, int]
    """By `size_of`."""
    months: Mapping[int, int]
    """By `month_of`."""

    def weight(self, given_right: float, share: float) -> float:
        """The weight of a level that the right invoice has so often, and so large a share of all."""
        return log(given_right / min(max(share, self.least), 1.0))

    @property
    def least(self) -> float:
        """The share of a single row."""
        return 1.0 / max(self.rows, 1)

    def of_totals(self, low: int, high: int) -> float:
        """The share of rows whose total lies from the one to the other, in cents."""
        if high < low:
            return 0.0
        many = 0.0
        for size in range(size_of(low), size_of(high) + 1):
            if count := self.totals.get(size):
                first, last = _amounts_of(size)
                many += count * _part(first, last, low, high)
        return min(1.0, many / max(self.rows, 1))

    def of_days(self, first: int, last: int) -> float:
        """The share of rows of these days, given as ordinals."""
        low, high = max(first, 1), min(last, date.max.toordinal())
        if high < low:
            return 0.0
        begin, end = month_of(date.fromordinal(low)), month_of(date.fromordinal(high))
        many = 0.0
        for month, count in self.months.items():
            if begin < month < end:
                many += count
            elif month in (begin, end) and month:
                start = date((month - 1) // 12, (month - 1) % 12 + 1, 1).toordinal()
                many += count * _part(start, start + _DAYS_A_MONTH - 1, low, high)
        return min(1.0, many / max(self.rows, 1))


def shares_of(connection: Connection, sees: Visibility) -> Shares:
    """How common things are among what is seen."""
    counted = select(shares.c.what, shares.c.key, func.sum(shares.c.many).label("many")).where(shares.c.what.in_((TOTAL, MONTH)))
    if not sees.is_whole:
        counted = counted.where(among(shares.c.department, sees))
    found: dict[str, dict[int, int]] = {TOTAL: {}, MONTH: {}}
    for row in connection.execute(counted.group_by(shares.c.what, shares.c.key)):
        found[row.what][row.key] = int(row.many)
    return Shares(sum(found[TOTAL].values()), found[TOTAL], found[MONTH])


def _amounts_of(size: int) -> tuple[int, int]:
    """The least and the greatest amount of a size, in cents."""
    digits, first = divmod(size, 100)
    if digits < 2:
        return first // 10, first // 10
    unit = 10 ** (digits - 2)
    return first * unit, (first + 1) * unit - 1


def _part(first: int, last: int, low: int, high: int) -> float:
    """Which part of a stretch lies within another."""
    return max(0, min(last, high) - max(first, low) + 1) / (last - first + 1)
