"""What a row of the table becomes when its cells were read again: quantity times price is the amount, amount times rate the tax."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from models.invoice import LineItem
from ocr_service.proof.line_rules import amount_finding, tax_finding

_FACTORS = ("quantity", "unit_price", "amount")
_TAXED = ("amount", "tax_rate", "tax_amount")
_SUMS = ("amount", "tax_amount")
_WHOLE_SUM = re.compile(r"-?\d+\.\d{2}|\*{1,3}")
_SURE = 0.9
"""Confidence from which text in a cell that seemed blank is believed when nothing in its row bears it out."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a second reading says of a cell."""

    value: str
    confidence: float


def doubtful(item: LineItem) -> frozenset[str]:
    """The columns of which one must be wrong: their product is not what is printed, or a sum lost a digit."""
    found = {column for column in _SUMS if (value := getattr(item, column)) is not None and not _WHOLE_SUM.fullmatch(value)}
    found |= set(_FACTORS) if amount_finding(item)[0] is False else set()
    found |= set(_TAXED) if tax_finding(item)[0] is False else set()
    return frozenset(found)


def settled(item: LineItem, offers: Mapping[str, Sequence[Offer]]) -> LineItem:
    """The row with those offers that make it right, or that fill its blanks and contradict nothing; as it was where several ways do so."""
    ways = sorted(_ways(item, offers), key=lambda way: way[0])
    best = [row for rank, row in ways if rank == ways[0][0]]
    return best[0] if len(best) == 1 else item


def _ways(item: LineItem, offers: Mapping[str, Sequence[Offer]]) -> Iterator[tuple[tuple[int, ...], LineItem]]:
    """Every row that can be made, each with its rank: fewest contradictions, most proofs, fewest changes, fewest blanks."""
    columns = list(offers)
    for chosen in product(*[(None, *offers[column]) for column in columns]):
        changes = {column: offer for column, offer in zip(columns, chosen, strict=True) if offer is not None}
        row = replace(item, **{column: offer.value for column, offer in changes.items()})
        borne_out = _borne_out(row)
        replaced = [column for column in changes if getattr(item, column) is not None]
        unsure = [column for column, offer in changes.items() if offer.confidence < _SURE]
        if borne_out.issuperset(replaced) and borne_out.issuperset(unsure):
            yield (_contradictions(row), -len(borne_out), len(replaced), -len(changes)), row


def _borne_out(row: LineItem) -> frozenset[str]:
    found = set(_FACTORS) if amount_finding(row)[0] else set()
    return frozenset(found | (set(_TAXED) if tax_finding(row)[0] else set()))


def _contradictions(row: LineItem) -> int:
    broken = [finding(row)[0] is False for finding in (amount_finding, tax_finding)]
    torn = [not _WHOLE_SUM.fullmatch(value) for column in _SUMS if (value := getattr(row, column)) is not None]
    return sum(broken) + sum(torn)
