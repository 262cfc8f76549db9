"""Amounts as they are remembered: rounded, without the tax, with a digit wrong or two swapped."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from models.remembered import AmountCertainty, AmountOf, RememberedAmount
from storage.catalogue.evidence.weighing import Evidence, Facts, Met, Reach, Shares

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
_LIKELY = {_EXACT, "same_yuan", "within", "two_per_cent", "five_per_cent", "net", "pattern"}
_NEAR = (("two_per_cent", 0.02), ("five_per_cent", 0.05), ("ten_per_cent", 0.10), ("twenty_per_cent", 0.20))
_UNKNOWN_DIGIT = 0.85


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
        self._levels = sorted(_levels(clue, shares), key=lambda level: -level.weight)
        self._known: dict[tuple[int | None, int | None, int | None], Met | None] = {}

    def met(self, row: Facts) -> Met | None:
        """By the total or, when that says less, by the amount without tax or the tax."""
        amounts = (row.total, row.net, row.tax)
        if amounts not in self._known:
            self._known[amounts] = self._met(*amounts)
        return self._known[amounts]

    def _met(self, total: int | None, net: int | None, tax: int | None) -> Met | None:
        # Of a red invoice people remember how much it was, not that it was below nothing.
        said = {"total": total and abs(total), "net": net and abs(net), "tax": tax and abs(tax)}
        for level in self._levels:
            cents = said[level.column]
            if cents is not None and any(low <= cents <= high for low, high in level.stretches):
                return Met(level.weight, level.name, _FIELDS[level.column])
        return None

    def says(self, row: Facts) -> bool:
        """Whether an amount was read."""
        return row.total is not None or row.net is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """Stretches of totals; of an amount without tax, those that it makes with each rate."""
        stretches: list[tuple[int, int]] = []
        for level in self._levels:
            if level.column == "tax" or not (wide or level.name in _LIKELY):
                continue
            for low, high in level.stretches:
                stretches += [(low, high)] if level.column == "total" else _with_tax(low, high)
        merged = _merged(stretches)
        share = sum(self._shares.of_totals(low, high) for low, high in merged)
        return [Reach("total", merged, min(1.0, share))] if merged else []


def _levels(clue: RememberedAmount, shares: Shares) -> Iterable[_Level]:
    often = _OFTEN[clue.certainty]
    columns = {AmountOf.ANY: "total", AmountOf.TOTAL: "total", AmountOf.NET: "net", AmountOf.TAX: "tax"}
    column = columns[clue.of]

    def level(name: str, stretches: Iterable[tuple[int, int]], *, of: str = column, given_right: float | None = None) -> Iterable[_Level]:
        whole = _merged(stretches)
        right = often.get(name, 0.0) if given_right is None else given_right
        if right and whole:
            share = sum(shares.of_totals(low, high) for low, high in whole)
            yield _Level(name, of, whole, shares.weight(right, max(share, shares.least)))

    low, high = _cents(clue.low), _cents(clue.high)
    if clue.digits is not None:
        yield from level("pattern", _filled_in(clue.digits), given_right=_UNKNOWN_DIGIT)
        return
    yield from level("within", [(low, high)])
    if clue.wanted is None:
        yield from level("ten_per_cent", [(low * 9 // 10, high * 11 // 10)])
        if clue.of is AmountOf.ANY:
            yield from level("net", [(low, high)], of="net")
        return
    wanted = abs(_cents(clue.wanted))
    by_yuan = wanted % 100 == 0
    yield from level(_EXACT, [(wanted, wanted)])
    yield from level("same_yuan", [(wanted - 50, wanted + 99)] if by_yuan else [(wanted // 100 * 100, wanted // 100 * 100 + 99)])
    for name, part in _NEAR:
        yield from level(name, [(round(wanted * (1 - part)), round(wanted * (1 + part)))])
    for name, variants in _slips(str(wanted // 100 if by_yuan else wanted)):
        unit = 100 if by_yuan else 1
        yield from level(name, [(unit * each, unit * each + unit - 1) for each in variants])
    if clue.of is AmountOf.ANY:
        around = [(wanted - 50, wanted + 99)] if by_yuan else [(wanted, wanted)]
        yield from level("net", [(low, high), *around], of="net")
        yield from level("tax", [(wanted, wanted)], of="tax")


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


def _merged(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same amounts in stretches that do not touch."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(stretches):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        elif low <= high:
            merged.append((low, high))
    return tuple(merged)


def _cents(yuan: Decimal) -> int:
    return int(max(min(yuan * 100, Decimal(_MOST_CENTS)), Decimal(-_MOST_CENTS)))
