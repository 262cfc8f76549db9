"""Endpoints of webhooks: settings that administrators keep, each a record that changes; and what was sent to them."""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from models.access import EVERYTHING
from models.errors import DamagedRecord, InvalidWebhook, RecordNotFound
from models.people import require_department
from models.webhooks import CHOSEN, Endpoint, Event, checked_label, checked_url, message_id, new_secret
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from storage.catalogue.happenings import ENDPOINTS
from storage.catalogue.webhooks import Counts, Delivery, Message, WebhookOutbox
from storage.histories import HistoryVersion

MOST_ENDPOINTS = 50
"""Each is told of everything in a request of its own: whoever has more needs a program between that passes messages on."""
MOST_DELIVERIES = 200
_SETTINGS = "settings/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to change of an endpoint; None for what stays."""

    url: str | None = None
    label: str | None = None
    events: Iterable[Event] | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Every method may raise StoreUnavailable and CatalogueUnavailable; whatever changes an endpoint, StaleVersion."""

    keeper: RecordKeeper
    outbox: WebhookOutbox
    clock: Callable[[], datetime]

    @classmethod
    def over(cls, service: ArchiveService) -> Self:
        """The endpoints of a service's archive: only whoever sees all may ask for them, see `models.access.OF_ALL`."""
        whole = service.seen_by(EVERYTHING)
        return cls(RecordKeeper.over(whole), WebhookOutbox(service.catalogue.database, service.clock), service.clock)

    def listed(self) -> tuple[Endpoint, ...]:
        """Every endpoint that was not removed, in the order in which they were made; one whose record is damaged is left out."""
        found = []
        for version in self.keeper.newest(_SETTINGS):
            if not version.subject.startswith(ENDPOINTS):
                continue
            try:
                endpoint = endpoint_of(version)
            except DamagedRecord:  # an audit names it
                continue
            if not endpoint.removed:
                found.append(endpoint)
        return tuple(sorted(found, key=lambda endpoint: (endpoint.made_at, endpoint.id)))

    def get(self, endpoint_id: str) -> Endpoint:
        """One endpoint; raise RecordNotFound, also for one that was removed."""
        return endpoint_of(self._standing(endpoint_id))

    def add(self, url: str, *, label: str = "", events: Iterable[Event] = (), department: str | None = None) -> Endpoint:
        """Add an endpoint; the answer is the only one that tells its secret.

        Raises:
            InvalidWebhook, InvalidAccess: the address, the events or the department are none that can be.
        """
        if department is not None:
            require_department(department)
        if len(self.listed()) >= MOST_ENDPOINTS:
            raise InvalidWebhook(f"there are {MOST_ENDPOINTS} endpoints already: remove one first")
        now = self.clock()
        endpoint = Endpoint(
            id=secrets.token_hex(6),
            url=checked_url(url),
            label=checked_label(label),
            events=_checked_events(events),
            department=department,
            secret=new_secret(),
            made_at=now,
        )
        self.keeper.begin(_subject(endpoint.id), endpoint.to_body())
        return endpoint

    def change(self, endpoint_id: str, wanted: Wanted) -> Endpoint:
        """Change an endpoint; raise RecordNotFound, InvalidWebhook."""
        standing = self._standing(endpoint_id)
        endpoint = endpoint_of(standing)
        if wanted.url is not None:
            endpoint = replace(endpoint, url=checked_url(wanted.url))
        if wanted.label is not None:
            endpoint = replace(endpoint, label=checked_label(wanted.label))
        if wanted.events is not None:
            endpoint = replace(endpoint, events=_checked_events(wanted.events))
        if wanted.enabled is not None:
            endpoint = replace(endpoint, enabled=wanted.enabled, off_because="")
        return self._keep(standing, endpoint)

    def renew_secret(self, endpoint_id: str) -> Endpoint:
        """Give an endpoint another secret; for a day messages are signed with both."""
        standing = self._standing(endpoint_id)
        return self._keep(standing, endpoint_of(standing).with_new_secret(self.clock()))

    def remove(self, endpoint_id: str) -> None:
        """Take an endpoint out of the list for ever; nothing more is sent to it."""
        standing = self._standing(endpoint_id)
        self._keep(standing, replace(endpoint_of(standing), enabled=False, removed=True))

    def switch_off(self, endpoint_id: str, because: str) -> None:
        """Send nothing more to an endpoint until somebody switches it on again: it is `gone`, or `failed` for too long."""
        standing = self._standing(endpoint_id)
        self._keep(standing, replace(endpoint_of(standing), enabled=False, off_because=because))

    def test(self, endpoint_id: str) -> str:
        """Have a test event sent; returns its `webhook-id`, by which the deliveries show what came of it.

        Raises:
            InvalidWebhook: the endpoint is switched off.
        """
        endpoint = self.get(endpoint_id)
        if not endpoint.enabled:
            raise InvalidWebhook("this endpoint is switched off: switch it on first", field="enabled")
        now = self.clock()
        message = told(endpoint, Event.TEST, secrets.token_hex(8), now, {"endpoint": endpoint.id}, now)
        self.outbox.add(message)
        return message.id

    def deliveries(self, endpoint_id: str, most: int = MOST_DELIVERIES) -> tuple[Delivery, ...]:
        """What was sent to an endpoint last, newest first; raise RecordNotFound."""
        self.get(endpoint_id)
        return self.outbox.deliveries(endpoint_id, min(most, MOST_DELIVERIES))

    def counts(self, endpoint_id: str) -> Counts:
        """How many messages of an endpoint wait, and how many were given up."""
        return self.outbox.counts(endpoint_id)

    def send_again(self, endpoint_id: str) -> int:
        """Have everything that was given up sent again under its id; how many messages that are."""
        self.get(endpoint_id)
        return self.outbox.send_again(endpoint_id)

    def _standing(self, endpoint_id: str) -> HistoryVersion:
        try:
            version = self.keeper.get(_subject(endpoint_id))
        except RecordNotFound:
            raise RecordNotFound(f"there is no endpoint {endpoint_id!r}") from None
        if version.body.get("removed") is True:
            raise RecordNotFound(f"there is no endpoint {endpoint_id!r}: it was removed")
        return version

    def _keep(self, standing: HistoryVersion, endpoint: Endpoint) -> Endpoint:
        if endpoint.to_body() != standing.body:
            self.keeper.change(standing, endpoint.to_body())
        return endpoint


def endpoint_of(version: HistoryVersion) -> Endpoint:
    """The endpoint that a version tells of; raise DamagedRecord."""
    try:
        return Endpoint.from_body(version.subject.removeprefix(ENDPOINTS), version.body)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedRecord(f"{version.key} is no endpoint of webhooks", key=version.key) from error


def told(endpoint: Endpoint, event: Event, key: str, at: datetime, data: object, now: datetime) -> Message:
    """What an endpoint is told of something that happened at `at`; `key` names the happening, the same whenever it is worked out."""
    body = {"type": event.value, "timestamp": at.isoformat(), "data": data}
    return Message(message_id(endpoint.id, event, key), endpoint.id, event, json.dumps(body, ensure_ascii=False), now)


def _subject(endpoint_id: str) -> str:
    return ENDPOINTS + endpoint_id


def _checked_events(events: Iterable[Event]) -> frozenset[Event]:
    chosen = frozenset(events)
    if not chosen <= set(CHOSEN):
        raise InvalidWebhook(f"{Event.TEST.value} is sent when it is asked for, whatever is chosen", field="events")
    return frozenset() if chosen == set(CHOSEN) else chosen
