"""/v1/log: who did what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.access import allowed
from api.dependencies import Service, only_query
from api.documentation import problems
from api.schemas.log import LogBody, LogQuestion
from models.access import Right
from ocr_service.log_inspection import newest_entries

router = APIRouter(prefix="/v1/log", tags=["records"])


@router.get(
    "", responses=problems(), dependencies=[allowed(Right.RECORDS), Depends(only_query("cursor", "limit", *LogQuestion.model_fields))]
)
def list_log(
    service: Service,
    asked: Annotated[LogQuestion, Depends()],
    cursor: Annotated[str | None, Query(max_length=30, description="`next_cursor` of the stretch before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LogBody:
    """Entries of the activity log that fit all that is asked, newest first, and its head."""
    return LogBody.of(newest_entries(service, limit, cursor, asked.filter(service)))
