"""Days in a sentence: 去年三四月, 24年三季度, 春节前后, 上个月底, last spring, early March 2024, 2024Q3, FY24."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from models.remembered import Meaning, RememberedDays
from ocr_service.understanding import calendar
from ocr_service.understanding.calendar import Stretch
from ocr_service.understanding.phrase import Phrase
from ocr_service.understanding.quantities import digits
from ocr_service.understanding.relative_days import relative_days

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTHS = {name: place for place, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {name[:3]: place for name, place in _MONTHS.items()} | {"sept": 9}
_MONTH_NAME = r"(?<![a-z])(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![a-z])\.?"
_PARTS = {
    **dict.fromkeys(("初", "上旬", "头", "early", "beginning", "start", "开头"), "初"),
    **dict.fromkeys(("中", "中旬", "mid", "middle", "当中"), "中"),
    **dict.fromkeys(("底", "末", "下旬", "尾", "late", "end"), "末"),
}
_SEASONS = {
    **dict.fromkeys(("春天", "春季", "开春", "春", "spring"), "春"),
    **dict.fromkeys(("夏天", "夏季", "入夏", "夏", "summer"), "夏"),
    **dict.fromkeys(("秋天", "秋季", "入秋", "秋", "autumn", "fall"), "秋"),
    **dict.fromkeys(("冬天", "冬季", "入冬", "冬", "winter"), "冬"),
}
_HOLIDAYS = {
    **{"元旦": "元旦", "new year's day": "元旦", "情人节": "情人节", "valentine's day": "情人节", "三八节": "妇女节", "妇女节": "妇女节"},
    **dict.fromkeys(("春节", "过年", "大年初一", "除夕", "spring festival", "chinese new year", "lunar new year", "cny"), "春节"),
    **{"元宵节": "元宵", "元宵": "元宵", "清明节": "清明", "清明": "清明", "qingming": "清明", "劳动节": "五一", "五一": "五一"},
    **{"labour day": "五一", "labor day": "五一", "may day": "五一", "儿童节": "儿童节", "六一": "儿童节"},
    **{"端午节": "端午", "端午": "端午", "dragon boat festival": "端午", "七夕": "七夕", "教师节": "教师节"},
    **{"中秋节": "中秋", "中秋": "中秋", "mid-autumn festival": "中秋", "mid-autumn": "中秋", "重阳": "重阳"},
    **{"国庆节": "国庆", "国庆": "国庆", "十一假期": "国庆", "十一长假": "国庆", "national day": "国庆", "golden week": "国庆"},
    **dict.fromkeys(("双十一", "双11", "双 11", "singles' day", "singles day", "double eleven", "double 11"), "双十一"),
    **{"双十二": "双十二", "双12": "双十二", "618": "618", "圣诞节": "圣诞", "圣诞": "圣诞", "christmas": "圣诞", "xmas": "圣诞"},
    **{"暑假": "暑假", "寒假": "寒假", "开学": "开学"},
}


def _any(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_YEAR = (
    r"(?:(?P<full>(?<!\d)(?:19|20)\d\d|[一二]\s?[零九][零一二三四五六七八九]{2})(?: ?年度?| ?(?P<fiscal>财年|会计年度))?"
    r"|(?<![\d.])'?(?P<short>\d\d|[零一二][零一二三四五六七八九])(?: ?年度?| ?(?P<fiscal_short>财年))"
    r"|fy ?'?(?P<fy>(?:20)?\d\d)(?!\d)"
    r"|(?P<relative>大前年|前年|去年|上年|上一年|今年|本年|明年|the year before last|last year|this year)(?:的|'s)?)"
)
_SUB = (
    rf"(?:第?(?P<quarter>[1-4一二三四])个?季度?(?!酒店)|q(?P<quarter_q>[1-4])(?!\d)|(?<![\d.])(?P<quarter_1q>[1-4])q"
    r"|(?P<quarter_en>first|second|third|fourth|1st|2nd|3rd|4th) quarter"
    r"|(?P<half>上半年|下半年|h1(?!\d)|h2(?!\d)|first half|second half)"
    rf"|(?P<season>{_any({name: '' for name in _SEASONS if len(name) > 1})})(?![a-z])"
    rf"|(?P<holiday>{_any(_HOLIDAYS)})(?:节|假期|长假)?"
    rf"|(?P<pair>[一二三四五六七八九]{{2}}|十一二)月份?"
    rf"|(?P<from>{_NUMBER}) ?月?份? ?(?:-|~|到|至|、|,|和|或者?) ?(?P<to>{_NUMBER}) ?月份?(?!\d)"
    rf"|(?<!\d)(?P<month>{_NUMBER}) ?月(?:份|里)?的?(?: ?(?P<day>{_NUMBER}) ?[日号](?:(?:-|到|至)(?P<to_day>{_NUMBER})[日号])?"
    r"|(?P<bare_day>\d{1,2})(?![\d.,元块百千万多k])|(?P<third>初|上旬|中旬|下旬|中|底|末|头|尾))?"
    rf"|(?P<name>{_MONTH_NAME})(?: ?(?P<name_day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]))?(?: ?(?:-|to|and|or|/) ?(?P<to_name>{_MONTH_NAME}))?"
    rf"|(?<![\d.])(?P<day_name>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ?(?P<name_after>{_MONTH_NAME}))"
)
_AROUND = r"(?P<around>前后|左右|那阵子?|那会儿?|那段时间|附近|期间|上下|or so)"
_SIDE = r"(?P<side>之前|以前|之后|以后|前|后)(?![天台厅])"
_EARLY = r"(?:(?P<early>early|mid|late|end|beginning|start|middle)(?:[ -](?:of|in))?(?: the)?[ -])"
_HEDGE = r"(?:(?P<hedge>大概|大约|差不多|好像|可能|around|about|circa|sometime in)(?: ?是?在?) ?)"
_IN = r"(?:(?P<english_side>before|until|by|after|since) (?:the )?|(?:in|on|during|at|from)(?: the)? |在)"

_CHINESE = re.compile(
    rf"{_HEDGE}?{_IN}?{_EARLY}?(?:{_YEAR}的?[ ,]*)?(?:{_SUB}|(?<=[年度])(?P<year_part>初|中|底|末|尾)"
    rf"|(?P<bare_part>年初|年头|年中|年底|年末|岁末|年尾|开年|year[ -]end)"
    rf"|(?<=年)(?P<short_season>[春夏秋冬]))(?:里|的时候|时)?(?:{_AROUND}|{_SIDE})?"
)
_YEAR_ALONE = re.compile(rf"{_HEDGE}?{_IN}?{_EARLY}?{_YEAR}(?P<end>[ -]end)?(?: ?{_AROUND}|{_SIDE})?")
_ENGLISH = re.compile(
    rf"{_HEDGE}?{_IN}?{_EARLY}?(?:(?P<which>last|this|past|previous) )?{_SUB},?(?: of)?[ -]?"
    rf"(?:{_YEAR}|'?(?P<yy>(?<=[q1-4 -])\d\d(?!\d)))?(?: ?{_AROUND})?"
)
_ONLY_DAY = re.compile(
    rf"(?:(?<![\d月零一二三四五六七八九十])(?P<day>{_NUMBER})[号日](?![楼线院店])"
    r"|(?<![a-z])the (?P<th>\d{{1,2}})(?:st|nd|rd|th))(?P<around>左右|前后)?"
    r"|(?P<third>月初|月底|月末|月中)"
)
_SIGNS = (
    re.compile(r"(?<![\d.])(?P<y>(?:19|20)\d\d) ?(?P<sign>[-/. ]) ?(?P<m>\d{1,2})(?: ?(?P=sign) ?(?P<d>\d{1,2}))?(?![\d?])"),
    re.compile(r"(?<![\d.])(?P<one>\d{1,2})(?P<sign>[-/.])(?P<other>\d{1,2})(?P=sign)(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"(?<![\d.])(?P<m>\d{1,2})[-/](?P<y>(?:19|20)\d\d)(?![\d-])"),
    re.compile(r"(?<![\d.])(?P<yy>\d\d)(?P<sign>[-/.])(?P<m>\d{1,2})(?P=sign)(?P<d>\d{1,2})(?![\d.])"),
    re.compile(r"(?<![\d.-])(?P<m>\d{1,2})(?P<sign>[-/.])(?P<d>\d{1,2})(?![\d.%]|[-/]\d)"),
    re.compile(r"(?<![\da-z.?*])(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)?(?![\da-z?*])"),
    re.compile(r"(?<![\da-z.?*])(?P<yy>[012]\d)(?P<m>\d\d)(?P<d>\d\d)(?![\da-z?*])"),
)
_ORDINALS = {"一": 1, "二": 2, "三": 3, "四": 4, "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_SAID_DAYS = ("day", "bare_day", "name_day", "day_name")
_CONNECTED = re.compile(r" ?(?:-|~|到|至|to|and|until|till|through) ?")


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """What words such as 去年 and 财年 are reckoned from."""

    today: date
    first_month: int


def days(text: str, today: date, first_month: int = 1) -> Iterator[Phrase]:
    """Every stretch of a folded text that may tell days; `first_month` is that of the finance year (财年)."""
    reckoning = _Reckoning(today, first_month)
    found = [phrase for phrase in _single(text, reckoning) if all(_is_possible(meaning.clue) for meaning in phrase.meanings)]
    yield from found
    yield from _joined(text, found)


def _single(text: str, reckoning: _Reckoning) -> Iterator[Phrase]:
    for shape in (_CHINESE, _ENGLISH, _YEAR_ALONE):
        place = 0
        while (met := shape.search(text, place)) is not None:
            yield from _spoken(met, reckoning)
            place = max(met.end(), met.start() + 1)
    for met in _ONLY_DAY.finditer(text):
        yield from _day_alone(met, reckoning.today)
    for shape in _SIGNS:
        for met in shape.finditer(text):
            yield from _written(met, reckoning.today)
    yield from relative_days(text, reckoning.today)


def _is_possible(clue: object) -> bool:
    return isinstance(clue, RememberedDays) and clue.first <= clue.last


def _joined(text: str, found: list[Phrase]) -> Iterator[Phrase]:
    """去年12月到今年1月: from the first of one to the last of the other."""
    by_start: dict[int, list[Phrase]] = {}
    for phrase in found:
        by_start.setdefault(phrase.start, []).append(phrase)
    for one in found:
        connected = _CONNECTED.match(text, one.end)
        for other in by_start.get(connected.end(), ()) if connected else ():
            begin, end = one.meanings[0].clue, other.meanings[0].clue
            if isinstance(begin, RememberedDays) and isinstance(end, RememberedDays) and begin.first < end.last and not end.months:
                slack = max(begin.slack, end.slack)
                first = begin.first if not begin.months else _before(begin, end.last)
                if first is not None:
                    yield Phrase.of(one.start, other.end, RememberedDays(first, end.last, slack), min(one.strength, other.strength))


def _before(recurring: RememberedDays, last: date) -> date | None:
    """The first day of the recurring months in the year that ends with this day."""
    first = calendar.day(last.year, min(recurring.months), 1)
    return first if first is not None and first <= last else None


def _spoken(met: re.Match[str], reckoning: _Reckoning) -> Iterator[Phrase]:
    groups = {name: value for name, value in met.groupdict().items() if value is not None}
    year = _year(groups, reckoning.today)
    is_fiscal = "fiscal" in groups or "fiscal_short" in groups or "fy" in groups
    of_year = _of_year(groups, reckoning.first_month if is_fiscal else 1)
    if of_year is None or not met[0].strip():
        return
    today = reckoning.today
    if "which" in groups:
        meanings = [(stretch, share) for stretch, share in _lately(of_year, today, groups["which"])]
    elif year is not None:
        stretch = of_year(year)
        meanings = [] if stretch is None else [(stretch, 1.0)]
        if groups.get("season") in ("冬天", "冬季", "入冬", "winter") or groups.get("short_season") == "冬":
            meanings = [*((stretch, 0.7) for stretch, _ in meanings), (calendar.months(year, 1, 2, 20), 0.3)]
    else:
        yield from _recurring(met, of_year, groups, today)
        return
    clues = tuple(Meaning(_days(_moved(stretch, groups)), share) for stretch, share in meanings)
    if clues:
        yield Phrase(*met.span(), clues, _strength(met, groups))


def _strength(met: re.Match[str], groups: dict[str, str]) -> float:
    text = met[0].strip()
    if text.isascii() and text.isdigit():
        return 0.6 if len(text) == 4 else 0.3
    if groups.get("name") == "may" and len(text) == 3:
        return 0.4
    return 1.1


def _year(groups: dict[str, str], today: date) -> int | None:
    if "relative" in groups:
        back = {"大前年": 3, "前年": 2, "the year before last": 2, "今年": 0, "本年": 0, "this year": 0, "明年": -1}
        return today.year - back.get(groups["relative"], 1)
    if "full" in groups:
        return digits(groups["full"].replace(" ", ""))
    for name in ("short", "fy", "yy"):
        if name in groups:
            value = digits(groups[name])
            if value is None or value >= 100:
                return value
            return 2000 + value if 2000 + value <= today.year + 1 else 1900 + value
    return None


def _of_year(groups: dict[str, str], first_month: int) -> Callable[[int], Stretch | None] | None:
    """The stretch that is meant of any year; None when the words are no stretch, such as 13月."""
    early = _PARTS.get(groups.get("early", ""))
    month = _month(groups)
    if month is not None:
        return _of_month(month, groups, early)
    if "quarter" in groups or "quarter_q" in groups or "quarter_1q" in groups or "quarter_en" in groups:
        said = groups.get("quarter") or groups.get("quarter_q") or groups.get("quarter_1q") or groups["quarter_en"]
        quarter = int(said) if said.isdigit() else _ORDINALS[said]
        return lambda year: _quarter(year, quarter, first_month)
    if "half" in groups:
        first = 7 if groups["half"] in ("下半年", "h2", "second half") else 1
        return lambda year: calendar.months(year, first, first + 5)
    if "season" in groups or "short_season" in groups:
        name = _SEASONS[groups.get("season") or groups["short_season"]]
        return lambda year: _third(calendar.season(year, name), early)
    if "holiday" in groups:
        return lambda year: calendar.holiday(year, _HOLIDAYS[groups["holiday"]])
    part = early or _part(groups)
    if "bare_part" in groups or part is not None:
        return lambda year: calendar.part_of_year(year, part or "末")
    if any(name in groups for name in ("full", "short", "fy", "relative")):
        return lambda year: calendar.year_of(year, first_month)
    return None


def _part(groups: dict[str, str]) -> str | None:
    if "end" in groups:
        return "末"
    said = groups.get("year_part") or groups.get("bare_part", "")[-1:]
    return "初" if said == "年" else _PARTS.get(said)


def _quarter(year: int, quarter: int, first_month: int) -> Stretch:
    begin = calendar.year_of(year, first_month).first
    first = begin.month + 3 * (quarter - 1)
    return calendar.months(begin.year, first, first + 2)


def _third(stretch: Stretch, part: str | None) -> Stretch:
    if part is None:
        return stretch
    third = (stretch.last - stretch.first) / 3
    place = "初中末".index(part)
    return Stretch(stretch.first + place * third, stretch.first + (place + 1) * third, stretch.slack)


def _month(groups: dict[str, str]) -> tuple[int, int] | None:
    """First and last month that are named; None for none."""
    if "pair" in groups:
        pair = groups["pair"]
        if pair == "十一二":
            return 11, 12
        one, other = digits(pair[0]), digits(pair[1])
        return None if one is None or other is None or one >= other else (one, other)
    for first, last in (("from", "to"), ("month", "month"), ("name", "to_name"), ("name_after", "name_after")):
        if first in groups:
            begin, end = _month_number(groups[first]), _month_number(groups.get(last, groups[first]))
            return None if begin is None or end is None else (begin, end if end >= begin else end + 12)
    return None


def _month_number(said: str) -> int | None:
    number = _MONTHS.get(said.rstrip(".")) or digits(said)
    return number if number is not None and 1 <= number <= 12 else None


def _of_month(month: tuple[int, int], groups: dict[str, str], early: str | None) -> Callable[[int], Stretch | None]:
    first, last = month
    said = next((groups[name] for name in _SAID_DAYS if name in groups), None)
    part = early or _PARTS.get(groups.get("third", ""))
    if said is not None:
        begin, end = digits(said) or 0, digits(groups.get("to_day") or said) or 0
        return lambda year: _one_day(year, first, begin, end)
    if part is not None:
        return lambda year: calendar.part_of_month(year, first, part)
    return lambda year: calendar.months(year, first, last)


def _one_day(year: int, month: int, first: int, last: int) -> Stretch | None:
    begin, end = calendar.day(year, month, first), calendar.day(year, month, last)
    return None if begin is None or end is None else Stretch(begin, end)


def _lately(of_year: Callable[[int], Stretch | None], today: date, which: str) -> Iterator[tuple[Stretch, float]]:
    """Last spring is the one that ended last, or that of last year."""
    years = [today.year] if which == "this" else [today.year, today.year - 1, today.year - 2]
    over = [stretch for year in years if (stretch := of_year(year)) is not None and (stretch.last < today or which == "this")]
    if len(over) > 1 and over[0].first.year == today.year:
        yield over[0], 0.6
        yield over[1], 0.4
    elif over:
        yield over[0], 1.0


def _recurring(met: re.Match[str], of_year: Callable[[int], Stretch | None], groups: dict[str, str], today: date) -> Iterator[Phrase]:
    """Without a year: most likely the last one that began, and else any."""
    candidates = [stretch for year in range(today.year, today.year - 9, -1) if (stretch := of_year(year)) is not None]
    begun = [stretch for stretch in candidates if stretch.first <= today]
    if not begun:
        return
    latest = _moved(begun[0], groups)
    stretches = [_moved(stretch, groups) for stretch in candidates]
    recurring = frozenset(month for stretch in stretches[:4] for month in _months_of(stretch))
    of_month = range(begun[0].first.day, begun[0].last.day + 1) if groups.keys() & set(_SAID_DAYS) else ()
    anytime = RememberedDays(date.min, date.max, latest.slack, recurring, frozenset(of_month))
    meanings = (Meaning(_days(latest), 0.5), Meaning(anytime, 0.5))
    yield Phrase(*met.span(), meanings, _strength(met, groups))


def _months_of(stretch: Stretch) -> Iterator[int]:
    year, month = stretch.first.year, stretch.first.month
    while (year, month) <= (stretch.last.year, stretch.last.month):
        yield month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _moved(stretch: Stretch, groups: dict[str, str]) -> Stretch:
    """What 前后, 前 and 后 make of it."""
    length = (stretch.last - stretch.first).days + 1
    if groups.get("around") or groups.get("hedge"):
        return stretch._replace(slack=max(stretch.slack, 5 if length == 1 else 15))
    side, near = groups.get("side") or groups.get("english_side"), timedelta(days=20)
    if side is None:
        return stretch
    before = side in ("前", "之前", "以前", "before", "until", "by")
    if "holiday" in groups:
        around = (stretch.first - near, stretch.first) if before else (stretch.last, stretch.last + near)
        return Stretch(*around, stretch.slack)
    return Stretch(date.min, stretch.first - timedelta(days=1)) if before else Stretch(stretch.last, date.max)


def _days(stretch: Stretch) -> RememberedDays:
    return RememberedDays(stretch.first, stretch.last, stretch.slack)


def _day_alone(met: re.Match[str], today: date) -> Iterator[Phrase]:
    """12号, 月底: that of the last month, or of any."""
    if met["third"]:
        whole = {"月初": (1, 10), "月中": (11, 20), "月末": (21, 31), "月底": (21, 31)}[met["third"]]
        of_month, slack = range(whole[0], whole[1] + 1), 3
    else:
        said = digits(met["day"] or met["th"])
        if said is None or not 1 <= said <= 31:
            return
        of_month, slack = range(said, said + 1), 3 if met["around"] else 0
    anytime = RememberedDays(date.min, date.max, slack, days_of_month=frozenset(of_month))
    yield Phrase.of(met.start(), met.end(), anytime, 1.0)


def _written(met: re.Match[str], today: date) -> Iterator[Phrase]:
    """2024-03-05, 3/4/2025, 3-5, 20240305, 240305."""
    groups = met.groupdict()
    start, end, text = met.start(), met.end(), met[0]
    if groups.get("y") is None and groups.get("yy") is None:
        yield from _without_year(met, today)
        return
    year = int(groups["y"]) if groups.get("y") else 2000 + int(groups["yy"])
    if "one" in groups:
        orders = {(int(groups["one"]), int(groups["other"])), (int(groups["other"]), int(groups["one"]))}
        found = [stretch for order in sorted(orders) if (stretch := _one_day(year, order[0], order[1], order[1])) is not None]
    elif groups.get("d") is None:
        month = int(groups["m"])
        found = [calendar.months(year, month)] if 1 <= month <= 12 and year <= calendar.LAST_YEAR else []
    else:
        one = _one_day(year, int(groups["m"]), int(groups["d"]), int(groups["d"]))
        found = [] if one is None else [one]
    found = [stretch for stretch in found if stretch.first.year <= today.year + 1]
    if not found:
        return
    # Digits alone may be a number as well.
    likelihood = 1.0 if not text.isdigit() else {8: 0.6, 6: 0.45 if groups.get("y") else 0.25}.get(len(text), 0.3)
    strength = 1.1 if not text.isdigit() and " " not in text else 0.7
    yield Phrase(start, end, tuple(Meaning(_days(stretch), likelihood / len(found)) for stretch in found), strength)


def _without_year(met: re.Match[str], today: date) -> Iterator[Phrase]:
    month, of_month = int(met["m"]), int(met["d"])
    if calendar.day(2024, month, of_month) is None:
        return
    latest = next(
        (found for year in range(today.year, today.year - 5, -1) if (found := calendar.day(year, month, of_month)) and found <= today), None
    )
    anytime = RememberedDays(date.min, date.max, 0, frozenset({month}), frozenset({of_month}))
    likelihood, strength = (0.15, 0.6) if met["sign"] == "." else (0.8, 0.8)
    meanings = [Meaning(anytime, likelihood / 2)]
    if latest is not None:
        meanings.insert(0, Meaning(RememberedDays(latest, latest), likelihood / 2))
    yield Phrase(met.start(), met.end(), tuple(meanings), strength)
