"""What each clue becomes: a condition on rows, a score from 0 to 1, and a reason that a person understands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal

from models.clues import Reason

TextColumn = ColumnElement[str] | ColumnElement[str | None]

FULL = 1.0
_PART, _SHARE = 0.5, 0.4


@dataclass(frozen=True, slots=True)
class Criterion:
    """One clue; `score` is None when whoever meets it meets it fully.

    `reason` takes a row with all columns of `invoices` and those in `columns`.
    """

    condition: ColumnElement[bool]
    score: ColumnElement[float] | None
    reason: Callable[[Row[Any]], Reason]
    columns: tuple[ColumnElement[Any], ...] = ()


def part_score(known: int, whole: TextColumn) -> ColumnElement[float]:
    """0.5 for a part, and up to 0.4 more by the share of the whole that was known."""
    return literal(_PART) + known * _SHARE / func.length(whole)
