"""Sending what programs elsewhere are to be told: signed, tried again for days, by one process at a time for each message."""

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from standardwebhooks.webhooks import Webhook

from models.errors import PiaogenError, StaleVersion
from models.webhooks import FAILED_TOO_LONG, GONE, RETRY_AFTER, Endpoint
from ocr_service.acting import acting_as
from ocr_service.activity import ITSELF
from ocr_service.happenings import Telling
from ocr_service.outward import Sender, networks_of
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.version import installed_version
from ocr_service.webhooks import Webhooks
from ocr_service.workers import new_name
from storage.catalogue.webhooks import Message, Tried

_log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
"""Between two looks at what happened; where nobody is told anything, ten times that."""
AT_ONCE = 8
"""Endpoints that are sent to at the same time: one that is slow keeps others waiting only where there are as many slow ones."""
_TURN_SECONDS = 30.0
"""How long one endpoint is sent to before it is another's turn."""
_LEAST_TRIES = len(RETRY_AFTER) // 2
"""An endpoint is not switched off for long silence in which hardly anything was tried."""


@dataclass(slots=True)
class Courier:
    """Tells and sends; any number of them may work on one catalogue."""

    service: ArchiveService
    settings: Settings
    name: str = field(default_factory=lambda: new_name("courier "))
    webhooks: Webhooks = field(init=False)
    telling: Telling = field(init=False)
    sender: Sender = field(init=False)
    stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.webhooks = Webhooks.over(self.service)
        self.telling = Telling(self.service, self.settings, self.webhooks.outbox)
        self.sender = Sender(networks_of(self.settings.webhook_networks))

    def start(self) -> None:
        """Work in a thread of its own until `stop`."""
        self._thread = threading.Thread(target=self.run, name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait a moment for what is being sent; what does not end is sent again after its lease."""
        self.stopping.set()
        if self._thread is not None:
            self._thread.join(2 * PAUSE_SECONDS)

    def run(self) -> None:
        """Work until told to stop. What is away now is tried again in a moment: nothing is lost by waiting."""
        pool, hand = ThreadPoolExecutor(AT_ONCE, "courier"), ThreadPoolExecutor(1, "telling")
        busy: dict[str, Future[int]] = {}
        pause = PAUSE_SECONDS
        while not self.stopping.is_set():
            try:
                endpoints = self.webhooks.listed()
                self._tell(hand, endpoints)
                busy = {name: future for name, future in busy.items() if not future.done()}
                for endpoint in endpoints:
                    if endpoint.enabled and endpoint.id not in busy and self.webhooks.outbox.waits(endpoint.id):
                        busy[endpoint.id] = pool.submit(self.send_to, endpoint)
                pause = PAUSE_SECONDS if endpoints else 10 * PAUSE_SECONDS
            except PiaogenError as error:
                _log.warning("nothing can be told now", code=error.code)
            self.stopping.wait(pause)
        for each in (pool, hand):
            each.shutdown(wait=False, cancel_futures=True)

    def _tell(self, hand: ThreadPoolExecutor, endpoints: Sequence[Endpoint]) -> None:
        """What nobody foresaw ends a look and not the courier: what waits is sent all the same, and the next look tries again."""
        error = hand.submit(self.telling.tell, endpoints).exception()
        if isinstance(error, PiaogenError):
            raise error
        if error is not None:
            _log.error("what happened cannot be told", exc_info=error)

    def take_turn(self) -> int:
        """Tell and send once, one endpoint after the other; returns how many messages were sent or tried."""
        endpoints = self.webhooks.listed()
        self.telling.tell(endpoints)
        return sum(self.send_to(endpoint) for endpoint in endpoints if endpoint.enabled)

    def send_to(self, endpoint: Endpoint) -> int:
        """Send what is due to one endpoint, for a while; returns how many messages were sent or tried."""
        count, end = 0, time.monotonic() + _TURN_SECONDS
        try:
            while not self.stopping.is_set() and time.monotonic() < end:
                message = self.webhooks.outbox.claim(endpoint.id, self.name)
                if message is None:
                    break
                tried = self._send(endpoint, message)
                self.webhooks.outbox.note_try(message.id, self.name, tried)
                count += 1
                if not tried.is_delivered and self._is_switched_off(endpoint, tried):
                    break
        except PiaogenError as error:
            _log.warning("webhook not noted", endpoint=endpoint.id, code=error.code)
        return count

    def _send(self, endpoint: Endpoint, message: Message) -> Tried:
        now = self.service.clock()
        answer = self.sender.post(endpoint.url, message.body.encode(), headers_for(endpoint, message, now))
        return Tried(now, answer.status, answer.error, answer.milliseconds)

    def _is_switched_off(self, endpoint: Endpoint, tried: Tried) -> bool:
        """Switch an endpoint off that says it is gone, or took nothing for days; the log says so, and its page."""
        because = ""
        if tried.status == GONE:
            because = "gone"
        elif self._has_failed_long(endpoint):
            because = "failed"
        if not because:
            return False
        with acting_as(ITSELF):
            try:
                self.webhooks.switch_off(endpoint.id, because)
            except StaleVersion:
                return False
        _log.error("webhook switched off", endpoint=endpoint.id, because=because)
        return True

    def _has_failed_long(self, endpoint: Endpoint) -> bool:
        now = self.service.clock()
        since = self.webhooks.outbox.failing_since(endpoint.id, now - 2 * FAILED_TOO_LONG)
        if since is None or now - since < FAILED_TOO_LONG:
            return False
        return self.webhooks.outbox.tries_since(endpoint.id, since) >= _LEAST_TRIES


def headers_for(endpoint: Endpoint, message: Message, now: datetime) -> Mapping[str, str]:
    """The headers of Standard Webhooks 1.0.0, signed with each secret that stands."""
    signatures = " ".join(Webhook(secret).sign(message.id, now, message.body) for secret in endpoint.secrets_at(now))
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Piaogen/{installed_version()}",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures,
    }
