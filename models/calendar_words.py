"""Days in China; and days, months, quarters and years as people write them, each understood in the one way that it can be meant."""

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple

CHINA = timezone(timedelta(hours=8), "UTC+8")
"""One zone for the whole country, without summer time since 1991."""
FIRST_YEAR, LAST_YEAR = 1950, 2099
"""No paper that is still kept is older; no year beyond is meant by whoever types it."""

HOW_TO_WRITE = "write 2025-09-20, 2025-09, 2025-Q3 or 2025"


def day_in_china(moment: datetime) -> date:
    """The day that a moment falls on in China, where invoices are made out."""
    return moment.astimezone(CHINA).date()


class Doubt(StrEnum):
    """Why a text is no stretch of days that one may look for."""

    NO_DATE = "no_date"
    NO_YEAR = "no_year"
    SHORT_YEAR = "short_year"
    NO_SUCH_DAY = "no_such_day"
    EITHER_WAY = "either_way"
    """Day and month may stand either way round."""
    FAR_YEAR = "far_year"


EXPLAINED = {
    Doubt.NO_DATE: "not a date",
    Doubt.NO_YEAR: "no year",
    Doubt.SHORT_YEAR: "the year needs all four digits",
    Doubt.NO_SUCH_DAY: "the calendar has no such day",
    Doubt.EITHER_WAY: "day and month may be meant either way round",
    Doubt.FAR_YEAR: f"not a year from {FIRST_YEAR} to {LAST_YEAR}",
}


class Days(NamedTuple):
    """A stretch of days, both ends included."""

    first: date
    last: date


_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
    "sept",
)
_MONTHS = {name: 9 if name == "sept" else place for place, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()}
_NAME = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_DAY_TH = _DAY + "(?:st|nd|rd|th)?"

_SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        f"{_YEAR}年?",
        f"{_YEAR}年{_MONTH}月?",
        f"{_YEAR}年{_MONTH}月{_DAY}[日号]?",
        rf"{_YEAR}(?P<sign>[-/. ]){_MONTH}(?:(?P=sign){_DAY})?",
        rf"{_MONTH}[-/. ]{_YEAR}",
        rf"(?P<one>\d{{1,2}})(?P<sign>[-/. ])(?P<other>\d{{1,2}})(?P=sign){_YEAR}",
        rf"(?:{_DAY_TH}[- ]?)?{_NAME},?[- ]?{_YEAR}",
        rf"{_NAME} ?{_DAY_TH},? ?(?<=[, ]){_YEAR}",
        rf"{_YEAR}[- ]?{_NAME}(?:[- ]?{_DAY_TH})?",
        rf"{_YEAR}[-/. ]?q(?P<quarter>[1-4])",
        rf"q(?P<quarter>[1-4])[-/. ]?{_YEAR}",
        rf"{_YEAR}[-年]?第?(?P<quarter>[1-4])季度?",
    )
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})?", re.ASCII)

_SHORT_YEARS = (
    r"\d{2}年.*",
    r"\d{1,2}([-/. ])\d{1,2}\1\d{1,2}",
    r"\d{6}",
    r"'?\d{2}[-/. ]?q[1-4]",
    r"q[1-4][-/. ]?'?\d{2}",
    rf"{_DAY_TH}[- ]{_NAME}[- ]\d{{2}}",
)
_WITHOUT_YEAR = (
    r"\d{1,2}[-/. ]\d{1,2}",
    r"\d{1,2}月(?:\d{1,2}[日号]?)?",
    r"\d{1,2}[日号]",
    "第?[1-4]季度?",
    "q[1-4]",
    rf"(?:{_DAY_TH}[- ]?)?{_NAME}",
    rf"{_NAME}[- ]?{_DAY_TH}",
)
_DOUBTFUL = tuple(
    (re.compile(shape, re.ASCII), doubt)
    for doubt, shapes in ((Doubt.SHORT_YEAR, _SHORT_YEARS), (Doubt.NO_YEAR, _WITHOUT_YEAR))
    for shape in shapes
)

_NUMERALS = str.maketrans(
    {
        **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
        **dict(zip("零壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
        **{"○": "0", "拾": "十", "廿": "2十", "卅": "3十", "號": "号"},
        **dict.fromkeys("‐‑‒–—−", "-"),
    }
)
_TENS = re.compile(r"(?<!\d)([1-9]?)十([1-9]?)(?!\d)", re.ASCII)


def understand(text: str) -> Days | Doubt:
    """The days that a text means, or why it cannot be told which.

    A year has four digits and lies between `FIRST_YEAR` and `LAST_YEAR`. Without one nothing is understood, and day and month before
    the year only where the calendar allows one order: 31.12.2025, but not 3/4/2025.
    """
    folded = _folded(text)
    compact = _COMPACT.fullmatch(folded)
    if compact is not None:
        days = _days(compact)
        # A year that cannot be is most likely a date with a short year, such as 250920.
        return Doubt.SHORT_YEAR if days is Doubt.FAR_YEAR else days
    for shape in _SHAPES:
        met = shape.fullmatch(folded)
        if met is not None:
            return _days(met)
    return next((doubt for shape, doubt in _DOUBTFUL if shape.fullmatch(folded)), Doubt.NO_DATE)


def _folded(text: str) -> str:
    """Half width, lower case, Chinese numerals as digits; no spaces where Chinese words part the numbers."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_NUMERALS).split())
    folded = _TENS.sub(lambda tens: str(int(tens[1] or 1) * 10 + int(tens[2] or 0)), folded)
    return folded.replace(" ", "") if re.search("[年月日号季]", folded) else folded


def _days(met: re.Match[str]) -> Days | Doubt:
    parts = {name: value for name, value in met.groupdict().items() if value is not None}
    year = int(parts["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Doubt.FAR_YEAR
    if "one" in parts:
        return _in_either_order(year, int(parts["one"]), int(parts["other"]))
    if "quarter" in parts:
        last = int(parts["quarter"]) * 3
        return Days(date(year, last - 2, 1), _month(year, last).last)
    month = _MONTHS[parts["name"]] if "name" in parts else int(parts.get("month", 0))
    if "name" not in parts and "month" not in parts:
        return Days(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        return Doubt.NO_SUCH_DAY
    return _day(year, month, int(parts["day"])) if "day" in parts else _month(year, month)


def _in_either_order(year: int, one: int, other: int) -> Days | Doubt:
    possible = {_day(year, month, day) for month, day in ((one, other), (other, one)) if 1 <= month <= 12} - {Doubt.NO_SUCH_DAY}
    if len(possible) > 1:
        return Doubt.EITHER_WAY
    return possible.pop() if possible else Doubt.NO_SUCH_DAY


def _day(year: int, month: int, day: int) -> Days | Doubt:
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return Doubt.NO_SUCH_DAY
    return Days(date(year, month, day), date(year, month, day))


def _month(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
