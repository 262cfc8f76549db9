"""What stays and looks again: a command that takes in what comes until it is told to end, and waits while the archive is away."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

import structlog

from models.errors import Unavailable
from ocr_service.composition import build_weights, build_workers
from ocr_service.settings import Settings

_log = structlog.get_logger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds between two tries at an archive that is away."""


class Look(Protocol):
    """Takes what is there now; raises Unavailable where it is to be tried again."""

    def __call__(self, *, stopped: Callable[[], bool]) -> None:
        """`stopped` says whether to end before the next piece."""


def attend(looks: Sequence[Look], *, pause: float, once: int = 0, rest: Callable[[threading.Event], object] | None = None) -> None:
    """Look again and again until SIGTERM or Ctrl+C, `pause` seconds between, or as long as `rest` lasts; or `once` and so often, then end.

    Raises:
        Unavailable: with `once`; otherwise that is logged, and tried again after longer and longer pauses.
    """
    stop = threading.Event()
    with _ended_by_signals(stop):
        for number in range(once):
            stop.wait(pause if number else 0)
            _look(looks, stop)
        failures = 0
        while not once and not stop.is_set():
            failures = _tried(looks, stop, failures)
            if failures:
                stop.wait(min(LONGEST_PAUSE, pause * 2 ** min(failures, 8)))
            elif rest is None:
                stop.wait(pause)
            else:
                rest(stop)


def _tried(looks: Sequence[Look], stop: threading.Event, failures: int) -> int:
    """Look; returns how often that failed in a row."""
    try:
        _look(looks, stop)
    except Unavailable as error:
        if not failures:
            _log.error("cannot go on for now; everything stays where it is", code=error.code, reason=error.message)
        return failures + 1
    if failures:
        _log.warning("goes on: what it needs is there again")
    return 0


def _look(looks: Sequence[Look], stop: threading.Event) -> None:
    for look in looks:
        if not stop.is_set():
            look(stopped=stop.is_set)


@contextmanager
def own_workers(settings: Settings, count: int) -> Iterator[None]:
    """So many worker processes meanwhile; none for 0."""
    if not count:
        yield
        return
    build_weights(settings)
    workers = build_workers(settings, count)
    workers.start()
    try:
        yield
    finally:
        workers.stop()


@contextmanager
def _ended_by_signals(stop: threading.Event) -> Iterator[None]:
    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
