"""Amounts as they are remembered: rounded, without the tax, with a digit wrong or two swapped."""

from collections.abc import Iterable, Iterator, Sequence, Set
from decimal import Decimal
from typing import NamedTuple

from models.remembered import AmountCertainty, AmountOf, RememberedAmount
from storage.catalogue.evidence.weighing import Evidence, Facts, Level, Met, Reach, Scale, Shares, merged

_RATES = (1, 3, 5, 6, 9, 10, 11, 13, 16, 17)
"""Rates of value-added tax in per cent, today's and those since 2009: what is remembered without the tax is so much less than the total."""
_MOST_CENTS = 10**17
_FIELDS = {"total": "tax_inclusive_amount", "net": "tax_exclusive_amount", "tax": "tax_amount"}

_EXACT = "exact"
_OFTEN: dict[AmountCertainty, dict[str, float]] = {
    AmountCertainty.EXACT: {
        **{_EXACT: 0.62, "same_yuan": 0.08, "within": 0.04, "two_per_cent": 0.03, "five_per_cent": 0.03, "ten_per_cent": 0.02},
        **{"swapped_digits": 0.04, "wrong_digit": 0.04, "digit_more_or_less": 0.02, "net": 0.05, "tax": 0.01},
    },
    AmountCertainty.ROUNDED: {
        **{_EXACT: 0.10, "same_yuan": 0.10, "within": 0.55, "two_per_cent": 0.04, "five_per_cent": 0.05, "ten_per_cent": 0.03},
        **{"swapped_digits": 0.02, "wrong_digit": 0.02, "digit_more_or_less": 0.01, "net": 0.05, "tax": 0.005},
    },
    AmountCertainty.ABOUT: {
        **{_EXACT: 0.08, "same_yuan": 0.06, "two_per_cent": 0.22, "five_per_cent": 0.30, "within": 0.12, "ten_per_cent": 0.10},
        **{"twenty_per_cent": 0.04, "net": 0.04, "wrong_digit": 0.01, "digit_more_or_less": 0.005, "tax": 0.005},
    },
    AmountCertainty.RANGE: {"within": 0.86, "ten_per_cent": 0.06, "net": 0.04},
}
"""How often the right invoice has each level, by how sure the amount is. Estimates; the shares that they are held against are counted."""
_NEAREST = frozenset({_EXACT, "same_yuan", "net", "pattern"})
_LIKELY = _NEAREST | {"within", "two_per_cent", "five_per_cent"}
_SLIPS = frozenset({"swapped_digits", "wrong_digit", "digit_more_or_less"})
_NEAR = (("two_per_cent", 0.02), ("five_per_cent", 0.05), ("ten_per_cent", 0.10), ("twenty_per_cent", 0.20))
_UNKNOWN_DIGIT = 0.85
_WHOLE_YUAN = 0.2
"""So many totals have no cents. An estimate, as are the following."""
_OF_WHOLE_YUAN, _YUAN_ALONE = 0.6, 4.0
"""How much less often an amount without cents is meant to the cent, and how much more often it is the yuan alone."""


class _Level(NamedTuple):
    """Stretches of one column, in cents and disjoint, that all weigh the same."""

    name: str
    column: str
    stretches: tuple[tuple[int, int], ...]
    weight: float


class AmountEvidence(Evidence):
    """An amount held against total, tax-exclusive amount and tax."""

    missed = 0.04

    def __init__(self, clue: RememberedAmount, shares: Shares) -> None:
        self._shares = shares
        self._of = clue.of
        self._levels = tuple(_levels(clue, shares))
        self._scales = tuple(
            Scale(Level(Met(level.weight, level.name, field), level.stretches) for level in self._levels if level.column == column)
            for column, field in _FIELDS.items()
        )

    def met(self, row: Facts) -> Met | None:
        """By the total or, when that says less, by the amount without tax or the tax."""
        best: Met | None = None
        for cents, scale in zip((row.total, row.net, row.tax), self._scales, strict=True):
            if cents is not None:
                # Of a red invoice people remember how much it was, not that it was below nothing.
                met = scale[abs(cents)]
                if met is not None and (best is None or met.weight > best.weight):
                    best = met
        return best

    def says(self, row: Facts) -> bool:
        """Whether an amount was read."""
        return row.total is not None or row.net is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """Stretches of totals, those of an amount without tax being the totals that it makes with each rate.

        What is nearest, and slips of single digits, which few rows answer, are asked for by themselves; so is the very amount, of which
        there are few even where many have the same yuan, as the total and as what it is without tax.
        """
        named = {level.name for level in self._levels}
        chosen = [{_EXACT} & named, _NEAREST & named, named if wide else _LIKELY & named]
        reached = [self._reached(names) for names in (*chosen, *([_SLIPS & named] if wide else []))]
        totals = [Reach("total", stretches, self._share(stretches)) for stretches in dict.fromkeys(reached) if stretches]
        return [*totals, *self._of_column("net"), *(self._of_column("tax") if self._of is AmountOf.TAX else ())]

    def _of_column(self, column: str) -> Iterator[Reach]:
        """The rows that say the amount itself in another column than the total."""
        stretches = merged(each for level in self._levels if level.column == column for each in level.stretches)
        if stretches:
            yield Reach(column, stretches, self._share(stretches))

    def _reached(self, names: Set[str]) -> tuple[tuple[int, int], ...]:
        stretches: list[tuple[int, int]] = []
        for level in self._levels:
            if level.name in names and level.column != "tax":
                for low, high in level.stretches:
                    stretches += [(low, high)] if level.column == "total" else _with_tax(low, high)
        return merged(stretches)

    def _share(self, stretches: Iterable[tuple[int, int]]) -> float:
        return min(1.0, sum(self._shares.of_totals(low, high) for low, high in stretches))


class _Meant(NamedTuple):
    """What an amount may have been meant as: a level's name, a column, and the stretches of it, in cents.

    `times` is how much more or less often than `_OFTEN` says it is that; `like` is a wider stretch, and which part of its rows this has,
    where the stretches are too short for what is counted.
    """

    name: str
    column: str
    stretches: list[tuple[int, int]]
    times: float = 1.0
    like: tuple[tuple[int, int], float] | None = None


def _levels(clue: RememberedAmount, shares: Shares) -> Iterable[_Level]:
    often = {"pattern": _UNKNOWN_DIGIT} if clue.digits is not None else _OFTEN[clue.certainty]
    for meant in _all_meant(clue):
        stretches = merged(meant.stretches)
        given_right = often.get(meant.name, 0.0) * meant.times
        if given_right and stretches:
            share = sum(shares.of_totals(low, high) for low, high in stretches)
            if meant.like is not None:
                share = meant.like[1] * shares.of_totals(*meant.like[0])
            yield _Level(meant.name, meant.column, stretches, shares.weight(given_right, share))


def _all_meant(clue: RememberedAmount) -> Iterator[_Meant]:
    column = "total" if clue.of is AmountOf.ANY else clue.of.value
    low, high = _cents(clue.low), _cents(clue.high)
    if clue.digits is not None:
        yield _Meant("pattern", column, _filled_in(clue.digits))
    elif clue.wanted is not None:
        yield from _one_meant(abs(_cents(clue.wanted)), column)
    else:
        yield _Meant("ten_per_cent", column, [(low * 9 // 10, high * 11 // 10)])
    if low < high and clue.digits is None:
        yield _Meant("within", column, [(low, high)])
        if clue.of is AmountOf.ANY:
            yield _Meant("net", "net", [(low, high)])
    elif clue.of is AmountOf.ANY and clue.wanted is not None:
        yield _Meant("net", "net", [_to_the_yuan(low) if low % 100 == 0 else (low, low)])
        yield _Meant("tax", "tax", [(low, low)])


def _one_meant(wanted: int, column: str) -> Iterator[_Meant]:
    """What one amount may have been meant as, in cents."""
    if wanted % 100:
        yield _Meant(_EXACT, column, [(wanted, wanted)])
        yield _Meant("same_yuan", column, [(wanted // 100 * 100, wanted // 100 * 100 + 99)])
    else:
        # Who says no cents may leave them out; and of all totals far more are whole yuan than have any other cents.
        whole = _to_the_yuan(wanted)
        yield _Meant(_EXACT, column, [(wanted, wanted)], _OF_WHOLE_YUAN, ((wanted, wanted + 99), _WHOLE_YUAN))
        yield _Meant("same_yuan", column, [whole], _YUAN_ALONE)
    for name, part in _NEAR:
        yield _Meant(name, column, [(round(wanted * (1 - part)), round(wanted * (1 + part)))])
    unit = 1 if wanted % 100 else 100
    for name, variants in _slips(str(wanted // unit)):
        yield _Meant(name, column, [(unit * each, unit * each + unit - 1) for each in variants])


def _to_the_yuan(wanted: int) -> tuple[int, int]:
    """Amounts that are rounded, or cut off, to this one."""
    return wanted - 50, wanted + 99


def _slips(digits: str) -> Iterable[tuple[str, list[int]]]:
    """Numbers that these digits may have been, by the slip that was made."""
    places = range(len(digits))
    swapped = {digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :] for place in range(len(digits) - 1)}
    wrong = {digits[:place] + other + digits[place + 1 :] for place in places for other in "0123456789"}
    fewer = {digits[:place] + digits[place + 1 :] for place in places}
    more = {digits[:place] + other + digits[place:] for place in range(len(digits) + 1) for other in "0123456789"}
    for name, variants in (("swapped_digits", swapped), ("wrong_digit", wrong), ("digit_more_or_less", fewer | more)):
        yield name, [int(each) for each in variants if each not in ("", digits) and each[0] != "0"]


def _filled_in(digits: str) -> list[tuple[int, int]]:
    """The stretches, in cents, of amounts that a row of digits with `?` for unknown ones may be."""
    yuan, point, cents = digits.partition(".")
    known = yuan + (cents + "00")[:2] if point else yuan
    unit = 1 if point else 100
    if known.count("?") > 3:
        return []
    filled = [""]
    for sign in known:
        filled = [before + digit for before in filled for digit in ("0123456789" if sign == "?" else sign)]
    return [(unit * int(each), unit * int(each) + unit - 1) for each in filled if each.isdigit()]


def _with_tax(low: int, high: int) -> list[tuple[int, int]]:
    """The totals that an amount without tax makes, to the cent that each row of it may be rounded by."""
    return [((low * (100 + rate)) // 100 - 1, -(-high * (100 + rate) // 100) + 1) for rate in _RATES]


def _cents(yuan: Decimal) -> int:
    return int(max(min(yuan * 100, Decimal(_MOST_CENTS)), Decimal(-_MOST_CENTS)))
