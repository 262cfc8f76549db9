"""The pages about the interface for programs: the OpenAPI document to be read, drawn here, without anything from elsewhere."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import PUBLIC, notice_caller
from api.dependencies import AppSettings
from api.documentation import described
from api.web.interface_view import first_commands, groups, operation
from api.web.key_pages import public_address
from api.web.language import language_of
from api.web.rendering import render
from api.web.trade_words import STATUSES, VERDICTS
from models.archive import DocumentState
from models.errors import RecordNotFound

router = APIRouter()
_NOTICED = Depends(notice_caller)


@router.get("/docs", dependencies=[PUBLIC, _NOTICED])
def interface_page(request: Request, settings: AppSettings) -> HTMLResponse:
    """Every operation, how to begin, and what the words mean."""
    shown, url = groups(described(request), language_of(request)), public_address(request, settings, "")
    return render(
        request,
        "interface.html",
        groups=shown,
        url=url,
        document_path="/openapi.json",
        commands=first_commands(url),
        verdict_names=tuple(VERDICTS),
        status_names=tuple(STATUSES),
        state_names=[state.value for state in DocumentState],
    )


@router.get("/docs/{operation_id}", dependencies=[PUBLIC, _NOTICED])
def operation_page(request: Request, operation_id: str, settings: AppSettings) -> HTMLResponse:
    """One operation: what is sent, what is answered, and a command to try."""
    shown = operation(described(request), operation_id, language_of(request), public_address(request, settings, ""))
    if shown is None:
        raise RecordNotFound(f"there is no operation {operation_id!r}")
    return render(request, "interface_operation.html", shown=shown)
