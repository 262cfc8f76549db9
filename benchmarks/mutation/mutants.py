"""One wrong character in what the engine read: every place of every field, with look-alikes and with any other digit."""

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from benchmarks.labelled import Truth
from benchmarks.scoring import outcome_of
from models.document import CharacterChoices, RecognizedPage, TextLine
from models.invoice import Invoice, InvoiceField

MUTATED = (
    *("invoice_code", "invoice_number", "issue_date", "check_code", "ticket_number"),
    *("tax_inclusive_amount", "tax_inclusive_amount_in_words", "tax_exclusive_amount", "tax_amount", "seller_tax_id", "buyer_tax_id"),
)
"""Fields that the service may vouch for."""

_LOOKALIKES = {"0": "86", "1": "74", "2": "7", "3": "8", "4": "91", "5": "6", "6": "85", "7": "12", "8": "36", "9": "48"}
_NUMERALS = "壹贰叁肆伍陆柒捌玖"
_LIKE_NUMERALS = {"壹": "贰", "贰": "叁", "叁": "贰", "肆": "玖", "伍": "陆", "陆": "伍", "柒": "捌", "捌": "柒", "玖": "肆"}


class Manner(StrEnum):
    """Which readings are wrong and how sure the engine is of it.

    A misreading is seldom the same in two cuts of a line; where it is, nothing but another print, a sum or a check character can tell.
    """

    DOUBTED = "first reading, in doubt"
    SURE = "first reading, sure"
    ALIKE = "both readings, sure"


@dataclass(frozen=True, slots=True)
class Mutant:
    """In the line of this index, the character at `place` read as `sign`; `how` is `look-alike` or `random`."""

    key: str
    line: int
    place: int
    sign: str
    how: str


def mutants(page: RecognizedPage, invoice: Invoice, truth: Truth, dice: random.Random, places: int) -> Iterator[Mutant]:
    """Two mutants for each place, at most so many `places` drawn by lot for each field that was read right."""
    for key in MUTATED:
        field = invoice.fields.get(key)
        if field is None or field.value is None or outcome_of(key, truth.get(key) or None, field.value) != "exact":
            continue
        found = list(_places(page.lines, field))
        for line, place in sorted(dice.sample(found, min(places, len(found)))):
            yield from _at(key, line, place, page.lines[line].text[place], dice)


def _at(key: str, line: int, place: int, sign: str, dice: random.Random) -> Iterator[Mutant]:
    digits, alike = (_NUMERALS, _LIKE_NUMERALS) if sign in _NUMERALS else ("0123456789", _LOOKALIKES)
    yield Mutant(key, line, place, dice.choice(alike[sign]), "look-alike")
    yield Mutant(key, line, place, dice.choice([other for other in digits if other != sign]), "random")


def _places(lines: Sequence[TextLine], field: InvoiceField) -> Iterator[tuple[int, int]]:
    """Where the digits and numerals stand that a field was read from: line and place in it; nothing when no line holds its print whole."""
    raw = "".join(unicodedata.normalize("NFKC", field.raw).split())
    if field.polygon is None or not raw:
        return
    for number, line in enumerate(lines):
        inked = [(place, unicodedata.normalize("NFKC", sign)) for place, sign in enumerate(line.text) if not sign.isspace()]
        text = "".join(sign for _, sign in inked)
        at = text.find(raw)
        if at >= 0 and len(text) == len(inked) and _touch(line, field):
            yield from ((number, place) for place, sign in inked[at : at + len(raw)] if sign in _LOOKALIKES or sign in _NUMERALS)
            return


def _touch(line: TextLine, field: InvoiceField) -> bool:
    return field.polygon is not None and line.polygon.box.contains(field.polygon.box.centre)


def spoiled_page(page: RecognizedPage, mutant: Mutant, manner: Manner) -> RecognizedPage:
    """The page with the mutant's character in its line."""
    lines = list(page.lines)
    lines[mutant.line] = spoiled(lines[mutant.line], mutant.place, mutant.sign, manner)
    return replace(page, lines=tuple(lines))


def spoiled(line: TextLine, place: int, sign: str, manner: Manner) -> TextLine:
    """The line with another character at a place, in its text and as the first of its alternatives there."""
    read = line.text[place]
    text = line.text[:place] + sign + line.text[place + 1 :]
    if len(line.choices) != len(line.text):
        return replace(line, text=text)
    seen: CharacterChoices = ((sign, 0.6), (read, 0.35)) if manner is Manner.DOUBTED else ((sign, 0.995), (read, 0.001))
    return replace(line, text=text, choices=(*line.choices[:place], seen, *line.choices[place + 1 :]))
