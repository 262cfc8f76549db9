"""/v1/batches: how far an upload is."""

import base64
import zlib
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.access import Caller, OwnBatch, allowed
from api.budgets import Spending, spends
from api.dependencies import NoQuery, Service, only_query
from api.documentation import problems
from api.schemas.batch import BatchBody, BatchListBody
from api.views import batch_body, file_body
from models.access import Right
from models.archive import DocumentState
from models.batch import Batch
from storage.catalogue.batch_lists import BatchLists, Looker

_POLL_SECONDS = 0.4
_FILES_A_POLL = 500
"""A batch with more files than this is looked at less often, so that following it costs no more."""
_UNKNOWN = "-"
_LONGEST_ID = 16_000
_MOST_FILES = 1_000_000
_MOST_LISTED = 200
_LETTERS = {state: chr(ord("a") + place) for place, state in enumerate(DocumentState)}

_LOOKING = [allowed(Right.UPLOAD, Right.READ), OwnBatch, NoQuery]
_CHANGING = [allowed(Right.UPLOAD, Right.CORRECT), OwnBatch, NoQuery]

router = APIRouter(prefix="/v1/batches", tags=["batches"])


def _existing(batch_id: str, service: Service) -> Batch:
    """The batch itself, asked for before a stream begins: a stream that has begun can no longer answer 404."""
    return service.batch(batch_id)


@router.get("", dependencies=[allowed(Right.UPLOAD, Right.READ), Depends(only_query("cursor", "limit"))], responses=problems(422))
def list_batches(
    service: Service,
    caller: Caller,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_LISTED)] = 50,
) -> BatchListBody:
    """What was handed in, newest first: one's own batches, and those of what one may read."""
    looker = Looker(caller.name, caller.visibility if caller.may(Right.READ) else None)
    return BatchListBody.of(BatchLists(service.catalogue).newest(looker, service.sees, limit, cursor))


@router.get("/{batch_id}", responses=problems(404), dependencies=_LOOKING)
def show_batch(batch_id: str, service: Service, caller: Caller) -> BatchBody:
    """Where each file of an upload stands."""
    return batch_body(service, service.batch(batch_id), with_invoices=caller.may(Right.READ))


@router.post("/{batch_id}/cancel", status_code=HTTPStatus.ACCEPTED, responses=problems(403, 404), dependencies=_CHANGING)
def cancel_batch(batch_id: str, service: Service, caller: Caller) -> BatchBody:
    """Call the readings off that have not begun; the originals stay and are listed for review."""
    return batch_body(service, service.cancel_batch(batch_id), with_invoices=caller.may(Right.READ))


@router.post(
    "/{batch_id}/retry",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(403, 404),
    dependencies=[*_CHANGING, spends(Spending.REPROCESSINGS)],
)
def retry_batch(batch_id: str, service: Service, caller: Caller) -> BatchBody:
    """Read again what of an upload could not be read, was set aside after its tries, or was called off."""
    return batch_body(service, service.retry_batch(batch_id), with_invoices=caller.may(Right.READ))


@router.get(
    "/{batch_id}/events",
    response_class=EventSourceResponse,
    responses={200: {"description": "`file` events, one `end` event, then the stream closes"}, **problems(404)},
    dependencies=_LOOKING,
)
async def follow_batch(
    batch: Annotated[Batch, Depends(_existing)],
    service: Service,
    caller: Caller,
    last_event_id: Annotated[str, Header(max_length=_LONGEST_ID)] = "",
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: a `file` (the same JSON as in the batch) for every file whose state changed, `end` with the batch at the end.

    The id of an event holds the state of every file as the receiver knows it then, so that whoever comes back with
    Last-Event-ID gets exactly what changed meanwhile, whichever process answers.
    """
    seen = _seen(last_event_id)
    # Files come in while a batch is followed: those that the receiver has not heard of are unknown to it.
    known = list(seen[: len(batch.items)] if len(seen) <= len(batch.items) else "")
    while True:
        known += _UNKNOWN * (len(batch.items) - len(known))
        for place, file in enumerate(batch.items):
            if known[place] != _LETTERS[file.state]:
                known[place] = _LETTERS[file.state]
                body = await run_in_threadpool(file_body, service, file, with_invoices=caller.may(Right.READ))
                yield ServerSentEvent(event="file", data=body.model_dump(mode="json"), id=_event_id(known))
        if batch.settled:
            end = await run_in_threadpool(batch_body, service, batch, with_invoices=caller.may(Right.READ))
            yield ServerSentEvent(event="end", data=end.model_dump(mode="json"), id=_event_id(known))
            return
        await anyio.sleep(_POLL_SECONDS * max(1.0, len(batch.items) / _FILES_A_POLL))
        batch = await run_in_threadpool(service.batch, batch.id)


def _event_id(known: Sequence[str]) -> str:
    """A letter for the state of each file, packed: batches are long, and most of their files stand where their neighbours do."""
    return base64.urlsafe_b64encode(zlib.compress("".join(known).encode("ascii"))).decode("ascii")


def _seen(event_id: str) -> str:
    """The letters in an id; none in what is no id of ours."""
    try:
        return zlib.decompressobj().decompress(base64.urlsafe_b64decode(event_id), _MOST_FILES).decode("ascii")
    except (ValueError, zlib.error):
        return ""
