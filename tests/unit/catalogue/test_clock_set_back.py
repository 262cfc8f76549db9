"""A clock that was ahead is set right again: nothing acknowledged meanwhile waits for that day, and nobody dead is alive."""

from datetime import timedelta

import pytest

from models.access import EVERYTHING
from models.archive import DocumentState
from models.clues import Clues
from models.jobs import Ahead
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.outbox import Outbox
from storage.catalogue.queue import LeaseQueue
from tests.support.catalogued import START, StandingClock, a_reading, a_received, an_invoice, only

LEASE = 60.0
AHEAD = [timedelta(hours=3).total_seconds(), timedelta(days=365).total_seconds(), timedelta(days=40_000).total_seconds()]


@pytest.fixture
def queue(catalogue: Catalogue, clock: StandingClock) -> LeaseQueue:
    return LeaseQueue(catalogue, clock=clock)


@pytest.fixture
def batches(catalogue: Catalogue, clock: StandingClock) -> Batches:
    return Batches(catalogue, clock=clock)


@pytest.mark.parametrize("ahead", [1.0, *AHEAD])
def test_what_was_acknowledged_is_read_at_once(queue: LeaseQueue, clock: StandingClock, ahead: float) -> None:
    clock.move(ahead)
    queue.accept(a_received(1))
    clock.move(-ahead)

    assert queue.claim("w", LEASE) is not None


@pytest.mark.parametrize("ahead", AHEAD)
def test_what_failed_meanwhile_is_tried_again_now(queue: LeaseQueue, clock: StandingClock, ahead: float) -> None:
    clock.move(ahead)
    for number in (1, 2):
        queue.accept(a_received(number), "batch")
        job = queue.claim("w", LEASE)
        assert job is not None
        if number == 1:
            queue.fail(job, "w", "recognition_failed", retry=True)
        else:
            queue.give_back(job, "w")
    clock.move(-ahead)

    assert queue.ahead("batch") == Ahead(2, 0.0)
    assert queue.claim("w", LEASE) is not None
    assert queue.claim("w", LEASE) is not None


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_lease_of_a_worker_that_died_meanwhile_is_no_lease(queue: LeaseQueue, clock: StandingClock, ahead: float) -> None:
    queue.accept(a_received(1))
    clock.move(ahead)
    assert queue.claim("dead", LEASE) is not None
    queue.beat("dead", 1)
    clock.move(-ahead)

    assert queue.alive_workers(30) == 0
    job = queue.claim("w", LEASE)
    assert job is not None
    assert queue.extend(job, "w", LEASE)


def test_a_worker_that_lives_keeps_its_job(queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1))
    clock.move(AHEAD[1])
    job = queue.claim("w", LEASE)
    assert job is not None
    clock.move(-AHEAD[1])

    assert queue.extend(job, "w", LEASE)
    assert queue.claim("other", LEASE) is None
    assert (queue.running(), queue.waiting()) == (1, 0)


def test_a_longer_lease_of_another_worker_is_believed(queue: LeaseQueue) -> None:
    queue.accept(a_received(1))
    assert queue.claim("patient", 10 * LEASE) is not None

    assert queue.claim("w", LEASE) is None


def test_a_dead_worker_is_freed_once(queue: LeaseQueue) -> None:
    queue.accept(a_received(1))
    queue.claim("dead", LEASE)
    queue.release("dead")

    assert queue.holders() == ()
    assert queue.claim("w", LEASE) is not None


@pytest.mark.parametrize("ahead", AHEAD)
def test_what_an_engine_outside_was_offered_meanwhile_is_offered_again(
    catalogue: Catalogue, queue: LeaseQueue, clock: StandingClock, ahead: float
) -> None:
    outbox = Outbox(catalogue, clock=clock)
    clock.move(ahead)
    for number in (1, 2, 3):
        queue.accept(a_received(number))
    first, second, _ = outbox.reserve(3, 60)
    outbox.put_off([first], 3600)
    outbox.take(second.id, second.document, "outside:dead", LEASE)
    clock.move(-ahead)

    assert len(outbox.reserve(5, 60)) == 3


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_request_that_was_never_answered_frees_its_key_and_a_batch_can_be_called_off(
    queue: LeaseQueue, batches: Batches, clock: StandingClock, ahead: float
) -> None:
    clock.move(ahead)
    assert batches.remember("key", "fingerprint", "batch")
    queue.accept(a_received(1), "batch")
    queue.claim("dead", LEASE)
    clock.move(-ahead)

    assert batches.remember("key", "other", "another")
    assert not batches.remember("key", "third", "batch")
    assert batches.cancel_batch("batch") == 1


def test_a_reading_during_which_the_clock_was_set_says_nothing_of_the_pace(queue: LeaseQueue, clock: StandingClock) -> None:
    for number, moved in enumerate([2, 2, 2, 2, AHEAD[1], -AHEAD[1]]):
        queue.accept(a_received(number))
        job = queue.claim("w", LEASE)
        assert job is not None
        clock.move(moved)
        queue.finish(job, "w")
    queue.beat("w", 1)

    pace = queue.pace()
    assert pace is not None
    assert pace.page_seconds == 2.0


def test_what_came_in_by_a_clock_of_another_century_is_indexed_and_found(catalogue: Catalogue) -> None:
    clock = StandingClock(START + timedelta(days=40_000))
    received = a_received(1)
    received = type(received)(received.document, clock(), received.source)
    catalogue.record_received(received)
    catalogue.record_reading(received, a_reading(received, an_invoice(invoice_number="12345678")), 1)

    assert only(catalogue.find(Clues(number="12345678"), EVERYTHING)).invoice.received_at == clock()
    assert catalogue.document(received.document.digest, EVERYTHING).state is DocumentState.DONE
