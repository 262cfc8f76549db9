"""The pages about legal holds: what nobody may destroy, set and released with a reason. They work without JavaScript."""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.dependencies import Service
from api.error_handlers import status_of
from api.web.forms import form_texts
from api.web.log_view import actor_of, reason_values
from api.web.rendering import render, see
from models.access import Right
from models.errors import BadUsage, NotFound, PiaogenError, StaleVersion
from ocr_service.retaining import holds, release_hold, set_hold
from ocr_service.service import ArchiveService

router = APIRouter()

_Texts = Annotated[dict[str, str], Depends(form_texts)]
_BETWEEN_NAMES = re.compile(r"[\s,，、;；]+")


@router.get("/holds", dependencies=[allowed(Right.RECORDS)])
def holds_page(request: Request, service: Service, document: str = "") -> HTMLResponse:
    """Every hold; the form that sets one names the document that the page before was about."""
    return _holds(request, service, {"documents": document[:100]})


@router.post("/holds", dependencies=[allowed(Right.ADMINISTER)])
def keep_documents(request: Request, service: Service, texts: _Texts) -> Response:
    """Set a hold; a form that does not fit comes back with what is wrong."""
    names = [name for name in _BETWEEN_NAMES.split(texts.get("documents", "")) if name]
    try:
        hold = set_hold(service, names, texts.get("reason", ""), everything="everything" in texts)
    except (BadUsage, NotFound) as error:
        return _holds(request, service, texts, error)
    return see(f"/holds?set={hold.id}")


@router.post("/holds/{hold_id}/release", dependencies=[allowed(Right.ADMINISTER)])
def lift_hold(request: Request, hold_id: str, service: Service, texts: _Texts) -> Response:
    """Lift a hold for ever."""
    try:
        hold = release_hold(service, hold_id, texts.get("reason", ""))
    except (BadUsage, StaleVersion) as error:
        return _holds(request, service, {}, error)
    return see(f"/holds?released={hold.id}")


def _holds(request: Request, service: ArchiveService, texts: dict[str, str], wrong: PiaogenError | None = None) -> HTMLResponse:
    return render(
        request,
        "holds.html",
        HTTPStatus.OK if wrong is None else status_of(type(wrong)),
        holds=holds(service),
        texts=texts,
        set_id=request.query_params.get("set", "")[:60],
        released_id=request.query_params.get("released", "")[:60],
        actor_of=actor_of,
        wrong=wrong,
        refused="",
        reasons=(),
        told=reason_values,
    )
