"""What one worker does for Temporal, without a server: which failures cost an attempt, and who wins when a job is given twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from models.archive import DocumentState
from models.digest import Digest
from models.document import Scan
from models.errors import StoreUnavailable
from models.reading import Reading
from ocr_service.job_limits import JobLimits
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.temporal.activities import TRIES, Activities
from ocr_service.temporal.orders import CALLED_OFF, AuditOrder, JobEnd, ReadingOrder
from storage.catalogue.outbox import OUTSIDE, Outbox
from storage.catalogue.queue import WORKER_LOST
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in

SCAN = a_picture(1)
DIGEST = Digest.of(SCAN)


def a_reading(scan: Scan) -> Reading:
    return reading_of(scan, example_invoice())


def store_away(scan: Scan) -> Reading:
    raise StoreUnavailable("the store is away")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    service = service_in(tmp_path, ScriptedReader({DIGEST: a_reading}))
    yield service
    service.catalogue.close()


def activities_of(service: ArchiveService, name: str = "one", pages: list[int] | None = None) -> Activities:
    nowhere = cast(Client, None)  # only offers need the server
    told = [] if pages is None else pages
    return Activities(service, Outbox(service.catalogue), nowhere, f"{OUTSIDE}{name}", 60.0, told.append, JobLimits(3600, 60, 1_000_000))


def submitted(service: ArchiveService) -> ReadingOrder:
    service.submit(Upload(SCAN, "a.png"), "cli")
    [job] = Outbox(service.catalogue).reserve(10, 60)
    return ReadingOrder(job.document.hex, job.version, job.id, 60.0)


def broken(service: ArchiveService) -> ArchiveService:
    """The same service with an engine that breaks on every scan."""
    return replace(service, reader=lambda: ScriptedReader())


def test_a_document_is_read_once_however_often_the_order_comes(service: ArchiveService) -> None:
    order, pages = submitted(service), list[int]()
    done = [ActivityEnvironment().run(activities_of(service, pages=pages).read_document, order) for _ in range(2)]

    assert done == ["read", "gone"]
    assert pages == [1]
    assert service.document(DIGEST).state is DocumentState.NEEDS_REVIEW
    assert [manifest.version for manifest in service.archive.manifests(DIGEST)] == [1]


def test_a_document_that_breaks_the_engine_is_set_aside_after_three_tries_with_the_reason(service: ArchiveService) -> None:
    order, activities = submitted(service), activities_of(broken(service))
    failures = []
    for _ in range(TRIES):
        with pytest.raises(ApplicationError) as failure:
            ActivityEnvironment().run(activities.read_document, order)
        failures.append(failure.value)
    ActivityEnvironment().run(activities.end_job, JobEnd(order.document, order.job, failures[-1].type or ""))

    assert [failure.type for failure in failures] == ["recognition_failed"] * 3
    assert [failure.non_retryable for failure in failures] == [False, False, True]
    assert [failure.next_retry_delay and failure.next_retry_delay.total_seconds() for failure in failures] == [30, 60, None]
    assert (service.document(DIGEST).state, service.document(DIGEST).error) == (DocumentState.UNREAD, "recognition_failed")
    assert service.queue.waiting() == 0


def test_between_two_tries_a_document_waits_and_says_why(service: ArchiveService) -> None:
    order = submitted(service)
    with pytest.raises(ApplicationError):
        ActivityEnvironment().run(activities_of(broken(service)).read_document, order)

    assert (service.document(DIGEST).state, service.document(DIGEST).error) == (DocumentState.QUEUED, "recognition_failed")


def test_a_document_whose_workers_all_died_is_set_aside(service: ArchiveService) -> None:
    order = submitted(service)
    for number in range(TRIES):
        assert Outbox(service.catalogue).take(order.job, DIGEST, f"{OUTSIDE}dead {number}", 60) is not None
    with pytest.raises(ApplicationError) as failure:
        ActivityEnvironment().run(activities_of(service).read_document, order)

    assert (failure.value.type, failure.value.non_retryable) == (WORKER_LOST, True)
    assert service.archive.latest(DIGEST) is None


def test_what_every_reading_needs_costs_a_document_no_attempt_while_it_is_away(service: ArchiveService) -> None:
    order = submitted(service)
    away = activities_of(replace(service, reader=lambda: ScriptedReader({DIGEST: store_away}), weights_ready=lambda: False))
    for _ in range(TRIES + 2):
        with pytest.raises(ApplicationError) as failure:
            ActivityEnvironment().run(away.read_document, order)
        assert (failure.value.type, failure.value.non_retryable) == ("store_unavailable", False)
        assert service.document(DIGEST).state is DocumentState.QUEUED

    assert ActivityEnvironment().run(activities_of(service).read_document, order) == "read"


def test_a_document_that_alone_cannot_be_had_is_given_up(service: ArchiveService) -> None:
    order = submitted(service)
    alone = activities_of(replace(service, reader=lambda: ScriptedReader({DIGEST: store_away})))
    for attempt in range(1, TRIES + 1):
        with pytest.raises(ApplicationError) as failure:
            ActivityEnvironment().run(alone.read_document, order)
        assert (failure.value.type, failure.value.non_retryable) == ("store_unavailable", attempt == TRIES)


def test_a_worker_that_was_given_up_and_comes_back_changes_nothing(service: ArchiveService) -> None:
    order, outbox = submitted(service), Outbox(service.catalogue)
    late = outbox.take(order.job, DIGEST, f"{OUTSIDE}late", 60)
    assert late is not None
    heir = outbox.take(order.job, DIGEST, f"{OUTSIDE}heir", 60)
    assert heir is not None
    service.queue.finish(late, f"{OUTSIDE}late")
    service.queue.give_back(late, f"{OUTSIDE}late")

    assert service.document(DIGEST).state is DocumentState.RUNNING
    assert service.queue.extend(heir, f"{OUTSIDE}heir", 60)


def test_a_job_of_the_database_s_own_queue_is_left_to_its_worker(service: ArchiveService) -> None:
    service.submit(Upload(SCAN, "a.png"), "cli")
    job = service.queue.claim("here/1/a", 60)
    assert job is not None
    order = ReadingOrder(job.document.hex, job.version, job.id, 60.0)

    assert ActivityEnvironment().run(activities_of(service).read_document, order) == "gone"
    assert service.queue.extend(job, "here/1/a", 60)


def test_a_job_that_was_called_off_leaves_its_document_cancelled(service: ArchiveService) -> None:
    order, activities = submitted(service), activities_of(service)
    ActivityEnvironment().run(activities.end_job, JobEnd(order.document, order.job, CALLED_OFF))

    assert (service.document(DIGEST).state, service.document(DIGEST).error) == (DocumentState.CANCELLED, None)
    assert ActivityEnvironment().run(activities.read_document, order) == "gone"


def test_the_end_of_an_old_job_does_not_end_a_new_one(service: ArchiveService) -> None:
    order, activities = submitted(service), activities_of(service)
    ActivityEnvironment().run(activities.end_job, JobEnd(order.document, order.job, WORKER_LOST))
    service.submit(Upload(SCAN, "again.png"), "cli")
    ActivityEnvironment().run(activities.end_job, JobEnd(order.document, order.job, WORKER_LOST))

    assert service.document(DIGEST).state is DocumentState.QUEUED


def test_an_audit_fails_by_what_it_found(service: ArchiveService, tmp_path: Path) -> None:
    order, activities = submitted(service), activities_of(service)
    ActivityEnvironment().run(activities.read_document, order)
    assert ActivityEnvironment().run(activities.audit, AuditOrder(10)).documents == 1
    for original in (tmp_path / "archive" / "originals").rglob("*"):
        if original.is_file():
            original.chmod(0o600)
            original.write_bytes(b"not what came")

    with pytest.raises(ApplicationError) as failure:
        ActivityEnvironment().run(activities.audit, AuditOrder(10))

    assert (failure.value.type, failure.value.non_retryable) == ("integrity_violated", True)
    assert any("damaged" in str(detail) for detail in failure.value.details)
