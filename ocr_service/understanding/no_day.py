"""Words that name a day which no calendar has: 2月30日, 2023年2月29日, 2024-04-31, Feb 30, 13月. They are neither a number nor a name."""

import re
from collections.abc import Iterator
from datetime import date

from ocr_service.understanding import calendar
from ocr_service.understanding.phrase import every
from ocr_service.understanding.quantities import digits

_LEAP_YEAR = 2024
"""Where no year is said, 29 February is a day."""
_BACK = {"大前年": 3, "前年": 2, "去年": 1, "上年": 1, "今年": 0, "本年": 0}
_NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = rf"(?P<m>{'|'.join(_MONTH_NAMES)})[a-z]*\.?"
_ORDINAL = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?P<y>(?:19|20)\d\d)"

_SHAPES = (
    re.compile(
        rf"(?<![\d一二三四五六七八九十])(?:(?P<back>{'|'.join(_BACK)})的?|(?P<y>(?:\d\d)?\d\d) ?年)? ?"
        rf"(?P<m>{_NUMERAL}) ?月(?:份|里)?的? ?(?P<d>{_NUMERAL}) ?[号日](?![楼线院店])"
    ),
    re.compile(rf"(?<![\d.]){_YEAR} ?(?P<sign>[-/.]) ?(?P<m>\d{{1,2}}) ?(?P=sign) ?(?P<d>\d{{1,2}})(?![\d?])"),
    re.compile(rf"(?<![a-z]){_NAMED} ?{_ORDINAL}(?:,? ?{_YEAR})?(?! ?(?:yuan|rmb|cny|元|块|k\b|,\d))"),
    re.compile(rf"(?<![\d.]){_ORDINAL}(?: of)? ?{_NAMED}(?![a-z])(?:,? ?{_YEAR})?"),
)
_EITHER_ORDER = re.compile(rf"(?<![\d.])(?P<m>\d{{1,2}})(?P<sign>[-/.])(?P<d>\d{{1,2}})(?P=sign){_YEAR}(?!\d)")
_NO_MONTH = re.compile(r"(?<!\d)(?:(?:1[3-9]|[2-9]\d|\d{3,4}|00?) ?月份?|(?:[5-9]|\d\d) ?季度|(?:3[2-9]|[4-9]\d) ?[号日])(?! ?\d)")


def no_days(text: str, today: date) -> Iterator[tuple[int, int]]:
    """Where such words begin and end in a folded text."""
    for shape in _SHAPES:
        yield from (met.span() for met in every(shape, text) if not _is_day(met["m"], met["d"], _year(met.groupdict(), today)))
    for met in every(_EITHER_ORDER, text):
        if not any(_is_day(month, of_month, int(met["y"])) for month, of_month in ((met["m"], met["d"]), (met["d"], met["m"]))):
            yield met.span()
    yield from (met.span() for met in _NO_MONTH.finditer(text))


def _is_day(month: str, of_month: str, year: int) -> bool:
    number = _MONTH_NAMES.index(month) + 1 if month in _MONTH_NAMES else digits(month) or 0
    return calendar.day(year, number, digits(of_month) or 0) is not None


def _year(groups: dict[str, str | None], today: date) -> int:
    back, said = groups.get("back"), groups.get("y")
    if back is not None:
        return today.year - _BACK[back]
    if said is None:
        return _LEAP_YEAR
    year = int(said)
    return 2000 + year if year < 100 else year
