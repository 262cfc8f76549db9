"""When a job may be given, by a clock that may have been ahead and was set right since.

Times in rows are this machine's. A time further away than any that is ever written was written by a clock that was wrong, and says
nothing: whoever believed it would keep an acknowledged scan waiting until that day.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, or_

from storage.catalogue.tables import jobs

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""A job that waits for nothing but its turn is due whatever any clock says."""
LONGEST_LEASE = timedelta(minutes=30)
"""No lease is so long, where nobody says how long they are."""
_SHORTEST_BELIEVED = timedelta(minutes=10)
"""A lease that ends sooner than this is believed, whatever this worker's own would be: another's may be longer."""


def due(now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Whether a job's pause is over; none is ever longer than `longest`."""
    return or_(jobs.c.not_before <= now, jobs.c.not_before > now + longest)


def lapsed(now: datetime, lease: timedelta = LONGEST_LEASE) -> ColumnElement[bool]:
    """Whether nobody holds a job; `lease` is how long leases are. Who lives prolongs its lease by the clock as it goes now."""
    longest = max(2 * lease, _SHORTEST_BELIEVED)
    return or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now, jobs.c.lease_until > now + longest)
