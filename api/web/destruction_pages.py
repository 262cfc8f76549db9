"""The pages about the end of a term: what is due, lists of destruction, and what was destroyed. They work without JavaScript."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Caller, allowed
from api.dependencies import EachOnce, Keeper, Service
from api.error_handlers import status_of
from api.web.forms import form_texts
from api.web.log_view import actor_of, reason_values
from api.web.rendering import render, see
from models.access import Right
from models.destruction import OPINIONS, SUPERVISORS, Obstacle, Reason
from models.digest import Digest
from models.errors import BadUsage, Conflict, DestructionRefused, NotFound, PiaogenError, StaleVersion
from models.invoice import InvoiceKind
from ocr_service.destroying import Destroying, DueDocument, Outcome
from ocr_service.destruction_list import STYLE_SOURCE, list_as_html
from ocr_service.service import ArchiveService
from storage.catalogue.tombs import Tombs
from storage.destruction import StandingList

router = APIRouter()

_Texts = Annotated[dict[str, str], Depends(form_texts)]
_DUE = 100
"""Documents on a page: a form has at most 200 fields."""
_DOCUMENT, _OPINION, _SUPERVISOR = "document:", "opinion:", "supervisor:"
"""Names of fields begin so."""


class DueGroup(NamedTuple):
    """How many documents of a year and kind are due (`kind` is None for what was not read), and how many of them may be destroyed."""

    year: int
    kind: InvoiceKind | None
    documents: int
    free: int


@router.get("/destructions", dependencies=[allowed(Right.RECORDS), EachOnce])
def destructions_page(request: Request, service: Service, keeper: Keeper) -> HTMLResponse:
    """What is due, every list, and a search among what was destroyed."""
    return _destructions(request, service, keeper, {})


@router.post("/destructions", dependencies=[allowed(Right.ADMINISTER)])
def propose_list(request: Request, service: Service, keeper: Keeper, texts: _Texts) -> Response:
    """Draw up a list of what is ticked; a form that cannot be taken comes back with the reason."""
    names = [name.removeprefix(_DOCUMENT) for name in texts if name.startswith(_DOCUMENT)]
    try:
        proposed = keeper.propose(names, texts.get("reason", ""), _day(texts))
    except (BadUsage, Conflict, NotFound) as error:
        return _destructions(request, service, keeper, texts, error)
    return see(f"/destructions/{proposed.id}?done=proposed")


@router.get("/destructions/{list_id}", dependencies=[allowed(Right.RECORDS)])
def list_page(request: Request, list_id: str, keeper: Keeper, caller: Caller) -> HTMLResponse:
    """One list: what is on it, what keeps some of it, and the form by which somebody else approves it."""
    return _list(request, keeper, keeper.standing(list_id), caller.name, {})


@router.get("/destructions/{list_id}/print", dependencies=[allowed(Right.RECORDS)])
def print_page(list_id: str, keeper: Keeper) -> HTMLResponse:
    """The list as it is printed and signed: a page that needs nothing else, not even this site's style."""
    policy = f"default-src 'none'; style-src {STYLE_SOURCE}; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(list_as_html(keeper.standing(list_id)), headers={"Content-Security-Policy": policy})


@router.post("/destructions/{list_id}/approve", dependencies=[allowed(Right.ADMINISTER)])
def approve_list(request: Request, list_id: str, keeper: Keeper, caller: Caller, texts: _Texts) -> Response:
    """Approve somebody else's list and destroy what is on it; nothing is destroyed by a form that cannot be taken."""
    standing = keeper.standing(list_id)
    try:
        if "sure" not in texts:
            raise BadUsage("tick that you are sure: what is destroyed is gone for ever", field="sure")
        opinions = {office: texts.get(_OPINION + office, "") for office in OPINIONS}
        supervisors = {office: texts.get(_SUPERVISOR + office, "") for office in SUPERVISORS}
        outcome = keeper.approve(list_id, _day(texts), opinions, supervisors)
    except (BadUsage, Conflict, StaleVersion) as error:
        return _list(request, keeper, standing, caller.name, texts, error)
    return _see_outcome(outcome)


@router.post("/destructions/{list_id}/finish", dependencies=[allowed(Right.ADMINISTER)])
def finish_list(request: Request, list_id: str, keeper: Keeper, caller: Caller) -> Response:
    """Go on with an approved list that was broken off."""
    try:
        outcome = keeper.finish(list_id)
    except Conflict as error:
        return _list(request, keeper, keeper.standing(list_id), caller.name, {}, error)
    return _see_outcome(outcome)


def _see_outcome(outcome: Outcome) -> Response:
    return see(f"/destructions/{outcome.standing.proposed.id}?destroyed={len(outcome.destroyed)}&kept={len(outcome.kept)}")


def _destructions(
    request: Request, service: ArchiveService, keeper: Destroying, texts: dict[str, str], wrong: PiaogenError | None = None
) -> HTMLResponse:
    asked = {name: text.strip() for name, text in request.query_params.items() if text.strip()}
    year, kind = _year(asked.get("year", "")), _kind(asked.get("kind", ""))
    page = keeper.due(_DUE, _digest(asked.get("after", "")), year=year, kind=kind)
    number = asked.get("number", "")[:50]
    further: dict[str, str] = {name: asked[name] for name in ("year", "kind") if name in asked}
    if page.next is not None:
        further["after"] = page.next.hex
    return render(
        request,
        "destructions.html",
        HTTPStatus.OK if wrong is None else status_of(type(wrong)),
        due=page.documents,
        groups=_groups(page.documents),
        more="" if page.next is None else urlencode(further),
        terms=keeper.terms,
        year="" if year is None else year,
        kind=kind,
        kinds=tuple(InvoiceKind),
        lists=keeper.lists(),
        number=number,
        tombs=Tombs(service.catalogue.database).find(number, sees=service.sees) if number else (),
        texts=texts,
        document_field=_DOCUMENT,
        actor_of=actor_of,
        **_refusal(keeper, wrong),
    )


def _list(
    request: Request, keeper: Destroying, standing: StandingList, caller: str, texts: dict[str, str], wrong: PiaogenError | None = None
) -> HTMLResponse:
    left = () if standing.is_done else standing.proposed.documents
    kept = {one.document: _kept_by(keeper, one.document) for one in left}
    counts = [request.query_params.get(name, "") for name in ("destroyed", "kept")]
    return render(
        request,
        "destruction.html",
        HTTPStatus.OK if wrong is None else status_of(type(wrong)),
        standing=standing,
        kept=kept,
        is_own=standing.proposed.by.partition(":")[2].casefold() == caller.partition(":")[2].casefold(),
        opinions=OPINIONS,
        supervisors=SUPERVISORS,
        opinion_field=_OPINION,
        supervisor_field=_SUPERVISOR,
        texts=texts,
        is_new=request.query_params.get("done") == "proposed",
        outcome=counts if all(count.isascii() and count.isdigit() for count in counts) else None,
        actor_of=actor_of,
        **_refusal(keeper, wrong),
    )


def _refusal(keeper: Destroying, wrong: PiaogenError | None) -> dict[str, object]:
    """What a template is told of a refusal: the error, and where documents or people are in the way, which reasons."""
    reasons: tuple[Reason, ...] = ()
    document = ""
    if isinstance(wrong, DestructionRefused):
        values = {name: str(value) for name, value in wrong.details.items()}
        document = values.get("document", "")
        if document:
            reasons = keeper.reasons(Digest.parse(document))
        elif "obstacle" in values:
            reasons = (Reason(Obstacle(values.pop("obstacle")), values),)
    return {"wrong": wrong, "refused": document, "reasons": reasons, "told": reason_values}


def _kept_by(keeper: Destroying, document: Digest) -> tuple[Reason, ...]:
    """What keeps a document that is on a list; that it was destroyed keeps nothing."""
    return tuple(reason for reason in keeper.reasons(document) if reason.obstacle is not Obstacle.DESTROYED)


def _groups(due: Sequence[DueDocument]) -> list[DueGroup]:
    """The documents by accounting year and the kind of their first invoice."""
    everything: Counter[tuple[int, InvoiceKind | None]] = Counter()
    free: Counter[tuple[int, InvoiceKind | None]] = Counter()
    for one in due:
        if one.listed is not None:
            invoices = one.listed.invoices
            group = (one.listed.accounting_year, invoices[0].kind if invoices else None)
            everything[group] += 1
            free[group] += not one.kept_by
    in_order = sorted(everything, key=lambda group: (group[0], "" if group[1] is None else group[1].value))
    return [DueGroup(year, kind, everything[year, kind], free[year, kind]) for year, kind in in_order]


def _day(texts: dict[str, str]) -> date:
    try:
        return date.fromisoformat(texts.get("today", "").strip())
    except ValueError:
        raise BadUsage("fill in today's date as 2057-01-31", field="today") from None


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 1900 <= int(text[:5]) <= 9000 else None


def _kind(text: str) -> InvoiceKind | None:
    return InvoiceKind(text) if text in set(InvoiceKind) else None


def _digest(text: str) -> Digest | None:
    try:
        return Digest(text)
    except ValueError:
        return None
