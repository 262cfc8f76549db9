"""/v1/reconciliations: lists of the tax bureau and ledgers against the archive."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.concurrency import run_in_threadpool

from api.access import Caller, allowed, department_for
from api.dependencies import NoQuery, Service, only_query
from api.documentation import content, problems
from api.receiving import ReceivedForm, received_form, uploads_of
from api.schemas.reconciliations import (
    HolesBody,
    LinesBody,
    MappingBody,
    MappingsBody,
    ReconciliationBody,
    ReconciliationsBody,
    ReconciliationStandingBody,
)
from models.access import Right
from models.reconciliation import LineClass
from ocr_service.reconciliation_sheet import XLSX, reconciliation_sheet
from ocr_service.reconciling import MOST_LINES, Reconciling

router = APIRouter(prefix="/v1/reconciliations", tags=["reconciliations"])

_PAGE = 50
_SENT = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "department": {"type": "string", "description": "Whose it is, for somebody of several departments"},
                    },
                }
            }
        },
    }
}


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=problems(400, 413, 415, 422),
    openapi_extra=_SENT,
    dependencies=[allowed(Right.CASES), Depends(only_query("preview", "mapping"))],
)
async def begin_reconciliation(
    response: Response,
    service: Service,
    caller: Caller,
    form: Annotated[ReceivedForm, Depends(received_form)],
    preview: Annotated[bool, Query(description="Only count: nothing rests on it until it is taken in")] = False,
    mapping: Annotated[str | None, Query(description="The name of a kept mapping; without it every one that fits is used")] = None,
) -> ReconciliationBody:
    """Hold exports of the tax platform, or a ledger, against the archive. Several files are one list and may overlap; all are kept."""
    department, uploads = department_for(caller, form.meta.department), uploads_of(form)
    reconciling = await run_in_threadpool(Reconciling.over, service)
    found = await run_in_threadpool(reconciling.begin, uploads, mapping=mapping, department=department, preview=preview)
    body = ReconciliationBody.of(found)
    response.headers["Location"] = body.links["self"]
    return body


@router.get("", responses=problems(), dependencies=[allowed(Right.READ), NoQuery])
def list_reconciliations(service: Service) -> ReconciliationsBody:
    """Every reconciliation, the last changed first."""
    return ReconciliationsBody.of(Reconciling.over(service).all())


@router.get("/mappings", responses=problems(), dependencies=[allowed(Right.READ), NoQuery])
def list_mappings(service: Service) -> MappingsBody:
    """What the titles of tables of one's own mean, as it is kept."""
    return MappingsBody(mappings=[MappingBody.of(one) for one in Reconciling.over(service).mappings()])


@router.post("/mappings", responses=problems(400, 412), dependencies=[allowed(Right.CASES), NoQuery])
def keep_mapping(wanted: MappingBody, service: Service) -> MappingBody:
    """Keep what the titles of a table mean, in the place of what was kept under the name; later tables with these titles are understood."""
    return MappingBody.of(Reconciling.over(service).keep_mapping(wanted.name, wanted.columns))


@router.get("/{reconciliation_id}", responses=problems(404), dependencies=[allowed(Right.READ), NoQuery])
def get_reconciliation(reconciliation_id: str, service: Service) -> ReconciliationStandingBody:
    """One reconciliation; `arrived` counts its missing invoices of which a scan came since."""
    reconciling = Reconciling.over(service)
    body = ReconciliationStandingBody.of(reconciling.get(reconciliation_id))
    body.arrived = reconciling.arrived(reconciliation_id)
    return body


@router.get(
    "/{reconciliation_id}/lines",
    responses=problems(404),
    dependencies=[allowed(Right.READ), Depends(only_query("class", "after", "limit"))],
)
def list_lines(
    reconciliation_id: str,
    service: Service,
    wanted: Annotated[LineClass | None, Query(alias="class")] = None,
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, lt=MOST_LINES)] = _PAGE,
) -> LinesBody:
    """Its lines in order, of one class or all."""
    return LinesBody.of(Reconciling.over(service).lines(reconciliation_id, wanted, after, limit + 1), limit)


@router.get(
    "/{reconciliation_id}/xlsx",
    response_class=Response,
    responses={**problems(404), 200: content(XLSX, "The lines as a workbook, numbers as texts")},
    dependencies=[allowed(Right.EXPORT), NoQuery],
)
def export_reconciliation(reconciliation_id: str, service: Service) -> Response:
    """Every line as a workbook, with what each class means."""
    workbook, name = reconciliation_sheet(Reconciling.over(service), reconciliation_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(workbook, media_type=XLSX, headers=headers)


@router.get("/{reconciliation_id}/holes", responses=problems(404), dependencies=[allowed(Right.READ), NoQuery])
def list_holes(reconciliation_id: str, service: Service) -> HolesBody:
    """Hints at what may be missing besides: a month without rent, a number left out between two."""
    return HolesBody.of(*Reconciling.over(service).holes(reconciliation_id))


@router.post("/{reconciliation_id}/take-in", responses=problems(404, 412), dependencies=[allowed(Right.CASES), NoQuery])
def take_in_reconciliation(reconciliation_id: str, service: Service) -> ReconciliationBody:
    """Have a preview count from now on."""
    return ReconciliationBody.of(Reconciling.over(service).take_in(reconciliation_id))


@router.post("/{reconciliation_id}/run", responses=problems(404, 412), dependencies=[allowed(Right.CASES), NoQuery])
def run_reconciliation(reconciliation_id: str, service: Service) -> ReconciliationBody:
    """Hold what was sent against the archive as it is now; `settled` says how many lines found their scan."""
    return ReconciliationBody.of(Reconciling.over(service).run_again(reconciliation_id))
