"""The review desk: one invoice after the other beside its picture, with what is doubtful about it. Works without JavaScript."""

import re
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Caller, allowed, said_by
from api.budgets import Spending, sender_of, spends
from api.dependencies import Service
from api.web.desk_view import (
    CELLS,
    MOST_PARTS,
    check_counts,
    desk_rows,
    is_contradicted,
    item_rows,
    items_are_asked,
    items_json,
    meanwhile,
    word_of,
)
from api.web.invoice_view import page_picture
from api.web.paper_view import paper_view
from api.web.rendering import render, see
from models.access import Principal, Right
from models.archive import invoice_id as invoice_id_of
from models.catalogue import CatalogueDocument
from models.clues import InvoiceSummary
from models.correction import Ground, Withdrawal
from models.errors import InvalidCorrection, StaleVersion
from models.invoice import FIELD_KEYS, Invoice, InvoiceKind
from ocr_service.answers import StoredInvoice
from ocr_service.desk import Chosen, alike, first_after, name_of, neighbours, open_checks, settle_alike, speak, wish_of
from ocr_service.drafting import prove_draft
from ocr_service.kinds.shown_fields import fields_of
from ocr_service.review import Question, questions
from ocr_service.service import ArchiveService
from ocr_service.setting_aside import set_aside
from ocr_service.vouching import history

router = APIRouter()

_NAME = "piaogen_reviewer"
"""The cookie that keeps who reviews, as long as nobody has a login."""
_A_MONTH_SECONDS = 2_592_000
_BEFORE_AND_AFTER = 6
_DONE = ("corrected", "confirmed", "overridden", "withdrawn", "restored", "not_invoice", "retake", "queued")
_DRAFT = "draft"
_WRONG = {"by": "who", "reason": "who", "withdrawn": "already"}


async def _desk_texts(request: Request) -> dict[str, str]:
    """The texts of a desk's form by their names."""
    form = await request.form(max_files=0, max_fields=MOST_PARTS)
    return {name: text for name, text in form.items() if isinstance(text, str)}


_Texts = Annotated[dict[str, str], Depends(_desk_texts)]


@router.get("/review/desk", dependencies=[allowed(Right.READ)])
def open_desk(request: Request, service: Service, after: str | None = None, batch: str | None = None, done: str = "") -> Response:
    """The first that is left, or the next one after another; how much was done, when nothing is left."""
    entry = first_after(service, after, batch)
    if entry is None:
        return render(request, "desk_empty.html", done=done if done in _DONE else "", last=after or "", batch=batch or "")
    return _at(name_of(entry), batch, **({"done": done, "last": after} if done in _DONE and after else {}))


@router.get("/review/alike", dependencies=[allowed(Right.CORRECT)])
def alike_page(request: Request, service: Service, batch: str | None = None) -> HTMLResponse:
    """Invoices about which one and the same thing is left open, to be settled together."""
    return _alike(request, service, batch or "", {}, ())


@router.post("/review/alike", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def settle_together(request: Request, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Say the same of each chosen invoice; what changed meanwhile is told, and nothing is said of it."""
    chosen = [Chosen(name.removeprefix("pick."), _number(text)) for name, text in texts.items() if name.startswith("pick.")]
    batch = texts.get("batch", "")
    if not chosen:
        return _alike(request, service, batch, texts, (), wrong="none")
    # One was counted when the form came; each further invoice costs as much as one that is confirmed alone.
    if len(chosen) > 1:
        sender_of(request).spend(Spending.CORRECTIONS, len(chosen) - 1)
    try:
        by = said_by(caller, texts.get("by"))
        settled = settle_alike(service, texts.get("point", ""), chosen, by, texts.get("reason", ""))
    except InvalidCorrection:
        return _alike(request, service, batch, texts, (), wrong="who")
    return _remembered(_alike(request, service, batch, {}, settled), caller, texts)


@router.get("/review/desk/{invoice_id}", dependencies=[allowed(Right.READ)])
def desk_page(request: Request, invoice_id: str, service: Service, batch: str | None = None) -> HTMLResponse:
    """One invoice, or a scan in which none was read, with the queue beside it."""
    return _desk(request, service, invoice_id, {"batch": batch or ""})


@router.post("/review/desk/{invoice_id}", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def save_at_desk(request: Request, invoice_id: str, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Record what the form says, then the next one; whatever is left open about this one is shown first."""
    stored = service.show(invoice_id)
    try:
        said = word_of(stored.invoice, texts, said_by(caller, texts.get("by")))
        is_open = bool(questions(stored.invoice)) or stored.withdrawal is not None
        if not (said.changes or said.agreed or said.accepted) and not is_open:
            return _next(invoice_id, texts, "")
        stored = speak(service, invoice_id, said, _number(texts.get("version", "")))
    except InvalidCorrection as error:
        return _desk(request, service, invoice_id, texts, wrong=str(error.details.get("field", "nothing")))
    except StaleVersion:
        return _desk(request, service, invoice_id, texts, wrong="stale")
    if questions(stored.invoice):
        return _remembered(_at(invoice_id, texts.get("batch"), open="1"), caller, texts)
    done = "corrected" if said.changes else "confirmed" if said.agreed else "overridden"
    return _remembered(_next(invoice_id, texts, done), caller, texts)


@router.post("/review/desk/{invoice_id}/aside", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def set_aside_at_desk(request: Request, invoice_id: str, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Take it out of the lists: no invoice, to be photographed anew, or withdrawn; then the next one."""
    ground = texts.get("ground", "")
    service.catalogue.resolve(invoice_id, service.sees)
    try:
        said = Withdrawal(
            said_by(caller, texts.get("by")), texts.get("reason", ""), ground=Ground(ground) if ground in set(Ground) else Ground.VOID
        )
        set_aside(service, invoice_id, said, _number(texts.get("version", "")))
    except InvalidCorrection as error:
        return _desk(request, service, invoice_id, texts, wrong=_WRONG.get(str(error.details.get("field")), "nothing"))
    except StaleVersion:
        return _desk(request, service, invoice_id, texts, wrong="stale")
    return _remembered(_next(invoice_id, texts, "withdrawn" if said.ground is Ground.VOID else said.ground.value), caller, texts)


@router.post("/review/desk/{invoice_id}/restore", dependencies=[allowed(Right.CORRECT), spends(Spending.CORRECTIONS)])
def restore_at_desk(request: Request, invoice_id: str, service: Service, texts: _Texts, caller: Caller) -> Response:
    """Put it back into the lists and show it again."""
    service.catalogue.resolve(invoice_id, service.sees)
    try:
        said = Withdrawal(said_by(caller, texts.get("by")), texts.get("reason", ""), withdrawn=False)
        set_aside(service, invoice_id, said, _number(texts.get("version", "")))
    except InvalidCorrection as error:
        return _desk(request, service, invoice_id, texts, wrong=_WRONG.get(str(error.details.get("field")), "nothing"))
    except StaleVersion:
        return _desk(request, service, invoice_id, texts, wrong="stale")
    return _remembered(_at(invoice_id, texts.get("batch"), done="restored", last=invoice_id), caller, texts)


@router.post("/review/desk/{invoice_id}/proof", dependencies=[allowed(Right.CORRECT), spends(Spending.PROOFS)])
def prove_at_desk(request: Request, invoice_id: str, service: Service, texts: _Texts) -> HTMLResponse:
    """What is typed, proved: the part of the page that says what would be left open."""
    stored = service.show(invoice_id)
    said = word_of(stored.invoice, {**texts, "reason": _DRAFT}, _DRAFT)
    try:
        draft = prove_draft(service, invoice_id, wish_of(stored.invoice, said)) if said.changes or said.agreed else None
    except InvalidCorrection as error:
        return _proof(request, stored.invoice, questions(stored.invoice), wrong=str(error.details.get("field", "nothing")))
    if draft is None:
        return _proof(request, stored.invoice, questions(stored.invoice))
    return _proof(request, draft.invoice, draft.asked)


def _proof(request: Request, invoice: Invoice, asked: tuple[Question, ...], *, wrong: str = "") -> HTMLResponse:
    return render(request, "desk_proof.html", **_proved(invoice, asked, wrong))


def _proved(invoice: Invoice, asked: tuple[Question, ...], wrong: str) -> dict[str, Any]:
    return {
        "invoice": invoice,
        "asked": asked,
        "counts": check_counts(invoice),
        "listed": fields_of(invoice.kind),
        "invalid": wrong if wrong in FIELD_KEYS else "",
    }


def _desk(request: Request, service: ArchiveService, name: str, texts: dict[str, str], *, wrong: str = "") -> HTMLResponse:
    digest, position = service.catalogue.resolve(name, service.sees)
    document, batch = service.document(digest), texts.get("batch") or None
    stored = _shown(service, invoice_id_of(digest, position), document)
    here = str(digest) if stored is None else stored.summary.id
    statuses = {"": HTTPStatus.OK, "stale": HTTPStatus.PRECONDITION_FAILED}
    return render(
        request,
        "desk.html",
        statuses.get(wrong, HTTPStatus.UNPROCESSABLE_ENTITY),
        name=here,
        document=document,
        stored=stored,
        paper=paper_view(page_picture(service, here), None if stored is None else stored.invoice),
        around=neighbours(service, here, _BEFORE_AND_AFTER, batch),
        name_of=name_of,
        batch=batch or "",
        by=texts.get("by") or _known_name(request),
        texts=texts,
        wrong=wrong,
        opened=request.query_params.get("open", ""),
        done=_done(request),
        **({} if stored is None else _about(service, stored, texts, wrong)),
    )


def _shown(service: ArchiveService, name: str, document: CatalogueDocument) -> StoredInvoice | None:
    """The invoice, or None for a scan that was not read."""
    return service.show(name) if document.version else None


def _about(service: ArchiveService, stored: StoredInvoice, texts: dict[str, str], wrong: str) -> dict[str, Any]:
    """What there is to show of an invoice beside the queue and the picture."""
    invoice, asked = stored.invoice, questions(stored.invoice, contradicted=stored.summary.contradicted)
    chosen = texts.get("kind", "")
    kind = InvoiceKind(chosen) if chosen in set(InvoiceKind) else invoice.kind
    rows = desk_rows(stored, texts, kind)
    said_since = meanwhile(history(service, stored.summary.id), _number(texts.get("version", ""))) if wrong == "stale" else ()
    return {
        **_proved(invoice, asked, wrong),
        "rows": rows,
        "kind": kind,
        "kinds": tuple(InvoiceKind),
        "items": item_rows(invoice, texts),
        "was_items": items_json(invoice),
        "items_asked": items_are_asked(invoice),
        "failed": open_checks(invoice),
        "meanwhile": said_since,
        "copies": _copies(service, stored) if is_contradicted(asked) else (),
        "cells": CELLS,
    }


def _copies(service: ArchiveService, stored: StoredInvoice) -> tuple[tuple[InvoiceSummary, tuple[str, ...]], ...]:
    return tuple((copy, stored.summary.differences(copy)) for copy in service.copies(stored.summary.id))


def _done(request: Request) -> tuple[str, str] | None:
    """What was done last, and to which: as the address says."""
    done, last = request.query_params.get("done", ""), request.query_params.get("last", "")
    return (done, last) if done in _DONE and re.fullmatch(r"[0-9a-f]{20}-[0-9]{1,4}|sha256:[0-9a-f]{64}", last) else None


def _alike(
    request: Request, service: ArchiveService, batch: str, texts: dict[str, str], settled: tuple[Chosen, ...], *, wrong: str = ""
) -> HTMLResponse:
    return render(
        request,
        "desk_alike.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        groups=alike(service, batch or None),
        batch=batch,
        settled=[one for one in settled if one.error is None],
        refused=[one for one in settled if one.error is not None],
        by=texts.get("by") or _known_name(request),
        texts=texts,
        wrong=wrong,
    )


def _next(name: str, texts: dict[str, str], done: str) -> Response:
    asked = {"after": name, "batch": texts.get("batch", ""), "done": done}
    return see("/review/desk?" + urlencode({key: value for key, value in asked.items() if value}))


def _at(name: str, batch: str | None, **more: str) -> Response:
    asked = {"batch": batch or "", **more}
    query = urlencode({key: value for key, value in asked.items() if value})
    return see(f"/review/desk/{quote(name)}" + (f"?{query}" if query else ""))


def _remembered(response: Response, caller: Principal, texts: dict[str, str]) -> Response:
    """As long as nobody has a login, the name is asked for once."""
    by = texts.get("by", "").strip()
    if caller.is_local and by:
        response.set_cookie(_NAME, quote(by), max_age=_A_MONTH_SECONDS, httponly=True, samesite="lax")
    return response


def _known_name(request: Request) -> str:
    return unquote(request.cookies.get(_NAME, ""))


def _number(text: str) -> int:
    """The version that a form was filled in for; one that no record has, where it says none."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else -1
