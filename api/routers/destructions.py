"""/v1/destructions: after the term, proposed by one person and approved by another; and what was destroyed."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.access import allowed
from api.byte_response import attachment
from api.dependencies import Keeper, NoQuery, Service, only_query
from api.documentation import content, problems
from api.schemas.retention import ApprovalBody, DestructionBody, DestructionsBody, DueListBody, NewDestructionBody, OutcomeBody, TombsBody
from models.access import Right
from models.digest import Digest
from models.invoice import InvoiceKind
from ocr_service.destruction_list import list_as_csv, list_as_html
from storage.catalogue.tombs import Tombs

router = APIRouter(prefix="/v1/destructions", tags=["records"])


@router.get("", responses=problems(), dependencies=[allowed(Right.RECORDS), NoQuery])
def list_destructions(destroying: Keeper) -> DestructionsBody:
    """Every list there ever was, newest first."""
    return DestructionsBody(lists=[DestructionBody.of(standing) for standing in destroying.lists()])


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(404, 409, 422), dependencies=[allowed(Right.ADMINISTER), NoQuery])
def propose_destruction(wanted: NewDestructionBody, destroying: Keeper) -> DestructionBody:
    """Draw up a list of documents whose term is over; nothing is destroyed by it. 409 says why one may not be."""
    return DestructionBody.of(destroying.standing(destroying.propose(wanted.documents, wanted.reason, wanted.today).id))


@router.get("/due", responses=problems(), dependencies=[Depends(only_query("year", "kind", "cursor", "limit")), allowed(Right.RECORDS)])
def list_due(
    destroying: Keeper,
    year: Annotated[int | None, Query(ge=1900, le=9000, description="Accounting year")] = None,
    kind: InvoiceKind | None = None,
    cursor: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$", description="`next_cursor` of the stretch before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> DueListBody:
    """Documents whose term is over, each with what keeps it all the same. A stretch may be short before the last one."""
    return DueListBody.of(destroying.due(limit, None if cursor is None else Digest(cursor), year=year, kind=kind))


@router.get("/destroyed", responses=problems(), dependencies=[Depends(only_query("number")), allowed(Right.RECORDS)])
def find_destroyed(service: Service, number: Annotated[str | None, Query(max_length=50)] = None) -> TombsBody:
    """Invoices that were destroyed, the latest first: the only search that finds them."""
    return TombsBody.of(Tombs(service.catalogue.database).find(number, sees=service.sees))


@router.get(
    "/{list_id}",
    response_class=Response,
    responses={200: content("text/html", "The list as a page to be printed and signed; with `?form=csv` a table"), **problems(404)},
    dependencies=[Depends(only_query("form")), allowed(Right.RECORDS)],
)
def print_destruction(list_id: str, destroying: Keeper, form: Annotated[str, Query(pattern="^(html|csv)$")] = "html") -> Response:
    """The list of destruction (销毁清册) for printing and signing."""
    standing = destroying.standing(list_id)
    headers = {"Content-Disposition": attachment(f"destruction-{standing.proposed.id}.{form}"), "Cache-Control": "no-store"}
    page, media_type = (list_as_csv(standing), "text/csv") if form == "csv" else (list_as_html(standing), "text/html")
    return Response(page, media_type=media_type, headers=headers)


@router.post("/{list_id}/approve", responses=problems(404, 409, 412, 422), dependencies=[allowed(Right.ADMINISTER), NoQuery])
def approve_destruction(list_id: str, approval: ApprovalBody, destroying: Keeper) -> OutcomeBody:
    """Approve somebody else's list, and destroy for ever what is on it."""
    return OutcomeBody.of(destroying.approve(list_id, approval.today, approval.opinions, approval.supervisors))


@router.post("/{list_id}/finish", responses=problems(404, 409), dependencies=[allowed(Right.ADMINISTER), NoQuery])
def finish_destruction(list_id: str, destroying: Keeper) -> OutcomeBody:
    """Complete an approved list that was broken off; what may no longer be destroyed stands, and is told."""
    return OutcomeBody.of(destroying.finish(list_id))
