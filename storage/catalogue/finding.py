"""Answering clues: the best rows first, one hit for all copies of an invoice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Row, Select, func, literal, select

from models.archive import invoice_id
from models.clues import Clues, Hit
from models.digest import Digest
from models.verification import Verdict
from storage.catalogue.criteria import criteria_of
from storage.catalogue.criterion import FULL, Criterion
from storage.catalogue.invoice_rows import summary_of
from storage.catalogue.search_tables import SEARCHED, among
from storage.catalogue.tables import documents, invoices

_STEPS = 10_000.0
"""A score has four decimals."""

# Written out once: SQLAlchemy takes longer to put such a statement together than a database to answer it.
_RANKED = select(invoices.c.id, invoices.c.number_key).select_from(SEARCHED)
_DETAILS = select(*invoices.c, documents.c.file_name, documents.c.received_at).select_from(
    SEARCHED.join(documents, documents.c.digest == invoices.c.document)
)
_COPIES: Select[Any] = select(invoices.c.id, invoices.c.document, invoices.c.position, invoices.c.code_key, invoices.c.number_key)

_ORDER = {Verdict.ACCEPTED.value: 2, Verdict.NEEDS_REVIEW.value: 1, Verdict.UNREAD.value: 0}


@dataclass(frozen=True, slots=True)
class _Group:
    """The copies of one invoice that meet the clues, and the one to show."""

    best: Row[Any]
    identity: tuple[str, str] | None

    @property
    def rank(self) -> tuple[float, int]:
        return self.best.score, self.best.id


def find(connection: Connection, clues: Clues) -> tuple[Hit, ...]:
    """The hits, best first and newest first among equals; without any clue the newest.

    The best copy of an invoice stands for it, with its own score: accepted ones before those that need review, then the newest.

    Raises:
        InvalidClue: a clue holds nothing to look for.
    """
    criteria = criteria_of(connection, clues)
    size = 2 * clues.limit + 10
    while True:
        top = _top(connection, criteria, size)
        copies = _copies(connection, top)
        groups = _groups(connection, criteria, top, copies)
        if len(top) == size:
            # Rows that were not fetched rank below the last one that was, and so does whatever they stand for.
            last = (top[-1].score, top[-1].id)
            groups = [group for group in groups if group.rank >= last]
            if len(groups) < clues.limit:
                size *= 4
                continue
        return _hits(criteria, groups[: clues.limit], copies)


def _top(connection: Connection, criteria: Sequence[Criterion], size: int) -> Sequence[Row[Any]]:
    score = _score(criteria)
    graded = [criterion for criterion in criteria if criterion.score is not None]
    rows = _RANKED.add_columns(score.label("score")).limit(size)
    known = _known(criteria)
    if known is not None or len(graded) != 1 or not graded[0].levels:
        if known is not None:
            rows = rows.where(among(connection, invoices.c.id, known))
        order = (score.desc(), invoices.c.id.desc()) if graded else (invoices.c.id.desc(),)
        return connection.execute(rows.where(*_asked(criteria)).order_by(*order)).all()
    rows = rows.order_by(invoices.c.id.desc())
    # The ids first: an index of company and day has them all, and only the newest are fetched from the table.
    newest = select(invoices.c.id).where(*_asked([criterion for criterion in criteria if criterion.score is None]))
    newest = newest.order_by(invoices.c.id.desc()).limit(size).correlate(None)
    found: dict[int, Row[Any]] = {}
    for level in graded[0].levels:
        met = {row.id: row for condition in level for row in connection.execute(rows.where(invoices.c.id.in_(newest.where(condition))))}
        # Whoever meets a better level too is among those found already.
        found |= {row_id: met[row_id] for row_id in sorted(met.keys() - found.keys(), reverse=True)}
        if len(found) >= size:
            break
    return list(found.values())[:size]


def _known(criteria: Sequence[Criterion]) -> frozenset[int] | None:
    """The ids of all rows that may meet the clues, None when those are many."""
    rows = [criterion.rows for criterion in criteria if criterion.rows is not None]
    return frozenset.intersection(*rows) if rows else None


def _asked(criteria: Sequence[Criterion]) -> list[ColumnElement[bool]]:
    """What rows are held against that are not known to meet it."""
    return [criterion.condition for criterion in criteria if criterion.rows is None]


def _copies(connection: Connection, top: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """All rows with the numbers of these, newest first, whether they meet the clues or not."""
    numbers = {row.number_key for row in top if row.number_key is not None}
    if not numbers:
        return ()
    rows = connection.execute(_COPIES.where(among(connection, invoices.c.number_key, numbers))).all()
    return sorted(rows, key=lambda row: row.id, reverse=True)


def _groups(connection: Connection, criteria: Sequence[Criterion], top: Sequence[Row[Any]], copies: Sequence[Row[Any]]) -> list[_Group]:
    shown = {row.id for row in top}
    ids = shown | {row.id for row in copies}
    if (known := _known(criteria)) is not None:
        ids &= known
    details = _DETAILS.add_columns(_score(criteria).label("score"), *(column for criterion in criteria for column in criterion.columns))
    # The top rows are known to meet the clues; asked again, a database may look for all rows that do.
    asked = _asked(criteria) if ids - shown else []
    met: dict[tuple[str, str] | int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(details.where(among(connection, invoices.c.id, ids), *asked)).all():
        met[_identity(row) or row.id].append(row)
    groups = (_Group(max(rows, key=lambda row: (_ORDER[row.verdict], row.id)), _identity(rows[0])) for rows in met.values())
    return sorted(groups, key=lambda group: group.rank, reverse=True)


def _hits(criteria: Sequence[Criterion], groups: Sequence[_Group], copies: Sequence[Row[Any]]) -> tuple[Hit, ...]:
    same: dict[tuple[str, str] | None, list[Row[Any]]] = defaultdict(list)
    for row in copies:
        same[_identity(row)].append(row)
    return tuple(
        Hit(
            invoice=summary_of(group.best),
            score=group.best.score / _STEPS if criteria else FULL,
            reasons=tuple(criterion.reason(group.best) for criterion in criteria),
            copies=tuple(invoice_id(Digest(row.document), row.position) for row in same.get(group.identity, ()) if row.id != group.best.id),
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
    return func.round(total * (_STEPS / max(len(criteria), 1)), type_=Float)


def _identity(row: Row[Any]) -> tuple[str, str] | None:
    return None if row.number_key is None else (row.code_key, row.number_key)
