"""The outbox of webhooks on either database: one message is sent by one process at a time, and noted with what happened."""

from datetime import timedelta

import pytest

from models.digest import Digest
from models.webhooks import RETRY_AFTER, Endpoint, Event, MessageState
from ocr_service.webhooks import told
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.happenings import ENDPOINTS, READ, note_happening
from storage.catalogue.histories import HistoryIndex
from storage.catalogue.queue import LeaseQueue
from storage.catalogue.webhooks import LEASE, Message, Tried, WebhookOutbox
from storage.histories import HistoryVersion
from tests.support.catalogued import START, StandingClock, a_received

HOOK = Endpoint("0123456789ab", "https://example.com/", "", frozenset(), None, "whsec_AAAA", START)
ANSWERED, REFUSED = Tried(START, 204, None, 5), Tried(START, 500, None, 5)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def outbox(catalogue: Catalogue, clock: StandingClock) -> WebhookOutbox:
    return WebhookOutbox(catalogue.database, clock)


def _message(key: str = "1") -> Message:
    return told(HOOK, Event.TEST, key, START, {}, START)


def _add_endpoint(catalogue: Catalogue) -> None:
    HistoryIndex(catalogue.database).record(HistoryVersion(ENDPOINTS + HOOK.id, 1, START, "local", HOOK.to_body()))


def test_a_message_is_given_to_one_until_its_lease_is_over(outbox: WebhookOutbox, clock: StandingClock) -> None:
    outbox.add(_message())

    assert outbox.claim(HOOK.id, "one") == _message()
    assert outbox.claim(HOOK.id, "other") is None
    clock.now += LEASE
    assert outbox.claim(HOOK.id, "other") == _message()


def test_who_lost_the_lease_still_says_that_it_was_delivered_and_never_that_it_failed(outbox: WebhookOutbox, clock: StandingClock) -> None:
    outbox.add(_message())
    outbox.claim(HOOK.id, "one")
    clock.now += LEASE
    outbox.claim(HOOK.id, "other")

    outbox.note_try(_message().id, "one", REFUSED)
    assert outbox.deliveries(HOOK.id, 10)[0].attempts == 0
    outbox.note_try(_message().id, "one", ANSWERED)
    outbox.note_try(_message().id, "other", REFUSED)

    [delivery] = outbox.deliveries(HOOK.id, 10)
    assert delivery.state is MessageState.DELIVERED


def test_a_failed_try_waits_for_its_time(outbox: WebhookOutbox, clock: StandingClock) -> None:
    outbox.add(_message())
    outbox.claim(HOOK.id, "one")
    outbox.note_try(_message().id, "one", REFUSED)

    assert outbox.claim(HOOK.id, "one") is None
    assert not outbox.waits(HOOK.id)
    clock.now = START + RETRY_AFTER[0]
    assert outbox.claim(HOOK.id, "one") == _message()


def test_a_clock_that_was_ahead_keeps_nothing_waiting(outbox: WebhookOutbox, clock: StandingClock) -> None:
    clock.now += timedelta(days=400)
    outbox.add(_message()._replace(made_at=clock.now))
    outbox.claim(HOOK.id, "one")
    clock.now = START

    assert outbox.claim(HOOK.id, "other") is not None


def test_what_others_tell_is_not_told_again(outbox: WebhookOutbox) -> None:
    place = outbox.begin(START)

    assert outbox.take_in(place, (4, 0), [_message("1")], [])
    assert not outbox.take_in(place, (4, 1), [_message("2")], [])
    assert outbox.take_in((4, 0), (5, 0), [_message("1"), _message("3")], [])
    assert {one.message.id for one in outbox.deliveries(HOOK.id, 10)} == {_message("1").id, _message("3").id}
    assert outbox.cursor() == (5, 0)


def test_a_reading_is_noted_with_the_end_of_its_job_and_only_where_somebody_is_told(catalogue: Catalogue, outbox: WebhookOutbox) -> None:
    queue = LeaseQueue(catalogue)
    for number in (1, 2):
        queue.accept(a_received(number))
        job = queue.claim("worker", 60)
        assert job is not None
        queue.finish(job, "worker")
        _add_endpoint(catalogue)

    [note] = outbox.notes(10)
    assert (note.kind, Digest(note.subject)) == (READ, a_received(2).document.digest)


def test_what_happened_is_noted_once_and_undone_with_its_transaction(catalogue: Catalogue, outbox: WebhookOutbox) -> None:
    _add_endpoint(catalogue)

    def note(key: str) -> None:
        with catalogue.database.writing() as connection:
            note_happening(connection, READ, key, key, {"version": 1})
            note_happening(connection, READ, key, key, {"version": 1})
            if key == "undone":
                raise KeyError(key)

    note("kept")
    with pytest.raises(KeyError):
        note("undone")

    [found] = outbox.notes(10)
    assert found.subject == "kept"
    outbox.settle([found.id], [_message()])
    assert outbox.notes(10) == ()
    assert outbox.waits(HOOK.id)


def test_where_nobody_is_told_notes_are_dropped_and_the_log_is_begun_anew(catalogue: Catalogue, outbox: WebhookOutbox) -> None:
    _add_endpoint(catalogue)
    outbox.begin(START)
    with catalogue.database.writing() as connection:
        note_happening(connection, READ, "key", "key", {})

    outbox.rest()

    assert (outbox.notes(10), outbox.cursor()) == ((), None)


def test_old_messages_are_forgotten_and_those_that_wait_are_not(outbox: WebhookOutbox) -> None:
    for key in ("1", "2"):
        outbox.add(_message(key))
    outbox.claim(HOOK.id, "one")
    outbox.note_try(outbox.deliveries(HOOK.id, 1)[0].message.id, "nobody", ANSWERED)

    outbox.forget(START + timedelta(days=1))

    [left] = outbox.deliveries(HOOK.id, 10)
    assert left.state is MessageState.WAITING


def test_failing_is_counted_from_the_first_try_after_the_last_success(outbox: WebhookOutbox) -> None:
    outbox.add(_message())
    outbox.claim(HOOK.id, "one")
    assert outbox.failing_since(HOOK.id, START) is None
    outbox.note_try(_message().id, "one", ANSWERED)
    assert outbox.failing_since(HOOK.id, START) is None
    for hours in (2, 1):
        outbox.add(_message(str(hours + 1)))
        outbox.claim(HOOK.id, "one")
        message = _message(str(hours + 1)).id
        outbox.note_try(message, "one", REFUSED._replace(at=START + timedelta(hours=hours)))
    assert outbox.failing_since(HOOK.id, START) == START + timedelta(hours=1)
    assert outbox.tries_since(HOOK.id, START + timedelta(hours=1)) == 2


def test_the_turn_to_look_is_one_processs(catalogue: Catalogue, outbox: WebhookOutbox, clock: StandingClock) -> None:
    other = WebhookOutbox(catalogue.database, clock)
    minute = timedelta(minutes=1)

    assert outbox.turn_to_look(minute)
    assert not other.turn_to_look(minute)
    clock.now += minute
    assert other.turn_to_look(minute)
