"""Numbers as they are remembered: a part, with a digit wrong or two swapped, with letters for digits, or glued to the code."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from sqlalchemy import ColumnElement, Connection, select

from models.access import Visibility
from models.errors import InvalidClue
from models.remembered import NumberPart, RememberedNumber
from storage.catalogue.evidence.given import seen as seen_by
from storage.catalogue.evidence.given import statement, wall, words
from storage.catalogue.evidence.weighing import Evidence, Facts, Met, Reach, Shares
from storage.catalogue.evidence_rows import tail
from storage.catalogue.identifier_search import number_or_code
from storage.catalogue.one_of import OneOf
from storage.catalogue.tables import invoices

_ALIKE = str.maketrans("OQDILZSB76", "0001125818")
"""One sign for all that look alike on paper and screens: 0 O Q D, 1 I L 7, 2 Z, 5 S, 6 8 B."""
_OFTEN = {
    **{"exact": 0.80, "tail": 0.62, "head": 0.10, "part": 0.12, "pattern": 0.80},
    **{"look_alike": 0.05, "wrong_digit": 0.05, "swapped_digits": 0.04, "digit_more_or_less": 0.03},
}
"""How often the right invoice has each level. Estimates."""
_SAID = 0.85
"""How often it is the part that was said to be it."""
_SHORTEST_SLIP = 4
_CODES = (12, 10)
_WHOLE = 8
_MOST = 3_000


class NumberEvidence(Evidence):
    """A number or a part of it held against the invoice's number, and against its code where it is none of numbers."""

    missed = 0.04

    def __init__(
        self, clue: RememberedNumber, shares: Shares, connection: Connection, seen: Sequence[ColumnElement[bool]], sees: Visibility
    ) -> None:
        self._clue = clue
        self._shares = shares
        self._ways = tuple(_ways(clue))
        self._rows = tuple(_rows(connection, clue, self._ways, seen, sees))
        self._known: dict[tuple[str | None, str], Met | None] = {}
        self._many: dict[str, int] = {}
        for number, code in self._rows_keys(connection):
            level = self._level(number, code)
            if level is not None:
                self._many[level] = self._many.get(level, 0) + 1

    def _rows_keys(self, connection: Connection) -> Iterator[tuple[str, str]]:
        if self._rows:
            keys = select(invoices.c.number_key, invoices.c.code_key).where(OneOf(invoices.c.id, self._rows))
            yield from ((row.number_key or "", row.code_key) for row in connection.execute(keys))

    def met(self, row: Facts) -> Met | None:
        """By number and code."""
        key = (row.number, row.code)
        if key not in self._known:
            level = self._level(row.number or "", row.code)
            self._known[key] = None if level is None else self._weighed(level)
        return self._known[key]

    def _weighed(self, level: str) -> Met:
        said = {NumberPart.TAIL: "tail", NumberPart.HEAD: "head", NumberPart.MIDDLE: "part", NumberPart.WHOLE: "exact"}
        given_right = _SAID if said.get(self._clue.part) == level else _OFTEN[level]
        share = max(self._many.get(level, 0) / max(self._shares.rows, 1), self._shares.least)
        if level not in self._many:
            # Rows that other clues brought: as many have it by chance as its digits allow.
            share = max(10.0 ** -len(self._clue.number.replace("*", "").replace("?", "")), self._shares.least)
        return Met(self._shares.weight(given_right, share), level, "invoice_number")

    def _level(self, number: str, code: str) -> str | None:
        best: str | None = None
        for wanted_code, wanted in self._ways:
            if wanted_code and code and not code.endswith(wanted_code) and not _is_slip(code, wanted_code):
                continue
            level = _compared(number, wanted, self._clue.part) if wanted else ("exact" if code == wanted_code else None)
            if level is not None and (best is None or _OFTEN[level] > _OFTEN[best]):
                best = level
        return best

    def says(self, row: Facts) -> bool:
        """Whether a number was read."""
        return row.number is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """The rows themselves."""
        return [Reach("rows", self._rows, len(self._rows) / max(self._shares.rows, 1))] if self._rows else []


def _ways(clue: RememberedNumber) -> Iterator[tuple[str, str]]:
    """Code and number as they may have been meant; a row of digits that is longer than a number may begin with the code."""
    yield clue.code, clue.number
    if not clue.code and "*" not in clue.number:
        for length in _CODES:
            if len(clue.number) in range(length + _WHOLE - 1, length + _WHOLE + 2):
                yield clue.number[:length], clue.number[length:]


def _compared(number: str, wanted: str, part: NumberPart) -> str | None:
    """The level at which a number answers what is remembered of it."""
    if not number:
        return None
    if "?" in wanted or "*" in wanted:
        return "pattern" if fnmatchcase(number, _pattern(wanted, part)) else None
    if number == wanted:
        return "exact"
    if part is not NumberPart.WHOLE and len(wanted) < len(number):
        if number.endswith(wanted) and part in (NumberPart.TAIL, NumberPart.ANY):
            return "tail"
        if number.startswith(wanted) and part in (NumberPart.HEAD, NumberPart.ANY):
            return "head"
        if wanted in number:
            return "part"
    ends = {number}
    if part is not NumberPart.WHOLE and len(wanted) >= _SHORTEST_SLIP:
        ends |= {number[-len(wanted) :]} if part is not NumberPart.HEAD else {number[: len(wanted)]}
    if len(wanted) < _SHORTEST_SLIP:
        return None
    levels = [level for end in ends if (level := _slip(end, wanted)) is not None]
    return max(levels, key=lambda level: _OFTEN[level], default=None)


def _pattern(wanted: str, part: NumberPart) -> str:
    """A pattern for whole numbers."""
    if "*" in wanted or part is NumberPart.WHOLE or (part is NumberPart.ANY and len(wanted) >= _WHOLE):
        return wanted
    before = "" if part is NumberPart.HEAD else "*"
    return f"{before}{wanted}{'' if part is NumberPart.TAIL else '*'}"


def _slip(number: str, wanted: str) -> str | None:
    """Which one slip turns the one into the other; None where it takes more."""
    if len(number) == len(wanted):
        if number.translate(_ALIKE) == wanted.translate(_ALIKE):
            return "look_alike"
        different = [place for place, (one, other) in enumerate(zip(number, wanted, strict=True)) if one != other]
        if len(different) == 1:
            return "wrong_digit"
        is_pair = len(different) == 2 and different[1] == different[0] + 1
        if is_pair and number[different[0]] == wanted[different[1]] and number[different[1]] == wanted[different[0]]:
            return "swapped_digits"
        return None
    longer, shorter = sorted((number, wanted), key=len, reverse=True)
    if len(longer) != len(shorter) + 1 or len(shorter) < _WHOLE - 1:
        return None
    is_one_more = any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    return "digit_more_or_less" if is_one_more else None


def _is_slip(code: str, wanted: str) -> bool:
    return _slip(code, wanted) is not None


def _rows(
    connection: Connection, clue: RememberedNumber, ways: Sequence[tuple[str, str]], seen: Sequence[ColumnElement[bool]], sees: Visibility
) -> Iterable[int]:
    """Rows that may answer, by whichever index knows the remembered part."""
    found: dict[int, None] = {}
    for code, wanted in ways:
        if not wanted:
            with_code = select(invoices.c.id).where(invoices.c.code_key == code, *seen).limit(_MOST)
            found |= dict.fromkeys(connection.scalars(with_code))
        elif "?" in wanted or "*" in wanted:
            found |= dict.fromkeys(_fitting(connection, _pattern(wanted, clue.part), seen))
        else:
            if len(wanted) >= _WHOLE - 1:
                found |= dict.fromkeys(connection.scalars(select(invoices.c.id).where(OneOf(invoices.c.number_key, _slips(wanted)), *seen)))
            if clue.part is not NumberPart.WHOLE and len(wanted) >= 3:
                found |= dict.fromkeys(_ending(connection, wanted, sees))
            if clue.part in (NumberPart.MIDDLE, NumberPart.HEAD) or (clue.part is NumberPart.ANY and len(found) == 0):
                pattern = f"{wanted}*" if clue.part is NumberPart.HEAD else wanted
                found |= dict.fromkeys(_fitting(connection, pattern, seen))
    return found


def _fitting(connection: Connection, wanted: str, seen: Sequence[ColumnElement[bool]]) -> Mapping[int, float]:
    try:
        return number_or_code(connection, "number", wanted, seen).rows or {}
    except InvalidClue:
        return {}


def _ending(connection: Connection, wanted: str, sees: Visibility) -> Iterable[int]:
    """Rows whose number ends so, or nearly so where enough of the end is known."""
    ends = {wanted} | (set(_slips(wanted)) if len(wanted) > _SHORTEST_SLIP else set())
    begins: list[str] = []
    for begin in sorted({tail(end) for end in ends if len(end) >= len(wanted)}):
        if not begins or not begin.startswith(begins[-1]):
            begins.append(begin)
    is_sqlite = connection.dialect.name == "sqlite"
    least, less, by = (">=", "<", " INDEXED BY ix_invoices_number_tail") if is_sqlite else ("~>=~", "~<~", "")
    met = f"i.number_tail {least} v.value AND i.number_tail {less} (v.value || :beyond){wall(connection, sees)}"
    sql = f"SELECT i.id FROM {words(connection, 'begins', 'v')} CROSS JOIN invoices AS i{by} WHERE {met} LIMIT {_MOST}"
    return connection.scalars(statement(sql), {"begins": json.dumps(begins), "beyond": chr(0x10FFFF), **seen_by(sees)}).all()


def _slips(wanted: str) -> list[str]:
    """What a number may have been, whatever single slip was made, and with digits for all letters that look like some."""
    places = range(len(wanted))
    made = {wanted, re.sub("[A-Z]", lambda letter: letter[0].translate(_ALIKE), wanted)}
    made |= {wanted[:place] + wanted[place + 1] + wanted[place] + wanted[place + 2 :] for place in range(len(wanted) - 1)}
    made |= {wanted[:place] + other + wanted[place + 1 :] for place in places for other in "0123456789"}
    made |= {wanted[:place] + wanted[place + 1 :] for place in places}
    made |= {wanted[:place] + other + wanted[place:] for place in range(len(wanted) + 1) for other in "0123456789"}
    for place, sign in enumerate(wanted):
        made |= {
            wanted[:place] + other + wanted[place + 1 :] for other in "0OQD1IL72Z5S68B" if other.translate(_ALIKE) == sign.translate(_ALIKE)
        }
    return sorted(made)
