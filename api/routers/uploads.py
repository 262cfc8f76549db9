"""/v1/uploads: hand files in; they are safe when the answer comes."""

import time
from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Header, Query, Response
from starlette.concurrency import run_in_threadpool

from api.access import AppAccess, Caller, allowed, department_for, keep_sender
from api.dependencies import Service, only_query
from api.documentation import problems
from api.filling import fill_batch
from api.limits import MAX_WAIT_SECONDS
from api.receiving import ReceivedForm, fingerprint, received_form, submit_all
from api.schemas.batch import BatchBody, UploadMeta
from api.schemas.links import batch_path
from api.views import batch_body
from models.access import Principal, Right
from models.archive import DocumentState
from models.errors import NotAllowed
from ocr_service.service import ArchiveService

_POLL_SECONDS = 0.25

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "One part for each file; `files[]` is taken as well",
                        },
                        "meta": UploadMeta.model_json_schema(),
                    },
                },
                "encoding": {"meta": {"contentType": "application/json"}},
            }
        },
    }
}


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses={
        202: {"headers": {"Location": {"description": "The batch", "schema": {"type": "string"}}}},
        **problems(400, 403, 409, 413, 415),
    },
    openapi_extra=_BODY,
    dependencies=[allowed(Right.UPLOAD), Depends(only_query("wait"))],
)
async def upload_files(
    form: Annotated[ReceivedForm, Depends(received_form)],
    service: Service,
    response: Response,
    caller: Caller,
    access: AppAccess,
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for the readings")] = 0,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=255, description="Any text of yours; the same key answers the same")
    ] = None,
) -> BatchBody:
    """Take one or more scans in.

    The answer comes when original and received record of every file are durable; reading follows. A file that is refused
    does not fail the batch, it says so in `files`. The same bytes again are a `duplicate` and kept once. With `?wait=` the answer
    is held back until everything is read or the time is over, and carries the `readings` there are; the batch goes on in any case.

    With `batch` in `meta` the files join the batch of that name, and the answer lists those of this request alone. Where there is no more
    room the whole request is refused for now: sent again under its key, what was taken of it is not taken twice.
    """
    _require_sender(caller, form.meta.sender)
    source, department = form.meta.source, department_for(caller, form.meta.department)
    marks: frozenset[str] | None = None
    if form.meta.batch is not None:
        batch_id = form.meta.batch
        marks = await run_in_threadpool(fill_batch, service, form, caller, batch_id, department, idempotency_key)
    elif idempotency_key is None:
        batch_id = service.open_batch(source)
        await run_in_threadpool(submit_all, service, form, source, batch_id, department)
    else:
        batch_id = await _submit_once(service, form, source, _own_key(caller, idempotency_key), department)
    reads = caller.may(Right.READ)
    if marks is None:
        await run_in_threadpool(keep_sender, access, caller, batch_id, department)
    form.place.leave()
    if wait:
        await _wait_until_settled(service, batch_id, wait)
    body = await run_in_threadpool(
        lambda: batch_body(service, service.batch(batch_id), with_readings=wait > 0, with_invoices=reads, only=marks)
    )
    response.headers["Location"] = batch_path(batch_id)
    return body


def _require_sender(caller: Principal, named: str | None) -> None:
    """Files that one person left in a browser are not handed in for whoever logs in there next: they may be of another department."""
    if named is not None and named != caller.name:
        raise NotAllowed(f"these files are {named}'s, and you are {caller.name}: log in as before, or have them sent as your own")


def _own_key(caller: Principal, key: str) -> str:
    """Two who happen to take the same key do not get each other's batch."""
    return key if caller.is_local else f"{caller.name} {key}"


async def _submit_once(service: ArchiveService, form: ReceivedForm, source: str, key: str, department: str | None) -> str:
    """The first request with a key does the work, every later one gets its batch."""
    mark = await run_in_threadpool(fingerprint, form)
    batch_id, first = await run_in_threadpool(service.open_batch_once, source, key, mark)
    if not first:
        return batch_id
    done = False
    try:
        await run_in_threadpool(submit_all, service, form, source, batch_id, department)
        await run_in_threadpool(service.batches.complete, key)
        done = True
    finally:
        if not done:
            # Whatever went wrong, or whoever hung up: the sender may use the key for another try.
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(service.batches.forget, key)
    return batch_id


async def _wait_until_settled(service: ArchiveService, batch_id: str, seconds: float) -> None:
    """Return once nothing of the batch waits, nor an earlier upload of the same bytes, or when the time is over."""
    deadline = time.monotonic() + seconds
    while not await run_in_threadpool(_is_settled, service, batch_id) and time.monotonic() < deadline:
        await anyio.sleep(_POLL_SECONDS)


def _is_settled(service: ArchiveService, batch_id: str) -> bool:
    """Whether neither a file nor a duplicate's first upload is still to be read: whoever sends a scan again wants its reading."""
    batch = service.batch(batch_id)
    if not batch.settled:
        return False
    digests = {file.digest for file in batch.items if file.digest is not None and file.state is DocumentState.DUPLICATE}
    return not any(service.document(digest).state in (DocumentState.QUEUED, DocumentState.RUNNING) for digest in digests)
