"""The review list as a queue at a desk: what comes before and after something, and how much is left."""

from typing import NamedTuple

from sqlalchemy import func, select

from models.access import Visibility
from models.archive import DocumentState
from models.catalogue import ReviewEntry
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.reviewing import Asked, asked_for, entry_of, listed

MOST_COUNTED = 10_000
"""A longer queue is counted no further: nobody at a desk sees to its end, and counting would cost each page more than all else."""
_DECIDABLE = (DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED)
"""What waits to be read is nobody's business yet."""


class Neighbours(NamedTuple):
    """What stands around a place in the queue: entries before and after it in the queue's order, how many come before it, and how many
    there are in all, each up to `MOST_COUNTED`.
    """

    before: tuple[ReviewEntry, ...]
    after: tuple[ReviewEntry, ...]
    ahead: int
    in_all: int


class ReviewQueue:
    """Of what somebody sees, that on which a person can decide, oldest first; of one upload alone where that is named."""

    def __init__(self, catalogue: Catalogue, sees: Visibility, batch: str | None = None) -> None:
        """Ask the database of this catalogue; every method may raise CatalogueUnavailable."""
        self._database = catalogue.database
        self._asked: Asked = asked_for(sees, _DECIDABLE, batch)

    def first(self, limit: int, after: str | None = None) -> tuple[ReviewEntry, ...]:
        """The first entries, or the first ones after a place; raise InvalidClue when it is not one."""
        with self._database.reading() as connection:
            return listed(connection, self._asked, limit, after).entries

    def around(self, place: str, limit: int) -> Neighbours:
        """The `limit` nearest entries on each side of a place; what stands at it, if anything does, is none of them."""
        asked = self._asked
        backwards = [part.desc() for part in asked.order]
        counted = [asked.beyond(place, forwards=False), asked.entries]
        with self._database.reading() as connection:
            before = connection.execute(asked.beyond(place, forwards=False).order_by(*backwards).limit(limit)).all()
            after = connection.execute(asked.beyond(place, forwards=True).order_by(*asked.order).limit(limit)).all()
            ahead, in_all = (
                connection.scalar(select(func.count()).select_from(part.with_only_columns(asked.order[1]).limit(MOST_COUNTED).subquery()))
                for part in counted
            )
        return Neighbours(tuple(map(entry_of, reversed(before))), tuple(map(entry_of, after)), ahead or 0, in_all or 0)
