"""What a check expected and what it found, in the clerk's language.

A record keeps these as the rules wrote them, values of fields and short English phrases: what was written once stays as it is, so the
words are found here, for records of any age. A value that is no phrase is shown as it is.
"""

import re
from collections.abc import Iterable, Mapping

from api.web import words
from api.web.language import MARKS, Language, Pair
from api.web.money import AMOUNT_RULES, yuan
from api.web.trade_words import KINDS

VOTERS: Mapping[str, Pair] = {
    "embedded": ("文件内数据", "the file's own data"),
    "qr": ("二维码", "the QR code"),
    "title": ("标题", "the title"),
    "code": ("发票代码", "the code"),
    "layout": ("版式", "the layout"),
    "number": ("发票号码", "the number"),
    "reading": ("识别结果", "the reading"),
    "person": ("人工", "a person"),
}
"""Who says of which kind an invoice is."""

PHRASES: Mapping[str, Pair] = {
    "checksum of its content": ("与内容相符的校验码", "a checksum that fits its content"),
    "a checksum by a known rule": ("按已知算法的校验码", "a checksum by a known rule"),
    "a tax region": ("税务地区代码", "a tax region"),
    "year of issue and region in the first four digits": ("前四位是开票年份和地区", "year of issue and region in the first four digits"),
    "check characters of GB 32100 / GB 11714": ("符合 GB 32100 / GB 11714 的校验位", "check characters of GB 32100 / GB 11714"),
    "check digit of GB 16735": ("符合 GB 16735 的校验位", "check digit of GB 16735"),
    "a line without an amount": ("有一行没有金额", "a line without an amount"),
    "no line": ("没有明细行", "no line"),
    "negative and marked as red": ("金额为负，且注明红字", "negative and marked as red"),
    "a rate in force": ("现行税率", "a rate in force"),
}
"""Phrases of the rules that have no value in them."""

_DAY = r"\d{4}-\d{2}-\d{2}"
SENTENCES: tuple[tuple[re.Pattern[str], Pair], ...] = (
    (re.compile(rf"(?P<first>{_DAY}) to (?P<last>{_DAY})"), ("{first} 至 {last}", "{first} to {last}")),
    (re.compile(rf"a rate in force by (?P<day>{_DAY})"), ("{day} 时有效的税率", "a rate in force by {day}")),
    (re.compile(r"(?P<year>\d{4}) or before"), ("{year} 年或更早", "{year} or before")),
    (re.compile(r"about (?P<amount>[\d.]+)"), ("约 {amount}", "about {amount}")),
    (re.compile(r"(?P<total>-?[\d.]+), marked"), ("{total}，注明红字", "{total}, marked as red")),
    (re.compile(r"(?P<total>-?[\d.]+), not marked"), ("{total}，未注明红字", "{total}, not marked as red")),
    (re.compile(r"national series, (?P<kind>\w+)"), ("全国统一编码，{kind}", "national series, {kind}")),
    (re.compile(r"local series, (?P<kind>\w+)"), ("地方编码，{kind}", "local series, {kind}")),
    (re.compile(r"national series"), ("全国统一编码", "national series")),
    (re.compile(r"local series"), ("地方编码", "local series")),
)
"""Phrases of the rules with values in them."""
_IN_BOTH: tuple[tuple[re.Pattern[str], Pair], ...] = (
    (re.compile(r"第 (\d+) 页 page \1"), (r"第 \1 页", r"page \1")),
    (re.compile(r" 等共 (\d+) 项 in all"), (r" 等共 \1 项", r", \1 in all")),
    (re.compile(r"缺 missing: "), ("缺：", "missing: ")),
    (
        re.compile(
            r"(齐全|附件|资源|注释|文档|签章|模板|图片|左侧|右侧|上方|下方)"
            r" (all there|attachment|resources|annotations|document|signatures|template|picture|left|right|top|bottom)\b"
        ),
        (r"\1", r"\2"),
    ),
)
"""What the rules over files and sides write in both languages, the English behind the Chinese."""
_OF_KINDS, _IN_BOTH_LANGUAGES = "kind_witnesses_agree", frozenset({"file_holds_what_it_lists", "face_is_whole"})


def check_words(rule: str, text: str | None, language: Language) -> str:
    """What a check expected or found, empty where it says nothing."""
    if text is None:
        return ""
    if rule == _OF_KINDS:
        return _listed((_vote(part, language) for part in text.split(", ")), language)
    if rule in _IN_BOTH_LANGUAGES:
        return _listed((_in_one(part, language) for part in re.split(", |、", text)), language)
    if text in PHRASES:
        return words.say(PHRASES, text, language)
    for pattern, pair in SENTENCES:
        match = pattern.fullmatch(text)
        if match is not None:
            return words.say({rule: pair}, rule, language, **_values(match, language))
    return yuan(text) if rule in AMOUNT_RULES else text


def _listed(parts: Iterable[str], language: Language) -> str:
    return MARKS[language].comma.join(parts)


def _vote(text: str, language: Language) -> str:
    """A kind, alone or behind the one who says so."""
    *voter, kind = text.split()
    named = words.say(KINDS, kind, language)
    if not voter:
        return named
    who = words.say(VOTERS, voter[0], language)
    return f"{who}{MARKS[language].colon}{named}"


def _in_one(text: str, language: Language) -> str:
    for pattern, pair in _IN_BOTH:
        text = pattern.sub(pair[0 if language is Language.CHINESE else 1], text)
    return text


def _values(match: re.Match[str], language: Language) -> dict[str, str]:
    return {name: _value(name, value, language) for name, value in match.groupdict().items()}


def _value(name: str, value: str, language: Language) -> str:
    if name == "kind":
        return words.say(KINDS, value, language)
    return yuan(value) if name in ("amount", "total") else value
