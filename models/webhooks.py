"""Webhooks: which events a program elsewhere is told of, and how a message to it fares. After Standard Webhooks 1.0.0."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlsplit

from models.errors import InvalidWebhook


class Event(StrEnum):
    """What is told. A message names documents, invoices and cases; what stands in them is fetched by whoever has a key."""

    UPLOAD_RECEIVED = "upload.received"
    UPLOAD_DUPLICATE = "upload.duplicate"
    """The same bytes came again."""
    UPLOAD_REFUSED = "upload.refused"
    INVOICE_ARCHIVED = "invoice.archived"
    """A document was read and its invoices are archived."""
    INVOICE_NEEDS_REVIEW = "invoice.needs_review"
    """Something of a document that was read waits for a person."""
    INVOICE_DUPLICATE = "invoice.duplicate"
    """An invoice is archived by another scan already."""
    DOCUMENT_UNREAD = "document.unread"
    """No invoice was found, or the reading was given up."""
    INVOICE_CORRECTED = "invoice.corrected"
    INVOICE_CONFIRMED = "invoice.confirmed"
    INVOICE_OVERRIDDEN = "invoice.overridden"
    INVOICE_WITHDRAWN = "invoice.withdrawn"
    INVOICE_RESTORED = "invoice.restored"
    LOSS_OPENED = "loss.opened"
    LOSS_STEP_OVERDUE = "loss.step_overdue"
    LOSS_CLOSED = "loss.closed"
    RECONCILIATION_DONE = "reconciliation.done"
    AUDIT_FINDING = "audit.finding"
    """An audit or a restore drill found something wrong; told only to endpoints that hear of all departments."""
    TEST = "webhook.test"
    """Sent when somebody asks for it, whatever an endpoint is to hear of."""


CHOSEN = tuple(event for event in Event if event is not Event.TEST)
"""The events that an endpoint can be to hear of."""


class MessageState(StrEnum):
    """How far a message has come: it `waits` for its next try, was `delivered`, or was given up (`failed`)."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""From each failed try to the next, as Standard Webhooks recommends: ten tries in about three days."""

FAILED_TOO_LONG = timedelta(days=5)
"""An endpoint that took nothing for so long is switched off."""

BOTH_SECRETS = timedelta(days=1)
"""After a change of the secret messages carry a signature by each for so long."""

GONE = 410
"""The answer by which an endpoint says that it wants nothing any more."""

_SECRET_BYTES = 32
"""Standard Webhooks: between 24 and 64."""
_MOST_URL = 2000
_MOST_LABEL = 100


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A program elsewhere that is told of events.

    Attributes:
        id: its name here.
        url: where messages are sent.
        label: what people call it.
        events: what it hears of; empty for everything.
        department: whose events; None for those of all.
        secret: signs what is sent, `whsec_…`.
        made_at: when it was added (UTC): it hears of nothing earlier.
        enabled: whether it is told anything.
        off_because: `gone` or `failed` where the program switched it off, else empty.
        removed: it was taken out of the list, for ever.
        old_secret: the secret before, empty for none.
        old_until: until when that one signs too.
    """

    id: str
    url: str
    label: str
    events: frozenset[Event]
    department: str | None
    secret: str
    made_at: datetime
    enabled: bool = True
    off_because: str = ""
    removed: bool = False
    old_secret: str = ""
    old_until: datetime | None = None

    def hears(self, event: Event) -> bool:
        """Whether it is to be told of such an event."""
        return self.enabled and not self.removed and (not self.events or event in self.events)

    def with_new_secret(self, now: datetime) -> Self:
        """The endpoint with another secret; the one before signs too for a while."""
        return replace(self, secret=new_secret(), old_secret=self.secret, old_until=now + BOTH_SECRETS)

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign now."""
        is_both = self.old_until is not None and now < self.old_until
        return (self.secret, self.old_secret) if is_both else (self.secret,)

    def to_body(self) -> dict[str, Any]:
        """What its record says."""
        return {
            "url": self.url,
            "label": self.label,
            "events": sorted(self.events),
            "department": self.department,
            "secret": self.secret,
            "made_at": self.made_at.isoformat(),
            "enabled": self.enabled,
            "off_because": self.off_because,
            "removed": self.removed,
            "old_secret": self.old_secret,
            "old_until": None if self.old_until is None else self.old_until.isoformat(),
        }

    @classmethod
    def from_body(cls, endpoint_id: str, body: Mapping[str, Any]) -> Self:
        """Read back what `to_body` wrote; raise ValueError, KeyError or TypeError for anything else."""
        until = body["old_until"]
        return cls(
            id=endpoint_id,
            url=body["url"],
            label=body["label"],
            events=frozenset(map(Event, body["events"])),
            department=body["department"],
            secret=body["secret"],
            made_at=datetime.fromisoformat(body["made_at"]),
            enabled=body["enabled"],
            off_because=body["off_because"],
            removed=body["removed"],
            old_secret=body["old_secret"],
            old_until=None if until is None else datetime.fromisoformat(until),
        )


def new_secret() -> str:
    """A secret that nobody can guess, in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def message_id(endpoint: str, event: Event, key: str) -> str:
    """The `webhook-id` of what an endpoint is told of one happening: however often it is worked out, it is the same."""
    return "msg_" + hashlib.sha256(f"{endpoint} {event.value} {key}".encode()).hexdigest()[:40]


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a message is tried again after so many failed tries; None when it is given up."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def checked_url(url: str) -> str:
    """An address that messages can be sent to; raise InvalidWebhook. Where it leads is looked at each time something is sent."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidWebhook("this is no address", field="url") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise InvalidWebhook("an endpoint is an address such as https://example.com/hooks", field="url")
    if parts.username is not None or parts.fragment or len(url) > _MOST_URL or not url.isascii() or not url.isprintable():
        raise InvalidWebhook("the address takes no password, no #, and at most 2000 printable ASCII characters", field="url")
    return url


def checked_label(label: str) -> str:
    """What people call an endpoint; raise InvalidWebhook."""
    label = label.strip()
    if len(label) > _MOST_LABEL or not label.isprintable():
        raise InvalidWebhook(f"a name has at most {_MOST_LABEL} printable characters", field="label")
    return label
