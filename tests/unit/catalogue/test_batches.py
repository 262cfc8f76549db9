"""Files that came together: what became of each, and what calling them off does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from models.access import EVERYTHING
from models.archive import DocumentState, invoice_id
from models.batch import BatchItem, RememberedRequest
from models.errors import BatchNotFound, UnsupportedMediaType
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.queue import LeaseQueue
from tests.support.catalogued import START, StandingClock, a_reading, a_received, an_invoice, index

REFUSAL = UnsupportedMediaType("no picture: text")


@pytest.fixture
def queue(catalogue: Catalogue, clock: StandingClock) -> LeaseQueue:
    return LeaseQueue(catalogue, clock=clock)


@pytest.fixture
def batches(catalogue: Catalogue, clock: StandingClock) -> Batches:
    batches = Batches(catalogue, stale_seconds=600, clock=clock)
    for name in ("a", "b"):
        batches.create_batch(name, START)
    return batches


def _states(batches: Batches, name: str) -> list[str]:
    return [item.state.value for item in batches.batch(name, EVERYTHING).items]


def test_each_file_says_what_became_of_it(catalogue: Catalogue, batches: Batches, queue: LeaseQueue) -> None:
    read = index(catalogue, 1, an_invoice())
    queue.accept(a_received(2), batch="a")
    batches.add_refused("a", "notes.jpg", REFUSAL)
    queue.accept(read, batch="a", file_name="copy of 1.jpg")
    queue.accept(a_received(2), batch="a")

    batch = batches.batch("a", EVERYTHING)

    digests = [a_received(number).document.digest for number in (1, 2)]
    assert (batch.id, batch.created_at, batch.cancelled_at) == ("a", START, None)
    assert batch.items == (
        BatchItem(1, "发票2.jpg", digests[1], DocumentState.QUEUED),
        BatchItem(2, "notes.jpg", None, DocumentState.REFUSED, "unsupported_media_type", "no picture: text"),
        BatchItem(3, "copy of 1.jpg", digests[0], DocumentState.DUPLICATE, duplicate_of=invoice_id(digests[0], 1)),
        BatchItem(4, "发票2.jpg", digests[1], DocumentState.DUPLICATE, duplicate_of=str(digests[1])),
    )
    assert batch.counts == {DocumentState.QUEUED: 1, DocumentState.REFUSED: 1, DocumentState.DUPLICATE: 2}


def test_the_states_are_those_of_now(catalogue: Catalogue, batches: Batches, queue: LeaseQueue) -> None:
    for number in (1, 2):
        queue.accept(a_received(number), batch="a")
    assert (_states(batches, "a"), batches.batch("a", EVERYTHING).settled) == (["queued", "queued"], False)

    first = queue.claim("w", 60)
    assert first is not None
    assert _states(batches, "a") == ["running", "queued"]
    catalogue.record_reading(a_received(1), a_reading(a_received(1), an_invoice()), 1)
    queue.finish(first, "w")
    second = queue.claim("w", 60)
    assert second is not None
    queue.fail(second, "w", "recognition_failed", retry=False)

    batch = batches.batch("a", EVERYTHING)
    assert [(item.state, item.error_code) for item in batch.items] == [
        (DocumentState.DONE, None),
        (DocumentState.UNREAD, "recognition_failed"),
    ]
    assert batch.settled


def test_a_batch_is_made_once(batches: Batches, queue: LeaseQueue) -> None:
    queue.accept(a_received(1), batch="a")

    batches.create_batch("a", START + timedelta(days=1))

    assert (batches.batch("a", EVERYTHING).created_at, len(batches.batch("a", EVERYTHING).items)) == (START, 1)


def test_an_unknown_batch_is_not_found(batches: Batches) -> None:
    for use in (lambda name: batches.batch(name, EVERYTHING), batches.cancel_batch):
        with pytest.raises(BatchNotFound):
            use("none")


def test_cancelling_calls_off_what_waits_and_lets_the_rest_go_on(
    catalogue: Catalogue, batches: Batches, queue: LeaseQueue, clock: StandingClock
) -> None:
    for number in (1, 2, 3):
        queue.accept(a_received(number), batch="a")
    batches.add_refused("a", "notes.jpg", REFUSAL)
    running = queue.claim("w", 60)
    assert running is not None

    assert batches.cancel_batch("a") == 2

    assert _states(batches, "a") == ["running", "cancelled", "cancelled", "refused"]
    assert (batches.batch("a", EVERYTHING).cancelled_at, queue.waiting(), queue.extend(running, "w", 60)) == (clock(), 0, True)
    catalogue.record_reading(a_received(1), a_reading(a_received(1), an_invoice()), 1)
    queue.finish(running, "w")
    assert _states(batches, "a") == ["done", "cancelled", "cancelled", "refused"]
    assert batches.cancel_batch("a") == 0


def test_a_cancelled_document_can_be_sent_again(batches: Batches, queue: LeaseQueue) -> None:
    queue.accept(a_received(1), batch="a")
    batches.cancel_batch("a")

    assert queue.accept(a_received(1), batch="b") is DocumentState.QUEUED
    assert _states(batches, "b") == ["queued"]


def test_what_another_batch_waits_for_is_not_called_off(batches: Batches, queue: LeaseQueue) -> None:
    queue.accept(a_received(1), batch="a")
    queue.accept(a_received(1), batch="b")

    assert (batches.cancel_batch("a"), queue.waiting()) == (0, 1)
    assert (batches.cancel_batch("b"), queue.waiting()) == (1, 0)


def test_what_was_asked_for_without_a_batch_is_not_called_off(batches: Batches, queue: LeaseQueue) -> None:
    queue.accept(a_received(1))
    queue.accept(a_received(1), batch="a")

    assert (batches.cancel_batch("a"), queue.waiting()) == (0, 1)


def test_calling_off_a_second_reading_leaves_the_first_one_in_force(catalogue: Catalogue, batches: Batches, queue: LeaseQueue) -> None:
    received = index(catalogue, 1, an_invoice())
    queue.enqueue(received.document.digest, "a.jpg", batch="a")

    assert batches.cancel_batch("a") == 1
    assert catalogue.document(received.document.digest, EVERYTHING).state is DocumentState.DONE


def test_a_key_is_given_to_one_request(batches: Batches) -> None:
    assert batches.recall("k") is None
    assert batches.remember("k", "f1", "a") is True
    assert batches.remember("k", "f2", "b") is False
    assert batches.recall("k") == RememberedRequest("f1", "a", complete=False)

    batches.complete("k")

    assert batches.recall("k") == RememberedRequest("f1", "a", complete=True)


def test_of_many_requests_at_once_one_is_given_the_key(batches: Batches) -> None:
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda name: batches.remember("k", "f", name), [f"batch {number}" for number in range(16)]))

    winner = batches.recall("k")
    assert winner is not None
    assert [f"batch {number}" for number in range(16) if given[number]] == [winner.batch_id]


def test_a_key_is_free_again_when_its_request_failed_or_died(batches: Batches, clock: StandingClock) -> None:
    batches.remember("failed", "f", "a")
    batches.forget("failed")
    batches.remember("died", "f", "a")
    batches.remember("answered", "f", "a")
    batches.complete("answered")
    clock.move(599)
    assert batches.remember("died", "f", "b") is False
    clock.move(1)

    assert [batches.remember(key, "f", "b") for key in ("failed", "died", "answered")] == [True, True, False]
