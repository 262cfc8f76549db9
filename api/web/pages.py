"""The pages of one scan and of what waits for a person. They work without JavaScript."""

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Caller, allowed
from api.budgets import Spending, sender_of, spends
from api.byte_response import IMMUTABLE, Representation, answer
from api.dependencies import Service
from api.looking import AppLookers
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
THUMBNAIL_PIXELS = 168
"""Three for each pixel of a style sheet, as phones have."""


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


@router.get("/documents/{digest}/thumbnail", dependencies=[allowed(Right.READ), spends(Spending.PREVIEWS)])
async def document_thumbnail(digest: str, request: Request, service: Service, lookers: AppLookers) -> Response:
    """The first page of a scan, small; kept by the browser, since drawing it means opening the whole scan."""
    picture = await lookers.shown(sender_of(request).name, partial(service.preview, str(_digest(digest)), THUMBNAIL_PIXELS))
    return answer(request, Representation(picture.jpeg, "image/jpeg", str(Digest.of(picture.jpeg)), IMMUTABLE))


@router.post("/documents/{digest}/reprocess", dependencies=[allowed(Right.CORRECT), spends(Spending.REPROCESSINGS)])
def reprocess_document(digest: str, service: Service) -> RedirectResponse:
    """Read a scan again."""
    service.queue_reprocess(str(_digest(digest)))
    return see(f"/documents/{digest}?queued=1")


@router.get("/review", dependencies=[allowed(Right.READ)])
def review_page(request: Request, service: Service, caller: Caller, cursor: str | None = None, batch: str | None = None) -> HTMLResponse:
    """What waits for a person, of all files or of one batch's."""
    counts = service.counts()
    waiting = counts.get(DocumentState.QUEUED, 0) + counts.get(DocumentState.RUNNING, 0)
    page = service.review(_PAGE, cursor, batch)
    found = [service.reviewed(entry) for entry in page.entries]
    asked = [
        () if one is None else questions(one.invoice, contradicted=_is_contradicted(entry))
        for one, entry in zip(found, page.entries, strict=True)
    ]
    wrong = [trouble(entry, one) for one, entry in zip(found, page.entries, strict=True)]
    audited = Checks(service.catalogue).last().audit if caller.visibility.is_whole else None
    return render(request, "review.html", page=page, batch=batch, asked=asked, wrong=wrong, waiting=waiting, audited=audited)


def _is_contradicted(entry: ReviewEntry) -> bool:
    return entry.invoice is not None and entry.invoice.contradicted


def _digest(text: str) -> Digest:
    try:
        return Digest.parse(text)
    except ValueError:
        raise DocumentNotFound(f"no document {text}") from None
