"""The pages about lost invoices: the list, a new case, a case with its steps and the texts of its papers. They work without JavaScript."""

from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Caller, allowed, department_for
from api.dependencies import AppLosses, EachOnce
from api.error_handlers import status_of
from api.web.forms import form_texts, version_of
from api.web.rendering import render, see
from models.access import Right
from models.clues import InvoiceSummary
from models.errors import BadUsage, CaseUnfinished, Conflict, NotFound, PiaogenError, ReplacementRefused, StaleVersion
from models.invoice import InvoiceKind
from models.loss import LinkState, LostInvoice, Outcome, StepState
from models.loss_rules import Circumstance, LostCopy, StepKind
from ocr_service.loss_matching import search_for
from ocr_service.loss_report import encode_standing
from ocr_service.loss_texts import named_texts, texts_for, texts_of
from ocr_service.loss_words import FACTS, day, digest_named, lost_invoice, understood, word
from ocr_service.losses import Losses, NewCase, SaidStep, StandingCase

router = APIRouter()

_Texts = Annotated[dict[str, str], Depends(form_texts)]
_ABOUT = ("lost", "circumstance", "discovered_on", "lost_by", "deducted", "booked", "voucher")
_CLUES = {"seller": "seller_name", "buyer": "buyer_name", "tax_id": "seller_tax_id", "amount": "total", "date": "issued_on"}
"""What a search calls the facts of a case: a link from there fills the form in."""
_TEXT = "text:"
_WANTED = {"open": True, "closed": False, "all": None}


class Wrong(NamedTuple):
    """Why a form came back: the error's code, the field that it names, and what is missing or differs."""

    code: str
    field: str = ""
    missing: tuple[StepKind, ...] = ()
    differences: tuple[tuple[str, str, str], ...] = ()


@router.get("/losses", dependencies=[allowed(Right.READ), EachOnce])
def losses_page(request: Request, losses: AppLosses) -> HTMLResponse:
    """Every case, the open ones first, the nearest term first."""
    wanted = request.query_params.get("state", "open")
    standings = losses.listed(is_open=_WANTED.get(wanted, True))
    today = losses.today()
    rows = [(standing, standing.case.overdue(losses.rules, today), standing.case.next_due(losses.rules)) for standing in standings]
    return render(request, "losses.html", rows=rows, wanted=wanted if wanted in _WANTED else "open", overdue=len(losses.overdue()))


@router.get("/losses/new", dependencies=[allowed(Right.CASES), EachOnce])
def new_loss_page(request: Request, losses: AppLosses) -> HTMLResponse:
    """The form of a new case; what an address says is filled in."""
    return _new(request, losses, {_CLUES.get(name, name): text for name, text in request.query_params.items()})


@router.post("/losses", dependencies=[allowed(Right.CASES)])
def open_loss(request: Request, losses: AppLosses, caller: Caller, texts: _Texts) -> Response:
    """Open a case; a form that cannot be taken comes back with what is wrong."""
    try:
        values = understood({name: text for name, text in texts.items() if name in (*_ABOUT, *FACTS)})
        case = NewCase(
            lost=values["lost"],
            lost_by=values.get("lost_by", ""),
            discovered_on=values["discovered_on"],
            invoice=lost_invoice(values),
            from_invoice=texts.get("invoice") or None,
            circumstance=values.get("circumstance", Circumstance.ORDINARY),
            department=department_for(caller, texts.get("department") or None),
            deducted=values.get("deducted"),
            booked=values.get("booked"),
            voucher=values.get("voucher", ""),
        )
        standing = search_for(losses, losses.open(case))
    except (BadUsage, Conflict, NotFound) as error:
        return _new(request, losses, texts, error)
    except KeyError as error:
        return _new(request, losses, texts, BadUsage("something is missing", field=str(error.args[0])))
    return see(f"/losses/{standing.case.id}")


@router.get("/losses/{loss_id}", dependencies=[allowed(Right.READ)])
def loss_page(request: Request, loss_id: str, losses: AppLosses) -> HTMLResponse:
    """One case: what replaces the invoice, its steps, its papers."""
    return _case(request, losses, losses.get(loss_id))


@router.post("/losses/{loss_id}", dependencies=[allowed(Right.CASES)])
def change_loss(request: Request, loss_id: str, losses: AppLosses, texts: _Texts) -> Response:
    """Set right what is known of a case."""
    try:
        facts = {name: text for name, text in texts.items() if name in (*_ABOUT, *FACTS)}
        losses.change(loss_id, _version(texts), understood(facts))
    except (BadUsage, Conflict) as error:
        return _case(request, losses, losses.get(loss_id), texts, error)
    return _see(loss_id)


@router.post("/losses/{loss_id}/steps/{step}", dependencies=[allowed(Right.CASES)])
def take_step(request: Request, loss_id: str, step: str, losses: AppLosses, texts: _Texts) -> Response:
    """Record a step."""
    try:
        digest = texts.get("digest", "").strip()
        said = SaidStep(
            kind=word(StepKind, "step", step),
            on=day("on", texts.get("on", "")),
            person=texts.get("person", "").strip(),
            state=word(StepState, "state", texts.get("state", StepState.DONE)),
            note=texts.get("note", "").strip(),
            invoice=texts.get("invoice", "").strip() or None,
            source=texts.get("source", "").strip(),
            digest=digest_named(digest) if digest else None,
        )
        losses.step(loss_id, _version(texts), said)
    except (BadUsage, Conflict, NotFound) as error:
        return _case(request, losses, losses.get(loss_id), {**texts, "step": step}, error)
    return _see(loss_id)


@router.post("/losses/{loss_id}/link", dependencies=[allowed(Right.CASES)])
def link_invoice(request: Request, loss_id: str, losses: AppLosses, texts: _Texts) -> Response:
    """Say that an archived invoice is the lost one, or is not."""
    try:
        losses.link(loss_id, _version(texts), texts.get("link", "").strip(), is_it=texts.get("is_it", "yes") == "yes")
    except (BadUsage, Conflict, NotFound) as error:
        return _case(request, losses, losses.get(loss_id), texts, error)
    return _see(loss_id)


@router.post("/losses/{loss_id}/texts", dependencies=[allowed(Right.CASES)])
def write_texts(request: Request, loss_id: str, losses: AppLosses, texts: _Texts) -> Response:
    """Keep the texts that somebody wrote anew; those that say what they say anyway are left as they are."""
    standing = losses.get(loss_id)
    try:
        written = {name.removeprefix(_TEXT): text.replace("\r\n", "\n") for name, text in texts.items() if name.startswith(_TEXT)}
        usual = _printed(losses, standing)
        changed = {name: text for name, text in named_texts(written).items() if text.strip() != usual.get(name, "").strip()}
        if changed:
            losses.change(loss_id, _version(texts), {"texts": changed})
    except (BadUsage, Conflict) as error:
        return _case(request, losses, losses.get(loss_id), texts, error)
    return _see(loss_id)


@router.post("/losses/{loss_id}/close", dependencies=[allowed(Right.CASES)])
def close_loss(request: Request, loss_id: str, losses: AppLosses, texts: _Texts) -> Response:
    """Close a case for ever."""
    try:
        outcome = word(Outcome, "outcome", texts.get("outcome", ""))
        losses.close(loss_id, _version(texts), outcome, texts.get("note", "").strip())
    except (BadUsage, Conflict) as error:
        return _case(request, losses, losses.get(loss_id), texts, error)
    return _see(loss_id)


def _see(loss_id: str) -> Response:
    return see(f"/losses/{loss_id}?done=1")


def _version(texts: dict[str, str]) -> int:
    """The version that the form was filled in for; 0, which no case has, where it says none."""
    return version_of(texts) or 0


def _new(request: Request, losses: Losses, texts: dict[str, str], error: PiaogenError | None = None) -> HTMLResponse:
    invoice = _summary(losses, texts.get("invoice", ""))
    kind = None if invoice is None else invoice.kind
    return render(
        request,
        "loss_new.html",
        HTTPStatus.OK if error is None else status_of(type(error)),
        texts={"discovered_on": losses.today().isoformat(), **texts},
        invoice=invoice,
        copies=tuple(LostCopy) if invoice is None else losses.rules.copies(kind),
        kinds=tuple(InvoiceKind),
        circumstances=tuple(Circumstance),
        departments=sorted(losses.service.sees.departments or ()),
        wrong=None if error is None else Wrong(error.code, str(error.details.get("field", ""))),
    )


def _case(
    request: Request, losses: Losses, standing: StandingCase, texts: dict[str, str] | None = None, error: PiaogenError | None = None
) -> HTMLResponse:
    case = standing.case
    rule, typed = case.rule(losses.rules), texts or {}
    return render(
        request,
        "loss.html",
        HTTPStatus.OK if error is None else status_of(type(error)),
        case=case,
        version=standing.version,
        rule=rule,
        step_rules=losses.rules.steps,
        told=encode_standing(standing, losses.rules, losses.today()),
        overdue=case.overdue(losses.rules, losses.today()),
        archived=None if case.link is None else _summary(losses, case.link.invoice),
        is_proposed=case.link is not None and case.link.state is LinkState.PROPOSED,
        printed=_printed(losses, standing),
        history=losses.history(case.id),
        today=losses.today(),
        copies=losses.rules.copies(case.invoice.kind),
        kinds=tuple(InvoiceKind),
        circumstances=tuple(Circumstance),
        outcomes=tuple(Outcome),
        states=tuple(StepState),
        typed=typed,
        wrong=None if error is None else _wrong(losses, standing, typed, error),
        done="done" in request.query_params,
    )


def _wrong(losses: Losses, standing: StandingCase, texts: dict[str, str], error: PiaogenError) -> Wrong:
    missing = standing.case.missing(losses.rules) if isinstance(error, CaseUnfinished) else ()
    differences: tuple[tuple[str, str, str], ...] = ()
    if isinstance(error, ReplacementRefused):
        other = _summary(losses, texts.get("invoice", "").strip())
        differences = () if other is None else standing.case.invoice.differing(LostInvoice.of(other))
    code = "loss_stale" if isinstance(error, StaleVersion) else error.code
    return Wrong(code, str(error.details.get("field", "")), missing, differences)


def _printed(losses: Losses, standing: StandingCase) -> dict[str, str]:
    """The texts of the papers as they would be printed now, in the order of their names."""
    case = standing.case
    link = case.established
    summary = None if link is None else _summary(losses, link.invoice)
    unit = case.invoice.buyer_name if summary is None else summary.buyer_name or ""
    texts = texts_of(case, losses.rules, unit, "" if summary is None else summary.buyer_tax_id or "")
    return {name: texts[name] for name in texts_for(case, losses.rules)}


def _summary(losses: Losses, name: str) -> InvoiceSummary | None:
    if not name:
        return None
    stored = losses.service.show_if_sound(name)
    return None if stored is None else stored.summary
