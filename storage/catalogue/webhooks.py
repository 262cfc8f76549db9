"""The outbox of webhooks: what is told of the log and of notes becomes messages in one transaction, and messages are sent under a lease.

At least once: whoever is killed between sending a message and noting that has it sent again, under the same id.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Executable, Row, Table, and_, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from models.webhooks import RETRY_AFTER, Event, MessageState, next_try
from storage.catalogue.database import Database
from storage.catalogue.happenings import ANNOUNCED
from storage.catalogue.log_index import Logged, logged_of
from storage.catalogue.normal_form import storable
from storage.catalogue.tables import log_entries
from storage.catalogue.webhook_tables import happenings, webhook_attempts, webhook_cursor, webhook_messages

LEASE = timedelta(minutes=2)
"""Sending takes seconds, see `ocr_service.outward`; who holds a message that long is dead."""
_LONGEST_PAUSE = max(RETRY_AFTER)

Place = tuple[int, int]
"""An entry of the log: the number of its block, and its place there."""


class Note(NamedTuple):
    """Something that happened, as `happenings.note_happening` noted it."""

    id: int
    kind: str
    subject: str
    details: Mapping[str, str | int]
    at: datetime


class Announced(NamedTuple):
    """A version of a record that the log says was about to be made."""

    key: str
    subject: str
    details: Mapping[str, str | int]
    at: datetime


class Message(NamedTuple):
    """What an endpoint is told."""

    id: str
    endpoint: str
    event: Event
    body: str
    made_at: datetime


class Delivery(NamedTuple):
    """How a message fares: its tries, and the last of them with the status that was answered or why there was none."""

    message: Message
    state: MessageState
    attempts: int
    next_at: datetime | None
    last_at: datetime | None
    status: int | None
    error: str | None
    milliseconds: int | None


class Tried(NamedTuple):
    """What came of sending a message: the status that was answered, or why there was none."""

    at: datetime
    status: int | None
    error: str | None
    milliseconds: int

    @property
    def is_delivered(self) -> bool:
        """Whether the endpoint took it: any status from 200 to 299."""
        return self.status is not None and 200 <= self.status < 300


class Counts(NamedTuple):
    """How many messages of an endpoint wait, and how many were given up."""

    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class WebhookOutbox:
    """Safe to share between threads and processes. Every method may raise CatalogueUnavailable."""

    database: Database
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def cursor(self) -> Place | None:
        """The last entry of the log of which everybody was told; None where nobody is told anything yet."""
        with self.database.reading() as connection:
            row = connection.execute(select(webhook_cursor)).one()
        return (int(row.block), int(row.place)) if row.block else None

    def begin(self, since: datetime) -> Place:
        """Begin to tell of what the log has from this time on; returns the place before that."""
        earlier = select(log_entries.c.block, log_entries.c.place).where(log_entries.c.at < since)
        last = earlier.order_by(log_entries.c.block.desc(), log_entries.c.place.desc()).limit(1)
        with self.database.writing() as connection:
            row = connection.execute(last).one_or_none()
            place = (1, -1) if row is None else (int(row.block), int(row.place))
            fresh = update(webhook_cursor).where(webhook_cursor.c.block == 0)
            connection.execute(fresh.values(block=place[0], place=place[1]))
            standing = connection.execute(select(webhook_cursor)).one()
        return int(standing.block), int(standing.place)

    def rest(self) -> None:
        """Nobody is told anything: forget notes, and where the log stood."""
        with self.database.reading() as connection:
            noted = connection.scalar(select(happenings.c.id).limit(1))
            block = connection.scalar(select(webhook_cursor.c.block))
        if noted is None and block == 0:
            return
        with self.database.writing() as connection:
            connection.execute(delete(happenings))
            connection.execute(update(webhook_cursor).values(block=0, place=0))

    def entries_after(self, place: Place, most: int) -> tuple[Logged, ...]:
        """The next entries of the log, as far as it is indexed."""
        later = tuple_(log_entries.c.block, log_entries.c.place) > place
        wanted = select(log_entries).where(log_entries.c.block >= place[0], later)
        with self.database.reading() as connection:
            rows = connection.execute(wanted.order_by(log_entries.c.block, log_entries.c.place).limit(most)).all()
        return tuple(map(logged_of, rows))

    def take_in(self, before: Place, after: Place, messages: Sequence[Message], announced: Sequence[Announced]) -> bool:
        """Keep what entries of the log say, and that they were told; False, and nothing, when another process was faster."""
        moved = update(webhook_cursor).where(webhook_cursor.c.block == before[0], webhook_cursor.c.place == before[1])
        notes = [
            {"key": one.key, "kind": ANNOUNCED, "subject": one.subject, "details": json.dumps(dict(one.details)), "at": one.at}
            for one in announced
        ]
        with self.database.writing() as connection:
            if connection.execute(moved.values(block=after[0], place=after[1])).rowcount != 1:
                return False
            if notes:
                connection.execute(_unless_there(connection, happenings), notes)
            if messages:
                connection.execute(_unless_there(connection, webhook_messages), [_row(message) for message in messages])
        return True

    def notes(self, most: int) -> tuple[Note, ...]:
        """What was noted and not told yet, oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(select(happenings).order_by(happenings.c.id).limit(most)).all()
        return tuple(Note(int(row.id), row.kind, row.subject, json.loads(row.details), row.at) for row in rows)

    def settle(self, told: Iterable[int], messages: Sequence[Message]) -> None:
        """Keep the messages that notes became; these notes are told."""
        with self.database.writing() as connection:
            if messages:
                connection.execute(_unless_there(connection, webhook_messages), [_row(message) for message in messages])
            connection.execute(delete(happenings).where(happenings.c.id.in_(list(told))))

    def waits(self, endpoint: str) -> bool:
        """Whether a message of this endpoint is due."""
        with self.database.reading() as connection:
            return connection.scalar(select(webhook_messages.c.id).where(self._due(endpoint)).limit(1)) is not None

    def claim(self, endpoint: str, holder: str) -> Message | None:
        """Take the next message of an endpoint that is due; nobody else is given it for the length of a lease."""
        first = select(webhook_messages.c.id).where(self._due(endpoint))
        first = first.order_by(webhook_messages.c.not_before, webhook_messages.c.made_at, webhook_messages.c.id).limit(1)
        with self.database.writing() as connection:
            chosen = connection.scalar(first.with_for_update(skip_locked=True))
            if chosen is None:
                return None
            lease = {"holder": holder, "lease_until": self.clock() + LEASE}
            connection.execute(update(webhook_messages).where(webhook_messages.c.id == chosen).values(lease))
            row = connection.execute(select(webhook_messages).where(webhook_messages.c.id == chosen)).one()
        return _message(row)

    def note_try(self, message: str, holder: str, tried: Tried) -> None:
        """Note what came of a try, and when the next one is; whoever lost the lease notes a delivery all the same."""
        mine = webhook_messages.c.id == message
        with self.database.writing() as connection:
            row = connection.execute(select(webhook_messages).where(mine).with_for_update()).one_or_none()
            if row is None or (row.holder != holder and not tried.is_delivered):
                return
            number = row.attempts + 1
            connection.execute(insert(webhook_attempts).values(_attempt(row, number, tried)))
            again_at = None if tried.is_delivered else next_try(number, tried.at)
            state = MessageState.DELIVERED if tried.is_delivered else MessageState.FAILED
            values: dict[str, Any] = {"attempts": number, "holder": None, "lease_until": None}
            if again_at is None:
                values |= {"state": state.value, "ended_at": tried.at}
            else:
                values |= {"not_before": again_at}
            if row.state == MessageState.WAITING.value:
                connection.execute(update(webhook_messages).where(mine).values(values))

    def add(self, message: Message) -> None:
        """Keep one message, such as a test."""
        with self.database.writing() as connection:
            connection.execute(insert(webhook_messages).values(_row(message)))

    def send_again(self, endpoint: str, message: str | None = None) -> int:
        """Have a message that was given up sent again under its id, or all of an endpoint's; how many there are."""
        failed = and_(webhook_messages.c.endpoint == endpoint, webhook_messages.c.state == MessageState.FAILED.value)
        wanted = failed if message is None else and_(failed, webhook_messages.c.id == message)
        # Its tries go on being counted; one more is made, and then it is given up at once if that fails.
        again = {"state": MessageState.WAITING.value, "not_before": self.clock(), "ended_at": None}
        with self.database.writing() as connection:
            return connection.execute(update(webhook_messages).where(wanted).values(again)).rowcount

    def deliveries(self, endpoint: str, most: int) -> tuple[Delivery, ...]:
        """The last messages of an endpoint, newest first."""
        mine = select(webhook_messages).where(webhook_messages.c.endpoint == endpoint)
        mine = mine.order_by(webhook_messages.c.made_at.desc(), webhook_messages.c.id).limit(most)
        with self.database.reading() as connection:
            rows = connection.execute(mine).all()
            wanted = webhook_attempts.c.message.in_([row.id for row in rows])
            tries = select(webhook_attempts).where(wanted).order_by(webhook_attempts.c.number)
            last = {row.message: row for row in connection.execute(tries)}
        return tuple(_delivery(row, last.get(row.id)) for row in rows)

    def counts(self, endpoint: str) -> Counts:
        """How many messages of an endpoint wait, and how many were given up."""
        states = select(webhook_messages.c.state, func.count().label("many")).where(webhook_messages.c.endpoint == endpoint)
        with self.database.reading() as connection:
            found = {row.state: int(row.many) for row in connection.execute(states.group_by(webhook_messages.c.state))}
        return Counts(found.get(MessageState.WAITING.value, 0), found.get(MessageState.FAILED.value, 0))

    def failing_since(self, endpoint: str, since: datetime) -> datetime | None:
        """When the first try failed after which none succeeded, looking back to `since`; None where the last one succeeded or none was."""
        mine = and_(webhook_attempts.c.endpoint == endpoint, webhook_attempts.c.at >= since)
        taken = and_(webhook_attempts.c.status >= 200, webhook_attempts.c.status < 300)
        last = select(func.max(webhook_attempts.c.at)).where(mine, taken).scalar_subquery()
        after = or_(last.is_(None), webhook_attempts.c.at > last)
        with self.database.reading() as connection:
            found = connection.scalar(select(webhook_attempts.c.at).where(mine, after).order_by(webhook_attempts.c.at).limit(1))
        assert found is None or isinstance(found, datetime)
        return found

    def tries_since(self, endpoint: str, since: datetime) -> int:
        """How many tries to send something to an endpoint there were since then."""
        mine = and_(webhook_attempts.c.endpoint == endpoint, webhook_attempts.c.at >= since)
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(webhook_attempts).where(mine)) or 0

    def turn_to_look(self, every: timedelta) -> bool:
        """Whether it is time to look at what no entry tells, terms that are over for one; True for one process in such a while."""
        now = self.clock()
        looked = webhook_cursor.c.looked_at
        is_time = or_(looked.is_(None), looked <= now - every, looked > now + every)
        with self.database.reading() as connection:
            if connection.scalar(select(webhook_cursor.c.id).where(is_time)) is None:
                return False
        with self.database.writing() as connection:
            return connection.execute(update(webhook_cursor).where(is_time).values(looked_at=now)).rowcount == 1

    def forget(self, before: datetime, except_for: Iterable[Event] = ()) -> None:
        """Drop messages that ended before this time; of those events that would be told anew they stay."""
        ended = and_(webhook_messages.c.ended_at < before, webhook_messages.c.event.not_in([event.value for event in except_for]))
        with self.database.writing() as connection:
            connection.execute(delete(webhook_messages).where(ended))

    def _due(self, endpoint: str) -> ColumnElement[bool]:
        """Times further away than any that is written are those of a clock that was wrong."""
        now, columns = self.clock(), webhook_messages.c
        is_time = or_(columns.not_before <= now, columns.not_before > now + _LONGEST_PAUSE)
        is_free = or_(columns.lease_until.is_(None), columns.lease_until <= now, columns.lease_until > now + 2 * LEASE)
        return and_(columns.endpoint == endpoint, columns.state == MessageState.WAITING.value, is_time, is_free)


def _unless_there(connection: Connection, table: Table) -> Executable:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "endpoint": message.endpoint,
        "event": message.event.value,
        "body": storable(message.body),
        "made_at": message.made_at,
        "not_before": message.made_at,
        "state": MessageState.WAITING.value,
    }


def _message(row: Row[Any]) -> Message:
    return Message(row.id, row.endpoint, Event(row.event), row.body, row.made_at)


def _attempt(row: Row[Any], number: int, tried: Tried) -> dict[str, Any]:
    return {
        "message": row.id,
        "number": number,
        "endpoint": row.endpoint,
        "at": tried.at,
        "status": tried.status,
        "error": tried.error,
        "milliseconds": tried.milliseconds,
    }


def _delivery(row: Row[Any], last: Row[Any] | None) -> Delivery:
    state = MessageState(row.state)
    next_at = row.not_before if state is MessageState.WAITING else None
    if last is None:
        return Delivery(_message(row), state, row.attempts, next_at, None, None, None, None)
    return Delivery(_message(row), state, row.attempts, next_at, last.at, last.status, last.error, last.milliseconds)
