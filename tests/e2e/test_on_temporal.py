"""Many machines, on one: real worker processes and a real Temporal server, both killed; every document archived exactly once."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import ApplicationError

from models.archive import DocumentState
from models.digest import Digest
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.temporal.connection import connect
from ocr_service.temporal.schedules import AUDIT_ID
from storage.catalogue.queue import LeaseQueue
from tests.support.command import ROOT
from tests.support.pictures import a_picture
from tests.support.postgresql import PostgreSQLServer
from tests.support.temporal_server import TemporalServer, temporal_server
from tests.support.temporal_workers import HELD, build_on_temporal, read_by, working_on_temporal
from tests.support.waiting import until

FINAL = {DocumentState.DONE, DocumentState.NEEDS_REVIEW}
T = TypeVar("T")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TemporalServer]:
    """A Temporal server that runs."""
    with temporal_server(tmp_path / "temporal") as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, server: TemporalServer, postgresql_server: PostgreSQLServer, empty_database: str) -> Iterator[Settings]:
    """As every host of an installation has them: one store, one PostgreSQL, one Temporal."""
    archive = tmp_path / "scans"
    archive.mkdir()
    with postgresql_server.database(empty_database) as name:
        database = postgresql_server.url(name)
        yield Settings(archive=str(archive), database=database, temporal=server.address, lease_seconds=3, worker_megabytes=1_000_000)


@pytest.fixture
def service(settings: Settings) -> Iterator[ArchiveService]:
    """The service of an API host."""
    service = build_on_temporal(settings)
    yield service
    service.catalogue.close()


@pytest.fixture
def folder(settings: Settings) -> Path:
    return Path(settings.archive)


def submitted(service: ArchiveService, scans: dict[str, bytes], priority: int = 0) -> list[Digest]:
    for name, content in scans.items():
        service.submit(Upload(content, f"{name}.png"), "api", priority=priority)
    return [Digest.of(content) for content in scans.values()]


def ask(settings: Settings, question: Callable[[Client], Awaitable[T]]) -> T:
    """Ask Temporal itself."""

    async def asked() -> T:
        return await question(await connect(settings))

    return asyncio.run(asked())


def running(settings: Settings) -> list[WorkflowExecutionDescription]:
    """The readings that Temporal knows of and that have not ended."""

    async def described(client: Client) -> list[WorkflowExecutionDescription]:
        found = client.list_workflows("WorkflowType = 'ReadDocument' AND ExecutionStatus = 'Running'")
        return [await client.get_workflow_handle(one.id).describe() async for one in found]

    return ask(settings, described)


def waiting(settings: Settings) -> int:
    """How many readings wait in Temporal for a worker."""
    activities = [activity for reading in running(settings) for activity in reading.raw_description.pending_activities]
    return sum(activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED for activity in activities)


def holding(service: ArchiveService, folder: Path) -> None:
    """Have the one worker stand still at a scan, so that whatever comes after it waits."""
    submitted(service, {"held": HELD})
    until(lambda: "held.png" in [name for _, name in read_by(folder)])


def archived_once(service: ArchiveService, digests: list[Digest]) -> bool:
    return all([manifest.version for manifest in service.archive.manifests(digest)] == [1] for digest in digests)


def test_with_a_worker_and_the_server_killed_every_document_is_archived_exactly_once(
    server: TemporalServer, settings: Settings, service: ArchiveService, folder: Path
) -> None:
    scans = {f"scan{number}": a_picture(number) for number in range(10, 40)} | {"held": HELD}
    with working_on_temporal(settings, 2):
        digests = submitted(service, scans)
        until(lambda: "held.png" in [name for _, name in read_by(folder)])
        [victim] = [process for process, name in read_by(folder) if name == "held.png"]
        os.kill(victim, signal.SIGKILL)
        server.kill()
        digests += submitted(service, {"late": a_picture(41)})
        server.start()
        until(lambda: [name for _, name in read_by(folder)].count("held.png") == 2)
        (folder / "go").touch()
        until(lambda: all(service.document(digest).state in FINAL for digest in digests))

    assert archived_once(service, digests)
    assert (service.queue.waiting(), service.queue.running()) == (0, 0)
    assert service.counts()[DocumentState.NEEDS_REVIEW] == len(digests) == 32
    assert len({process for process, name in read_by(folder) if name == "held.png"}) == 2


def test_while_temporal_is_away_uploads_are_taken_and_later_read(
    server: TemporalServer, settings: Settings, service: ArchiveService, folder: Path
) -> None:
    server.kill()
    digests = submitted(service, {"a": a_picture(10), "b": a_picture(11)})
    assert {service.document(digest).state for digest in digests} == {DocumentState.QUEUED}
    server.start()
    until(lambda: len(running(settings)) == len(digests))
    with working_on_temporal(settings, 1):
        until(lambda: all(service.document(digest).state in FINAL for digest in digests))

    assert archived_once(service, digests)


def test_a_reading_that_outlasts_the_silence_allowed_is_not_given_to_another(
    server: TemporalServer, settings: Settings, service: ArchiveService, folder: Path
) -> None:
    def seconds_heard() -> float:
        [reading] = running(settings)
        [activity] = reading.raw_description.pending_activities
        return activity.last_heartbeat_time.ToSeconds() - activity.last_started_time.ToSeconds()

    with working_on_temporal(settings, 2):
        holding(service, folder)
        until(lambda: seconds_heard() > settings.lease_seconds + 1)
        (folder / "go").touch()
        until(lambda: service.document(Digest.of(HELD)).state in FINAL)

    assert [name for _, name in read_by(folder)] == ["held.png"]


def test_what_waits_without_a_workflow_is_offered_by_the_workers(
    server: TemporalServer, settings: Settings, service: ArchiveService, folder: Path
) -> None:
    """The process that took the upload died before it told Temporal: only the catalogue knows of the job."""
    received, _ = service.archive.receive(HELD, service.decoder.take(Upload(HELD, "a.png")).scan.document, service.clock(), "api")
    LeaseQueue(service.catalogue).accept(received)
    (folder / "go").touch()
    with working_on_temporal(settings, 1):
        until(lambda: service.document(Digest.of(HELD)).state in FINAL)


def test_what_is_called_off_is_not_read_until_it_is_asked_for_again(
    server: TemporalServer, settings: Settings, service: ArchiveService, folder: Path
) -> None:
    with working_on_temporal(settings, 1):
        holding(service, folder)
        batch = service.open_batch("api")
        for number in (10, 11):
            service.submit(Upload(a_picture(number), f"batch{number}.png"), "api", batch=batch)
        [alone] = submitted(service, {"alone": a_picture(12)})
        cancelled = service.cancel_batch(batch)

        async def cancel_alone(client: Client) -> int:
            found = [one.id async for one in client.list_workflows(f"WorkflowId STARTS_WITH 'read-{alone.hex}'")]
            for workflow in found:
                await client.get_workflow_handle(workflow).cancel()
            return len(found)

        until(lambda: ask(settings, cancel_alone) == 1)
        until(lambda: service.document(alone).state is DocumentState.CANCELLED)
        [last] = submitted(service, {"last": a_picture(13)})
        (folder / "go").touch()
        until(lambda: service.document(last).state in FINAL)
        read_before = [name for _, name in read_by(folder)]
        service.retry_batch(batch)
        until(lambda: {file.state for file in service.batch(batch).items} <= FINAL)

    assert cancelled.counts == {DocumentState.CANCELLED: 2}
    assert read_before == ["held.png", "last.png"]
    assert service.archive.original(alone) == a_picture(12)


def test_a_document_that_cannot_be_read_is_set_aside_with_the_reason_and_seen_to_have_failed(
    server: TemporalServer, settings: Settings, service: ArchiveService, folder: Path
) -> None:
    with working_on_temporal(settings, 1):
        holding(service, folder)
        [digest] = submitted(service, {"a": a_picture(10)})
        [original] = (folder / "archive" / "originals").rglob(digest.hex)
        original.chmod(0o600)
        original.write_bytes(b"not what came")
        (folder / "go").touch()
        until(lambda: service.document(digest).state is DocumentState.UNREAD)

        async def failed(client: Client) -> bool:
            query = f"WorkflowId STARTS_WITH 'read-{digest.hex}' AND ExecutionStatus = 'Failed'"
            return [one.workflow_type async for one in client.list_workflows(query)] == ["ReadDocument"]

        until(lambda: ask(settings, failed))

    assert service.document(digest).error == "digest_mismatch"
    assert service.queue.waiting() == 0


def test_what_has_priority_overtakes_what_waits(server: TemporalServer, settings: Settings, service: ArchiveService, folder: Path) -> None:
    with working_on_temporal(settings, 1):
        holding(service, folder)
        digests = submitted(service, {f"scan{number}": a_picture(number) for number in range(10, 40)})
        until(lambda: waiting(settings) == len(digests))
        digests += submitted(service, {"urgent": a_picture(40)}, priority=1)
        until(lambda: waiting(settings) == len(digests))
        (folder / "go").touch()
        until(lambda: all(service.document(digest).state in FINAL for digest in digests))

    # Temporal promises an order that is close to the priorities, not the very order.
    assert [name for _, name in read_by(folder)].index("urgent.png") < len(digests) // 2


def test_the_scheduled_audit_fails_visibly_when_an_original_is_damaged(
    server: TemporalServer, settings: Settings, service: ArchiveService, folder: Path
) -> None:

    async def trigger(client: Client) -> WorkflowExecutionStatus | None:
        schedule = client.get_schedule_handle(AUDIT_ID)
        before = len((await schedule.describe()).info.recent_actions)
        await schedule.trigger()
        actions = (await schedule.describe()).info.recent_actions
        while len(actions) == before:
            actions = (await schedule.describe()).info.recent_actions
        handle = client.get_workflow_handle(actions[-1].action.workflow_id)  # type: ignore[union-attr]  # the one kind of action
        await handle.result()
        return (await handle.describe()).status

    with working_on_temporal(settings, 1):
        [digest] = submitted(service, {"a": a_picture(10)})
        until(lambda: service.document(digest).state in FINAL)
        sound = ask(settings, trigger)
        [original] = (folder / "archive" / "originals").rglob(digest.hex)
        original.chmod(0o600)
        original.write_bytes(b"not what came")
        with pytest.raises(WorkflowFailureError) as failure:
            ask(settings, trigger)

    assert sound is WorkflowExecutionStatus.COMPLETED
    cause = failure.value.cause.__cause__
    assert isinstance(cause, ApplicationError)
    assert (cause.type, cause.message[:10]) == ("integrity_violated", "1 findings")


def test_without_the_setting_temporal_s_client_is_not_even_loaded(tmp_path: Path) -> None:
    program = """
import sys
from api.app import create_app
from ocr_service.cli import app
from ocr_service.composition import build_service, build_workers
from ocr_service.settings import Settings
settings = Settings(archive=sys.argv[1])
create_app(build_service(settings), settings=settings, workers=build_workers(settings, 1))
print([name for name in sys.modules if name.startswith("temporalio")])
"""
    command = [sys.executable, "-c", program, str(tmp_path / "archive")]
    result = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)

    assert result.stdout.splitlines()[-1] == "[]"
