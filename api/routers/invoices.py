"""/v1/invoices: find, look, take out again."""

import re
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Header, Path, Query, Request, Response
from starlette.exceptions import HTTPException

from api.access import Caller, allowed, said_by
from api.budgets import Spending, sender_of, spends
from api.byte_response import IMMUTABLE, REVALIDATE, Representation, answer
from api.dependencies import AppSettings, EachOnce, NoQuery, Service
from api.documentation import content, problems
from api.looking import AppLookers
from api.schemas.clues import ClueTexts
from api.schemas.correction import (
    ConfirmationBody,
    CorrectionBody,
    DraftBody,
    HistoryBody,
    HistoryItemBody,
    OverrideBody,
    ProofBody,
    RestoringBody,
    WithdrawalReasonBody,
)
from api.schemas.invoice import CopiesBody, FoundBody, HitBody, InvoiceBody, QueuedBody
from api.schemas.recalled import RecalledBody
from api.schemas.register import ListQuery, RegisterBody
from api.schemas.reimbursement import CheckedClaimBody, CheckedClaimsBody, ClaimsBody
from api.views import not_searchable
from models.access import Right
from models.archive import DocumentState
from models.digest import Digest
from models.errors import StaleVersion
from models.retention import today
from ocr_service.answers import StoredInvoice
from ocr_service.drafting import prove_draft
from ocr_service.recalling import recall
from ocr_service.register import RegisterQuestion, page_of, totals_of
from ocr_service.reimbursing import check_claims
from ocr_service.service import ArchiveService
from ocr_service.setting_aside import set_aside
from ocr_service.vouching import confirm, correct, history, override, withdraw

router = APIRouter(prefix="/v1/invoices", tags=["invoices"])

InvoiceId = Annotated[str, Path(description="An invoice's id; a document's digest is taken as well where bytes are asked for")]
_IfMatch = Annotated[str | None, Header(description="The ETag that the invoice had when it was looked at", examples=['"v1"'])]
_ETAG = re.compile(r'"v([0-9]{1,6})"')
_VERSIONED = {"headers": {"ETag": {"description": "The record's version", "schema": {"type": "string"}, "example": '"v1"'}}}
_EXAMPLE = {
    "half remembered": {"value": {"seller": "科技", "amount": "7000~", "date": "2019-03"}},
    "in a sentence": {"value": {"sentence": "去年三四月 苏州 酒店 一千二左右 尾号38?8"}},
}


@router.get("", responses=problems(), dependencies=[allowed(Right.READ), EachOnce])
def list_invoices(clues: Annotated[ListQuery, Query()], service: Service) -> RegisterBody | RecalledBody | FoundBody:
    """Find invoices by what is remembered of them, best first; without any clue the newest. A `sentence` is answered as `/find` does.

    With `sort`, `cursor` or another parameter of the register it answers `items` instead: every invoice that meets the filters, in order
    and page after page, and on the first page the `total` and the `sums` of all of them.
    """
    if not clues.is_register:
        return _find(service, clues)
    question = RegisterQuestion.read(service, clues.filters(), clues.sort or "")
    page = page_of(service, question, clues.cursor or "", clues.limit)
    is_summed = not clues.cursor if clues.totals is None else clues.totals
    return RegisterBody.of(page, totals_of(service, question.asked) if is_summed else None)


@router.post("/find", responses=problems(400, 403), dependencies=[allowed(Right.READ), NoQuery])
def find_invoices(clues: Annotated[ClueTexts, Body(openapi_examples=_EXAMPLE)], service: Service) -> RecalledBody | FoundBody:
    """The same search with the clues as JSON, so that names stay out of addresses and logs.

    With a `sentence`, everything that is given is evidence and nothing a condition: the answer says how each word was understood, and when
    no invoice bears out everything, which come nearest and what of the time in question could not be read.
    """
    return _find(service, clues)


@router.post("/check-duplicate", responses=problems(400, 403), dependencies=[allowed(Right.READ), NoQuery])
def check_duplicate(claims: ClaimsBody, service: Service, settings: AppSettings) -> CheckedClaimsBody:
    """Before an invoice is reimbursed: is it archived already, where and since when, and what else is worth a look.

    Hints are 合规, 存疑 or 不合规 by rule: running numbers of one seller or code within 60 days, another year than the booking's,
    a buyer that is none of our companies (where any are named). Nothing is changed or kept by asking; only what the asker may see is told.
    """
    booked_on = claims.booked_on or today(service.clock())
    checked = check_claims(service, claims.claims(), booked_on, settings.reimbursement_rules)
    return CheckedClaimsBody(invoices=[CheckedClaimBody.of(each) for each in checked])


@router.get("/{invoice_id}", responses={200: _VERSIONED, **problems(404)}, dependencies=[allowed(Right.READ), NoQuery])
def show_invoice(invoice_id: InvoiceId, service: Service, response: Response) -> InvoiceBody:
    """One invoice: every field with its witnesses, its checks, what a person is asked, its document and all versions of the record.

    The ETag is the record's version; a correction sends it back in If-Match.
    """
    return _body(service, service.show(invoice_id), response)


@router.patch(
    "/{invoice_id}",
    responses={200: _VERSIONED, **problems(400, 403, 404, 409, 412, 428)},
    dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS), NoQuery],
)
def correct_invoice(
    invoice_id: InvoiceId,
    correction: CorrectionBody,
    service: Service,
    response: Response,
    caller: Caller,
    if_match: _IfMatch = None,
) -> InvoiceBody:
    """Set right what was read wrong: the correction is a new version of the record, and what was read is kept.

    Everything is proved anew with the corrected values beside all witnesses of the reading; what only a person says is `corrected`, and
    no proof. A later reading never undoes a correction.
    """
    return _body(service, correct(service, invoice_id, correction.wish(said_by(caller, correction.by)), _version(if_match)), response)


@router.post(
    "/{invoice_id}/proof",
    responses=problems(400, 403, 404),
    dependencies=[allowed(Right.CORRECT), spends(Spending.PROOFS), NoQuery],
)
def prove_invoice_draft(invoice_id: InvoiceId, draft: DraftBody, service: Service) -> ProofBody:
    """What a correction would do, while it is typed: everything is proved with it, and nothing is kept.

    The verdict, checks and questions are those that `PATCH` would give. Tax and sums are proved here, never by a page.
    """
    return ProofBody.of(invoice_id, prove_draft(service, invoice_id, draft.wish()))


@router.post(
    "/{invoice_id}/confirm",
    responses={200: _VERSIONED, **problems(400, 403, 404, 409, 412, 428)},
    dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS), NoQuery],
)
def confirm_invoice(
    invoice_id: InvoiceId, confirmation: ConfirmationBody, service: Service, response: Response, caller: Caller, if_match: _IfMatch = None
) -> InvoiceBody:
    """Vouch for an invoice, or some of its fields, as read: nothing is changed, and no failed check is cleared.

    Fields that are not proved become `confirmed`; so does the verdict, when nothing is left open.
    """
    said = confirmation.confirmation(said_by(caller, confirmation.by))
    return _body(service, confirm(service, invoice_id, said, _version(if_match)), response)


@router.post(
    "/{invoice_id}/override",
    responses={200: _VERSIONED, **problems(400, 403, 404, 409, 412, 428)},
    dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS), NoQuery],
)
def override_check(
    invoice_id: InvoiceId, accepted: OverrideBody, service: Service, response: Response, caller: Caller, if_match: _IfMatch = None
) -> InvoiceBody:
    """Accept one failed check, with a reason: it stays failed and says who accepted it; the invoice is `confirmed` at most.

    Another finding of the same rule is open again.
    """
    return _body(service, override(service, invoice_id, accepted.acceptance(said_by(caller, accepted.by)), _version(if_match)), response)


@router.post(
    "/{invoice_id}/withdraw",
    responses={200: _VERSIONED, **problems(400, 403, 404, 409, 412, 428)},
    dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS), NoQuery],
)
def withdraw_invoice(
    invoice_id: InvoiceId, why: WithdrawalReasonBody, service: Service, response: Response, caller: Caller, if_match: _IfMatch = None
) -> InvoiceBody:
    """Take an invoice out of the lists (作废), with a reason: nothing of it is deleted, and it can be put back.

    Lists, searches, the review list and copies leave it out, but for `state=withdrawn`; its own address answers as ever. `ground` says
    whether it is withdrawn, no invoice at all, or to be photographed anew. A scan that could not be read is named by its digest, and its
    version is `"v0"`.
    """
    said = why.said(said_by(caller, why.by))
    return _body(service, set_aside(service, invoice_id, said, _version(if_match)), response)


@router.post(
    "/{invoice_id}/restore-to-list",
    responses={200: _VERSIONED, **problems(400, 403, 404, 409, 412, 428)},
    dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS), NoQuery],
)
def restore_invoice_to_list(
    invoice_id: InvoiceId, why: RestoringBody, service: Service, response: Response, caller: Caller, if_match: _IfMatch = None
) -> InvoiceBody:
    """Put a withdrawn invoice back into the lists, with a reason; both stay on record."""
    said = why.said(said_by(caller, why.by))
    return _body(service, withdraw(service, invoice_id, said, _version(if_match)), response)


@router.get("/{invoice_id}/history", responses=problems(404), dependencies=[allowed(Right.READ), NoQuery])
def show_history(invoice_id: InvoiceId, service: Service) -> HistoryBody:
    """Every version of the record, oldest first: who read it, and who set right, confirmed or accepted what, when and why."""
    return HistoryBody(versions=[HistoryItemBody.of(entry) for entry in history(service, invoice_id)])


@router.get("/{invoice_id}/copies", responses=problems(404), dependencies=[allowed(Right.READ), NoQuery])
def list_copies(invoice_id: InvoiceId, service: Service) -> CopiesBody:
    """Other scans of the same invoice (the same code and number), and in which fields they say something else."""
    return CopiesBody.of(service.show(invoice_id).summary, service.copies(invoice_id), service.withdrawn_copies(invoice_id))


@router.get(
    "/{invoice_id}/original",
    response_class=Response,
    responses={
        200: content("application/octet-stream", "The bytes as they came, their hash checked"),
        206: content("application/octet-stream", "The range that was asked for"),
        304: {"description": "The bytes under this ETag; they never change"},
        **problems(404, 416),
    },
    dependencies=[allowed(Right.READ), NoQuery],
)
def download_original(invoice_id: InvoiceId, request: Request, service: Service) -> Response:
    """The original, byte for byte; the ETag is its SHA-256."""
    document, original = service.original(invoice_id)
    return answer(request, Representation(original, document.media_type.value, str(document.digest), IMMUTABLE, document.file_name))


@router.get(
    "/{invoice_id}/preview",
    response_class=Response,
    responses={200: content("image/jpeg", "The page in the polygons' frame"), 304: {"description": "Unchanged"}, **problems(404, 416)},
    dependencies=[allowed(Right.READ), spends(Spending.PREVIEWS), NoQuery],
)
async def show_preview(invoice_id: InvoiceId, request: Request, service: Service, lookers: AppLookers) -> Response:
    """The invoice's page as a picture, at most 2000 pixels long; polygons fit it when scaled alike."""
    picture = await lookers.shown(sender_of(request).name, partial(service.preview, invoice_id))
    return _picture(request, picture.jpeg, "image/jpeg")


@router.get(
    "/{invoice_id}/crops/{field}",
    response_class=Response,
    responses={200: content("image/png", "The piece of the page"), 304: {"description": "Unchanged"}, **problems(404, 416)},
    dependencies=[allowed(Right.READ), spends(Spending.PREVIEWS), NoQuery],
)
async def show_crop(
    invoice_id: InvoiceId,
    field: Annotated[str, Path(examples=["invoice_number"])],
    request: Request,
    service: Service,
    lookers: AppLookers,
) -> Response:
    """The piece of the page where a field was read, to check it at a glance."""
    return _picture(request, await lookers.shown(sender_of(request).name, partial(service.crop, invoice_id, field)), "image/png")


@router.post(
    "/{invoice_id}/reprocess",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(403, 404, 409),
    dependencies=[allowed(Right.CORRECT), spends(Spending.REPROCESSINGS), NoQuery],
)
def reprocess_invoice(invoice_id: InvoiceId, service: Service) -> QueuedBody:
    """Read the document again with the engine of today; the new reading becomes its next version, older ones stay."""
    return QueuedBody(digest=str(service.queue_reprocess(invoice_id)), state=DocumentState.QUEUED.value)


def _body(service: ArchiveService, stored: StoredInvoice, response: Response) -> InvoiceBody:
    response.headers["ETag"] = f'"v{stored.manifest.version}"'
    response.headers["Cache-Control"] = REVALIDATE
    response.headers["Vary"] = "Authorization, Cookie"
    return InvoiceBody.of(stored, service.versions(stored.summary.id))


def _version(if_match: str | None) -> int:
    """The version that a correction was made for.

    Raises:
        HTTPException: none is given (428), for a correction must not undo another's unseen.
        StaleVersion: it is no ETag of an invoice (RFC 9110, section 13.1.1).
    """
    if if_match is None:
        raise HTTPException(HTTPStatus.PRECONDITION_REQUIRED, "say in If-Match which version you looked at: the ETag of the invoice")
    version = _ETAG.fullmatch(if_match.strip())
    if version is None:
        raise StaleVersion(f"{if_match} is the ETag of no version of this invoice")
    return int(version[1])


def _find(service: ArchiveService, clues: ClueTexts) -> RecalledBody | FoundBody:
    stale = service.index.state().stale
    if clues.is_recalled:
        recalled = recall(service, clues.texts(), clues.meant or "", clues.limit)
        return RecalledBody.answer(recalled, not_searchable(service), stale=stale)
    hits = service.find(clues.clues())
    return FoundBody(hits=[HitBody.of(hit) for hit in hits], not_searchable=not_searchable(service), index_stale=stale)


def _picture(request: Request, picture: bytes, media_type: str) -> Response:
    """A later reading may put another picture under the same address, so its own hash is the ETag and a browser asks each time."""
    return answer(request, Representation(picture, media_type, str(Digest.of(picture)), REVALIDATE))
