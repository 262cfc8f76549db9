"""/v1/duplicates: files that are one invoice, and what people say of them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.access import allowed
from api.dependencies import NoQuery, Service, only_query
from api.documentation import problems
from api.schemas.duplicates import DecisionBody, DuplicateGroupBody, DuplicateGroupsBody, NewDecisionBody
from models.access import Right
from ocr_service.duplicates import decide, duplicate_groups

router = APIRouter(prefix="/v1/duplicates", tags=["invoices"])


@router.get("", responses=problems(), dependencies=[allowed(Right.READ), Depends(only_query("offset", "limit"))])
def list_duplicates(
    service: Service, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> DuplicateGroupsBody:
    """All files that are one invoice with another file, with what differs and what a person decided."""
    groups = duplicate_groups(service)
    return DuplicateGroupsBody(groups=[DuplicateGroupBody.of(group) for group in groups[offset : offset + limit]], total=len(groups))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 404, 412), dependencies=[allowed(Right.CORRECT), NoQuery])
def decide_on_duplicates(said: NewDecisionBody, service: Service) -> DecisionBody:
    """Keep that files are the same invoice, or are not; every decision stays on record, the newest counts."""
    return DecisionBody.of(decide(service, said.invoices, said.decision, said.reason, said.version))
