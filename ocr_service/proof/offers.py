"""What a print may be besides what was read: the engine's own alternatives, and where it gives none, signs of one shape.

Nothing else is ever tried: a character that no reading offered and that looks like none that was read cannot enter a value.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice

from rapidfuzz.distance import LCSseq

from models.document import CharacterChoices
from ocr_service.evidence import Candidate

_FAINTEST = 1e-4
"""A probability below which an engine's alternative is noise."""

_LOOKALIKE_ODDS = 0.02
"""How likely a sign of the same shape is, against the one that was read, where the engine names no alternatives."""

_MOST_CHANGES = 3
"""Characters of one value that may be changed together."""

_SHAPES = ("0ODQ", "08", "1IL7", "5S", "56", "8B3", "2Z", "6G8", "49", "UV", "MN", "CG", "贰叁", "伍陆", "柒捌", "拾佰仟")
_LOOKALIKES: Mapping[str, str] = {
    sign: "".join(dict.fromkeys(other for shape in _SHAPES if sign in shape for other in shape if other != sign))
    for sign in dict.fromkeys("".join(_SHAPES))
}
"""Signs that are taken for one another, both ways: digits and capital letters of the OCR type, and numerals of amounts in words."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One value that a print may have; `odds` are those against the reading as it stands (1 for that itself)."""

    value: str
    odds: float


def offers(candidate: Candidate, read: Callable[[str], str | None], most: int = 60) -> tuple[Offer, ...]:
    """The likeliest values of a print, best first: what was read, then what `read` understands among the `most` likeliest others."""
    found: dict[str, float] = {} if candidate.value is None else {candidate.value: 1.0}
    for text, odds in islice(variants(candidate.raw, candidate.choices), most):
        value = read(text)
        if value is not None and value not in found:
            found[value] = odds
    return tuple(Offer(value, odds) for value, odds in found.items())


def odds_of(candidate: Candidate, value: str) -> float:
    """How likely a print is `value`, against its reading as it stands: 1 when that is it, 0 when nothing offers it.

    Only characters exchanged one for one are weighed; values of unequal lengths are not the same print.
    """
    if candidate.value is None or len(candidate.value) != len(value):
        return 0.0
    odds = 1.0
    for read, wanted, choices in zip(candidate.value, value, value_choices(candidate), strict=True):
        if read != wanted:
            odds *= dict(_alternatives(read, choices)).get(wanted, 0.0)
    return odds


def weakest(candidate: Candidate, start: int = 0) -> float:
    """The probability of the least sure character that the value is made of from `start` on; 0 where the engine tells none."""
    chosen = [choices[0][1] for choices in value_choices(candidate)[start:] if choices]
    return min(chosen, default=0.0)


def value_choices(candidate: Candidate) -> tuple[CharacterChoices, ...]:
    """The choices for each character of the value: empty for one that was not printed (the dashes of a date, an added zero)."""
    value = candidate.value or ""
    found: list[CharacterChoices] = [()] * len(value)
    if len(candidate.choices) == len(candidate.raw):
        raw = "".join(sign if sign in value else _usual(sign) for sign in candidate.raw)
        for block in LCSseq.opcodes(raw, value):
            if block.tag == "equal":
                found[block.dest_start : block.dest_end] = candidate.choices[block.src_start : block.src_end]
    return tuple(found)


def variants(text: str, choices: Sequence[CharacterChoices]) -> Iterator[tuple[str, float]]:
    """The text, then what it may be instead, from the likeliest down, with the odds against the text; at most three places differ."""
    aligned = choices if len(choices) == len(text) else [()] * len(text)
    options = [(place, _alternatives(sign, own)) for place, (sign, own) in enumerate(zip(text, aligned, strict=True))]
    open_places = sorted(((place, others) for place, others in options if others), key=lambda entry: -entry[1][0][1])
    yield text, 1.0
    if not open_places:
        return
    # Each state changes some places; its successors take the next option of its last place, add the next place, or move on to it.
    order = 0
    states: list[tuple[float, int, tuple[tuple[int, int], ...]]] = [(-open_places[0][1][0][1], order, ((0, 0),))]
    while states:
        negative, _, changed = heappop(states)
        yield _changed(text, open_places, changed), -negative
        for following in _successors(changed, open_places):
            order += 1
            odds = 1.0
            for index, option in following:
                odds *= open_places[index][1][option][1]
            heappush(states, (-odds, order, following))


_Places = Sequence[tuple[int, Sequence[tuple[str, float]]]]


def _successors(changed: tuple[tuple[int, int], ...], places: _Places) -> Iterator[tuple[tuple[int, int], ...]]:
    *before, (last, option) = changed
    if option + 1 < len(places[last][1]):
        yield (*before, (last, option + 1))
    if last + 1 < len(places):
        if option == 0:
            yield (*before, (last + 1, 0))
        if len(changed) < _MOST_CHANGES:
            yield (*changed, (last + 1, 0))


def _changed(text: str, places: _Places, changed: tuple[tuple[int, int], ...]) -> str:
    signs = list(text)
    for index, option in changed:
        place, others = places[index]
        signs[place] = others[option][0]
    return "".join(signs)


def _alternatives(sign: str, choices: CharacterChoices) -> tuple[tuple[str, float], ...]:
    """Other signs for one place with their odds against the one read, likeliest first."""
    if not choices:
        return tuple((other, _LOOKALIKE_ODDS) for other in _LOOKALIKES.get(sign, ""))
    first = next((odds for other, odds in choices if other == sign), choices[0][1])
    others = [(other, min(1.0, odds / max(first, _FAINTEST))) for other, odds in choices if other != sign and odds >= _FAINTEST]
    return tuple(sorted(others, key=lambda entry: -entry[1]))


def _usual(sign: str) -> str:
    """A sign as values write it: full-width forms narrow, what separates a date's parts a dash, letters that stand for digits as those."""
    folded = unicodedata.normalize("NFKC", sign)
    return _USUAL.get(folded, folded[:1] or " ")


_USUAL = {**dict.fromkeys("年月./", "-"), **dict.fromkeys("Oo", "0"), **dict.fromkeys("Il|", "1"), "S": "5", "B": "8", "Z": "2"}
