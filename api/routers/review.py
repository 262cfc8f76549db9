"""/v1/review: what a person should look at."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.access import allowed
from api.dependencies import Service, only_query
from api.documentation import problems
from api.schemas.review import ReviewBody
from models.access import Right

router = APIRouter(prefix="/v1/review", tags=["review"])


@router.get("", responses=problems(), dependencies=[allowed(Right.READ), Depends(only_query("cursor", "limit"))])
def list_review(
    service: Service,
    cursor: Annotated[str | None, Query(max_length=500, description="`next_cursor` of the stretch before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReviewBody:
    """Invoices that proof did not settle and scans that could not be read, oldest first."""
    page = service.review(limit, cursor)
    return ReviewBody.of(page, [service.reviewed(entry) for entry in page.entries])
