"""Many who look at pages wait for each other and for nobody else, and a page goes without its picture where there is none."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore

import anyio
import pytest

from api.looking import PATIENCE_SECONDS, Lookers
from models.digest import Digest
from ocr_service.decoding import decoder, limits
from ocr_service.decoding.decoder import Decoder
from tests.api.conftest import Desk
from tests.support.hostile import nested_forms
from tests.support.pictures import a_picture
from tests.support.waiting import until

THREADS = 40
"""That the server has for all requests together."""
PICTURE = a_picture(1)


@contextmanager
def _every_turn_taken(desk: Desk) -> Iterator[Decoder]:
    """As by a page that takes long to draw."""
    opener = desk.service.decoder
    assert isinstance(opener, Decoder)
    opener._lookers.acquire()
    try:
        yield opener
    finally:
        opener._lookers.release()


def test_the_others_are_answered_while_more_look_than_there_are_threads(desk: Desk) -> None:
    """Forty-five previews of one costly file kept every request waiting for a minute, that of the probe too."""
    desk.upload(("a.png", PICTURE))
    preview = f"/v1/invoices/{Digest.of(PICTURE)}/preview"
    with ThreadPoolExecutor(THREADS + 5) as people:
        with _every_turn_taken(desk) as opener:
            looking = [people.submit(desk.client.get, preview) for _ in range(THREADS + 5)]
            until(lambda: opener._looking._value < decoder.MOST_LOOKERS)
            assert desk.client.get("/livez").status_code == 200
            assert desk.client.get("/v1/review").status_code == 200
            assert not any(one.done() for one in looking)

        assert {one.result().status_code for one in looking} == {200}


def test_who_asks_for_many_pictures_keeps_nobody_else_waiting() -> None:
    """Twenty of one person's took all turns, and everybody else's waited for them."""
    lookers, gate, drawing = Lookers(), Event(), Semaphore(0)

    def draw_slowly() -> None:
        drawing.release()
        gate.wait(PATIENCE_SECONDS)

    async def look() -> str:
        async with anyio.create_task_group() as everybody:
            for _ in range(20):
                everybody.start_soon(lookers.shown, "wang", draw_slowly)
            await anyio.wait_all_tasks_blocked()
            shown = await lookers.shown("li", lambda: "the page")
            assert drawing.acquire(timeout=PATIENCE_SECONDS)
            assert drawing.acquire(timeout=PATIENCE_SECONDS)
            assert not drawing.acquire(blocking=False)
            gate.set()
        return shown

    assert anyio.run(look) == "the page"
    assert lookers._senders == {}


def test_a_page_goes_without_its_picture_while_too_many_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "PATIENCE_SECONDS", 0.0)
    desk.upload(("a.png", PICTURE))
    page, preview = f"/documents/{Digest.of(PICTURE)}", f"/v1/invoices/{Digest.of(PICTURE)}/preview"
    with _every_turn_taken(desk):
        shown, told = desk.client.get(page), desk.client.get(preview)

    assert (shown.status_code, preview in shown.text) == (200, False)
    assert (told.status_code, told.json()["code"], told.headers["retry-after"]) == (503, "busy", "5")
    assert preview in desk.client.get(page).text


def test_a_page_of_a_file_that_cannot_be_drawn_is_there_all_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BASE_SECONDS", 1)
    content = nested_forms(depth=5, width=60)
    desk.upload(("forms.pdf", content))
    page = desk.client.get(f"/documents/{Digest.of(content)}")

    assert (page.status_code, "forms.pdf" in page.text) == (200, True)
    assert desk.client.get(f"/v1/invoices/{Digest.of(content)}/preview").json()["code"] == "cannot_be_opened"
