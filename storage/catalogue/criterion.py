"""What each clue becomes: a condition on rows, a score from 0 to 1, and a reason that a person understands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal

from models.clues import Reason

TextColumn = ColumnElement[str] | ColumnElement[str | None]

FULL = 1.0
PART = 0.5
_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Criterion:
    """One clue; `score` is None when whoever meets it meets it fully.

    `rows` are the ids of all rows that meet the clue, with their scores, where these are few enough to be fetched; those that another
    clue rules out may be left out of them, and those of other days than asked for are when `dated`. The condition says it of any row.
    `reason` takes a row with all columns of `invoices` and those in `columns`. `levels` are there where so many rows meet the clue
    that they cannot all be scored: conditions that together make up `condition`, the best level first. Whoever meets one has the
    score of the first level that he meets, all of one level are equal, and each condition of it is looked for by itself.
    """

    condition: ColumnElement[bool]
    score: ColumnElement[float] | None
    reason: Callable[[Row[Any]], Reason]
    columns: tuple[ColumnElement[Any], ...] = ()
    levels: tuple[tuple[ColumnElement[bool], ...], ...] = ()
    rows: Mapping[int, float] | None = None
    dated: bool = False


def known_rows(criteria: Sequence[Criterion]) -> frozenset[int] | None:
    """The ids of all rows that may meet the clues, None where none of the clues knows its rows."""
    rows = [criterion.rows for criterion in criteria if criterion.rows is not None]
    return frozenset(rows[0]).intersection(*rows[1:]) if rows else None


def part_score(known: int, whole: TextColumn) -> ColumnElement[float]:
    """0.5 for a part, and up to 0.4 more by the share of the whole that was known."""
    return literal(PART) + known * _SHARE / func.length(whole)
