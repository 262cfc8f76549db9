"""Pictures of pages for many at once: a few are drawn at a time, and whoever waits holds no thread, which everybody else needs.

Senders have fair turns: nobody waits for more than two pictures of each other one, however many that one asks for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

import anyio
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from models.errors import Busy

AT_ONCE = 8
"""Half of those that the decoder lets wait; the pages with a picture in them have the others."""
AT_ONCE_EACH = 2
"""Of one sender: one is drawn while the next is read from the store. The sender's others wait for these, and in nobody's way."""
PATIENCE_SECONDS = 60.0
_RETRY_AFTER = 5
_Shown = TypeVar("_Shown")


@dataclass(slots=True)
class _Own:
    """The turns of one sender, and how many requests have or want one."""

    turns: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(AT_ONCE_EACH))
    requests: int = 0


class Lookers:
    """The turns of those who look at pages."""

    def __init__(self) -> None:
        self._turns = anyio.Semaphore(AT_ONCE)
        self._senders: dict[str, _Own] = {}

    async def shown(self, sender: str, draw: Callable[[], _Shown]) -> _Shown:
        """What `draw` draws, in a thread, once it is the sender's turn; raise Busy when that does not come."""
        own = self._senders.setdefault(sender, _Own())
        own.requests += 1
        held: list[anyio.Semaphore] = []
        try:
            with anyio.move_on_after(PATIENCE_SECONDS) as patience:
                for turns in (own.turns, self._turns):
                    await turns.acquire()
                    held.append(turns)
            if patience.cancelled_caught:
                raise Busy("many pages are being drawn; look at this one again later", retry_after=_RETRY_AFTER)
            return await run_in_threadpool(draw)
        finally:
            for turns in held:
                turns.release()
            own.requests -= 1
            if not own.requests:
                del self._senders[sender]


def _lookers(request: Request) -> Lookers:
    lookers = request.app.state.lookers
    assert isinstance(lookers, Lookers)
    return lookers


AppLookers = Annotated[Lookers, Depends(_lookers)]
