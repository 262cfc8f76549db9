"""The pages: upload, follow an upload, one scan, review. All of them work without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import AppAccess, Caller, OwnBatch, allowed, department_for, keep_sender
from api.budgets import Spending, spends
from api.dependencies import AppSettings, Service
from api.limits import MAX_FILES, max_request_bytes
from api.receiving import ReceivedForm, received_form, submit_all
from api.views import batch_body
from api.web.invoice_view import page_picture
from api.web.rendering import render, see
from models.access import Right
from models.archive import DocumentState
from models.catalogue import ReviewEntry
from models.digest import Digest
from models.errors import DocumentNotFound
from ocr_service.answers import trouble
from ocr_service.review import questions
from storage.catalogue.checks import Checks

router = APIRouter()

_PAGE = 50


@router.get("/", dependencies=[allowed(Right.UPLOAD)])
def upload_page(request: Request, settings: AppSettings, caller: Caller) -> HTMLResponse:
    """Hand scans in."""
    megabytes = settings.max_upload_bytes // 1_000_000
    departments, most_bytes = sorted(caller.departments or ()), max_request_bytes(settings)
    return render(request, "upload.html", max_files=MAX_FILES, megabytes=megabytes, max_bytes=most_bytes, departments=departments)


@router.post("/uploads", dependencies=[allowed(Right.UPLOAD)])
def take_upload(
    form: Annotated[ReceivedForm, Depends(received_form)], service: Service, caller: Caller, access: AppAccess
) -> RedirectResponse:
    """The upload form of a browser without JavaScript."""
    batch_id, department = service.open_batch("web"), department_for(caller, form.meta.department)
    keep_sender(access, caller, batch_id, department)
    submit_all(service, form, "web", batch_id, department)
    return see(f"/batches/{batch_id}")


@router.get("/batches/{batch_id}", dependencies=[allowed(Right.UPLOAD, Right.READ), OwnBatch])
def batch_page(request: Request, batch_id: str, service: Service, caller: Caller) -> HTMLResponse:
    """How far an upload is."""
    return render(request, "batch.html", batch=batch_body(service, service.batch(batch_id), with_invoices=caller.may(Right.READ)))


@router.get("/batches/{batch_id}/files", dependencies=[allowed(Right.UPLOAD, Right.READ), OwnBatch])
def batch_files(request: Request, batch_id: str, service: Service, caller: Caller) -> HTMLResponse:
    """The table of the batch alone, for the script that keeps a page up to date."""
    return render(request, "batch_files.html", batch=batch_body(service, service.batch(batch_id), with_invoices=caller.may(Right.READ)))


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


@router.get("/documents/{digest}", dependencies=[allowed(Right.READ)])
def document_page(request: Request, digest: str, service: Service) -> HTMLResponse:
    """One scan, also when no invoice was read in it."""
    document = service.document(_digest(digest))
    invoices = service.invoices_of(document.received.document.digest)
    return render(
        request,
        "document.html",
        document=document,
        invoices=invoices,
        picture=page_picture(service, digest),
        queued="queued" in request.query_params,
    )


@router.post("/documents/{digest}/reprocess", dependencies=[allowed(Right.CORRECT), spends(Spending.REPROCESSINGS)])
def reprocess_document(digest: str, service: Service) -> RedirectResponse:
    """Read a scan again."""
    service.queue_reprocess(str(_digest(digest)))
    return see(f"/documents/{digest}?queued=1")


@router.get("/review", dependencies=[allowed(Right.READ)])
def review_page(request: Request, service: Service, caller: Caller, cursor: str | None = None) -> HTMLResponse:
    """What waits for a person."""
    counts = service.counts()
    waiting = counts.get(DocumentState.QUEUED, 0) + counts.get(DocumentState.RUNNING, 0)
    page = service.review(_PAGE, cursor)
    found = [service.reviewed(entry) for entry in page.entries]
    asked = [
        () if one is None else questions(one.invoice, contradicted=_is_contradicted(entry))
        for one, entry in zip(found, page.entries, strict=True)
    ]
    wrong = [trouble(entry, one) for one, entry in zip(found, page.entries, strict=True)]
    audited = Checks(service.catalogue).last().audit if caller.visibility.is_whole else None
    return render(request, "review.html", page=page, asked=asked, wrong=wrong, waiting=waiting, audited=audited)


def _is_contradicted(entry: ReviewEntry) -> bool:
    return entry.invoice is not None and entry.invoice.contradicted


def _digest(text: str) -> Digest:
    try:
        return Digest.parse(text)
    except ValueError:
        raise DocumentNotFound(f"no document {text}") from None
