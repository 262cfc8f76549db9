"""The pages of one invoice: look at it, set it right, vouch for it, accept a failed check, withdraw it.

All of them work without JavaScript.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Caller, allowed, said_by
from api.budgets import Spending, spends
from api.dependencies import Service, context_of
from api.web.correction_view import correction_rows, other_keys, wish_of
from api.web.forms import form_texts
from api.web.invoice_view import field_rows, page_picture
from api.web.paper_view import paper_view
from api.web.rendering import render, see
from api.web.verdict_view import verdict_view
from models.access import Principal, Right
from models.correction import Acceptance, Confirmation, Withdrawal
from models.errors import InvalidCorrection, StaleVersion
from models.invoice import FIELD_KEYS
from models.verification import Outcome
from ocr_service.answers import StoredInvoice
from ocr_service.loss_rules import rules_at
from ocr_service.losses import Losses
from ocr_service.papers import PaperKeeping
from ocr_service.review import questions
from ocr_service.service import ArchiveService
from ocr_service.vouching import confirm, correct, history, override, withdraw

router = APIRouter()

_DONE = ("queued", "corrected", "confirmed", "overridden", "withdrawn", "restored")
"""What the page says was done, when its address ends in `?one=1` of these."""


_OPEN_OUTCOMES = frozenset({Outcome.FAIL, Outcome.WARNING})
_WRONG = {"by": "who", "reason": "who", "withdrawn": "already"}
"""What the page says is wrong, by the field that an InvalidCorrection names."""

_Texts = Annotated[dict[str, str], Depends(form_texts)]


@router.get("/invoices/{invoice_id}", dependencies=[allowed(Right.READ)])
def invoice_page(request: Request, invoice_id: str, service: Service) -> HTMLResponse:
    """One invoice beside its picture."""
    done = next((one for one in _DONE if one in request.query_params), "")
    return _invoice(request, service, service.show(invoice_id), done=done)


@router.post("/invoices/{invoice_id}/confirm", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def confirm_invoice(request: Request, invoice_id: str, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Vouch for what was read."""

    def vouch(version: int) -> None:
        confirm(service, invoice_id, Confirmation(said_by(caller, texts.get("by")), texts.get("reason", "")), version)

    return _vouched(request, service, invoice_id, texts, "confirmed", vouch)


@router.post("/invoices/{invoice_id}/override", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def override_check(request: Request, invoice_id: str, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Accept a failed check."""

    def vouch(version: int) -> None:
        override(service, invoice_id, Acceptance(texts.get("rule", ""), said_by(caller, texts.get("by")), texts.get("reason", "")), version)

    return _vouched(request, service, invoice_id, texts, "overridden", vouch)


@router.post("/invoices/{invoice_id}/withdraw", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def withdraw_invoice(request: Request, invoice_id: str, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Take an invoice out of the lists."""
    return _listed(request, service, invoice_id, texts, caller, withdrawn=True)


@router.post("/invoices/{invoice_id}/restore-to-list", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def restore_invoice(request: Request, invoice_id: str, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Put it back into them."""
    return _listed(request, service, invoice_id, texts, caller, withdrawn=False)


@router.get("/invoices/{invoice_id}/correct", dependencies=[allowed(Right.CORRECT)])
def correction_page(request: Request, invoice_id: str, service: Service) -> HTMLResponse:
    """Set an invoice right, each field beside its piece of the paper."""
    return _correction(request, service.show(invoice_id), {})


@router.post("/invoices/{invoice_id}/correct", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def correct_invoice(request: Request, invoice_id: str, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Keep the correction; a form that cannot be taken comes back with what was typed."""
    stored = service.show(invoice_id)
    try:
        correct(service, invoice_id, wish_of(stored.invoice, texts, said_by(caller, texts.get("by"))), _version(texts))
    except InvalidCorrection as error:
        return _correction(request, stored, texts, wrong=str(error.details.get("field", "nothing")))
    except StaleVersion:
        return _correction(request, service.show(invoice_id), texts, stale=True)
    return _see(invoice_id, "corrected")


@router.post("/invoices/{invoice_id}/reprocess", dependencies=[allowed(Right.CORRECT), spends(Spending.REPROCESSINGS)])
def reprocess_invoice(invoice_id: str, service: Service) -> RedirectResponse:
    """Read an invoice's document again."""
    service.queue_reprocess(invoice_id)
    return _see(invoice_id, "queued")


def _see(invoice_id: str, done: str) -> RedirectResponse:
    return see(f"/invoices/{quote(invoice_id)}?{done}=1")


def _listed(request: Request, service: ArchiveService, invoice_id: str, texts: _Texts, caller: Principal, *, withdrawn: bool) -> Response:
    """The page after an invoice was withdrawn or put back."""

    def say(version: int) -> None:
        withdraw(service, invoice_id, Withdrawal(said_by(caller, texts.get("by")), texts.get("reason", ""), withdrawn), version)

    return _vouched(request, service, invoice_id, texts, "withdrawn" if withdrawn else "restored", say)


def _vouched(
    request: Request, service: ArchiveService, invoice_id: str, texts: dict[str, str], done: str, vouch: Callable[[int], None]
) -> Response:
    """The page after a person vouched; a form that cannot be taken comes back with what is wrong and what was typed."""
    try:
        vouch(_version(texts))
    except InvalidCorrection as error:
        wrong = _WRONG.get(str(error.details.get("field")), "nothing")
        return _invoice(request, service, service.show(invoice_id), wrong=wrong, texts=texts)
    except StaleVersion:
        return _invoice(request, service, service.show(invoice_id), wrong="stale", texts=texts)
    return _see(invoice_id, done)


def _invoice(
    request: Request,
    service: ArchiveService,
    stored: StoredInvoice,
    *,
    done: str = "",
    wrong: str = "",
    texts: dict[str, str] | None = None,
) -> HTMLResponse:
    invoice_id, invoice = stored.summary.id, stored.invoice
    status = HTTPStatus.PRECONDITION_FAILED if wrong == "stale" else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        request,
        "invoice.html",
        status if wrong else HTTPStatus.OK,
        stored=stored,
        invoice=invoice,
        verdict=verdict_view(stored),
        rows=field_rows(invoice),
        asked=questions(invoice, contradicted=stored.summary.contradicted),
        history=history(service, invoice_id),
        copies=[(copy, stored.summary.differences(copy)) for copy in service.copies(invoice_id)],
        withdrawn_copies=[(copy, stored.summary.differences(copy)) for copy in service.withdrawn_copies(invoice_id)],
        siblings=[summary for summary in service.invoices_of(stored.received.document.digest) if summary.id != invoice_id],
        picture=paper_view(page_picture(service, invoice_id), invoice),
        as_it_came=request.query_params.get("look") == "original",
        not_passed=[check for check in invoice.checks if check.outcome in _OPEN_OUTCOMES],
        passed=[check for check in invoice.checks if check.outcome is Outcome.PASS],
        cases=Losses(service, rules_at(context_of(request).settings.loss_rules)).listed(invoice=invoice_id),
        paper=PaperKeeping.over(service).paper(invoice_id),
        done=done,
        wrong=wrong,
        texts=texts or {},
    )


def _correction(request: Request, stored: StoredInvoice, texts: dict[str, str], *, wrong: str = "", stale: bool = False) -> HTMLResponse:
    rows = correction_rows(stored, texts)
    return render(
        request,
        "correct.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.PRECONDITION_FAILED if stale else HTTPStatus.OK,
        stored=stored,
        invoice=stored.invoice,
        rows=rows,
        others=other_keys(stored, rows),
        texts=texts,
        wrong=wrong,
        stale=stale,
        field_keys=FIELD_KEYS,
    )


def _version(texts: dict[str, str]) -> int:
    """The version that the form was filled in for; 0, which no record has, where it says none."""
    text = texts.get("version", "")
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0
