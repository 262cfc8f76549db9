"""Exports on their way: who asked for what, how far each is, and who makes it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, or_, select, update

from models.access import Visibility
from models.errors import Busy, RecordNotFound
from models.export import ExportJob, ExportOutcome, ExportState, ExportWish, LeftOut
from storage.catalogue.database import Database
from storage.catalogue.export_tables import exports

MOST_OPEN = 3
"""Exports of one person that wait or are made at the same time."""
MOST_ATTEMPTS = 3
"""An export that was begun so often and never ended is given up: something in it ends the process."""
LEASE = timedelta(seconds=120)
"""Whoever makes an export and says nothing for so long is taken to be gone; setting a list in type says nothing for a minute at most."""
_WAITING = 10
"""Seconds after which somebody with too many exports may ask again."""


class Claimed(NamedTuple):
    """An export that somebody is to make, and whose invoices it is made of."""

    job: ExportJob
    sees: Visibility


@dataclass(frozen=True, slots=True)
class ExportJobs:
    """The exports in the catalogue's database. Every method may raise CatalogueUnavailable."""

    database: Database

    def add(self, job: ExportJob, sees: Visibility) -> None:
        """Take one on; raise Busy when its owner has too many open."""
        open_ones = select(func.count()).where(exports.c.owner == job.owner, exports.c.state.in_(_OPEN))
        whose = None if sees.departments is None else json.dumps(sorted(sees.departments), ensure_ascii=False)
        with self.database.writing() as connection:
            if (connection.scalar(open_ones) or 0) >= MOST_OPEN:
                raise Busy(f"you have {MOST_OPEN} exports that are not ready yet: wait for one of them", retry_after=_WAITING)
            wish = json.dumps(job.wish.to_body(), ensure_ascii=False)
            row = {"owner": job.owner, "departments": whose, "wish": wish, "state": job.state.value}
            times = {"created_at": job.created_at, "expires_at": job.expires_at}
            connection.execute(insert(exports).values(id=job.id, total=job.total, **row, **times))

    def get(self, export_id: str, owner: str, sees: Visibility, now: datetime) -> ExportJob:
        """One of somebody's own, made of what they still see; raise RecordNotFound for any other, and for what is over."""
        with self.database.reading() as connection:
            row = connection.execute(select(exports).where(exports.c.id == export_id, exports.c.owner == owner)).one_or_none()
        if row is None or row.expires_at <= now or not _is_within(row, sees):
            raise RecordNotFound(f"no export {export_id[:60]!r}: it is kept for a while, for whoever asked for it")
        return _job(row)

    def of_owner(self, owner: str, sees: Visibility, now: datetime) -> Sequence[ExportJob]:
        """Everything of somebody's own that is not over, the newest first."""
        asked = select(exports).where(exports.c.owner == owner, exports.c.expires_at > now).order_by(exports.c.created_at.desc())
        with self.database.reading() as connection:
            rows = connection.execute(asked).all()
        return [_job(row) for row in rows if _is_within(row, sees)]

    def claim(self, holder: str, now: datetime) -> Claimed | None:
        """The oldest that waits, or whose maker is gone, for this maker; None when there is none.

        Those that were begun too often are given up on the way.
        """
        free = or_(exports.c.state == _QUEUED, and_(exports.c.state == _RUNNING, exports.c.lease_until <= now))
        worn = and_(free, _IS_WORN)
        oldest = select(exports.c.id).where(free, exports.c.expires_at > now).order_by(exports.c.created_at).limit(1)
        mine = {"state": _RUNNING, "holder": holder, "lease_until": now + LEASE, "attempts": exports.c.attempts + 1, "done": 0}
        with self.database.reading() as connection:
            if connection.scalar(oldest) is None:
                return None
        with self.database.writing() as connection:
            connection.execute(update(exports).where(worn).values(**_GIVEN_UP, holder=None, lease_until=None))
            found = connection.scalar(oldest)
            # Another maker may take it in this moment: whoever changes the row has it.
            taken = update(exports).where(exports.c.id == found, free).values(**mine).returning(exports)
            row = None if found is None else connection.execute(taken).one_or_none()
        if row is None:
            return None
        return Claimed(_job(row), Visibility(None if row.departments is None else frozenset(json.loads(row.departments))))

    def note(self, export_id: str, holder: str, now: datetime, done: int, total: int | None) -> bool:
        """How far it is, which prolongs the lease; False when it is somebody else's by now, or gone."""
        values = {"done": done, "total": total, "lease_until": now + LEASE}
        with self.database.writing() as connection:
            return connection.execute(update(exports).where(_held(export_id, holder)).values(**values)).rowcount == 1

    def finish(self, export_id: str, holder: str, outcome: ExportOutcome, expires_at: datetime) -> bool:
        """It lies ready until then; False when it is somebody else's by now, or gone."""
        told = json.dumps(_outcome_body(outcome), ensure_ascii=False)
        values = {"state": ExportState.DONE.value, "outcome": told, "done": outcome.rows, "total": outcome.rows, "expires_at": expires_at}
        with self.database.writing() as connection:
            held = update(exports).where(_held(export_id, holder)).values(**values, error="", holder=None, lease_until=None)
            return connection.execute(held).rowcount == 1

    def fail(self, export_id: str, holder: str, error: str) -> None:
        """It cannot be made: `error` is a text for whoever asked."""
        self._let_go(_held(export_id, holder), {"state": ExportState.FAILED.value, "error": error})

    def put_back(self, export_id: str, holder: str, *, is_counted: bool) -> None:
        """It waits again; unless `is_counted`, as if it had not been begun: its maker was told to stop."""
        attempts = exports.c.attempts if is_counted else exports.c.attempts - 1
        self._let_go(_held(export_id, holder), {"state": _QUEUED, "attempts": attempts})

    def put_back_all_of(self, beginning: str, but: frozenset[str]) -> int:
        """Those wait again whose makers' names begin so, but for these makers: the others are known to be gone. How many there were.

        Those that were begun too often are given up.
        """
        gone = and_(exports.c.state == _RUNNING, exports.c.holder.startswith(beginning, autoescape=True), exports.c.holder.not_in(but))
        given_up = self._let_go(and_(gone, _IS_WORN), _GIVEN_UP)
        return given_up + self._let_go(gone, {"state": _QUEUED})

    def make_again(self, export_id: str) -> None:
        """It is ready no more, since its file is gone: it waits again."""
        self._let_go(and_(exports.c.id == export_id, exports.c.state == ExportState.DONE.value), _ANEW)

    def holders(self, beginning: str) -> frozenset[str]:
        """Everybody whose name begins so and who makes something."""
        makers = select(exports.c.holder).where(exports.c.holder.startswith(beginning, autoescape=True)).distinct()
        with self.database.reading() as connection:
            return frozenset(connection.scalars(makers))

    def forget(self, now: datetime) -> Sequence[str]:
        """Take out what is over and nobody makes; the ids of it."""
        is_over = and_(exports.c.expires_at <= now, or_(exports.c.state != _RUNNING, exports.c.lease_until <= now))
        with self.database.writing() as connection:
            return connection.scalars(delete(exports).where(is_over).returning(exports.c.id)).all()

    def remove(self, export_id: str, owner: str) -> bool:
        """Take out one of somebody's own; False where there is none."""
        with self.database.writing() as connection:
            return connection.execute(delete(exports).where(exports.c.id == export_id, exports.c.owner == owner)).rowcount == 1

    def _let_go(self, which: ColumnElement[bool], values: dict[str, Any]) -> int:
        with self.database.writing() as connection:
            return connection.execute(update(exports).where(which).values(**values, holder=None, lease_until=None)).rowcount


_QUEUED, _RUNNING = ExportState.QUEUED.value, ExportState.RUNNING.value
_OPEN = (_QUEUED, _RUNNING)
_IS_WORN = exports.c.attempts >= MOST_ATTEMPTS
_GIVEN_UP: dict[str, Any] = {"state": ExportState.FAILED.value, "error": "gave_up"}
_ANEW: dict[str, Any] = {"state": _QUEUED, "outcome": None, "attempts": 0, "done": 0}


def _held(export_id: str, holder: str) -> ColumnElement[bool]:
    return and_(exports.c.id == export_id, exports.c.state == _RUNNING, exports.c.holder == holder)


def _is_within(row: Row[Any], sees: Visibility) -> bool:
    """Whether somebody still sees all that it was made of."""
    if sees.departments is None:
        return True
    return row.departments is not None and set(json.loads(row.departments)) <= sees.departments


def _job(row: Row[Any]) -> ExportJob:
    outcome = None if row.outcome is None else _outcome(json.loads(row.outcome))
    told = ExportWish.from_body(json.loads(row.wish))
    state, times = ExportState(row.state), (row.created_at, row.expires_at)
    return ExportJob(row.id, row.owner, told, state, *times, row.done, row.total, row.attempts, row.error, outcome)


def _outcome_body(outcome: ExportOutcome) -> dict[str, Any]:
    named = [[one.what, one.reason] for one in outcome.left_out]
    counted = {"rows": outcome.rows, "size": outcome.size, "sha256": outcome.sha256, "left_out_in_all": outcome.left_out_in_all}
    return {**counted, "left_out": named}


def _outcome(told: dict[str, Any]) -> ExportOutcome:
    named = tuple(LeftOut(*one) for one in told["left_out"])
    return ExportOutcome(told["rows"], told["size"], told["sha256"], named, told["left_out_in_all"])
