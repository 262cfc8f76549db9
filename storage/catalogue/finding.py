"""Answering clues: the best rows first, one hit for all copies of an invoice."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Float, Row, Select, desc, func, literal, or_, select, union_all

from models.access import EVERYTHING, Visibility
from models.clues import Clues, Hit, ListState
from models.verification import Verdict
from storage.catalogue.criteria import criteria_of
from storage.catalogue.criterion import FULL, Criterion, known_rows
from storage.catalogue.invoice_rows import id_of, summary_of
from storage.catalogue.one_of import OneOf
from storage.catalogue.search_tables import SEARCHED
from storage.catalogue.tables import invoices
from storage.catalogue.walls import in_lists, newest_first, once, summaries

_STEPS = 10_000.0
"""A score has four decimals."""

# Written out once: SQLAlchemy takes longer to put such a statement together than a database to answer it.
_RANKED = select(invoices.c.id).select_from(SEARCHED)
_top_row = invoices.alias("top_row")
_NUMBERS = select(_top_row.c.number_key).where(OneOf(_top_row.c.id, "ids"))
_WANTED = or_(OneOf(invoices.c.number_key, _NUMBERS), OneOf(invoices.c.id, "ids"))
_DETAILS: Select[Any] = summaries(EVERYTHING).where(_WANTED)

_ORDER = {Verdict.ACCEPTED.value: 3, Verdict.CONFIRMED.value: 2, Verdict.NEEDS_REVIEW.value: 1, Verdict.UNREAD.value: 0}


class _Ranked(NamedTuple):
    """A row that meets the clues."""

    score: float
    id: int


class Group(NamedTuple):
    """The copies of one invoice, newest first: the best one that meets the clues, which is to be shown, its score, and all of them."""

    score: float
    best: Row[Any]
    copies: Sequence[Row[Any]]

    @property
    def rank(self) -> tuple[float, int]:
        """What groups are ordered by, the greatest first."""
        return self.score, self.best.id


def find(connection: Connection, clues: Clues, sees: Visibility) -> tuple[Hit, ...]:
    """The hits among what is seen, best first and newest first among equals; without any clue the newest.

    The best copy of an invoice stands for it, with its own score: accepted ones first, then confirmed ones, then the newest.

    Raises:
        InvalidClue: a clue holds nothing to look for.
    """
    criteria = criteria_of(connection, clues, sees)
    ranked = _ranked(criteria)
    seen = in_lists(connection, sees, clues.state) if criteria else newest_first(connection, sees, clues.state)
    # A fifth of them may be copies of others before more must be asked for.
    size = 5 * clues.limit // 4 + 1
    while True:
        top = _top(connection, criteria, size, seen) if ranked is None else ranked[:size]
        scores = {row.id: row.score for row in top}
        rows = _details(connection, criteria, top, sees, clues.state)
        if len(top) < size:
            return _hits(criteria, groups(scores, rows)[: clues.limit])
        others = {row.id for row in rows} - scores.keys()
        if ranked is None:
            scores |= _scores_of(connection, criteria, others, seen)
        else:
            scores |= {row.id: row.score for row in ranked[size:] if row.id in others}
        # Rows that were not fetched rank below the last one that was, and so does whatever they stand for.
        certain = [group for group in groups(scores, rows) if group.rank >= top[-1]]
        if len(certain) >= clues.limit:
            return _hits(criteria, certain[: clues.limit])
        size *= 4


def _ranked(criteria: Sequence[Criterion]) -> Sequence[_Ranked] | None:
    """All rows that meet the clues, best first; None where some of the clues must be held against them in the database."""
    rows = [criterion.rows for criterion in criteria if criterion.rows is not None]
    if not rows or len(rows) < len(criteria):
        return None
    share = _STEPS / len(rows)
    met = set(rows[0]).intersection(*rows[1:])
    return sorted((_Ranked(round(sum(scores[row] for scores in rows) * share), row) for row in met), reverse=True)


def _top(connection: Connection, criteria: Sequence[Criterion], size: int, seen: Sequence[ColumnElement[bool]]) -> Sequence[_Ranked]:
    graded = [criterion for criterion in criteria if criterion.score is not None]
    known = known_rows(criteria)
    rows = _RANKED.add_columns(_score(criteria)).limit(size)
    if known is not None or len(graded) != 1 or not graded[0].levels:
        if known is not None:
            rows = rows.where(OneOf(invoices.c.id, known))
        order = (desc("score"), invoices.c.id.desc()) if graded else (invoices.c.id.desc(),)
        return [_Ranked(row.score, row.id) for row in connection.execute(rows.where(*_asked(criteria), *seen).order_by(*order))]
    rows = rows.order_by(invoices.c.id.desc())
    # The ids first: an index of company and day has them all, and only the newest are fetched from the table.
    newest = select(invoices.c.id).where(*_asked([criterion for criterion in criteria if criterion.score is None]), *seen)
    newest = newest.order_by(invoices.c.id.desc()).limit(size)
    found: dict[int, _Ranked] = {}
    for level in graded[0].levels:
        met = union_all(*(select(newest.where(condition).subquery().c.id) for condition in level))
        # Whoever meets a better level too is among those found already.
        found = {row.id: _Ranked(row.score, row.id) for row in connection.execute(rows.where(invoices.c.id.in_(met)))} | found
        if len(found) >= size:
            break
    return sorted(found.values(), reverse=True)[:size]


def _asked(criteria: Sequence[Criterion]) -> list[ColumnElement[bool]]:
    """What rows are held against that are not known to meet it."""
    return [criterion.condition for criterion in criteria if criterion.rows is None]


def _details(
    connection: Connection, criteria: Sequence[Criterion], top: Sequence[_Ranked], sees: Visibility, state: ListState
) -> Sequence[Row[Any]]:
    """These rows whole, with all that have the same numbers, whether they meet the clues or not."""
    if not top:
        return ()
    columns = [column for criterion in criteria for column in criterion.columns]
    return rows_and_copies(connection, [row.id for row in top], sees, columns, state)


def rows_and_copies(
    connection: Connection,
    ids: Sequence[int],
    sees: Visibility,
    columns: Sequence[ColumnElement[Any]] = (),
    state: ListState = ListState.LISTED,
) -> Sequence[Row[Any]]:
    """Rows of `invoices` as `summaries` gives them, with all that have the same numbers and stand alike, and these columns beside."""
    details = _DETAILS if sees.is_whole else summaries(sees).where(_WANTED)
    asked = details.add_columns(*columns) if columns else details
    is_withdrawn = state is ListState.WITHDRAWN
    return [row for row in connection.execute(asked, {"ids": list(ids)}) if bool(row.withdrawn) == is_withdrawn]


def _scores_of(
    connection: Connection, criteria: Sequence[Criterion], ids: Collection[int], seen: Sequence[ColumnElement[bool]]
) -> Mapping[int, float]:
    """The scores of those of these rows that meet the clues."""
    if (known := known_rows(criteria)) is not None:
        ids = known.intersection(ids)
    if not ids:
        return {}
    rows = _RANKED.add_columns(_score(criteria)).where(OneOf(invoices.c.id, ids), *_asked(criteria), *seen)
    return {row.id: row.score for row in connection.execute(rows)}


def groups(scores: Mapping[int, float], rows: Sequence[Row[Any]]) -> list[Group]:
    """What meets the clues, best first: the rows that have a score, each with all that have the same code and number."""
    same: dict[tuple[str, str] | int, list[Row[Any]]] = defaultdict(list)
    for row in once(sorted(rows, key=lambda row: row.id, reverse=True)):
        same[row.id if row.number_key is None else (row.code_key, row.number_key)].append(row)
    found = []
    for copies in same.values():
        if met := [row for row in copies if row.id in scores]:
            best = max(met, key=lambda row: (_ORDER[row.verdict], row.id))
            found.append(Group(scores[best.id], best, copies))
    return sorted(found, key=lambda group: group.rank, reverse=True)


def _hits(criteria: Sequence[Criterion], groups: Sequence[Group]) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            invoice=summary_of(group.best),
            score=group.score / _STEPS if criteria else FULL,
            reasons=tuple(criterion.reason(group.best) for criterion in criteria),
            copies=tuple(id_of(row) for row in group.copies if row is not group.best),
        )
        for group in groups
    )


def _score(criteria: Sequence[Criterion]) -> ColumnElement[float]:
    """The mean of the clues' scores in steps of 1/10,000."""
    total: ColumnElement[float] = literal(FULL * sum(criterion.score is None for criterion in criteria))
    for criterion in criteria:
        if criterion.score is not None:
            total = total + criterion.score
    # Rounded before anything is ordered by it: scores that look equal are equal, and the newer one comes first.
    return func.round(total * (_STEPS / max(len(criteria), 1)), type_=Float).label("score")
