"""/v1/webhooks: programs elsewhere that are told what happened, after Standard Webhooks 1.0.0."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.access import allowed
from api.dependencies import NoQuery, Service, only_query
from api.documentation import problems
from api.schemas.webhooks import (
    DeliveriesBody,
    DeliveryBody,
    MadeWebhookBody,
    NewWebhookBody,
    SendAgainBody,
    SentTestBody,
    WebhookBody,
    WebhookChangeBody,
    WebhooksBody,
)
from models.access import Right
from models.webhooks import Endpoint
from ocr_service.webhooks import MOST_DELIVERIES, Wanted, Webhooks

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], dependencies=[allowed(Right.ADMINISTER)])


def _webhooks(service: Service) -> Webhooks:
    return Webhooks.over(service)


Asked = Annotated[Webhooks, Depends(_webhooks)]


@router.get("", responses=problems(), dependencies=[NoQuery])
def list_webhooks(webhooks: Asked) -> WebhooksBody:
    """Every endpoint, and how many messages of each wait."""
    return WebhooksBody(webhooks=[_body(webhooks, endpoint) for endpoint in webhooks.listed()])


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400), dependencies=[NoQuery])
def add_webhook(wanted: NewWebhookBody, webhooks: Asked) -> MadeWebhookBody:
    """Add an endpoint. This answer is the only one that shows the secret by which it checks signatures.

    What is sent is `{"type", "timestamp", "data"}`, with the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. The same
    happening always has the same id; it may come more than once, and in any order. Any status from 200 to 299 within 15 seconds takes it;
    else it is tried ten times in about three days. 410 switches the endpoint off, and so do five days without a success.
    """
    endpoint = webhooks.add(wanted.url, label=wanted.label, events=wanted.events, department=wanted.department)
    return _made(webhooks, endpoint)


@router.get("/{webhook_id}", responses=problems(404), dependencies=[NoQuery])
def show_webhook(webhook_id: str, webhooks: Asked) -> WebhookBody:
    """One endpoint."""
    return _body(webhooks, webhooks.get(webhook_id))


@router.patch("/{webhook_id}", responses=problems(400, 404, 409, 412), dependencies=[NoQuery])
def change_webhook(webhook_id: str, wanted: WebhookChangeBody, webhooks: Asked) -> WebhookBody:
    """Change an endpoint, or switch it off and on. While it is off nothing is told; what waited before goes on waiting."""
    change = Wanted(wanted.url, wanted.label, wanted.events, wanted.enabled)
    return _body(webhooks, webhooks.change(webhook_id, change))


@router.post("/{webhook_id}/secret", responses=problems(404, 409, 412), dependencies=[NoQuery])
def renew_webhook_secret(webhook_id: str, webhooks: Asked) -> MadeWebhookBody:
    """Give an endpoint another secret, shown this once. For a day messages carry a signature by each."""
    return _made(webhooks, webhooks.renew_secret(webhook_id))


@router.post("/{webhook_id}/test", status_code=HTTPStatus.ACCEPTED, responses=problems(400, 404), dependencies=[NoQuery])
def test_webhook(webhook_id: str, webhooks: Asked) -> SentTestBody:
    """Have a `webhook.test` sent."""
    return SentTestBody(id=webhooks.test(webhook_id))


@router.post("/{webhook_id}/send-again", responses=problems(404), dependencies=[NoQuery])
def send_webhook_again(webhook_id: str, webhooks: Asked) -> SendAgainBody:
    """Send everything again that was given up, under its old ids."""
    return SendAgainBody(messages=webhooks.send_again(webhook_id))


@router.post("/{webhook_id}/remove", status_code=HTTPStatus.NO_CONTENT, responses=problems(404, 409, 412), dependencies=[NoQuery])
def remove_webhook(webhook_id: str, webhooks: Asked) -> None:
    """Take an endpoint out of the list for ever; its record stays."""
    webhooks.remove(webhook_id)


@router.get("/{webhook_id}/deliveries", responses=problems(404), dependencies=[Depends(only_query("limit"))])
def list_webhook_deliveries(
    webhook_id: str, webhooks: Asked, limit: Annotated[int, Query(ge=1, le=MOST_DELIVERIES)] = 50
) -> DeliveriesBody:
    """What was sent to an endpoint last, newest first, and what came of it."""
    return DeliveriesBody(deliveries=[DeliveryBody.of(delivery) for delivery in webhooks.deliveries(webhook_id, limit)])


def _body(webhooks: Webhooks, endpoint: Endpoint) -> WebhookBody:
    return WebhookBody.of(endpoint, webhooks.counts(endpoint.id))


def _made(webhooks: Webhooks, endpoint: Endpoint) -> MadeWebhookBody:
    return MadeWebhookBody(**_body(webhooks, endpoint).model_dump(), secret=endpoint.secret)
