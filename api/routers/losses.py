"""/v1/losses: cases of lost invoices, their steps and their papers."""

import re
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from starlette.exceptions import HTTPException

from api.access import Caller, allowed, department_for
from api.byte_response import attachment
from api.dependencies import AppLosses, NoQuery, only_query
from api.documentation import content, problems
from api.schemas.loss import CaseChangeBody, LossBody, LossesBody, NewCaseBody, StepBody
from models.access import Right
from models.errors import InvalidCase, StaleVersion
from ocr_service.loss_matching import search_for
from ocr_service.loss_pack import pack
from ocr_service.losses import Losses, StandingCase

router = APIRouter(prefix="/v1/losses", tags=["losses"])

_IfMatch = Annotated[str | None, Header(description="The ETag that the case had when it was looked at", examples=['"v1"'])]
_ETAG = re.compile(r'"v([0-9]{1,6})"')
_VERSIONED = {"headers": {"ETag": {"description": "The record's version", "schema": {"type": "string"}, "example": '"v1"'}}}


class Wanted(StrEnum):
    """Which cases a list has."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


class Form(StrEnum):
    """In which form papers are made."""

    PDF = "pdf"
    ZIP = "zip"


@router.get("", responses=problems(404), dependencies=[Depends(only_query("state", "invoice")), allowed(Right.READ)])
def list_losses(losses: AppLosses, state: Wanted = Wanted.ALL, invoice: Annotated[str | None, Query(max_length=100)] = None) -> LossesBody:
    """Cases, the open ones first, the nearest term first; `invoice` asks for those that rest on its document."""
    is_open = {Wanted.OPEN: True, Wanted.CLOSED: False, Wanted.ALL: None}[state]
    return LossesBody.of(losses.listed(is_open=is_open, invoice=invoice), losses.overdue(), losses.rules, losses.today())


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={201: _VERSIONED, **problems(400, 403, 404, 409)},
    dependencies=[allowed(Right.CASES), NoQuery],
)
def open_loss(wanted: NewCaseBody, losses: AppLosses, caller: Caller, response: Response) -> LossBody:
    """Open a case from an archived invoice, or from what is remembered of one that is not in the archive.

    What is remembered is held against the archive at once, and again whenever an invoice turns up: one whose proved number was told is
    linked by itself, what else fits is `proposed`.
    """
    department = department_for(caller, wanted.department)
    standing = search_for(losses, losses.open(wanted.case(losses, department)))
    response.headers["Location"] = f"/v1/losses/{standing.case.id}"
    return _body(losses, standing, response)


@router.get("/{loss_id}", responses={200: _VERSIONED, **problems(404)}, dependencies=[allowed(Right.READ), NoQuery])
def show_loss(loss_id: str, losses: AppLosses, response: Response) -> LossBody:
    """A case with its rule and its steps; the ETag is its version, which a change sends back in If-Match."""
    return _body(losses, losses.get(loss_id), response)


@router.patch(
    "/{loss_id}",
    responses={200: _VERSIONED, **problems(400, 403, 404, 409, 412, 428)},
    dependencies=[allowed(Right.CASES), NoQuery],
)
def change_loss(loss_id: str, wanted: CaseChangeBody, losses: AppLosses, response: Response, if_match: _IfMatch = None) -> LossBody:
    """Set right what is known of a case, or write a text of its papers anew."""
    return _body(losses, losses.change(loss_id, _version(if_match), wanted.wanted()), response)


@router.post(
    "/{loss_id}/steps",
    responses={200: _VERSIONED, **problems(400, 403, 404, 409, 412, 428)},
    dependencies=[allowed(Right.CASES), NoQuery],
)
def take_step(loss_id: str, said: StepBody, losses: AppLosses, response: Response, if_match: _IfMatch = None) -> LossBody:
    """Record a step (`step`), say that an archived invoice is the lost one (`link`), or close the case (`close`); one of them at a time.

    A replacement that is another invoice is refused (409) with the differences; a case is closed as replaced once all required steps are
    done.
    """
    if [said.step, said.link, said.close].count(None) != 2:
        raise InvalidCase("say one of `step`, `link` and `close`", field="step")
    version = _version(if_match)
    if said.step is not None:
        standing = losses.step(loss_id, version, said.said(losses, said.step))
    elif said.link is not None:
        standing = losses.link(loss_id, version, said.link, is_it=said.is_it)
    else:
        assert said.close is not None
        standing = losses.close(loss_id, version, said.close, said.note)
    return _body(losses, standing, response)


@router.get(
    "/{loss_id}/pack",
    response_class=Response,
    responses={200: content("application/pdf", "The papers; with `?form=zip` also what they were set from"), **problems(404)},
    dependencies=[Depends(only_query("form")), allowed(Right.EXPORT)],
)
def take_pack(loss_id: str, losses: AppLosses, form: Form = Form.PDF) -> Response:
    """Every paper of the case as one PDF, or as a zip with the original and what the papers were set from."""
    made = pack(losses.service, losses.rules, loss_id, with_original=form is Form.ZIP)
    headers = {"Content-Disposition": attachment(f"loss-{made.case.id}.{form}"), "Cache-Control": "no-store"}
    return Response(made.zipped() if form is Form.ZIP else made.pdf, media_type=f"application/{form}", headers=headers)


def _body(losses: Losses, standing: StandingCase, response: Response) -> LossBody:
    response.headers["ETag"] = f'"v{standing.version}"'
    return LossBody.of(standing, losses.rules, losses.today())


def _version(if_match: str | None) -> int:
    """The version that somebody looked at.

    Raises:
        HTTPException: none is given (428): nobody undoes another's change unseen.
        StaleVersion: it is the ETag of no case.
    """
    if if_match is None:
        raise HTTPException(HTTPStatus.PRECONDITION_REQUIRED, "say in If-Match which version you looked at: the ETag of the case")
    version = _ETAG.fullmatch(if_match.strip())
    if version is None:
        raise StaleVersion(f"{if_match} is the ETag of no version of this case")
    return int(version[1])
