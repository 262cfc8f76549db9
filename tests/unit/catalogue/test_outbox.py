"""The outbox: what is due is offered in order, once at a time, and again when nobody came for it."""

import pytest

from models.access import EVERYTHING
from models.archive import DocumentState
from models.digest import Digest
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.outbox import OUTSIDE, Outbox
from storage.catalogue.queue import LeaseQueue
from tests.support.catalogued import StandingClock, a_received


def digest(number: int) -> Digest:
    return a_received(number).document.digest


@pytest.fixture
def outbox(catalogue: Catalogue, clock: StandingClock) -> Outbox:
    return Outbox(catalogue, clock=clock)


@pytest.fixture
def queue(catalogue: Catalogue, clock: StandingClock) -> LeaseQueue:
    return LeaseQueue(catalogue, clock=clock)


def test_what_waits_is_offered_by_priority_and_then_in_order(outbox: Outbox, queue: LeaseQueue) -> None:
    for number, priority in [(1, 0), (2, 0), (3, 5)]:
        queue.accept(a_received(number), priority=priority)

    assert [job.document for job in outbox.reserve(2, 60)] == [digest(3), digest(1)]
    assert [(job.document, job.version, job.priority) for job in outbox.reserve(2, 60)] == [(digest(2), 1, 0)]


def test_what_was_reserved_and_not_come_for_is_offered_again(outbox: Outbox, queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1))
    first = outbox.reserve(10, 60)
    clock.move(59)
    early = outbox.reserve(10, 60)
    clock.move(1)

    assert (early, outbox.reserve(10, 60)) == ((), first)


def test_what_is_put_off_comes_back_after_its_time_and_at_once_for_none(outbox: Outbox, queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1))
    jobs = outbox.reserve(10, 60)
    outbox.put_off(jobs, 3600)
    clock.move(3599)
    assert outbox.reserve(10, 60) == ()
    clock.move(1)
    assert outbox.reserve(10, 60) == jobs
    outbox.put_off(jobs, 0)
    assert outbox.reserve(10, 60) == jobs


def test_what_is_being_read_is_not_offered(outbox: Outbox, queue: LeaseQueue, clock: StandingClock) -> None:
    queue.accept(a_received(1))
    [job] = outbox.reserve(10, 60)
    assert outbox.take(job.id, digest(1), f"{OUTSIDE}a", 600) is not None
    clock.move(120)

    assert outbox.reserve(10, 60) == ()
    assert queue.running() == 1


def test_each_worker_that_takes_a_job_makes_one_more_attempt(outbox: Outbox, queue: LeaseQueue) -> None:
    queue.accept(a_received(1))
    [job] = outbox.reserve(10, 60)
    taken = [outbox.take(job.id, digest(1), f"{OUTSIDE}{name}", 600) for name in "ab"]

    assert [one and one.attempt for one in taken] == [1, 2]


def test_an_id_that_is_another_document_s_by_now_takes_nothing(outbox: Outbox, queue: LeaseQueue) -> None:
    queue.accept(a_received(1))
    [job] = outbox.reserve(10, 60)

    assert outbox.take(job.id, digest(2), f"{OUTSIDE}a", 600) is None
    outbox.end(job.id, digest(2), DocumentState.UNREAD, "worker_lost")
    assert queue.waiting() == 1


def test_a_document_says_how_often_it_was_tried(outbox: Outbox, queue: LeaseQueue, catalogue: Catalogue) -> None:
    batch = "b"
    Batches(catalogue).create_batch(batch, a_received(1).received_at)
    queue.accept(a_received(1), batch)
    [job] = outbox.reserve(10, 60)
    for name in "ab":
        outbox.take(job.id, digest(1), f"{OUTSIDE}{name}", 600)
    [item] = Batches(catalogue).batch(batch, EVERYTHING).items

    assert (item.state, item.attempts) == (DocumentState.RUNNING, 2)
