"""The pages of handing in and of batches. All of them work without JavaScript."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import AppAccess, Caller, OwnBatch, allowed, department_for, keep_sender
from api.budgets import Spending, spends
from api.dependencies import AppSettings, Service
from api.limits import MAX_FILES, max_request_bytes
from api.receiving import ReceivedForm, received_form, submit_all
from api.web.batch_view import BatchPage, batch_page_of, newest_batches, shown
from api.web.language import Language, language_of
from api.web.rendering import render, see
from api.web.trade_words import ERRORS
from models.access import Principal, Right
from models.archive import DocumentState
from ocr_service.settings import Settings

router = APIRouter()

_LISTED = 30
_RECENT = 5
_REFUSALS = (
    *("empty_file", "unsupported_media_type", "file_too_large", "too_many_pixels", "unreadable_file", "locked_file"),
    *("file_without_pages", "cannot_be_opened", "destroyed_before", "refused_input"),
)
"""Why a file may be refused, as a page's script says it; the last one stands for every other reason."""
Form = Annotated[ReceivedForm, Depends(received_form)]
After = Annotated[int, Query(ge=0, le=10_000_000)]


@router.get("/", dependencies=[allowed(Right.UPLOAD)])
def upload_page(request: Request, settings: AppSettings, service: Service, caller: Caller, access: AppAccess) -> HTMLResponse:
    """Hand scans in."""
    recent = shown(newest_batches(service, caller, _RECENT).batches, access)
    return render(request, "upload.html", recent=recent, **drop_zone(request, settings, caller))


def drop_zone(request: Request, settings: Settings, caller: Principal) -> Mapping[str, Any]:
    """What a page with a place to drop files has to know."""
    place = 0 if language_of(request) is Language.CHINESE else 1
    return {
        "max_files": MAX_FILES,
        "megabytes": settings.max_upload_bytes // 1_000_000,
        "max_bytes": max_request_bytes(settings),
        "owner": caller.name,
        "departments": sorted(caller.departments or ()),
        "whys": json.dumps({code: ERRORS[code][place] for code in _REFUSALS}, ensure_ascii=False),
    }


@router.post("/uploads", dependencies=[allowed(Right.UPLOAD)])
def take_upload(form: Form, service: Service, caller: Caller, access: AppAccess) -> RedirectResponse:
    """The upload form of a browser without JavaScript."""
    source = form.meta.source if form.meta.source == "phone" else "web"
    batch_id, department = service.open_batch(source), department_for(caller, form.meta.department)
    keep_sender(access, caller, batch_id, department)
    submit_all(service, form, source, batch_id, department)
    return see(f"/batches/{batch_id}")


@router.get("/batches", dependencies=[allowed(Right.UPLOAD, Right.READ)])
def batches_page(request: Request, service: Service, caller: Caller, access: AppAccess, cursor: str | None = None) -> HTMLResponse:
    """What was handed in, newest first: one's own batches, and those whose documents one may read."""
    found = newest_batches(service, caller, _LISTED, cursor)
    return render(request, "batches.html", batches=shown(found.batches, access), next=found.next, is_first=cursor is None)


def _some_files(
    batch_id: str, service: Service, caller: Caller, access: AppAccess, state: DocumentState | None = None, after: After = 0
) -> BatchPage:
    return batch_page_of(service, access, batch_id, state, after, with_invoices=caller.may(Right.READ))


SomeFiles = Annotated[BatchPage, Depends(_some_files)]


@router.get("/batches/{batch_id}", dependencies=[allowed(Right.UPLOAD, Right.READ), OwnBatch])
def batch_page(request: Request, page: SomeFiles) -> HTMLResponse:
    """How far an upload is, and some of its files."""
    query = f"?{request.url.query}" if request.url.query else ""
    return render(request, "batch.html", page=page, query=query)


@router.get("/batches/{batch_id}/files", dependencies=[allowed(Right.UPLOAD, Right.READ), OwnBatch])
def batch_files(request: Request, page: SomeFiles) -> HTMLResponse:
    """The files of the batch alone, for the script that keeps a page up to date."""
    return render(request, "batch_files.html", page=page)


@router.post("/batches/{batch_id}/cancel", dependencies=[allowed(Right.UPLOAD, Right.CORRECT), OwnBatch])
def cancel_batch(batch_id: str, service: Service) -> RedirectResponse:
    """Call off the readings that have not begun."""
    service.cancel_batch(batch_id)
    return see(f"/batches/{batch_id}")


@router.post("/batches/{batch_id}/retry", dependencies=[allowed(Right.UPLOAD, Right.CORRECT), OwnBatch, spends(Spending.REPROCESSINGS)])
def retry_batch(batch_id: str, service: Service) -> RedirectResponse:
    """Read again what was not read, then show the batch."""
    service.retry_batch(batch_id)
    return see(f"/batches/{batch_id}")
