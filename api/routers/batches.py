"""/v1/batches: how far an upload is."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.dependencies import NoQuery, Service
from api.documentation import problems
from api.schemas.batch import BatchBody
from api.views import batch_body, file_body
from models.archive import DocumentState
from models.batch import Batch

_POLL_SECONDS = 0.4
_UNKNOWN = "-"
_LETTERS = {state: chr(ord("a") + place) for place, state in enumerate(DocumentState)}

router = APIRouter(prefix="/v1/batches", tags=["batches"], dependencies=[NoQuery])


def _existing(batch_id: str, service: Service) -> Batch:
    """The batch itself, asked for before a stream begins: a stream that has begun can no longer answer 404."""
    return service.batch(batch_id)


@router.get("/{batch_id}", responses=problems(404))
def show_batch(batch_id: str, service: Service) -> BatchBody:
    """Where each file of an upload stands."""
    return batch_body(service, service.batch(batch_id))


@router.post("/{batch_id}/cancel", status_code=HTTPStatus.ACCEPTED, responses=problems(403, 404))
def cancel_batch(batch_id: str, service: Service) -> BatchBody:
    """Call the readings off that have not begun; the originals stay and are listed for review."""
    return batch_body(service, service.cancel_batch(batch_id))


@router.get(
    "/{batch_id}/events",
    response_class=EventSourceResponse,
    responses={200: {"description": "`file` events, one `end` event, then the stream closes"}, **problems(404)},
)
async def follow_batch(
    batch: Annotated[Batch, Depends(_existing)], service: Service, last_event_id: Annotated[str, Header(max_length=1000)] = ""
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: a `file` (the same JSON as in the batch) for every file whose state changed, `end` with the batch at the end.

    The id of an event holds the state of every file as the receiver knows it then, so that whoever comes back with
    Last-Event-ID gets exactly what changed meanwhile, whichever process answers.
    """
    known = list(last_event_id if len(last_event_id) == len(batch.items) else _UNKNOWN * len(batch.items))
    while True:
        for place, file in enumerate(batch.items):
            if known[place] != _LETTERS[file.state]:
                known[place] = _LETTERS[file.state]
                body = await run_in_threadpool(file_body, service, file)
                yield ServerSentEvent(event="file", data=body.model_dump(mode="json"), id="".join(known))
        if batch.settled:
            end = await run_in_threadpool(batch_body, service, batch)
            yield ServerSentEvent(event="end", data=end.model_dump(mode="json"), id="".join(known))
            return
        await anyio.sleep(_POLL_SECONDS)
        batch = await run_in_threadpool(service.batch, batch.id)
