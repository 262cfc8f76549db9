"""Who may hand scans in just now: a refusal before the body is read costs nobody anything, a full disk or an endless queue does."""

import shutil
from collections.abc import Callable, Sequence
from weakref import WeakValueDictionary

import anyio
from starlette.concurrency import run_in_threadpool

from api.context import Context
from api.limits import MAX_UPLOADS_AT_ONCE, MAX_UPLOADS_AT_ONCE_A_SENDER
from models.errors import Busy, PiaogenError, StoreUnavailable

PATIENCE_SECONDS = 10.0
"""How long an upload waits for a place before it is sent away."""
_SHORTEST, _UNKNOWN, _LONGEST = 5, 60, 3600
"""Seconds of Retry-After."""
_SPARE = 0.01
"""Whoever comes back finds this share of the queue free, not one single place."""


class Place:
    """The right to send one body; given back once."""

    def __init__(self, places: Sequence[anyio.Semaphore], require_room: Callable[[], None]) -> None:
        self._places = places
        self.require_room = require_room
        """Raises Busy or StoreUnavailable when there is no room for one more file: a zip brings many."""

    def leave(self) -> None:
        """What came is stored: the next one may send."""
        places, self._places = self._places, ()
        for taken in places:
            taken.release()


class UploadGate:
    """Lets a bounded number of uploads in at a time, and none while the queue is too long or the disk nearly full."""

    def __init__(self, context: Context) -> None:
        self._service = context.service
        self._settings = context.settings
        self._places = anyio.Semaphore(MAX_UPLOADS_AT_ONCE)
        # Forgotten with the last upload of a sender.
        self._of_senders: WeakValueDictionary[str, anyio.Semaphore] = WeakValueDictionary()

    @property
    def free_places(self) -> int:
        """How many more may send at once now."""
        return self._places.value

    async def enter(self, sender: str) -> Place:
        """A place for one upload, before its body is read.

        Raises:
            Busy: too much waits already, or too many send at once, all together or this sender alone.
            StoreUnavailable: the disk is nearly full.
        """
        await run_in_threadpool(self._require_room)
        own = self._of_senders.setdefault(sender, anyio.Semaphore(MAX_UPLOADS_AT_ONCE_A_SENDER))
        with anyio.move_on_after(PATIENCE_SECONDS):
            await own.acquire()
            has_place = False
            try:
                await self._places.acquire()
                has_place = True
            finally:
                if not has_place:  # the patience is over, or nobody waits any more
                    own.release()
            return Place((self._places, own), self._require_room)
        told = f"{MAX_UPLOADS_AT_ONCE} uploads, or {MAX_UPLOADS_AT_ONCE_A_SENDER} of yours, are being taken in already"
        raise Busy(f"{told}; send this one again later", retry_after=_SHORTEST)

    def refusal(self) -> PiaogenError | None:
        """Why an upload would be refused just now, before its body is read; None when it would be taken."""
        try:
            self._require_room()
        except PiaogenError as error:
            return error
        return None

    def _require_room(self) -> None:
        least = self._settings.min_free_megabytes
        if not self._settings.is_s3 and shutil.disk_usage(self._settings.archive_folder).free < least << 20:
            raise StoreUnavailable(
                f"the archive's disk has less than {least} MiB free: make room, then send the files again", retry_after=_UNKNOWN
            )
        limit = self._settings.max_waiting
        if self._service.queue.exceeds(limit):
            raise Busy(f"more than {limit} scans wait to be read; send these again later", retry_after=self._until_below(limit))

    def _until_below(self, limit: int) -> int:
        """Seconds until the queue is short enough, from the pace of the last readings."""
        counts, pace = self._service.queue_counts(), self._service.queue.pace()
        if pace is None:
            return _UNKNOWN
        jobs = counts.waiting + counts.running - limit + _SPARE * limit
        return round(min(max(pace.seconds_for(jobs * pace.job_pages), _SHORTEST), _LONGEST))
