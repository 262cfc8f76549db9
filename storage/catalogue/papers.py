"""Where papers stand, by box, by state, by the day of their invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, select

from models.access import EVERYTHING, Visibility
from models.digest import Digest
from models.papers import PaperState
from storage.catalogue.database import Database
from storage.catalogue.histories import seen, version_of
from storage.catalogue.record_tables import histories, papers
from storage.catalogue.tables import invoices
from storage.histories import HistoryVersion

MOST_PAPERS = 5_000
"""On one list: a stock-taking of more is taken box by box."""

_PAPERS = histories.join(papers, papers.c.subject == histories.c.subject)


class Box(NamedTuple):
    """A box, and how many papers belong into it."""

    name: str
    papers: int


@dataclass(frozen=True, slots=True)
class PaperIndex:
    """What stands of papers. Every method may raise CatalogueUnavailable."""

    database: Database

    def out(self, sees: Visibility) -> Sequence[HistoryVersion]:
        """Papers that are seen and that somebody has, those that should be back first at the top."""
        return self._listed(sees, papers.c.state.in_([PaperState.LENT.value, PaperState.TAKEN.value]))

    def missing(self, sees: Visibility) -> Sequence[HistoryVersion]:
        """Papers that are seen and that a stock-taking did not find."""
        return self._listed(sees, papers.c.state == PaperState.MISSING.value)

    def in_box(self, box: str, sees: Visibility) -> Sequence[HistoryVersion]:
        """Papers that are seen and belong into a box, whoever has them now."""
        return self._listed(sees, papers.c.box == box)

    def of_days(self, first: date, last: date, sees: Visibility) -> Sequence[HistoryVersion]:
        """Papers that are seen of invoices of these days, both included."""
        issued = and_(invoices.c.document == papers.c.document, invoices.c.position == papers.c.position)
        return self._listed(sees, exists().where(issued, invoices.c.day >= first, invoices.c.day <= last))

    def boxes(self, sees: Visibility) -> Sequence[Box]:
        """Every box with a paper that is seen, by name."""
        wanted = select(papers.c.box, func.count()).select_from(_PAPERS).where(papers.c.box != "", seen(sees)).group_by(papers.c.box)
        with self.database.reading() as connection:
            return tuple(Box(name, int(many)) for name, many in connection.execute(wanted.order_by(papers.c.box)))

    def out_of(self, document: Digest) -> Sequence[HistoryVersion]:
        """Papers of a document that somebody has, of whatever department: none of them may be destroyed."""
        is_out = papers.c.state.in_([PaperState.LENT.value, PaperState.TAKEN.value])
        return self._listed(EVERYTHING, and_(papers.c.document == document.hex, is_out))

    def _listed(self, sees: Visibility, condition: ColumnElement[bool]) -> Sequence[HistoryVersion]:
        wanted = select(*histories.c).select_from(_PAPERS).where(seen(sees), condition)
        order = (papers.c.due.is_(None), papers.c.due, papers.c.box, histories.c.subject)
        with self.database.reading() as connection:
            return tuple(map(version_of, connection.execute(wanted.order_by(*order).limit(MOST_PAPERS))))
