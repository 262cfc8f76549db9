"""/v1/invoices: find, look, take out again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response

from api.byte_response import IMMUTABLE, REVALIDATE, Representation, answer
from api.dependencies import NoQuery, Service
from api.documentation import content, problems
from api.schemas.clues import ClueTexts
from api.schemas.invoice import CopiesBody, FoundBody, HitBody, InvoiceBody, QueuedBody, SummaryBody
from api.views import not_searchable
from models.archive import DocumentState
from models.digest import Digest
from ocr_service.service import ArchiveService

router = APIRouter(prefix="/v1/invoices", tags=["invoices"])

InvoiceId = Annotated[str, Path(description="An invoice's id; a document's digest is taken as well where bytes are asked for")]
_EXAMPLE = {"half remembered": {"value": {"seller": "科技", "amount": "7000~", "date": "2019-03"}}}


@router.get("", responses=problems())
def list_invoices(clues: Annotated[ClueTexts, Query()], service: Service) -> FoundBody:
    """Find invoices by what is remembered of them, best first; without any clue the newest."""
    return _find(service, clues)


@router.post("/find", responses=problems(400, 403), dependencies=[NoQuery])
def find_invoices(clues: Annotated[ClueTexts, Body(openapi_examples=_EXAMPLE)], service: Service) -> FoundBody:
    """The same search with the clues as JSON, so that names stay out of addresses and logs."""
    return _find(service, clues)


@router.get("/{invoice_id}", responses=problems(404), dependencies=[NoQuery])
def show_invoice(invoice_id: InvoiceId, service: Service) -> InvoiceBody:
    """One invoice: every field with its witnesses, its checks, its document and all versions of the record."""
    return InvoiceBody.of(service.show(invoice_id), service.versions(invoice_id))


@router.get("/{invoice_id}/copies", responses=problems(404), dependencies=[NoQuery])
def list_copies(invoice_id: InvoiceId, service: Service) -> CopiesBody:
    """Other scans of the same invoice: the same code and number."""
    return CopiesBody(copies=[SummaryBody.of(copy) for copy in service.copies(invoice_id)])


@router.get(
    "/{invoice_id}/original",
    response_class=Response,
    responses={
        200: content("application/octet-stream", "The bytes as they came, their hash checked"),
        206: content("application/octet-stream", "The range that was asked for"),
        304: {"description": "The bytes under this ETag; they never change"},
        **problems(404, 416),
    },
    dependencies=[NoQuery],
)
def download_original(invoice_id: InvoiceId, request: Request, service: Service) -> Response:
    """The original, byte for byte; the ETag is its SHA-256."""
    document, original = service.original(invoice_id)
    return answer(request, Representation(original, document.media_type.value, str(document.digest), IMMUTABLE, document.file_name))


@router.get(
    "/{invoice_id}/preview",
    response_class=Response,
    responses={200: content("image/jpeg", "The page in the polygons' frame"), 304: {"description": "Unchanged"}, **problems(404, 416)},
    dependencies=[NoQuery],
)
def show_preview(invoice_id: InvoiceId, request: Request, service: Service) -> Response:
    """The invoice's page as a picture, at most 2000 pixels long; polygons fit it when scaled alike."""
    return _picture(request, service.preview(invoice_id).jpeg, "image/jpeg")


@router.get(
    "/{invoice_id}/crops/{field}",
    response_class=Response,
    responses={200: content("image/png", "The piece of the page"), 304: {"description": "Unchanged"}, **problems(404, 416)},
    dependencies=[NoQuery],
)
def show_crop(
    invoice_id: InvoiceId, field: Annotated[str, Path(examples=["invoice_number"])], request: Request, service: Service
) -> Response:
    """The piece of the page where a field was read, to check it at a glance."""
    return _picture(request, service.crop(invoice_id, field), "image/png")


@router.post("/{invoice_id}/reprocess", status_code=HTTPStatus.ACCEPTED, responses=problems(403, 404), dependencies=[NoQuery])
def reprocess_invoice(invoice_id: InvoiceId, service: Service) -> QueuedBody:
    """Read the document again with the engine of today; the new reading becomes its next version, older ones stay."""
    return QueuedBody(digest=str(service.queue_reprocess(invoice_id)), state=DocumentState.QUEUED.value)


def _find(service: ArchiveService, clues: ClueTexts) -> FoundBody:
    hits = service.find(clues.clues())
    return FoundBody(hits=[HitBody.of(hit) for hit in hits], not_searchable=not_searchable(service))


def _picture(request: Request, picture: bytes, media_type: str) -> Response:
    """A later reading may put another picture under the same address, so its own hash is the ETag and a browser asks each time."""
    return answer(request, Representation(picture, media_type, str(Digest.of(picture)), REVALIDATE))
