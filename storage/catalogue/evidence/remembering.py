"""Answering what somebody remembers: the likeliest invoices, what each thing says for or against them, and whether it is there at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import exp, log
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from models.access import Visibility
from models.clues import ListState
from models.remembered import (
    Answer,
    Candidate,
    Clue,
    Comparison,
    Memory,
    Remembered,
    RememberedAmount,
    RememberedDays,
    RememberedDepartment,
    RememberedGoods,
    RememberedKind,
    RememberedNumber,
    RememberedParty,
    RememberedPlace,
    RememberedTaxId,
)
from storage.catalogue.evidence.amounts import AmountEvidence
from storage.catalogue.evidence.days import DayEvidence
from storage.catalogue.evidence.gathering import gather, gather_some, settle
from storage.catalogue.evidence.goods import GoodsEvidence, goods_names
from storage.catalogue.evidence.names import NameEvidence
from storage.catalogue.evidence.numbers import NumberEvidence
from storage.catalogue.evidence.others import ColumnEvidence, PlaceEvidence, TaxIdEvidence, WordsEvidence
from storage.catalogue.evidence.weighing import Evidence, Facts, Met, Reach, Shares, shares_of
from storage.catalogue.finding import groups, rows_and_copies
from storage.catalogue.invoice_rows import id_of, summary_of, yuan
from storage.catalogue.walls import in_lists, on_invoices

_ABSENT = 0.15
"""How often what is looked for is not in the archive, before anything of it is known."""
_SAYS_NOTHING = log(0.3)
"""What a thing weighs of which an invoice says nothing, because nobody could read it or it is not printed."""
_SURE, _SURER = 0.9, 0.999
"""From here on nothing farther off is looked for: when everything is answered, and when one thing is not."""
_HEAVIEST = 600.0
"""Weights beyond are no longer told apart; their exponential would be no number."""
_LOOKED_UP = 40
_MOST_CANDIDATES = 200
_MOST_OF_COMMON = 2
"""Questions that are asked for the nearest when nothing is near."""


class _Meaning(NamedTuple):
    """One meaning of a thing, what it weighs to be meant, and its evidence."""

    clue: Clue
    weight: float
    evidence: Evidence


class _Thing:
    """One thing remembered, with each meaning of it."""

    def __init__(self, thing: Remembered, meanings: Sequence[_Meaning]) -> None:
        self.thing = thing
        self.meanings = meanings
        self._missed = max(log(meaning.evidence.missed) for meaning in meanings)
        self._evidences = [(meaning.evidence, meaning.weight) for meaning in meanings]

    def weight(self, row: Facts) -> float:
        """What it weighs for a row."""
        weight = self._missed
        is_met = False
        for evidence, likely in self._evidences:
            met = evidence.met(row)
            if met is not None and met.weight + likely > weight:
                weight, is_met = met.weight + likely, True
        return weight if is_met else self._unmet(row)

    def best(self, row: Facts) -> tuple[float, _Meaning, Met | None]:
        """What it weighs for a row, and the meaning that answers it best."""
        weight, best = self._missed, None
        chosen = self.meanings[0]
        for meaning in self.meanings:
            met = meaning.evidence.met(row)
            if met is not None and met.weight + meaning.weight > weight:
                weight, chosen, best = met.weight + meaning.weight, meaning, met
        return self._unmet(row) if best is None else weight, chosen, best

    def _unmet(self, row: Facts) -> float:
        says = any(evidence.says(row) for evidence, _ in self._evidences)
        return self._missed if says else _SAYS_NOTHING


def remember(connection: Connection, memory: Memory, limit: int, sees: Visibility) -> Answer:
    """What of all that is seen may be the invoice, likeliest first, and how likely it is that it is none of it."""
    settle(connection)
    shares = shares_of(connection, sees)
    evidences = _Evidences(connection, shares, sees)
    things = [_thing(evidences, thing) for thing in memory if thing.meanings and not thing.names_no_day]
    if not things or not shares.rows:
        return Answer((), 1.0)
    scores = _scored(connection, things, shares, sees)
    return _answer(connection, things, shares, scores, limit, sees)


class _Evidences:
    """What makes evidence of clues, each once: the words of one thing may be a company, goods and mere words, all of which look it up."""

    def __init__(self, connection: Connection, shares: Shares, sees: Visibility) -> None:
        self._connection = connection
        self._shares = shares
        self._sees = sees
        self._seen, self._walls = in_lists(connection, sees, ListState.LISTED), on_invoices(connection, sees)
        self._made: dict[Clue, Evidence] = {}

    def of(self, clue: Clue) -> Evidence:
        """The evidence of a clue."""
        if clue not in self._made:
            self._made[clue] = self._new(clue)
        return self._made[clue]

    def _new(self, clue: Clue) -> Evidence:
        connection, shares = self._connection, self._shares
        match clue:
            case RememberedAmount():
                return AmountEvidence(clue, shares)
            case RememberedDays():
                return DayEvidence(clue, shares)
            case RememberedNumber():
                return NumberEvidence(clue, shares, connection, self._seen, self._sees)
            case RememberedParty():
                return NameEvidence(clue, shares, connection, self._sees)
            case RememberedGoods():
                return GoodsEvidence(clue, shares, connection, self._sees)
            case RememberedTaxId():
                return TaxIdEvidence(clue, shares, connection, self._seen)
            case RememberedKind() | RememberedDepartment():
                return ColumnEvidence(clue, shares)
            case RememberedPlace():
                return PlaceEvidence(clue, shares, connection)
            case _:
                parts = [self.of(part) for part in WordsEvidence.parts(clue)]
                return WordsEvidence(clue, shares, connection, self._seen, parts)


def _thing(evidences: _Evidences, thing: Remembered) -> _Thing:
    meanings = [_Meaning(each.clue, log(max(each.likelihood, 1e-6)), evidences.of(each.clue)) for each in thing.meanings]
    return _Thing(thing, meanings)


class _Scored(NamedTuple):
    row: Facts
    weight: float


class _Standing:
    """The rows that were held against everything so far, and how sure the best of them is."""

    def __init__(self, things: Sequence[_Thing], shares: Shares) -> None:
        self.scored: list[_Scored] = []
        self._things = things
        self._best: _Scored | None = None
        self._prior = (1.0 - _ABSENT) / max(shares.rows, 1)
        self._odds = _ABSENT

    def add(self, rows: Iterable[Facts]) -> None:
        """Hold rows against everything."""
        for row in rows:
            each = _Scored(row, sum(thing.weight(row) for thing in self._things))
            self.scored.append(each)
            self._odds += self._prior * exp(min(each.weight, _HEAVIEST))
            if self._best is None or each.weight > self._best.weight:
                self._best = each

    def is_sure(self) -> bool:
        """Whether nothing that was not asked for can be likelier than the best.

        Whatever else answers everything so well answers the same two things, and came with it. Where the best misses one thing, it has to
        be surer, for others may answer that one and have slips in the rest.
        """
        best = self._best
        if best is None:
            return False
        missed = self._missed(best)
        if missed > 1 or len(self._things) - missed < 2:
            return False
        probability = self._prior * exp(min(best.weight, _HEAVIEST)) / self._odds
        return probability >= (_SURER if missed else _SURE)

    def has_near(self) -> bool:
        """Whether the best answers half of the things."""
        return self._best is not None and 2 * self._missed(self._best) <= len(self._things)

    def _missed(self, each: _Scored) -> int:
        return sum(thing.best(each.row)[2] is None for thing in self._things)


def _scored(connection: Connection, things: Sequence[_Thing], shares: Shares, sees: Visibility) -> list[_Scored]:
    """Rows with all their evidence, the likeliest first."""
    known: set[int] = set()
    standing = _Standing(things, shares)
    for wide in (False, True):
        for rows in gather(connection, _reached(things, wide=wide), shares, sees, known):
            standing.add(rows)
            if standing.is_sure():
                return _looked_up(connection, things, standing.scored)
    if not standing.has_near():
        for rows in islice(gather_some(connection, _reached(things, wide=False), shares, sees, known), _MOST_OF_COMMON):
            standing.add(rows)
            if standing.has_near():
                break
    return _looked_up(connection, things, standing.scored)


def _reached(things: Sequence[_Thing], *, wide: bool) -> list[list[Reach]]:
    return [[reach for meaning in thing.meanings for reach in meaning.evidence.reaches(wide=wide)] for thing in things]


def _looked_up(connection: Connection, things: Sequence[_Thing], scored: list[_Scored]) -> list[_Scored]:
    """The same, the best of them held against names that were too common to be asked for."""
    scored.sort(key=lambda each: (-each.weight, -each.row.id))
    best, rest = scored[:_LOOKED_UP], scored[_LOOKED_UP:]
    for thing in things:
        for meaning in thing.meanings:
            if isinstance(meaning.evidence, NameEvidence):
                meaning.evidence.look_up(connection, [each.row for each in best])
    again = [_Scored(each.row, sum(thing.weight(each.row) for thing in things)) for each in best]
    return sorted(again, key=lambda each: (-each.weight, -each.row.id)) + rest


def _probabilities(scored: Iterable[_Scored], shares: Shares) -> dict[int, float]:
    """How likely each row is the one, beside each other and beside that it is not there."""
    prior = (1.0 - _ABSENT) / max(shares.rows, 1)
    odds = {each.row.id: prior * exp(min(each.weight, _HEAVIEST)) for each in scored}
    whole = _ABSENT + sum(odds.values())
    return {row: each / whole for row, each in odds.items()}


def _answer(
    connection: Connection, things: Sequence[_Thing], shares: Shares, scored: Sequence[_Scored], limit: int, sees: Visibility
) -> Answer:
    if not scored:
        return Answer((), 1.0)
    facts = {each.row.id: each.row for each in scored[:_MOST_CANDIDATES]}
    weights = {each.row.id: each.weight for each in scored[:_MOST_CANDIDATES]}
    whole = rows_and_copies(connection, list(facts)[: 2 * limit + 1], sees)
    found = groups({row: weights[row] for row in facts}, whole)
    best_of = {
        group.best.id: max((facts[row.id] for row in group.copies if row.id in facts), key=lambda row: weights[row.id]) for group in found
    }
    # Several scans of one invoice are one invoice.
    singles = [_Scored(best_of[group.best.id], weights[best_of[group.best.id].id]) for group in found]
    grouped = {row.id for group in found for row in group.copies}
    others = [each for each in scored if each.row.id not in grouped]
    probabilities = _probabilities([*singles, *others], shares)
    ordered = sorted(found, key=lambda group: (-weights[best_of[group.best.id].id], -group.best.id))[:limit]
    names = _goods_of(connection, things, [best_of[group.best.id] for group in ordered])
    candidates = [
        Candidate(
            summary_of(group.best),
            probabilities[best_of[group.best.id].id],
            tuple(_comparisons(things, best_of[group.best.id], _row_of(group.copies, best_of[group.best.id].id), names)),
            tuple(id_of(row) for row in group.copies if row is not group.best),
        )
        for group in ordered
    ]
    absent = 1.0 - min(1.0, sum(probabilities.values()))
    return Answer(tuple(candidates), absent)


def _row_of(copies: Sequence[Row[Any]], identity: int) -> Row[Any]:
    return next(row for row in copies if row.id == identity)


def _goods_of(connection: Connection, things: Sequence[_Thing], rows: Sequence[Facts]) -> Mapping[int, str]:
    evidences = [meaning.evidence for thing in things for meaning in thing.meanings if isinstance(meaning.evidence, GoodsEvidence)]
    wanted = {identity for evidence in evidences for row in rows for identity in evidence.named(row)[:1]}
    return goods_names(connection, wanted) if wanted else {}


def _comparisons(things: Sequence[_Thing], facts: Facts, row: Row[Any], names: Mapping[int, str]) -> Iterator[Comparison]:
    for thing in things:
        weight, meaning, met = thing.best(facts)
        if met is None:
            level = "missed" if any(each.evidence.says(facts) for each in thing.meanings) else "absent"
            field = _FIELD_OF.get(type(meaning.clue))
        else:
            level, field = met.level, met.field
        value = _value(row, field)
        if isinstance(meaning.evidence, GoodsEvidence):
            value = next((names[identity] for identity in meaning.evidence.named(facts)[:1] if identity in names), None)
        yield Comparison(thing.thing, meaning.clue, level, weight, value, field)


_FIELD_OF: Mapping[type, str] = {
    RememberedAmount: "tax_inclusive_amount",
    RememberedDays: "issue_date",
    RememberedNumber: "invoice_number",
    RememberedParty: "seller_name",
    RememberedGoods: "items",
    RememberedTaxId: "seller_tax_id",
    RememberedKind: "kind",
}
"""The field that a thing which is missed would have stood in."""


def _value(row: Row[Any], field: str | None) -> str | None:
    """What an invoice says in a field."""
    amounts = {"tax_inclusive_amount": "total_cents", "tax_exclusive_amount": "net_cents", "tax_amount": "tax_cents"}
    if field in amounts:
        amount = yuan(row._mapping[amounts[field]])
        return None if amount is None else str(amount)
    if field == "issue_date":
        return None if row.day is None else str(row.day.isoformat())
    columns = {"invoice_number": "number", "kind": "kind"}
    column = columns.get(field or "", field)
    value = row._mapping.get(column) if column is not None else None
    return None if value is None else str(value)
