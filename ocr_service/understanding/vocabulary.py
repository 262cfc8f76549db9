"""Words of the tables in a sentence: firms and brands, goods, places, kinds of invoices; and departments."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import chain

from models.invoice import InvoiceKind
from models.remembered import (
    Meaning,
    NameForm,
    PartyName,
    RememberedDepartment,
    RememberedGoods,
    RememberedKind,
    RememberedParty,
    RememberedPlace,
)
from ocr_service.understanding.phrase import Phrase, folded
from ocr_service.understanding.tables import listed, rows

_LONGEST = 32
_FIRM, _GOODS, _KIND, _PLACE, _IN_NAME = 0.7, 0.5, 0.6, 0.6, 0.2
"""How likely a word of several tables is meant as one of this: 滴滴 is a firm more often than a ride, and 酒店 what was paid for more often
than a part of the seller's name."""
_PLACE_UNITS = ("特别行政区", "自治区", "自治州", "市", "省", "区", "县", "新区")
_DEPARTMENT = re.compile(
    r"(?:研发|技术|市场|销售|财务|人事|人力资源|人力|行政|采购|生产|工程|质量|品质|质检|客服|客户服务|运营|法务|物流|仓储|信息|it|产品|设计|项目|后勤|综合|综合管理"
    r"|外贸|国际|审计|安全|培训|教务|总务|宣传|企划|品牌|公关|电商|商务|售后|设备|测试|算法|运维|战略|投资|证券|合规|科研|党群)(?:部门?|处|科|室|中心)(?!件)"
    r"|办公室|总经办|董事办|总裁办|总经理办公室"
    r"|(?<![a-z])(?:(?:r&d|research|marketing|sales|finance|hr|it|purchasing|procurement|legal|admin|production|engineering|design|logistics)"
    r" (?:department|dept\.?|team))"
)


def vocabulary(text: str, departments: Collection[str] = ()) -> Iterator[Phrase]:
    """Every word of the tables that stands in a folded text, and every department."""
    words = _words()
    for start in range(len(text)):
        for length in range(min(_LONGEST, len(text) - start), 0, -1):
            end = start + length
            meanings = words.get(text[start:end])
            if meanings is not None and _is_whole(text, start, end):
                yield _with_unit(text, Phrase(start, end, meanings, _strength(text[start:end])))
    for met in _DEPARTMENT.finditer(text):
        yield Phrase.of(*met.span(), RememberedDepartment(met[0]), 1.1)
    for name in departments:
        form = folded(name)
        for met in re.finditer(re.escape(form), text) if len(form) > 1 else ():
            yield Phrase.of(*met.span(), RememberedDepartment(name), 1.2)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Latin words are met whole only: no `unit` in `united`."""
    before, after = text[start - 1 : start], text[end : end + 1]
    begins = not _is_latin(text[start]) or not _is_latin(before)
    return begins and (not _is_latin(text[end - 1]) or not _is_latin(after))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _strength(word: str) -> float:
    if len(word) == 1:
        return 0.7
    return 0.9 if word.isascii() and len(word) == 2 else 1.0


def _with_unit(text: str, phrase: Phrase) -> Phrase:
    """苏州市 and 浦东新区 are the places that 苏州 and 浦东 are."""
    if isinstance(phrase.meanings[0].clue, RememberedPlace):
        for unit in _PLACE_UNITS:
            if text.startswith(unit, phrase.end):
                return phrase._replace(end=phrase.end + len(unit))
    return phrase


@cache
def _words() -> Mapping[str, tuple[Meaning, ...]]:
    words: dict[str, list[Meaning]] = defaultdict(list)
    for word, meaning in chain(_firms(), _kinds(), _goods(), _places()):
        words[folded(word)].append(meaning)
    return {word: tuple(meanings) for word, meanings in words.items()}


def _firms() -> Iterator[tuple[str, Meaning]]:
    for names, latin in _two_columns("firms"):
        forms = [*((name, NameForm.CHINESE) for name in listed(names)), *((name, NameForm.ENGLISH) for name in listed(latin))]
        for said in forms:
            known = [PartyName(*form) for form in (said, *(form for form in forms if form != said))]
            yield said[0], Meaning(RememberedParty(tuple(known)), _FIRM)


def _two_columns(table: str) -> Iterator[tuple[str, str]]:
    for row in rows(table)[1:]:
        yield row[0], row[1] if len(row) > 1 else ""


def _goods() -> Iterator[tuple[str, Meaning]]:
    others: dict[str, dict[str, None]] = defaultdict(dict)
    for words, english in _two_columns("goods"):
        for said in (*listed(words), *listed(english)):
            others[said] |= dict.fromkeys(word for word in listed(words) if word != said)
    for word, same in others.items():
        yield word, Meaning(RememberedGoods(word, tuple(same)), _GOODS)
        if not word.isascii():
            yield word, Meaning(RememberedParty((PartyName(word, NameForm.CHINESE),)), _IN_NAME)


def _kinds() -> Iterator[tuple[str, Meaning]]:
    for words, english, kinds in rows("kinds")[1:]:
        clue = RememberedKind(tuple(InvoiceKind(kind) for kind in listed(kinds)))
        for word in (*listed(words), *listed(english)):
            yield word, Meaning(clue, _KIND)


def _places() -> Iterator[tuple[str, Meaning]]:
    places: dict[str, dict[str, None]] = defaultdict(dict)
    for name, latin, _ in (row if len(row) == 3 else (*row, "") for row in rows("places")[1:]):
        for word in (name, *listed(latin)):
            places[word][name] = None
    for word, names in places.items():
        yield word, Meaning(RememberedPlace(tuple(names)), _PLACE)
