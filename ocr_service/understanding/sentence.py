"""A sentence as clues: the words that say what they are, then what is left between them as names, goods or free words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from models.remembered import (
    Meaning,
    Memory,
    NameForm,
    PartyName,
    PartyRole,
    Remembered,
    RememberedGoods,
    RememberedParty,
    RememberedPlace,
    RememberedWords,
)
from ocr_service.understanding.amounts import amounts
from ocr_service.understanding.days import days
from ocr_service.understanding.no_day import no_days
from ocr_service.understanding.numbers import numbers
from ocr_service.understanding.phrase import Phrase, folded
from ocr_service.understanding.pinyin import could_be_initials, could_be_pinyin
from ocr_service.understanding.tables import listed, rows
from ocr_service.understanding.vocabulary import vocabulary

LONGEST = 300
"""Characters of a sentence that are understood; what comes after them is free words."""
_EACH = 0.35
"""What a phrase costs, so that one long one is better than two short ones of the same characters."""

_SAID_OF_BUYER = r"购买方|买方|购方|发票抬头|公司抬头|抬头|付款方|开给|buyer|customer|billed to|bill to|issued to|made out to"
_SAID_OF_SELLER = r"销售方|卖方|销方|开票方|开票单位|收款方|商家|店家|店名|对方|seller|vendor|supplier|merchant|shop"
_ROLE = re.compile(rf"(?:(?P<buyer>{_SAID_OF_BUYER})|(?P<seller>{_SAID_OF_SELLER}))(?:名称|叫做?|是|为|写的|:| is| name| )*")
_OWN = re.compile(r"我们公司|本公司|我公司|我司|咱们公司|our company|my company")
_FILLERS, _ENGLISH_FILLERS, _EDGE_FILLERS, _UNITS = (listed(row[0]) for row in rows("fillers")[1:])
_FILLER = re.compile("|".join(re.escape(word) for word in sorted(_FILLERS, key=len, reverse=True)))
_FORMS = (
    r"(?:有限责任公司|股份有限公司|有限公司|总公司|分公司|公司|集团|支行|分行|银行|事务所|医院|诊所|大学|学院|中学|小学|幼儿园|研究院|研究所|经营部|商行|商店|超市|百货"
    r"|商场|书店|药店|药房|饭店|酒楼|餐厅|餐馆|酒店|宾馆|旅馆|客栈|加油站|停车场|服务部|门市部|工作室|工厂|厂|店|面馆|茶馆|会馆|体育馆|旅行社|合作社|报社|俱乐部|会所"
    r"|山庄|大厦|广场|中心|维修部|营业厅|车队|经销部|批发部|美容院|养生馆|照相馆|度假村)"
)
_COMPANY = re.compile(rf"(?P<core>.{{2,}}?){_FORMS}")
_LEGAL_FORM = re.compile(r"(?:有限责任公司|股份有限公司|有限公司|公司)$")
_HAN = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]")
_GAP = re.compile(r"[㐀-鿿\U00020000-\U0003ffff][㐀-鿿\U00020000-\U0003ffff()·]*|[a-zà-ɏ][a-z0-9à-ɏ&'.+_-]*|[^\W_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What words are understood from: the day, the month that the finance year begins with, the own companies and departments."""

    today: date
    first_month: int = 1
    own_companies: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


@dataclass(slots=True)
class _Piece:
    """A stretch of the sentence: a phrase, or words between phrases, which have no meaning yet."""

    start: int
    end: int
    meanings: tuple[Meaning, ...] = ()
    role: PartyRole | None = None
    is_filler: bool = field(default=False)

    @property
    def is_open(self) -> bool:
        """Whether it may be part of a company's name."""
        kinds = (RememberedParty, RememberedPlace, RememberedGoods)
        return self.role is None and not self.is_filler and (not self.meanings or isinstance(self.meanings[0].clue, kinds))


def understand(text: str, circumstances: Circumstances, source: str = "sentence") -> Memory:
    """What a sentence in Chinese or English says of an invoice; every word is in it, but for such as 帮我找 that say nothing of one.

    Nothing is refused: what is not understood stays as words, and what can be meant in several ways has several meanings.
    """
    read = text[:LONGEST]
    form = folded(read)
    pieces = list(_with_gaps(form, _cover(form, _phrases(form, circumstances))))
    things = [_remembered(read, piece, source) for piece in _with_roles(_in_one(form, _with_companies(form, pieces))) if piece.meanings]
    rest = text[LONGEST:].split()
    if rest:
        words = " ".join(rest)
        things.append(Remembered(words, (Meaning(RememberedWords(words)),), source, LONGEST))
    return Memory(tuple(things))


def speaks_of_own_company(text: str) -> bool:
    """Whether the own companies must be known to understand it."""
    return _OWN.search(folded(text)) is not None


def _phrases(text: str, circumstances: Circumstances) -> list[Phrase]:
    """All that may be meant, one phrase for each stretch with all its meanings."""
    found = chain(
        days(text, circumstances.today, circumstances.first_month),
        amounts(text),
        numbers(text),
        vocabulary(text, circumstances.departments),
        _own_company(text, circumstances.own_companies),
        (Phrase.of(*span, RememberedWords(text[slice(*span)], no_day=True), 1.1) for span in no_days(text, circumstances.today)),
    )
    merged: dict[tuple[int, int], Phrase] = {}
    for phrase in (one.trimmed(text) for one in found):
        stretch = phrase.start, phrase.end
        if stretch not in merged:
            merged[stretch] = phrase
            continue
        before = merged[stretch]
        known = {meaning.clue for meaning in before.meanings}
        added = tuple(meaning for meaning in phrase.meanings if meaning.clue not in known)
        merged[stretch] = before._replace(meanings=before.meanings + added, strength=max(before.strength, phrase.strength))
    return list(merged.values())


def _own_company(text: str, names: Sequence[str]) -> Iterator[Phrase]:
    for met in _OWN.finditer(text) if names else ():
        known = tuple(PartyName(name, NameForm.CHINESE) for name in names)
        yield Phrase.of(*met.span(), RememberedParty(known, PartyRole.BUYER), 1.2)


def _cover(text: str, phrases: Sequence[Phrase]) -> list[_Piece]:
    """The phrases that do not overlap and explain most of the text: each is worth its characters by its strength."""
    cues = [
        *(_Piece(met.start(), met.end(), role=PartyRole.BUYER if met["buyer"] else PartyRole.SELLER) for met in _ROLE.finditer(text)),
        *(_Piece(*met.span(), is_filler=True) for met in _FILLER.finditer(text)),
    ]
    options: dict[int, list[tuple[float, _Piece]]] = {}
    for phrase in phrases:
        worth = (phrase.end - phrase.start) * phrase.strength - _EACH
        options.setdefault(phrase.end, []).append((worth, _Piece(phrase.start, phrase.end, phrase.meanings)))
    for cue in cues:
        options.setdefault(cue.end, []).append(((cue.end - cue.start) * (0.5 if cue.is_filler else 0.9) - _EACH, cue))
    best: list[tuple[float, _Piece | None]] = [(0.0, None)]
    for end in range(1, len(text) + 1):
        choice: tuple[float, _Piece | None] = (best[end - 1][0], None)
        for worth, piece in options.get(end, ()):
            if best[piece.start][0] + worth > choice[0]:
                choice = best[piece.start][0] + worth, piece
        best.append(choice)
    chosen: list[_Piece] = []
    end = len(text)
    while end > 0:
        step = best[end][1]
        if step is not None:
            chosen.append(step)
        end = end - 1 if step is None else step.start
    return chosen[::-1]


def _with_gaps(text: str, chosen: Sequence[_Piece]) -> Iterator[_Piece]:
    place = 0
    for piece in (*chosen, _Piece(len(text), len(text))):
        for met in _GAP.finditer(text[place : piece.start]):
            yield _Piece(place + met.start(), place + met.end())
        if piece.end > piece.start:
            yield piece
        place = piece.end


def _with_companies(text: str, pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """Pieces that stand together and end as names of companies do become one; what else has no meaning is given those it may have."""
    run: list[_Piece] = []
    for piece in (*pieces, None):
        if piece is not None and piece.is_open and (not run or run[-1].end == piece.start):
            run.append(piece)
            continue
        yield from _named(text, run)
        run = [] if piece is None or not piece.is_open else [piece]
        if piece is not None and not piece.is_open:
            yield piece


def _named(text: str, run: list[_Piece]) -> Iterator[_Piece]:
    run = [piece for piece in run if piece.meanings or _stripped(text, piece)]
    if not run:
        return
    unknown = [piece for piece in run if not piece.meanings]
    start, end = run[0].start, run[-1].end
    met = _COMPANY.fullmatch(text, start, end)
    told = sum(piece.end - piece.start for piece in unknown)
    if met is not None and told >= 2 and _HAN.search(text, start, end) and _is_more_than_form(text, unknown):
        yield _Piece(start, end, _company(text[start:end]))
        return
    for place, piece in enumerate(run):
        if piece.meanings:
            yield piece
        else:
            yield from _guessed(text, piece, follows=place > 0)


def _stripped(text: str, piece: _Piece) -> bool:
    """Take the little words off both ends; False when nothing is left."""
    while piece.start < piece.end and text[piece.start] in _EDGE_FILLERS:
        piece.start += 1
    while piece.start < piece.end and text[piece.end - 1] in _EDGE_FILLERS:
        piece.end -= 1
    return piece.start < piece.end


def _is_more_than_form(text: str, unknown: Sequence[_Piece]) -> bool:
    """Whether what the tables do not know is not only the form of a company or a filler."""
    return any(
        len(re.sub(rf"{_FORMS}$", "", text[piece.start : piece.end]).strip("".join(_EDGE_FILLERS))) >= 2 for piece in unknown
    ) or any(_LEGAL_FORM.search(text[piece.start : piece.end]) for piece in unknown)


def _company(name: str) -> tuple[Meaning, ...]:
    """The name as it was said, and without its legal form."""
    core = _LEGAL_FORM.sub("", name)
    names = [name, core] if len(core) >= 2 and core != name else [name]
    return (Meaning(RememberedParty(tuple(PartyName(one, NameForm.CHINESE) for one in names))),)


def _guessed(text: str, piece: _Piece, *, follows: bool) -> Iterator[_Piece]:
    """What words may be that no table knows."""
    said = text[piece.start : piece.end]
    if said in _ENGLISH_FILLERS:
        return
    if _HAN.search(said):
        if not (follows and said in _UNITS):
            yield _Piece(piece.start, piece.end, _chinese(said))
    else:
        yield _Piece(piece.start, piece.end, _latin(said))


def _chinese(said: str) -> tuple[Meaning, ...]:
    if len(said) == 1 or _LEGAL_FORM.fullmatch(said):
        return (Meaning(RememberedWords(said)),)
    name = RememberedParty((PartyName(said, NameForm.CHINESE),))
    return (Meaning(name, 0.6), Meaning(RememberedGoods(said), 0.25), Meaning(RememberedWords(said), 0.15))


def _latin(said: str) -> tuple[Meaning, ...]:
    if not said.isascii() or any(character.isdigit() for character in said):
        return (Meaning(RememberedWords(said)),)
    forms = [(said, NameForm.ENGLISH)]
    joined = said.replace(" ", "")
    if could_be_pinyin(joined):
        forms.insert(0, (joined, NameForm.PINYIN))
    if could_be_initials(joined):
        forms.insert(0 if len(joined) <= 4 else len(forms) - 1, (joined, NameForm.INITIALS))
    shares = {1: (0.75,), 2: (0.6, 0.2), 3: (0.5, 0.2, 0.1)}[len(forms)]
    meanings = [Meaning(RememberedParty((PartyName(*form),)), share) for form, share in zip(forms, shares, strict=True)]
    return (*meanings, Meaning(RememberedWords(said), 1 - sum(shares)))


def _in_one(text: str, pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Latin words that stand in a row and are no table's are one name: golden dragon trading, jin ji hu."""
    row: _Piece | None = None
    for piece in pieces:
        if row is not None and _is_latin_name(piece) and text[row.end : piece.start] == " ":
            row.end = piece.end
            row.meanings = _latin(text[row.start : row.end])
            continue
        if row is not None:
            yield row
        row = piece if _is_latin_name(piece) else None
        if row is None:
            yield piece
    if row is not None:
        yield row


def _is_latin_name(piece: _Piece) -> bool:
    clue = piece.meanings[0].clue if len(piece.meanings) > 1 else None
    return isinstance(clue, RememberedParty) and len(clue.names) == 1 and clue.names[0].form is not NameForm.CHINESE


def _with_roles(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """卖方 and 抬头 say of the name after them which party it is; without one they are words like others."""
    cue: _Piece | None = None
    for piece in pieces:
        if piece.role is not None:
            cue = piece
            continue
        if piece.is_filler:
            continue
        if cue is not None and any(isinstance(meaning.clue, RememberedParty | RememberedGoods) for meaning in piece.meanings):
            yield _Piece(cue.start, piece.end, tuple(_as_party(piece.meanings, cue.role or PartyRole.EITHER)))
        else:
            yield piece
        cue = None


def _as_party(meanings: Sequence[Meaning], role: PartyRole) -> Iterator[Meaning]:
    for meaning in meanings:
        if isinstance(meaning.clue, RememberedParty):
            yield replace(meaning, clue=replace(meaning.clue, role=role))
        elif isinstance(meaning.clue, RememberedGoods) and len(meanings) == 1:
            yield replace(meaning, clue=RememberedParty((PartyName(meaning.clue.word, NameForm.CHINESE),), role))


def _remembered(text: str, piece: _Piece, source: str) -> Remembered:
    total = sum(meaning.likelihood for meaning in piece.meanings)
    shares = sorted(
        (replace(meaning, likelihood=meaning.likelihood / total) for meaning in piece.meanings), key=lambda meaning: -meaning.likelihood
    )
    return Remembered(text[piece.start : piece.end], tuple(shares), source, piece.start)
