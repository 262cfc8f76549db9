"""Offering what waits in the catalogue to Temporal: a workflow for each document."""

import asyncio
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import Priority
from temporalio.exceptions import WorkflowAlreadyStartedError

from ocr_service.temporal.connection import AWAY
from ocr_service.temporal.orders import TASKS, ReadingOrder
from ocr_service.temporal.workflows import ReadDocument
from storage.catalogue.outbox import LONGEST_PAUSE, Outbox, WaitingJob

AT_ONCE = 50
"""How many workflows are started together."""
RESERVED_SECONDS = 60.0
"""Whoever reserved jobs and died before starting them holds them up for so long."""
AGAIN_SECONDS = LONGEST_PAUSE.total_seconds()
"""A job that still waits after so long is offered again, in case Temporal lost it; as long as it has not, that changes nothing."""
MIDDLE_PRIORITY, HIGHEST_PRIORITY, LOWEST_PRIORITY = 3, 1, 5
"""Temporal's, where the smaller number goes first."""


async def offer_waiting(client: Client, outbox: Outbox, silence_seconds: float) -> int:
    """Start a workflow for each document that is due, and return how many that were.

    Raises:
        RPCError: the server does not answer; what was not started is offered at the next call.
        CatalogueUnavailable.
    """
    count = 0
    while jobs := await asyncio.to_thread(outbox.reserve, AT_ONCE, RESERVED_SECONDS):
        try:
            await asyncio.gather(*(_start(client, job, silence_seconds) for job in jobs))
        except AWAY:
            await asyncio.to_thread(outbox.put_off, jobs, 0.0)
            raise
        await asyncio.to_thread(outbox.put_off, jobs, AGAIN_SECONDS)
        count += len(jobs)
    return count


async def _start(client: Client, job: WaitingJob, silence_seconds: float) -> None:
    order = ReadingOrder(job.document.hex, job.version, job.id, silence_seconds)
    try:
        await client.start_workflow(
            ReadDocument.run,
            order,
            id=order.workflow_id,
            task_queue=TASKS,
            priority=Priority(priority_key=priority_key(job.priority)),
            rpc_timeout=timedelta(seconds=10),
        )
    except WorkflowAlreadyStartedError:
        return


def priority_key(priority: int) -> int:
    """A job's priority (0 by default, the higher the sooner) as Temporal counts it."""
    return min(LOWEST_PRIORITY, max(HIGHEST_PRIORITY, MIDDLE_PRIORITY - priority))
