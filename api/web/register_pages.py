"""The page of the register, and the views of it that somebody keeps. It works without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Caller, allowed
from api.dependencies import EachOnce, Service
from api.web.forms import form_texts
from api.web.register_view import (
    OPEN,
    SETTLED,
    TICKETS,
    WrongFilter,
    address_of,
    built_in_links,
    filters_of,
    is_more_open,
    own_links,
    sort_links,
    wrong_filters,
)
from api.web.register_words import EXPORT_FORMS
from api.web.rendering import render, see
from models.access import Principal, Right
from models.errors import BadUsage, DamagedRecord, InvalidClue
from models.invoice import InvoiceKind
from models.papers import PaperState
from models.register import RegisterOrder, RegisterPage, RegisterTotals
from models.verification import Verdict
from ocr_service.register import RegisterQuestion, page_of, totals_of
from ocr_service.saved_views import LONGEST_NAME, MOST_VIEWS, SavedView, remove_view, save_view, saved_views
from ocr_service.service import ArchiveService

router = APIRouter()

_Texts = Annotated[dict[str, str], Depends(form_texts)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was asked, and the answer to it or what is wrong with it."""

    texts: Mapping[str, str]
    sort: str
    order: RegisterOrder = field(default_factory=RegisterOrder)
    page: RegisterPage = field(default_factory=lambda: RegisterPage((), None, None))
    totals: RegisterTotals | None = None
    wrong: tuple[WrongFilter, ...] = ()


@router.get("/register", dependencies=[allowed(Right.READ), EachOnce])
def register_page(request: Request, service: Service, caller: Caller) -> HTMLResponse:
    """Every invoice that the filters mean, in order, page after page, with the count and the sums of all of them."""
    given = dict(request.query_params)
    texts, sort = filters_of(list(given.items())), given.get("sort", "").strip()
    try:
        question = RegisterQuestion.read(service, texts, sort)
        page, totals = page_of(service, question, given.get("cursor", "")), totals_of(service, question.asked)
        shown = _Shown(texts, sort, question.order, page, totals)
    except InvalidClue as error:
        shown = _Shown(texts, sort, wrong=tuple(wrong_filters(error, {**texts, "sort": sort})))
    return _page(request, service, caller, shown)


@router.post("/register/views", dependencies=[allowed(Right.READ)])
def keep_view(service: Service, caller: Caller, texts: _Texts) -> RedirectResponse:
    """Keep the filters of a form under a name, for whoever sends it."""
    filters, sort = filters_of(list(texts.items())), texts.get("sort", "")
    try:
        save_view(service, caller.name, SavedView(texts.get("name", ""), filters, sort))
    except InvalidClue:
        return see(address_of(filters, sort))
    except BadUsage as error:
        return see(address_of(filters, sort, wrong=str(error.details.get("reason", "name"))))
    return see(address_of(filters, sort, saved="1"))


@router.post("/register/views/remove", dependencies=[allowed(Right.READ)])
def drop_view(service: Service, caller: Caller, texts: _Texts) -> RedirectResponse:
    """Keep one of one's own views no longer."""
    remove_view(service, caller.name, texts.get("name", ""))
    return see("/register")


def _page(
    request: Request,
    service: ArchiveService,
    caller: Principal,
    shown: _Shown,
) -> HTMLResponse:
    texts, sort, page = shown.texts, shown.sort, shown.page
    kept = () if sort in ("", str(RegisterOrder())) else (("sort", sort),)
    return render(
        request,
        "register.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if shown.wrong else HTTPStatus.OK,
        texts=texts,
        sort=sort,
        page=page,
        totals=shown.totals,
        wrong=shown.wrong,
        hidden=(*texts.items(), *kept),
        next=None if page.next is None else address_of(texts, sort, cursor=page.next),
        previous=None if page.previous is None else address_of(texts, sort, cursor=page.previous),
        first=address_of(texts, sort),
        is_further=bool(request.query_params.get("cursor", "").strip()),
        views=built_in_links(texts),
        own=own_links(_views(service, caller), texts, sort),
        sorts=sort_links(texts, shown.order),
        more_open=is_more_open(texts),
        kinds=tuple(InvoiceKind),
        tickets=",".join(TICKETS),
        verdicts=tuple(Verdict),
        settled=",".join(SETTLED),
        open_verdicts=",".join(OPEN),
        papers=tuple(PaperState),
        departments=sorted(caller.departments or ()),
        sees_all=caller.visibility.is_whole,
        export_forms=tuple(EXPORT_FORMS),
        saved="saved" in request.query_params,
        view_wrong=request.query_params.get("wrong", ""),
        longest_name=LONGEST_NAME,
        most_views=MOST_VIEWS,
    )


def _views(service: ArchiveService, caller: Principal) -> tuple[SavedView, ...]:
    try:
        return saved_views(service, caller.name)
    except DamagedRecord:
        # An audit names it; the register itself must not be closed by it.
        return ()
