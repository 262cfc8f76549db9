"""Companies as they are remembered: a brand, two characters, by ear, by initials, with a character wrong, in another order."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio
from sqlalchemy import ColumnElement, Connection, Text, bindparam, func, select

from models.access import Visibility
from models.remembered import NameForm, PartyName, PartyRole, RememberedParty
from storage.catalogue.evidence.counting import many_of
from storage.catalogue.evidence.given import statement, words
from storage.catalogue.evidence.weighing import Evidence, Facts, Met, Reach, Shares
from storage.catalogue.evidence_rows import BUYER, SELLER
from storage.catalogue.grams import bigrams
from storage.catalogue.look_alikes import alike
from storage.catalogue.name_search import nearly_contains
from storage.catalogue.normal_form import plain
from storage.catalogue.one_of import OneOf
from storage.catalogue.sounds import folded, initials, is_chinese, pinyin_of, readings, sound_pairs
from storage.catalogue.tables import companies, company_grams

_OFTEN = {
    **{"exact": 0.90, "part": 0.80, "two_characters": 0.70, "pinyin": 0.80, "initials": 0.80, "other_name": 0.65},
    **{"left_out": 0.20, "other_order": 0.15, "short_form": 0.15, "homophone": 0.12, "look_alike": 0.08},
    **{"near_sound": 0.05, "one_wrong": 0.07, "two_wrong": 0.02, "partly": 0.03},
}
"""How often the right company's name has each level. Estimates; the shares that they are held against are counted."""
_LIKELY = frozenset({"exact", "part", "two_characters", "pinyin", "initials", "other_name", "left_out", "other_order", "short_form"})
_RANK = {level: place for place, level in enumerate(_OFTEN)}
_SIDES = (SELLER, BUYER)
_ROLE = {PartyRole.SELLER: (1.0, 0.05), PartyRole.BUYER: (0.05, 1.0), PartyRole.EITHER: (0.75, 0.25)}
"""How often the seller and the buyer are meant. Who says which one takes the one for the other now and then."""

_COUNTED = 2_000
"""Names with a piece are counted up to here, to start from the rarest ones."""
_START = 4_000
"""So many names with the rarest pieces are looked through for those that have the most of them."""
_LOOKED_AT = 600
_WHOLE_SETS = 64
"""So many rare pieces of one name are asked for."""
_UNCOUNTED_SHARE = 0.001
"""Of a level at which no name answers that was found by its pieces, and one that was looked up: a few names of some ten thousand."""
_COMMON_SHARE = 0.2
"""Of a name whose every piece stands in more names than are counted; those are no fewer than a twentieth of fifty thousand."""
_LEAST_COVERED = 0.75
_LEFT_OUT = "省市区县镇"
"""What people leave out of names: 苏州兴达 for 苏州市兴达."""

# Built once: SQLAlchemy takes longer to put a statement together than a database to answer it.
_MANY = func.count().label("many")
_WITH_MOST = (
    select(company_grams.c.company_id, _MANY)
    .where(OneOf(company_grams.c.gram, "grams"))
    .group_by(company_grams.c.company_id)
    .order_by(_MANY.desc(), company_grams.c.company_id)
    .limit(_LOOKED_AT)
)
_NAMES = select(companies.c.id, companies.c.name, companies.c.pinyin).where(OneOf(companies.c.id, "ids"))
_CALLED = select(companies.c.id).where(companies.c.name == bindparam("name", type_=Text))


class _Name(NamedTuple):
    """A company's name and its syllables, parted by spaces."""

    name: str
    pinyin: str


class _Wanted:
    """One way to write a remembered name, ready to be held against names."""

    def __init__(self, name: PartyName, place: int) -> None:
        self.form = name.form
        self.is_other = place > 0
        self.text = plain(name.text)

    @cached_property
    def syllables(self) -> tuple[tuple[str, ...], ...]:
        """How it is read, or may be where its letters part in several ways."""
        if self.form is NameForm.PINYIN:
            return readings(self.text)
        return (tuple(pinyin_of(self.text).split()),) if is_chinese(self.text) else ()

    @property
    def grams(self) -> frozenset[str]:
        """Pieces of which each name that answers it has at least one."""
        if self.form is NameForm.INITIALS:
            return frozenset()
        sounds = frozenset(pair for reading in self.syllables for pair in sound_pairs(reading))
        if self.form is NameForm.PINYIN:
            return sounds
        pieces = bigrams(self.text) | sounds
        if len(self.text) == 2:
            pieces |= {self.text[0] + other for other in alike(self.text[1])} | {other + self.text[1] for other in alike(self.text[0])}
        return pieces

    @property
    def scanned(self) -> ColumnElement[bool] | None:
        """What names meet that answer it and have none of its pieces: they are gone through, there being few beside the invoices."""
        if self.form is NameForm.INITIALS:
            return companies.c.initials.contains(self.text, autoescape=True)
        if self.form is NameForm.CHINESE and len(self.text) == 3 and "%" not in self.text:
            return companies.c.name.like(f"%{self.text[0]}_{self.text[2]}%")
        return None

    def level(self, company: _Name) -> str | None:
        """How well a company's name answers it."""
        if self.form is NameForm.INITIALS:
            return "initials" if self.text in initials(company.pinyin) else None
        if self.form is NameForm.PINYIN:
            return self._by_sound(company.pinyin, "pinyin")
        level = self._written(company.name)
        if level is not None:
            return "other_name" if self.is_other and level in _LIKELY else level
        if self.form is NameForm.ENGLISH or len(self.text) < 2:
            return None
        return self._by_sound(company.pinyin, "homophone") or self._by_sound(_without_left_out(company), "homophone")

    def _written(self, name: str) -> str | None:
        wanted = self.text
        if wanted == name:
            return "exact"
        if wanted in name:
            return "two_characters" if len(wanted) <= 2 else "part"
        if len(wanted) < 3 or self.form is NameForm.ENGLISH:
            return None
        if _without(wanted, _LEFT_OUT) in _without(name, _LEFT_OUT):
            return "left_out"
        covered = _covered(wanted, name)
        if covered == 1.0:
            return "other_order"
        if _is_short_form(wanted, name):
            return "short_form"
        return None

    def _by_sound(self, pinyin: str, exact: str) -> str | None:
        for reading in self.syllables:
            if len(reading) < 2:
                continue
            if f" {' '.join(reading)} " in f" {pinyin} ":
                return exact
            near = " ".join(map(folded, reading))
            if f" {near} " in f" {' '.join(map(folded, pinyin.split()))} ":
                return "near_sound"
        return None

    def slipped(self, name: str) -> str | None:
        """How well a name answers it that has neither its characters nor its sound."""
        wanted = self.text
        if self.form is not NameForm.CHINESE or len(wanted) < 2:
            return None
        if len(wanted) == 2:
            pairs = (name[start : start + 2] for start in range(len(name) - 1))
            return "look_alike" if any(_looks_alike(pair, wanted) for pair in pairs) else None
        short, short_name = _without(wanted, _LEFT_OUT), _without(name, _LEFT_OUT)
        if _nearly(name, wanted) or (len(short) >= 3 and (short, short_name) != (wanted, name) and _nearly(short_name, short)):
            windows = (name[start : start + len(wanted)] for start in range(len(name) - len(wanted) + 1))
            return "look_alike" if any(_looks_alike(window, wanted) for window in windows) else "one_wrong"
        if len(wanted) >= 6 and _nearest(name, wanted) <= 2:
            return "two_wrong"
        return "partly" if len(wanted) >= 4 and _covered(wanted, name) >= _LEAST_COVERED else None


class NameEvidence(Evidence):
    """A company or brand held against sellers and buyers."""

    missed = 0.05

    def __init__(self, clue: RememberedParty, shares: Shares, connection: Connection, sees: Visibility) -> None:
        self._shares = shares
        self._wanted = [_Wanted(name, place) for place, name in enumerate(clue.names)]
        self._often = dict(zip(_SIDES, _ROLE[clue.role], strict=True))
        self._levels: dict[int | None, str | None] = dict(self._known(connection))
        rows_of_levels: Counter[tuple[str, str]] = Counter()
        self._many: dict[str, Counter[int]] = {}
        ids = [company for company, level in self._levels.items() if company is not None and level is not None]
        for side in _SIDES:
            many = self._many[side] = many_of(connection, side, ids, sees)
            for company, count in many.items():
                level = self._levels[company]
                if level is not None:
                    rows_of_levels[side, level] += count
        least = _COMMON_SHARE if self._is_common else 0.0
        self._shares_of_levels = {key: max(count / max(shares.rows, 1), least) for key, count in rows_of_levels.items()}
        self._met = {side: {party: self._met_by(side, level) for party, level in self._levels.items()} for side in _SIDES}

    def _known(self, connection: Connection) -> Iterable[tuple[int, str]]:
        companies, self._is_common = _candidates(connection, self._wanted)
        self._may_be_slip = False
        levels = {identity: self._level(company) for identity, company in companies.items()}
        # Who writes a name that is there has made no slip that makes it another one.
        if not any(level in ("exact", "part") for level in levels.values()):
            scanned = _scanned(connection, self._wanted, companies.keys())
            levels |= {identity: self._level(company) for identity, company in scanned.items()}
            both = [*companies.items(), *scanned.items()]
            levels |= {identity: self._slipped(company) for identity, company in both if levels[identity] is None}
            self._may_be_slip = True
        yield from ((identity, level) for identity, level in levels.items() if level is not None)

    def _level(self, company: _Name) -> str | None:
        levels = [level for wanted in self._wanted if (level := wanted.level(company)) is not None]
        return min(levels, key=lambda level: _RANK[level], default=None)

    def _slipped(self, company: _Name) -> str | None:
        levels = [level for wanted in self._wanted if (level := wanted.slipped(company.name)) is not None]
        return min(levels, key=lambda level: _RANK[level], default=None)

    def look_up(self, connection: Connection, rows: Iterable[Facts]) -> None:
        """Hold the parties of these rows against the name that were not found by its pieces, which may be too common to be asked for."""
        parties = {party for row in rows if self.met(row) is None for party in (row.seller, row.buyer) if party is not None}
        for identity, company in _named(connection, parties - self._levels.keys()).items():
            level = self._level(company)
            if level is None and self._may_be_slip:
                level = self._slipped(company)
            self._levels[identity] = level
            for side in _SIDES:
                self._met[side][identity] = self._met_by(side, level)

    def _met_by(self, side: str, level: str | None) -> Met | None:
        if level is None:
            return None
        least = _COMMON_SHARE if self._is_common else _UNCOUNTED_SHARE
        share = self._shares_of_levels.get((side, level), least)
        return Met(self._shares.weight(self._often[side] * _OFTEN[level], share), level, f"{side}_name")

    def met(self, row: Facts) -> Met | None:
        """By seller or buyer, whichever weighs more."""
        seller = self._met["seller"].get(row.seller)
        buyer = self._met["buyer"].get(row.buyer)
        if seller is None or buyer is None:
            return seller or buyer
        return buyer if buyer.weight > seller.weight else seller

    def says(self, row: Facts) -> bool:
        """Whether any party was read."""
        return row.seller is not None or row.buyer is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """The companies, as sellers and as buyers."""
        reaches: list[Reach] = []
        if self._is_common:
            return reaches
        for side in _SIDES:
            level_of = self._levels.get
            chosen = [party for party in self._many[side] if (level := level_of(party)) is not None and (wide or level in _LIKELY)]
            share = sum(self._many[side][party] for party in chosen) / max(self._shares.rows, 1)
            if chosen:
                reaches.append(Reach(side, tuple(chosen), min(1.0, share)))
        return reaches


class _Found(NamedTuple):
    """Companies that may have a remembered name. `is_common`: most companies have its pieces, so that it says little of any."""

    companies: Mapping[int, _Name]
    is_common: bool


def _candidates(connection: Connection, wanted: Sequence[_Wanted]) -> _Found:
    """Companies that have the most of the rarest pieces of a name."""
    found: set[int] = set()
    are_common: list[bool] = []
    for each in wanted:
        found.update(connection.scalars(_CALLED, {"name": each.text}))
        grams = sorted(each.grams)[:_WHOLE_SETS]
        counts = _counts(connection, grams) if grams else {}
        chosen = _rarest(counts)
        if chosen:
            found.update(_with_most(connection, chosen))
        if counts:
            are_common.append(not chosen)
    return _Found(_named(connection, found), bool(are_common) and all(are_common))


def _scanned(connection: Connection, wanted: Sequence[_Wanted], known: Collection[int]) -> Mapping[int, _Name]:
    """Companies beside those that are known that may have a name of which they have no piece."""
    found: set[int] = set()
    for each in wanted:
        if (scanned := each.scanned) is not None:
            found.update(connection.scalars(select(companies.c.id).where(scanned).limit(_LOOKED_AT)))
    return _named(connection, found.difference(known))


def _rarest(counts: Mapping[str, int]) -> list[str]:
    """The pieces that the fewest names have; none that are too common to tell names apart."""
    chosen: list[str] = []
    total = 0
    for gram in sorted((gram for gram, count in counts.items() if 0 < count < _COUNTED), key=lambda gram: counts[gram]):
        total += counts[gram]
        if chosen and total > _START:
            break
        chosen.append(gram)
    return chosen


def _with_most(connection: Connection, grams: Sequence[str]) -> Iterable[int]:
    """Companies with the most of these pieces; one with a quarter of what the best one has answers at no level that there is."""
    rows = connection.execute(_WITH_MOST, {"grams": grams}).all()
    most = max((row.many for row in rows), default=0)
    return [row.company_id for row in rows if 4 * row.many >= most]


def _counts(connection: Connection, grams: Sequence[str]) -> Mapping[str, int]:
    """How many names each piece stands in, up to some; pieces of none are left out."""
    one = f"SELECT count(*) FROM (SELECT 1 FROM company_grams WHERE gram = each.value LIMIT {_COUNTED}) AS few"
    counted = statement(f"SELECT each.value AS gram, ({one}) AS many FROM {words(connection, 'grams', 'each')}")
    return {row.gram: int(row.many) for row in connection.execute(counted, {"grams": json.dumps(list(grams))}) if row.many}


def _named(connection: Connection, ids: Iterable[int]) -> dict[int, _Name]:
    wanted = sorted(ids)
    if not wanted:
        return {}
    return {row.id: _Name(row.name, row.pinyin or "") for row in connection.execute(_NAMES, {"ids": wanted})}


def _without_left_out(company: _Name) -> str:
    """The syllables of a name without those of what people leave out; empty where that changes nothing or no one knows which they are."""
    syllables = company.pinyin.split()
    if len(syllables) != len(company.name) or not any(sign in company.name for sign in _LEFT_OUT):
        return ""
    kept = (syllable for syllable, sign in zip(syllables, company.name, strict=True) if sign not in _LEFT_OUT)
    return " ".join(kept)


def _without(text_: str, dropped: str) -> str:
    return "".join(character for character in text_ if character not in dropped)


def _covered(wanted: str, name: str) -> float:
    """The part of a remembered name that pieces of two characters and more of the other make up, whatever their order."""
    rest, covered = wanted, 0
    while len(rest) >= 2:
        piece = next(
            (
                rest[start : start + length]
                for length in range(len(rest), 1, -1)
                for start in range(len(rest) - length + 1)
                if rest[start : start + length] in name and "\n" not in rest[start : start + length]
            ),
            None,
        )
        if piece is None:
            break
        covered += len(piece)
        rest = rest.replace(piece, "\n", 1)
    return covered / len(wanted)


def _nearly(name: str, wanted: str) -> bool:
    """`nearly_contains`, most names being ruled out by a quick measure that lets through all which that accepts."""
    shorter = min(len(wanted), len(name))
    if not shorter or not partial_ratio(wanted, name, score_cutoff=100.0 * (shorter - 1) / shorter - 1e-6):
        return False
    return nearly_contains(name, wanted)


def _is_short_form(wanted: str, name: str) -> bool:
    """Whether the characters stand in the name in this order, the first one near its beginning: 中石化 in 中国石油化工."""
    place = -1
    for character in wanted:
        place = name.find(character, place + 1)
        if place < 0:
            return False
    return True


def _looks_alike(one: str, other: str) -> bool:
    """Whether the two differ in characters that look alike, and in one at most."""
    different = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and different[0][0] in alike(different[0][1])


def _nearest(name: str, wanted: str) -> int:
    """The fewest edits between what is wanted and a stretch of the name as long."""
    stretches = range(max(len(name) - len(wanted), 0) + 1)
    return min(Levenshtein.distance(name[start : start + len(wanted)], wanted, score_cutoff=2) for start in stretches)
