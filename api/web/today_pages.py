"""The page that a day begins with. It works without JavaScript."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import AppAccess, Caller, allowed
from api.dependencies import AppSettings, Service
from api.web.batch_pages import drop_zone
from api.web.batch_view import newest_batches, shown
from api.web.rendering import render
from models.access import Right
from ocr_service.today import today_of

router = APIRouter()

_BATCHES = 6


@router.get("/today", dependencies=[allowed(Right.READ)])
def today_page(request: Request, settings: AppSettings, service: Service, caller: Caller, access: AppAccess) -> HTMLResponse:
    """What came in, what is open, and how the archive is."""
    today = today_of(service, caller.name)
    batches = shown(newest_batches(service, caller, _BATCHES).batches, access)
    return render(request, "today.html", today=today, batches=batches, **drop_zone(request, settings, caller))
