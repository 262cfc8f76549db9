"""Days that are told from today: 前天, 上周三, 上个月底, 三个月前, 最近, last month, 3 weeks ago."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from models.remembered import RememberedDays
from ocr_service.understanding import calendar
from ocr_service.understanding.calendar import Stretch
from ocr_service.understanding.phrase import Phrase
from ocr_service.understanding.quantities import digits

_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COUNTS = {"半": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "half a": 0.5, "a couple of": 2}
_SOME = ("几", "数", "好几", "a few", "several", "some")
_DAYS_OF = {
    **{"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "礼拜": 7, "week": 7},
    **{"月": 30.44, "month": 30.44, "季度": 91.3, "quarter": 91.3, "年": 365.25, "year": 365.25},
}
_COUNT = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3}|半|好几|几|数)"
_UNIT = r"(?P<unit>天|日|周|星期|礼拜|月|季度|年)"
_COUNT_EN = r"(?:\d{1,3}|one|two|three|four|five|six|half a|a couple of|a few|several|some|an?)"
_UNIT_EN = r"(?P<unit>day|week|month|quarter|year)s?"

_AGO = (
    re.compile(rf"(?<!\d)(?P<count>{_COUNT})个?(?P<half>半)?{_UNIT}(?:多)?(?:之前|以前|前)"),
    re.compile(rf"(?<![a-z\d])(?P<count>{_COUNT_EN}) {_UNIT_EN} (?:ago|back)"),
    re.compile(rf"前(?P<count>{_COUNT})个?(?P<half>半)?{_UNIT}"),
)
_PAST = (
    re.compile(rf"(?:最近|近|过去|这)(?P<count>{_COUNT})个?(?P<half>半)?{_UNIT}"),
    re.compile(rf"(?:the |in the )?(?:last|past) (?P<count>{_COUNT_EN}) {_UNIT_EN}"),
)


def _between(before: int, until: int, slack: int = 0) -> Callable[[date], Stretch]:
    return lambda today: Stretch(today - timedelta(days=before), today - timedelta(days=until), slack)


def _weeks_ago(weeks: int) -> Callable[[date], Stretch]:
    def stretch(today: date) -> Stretch:
        monday = today - timedelta(days=today.weekday() + 7 * weeks)
        return Stretch(monday, monday + timedelta(days=6))

    return stretch


def _months_ago(back: int) -> Callable[[date], Stretch]:
    return lambda today: calendar.months(today.year, today.month - back)


def _quarters_ago(back: int) -> Callable[[date], Stretch]:
    def stretch(today: date) -> Stretch:
        first = (today.month - 1) // 3 * 3 + 1 - 3 * back
        return calendar.months(today.year, first, first + 2)

    return stretch


_WORDS: tuple[tuple[str, Callable[[date], Stretch]], ...] = (
    ("大前天|three days ago", _between(3, 3)),
    ("前天|the day before yesterday", _between(2, 2)),
    ("昨天|昨日|昨晚|yesterday|last night", _between(1, 1)),
    ("今天|今日|刚才|刚刚|today|just now|this morning", _between(0, 0)),
    ("前几天|前些天|前两天|前阵子|前段时间|the other day", _between(12, 2, 10)),
    ("这几天|这两天|最近几天|these days", _between(7, 0, 3)),
    ("最近|近期|近来|recently|lately", _between(60, 0, 30)),
    ("上上个?(?:周|星期|礼拜)|the week before last", _weeks_ago(2)),
    ("上个?(?:周|星期|礼拜)|last week", _weeks_ago(1)),
    ("(?:本|这个?)(?:周|星期|礼拜)|this week", _weeks_ago(0)),
    ("上上个?月|the month before last", _months_ago(2)),
    ("上个?月|last month", _months_ago(1)),
    ("本月|这个?月|当月|this month", _months_ago(0)),
    ("上个?季度|last quarter", _quarters_ago(1)),
    ("本季度?|这个?季度|this quarter", _quarters_ago(0)),
    ("去年(?:这个时候|同期|今天|这会儿)|this time last year", _between(385, 345, 20)),
)
_NAMED = tuple(
    (
        re.compile(
            rf"(?<![a-z])(?:在)?(?:{words})(?:份)?(?P<part>初|中旬|上旬|下旬|中|底|末)?(?:(?:周|星期|礼拜)?(?P<weekday>[一二三四五六日天]))?(?![a-z])"
        ),
        stretch,
    )
    for words, stretch in _WORDS
)
_LAST_WEEKDAY = re.compile(rf"(?<![a-z])(?:last|on) (?P<name>{'|'.join(_WEEKDAY_NAMES)})(?![a-z])")
_PARTS = {"初": "初", "上旬": "初", "中": "中", "中旬": "中", "底": "末", "末": "末", "下旬": "末"}


def relative_days(text: str, today: date) -> Iterator[Phrase]:
    """Every stretch of a folded text that tells days from today."""
    for shape, stretch in _NAMED:
        for met in shape.finditer(text):
            yield from _named(met, stretch(today))
    for met in _LAST_WEEKDAY.finditer(text):
        back = (today.weekday() - _WEEKDAY_NAMES.index(met["name"]) - 1) % 7 + 1
        yield _phrase(met, Stretch(today - timedelta(days=back), today - timedelta(days=back)))
    for shape in _AGO:
        for met in shape.finditer(text):
            yield from _ago(met, today)
    for shape in _PAST:
        for met in shape.finditer(text):
            count = _count(met)
            if count is not None:
                yield _phrase(met, Stretch(_back(today, max(count) * _DAYS_OF[met["unit"]]), today, 3))


def _named(met: re.Match[str], stretch: Stretch) -> Iterator[Phrase]:
    length = (stretch.last - stretch.first).days + 1
    end = met.end()
    if met["weekday"] is not None:
        if length == 7:
            one = stretch.first + timedelta(days=_WEEKDAYS[met["weekday"]])
            stretch = Stretch(one, one)
        else:
            end = met.start("weekday")
    if met["part"] is not None:
        if 28 <= length <= 31:
            stretch = calendar.part_of_month(stretch.first.year, stretch.first.month, _PARTS[met["part"]])
        else:
            end = min(end, met.start("part"))
    yield Phrase.of(met.start(), end, RememberedDays(stretch.first, stretch.last, stretch.slack), 1.15)


def _ago(met: re.Match[str], today: date) -> Iterator[Phrase]:
    """三个月前 is a day about as uncertain as its unit is long; 前两个月 are the months before this one."""
    count, unit = _count(met), _DAYS_OF[met["unit"]]
    if count is None:
        return
    least, most = min(count) * unit, max(count) * unit
    rough = 0 if unit == 1 and most < 4 else max(min(unit, most) / 2, most / 10)
    if met[0].startswith("前"):
        least = 0 if unit < 30 else unit / 2
    first, last = _back(today, most + rough), _back(today, max(least - rough, 0))
    yield _phrase(met, Stretch(first, last, int(rough)))


def _back(today: date, days: float) -> date:
    return today - timedelta(days=min(round(days), 36_500))


def _count(met: re.Match[str]) -> tuple[float, ...] | None:
    said = met["count"]
    if said in _SOME:
        return 2, 6
    count = _COUNTS.get(said, digits(said))
    if count is None or not count:
        return None
    return (count + (0.5 if met.groupdict().get("half") else 0),)


def _phrase(met: re.Match[str], stretch: Stretch) -> Phrase:
    return Phrase.of(met.start(), met.end(), RememberedDays(stretch.first, stretch.last, stretch.slack), 1.15)
