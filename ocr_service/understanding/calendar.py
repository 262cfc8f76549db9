"""Stretches of days that have a name in every year: months, quarters, seasons, holidays, and years, also finance years."""

import calendar
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from ocr_service.understanding.tables import rows

FIRST_YEAR, LAST_YEAR = 1950, 2099
_SEASON_SLACK, _ROUGH = 20, 30


class Stretch(NamedTuple):
    """Days from `first` to `last`, both included, and how many days beyond either end the words still allow."""

    first: date
    last: date
    slack: int = 0


def day(year: int, month: int, day_of_month: int) -> date | None:
    """The day, None where the calendar or an invoice has no such day."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day_of_month <= calendar.monthrange(year, month)[1]):
        return None
    return date(year, month, day_of_month)


def months(year: int, first: int, last: int | None = None, slack: int = 0) -> Stretch:
    """From the beginning of one month to the end of another; months beyond 12 are the next year's, those below 1 the last one's."""
    last = first if last is None else last
    begin = date(year + (first - 1) // 12, (first - 1) % 12 + 1, 1)
    after = date(year + last // 12, last % 12 + 1, 1)
    return Stretch(begin, after - timedelta(days=1), slack)


def year_of(year: int, first_month: int = 1) -> Stretch:
    """A year; one that begins with another month than January has the number of the year in which it ends."""
    return months(year, 1, 12) if first_month == 1 else months(year - 1, first_month, first_month + 11)


def part_of_month(year: int, month: int, part: str) -> Stretch:
    """初, 中 or 末 of a month: its thirds, which 上旬, 中旬 and 下旬 are exactly and the others nearly."""
    whole = months(year, month)
    first, last = {"初": (1, 10), "中": (11, 20), "末": (21, whole.last.day)}[part]
    return Stretch(whole.first.replace(day=first), whole.first.replace(day=last), 3)


def part_of_year(year: int, part: str) -> Stretch:
    """初, 中 or 末 of a year, which have no sharp ends."""
    first, last = {"初": (1, 2), "中": (6, 7), "末": (11, 12)}[part]
    return months(year, first, last, _ROUGH)


def season(year: int, name: str) -> Stretch:
    """春 from March, 夏 from June, 秋 from September, 冬 from December to the next February."""
    first = {"春": 3, "夏": 6, "秋": 9, "冬": 12}[name]
    return months(year, first, first + 2, _SEASON_SLACK)


_FIXED_HOLIDAYS = {
    **{"元旦": (1, 1, 3), "情人节": (2, 14, 1), "妇女节": (3, 8, 1), "清明": (4, 4, 3), "五一": (5, 1, 5), "儿童节": (6, 1, 1)},
    **{"618": (6, 1, 20), "教师节": (9, 10, 1), "国庆": (10, 1, 7), "双十一": (11, 1, 15), "双十二": (12, 12, 1), "圣诞": (12, 24, 2)},
    **{"暑假": (7, 1, 62), "寒假": (1, 10, 40), "开学": (9, 1, 10)},
}
"""Month and day on which it begins, and days that it lasts; sales begin before their day."""
_LUNAR_DAYS = {"春节": (-1, 8), "端午": (0, 3), "中秋": (0, 3), "元宵": (0, 1), "七夕": (0, 1), "重阳": (0, 1)}
"""Days from the festival on which the holiday begins, and days that it lasts."""
_HOLIDAY_SLACK = 7


@cache
def _lunar() -> dict[tuple[str, str], tuple[int, int]]:
    heading, *years = rows("lunar_holidays")
    return {(name, year[0]): (int(day[:2]), int(day[3:])) for year in years for name, day in zip(heading[1:], year[1:], strict=True)}


def holiday(year: int, name: str) -> Stretch | None:
    """A holiday with a week around it; None for a festival of the moon in a year that the table does not have."""
    if name in _FIXED_HOLIDAYS:
        month, first_day, length = _FIXED_HOLIDAYS[name]
        first = date(year, month, first_day)
    else:
        festival = _lunar().get((name, str(year)))
        if festival is None:
            return None
        begins, length = _LUNAR_DAYS[name]
        first = date(year, *festival) + timedelta(days=begins)
    return Stretch(first, first + timedelta(days=length - 1), _HOLIDAY_SLACK)
