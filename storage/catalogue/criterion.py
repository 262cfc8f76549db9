"""What each clue becomes: a condition on rows, a score from 0 to 1, and a reason that a person understands."""

from collections.abc import Callable
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

    `reason` takes a row with all columns of `invoices` and those in `columns`. `levels` are conditions that together make up
    `condition`, best first: whoever meets one has the score of the first one that he meets, and all with one score are equal. They
    are there where so many rows meet the clue that they cannot all be scored. `alone` takes the place of the condition when there
    is no other clue: it leaves out what many others outdo.
    """

    condition: ColumnElement[bool]
    score: ColumnElement[float] | None
    reason: Callable[[Row[Any]], Reason]
    columns: tuple[ColumnElement[Any], ...] = ()
    levels: tuple[ColumnElement[bool], ...] = ()
    alone: ColumnElement[bool] | None = None


def part_score(known: int, whole: TextColumn) -> ColumnElement[float]:
    """0.5 for a part, and up to 0.4 more by the share of the whole that was known."""
    return literal(PART) + known * _SHARE / func.length(whole)
