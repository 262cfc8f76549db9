"""A worker process on Temporal: one reading at a time, and the small work beside it."""

import asyncio
import multiprocessing
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial

import structlog
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from models.errors import PiaogenError, Unavailable
from ocr_service.job_limits import JobLimits, resident_megabytes
from ocr_service.logs import log_to_stderr
from ocr_service.loss_matching import invoice_turned_up
from ocr_service.loss_rules import rules_at
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.temporal.activities import Activities
from ocr_service.temporal.connection import AWAY, connect
from ocr_service.temporal.orders import READINGS, TASKS
from ocr_service.temporal.schedules import set_schedules
from ocr_service.temporal.workflows import AuditArchive, OfferWaiting, ReadDocument
from ocr_service.workers import BEATS_PER_LEASE, IDLE_SECONDS, Build, new_name, step_back
from storage.catalogue.outbox import OUTSIDE, Outbox

_log = structlog.get_logger(__name__)

CONNECT_SECONDS = 2.0
"""The pause before a server that does not answer is asked again."""
BEAT_SECONDS = 5.0
"""How often a worker says in the catalogue that it lives."""
SMALL_ONES = 4
"""Threads for what is no reading; an audit may hold one for hours."""


def run_temporal_worker(settings: Settings, build: Build) -> None:
    """One worker process from start to end; SIGTERM and SIGINT let it finish the page at hand.

    While Temporal is away it waits.

    Raises:
        SystemExit: something else that it cannot do without is not there; its code is the error's.
    """
    log_to_stderr()
    step_back()
    JobLimits.of(settings).confine()
    try:
        asyncio.run(_TemporalWorker(build(settings), settings).run())
    except PiaogenError as error:
        _log.error("worker cannot work", code=error.code, reason=error.message)
        sys.exit(error.exit_code)
    except AWAY as error:
        _log.error("worker lost Temporal", error=repr(error))
        sys.exit(Unavailable.exit_code)


class _TemporalWorker:
    def __init__(self, service: ArchiveService, settings: Settings) -> None:
        self._service = service
        self._settings = settings
        self._outbox = Outbox(service.catalogue)
        self._name = new_name(OUTSIDE)
        self._limits = JobLimits.of(settings)
        self._parent = multiprocessing.parent_process()
        self._stop = asyncio.Event()
        self._pages = 0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        client = await self._connected()
        if client is None:
            return
        try:
            async with self._readings(client), self._small_ones(client):
                await self._beat_until_unwanted()
        finally:
            with suppress(PiaogenError):
                await asyncio.to_thread(self._service.queue.leave, self._name)

    async def _beat_until_unwanted(self) -> None:
        """Give the catalogue signs of life; whether the parent lives is looked at more often."""
        clock = asyncio.get_running_loop().time
        beaten = -BEAT_SECONDS
        while self._is_wanted():
            if clock() - beaten >= BEAT_SECONDS:
                beaten = clock()
                await self._beat()
            await self._pause(IDLE_SECONDS)

    async def _connected(self) -> Client | None:
        """The server, once it answers and knows the schedules; None when this process is to end before that."""
        while self._is_wanted():
            try:
                client = await connect(self._settings)
                await set_schedules(client, self._settings)
            except AWAY as error:
                _log.warning("Temporal does not answer; asking again", error=type(error).__name__)
                await self._pause(CONNECT_SECONDS)
            else:
                return client
        return None

    def _readings(self, client: Client) -> Worker:
        lease = self._settings.lease_seconds
        return Worker(
            client,
            task_queue=READINGS,
            identity=self._name,
            activities=[self._activities(client).read_document],
            activity_executor=ThreadPoolExecutor(1, "reading"),
            max_concurrent_activities=1,
            max_heartbeat_throttle_interval=timedelta(seconds=lease / BEATS_PER_LEASE),
            graceful_shutdown_timeout=timedelta(seconds=self._limits.seconds_for(self._settings.max_pages)),
        )

    def _small_ones(self, client: Client) -> Worker:
        activities = self._activities(client)
        return Worker(
            client,
            task_queue=TASKS,
            identity=self._name,
            workflows=[ReadDocument, OfferWaiting, AuditArchive],
            activities=[activities.end_job, activities.offer_waiting, activities.audit],
            activity_executor=ThreadPoolExecutor(SMALL_ONES, "small"),
            max_concurrent_activities=SMALL_ONES,
            # The workflows do nothing but call activities; watching each of them for more costs more than running it.
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_cached_workflows=200,
            graceful_shutdown_timeout=timedelta(seconds=30),
        )

    def _activities(self, client: Client) -> Activities:
        loop = asyncio.get_running_loop()

        def read_pages(pages: int) -> None:
            self._pages += pages
            if self._is_worn_out():
                loop.call_soon_threadsafe(self._stop.set)

        silence, was_read = self._settings.lease_seconds, partial(invoice_turned_up, self._service, rules_at(self._settings.loss_rules))
        return Activities(self._service, self._outbox, client, self._name, silence, read_pages, self._limits, was_read)

    def _is_wanted(self) -> bool:
        return not self._stop.is_set() and (self._parent is None or self._parent.is_alive())

    def _is_worn_out(self) -> bool:
        return self._pages >= self._settings.worker_pages or resident_megabytes() >= self._settings.worker_megabytes

    async def _beat(self) -> None:
        try:
            await asyncio.to_thread(self._service.queue.beat, self._name, os.getpid())
        except PiaogenError as error:
            _log.warning("heartbeat failed", code=error.code)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
