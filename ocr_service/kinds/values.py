"""Readers: the value in a print, or None where the print holds no such value or more than one."""

import re
from datetime import date
from decimal import Decimal

from models.money import format_amount, parse_amount, parse_words
from ocr_service.faces.face import chinese_brackets, fold, squeeze
from ocr_service.faces.labels import NO_NAME
from ocr_service.kinds.description import Reader

DATE = (
    r"((?:19|20)\d{2}[年\-./](?:0?[1-9]|1[0-2])[月\-./](?:[12]\d|3[01]|0?[1-9]).*"
    r"|(?<!\d)20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
)
"""A date that shows itself as one without a label."""

PLATE = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·.\- ]?[A-HJ-NP-Z0-9]{5,6}"
"""A plate number with its province (GA 36)."""

_FULL_DATE = re.compile(r"((?:19|20)\d{2})\s*[年\-./·\s]\s*(\d{1,2})\s*[月\-./·\s]\s*(\d{2}(?=\d{1,2}[:时])|\d{1,2}(?!\d))")
_COMPACT_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[年\-./·]?(\d{2})[月\-./·]?(\d{2})(?!\d)")
_WRITTEN_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2}).(\d{2})月(\d{2})日")
"""A date whose 年 was read as another sign, by the places of its digits."""
_SHORT_DATE = re.compile(r"(?<!\d)(\d{2})\s*[年\-./]\s*(\d{1,2})\s*[月\-./]\s*(\d{1,2})(?!\d)|^(\d{2})(\d{2})(\d{2})$")
_TIME = re.compile(r"(?<![\d:.])(?:([01]?\d|2[0-3])\s*[:;=时]|([01]\d|2[0-3])\.)\s*([0-5]\d)(?![\d])")
_TIME_ALONE = re.compile(r"([01]\d|2[0-3])1?([0-5]\d)")
"""A clock printed without its colon, or with one that was read as the digit 1."""
_DURATION = re.compile(r"(?<!\d)(\d{1,2})([:;1])([0-5]\d)(?:([:.;])([0-5]\d))?(?!\d)")
_NUMBER = re.compile(r"(?<![\d.,])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\s*\.\s*\d+)?(?![\d,]|\.\d)")
_MARKED = re.compile(
    r"(?P<before>(?<!\w)-\s*)?[¥￥]\s*(?P<marked>-?[\d,]+(?:\s*\.\s*\d{1,2})?)"
    r"|(?<![\d.,])(?P<counted>-?[\d,]+(?:\s*\.\s*\d{1,2})?)\s*(?:元|圆)(?!/)"
)
"""A number with ¥ before it or 元 behind it; the minus of a red invoice may stand on either side of ¥."""
_MEASURE = re.compile(r"(?<![\d.])(\d{1,4})(?:\s*[.\-]\s*(\d{1,3}))?(?![\d.])")
_POINT = re.compile(r"(?<=\d)[:;·\-](?=\d{1,2}(?!\d))")
"""What the engine makes of a decimal point between digits made of needle dots."""
_DEAREST, _DEAREST_WHOLE = Decimal(10000), Decimal(1000)
"""Yuan that no ride costs; from the second on, a sum without decimals is one that lost its point."""
_UNIT = re.compile(r"元/?(?:公里|千米|[kK][mM])?|/?(?:公里|千米|[kK][mM])|人民币|[¥￥]")
_WORDS = re.compile(r"[零〇壹壱弌一贰貳弍貮二两叁叄參参三肆四伍五陆陸六柒染七捌八玖九拾十抬佰百伯仟千万萬元圓圆园角分整正]{2,}")
_TORN_WORDS = re.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万元圆角][\u4e00-\u9fff]{1,2}$")
"""Numerals before an amount in words, parted from it by one or two signs that are none: a misread numeral stood there."""
_SEAL_WORD = re.compile(r"\S{0,4}专\S{0,2}用?章\S{0,2}|(?<!\S)[0-9A-Z]{6,}(?!\S)|\(?(?:盖章|公章|章)\)?$")
"""What a seal over a name says: 发票专用章 whole or in part, the number of the company."""
_PLATE = re.compile(PLATE)
_PLATE_SIGNS = str.maketrans("粵滬贛蘇遼雲貴寧陝瓊魯", "粤沪赣苏辽云贵宁陕琼鲁", "|")
"""Provinces in traditional characters, which the engine takes for the simplified ones, and the stroke of a box."""
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "S": "5", "B": "8", "Z": "2"})
_LOCAL_CODE = re.compile(r"(?<![0-9A-Z])[0-9]\d{7}[0-9A-HJ-NP-Z]\d{3}(?![0-9A-Z])")
_STATION_END = re.compile(r"(?<=[^车运总])站$")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,15}|[A-Z]{2,}[/ ][A-Z ]{2,}")

_COMPANY = re.compile(r"(.*[\u4e00-\u9fff])(?:\d{2,}|[0-9A-Z]{3,})$")


def a_date(text: str) -> str | None:
    """YYYY-MM-DD from 2019年01月05日, 2019-1-5, 20190105 or 19/01/05, signs between two-digit parts lost or not."""
    folded = fold(text)
    found = _FULL_DATE.search(folded) or _COMPACT_DATE.search(folded) or _WRITTEN_DATE.search(squeeze(folded))
    if found is not None:
        return _calendar(*map(int, found.groups()))
    short = _SHORT_DATE.search(folded)
    if short is None:
        return None
    year, month, day = (int(part) for part in short.groups() if part is not None)
    return _calendar(2000 + year, month, day)


def _calendar(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def a_time(text: str) -> str | None:
    """HH:MM; the only one in the text."""
    folded = _without_dates(fold(text))
    found = _times(folded)
    if not found and (alone := _TIME_ALONE.fullmatch(squeeze(folded))) is not None:
        found = [f"{alone[1]}:{alone[2]}"]
    return found[0] if len(set(found)) == 1 else None


def _without_dates(text: str) -> str:
    for pattern in (_FULL_DATE, _COMPACT_DATE):
        text = pattern.sub(" ", text)
    return text


def _times(text: str) -> list[str]:
    return [f"{int(hour or other):02}:{minute}" for hour, other, minute in _TIME.findall(text)]


def first_time(text: str) -> str | None:
    """The first of two times: 12:30-12:45."""
    times = _times(_without_dates(fold(text)))
    return times[0] if len(times) == 2 else None


def second_time(text: str) -> str | None:
    """The second of two times: 12:30-12:45."""
    times = _times(_without_dates(fold(text)))
    return times[1] if len(times) == 2 else None


def a_moment(text: str) -> str | None:
    """YYYY-MM-DD HH:MM; the date alone is not enough."""
    day, time = a_date(text), a_time(text)
    return f"{day} {time}" if day is not None and time is not None else None


def a_duration(text: str) -> str | None:
    """A waiting time as printed: hours, minutes and seconds with the signs between them (00:02.17, 00:05:41)."""
    compact = squeeze(fold(text))
    found = _DURATION.fullmatch(compact)
    if found is not None:
        hours, _, minutes, sign, seconds = found.groups()
        return f"{hours}:{minutes}" + (f"{sign}{seconds}" if sign else "")
    return compact if re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?(?:分钟?|秒)", compact) else None


def an_amount(text: str) -> str | None:
    """Yuan with two decimals: the number with ¥ or 元 when the text holds one such, else its only number."""
    folded = fold(text)
    marked = [_signed(found) for found in _MARKED.finditer(folded)]
    numbers = marked or ([] if re.search(r"[A-XZa-z]{2}", folded) else _NUMBER.findall(folded))
    if len(set(numbers)) != 1:
        return None
    number = squeeze(numbers[0]).replace(",", "")
    if not re.fullmatch(r"-?(?:0|[1-9]\d{0,8})(?:\.\d{1,2})?", number):
        return None
    return format_amount(Decimal(number))


def _signed(found: re.Match[str]) -> str:
    number = found["marked"] or found["counted"]
    return f"-{number}" if found["before"] and not number.startswith("-") else number


def a_measure(text: str) -> str | None:
    """Kilometres or a price for one, as printed, without its unit."""
    found = _MEASURE.findall(_UNIT.sub(" ", fold(text)))
    if len(found) != 1:
        return None
    whole, fraction = found[0]
    return f"{whole}.{fraction}" if fraction else whole


def amount_words(text: str) -> str | None:
    """An amount in financial numerals (大写) as printed: 壹佰元整; None where a sign between the numerals could not be read as one."""
    compact = squeeze(fold(text))
    found = {run.group() for run in _WORDS.finditer(compact) if parse_words(run.group()) is not None}
    torn = any(_TORN_WORDS.search(compact[: run.start()]) for run in _WORDS.finditer(compact))
    return found.pop() if len(found) == 1 and not torn else None


def a_sum(text: str) -> str | None:
    """An amount where sums stand, with ¥, 元, decimals or three digits; less is a splinter of a seal or of a larger number."""
    folded = squeeze(fold(text))
    return an_amount(text) if re.search(r"[¥￥元圆]|\d\.\d|\d{3}", folded) else None


def a_fare(text: str) -> str | None:
    """A sum as a taximeter prints it: with its ¥, 元 or decimals, nothing else beside it.

    A point made of needle dots is taken for other signs. What begins with + is added to the fare, on a line of its own. One character
    before the ¥ is a splinter of a seal: no label is so short.
    """
    plain = re.sub(r"^[\u4e00-\u9fff]\s?(?=¥)", "", _POINT.sub(".", fold(text)))
    is_sum = re.search(r"[¥￥元圆]|\d\s?\.\s?\d", plain) is not None
    if not is_sum or plain.startswith("+") or re.search(r"[\u4e00-\u9fff]", re.sub("人民币|[元圆]", "", plain)):
        return None
    amount = an_amount(plain)
    has_point = re.search(r"\d\s?\.\s?\d", plain) is not None
    return amount if amount is not None and 0 < Decimal(amount) < (_DEAREST if has_point else _DEAREST_WHOLE) else None


def digits(*lengths: int) -> Reader:
    """A reader of exactly so many digits; letters that look like digits are taken for them."""
    pattern = re.compile("|".join(rf"(?<!\d)\d{{{length}}}(?!\d)" for length in sorted(lengths, reverse=True)))

    def read(text: str) -> str | None:
        found = set(pattern.findall(squeeze(fold(text)).translate(_LOOKALIKES)))
        return found.pop() if len(found) == 1 else None

    return read


_ten_or_twelve = digits(10, 12)


def a_code(text: str) -> str | None:
    """An invoice code: 12 or 10 digits; on local tickets the ninth place may be a letter."""
    local: set[str] = set(_LOCAL_CODE.findall(squeeze(fold(text)).upper()))
    if len(local) == 1:
        return local.pop()
    return _ten_or_twelve(text)


a_number: Reader = digits(8)
"""An invoice number of a paper form."""


def a_plate(text: str) -> str | None:
    """A plate number without the point between its parts."""
    found = _PLATE.search(squeeze(fold(text)).upper().translate(_PLATE_SIGNS))
    return None if found is None else re.sub(r"[^\w]", "", found.group())


def a_station(text: str) -> str | None:
    """A station without 站 behind its name; 客运站 and the like keep it, being part of the name."""
    found = re.findall(r"[\u4e00-\u9fff()]{2,16}", squeeze(fold(text)))
    return chinese_brackets(_STATION_END.sub("", found[0])) if len(found) == 1 else None


def a_person(text: str) -> str | None:
    """A person's name, Chinese or as in a passport."""
    found = _NAME.findall(re.sub(r"[\d*]", " ", fold(text)))
    return found[0] if len(found) == 1 and not NO_NAME.match(found[0]) else None


def plain_text(text: str) -> str | None:
    """Any text, without white space and signs at its ends; Chinese brackets stay wide."""
    compact = squeeze(fold(text)).strip(":;,._-|")
    return chinese_brackets(compact) or None


def a_signature(text: str) -> str | None:
    """Who made a paper out or took the money: a name, an abbreviation or a number, without what a seal says over it."""
    kept = _SEAL_WORD.sub(" ", fold(text)).strip()
    return plain_text(kept) if re.search(r"[\u4e00-\u9fffA-Za-z0-9]", kept) and not NO_NAME.match(kept) else None


def a_title(text: str) -> str | None:
    """A company's name: four Chinese characters and more, without the digits of a seal behind it."""
    compact = plain_text(text)
    if compact is not None and (ended := _COMPANY.match(compact)) is not None:
        compact = ended[1]
    if compact is None or len(re.findall(r"[\u4e00-\u9fff]", compact)) < 4 or re.search("盖章|有效|手写|专用章", compact):
        return None
    return compact


def a_short_plate(text: str) -> str | None:
    """A plate number printed without its province, as meters do: B·T1234."""
    found = re.findall(r"(?<![A-Z0-9])[A-Z][·.\-]?[A-HJ-NP-Z0-9]{5,6}(?![A-Z0-9])", squeeze(fold(text)).upper())
    return re.sub(r"[^\w]", "", found[0]) if len(found) == 1 and re.search(r"\d", found[0]) else None


def a_departure(text: str) -> str | None:
    """When a coach leaves: date and time, the time alone, or 流水 where it leaves when it is full."""
    return a_moment(text) or a_time(text) or ("流水" if "流水" in squeeze(text) else None)


def a_fee(text: str) -> str | None:
    """An amount that is a part of another, as printed and without its sign: 1.0, 2.00."""
    plain = _POINT.sub(".", fold(text))
    amount = an_amount(plain)
    found = [] if amount is None else [squeeze(one) for one in _NUMBER.findall(plain) if parse_amount(squeeze(one)) == Decimal(amount)]
    return found[0].replace(",", "") if found else amount


def a_coach_number(text: str) -> str | None:
    """The number of a run: letters and digits."""
    compact = squeeze(fold(text)).removesuffix("次").upper()
    return compact if re.fullmatch(r"[\u4e00-\u9fff]?[A-Z0-9\-]{1,12}", compact) and re.search(r"\d", compact) else None


def a_seat(text: str) -> str | None:
    """A seat's number in a coach or on a ship."""
    compact = re.sub(r"(?<=[\dA-F])号.*$|座$", "", squeeze(fold(text)).upper())
    return compact if re.fullmatch(r"\d{1,3}[A-F]?|\d{1,2}[车排]\d{1,3}[A-F]?|不对|无|自由", compact) else None


_ROUTE = re.compile(r"([\u4e00-\u9fff()]{2,10})(?:-+|—+|→|=>|->|~|至)([\u4e00-\u9fff()]{2,10})")


def route_start(text: str) -> str | None:
    """The first place of a route: 青禾—望江."""
    found = _ROUTE.fullmatch(squeeze(fold(text)))
    return None if found is None else a_station(found[1])


def route_end(text: str) -> str | None:
    """The last place of a route."""
    found = _ROUTE.fullmatch(squeeze(fold(text)))
    return None if found is None else a_station(found[2])


def a_check_word(text: str) -> str | None:
    """The check code of a 财政票据: six letters and digits; longer ones on some."""
    compact = squeeze(fold(text))
    return compact if re.fullmatch(r"[0-9A-Za-z]{5,20}", compact) else None
