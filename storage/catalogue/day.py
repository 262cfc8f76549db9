"""What came in lately and what is open, in numbers, and when somebody looked at them last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.access import Visibility
from models.archive import DocumentState
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.tables import arrivals, documents
from storage.catalogue.visit_tables import visits
from storage.catalogue.walls import among, own_arrival, state

FOR_PEOPLE = (DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED)
"""Where a document waits for somebody to look at it."""
_IN_HAND = (DocumentState.QUEUED, DocumentState.RUNNING)
_A_VISIT = timedelta(minutes=30)
"""Whoever looks again sooner is still here."""
_NOTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many documents came in since some moment, and how many of them wait for somebody."""

    documents: int
    for_people: int


class DayFigures:
    """Questions about a day. Every method may raise CatalogueUnavailable."""

    def __init__(self, catalogue: Catalogue, sees: Visibility) -> None:
        """All counts are of what is seen."""
        self._catalogue = catalogue
        self._sees = sees

    def arrived(self, since: datetime) -> Arrived:
        """What came in since a moment (UTC)."""
        with self._catalogue.database.reading() as connection:
            counts = self._by_state(connection, since)
        return Arrived(sum(counts.values()), sum(counts.get(one, 0) for one in FOR_PEOPLE))

    def open(self) -> Arrived:
        """What is to be read or looked at, whenever it came: all of it, and what of it waits for somebody."""
        if self._sees.is_whole:
            # By the index on states alone; all that is settled is never touched.
            open_states = [one.value for one in (*FOR_PEOPLE, *_IN_HAND)]
            asked = select(documents.c.state, func.count()).where(documents.c.state.in_(open_states)).group_by(documents.c.state)
            with self._catalogue.database.reading() as connection:
                counts: Mapping[DocumentState, int] = {DocumentState(name): int(many) for name, many in connection.execute(asked)}
        else:
            counts = self._catalogue.counts(self._sees)
        for_people = sum(counts.get(one, 0) for one in FOR_PEOPLE)
        return Arrived(for_people + sum(counts.get(one, 0) for one in _IN_HAND), for_people)

    def visit(self, person: str, now: datetime) -> datetime | None:
        """Note that somebody looks now; returns when they did so the time before, None for never. A clock set back begins anew."""
        with self._catalogue.database.reading() as connection:
            row = connection.execute(select(visits).where(visits.c.person == person)).one_or_none()
        if row is None:
            self._begin(person, now)
            return None
        previous: datetime | None = row.previous_at
        if timedelta(0) <= now - row.seen_at < _NOTED:
            return previous
        if not timedelta(0) <= now - row.seen_at <= _A_VISIT:
            previous = row.seen_at
        with self._catalogue.database.writing() as connection:
            connection.execute(update(visits).where(visits.c.person == person).values(seen_at=now, previous_at=previous))
        return previous

    def _begin(self, person: str, now: datetime) -> None:
        try:
            with self._catalogue.database.writing() as connection:
                connection.execute(insert(visits).values(person=person, seen_at=now))
        except IntegrityError:  # another page of theirs was quicker
            return

    def _by_state(self, connection: Connection, since: datetime) -> Mapping[DocumentState, int]:
        stands = state(self._sees).label("stands")
        if self._sees.is_whole:
            # The index begins with the state, so each one is named.
            named = documents.c.state.in_([one.value for one in DocumentState])
            asked = select(stands, func.count()).where(named, documents.c.received_at >= since)
        else:
            source = documents.join(arrivals, own_arrival(self._sees))
            recent = (arrivals.c.received_at >= since, among(arrivals.c.department, self._sees))
            asked = select(stands, func.count()).select_from(source).where(*recent)
        return {DocumentState(name): int(many) for name, many in connection.execute(asked.group_by("stands"))}
