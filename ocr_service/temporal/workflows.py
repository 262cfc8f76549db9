"""The workflows: which activity follows which, and what happens when one fails. Nothing here touches anything but Temporal."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception
from temporalio.workflow import ActivityCancellationType

from ocr_service.temporal.orders import (
    AUDIT,
    CALLED_OFF,
    END_JOB,
    OFFER_WAITING,
    READ_DOCUMENT,
    READINGS,
    AuditOrder,
    AuditOutcome,
    JobEnd,
    ReadingOrder,
)
from storage.catalogue.queue import WORKER_LOST

LONGEST_READING = timedelta(days=4)
"""Ten thousand pages at thirty seconds each. What hangs is ended long before by its worker's own limits, which go by the pages."""
LONGEST_AUDIT = timedelta(days=1)
LONGEST_OFFER = timedelta(minutes=5)
"""An offer that was cut off goes on where it stopped."""

_PATIENT = RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=1))
"""Without an end: a store or database that is away comes back. Attempts at the document itself are counted with its job."""
_FIRST = Priority(priority_key=1)


@workflow.defn(name="ReadDocument")
class ReadDocument:
    """Has one document read; when that is given up, or called off, has the job ended with the reason."""

    @workflow.run
    async def run(self, order: ReadingOrder) -> str:
        """`read`, or `gone` when the job was finished or called off before its turn came."""
        try:
            outcome: str = await workflow.execute_activity(
                READ_DOCUMENT,
                order,
                result_type=str,
                task_queue=READINGS,
                heartbeat_timeout=timedelta(seconds=order.silence_seconds),
                start_to_close_timeout=LONGEST_READING,
                retry_policy=_PATIENT,
                # A reading that has begun goes on to its end, as when a batch is called off.
                cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            )
            return outcome
        except (ActivityError, asyncio.CancelledError) as error:
            end = JobEnd(order.document, order.job, _reason(error))
            await asyncio.shield(
                workflow.execute_activity(END_JOB, end, start_to_close_timeout=timedelta(minutes=1), retry_policy=_PATIENT, priority=_FIRST)
            )
            raise


@workflow.defn(name="OfferWaiting")
class OfferWaiting:
    """Starts workflows for documents that wait without one."""

    @workflow.run
    async def run(self) -> int:
        """How many were offered."""
        offered: int = await workflow.execute_activity(
            OFFER_WAITING, result_type=int, start_to_close_timeout=LONGEST_OFFER, retry_policy=_PATIENT, priority=_FIRST
        )
        return offered


@workflow.defn(name="AuditArchive")
class AuditArchive:
    """Holds the archive against its hashes and its index; it fails when something is wrong."""

    @workflow.run
    async def run(self, order: AuditOrder) -> AuditOutcome:
        """What was looked at."""
        outcome: AuditOutcome = await workflow.execute_activity(
            AUDIT,
            order,
            result_type=AuditOutcome,
            heartbeat_timeout=timedelta(minutes=1),
            start_to_close_timeout=LONGEST_AUDIT,
            retry_policy=_PATIENT,
        )
        return outcome


def _reason(error: BaseException) -> str:
    if is_cancelled_exception(error):
        return CALLED_OFF
    cause = error.__cause__
    return cause.type or WORKER_LOST if isinstance(cause, ApplicationError) else WORKER_LOST
