"""The lease queue: nothing is read twice at once, nothing is forgotten."""

from collections.abc import Callable

import pytest

from models.access import EVERYTHING
from models.archive import DocumentState
from models.errors import UnsupportedMediaType
from models.jobs import Job
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.queue import WORKER_LOST, LeaseQueue
from tests.support.catalogued import START, StandingClock, a_reading, a_received, an_invoice, index

LEASE = 60.0


@pytest.fixture
def queue(catalogue: Catalogue, clock: StandingClock) -> LeaseQueue:
    return LeaseQueue(catalogue, max_attempts=3, retry_seconds=30, clock=clock)


@pytest.fixture
def state(catalogue: Catalogue) -> Callable[[int], tuple[DocumentState, str | None]]:
    """State and error of the document with this number."""

    def look(number: int) -> tuple[DocumentState, str | None]:
        document = catalogue.document(a_received(number).document.digest, EVERYTHING)
        return document.state, document.error

    return look


def _claim(queue: LeaseQueue, worker: str = "w") -> Job:
    job = queue.claim(worker, LEASE)
    assert job is not None
    return job


def test_an_accepted_document_is_claimed_read_and_done(catalogue: Catalogue, queue: LeaseQueue, state) -> None:
    received = a_received(1)

    assert queue.accept(received) is DocumentState.QUEUED
    assert (queue.waiting(), queue.running(), state(1)[0]) == (1, 0, DocumentState.QUEUED)
    job = _claim(queue)
    assert (job.document, job.attempt, job.file_name) == (received.document.digest, 1, "发票1.jpg")
    assert (queue.waiting(), queue.running(), state(1)[0]) == (0, 1, DocumentState.RUNNING)
    assert queue.claim("other", LEASE) is None
    catalogue.record_reading(received, a_reading(received, an_invoice()), 1)
    queue.finish(job, "w")

    assert (queue.waiting(), queue.running(), state(1)) == (0, 0, (DocumentState.DONE, None))


def test_an_empty_queue_gives_nothing(queue: LeaseQueue) -> None:
    assert queue.claim("w", LEASE) is None


def test_a_document_waits_once_however_often_it_is_accepted(queue: LeaseQueue) -> None:
    answers = [queue.accept(a_received(1)) for _ in range(2)]
    queue.enqueue(a_received(1).document.digest, "again.jpg", priority=9)
    _claim(queue)
    answers.append(queue.accept(a_received(1)))
    queue.enqueue(a_received(1).document.digest, "again.jpg")

    assert answers == [DocumentState.QUEUED, DocumentState.DUPLICATE, DocumentState.DUPLICATE]
    assert (queue.waiting(), queue.running()) == (0, 1)


def test_what_is_read_is_not_accepted_for_reading_but_may_be_asked_to_be_read_again(catalogue: Catalogue, queue: LeaseQueue, state) -> None:
    received = index(catalogue, 1, an_invoice())

    assert (queue.accept(received), queue.waiting()) == (DocumentState.DUPLICATE, 0)
    queue.enqueue(received.document.digest, "a.jpg")

    assert (queue.waiting(), state(1)[0]) == (1, DocumentState.QUEUED)


def test_what_could_not_be_read_is_accepted_again(queue: LeaseQueue, state) -> None:
    queue.accept(a_received(1))
    queue.fail(_claim(queue), "w", "recognition_failed", retry=False)

    assert queue.accept(a_received(1)) is DocumentState.QUEUED
    assert (queue.waiting(), state(1)) == (1, (DocumentState.QUEUED, None))


def test_higher_priority_goes_first_then_the_older(queue: LeaseQueue) -> None:
    for number, priority in ((1, 0), (2, 5), (3, 0), (4, 5), (5, -1)):
        queue.accept(a_received(number), priority=priority)

    order = [_claim(queue).file_name for _ in range(5)]

    assert order == ["发票2.jpg", "发票4.jpg", "发票1.jpg", "发票3.jpg", "发票5.jpg"]


def test_a_job_comes_back_when_its_lease_runs_out_and_the_late_worker_changes_nothing(
    catalogue: Catalogue, queue: LeaseQueue, clock: StandingClock, state
) -> None:
    queue.accept(a_received(1))
    late = _claim(queue, "late")
    clock.move(LEASE - 1)
    assert queue.claim("next", LEASE) is None
    clock.move(1)

    again = _claim(queue, "next")

    assert (again.id, again.attempt) == (late.id, 2)
    assert queue.extend(late, "late", LEASE) is False
    queue.finish(late, "late")
    queue.fail(late, "late", "recognition_failed", retry=False)
    assert (queue.running(), state(1)) == (1, (DocumentState.RUNNING, None))
    assert queue.extend(again, "next", LEASE) is True


def test_a_worker_that_gets_its_own_lost_job_again_holds_the_new_lease_only(queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1))
    first = _claim(queue)
    clock.move(LEASE)
    second = _claim(queue)

    assert (queue.extend(first, "w", LEASE), queue.extend(second, "w", LEASE)) == (False, True)


def test_a_heartbeat_prolongs_the_lease(queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1))
    job = _claim(queue)
    for _ in range(5):
        clock.move(LEASE / 2)
        assert queue.extend(job, "w", LEASE) is True

    assert queue.claim("other", LEASE) is None
    assert (queue.waiting(), queue.running()) == (0, 1)


def test_a_late_heartbeat_still_counts_while_nobody_took_the_job(queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1))
    job = _claim(queue)
    clock.move(LEASE * 2)
    assert (queue.waiting(), queue.running()) == (1, 0)

    assert queue.extend(job, "w", LEASE) is True
    assert queue.claim("other", LEASE) is None


def test_a_failure_is_tried_again_after_a_pause_that_grows(queue: LeaseQueue, clock: StandingClock, state) -> None:
    queue.accept(a_received(1))

    for attempt, pause in ((1, 30), (2, 60)):
        job = _claim(queue)
        assert job.attempt == attempt
        queue.fail(job, "w", "recognition_failed", retry=True)
        assert (queue.waiting(), state(1)) == (1, (DocumentState.QUEUED, "recognition_failed"))
        clock.move(pause - 1)
        assert queue.claim("w", LEASE) is None
        clock.move(1)
    queue.fail(_claim(queue), "w", "store_unavailable", retry=True)

    assert (queue.waiting(), queue.running(), state(1)) == (0, 0, (DocumentState.UNREAD, "store_unavailable"))


def test_a_final_failure_leaves_the_scan_unread_at_once(queue: LeaseQueue, state) -> None:
    queue.accept(a_received(1))

    queue.fail(_claim(queue), "w", "unreadable_file", retry=False)

    assert (queue.waiting(), state(1)) == (0, (DocumentState.UNREAD, "unreadable_file"))


def test_a_job_that_kills_its_worker_every_time_is_given_up(queue: LeaseQueue, clock: StandingClock, state) -> None:
    queue.accept(a_received(1))
    queue.accept(a_received(2), priority=-1)
    for attempt in (1, 2, 3):
        assert _claim(queue).attempt == attempt
        clock.move(LEASE)

    assert _claim(queue).file_name == "发票2.jpg"
    assert state(1) == (DocumentState.UNREAD, WORKER_LOST)
    assert (queue.waiting(), queue.running()) == (0, 1)


def test_a_failed_second_reading_leaves_the_first_one_in_force(catalogue: Catalogue, queue: LeaseQueue, state) -> None:
    received = index(catalogue, 1, an_invoice())
    queue.enqueue(received.document.digest, "a.jpg")

    queue.fail(_claim(queue), "w", "recognition_failed", retry=False)

    assert state(1) == (DocumentState.DONE, "recognition_failed")


def test_a_job_that_brought_nothing_new_leaves_the_state_of_the_reading(catalogue: Catalogue, queue: LeaseQueue, state) -> None:
    received = index(catalogue, 1, an_invoice(), version=2)
    queue.enqueue(received.document.digest, "a.jpg")
    job = _claim(queue)
    catalogue.record_reading(received, a_reading(received), 1)

    queue.finish(job, "w")

    assert state(1) == (DocumentState.DONE, None)


def test_a_job_whose_document_a_rebuild_has_not_reached_yet_is_done(catalogue: Catalogue, queue: LeaseQueue, state) -> None:
    queue.accept(a_received(1))
    catalogue.erase()

    job = _claim(queue)
    catalogue.record_reading(a_received(1), a_reading(a_received(1), an_invoice()), 1)
    queue.finish(job, "w")

    assert (queue.waiting(), state(1)[0]) == (0, DocumentState.DONE)


def test_a_batch_begins_with_its_first_file(catalogue: Catalogue, queue: LeaseQueue, clock: StandingClock) -> None:
    batches = Batches(catalogue, clock=clock)
    begun = clock()

    queue.accept(a_received(1), batch="b")
    clock.move(60)
    queue.accept(a_received(2), batch="b")
    position = batches.add_refused("b", "notes.jpg", UnsupportedMediaType("no picture"))

    assert (position, len(batches.batch("b", EVERYTHING).items), batches.batch("b", EVERYTHING).created_at) == (3, 3, begun)


def test_an_accepted_document_stands_in_its_batch(catalogue: Catalogue, queue: LeaseQueue) -> None:
    batches = Batches(catalogue)
    batches.create_batch("b", START)

    queue.accept(a_received(1), batch="b")

    [item] = batches.batch("b", EVERYTHING).items
    assert (item.position, item.file_name, item.digest, item.state) == (1, "发票1.jpg", a_received(1).document.digest, DocumentState.QUEUED)


def test_workers_live_until_they_leave_or_fall_silent(queue: LeaseQueue, clock: StandingClock) -> None:
    queue.beat("a", 1)
    clock.move(20)
    queue.beat("b", 2)
    queue.beat("c", 3)
    assert queue.alive_workers(30) == 3

    clock.move(15)
    queue.beat("c", 3)
    queue.leave("b")
    queue.leave("never seen")

    assert (queue.alive_workers(30), queue.alive_workers(60)) == (1, 2)


def test_the_jobs_of_a_worker_known_to_be_dead_are_given_at_once(queue: LeaseQueue) -> None:
    for number in (1, 2):
        queue.accept(a_received(number))
    dead, alive = _claim(queue, "dead"), _claim(queue, "alive")
    queue.beat("dead", 1)
    assert sorted(queue.holders()) == ["alive", "dead"]

    queue.release("dead")

    again = _claim(queue, "next")
    assert (again.id, again.attempt) == (dead.id, 2)
    assert (queue.extend(dead, "dead", LEASE), queue.extend(alive, "alive", LEASE)) == (False, True)
    assert (sorted(queue.holders()), queue.alive_workers(LEASE)) == (["alive", "next"], 0)


def test_a_job_makes_one_version_however_often_it_is_given(catalogue: Catalogue, queue: LeaseQueue, clock: StandingClock) -> None:
    received = index(catalogue, 1, an_invoice(), version=3)
    queue.enqueue(received.document.digest, "a.jpg")
    queue.accept(a_received(2))

    versions = [_claim(queue).version, _claim(queue).version]
    clock.move(LEASE)

    assert versions == [4, 1]
    assert _claim(queue).version == 4


def test_a_batch_calls_a_file_what_its_sender_called_it(catalogue: Catalogue, queue: LeaseQueue) -> None:
    batches = Batches(catalogue)
    batches.create_batch("b", START)
    queue.accept(a_received(1))

    queue.accept(a_received(1), "b", file_name="again.jpg")

    assert [item.file_name for item in batches.batch("b", EVERYTHING).items] == ["again.jpg"]
