"""Who acts is told by the context, and goes with it into other threads."""

import threading
from contextvars import copy_context

from ocr_service.acting import LOCAL, act_as, acting_as, actor


def test_nobody_said_who_acts() -> None:
    assert copy_context().run(actor) == LOCAL


def test_what_happens_inside_is_done_by_the_one_named_and_no_longer_outside() -> None:
    with acting_as("user:wang"):
        with acting_as("key:scanner-1"):
            inner = actor()
        outer = actor()

    assert (inner, outer, actor()) == ("key:scanner-1", "user:wang", LOCAL)


def test_a_thread_that_copies_the_context_acts_for_the_same_person() -> None:
    heard: list[str] = []
    with acting_as("user:wang"):
        context = copy_context()
    thread = threading.Thread(target=context.run, args=(lambda: heard.append(actor()),))
    thread.start()
    thread.join()

    assert heard == ["user:wang"]


def test_a_context_that_ends_takes_its_actor_along() -> None:
    def request() -> str:
        act_as("user:li")
        return actor()

    assert (copy_context().run(request), actor()) == ("user:li", LOCAL)
