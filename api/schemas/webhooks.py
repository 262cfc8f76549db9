"""Bodies of the routes about webhooks."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from models.webhooks import CHOSEN, Endpoint, Event, MessageState
from storage.catalogue.webhooks import Counts, Delivery


class NewWebhookBody(BaseModel):
    """An endpoint that is to be told."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(examples=["https://erp.example.com/hooks/piaogen"])
    label: str = ""
    events: list[Event] = Field(default_factory=list, description="Empty for everything")
    department: str | None = Field(default=None, description="Only what this department sees; null for everything")


class WebhookChangeBody(BaseModel):
    """What is to change of an endpoint; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = None
    label: str | None = None
    events: list[Event] | None = None
    enabled: bool | None = None


class WebhookBody(BaseModel):
    """An endpoint, without its secret."""

    id: str
    url: str
    label: str
    events: list[Event] = Field(description="What it hears of")
    department: str | None
    enabled: bool
    off_because: str = Field(description="`gone` or `failed` where it was switched off by the program, else empty")
    made_at: datetime
    waiting: int = Field(description="Messages that wait for their next try")
    failed: int = Field(description="Messages that were given up")

    @classmethod
    def of(cls, endpoint: Endpoint, counts: Counts) -> Self:
        """The wire form of an endpoint."""
        return cls(
            id=endpoint.id,
            url=endpoint.url,
            label=endpoint.label,
            events=[event for event in CHOSEN if not endpoint.events or event in endpoint.events],
            department=endpoint.department,
            enabled=endpoint.enabled,
            off_because=endpoint.off_because,
            made_at=endpoint.made_at,
            waiting=counts.waiting,
            failed=counts.failed,
        )


class WebhooksBody(BaseModel):
    """Every endpoint."""

    webhooks: list[WebhookBody]


class MadeWebhookBody(WebhookBody):
    """An endpoint with its secret, this once."""

    secret: str = Field(examples=["whsec_…"])


class DeliveryBody(BaseModel):
    """How one message fares."""

    id: str = Field(description="The `webhook-id`")
    event: Event
    state: MessageState
    made_at: datetime
    attempts: int
    next_at: datetime | None
    last_at: datetime | None
    status: int | None = Field(description="What was answered last; null where there was no answer")
    error: str | None = Field(description="Why there was no answer")
    milliseconds: int | None
    body: str = Field(description="What is sent, byte for byte")

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """The wire form of a delivery."""
        message = delivery.message
        return cls(
            id=message.id,
            event=message.event,
            state=delivery.state,
            made_at=message.made_at,
            attempts=delivery.attempts,
            next_at=delivery.next_at,
            last_at=delivery.last_at,
            status=delivery.status,
            error=delivery.error,
            milliseconds=delivery.milliseconds,
            body=message.body,
        )


class DeliveriesBody(BaseModel):
    """The last messages of an endpoint, newest first."""

    deliveries: list[DeliveryBody]


class SentTestBody(BaseModel):
    """The test event that is on its way."""

    id: str = Field(description="Its `webhook-id`, by which the deliveries show what came of it")


class SendAgainBody(BaseModel):
    """How many messages are sent again."""

    messages: int
