"""How pages speak of what somebody remembers: names of clues, what they say, and how well an invoice answers."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from api.web import trade_words
from api.web.language import MARKS, Language, Pair
from api.web.money import yuan
from models.clues import MAX_AMOUNT
from models.remembered import (
    AmountCertainty,
    Clue,
    NumberPart,
    RememberedAmount,
    RememberedDays,
    RememberedGoods,
    RememberedKind,
    RememberedNumber,
    RememberedParty,
)
from ocr_service.understanding.telling import clue_value

NAMES: Mapping[str, Pair] = {
    "number": ("号码", "Number"),
    "code": ("代码", "Code"),
    "amount": ("金额", "Amount"),
    "date": ("日期", "Date"),
    "seller": ("销售方", "Seller"),
    "buyer": ("购买方", "Buyer"),
    "party": ("单位名称", "Company"),
    "goods": ("货物或服务", "Goods or services"),
    "tax_id": ("税号", "Taxpayer id"),
    "kind": ("票种", "Kind"),
    "department": ("部门", "Department"),
    "place": ("地点", "Place"),
    "text": ("票面文字", "Words on the page"),
}

LEVELS: Mapping[str, Pair] = {
    "exact": ("完全一致", "the same"),
    "same_yuan": ("元以上一致", "the same yuan"),
    "within": ("在范围内", "within it"),
    "around": ("在前后", "around it"),
    "days_off": ("差几天", "some days off"),
    "wrong_month": ("差一两个月", "a month or two off"),
    "wrong_year": ("差一年", "a year off"),
    "two_per_cent": ("相差 2% 以内", "within 2 per cent"),
    "five_per_cent": ("相差 5% 以内", "within 5 per cent"),
    "ten_per_cent": ("相差 10% 以内", "within 10 per cent"),
    "twenty_per_cent": ("相差 20% 以内", "within 20 per cent"),
    "net": ("与不含税金额一致", "the amount without tax"),
    "tax": ("与税额一致", "the tax"),
    "wrong_digit": ("一位数字不同", "one digit differs"),
    "swapped_digits": ("两位数字颠倒", "two digits swapped"),
    "digit_more_or_less": ("多或少一位数字", "a digit more or less"),
    "tail": ("尾号一致", "the same end"),
    "head": ("开头一致", "the same beginning"),
    "part": ("包含", "contains it"),
    "pattern": ("符合", "fits"),
    "look_alike": ("形近字符", "characters that look alike"),
    "printed": ("票面所印", "as printed"),
    "other_word": ("同类说法", "another word for it"),
    "part_of_word": ("词中一部分", "a part of the word"),
    "two_characters": ("名称中两个字", "two characters of the name"),
    "pinyin": ("拼音一致", "the same pinyin"),
    "initials": ("拼音首字母一致", "the same initials"),
    "other_name": ("又名", "another name of it"),
    "left_out": ("省略了几个字", "characters left out"),
    "other_order": ("次序不同", "in another order"),
    "short_form": ("简称", "a short form"),
    "homophone": ("同音字", "sounds the same"),
    "near_sound": ("音近", "sounds alike"),
    "one_wrong": ("一字之差", "one character differs"),
    "two_wrong": ("两字之差", "two characters differ"),
    "partly": ("部分相同", "partly the same"),
    "on_page": ("票面上有", "on the page"),
    "missed": ("不符", "does not fit"),
    "absent": ("票上没有", "not on the invoice"),
}
_NEAR: Pair = ("相近", "near")

PHRASES: Mapping[str, Pair] = {
    "about": ("约 {amount}", "about {amount}"),
    "from_to": ("{low} 至 {high}", "{low} to {high}"),
    "at_least": ("{low} 以上", "at least {low}"),
    "net": ("不含税 {amount}", "{amount} without tax"),
    "tax": ("税额 {amount}", "{amount} of tax"),
    "total": ("价税合计 {amount}", "{amount} in total"),
    "tail": ("尾号 {number}", "ends in {number}"),
    "head": ("开头 {number}", "begins with {number}"),
    "middle": ("中间有 {number}", "{number} in the middle"),
    "any": ("含有 {number}", "contains {number}"),
    "whole": ("{number}：整个号码", "{number}, the whole number"),
    "with_code": ("代码 {code}，号码 {number}", "code {code}, number {number}"),
    "recurring": ("任何一年，{when}", "any year, {when}"),
    "month": ("{month} 月", "month {month}"),
    "day": ("{day} 日", "day {day}"),
    "days": ("{first} 至 {last}", "{first} to {last}"),
    "until": ("{last} 及以前", "until {last}"),
    "since": ("{first} 及以后", "since {first}"),
    "slack": ("{days}，前后 {slack} 天", "{days}, give or take {slack} days"),
    "also": ("{word}（也查 {others}）", "{word} (also {others})"),
}
_OTHERS = 3


def level_words(level: str, language: Language) -> str:
    """How well a thing was met."""
    return _of(LEVELS.get(level, _NEAR), language)


def told(clue: Clue, language: Language) -> str:
    """What a clue says, for the eye."""
    teller = _told_by.get(type(clue))
    return clue_value(clue) if teller is None else teller(clue, language)


def _of(pair: Pair, language: Language) -> str:
    return pair[1] if language is Language.ENGLISH else pair[0]


def _say(key: str, language: Language, **blanks: object) -> str:
    return _of(PHRASES[key], language).format(**blanks)


def _amount(clue: RememberedAmount, language: Language) -> str:
    if clue.digits is not None:
        said = yuan(clue.digits)
    elif clue.wanted is not None:
        said = yuan(clue.wanted)
        if clue.certainty in (AmountCertainty.ABOUT, AmountCertainty.ROUNDED):
            said = _say("about", language, amount=said)
    elif clue.high >= MAX_AMOUNT:
        said = _say("at_least", language, low=yuan(clue.low))
    else:
        said = _say("from_to", language, low=yuan(clue.low), high=yuan(clue.high))
    return said if clue.of.value == "any" else _say(clue.of.value, language, amount=said)


def _days(clue: RememberedDays, language: Language) -> str:
    if clue.months or clue.days_of_month:
        when = []
        if clue.months:
            when.append(_say("month", language, month=MARKS[language].comma.join(map(str, sorted(clue.months)))))
        if clue.days_of_month:
            days = sorted(clue.days_of_month)
            when.append(_say("day", language, day=str(days[0]) if len(days) == 1 else f"{days[0]}–{days[-1]}"))
        return _say("recurring", language, when=" ".join(when))
    if clue.first == date.min:
        said = _say("until", language, last=clue.last)
    elif clue.last == date.max:
        said = _say("since", language, first=clue.first)
    elif clue.first == clue.last:
        said = clue.first.isoformat()
    else:
        said = _say("days", language, first=clue.first, last=clue.last)
    return _say("slack", language, days=said, slack=clue.slack) if clue.slack else said


def _number(clue: RememberedNumber, language: Language) -> str:
    if clue.code:
        return _say("with_code", language, code=clue.code, number=clue.number) if clue.number else clue.code
    key = {NumberPart.WHOLE: "whole", NumberPart.HEAD: "head", NumberPart.TAIL: "tail", NumberPart.MIDDLE: "middle"}.get(clue.part, "any")
    return _say(key, language, number=clue.number)


def _with_others(word: str, others: tuple[str, ...], language: Language) -> str:
    return _say("also", language, word=word, others=MARKS[language].comma.join(others[:_OTHERS])) if others else word


_told_by: dict[type, Callable[[Any, Language], str]] = {
    RememberedAmount: _amount,
    RememberedDays: _days,
    RememberedNumber: _number,
    RememberedGoods: lambda clue, language: _with_others(clue.word, clue.others, language),
    RememberedParty: lambda clue, language: _with_others(clue.names[0].text, tuple(name.text for name in clue.names[1:]), language),
    RememberedKind: lambda clue, language: " / ".join(_of(trade_words.KINDS[kind.value], language) for kind in clue.kinds),
}
