"""What Temporal starts by the clock: audits, and the look for documents that wait without a workflow."""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
)

from ocr_service.settings import Settings
from ocr_service.temporal.orders import TASKS, AuditOrder
from ocr_service.temporal.workflows import AuditArchive, OfferWaiting

OFFER_EVERY = timedelta(minutes=1)
AUDIT_ID, OFFER_ID = "piaogen-audit", "piaogen-offer-waiting"


async def set_schedules(client: Client, settings: Settings) -> None:
    """Make the schedules, or bring those that are there in line with the settings; what waits is looked for at once.

    Raises:
        RPCError: the server does not answer.
    """
    offer = ScheduleActionStartWorkflow(OfferWaiting.run, id=OFFER_ID, task_queue=TASKS)
    await _set(client, OFFER_ID, _every(OFFER_EVERY, offer, ScheduleState()))
    await client.get_schedule_handle(OFFER_ID).trigger()
    audit = ScheduleActionStartWorkflow(AuditArchive.run, AuditOrder(settings.audit_sample), id=AUDIT_ID, task_queue=TASKS)
    state = ScheduleState(paused=settings.audit_days == 0, note="PIAOGEN_AUDIT_DAYS")
    await _set(client, AUDIT_ID, _every(timedelta(days=settings.audit_days or 7), audit, state))


def _every(interval: timedelta, action: ScheduleActionStartWorkflow, state: ScheduleState) -> Schedule:
    """One at a time; what was missed while Temporal was away is made up for once."""
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=interval)
    return Schedule(action=action, spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=interval)]), policy=policy, state=state)


async def _set(client: Client, name: str, schedule: Schedule) -> None:
    try:
        await client.create_schedule(name, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(name).update(lambda _: ScheduleUpdate(schedule))
