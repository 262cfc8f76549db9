"""/v1/audits: what the archive was found to be when it was last held against itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.access import allowed
from api.dependencies import Service, only_query
from api.documentation import problems
from api.schemas.audits import AuditsBody
from models.access import Right
from storage.audit_results import kept_results

router = APIRouter(prefix="/v1/audits", tags=["operations"])


@router.get("", responses=problems(), dependencies=[Depends(only_query("limit", "before")), allowed(Right.RECORDS)])
def list_audits(
    service: Service,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[str | None, Query(max_length=100, description="`next_before` of the stretch before")] = None,
) -> AuditsBody:
    """Audits, rounds of checks and restore drills, newest first, from the archive itself."""
    return AuditsBody.of(kept_results(service.archive.store, limit, before), limit)
