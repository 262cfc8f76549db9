"""Waiting for another process, bounded, without guessing how long it takes."""

import threading
import time
from collections.abc import Callable


def until(condition: Callable[[], bool], *, seconds: float = 120.0) -> None:
    """Return as soon as the condition holds; fail when it never does."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        pause.wait(0.05)
