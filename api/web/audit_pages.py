"""The auditor's pages: what audits and drills found, and who did what. They work without JavaScript."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from api.access import allowed
from api.dependencies import AppSettings, EachOnce, Service, only_query
from api.schemas.log import LogQuestion
from api.web.log_view import actor_of, log_row
from api.web.record_naming import named_object
from api.web.rendering import render
from api.web.verifying import instructions
from models.access import Right
from models.activity import Action
from models.errors import InvalidClue
from ocr_service.checking import last_checks, standing
from ocr_service.log_inspection import LogPage, newest_entries
from storage.audit_results import kept_results

router = APIRouter()

_RESULTS = 20
_ENTRIES = 100
_SHOWN_FINDINGS = 50


@router.get("/audit", dependencies=[allowed(Right.RECORDS), EachOnce])
def audit_page(request: Request, service: Service, settings: AppSettings) -> HTMLResponse:
    """How the archive stands, and what each audit and drill found."""
    kept = kept_results(service.archive.store, _RESULTS + 1, request.query_params.get("before", "")[:100] or None)
    return render(
        request,
        "audit.html",
        stands=standing(service, settings),
        days=settings.audit_days,
        last=last_checks(service),
        results=kept[:_RESULTS],
        older=kept[_RESULTS - 1].key if len(kept) > _RESULTS else "",
        actor_of=actor_of,
        named_object=named_object,
        shown=_SHOWN_FINDINGS,
        head=service.activity.known_head(),
    )


@router.get("/audit/verifying", dependencies=[allowed(Right.RECORDS), Depends(only_query("lang"))])
def verifying_page(request: Request) -> HTMLResponse:
    """How somebody checks a copy of the archive with nothing but a shell."""
    return render(request, "verifying.html", blocks=instructions())


@router.get("/log", dependencies=[allowed(Right.RECORDS), EachOnce])
def log_page(request: Request, service: Service) -> HTMLResponse:
    """The activity log, newest first, narrowed by document, person, action and day."""
    texts = {name: text.strip() for name, text in request.query_params.items() if name in LogQuestion.model_fields and text.strip()}
    page, wrong = LogPage((), None, service.activity.catch_up()), False
    try:
        asked = LogQuestion.model_validate(texts)
        page = newest_entries(service, _ENTRIES, request.query_params.get("cursor") or None, asked.filter(service))
    except (ValidationError, InvalidClue):
        wrong = True
    return render(
        request,
        "log.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        texts=texts,
        wrong=wrong,
        actions=tuple(Action),
        rows=tuple(map(log_row, page.entries)),
        older="" if page.next is None else urlencode({**texts, "cursor": page.next}),
        head=page.head,
    )
