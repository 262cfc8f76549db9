"""What the queue promises whoever waits: who goes first, what is tried again, how long it takes, when there is too much."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, insert

from models.access import EVERYTHING
from models.archive import DocumentState
from models.errors import BatchNotFound
from models.jobs import Ahead, Job, Pace
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.pace import MEASURED_JOBS
from storage.catalogue.queue import LeaseQueue
from storage.catalogue.tables import jobs
from tests.support.catalogued import START, StandingClock, a_reading, a_received, an_invoice

LEASE = 60.0


@pytest.fixture
def queue(catalogue: Catalogue, clock: StandingClock) -> LeaseQueue:
    return LeaseQueue(catalogue, retry_seconds=30, clock=clock)


@pytest.fixture
def batches(catalogue: Catalogue, clock: StandingClock) -> Batches:
    batches = Batches(catalogue, clock=clock)
    batches.create_batch("a", START)
    return batches


def _claim(queue: LeaseQueue, worker: str = "w") -> Job:
    job = queue.claim(worker, LEASE)
    assert job is not None
    return job


def _give_up(queue: LeaseQueue, error: str = "recognition_failed") -> None:
    queue.fail(_claim(queue), "w", error, retry=False)


def _read_one(queue: LeaseQueue, clock: StandingClock, seconds: float) -> None:
    queue.beat("w", 1)
    job = _claim(queue)
    clock.move(seconds)
    queue.beat("w", 1)
    queue.finish(job, "w")


@contextmanager
def _statements(catalogue: Catalogue) -> Iterator[list[tuple[str, Any]]]:
    """Everything that is sent to the database inside the block."""
    seen: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        seen.append((statement, parameters))

    with catalogue.database.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _many_waiting(catalogue: Catalogue, count: int) -> None:
    rows = [
        {"document": f"{number:064x}", "file_name": "batch.jpg", "priority": 0, "attempt": 0, "version": 1, "not_before": START}
        for number in range(count)
    ]
    with catalogue.database.writing() as connection:
        connection.execute(insert(jobs), rows)


def test_a_phone_photo_overtakes_ten_thousand_waiting_scans_by_an_index(catalogue: Catalogue, queue: LeaseQueue) -> None:
    _many_waiting(catalogue, 10_000)
    queue.accept(a_received(1), priority=1)

    with catalogue.database.writing() as connection:
        connection.exec_driver_sql("ANALYZE jobs")
    with _statements(catalogue) as seen:
        claimed = [_claim(queue).file_name, _claim(queue).file_name]
    explain = "EXPLAIN QUERY PLAN" if catalogue.database.dialect == "sqlite" else "EXPLAIN"
    with catalogue.database.reading() as connection:
        plans = [
            str(row)
            for statement, parameters in seen
            if "FROM jobs" in statement
            for row in connection.exec_driver_sql(f"{explain} {statement}", parameters)
        ]

    assert claimed == ["发票1.jpg", "batch.jpg"]
    assert queue.waiting() == 9_999
    # The first look only asks whether there is anything at all, and stops at the first row.
    assert any("ix_jobs_order" in plan for plan in plans)
    assert any("ix_jobs_attempt" in plan for plan in plans)
    assert not any("TEMP B-TREE" in plan or "Sort" in plan for plan in plans)


def test_the_files_of_a_batch_that_were_not_read_are_queued_again(
    catalogue: Catalogue, batches: Batches, queue: LeaseQueue, clock: StandingClock
) -> None:
    for number in (1, 2, 3, 4):
        queue.accept(a_received(number), batch="a")
    _give_up(queue)
    for _ in range(3):
        _claim(queue)
        clock.move(LEASE)
    read = _claim(queue)
    catalogue.record_reading(a_received(3), a_reading(a_received(3), an_invoice()), 1)
    queue.finish(read, "w")
    batches.cancel_batch("a")
    states = [(item.state, item.error_code, item.attempts) for item in batches.batch("a", EVERYTHING).items]

    assert queue.retry_batch("a") == 3

    assert states == [
        (DocumentState.UNREAD, "recognition_failed", 1),
        (DocumentState.UNREAD, "worker_lost", 3),
        (DocumentState.DONE, None, 1),
        (DocumentState.CANCELLED, None, 0),
    ]
    again = batches.batch("a", EVERYTHING)
    assert [(item.state.value, item.error_code, item.attempts) for item in again.items] == [
        ("queued", None, 0),
        ("queued", None, 0),
        ("done", None, 1),
        ("queued", None, 0),
    ]
    assert again.cancelled_at is None
    assert [_claim(queue).attempt for _ in range(3)] == [1, 1, 1]
    assert queue.retry_batch("a") == 0


def test_a_batch_that_is_not_there_cannot_be_tried_again(queue: LeaseQueue) -> None:
    with pytest.raises(BatchNotFound):
        queue.retry_batch("none")


def test_what_is_set_aside_stays_aside_until_somebody_asks(catalogue: Catalogue, batches: Batches, queue: LeaseQueue) -> None:
    queue.accept(a_received(1), batch="a")
    _give_up(queue)
    [entry] = catalogue.review(EVERYTHING).entries

    assert queue.claim("w", LEASE) is None
    assert (entry.document.state, entry.document.error, entry.document.attempts) == (DocumentState.UNREAD, "recognition_failed", 1)


def test_a_reading_that_could_not_be_tried_was_no_try(batches: Batches, queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1), batch="a")
    for _ in range(5):
        job = _claim(queue)
        assert job.attempt == 1
        queue.give_back(job, "w")
        assert (queue.claim("w", LEASE), queue.waiting()) == (None, 1)
        clock.move(30)

    assert [(item.state, item.attempts) for item in batches.batch("a", EVERYTHING).items] == [(DocumentState.QUEUED, 0)]


def test_a_lost_lease_cannot_be_given_back(queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1))
    late = _claim(queue, "late")
    clock.move(LEASE)
    now = _claim(queue, "now")

    queue.give_back(late, "late")

    assert queue.extend(now, "now", LEASE) is True


def test_what_has_a_job_is_pending(queue: LeaseQueue) -> None:
    received = [a_received(number) for number in range(1200)]
    for one in received[:3]:
        queue.accept(one)
    _give_up(queue)
    _claim(queue)

    assert queue.pending(one.document.digest for one in received) == {received[1].document.digest, received[2].document.digest}


def test_a_queue_is_too_long_by_one_job_more_than_the_limit(queue: LeaseQueue) -> None:
    for number in range(3):
        queue.accept(a_received(number))
    _claim(queue)

    assert [queue.exceeds(limit) for limit in (1, 2, 3, 4)] == [True, True, False, False]


def test_the_pace_is_that_of_the_last_readings_of_all_workers_alive(queue: LeaseQueue, clock: StandingClock) -> None:
    for number in range(MEASURED_JOBS + 4):
        queue.accept(a_received(number))
    for _ in range(3):
        _read_one(queue, clock, 1000)
        assert queue.pace() is None
    _read_one(queue, clock, 1000)
    assert queue.pace() == Pace(1000, 1, 1)
    for _ in range(MEASURED_JOBS):
        _read_one(queue, clock, 2)
    queue.beat("another", 2)

    pace = queue.pace()

    assert pace == Pace(2, 1, 2)
    assert (pace.pages_a_minute, pace.seconds_for(10)) == (60, 10)
    clock.move(31)
    assert queue.pace() is None


def test_ahead_of_a_batch_is_everything_that_is_read_before_its_last_file(batches: Batches, queue: LeaseQueue) -> None:
    batches.create_batch("b", START)
    for number, batch, priority in ((1, None, 0), (2, "a", 0), (3, None, 5), (4, "a", 0), (5, None, 0), (6, "b", 9)):
        queue.accept(a_received(number), batch, priority)

    assert (queue.ahead("a"), queue.ahead("b"), queue.ahead("none")) == (Ahead(5, 0), Ahead(1, 0), None)
    first = _claim(queue)
    assert first.file_name == "发票6.jpg"
    assert (queue.ahead("a"), queue.ahead("b")) == (Ahead(5, 0), Ahead(1, 0))
    queue.finish(first, "w")
    assert (queue.ahead("a"), queue.ahead("b")) == (Ahead(4, 0), None)


def test_a_file_that_is_tried_again_later_is_waited_for(batches: Batches, queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1), batch="a")
    queue.fail(_claim(queue), "w", "recognition_failed", retry=True)
    clock.move(10)

    assert queue.ahead("a") == Ahead(1, 20)
