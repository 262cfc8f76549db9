"""How fast the queue is worked off, measured from its last readings, and what lies before a batch's last one."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, or_, select

from models.jobs import Ahead, Pace
from storage.catalogue.tables import batch_items, documents, finished_jobs, jobs, workers

MEASURED_JOBS = 64
"""So many of the last readings tell how long the next ones will take."""
FEWEST_JOBS = 4
"""With fewer nothing can be said."""
_SHORTEST_SECONDS = 0.001
_LONGEST = timedelta(hours=6)
"""No reading takes so long."""

# Built once: every upload asks, and building a statement costs more than running it.
_MEASURED = select(
    func.count().label("jobs"), func.sum(finished_jobs.c.pages).label("pages"), func.sum(finished_jobs.c.seconds).label("seconds")
)
# A sign of life from the future is one of a clock that was ahead.
_ALIVE = select(func.count()).select_from(workers).where(workers.c.seen_at.between(bindparam("since"), bindparam("until")))
_MINE = jobs.c.document.in_(
    select(batch_items.c.digest).where(batch_items.c.batch == bindparam("of_batch"), batch_items.c.digest.is_not(None))
)
_LAST = select(jobs.c.id, jobs.c.priority).where(_MINE).order_by(jobs.c.priority, jobs.c.id.desc()).limit(1)
_BEFORE = or_(
    jobs.c.priority > bindparam("urgency"),
    and_(jobs.c.priority == bindparam("urgency"), jobs.c.id <= bindparam("last")),
    jobs.c.lease_until > bindparam("now"),
)
_PAGES_BEFORE = (
    select(func.sum(case((documents.c.pages > 0, documents.c.pages), else_=1)))
    .select_from(jobs.outerjoin(documents, documents.c.digest == jobs.c.document))
    .where(_BEFORE)
)
_AGAIN_AT = select(func.max(jobs.c.not_before)).where(_MINE, jobs.c.error.is_not(None), jobs.c.worker.is_(None))


def note_reading(connection: Connection, document: str, begun: datetime | None, now: datetime) -> None:
    """Remember how long a reading took that ends now; nothing when that is not known, or the clock was set meanwhile."""
    if begun is None or not begun <= now <= begun + _LONGEST:
        return
    pages = connection.scalar(select(documents.c.pages).where(documents.c.digest == document)) or 1
    seconds = max((now - begun).total_seconds(), _SHORTEST_SECONDS)
    added = connection.execute(insert(finished_jobs).values(pages=pages, seconds=seconds)).inserted_primary_key
    if added is not None:
        connection.execute(delete(finished_jobs).where(finished_jobs.c.id <= added[0] - MEASURED_JOBS))


def alive(connection: Connection, now: datetime, within: timedelta) -> int:
    """How many workers gave a sign of life lately."""
    return connection.scalar(_ALIVE, {"since": now - within, "until": now + within}) or 0


def pace(connection: Connection, now: datetime, within: timedelta) -> Pace | None:
    """What the last readings say; None before there are enough of them, and while no worker gave a sign of life lately."""
    measured = connection.execute(_MEASURED).one()
    readers = alive(connection, now, within)
    if measured.jobs < FEWEST_JOBS or not readers:
        return None
    return Pace(float(measured.seconds) / int(measured.pages), int(measured.pages) / measured.jobs, readers)


def ahead(connection: Connection, batch: str, now: datetime, longest_pause: timedelta) -> Ahead | None:
    """What is read up to the last of a batch's jobs, in the order in which they are given; None when it has none left."""
    last = connection.execute(_LAST, {"of_batch": batch}).one_or_none()
    if last is None:
        return None
    total = connection.scalar(_PAGES_BEFORE, {"urgency": last.priority, "last": last.id, "now": now})
    again_at = connection.scalar(_AGAIN_AT, {"of_batch": batch})
    pause = timedelta(0) if again_at is None else again_at - now
    if not timedelta(0) <= pause <= longest_pause:
        pause = timedelta(0)
    return Ahead(int(total or 0), pause.total_seconds())
