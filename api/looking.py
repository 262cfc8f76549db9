"""Pictures of pages for many at once: a few are drawn at a time, and whoever waits holds no thread, which everybody else needs."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import anyio
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from models.errors import Busy

AT_ONCE = 8
"""Half of those that the decoder lets wait; the pages with a picture in them have the others."""
PATIENCE_SECONDS = 60.0
_RETRY_AFTER = 5
_Shown = TypeVar("_Shown")


class Lookers:
    """The turns of those who look at pages."""

    def __init__(self) -> None:
        self._turns = anyio.Semaphore(AT_ONCE)

    async def shown(self, draw: Callable[[], _Shown]) -> _Shown:
        """What `draw` draws, in a thread, once it is its turn; raise Busy when that does not come."""
        with anyio.move_on_after(PATIENCE_SECONDS) as patience:
            await self._turns.acquire()
        if patience.cancelled_caught:
            raise Busy("many pages are being drawn; look at this one again later", retry_after=_RETRY_AFTER)
        try:
            return await run_in_threadpool(draw)
        finally:
            self._turns.release()


def _lookers(request: Request) -> Lookers:
    lookers = request.app.state.lookers
    assert isinstance(lookers, Lookers)
    return lookers


AppLookers = Annotated[Lookers, Depends(_lookers)]
