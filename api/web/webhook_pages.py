"""The pages about webhooks, for administrators: endpoints, what they are told, and what came of it. They work without JavaScript."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.dependencies import Service
from api.web.forms import form_texts
from api.web.rendering import render, see
from models.access import Right
from models.errors import InvalidAccess, InvalidWebhook, StaleVersion
from models.webhooks import CHOSEN, Event
from ocr_service.webhooks import Wanted, Webhooks

router = APIRouter()

_ADMINISTRATORS = [allowed(Right.ADMINISTER)]
_EVENT = "event:"
"""Names of the boxes to tick begin so."""
_SHOWN = 50
_DONE = frozenset({"saved", "tested", "again", "removed"})

Texts = Annotated[dict[str, str], Depends(form_texts)]


def _webhooks(service: Service) -> Webhooks:
    return Webhooks.over(service)


Asked = Annotated[Webhooks, Depends(_webhooks)]


@router.get("/webhooks", dependencies=_ADMINISTRATORS)
def webhooks_page(request: Request, webhooks: Asked) -> HTMLResponse:
    """Every endpoint, and the form that adds one."""
    return _list(request, webhooks, {})


@router.post("/webhooks", dependencies=_ADMINISTRATORS)
def add_webhook(request: Request, webhooks: Asked, texts: Texts) -> Response:
    """Add an endpoint and show its secret, this once."""
    department = texts.get("department", "").strip() or None
    try:
        endpoint = webhooks.add(texts.get("url", ""), label=texts.get("label", ""), events=_chosen(texts), department=department)
    except (InvalidWebhook, InvalidAccess) as error:
        return _list(request, webhooks, texts, error)
    return _secret(request, webhooks, endpoint.id)


@router.get("/webhooks/{webhook_id}", dependencies=_ADMINISTRATORS)
def webhook_page(request: Request, webhook_id: str, webhooks: Asked) -> HTMLResponse:
    """One endpoint: its settings and what was sent to it."""
    return _one(request, webhooks, webhook_id)


@router.post("/webhooks/{webhook_id}", dependencies=_ADMINISTRATORS)
def change_webhook(request: Request, webhook_id: str, webhooks: Asked, texts: Texts) -> Response:
    """Change the settings of an endpoint."""
    try:
        webhooks.change(webhook_id, Wanted(url=texts.get("url", ""), label=texts.get("label", ""), events=_chosen(texts)))
    except (InvalidWebhook, StaleVersion) as error:
        return _one(request, webhooks, webhook_id, error)
    return see(f"/webhooks/{webhook_id}?done=saved")


@router.post("/webhooks/{webhook_id}/switch", dependencies=_ADMINISTRATORS)
def switch_webhook(webhook_id: str, webhooks: Asked, texts: Texts) -> Response:
    """Switch an endpoint off, or on again."""
    webhooks.change(webhook_id, Wanted(enabled=texts.get("enabled") == "yes"))
    return see(f"/webhooks/{webhook_id}?done=saved")


@router.post("/webhooks/{webhook_id}/test", dependencies=_ADMINISTRATORS)
def test_webhook(request: Request, webhook_id: str, webhooks: Asked) -> Response:
    """Have a test event sent."""
    try:
        webhooks.test(webhook_id)
    except InvalidWebhook as error:
        return _one(request, webhooks, webhook_id, error)
    return see(f"/webhooks/{webhook_id}?done=tested")


@router.post("/webhooks/{webhook_id}/send-again", dependencies=_ADMINISTRATORS)
def send_again(webhook_id: str, webhooks: Asked) -> Response:
    """Send again what was given up."""
    webhooks.send_again(webhook_id)
    return see(f"/webhooks/{webhook_id}?done=again")


@router.post("/webhooks/{webhook_id}/secret", dependencies=_ADMINISTRATORS)
def renew_secret(request: Request, webhook_id: str, webhooks: Asked) -> Response:
    """Change the secret and show the new one, this once."""
    webhooks.renew_secret(webhook_id)
    return _secret(request, webhooks, webhook_id)


@router.post("/webhooks/{webhook_id}/remove", dependencies=_ADMINISTRATORS)
def remove_webhook(webhook_id: str, webhooks: Asked) -> Response:
    """Take an endpoint out of the list for ever."""
    webhooks.remove(webhook_id)
    return see("/webhooks?done=removed")


def _chosen(texts: dict[str, str]) -> list[Event]:
    return [event for event in CHOSEN if _EVENT + event.value in texts]


def _list(request: Request, webhooks: Webhooks, texts: dict[str, str], wrong: InvalidWebhook | InvalidAccess | None = None) -> HTMLResponse:
    return render(
        request,
        "webhooks.html",
        HTTPStatus.OK if wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        endpoints=[(endpoint, webhooks.counts(endpoint.id)) for endpoint in webhooks.listed()],
        events=CHOSEN,
        texts=texts,
        done=_done(request),
        wrong="" if wrong is None else wrong.code,
    )


def _one(request: Request, webhooks: Webhooks, webhook_id: str, wrong: InvalidWebhook | StaleVersion | None = None) -> HTMLResponse:
    return render(
        request,
        "webhook.html",
        HTTPStatus.OK if wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        endpoint=webhooks.get(webhook_id),
        counts=webhooks.counts(webhook_id),
        deliveries=webhooks.deliveries(webhook_id, _SHOWN),
        events=CHOSEN,
        done=_done(request),
        wrong="" if wrong is None else wrong.code,
    )


def _secret(request: Request, webhooks: Webhooks, webhook_id: str) -> HTMLResponse:
    response = render(request, "webhook_made.html", endpoint=webhooks.get(webhook_id))
    response.headers["Cache-Control"] = "no-store"
    return response


def _done(request: Request) -> str:
    done = request.query_params.get("done", "")
    return done if done in _DONE else ""
