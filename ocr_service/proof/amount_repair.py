"""The amounts of a face as a system of equations: which of the likely readings satisfies all of them together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, product

from models.invoice import LineItem, Witness
from models.money import format_amount, parse_amount, parse_words
from ocr_service.evidence import Candidate
from ocr_service.proof.amounts import NET, TAX, TOTAL, WORDS, Amounts, printed_of
from ocr_service.proof.offers import offers
from ocr_service.proof.rates import tax_fits_rate, the_rate

MOST_ACCIDENTS = 0.01
"""How many accidental solutions a search may expect before its find counts as none."""

_SERIOUS = 0.01
"""Least odds of one changed amount against its reading as it stands."""

_RIVAL = 1 / 20
"""A second solution whose odds are this share of the first's leaves both in doubt."""

_UNREAD = 0.99
"""Most odds of any reading of a print that was not understood as it stands: whatever it is taken for is a change."""

_MOST_OFFERS = 12
_MOST_CHANGED = 2

_Candidates = Mapping[str, Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read one amount: as it goes over the wire, in yuan, with the odds against the reading as it stands."""

    value: str
    amount: Decimal
    odds: float


_Assignment = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class _Equation:
    """A rule between amounts; `keys` are those of the face that it speaks of. A rough one holds for many wrong values too."""

    name: str
    keys: frozenset[str]
    holds: bool
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class _Solution:
    changed: Mapping[str, _Reading]
    odds: float
    accidents: float


def repair_amounts(candidates: _Candidates, items: Sequence[LineItem], amounts: Amounts) -> dict[str, Candidate]:
    """The printed amounts that have to be read otherwise, as candidates with their raw text; empty when nothing needs it or nothing helps.

    Tried are the engine's alternatives (or look-alikes) of one or two amounts, from the likeliest down, until all equations between net,
    tax, total, words, lines, rate and QR code hold. A wrong digit satisfies one equation by accident about once in ten times, since an
    alternative at the very place where another term was misread looks the same; each further equation divides by ten again. An equation
    that held before the change says nothing for it. A find counts only when tries times that chance is no more than one in a hundred,
    so that no amount is changed on the word of one equation, and when no second solution is nearly as likely. Words are the total said
    again: for them the equations that prove the total without them count too.
    """
    readings = {key: found for key in (NET, TAX, TOTAL, WORDS) if (found := _readings(candidates, key))}
    as_read = {key: found[0].amount for key, found in readings.items() if found[0].odds == 1.0}
    unreadable = set(readings) - set(as_read)
    if not readings or (not unreadable and all(equation.holds for equation in _equations(as_read, items, amounts))):
        return {}
    solutions = list(_solutions(readings, as_read, unreadable, items, amounts))
    if not solutions:
        return {}
    best = max(solutions, key=lambda solution: solution.odds)
    rivals = [other for other in solutions if other is not best and other.odds >= _RIVAL * best.odds]
    if rivals or best.accidents > MOST_ACCIDENTS:
        return {}
    repaired: dict[str, Candidate] = {}
    for key, reading in best.changed.items():
        printed = printed_of(candidates, key)
        if printed is not None:
            repaired[key] = replace(printed, value=reading.value)
    return repaired


def _readings(candidates: _Candidates, key: str) -> list[_Reading]:
    """The likely readings of one amount, the present one first if there is any."""
    printed = printed_of(candidates, key)
    if printed is None:
        return []
    read, amount_in = (_read_words, parse_words) if key == WORDS else (_read_amount, parse_amount)
    again = [entry for entry in candidates[key] if entry.witness is Witness.SECOND_READING and entry.value is not None]
    found: dict[Decimal, _Reading] = {}
    offered = [(offer.value, offer.odds) for offer in offers(printed, read)] + [(entry.value or "", 0.5) for entry in again]
    for value, odds in offered:
        amount = amount_in(value)
        if amount is not None and (amount not in found or found[amount].odds < odds):
            found[amount] = _Reading(value, amount, odds)
    if printed.value is None:
        found = {amount: replace(reading, odds=min(reading.odds, _UNREAD)) for amount, reading in found.items()}
    return sorted(found.values(), key=lambda reading: -reading.odds)[:_MOST_OFFERS]


def _read_amount(text: str) -> str | None:
    amount = parse_amount(text)
    return None if amount is None or amount != amount.quantize(Decimal("0.01")) else format_amount(amount)


def _read_words(text: str) -> str | None:
    words = re.sub(r"^[^负負零〇壹贰貳叁叄肆伍陆陸柒捌玖拾(（]+", "", "".join(text.split()))
    return words if parse_words(words) is not None else None


def _solutions(
    readings: Mapping[str, Sequence[_Reading]], as_read: _Assignment, unreadable: set[str], items: Sequence[LineItem], amounts: Amounts
) -> Iterator[_Solution]:
    """Every assignment with at most two changes that satisfies all equations, each with how many accidents its finding may expect."""
    assignments = sorted(_changes(readings, as_read, unreadable), key=lambda entry: -entry[1])
    held = {equation.name for equation in _equations(as_read, items, amounts) if equation.holds}
    for tried, (changed, odds) in enumerate(assignments, start=1):
        values = {**as_read, **{key: reading.amount for key, reading in changed.items()}}
        equations = _equations(values, items, amounts)
        if not all(equation.holds for equation in equations):
            continue
        telling = [equation for equation in equations if equation.keys & set(changed) and equation.name not in held]
        if set(changed) == {WORDS}:
            telling += [equation for equation in equations if TOTAL in equation.keys and equation.name in held]
        about = [equation for equation in telling if not (equation.is_rough and equation.keys & unreadable)]
        if all(any(key in equation.keys for equation in about) for key in changed):
            yield _Solution(changed, odds, tried / 10 ** len(about))


def _changes(
    readings: Mapping[str, Sequence[_Reading]], as_read: _Assignment, unreadable: set[str]
) -> Iterator[tuple[dict[str, _Reading], float]]:
    others = {
        key: [reading for reading in found if reading.odds >= _SERIOUS and reading.amount != as_read.get(key)]
        for key, found in readings.items()
    }
    for size in range(1, _MOST_CHANGED + 1):
        for keys in combinations(others, size):
            if not unreadable <= set(keys):
                continue
            for chosen in product(*(others[key] for key in keys)):
                odds = 1.0
                for reading in chosen:
                    odds *= reading.odds
                yield dict(zip(keys, chosen, strict=True)), odds


def _equations(values: _Assignment, items: Sequence[LineItem], amounts: Amounts) -> list[_Equation]:
    """All that can be held against these values; a rule of which a term is missing says nothing."""
    net, tax, total, words = (values.get(key) for key in (NET, TAX, TOTAL, WORDS))
    found: list[_Equation] = []

    def equal(name: str, keys: tuple[str, ...], one: Decimal | None, other: Decimal | None) -> None:
        if one is not None and other is not None:
            found.append(_Equation(name, frozenset(keys), one == other))

    if tax is None and net is not None and net == total:
        tax = Decimal(0)
    equal("sum", (NET, TAX, TOTAL), None if net is None or tax is None else net + tax, total)
    equal("words", (WORDS, TOTAL), words, total)
    equal("lines_net", (NET,), amounts.lines_net, net)
    equal("lines_tax", (TAX,), amounts.lines_tax, tax)
    if amounts.qr is not None and amounts.qr.amount is not None:
        keys = (TOTAL,) if amounts.qr.amount_is_total else (NET,)
        equal("qr", keys, amounts.qr.amount, total if amounts.qr.amount_is_total else net)
    for key, said in amounts.embedded.items():
        equal(f"embedded_{key}", (key,), said, values.get(key))
    rate = the_rate(items)
    if rate is not None and net is not None and tax is not None:
        found.append(_Equation("rate", frozenset({NET, TAX}), tax_fits_rate(net, tax, rate), is_rough=True))
    return found
