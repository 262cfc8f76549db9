"""The queue port on Temporal: jobs are written down as ever, and Temporal is told of them afterwards."""

import asyncio
import threading
from collections.abc import Sequence

import structlog
from temporalio.client import Client

from models.archive import DocumentState, Received
from models.capture import CaptureAdvice
from models.digest import Digest
from models.errors import PiaogenError
from ocr_service.settings import Settings
from ocr_service.temporal.connection import AWAY, connect
from ocr_service.temporal.offering import offer_waiting
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.outbox import Outbox
from storage.catalogue.queue import LeaseQueue

_log = structlog.get_logger(__name__)

RETRY_SECONDS = 5.0
"""The pause before Temporal is told again when it did not answer."""


class TemporalQueue(LeaseQueue):
    """The queue of the catalogue's own database, whose jobs Temporal hands out to workers on any machine.

    A job is durable when `accept` returns, whether or not Temporal answers: a thread of this process offers it, and should that
    die first, the workers' own schedule does. Where a batch stands and what is called off is asked of the catalogue's rows, which are
    written in one transaction with the documents: a workflow for the batch would be a second truth about the same thing.
    """

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        super().__init__(catalogue)
        self._messenger = Messenger(Outbox(catalogue), settings)

    def accept(
        self,
        received: Received,
        batch: str | None = None,
        priority: int = 0,
        *,
        file_name: str | None = None,
        advice: Sequence[CaptureAdvice] = (),
        new: bool = False,
        mark: str | None = None,
    ) -> DocumentState:
        """As the embedded queue does, then have Temporal told."""
        arrival = super().accept(received, batch, priority, file_name=file_name, advice=advice, new=new, mark=mark)
        self._messenger.wake()
        return arrival

    def enqueue(self, document: Digest, file_name: str, *, priority: int = 0, batch: str | None = None) -> None:
        """As the embedded queue does, then have Temporal told."""
        super().enqueue(document, file_name, priority=priority, batch=batch)
        self._messenger.wake()

    def retry_batch(self, batch: str) -> int:
        """As the embedded queue does, then have Temporal told."""
        count = super().retry_batch(batch)
        self._messenger.wake()
        return count


class Messenger:
    """A thread that offers what waits whenever it is woken, and again after a pause when Temporal or the catalogue did not answer."""

    def __init__(self, outbox: Outbox, settings: Settings) -> None:
        self._outbox = outbox
        self._settings = settings
        self._client: Client | None = None
        self._woken = threading.Event()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """There may be something to offer; returns at once."""
        self._woken.set()
        with self._beginning:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="temporal-messenger", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        pause, told = threading.Event(), True
        with asyncio.Runner() as runner:
            while True:
                if told:
                    self._woken.wait()
                else:
                    pause.wait(RETRY_SECONDS)
                self._woken.clear()
                told = runner.run(self._tell())

    async def _tell(self) -> bool:
        try:
            if self._client is None:
                self._client = await connect(self._settings)
            await offer_waiting(self._client, self._outbox, self._settings.lease_seconds)
        except PiaogenError as error:
            _log.warning("what waits could not be looked up", code=error.code)
            return False
        except AWAY as error:
            _log.warning("Temporal does not answer; what waits is kept and offered again", error=type(error).__name__)
            return False
        return True
