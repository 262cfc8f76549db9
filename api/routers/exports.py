"""/v1/exports: the register taken out, made as jobs of whoever asks."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Response
from fastapi.responses import FileResponse

from api.access import Caller, allowed
from api.byte_response import attachment
from api.dependencies import AppExports, NoQuery, Service, only_query
from api.documentation import content, problems
from api.schemas.exports import (
    ExportBody,
    ExportsBody,
    NewExportBody,
    VoucherMappingBody,
    VoucherMappingsBody,
    VoucherMappingTextBody,
)
from models.access import Right
from ocr_service.exports.mappings import Mappings

router = APIRouter(prefix="/v1/exports", tags=["exports"])

MAX_WAIT_SECONDS = 30
_EXAMPLES = {
    "what a filter shows": {
        "value": {"format": "xlsx", "filter": {"date": "2026-03", "verdict": "accepted,confirmed"}, "sort": "issue_date"}
    },
    "originals of some": {"value": {"format": "zip", "ids": ["0123456789abcdef0123-1"]}},
    "vouchers": {"value": {"format": "voucher", "mapping": "yonyou", "filter": {"date": "2026-03"}}},
}
_FILE = {200: content("application/octet-stream", "The file, of the type that its form has"), **problems(404)}


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(400, 404),
    dependencies=[allowed(Right.EXPORT), Depends(only_query("wait"))],
)
def begin_export(
    wanted: Annotated[NewExportBody, Body(openapi_examples=_EXAMPLES)],
    response: Response,
    exports: AppExports,
    caller: Caller,
    wait: Annotated[int, Query(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for it; a small one is ready at once")] = 0,
) -> ExportBody:
    """Take invoices out: look at `links.self` until the state is `done`, then fetch `links.file`.

    Only whoever asked for an export can see it. 503 with `Retry-After` says that too many of one's own are not ready yet.
    """
    job = exports.begin(wanted.wish, caller)
    if wait:
        job = exports.wait(job.id, caller, wait)
    body = ExportBody.of(job)
    response.headers["Location"] = body.links["self"]
    return body


@router.get("", responses=problems(), dependencies=[allowed(Right.EXPORT), NoQuery])
def list_exports(exports: AppExports, caller: Caller) -> ExportsBody:
    """One's own exports that are still kept, newest first."""
    return ExportsBody.of(exports.all(caller))


@router.get("/mappings", responses=problems(), dependencies=[allowed(Right.EXPORT), NoQuery])
def list_voucher_mappings(service: Service) -> VoucherMappingsBody:
    """How invoices become vouchers: what is shipped for 金蝶 and 用友, and one's own."""
    return VoucherMappingsBody(mappings=[VoucherMappingBody.of(one) for one in Mappings(service).all()])


@router.post("/mappings", responses=problems(400, 412), dependencies=[allowed(Right.CASES), NoQuery])
def keep_voucher_mapping(wanted: VoucherMappingTextBody, service: Service) -> VoucherMappingBody:
    """Keep a mapping in the place of what was kept under its name; what means nothing in it is refused with what there is instead."""
    return VoucherMappingBody.of(Mappings(service).keep(wanted.name, wanted.toml))


@router.get("/{export_id}", responses=problems(404), dependencies=[allowed(Right.EXPORT), NoQuery])
def get_export(export_id: str, exports: AppExports, caller: Caller) -> ExportBody:
    """How far one of one's own is, and what could not be taken out."""
    return ExportBody.of(exports.get(export_id, caller))


@router.get("/{export_id}/file", response_class=FileResponse, responses=_FILE, dependencies=[allowed(Right.EXPORT), NoQuery])
def get_export_file(export_id: str, exports: AppExports, caller: Caller) -> FileResponse:
    """The file; 503 with `Retry-After` while it is made, and where it is made again because it lies on this machine no more."""
    job, path = exports.file(export_id, caller)
    headers = {"Content-Disposition": attachment(job.file_name), "Cache-Control": "private, no-store"}
    return FileResponse(path, media_type=job.wish.format.media_type, headers=headers)


@router.delete(
    "/{export_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(404),
    dependencies=[allowed(Right.EXPORT), NoQuery],
)
def remove_export(export_id: str, exports: AppExports, caller: Caller) -> None:
    """Take one of one's own away before its time, with its file; one that is being made ends."""
    exports.remove(export_id, caller)
