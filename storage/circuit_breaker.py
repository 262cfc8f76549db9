"""A circuit breaker: who asks a place that is down waits for its timeouts once in a while, not at every call."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

import structlog

from models.errors import PiaogenError, StoreUnavailable
from storage.archive import is_damage

_log = structlog.get_logger(__name__)

FAILURES = 3
"""So many calls in a row must find the place down: one that was cut off says little."""
PAUSE_SECONDS = 10.0
"""For so long nobody is kept waiting; then one call tries. A server that is down costs a call five seconds, one that hangs fifteen."""


class CircuitBreaker:
    """Stands before one place; to be shared between threads. `seconds` is a clock that never goes back."""

    def __init__(self, place: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._place = place
        self._seconds = seconds
        self._lock = Lock()
        self._failures = 0
        self._spared_until = 0.0
        self._reason: StoreUnavailable | None = None

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around a call of the place.

        Raises:
            StoreUnavailable: the place was down a moment ago: it is not asked now, and what it said then is raised again.
        """
        self._require_up()
        try:
            yield
        except PiaogenError as error:
            if isinstance(error, StoreUnavailable) and not is_damage(error):
                self._failed(error)
            else:
                self.answered()
            raise
        self.answered()

    def answered(self) -> None:
        """The place is up."""
        with self._lock:
            was_down, self._reason, self._failures = self._reason is not None, None, 0
        if was_down:
            _log.info("a place of the archive answers again", place=self._place)

    def _require_up(self) -> None:
        with self._lock:
            if self._reason is None:
                return
            now = self._seconds()
            if now < self._spared_until:
                raise StoreUnavailable(self._reason.message, **self._reason.details)
            # This call tries; the others do not wait for what it finds.
            self._spared_until = now + PAUSE_SECONDS

    def _failed(self, error: StoreUnavailable) -> None:
        with self._lock:
            self._failures += 1
            if self._failures < FAILURES:
                return
            is_new, self._reason = self._reason is None, error
            self._spared_until = self._seconds() + PAUSE_SECONDS
        if is_new:
            _log.warning("a place of the archive is down and is spared for a while", place=self._place, reason=error.message)
