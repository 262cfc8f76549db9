"""Days as they are remembered: some days off, in the wrong month, in the wrong year."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from models.remembered import RememberedDays
from storage.catalogue.evidence.weighing import Evidence, Facts, Level, Met, Reach, Scale, Shares, merged

_A_MONTH = 31
_LAST = date.max.toordinal()


class _Often(NamedTuple):
    """How often the right invoice is of the days that are remembered, and how often it is off. Estimates."""

    within: float
    slack: float
    few_days: float
    more_days: float
    month: float
    year: float


_DAY, _MONTH, _LONGER = (
    _Often(0.70, 0.10, 0.14, 0.06, 0.02, 0.015),
    _Often(0.78, 0.10, 0.04, 0.04, 0.05, 0.04),
    _Often(0.84, 0.1, 0.02, 0.03, 0.02, 0.04),
)
_FEW_DAYS, _MORE_DAYS = 3, 12


_MEANT = ("exact", "within")


class DayEvidence(Evidence):
    """A stretch of days held against the day of issue, or of departure."""

    missed = 0.04

    def __init__(self, clue: RememberedDays, shares: Shares) -> None:
        self._clue = clue
        self._shares = shares
        self._levels = tuple(_levels(clue, shares))
        self._scale = Scale(self._levels)
        self._beyond = Scale(level for level in self._levels if level.met.level not in _MEANT)

    def met(self, row: Facts) -> Met | None:
        """By the day alone."""
        if row.day is None:
            return None
        met = self._scale[row.day]
        is_out = met is not None and met.level in _MEANT and not self._is_named(row.day)
        return self._beyond[row.day] if is_out else met

    def _is_named(self, day: int) -> bool:
        """Whether a day is of the months and days of the month that the words name, where they do."""
        clue = self._clue
        if not clue.months and not clue.days_of_month:
            return True
        when = date.fromordinal(day)
        return (not clue.months or when.month in clue.months) and (not clue.days_of_month or when.day in clue.days_of_month)

    def says(self, row: Facts) -> bool:
        """Whether a day was read."""
        return row.day is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """Stretches of days; none where both ends are open.

        Whoever tells the very day is a few days off often enough for those to be asked for soon.
        """
        if self._clue.months or self._clue.days_of_month:
            return []
        levels: list[Sequence[Level]] = [self._levels]
        if not wide:
            likely = [level for level in self._levels if level.met.level in (*_MEANT, "around")]
            levels = [likely, self._levels[: len(likely) + 1]] if self._clue.first == self._clue.last else [likely]
        reached = dict.fromkeys(merged(each for level in some for each in level.stretches) for some in levels)
        return [Reach("day", each, min(1.0, sum(self._shares.of_days(*ends) for ends in each))) for each in reached if each]


def _levels(clue: RememberedDays, shares: Shares) -> Iterable[Level]:
    first, last = clue.first.toordinal(), clue.last.toordinal()
    length = last - first + 1
    often = _DAY if length == 1 else _MONTH if length <= _A_MONTH else _LONGER

    def level(name: str, given_right: float, stretches: Sequence[tuple[int, int]], part: float = 1.0) -> Level:
        within = [(max(low, 1), min(high, _LAST)) for low, high in stretches]
        share = part * sum(shares.of_days(low, high) for low, high in within)
        return Level(Met(shares.weight(given_right, max(share, shares.least)), name, "issue_date"), tuple(within))

    part = (len(clue.months) / 12 if clue.months else 1.0) * (len(clue.days_of_month) / 30 if clue.days_of_month else 1.0)
    yield level("exact" if length == 1 else "within", often.within, [(first, last)], part)
    if clue.slack:
        yield level("around", often.slack, [(first - clue.slack, last + clue.slack)])
    if clue.first == date.min or clue.last == date.max:
        return
    beyond = clue.slack
    for many, given_right in ((_FEW_DAYS, often.few_days), (_MORE_DAYS, often.more_days)):
        yield level("days_off", given_right, [(first - beyond - many, last + beyond + many)])
    if length <= _A_MONTH:
        moved = [_moved(clue, months) for months in (-2, -1, 1, 2)]
        yield level("wrong_month", often.month, [each for each in moved if each is not None])
    moved = [_moved(clue, months) for months in (-12, 12)]
    yield level("wrong_year", often.year, [each for each in moved if each is not None])


def _moved(clue: RememberedDays, months: int) -> tuple[int, int] | None:
    """The same days so many months later; a whole month stays one."""
    ends = []
    for day in (clue.first, clue.last):
        year, month = divmod(12 * day.year + day.month - 1 + months, 12)
        if not date.min.year <= year <= date.max.year:
            return None
        is_last = day == clue.last and day.day == monthrange(day.year, day.month)[1] and clue.first != clue.last
        longest = monthrange(year, month + 1)[1]
        ends.append(date(year, month + 1, longest if is_last else min(day.day, longest)).toordinal())
    return ends[0], ends[1]
