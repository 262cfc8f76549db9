"""GET /v1/batches, its events, and calling it off."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import fastapi.routing
import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from api.app import create_app
from models.digest import Digest
from storage.catalogue.tables import batch_items
from tests.api.conftest import Desk
from tests.support.example_reading import unread
from tests.support.pictures import a_picture
from tests.support.scripted_service import service_in, settings_in
from tests.support.served import served


@dataclass(frozen=True)
class Event:
    """One server-sent event; comments have an empty name."""

    name: str
    id: str
    data: Any


def _events(lines: Iterator[str]) -> Iterator[Event]:
    """Read events off a stream as the HTML standard parses them."""
    parts: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            parts[name] = value.removeprefix(" ")
        else:
            yield Event(parts.get("event", ""), parts.get("id", ""), json.loads(parts["data"]) if "data" in parts else parts.get(""))
            parts = {}


def _follow(desk: Desk, batch: str, **headers: str) -> list[Event]:
    answer = desk.client.get(f"/v1/batches/{batch}/events", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    return list(_events(iter(answer.text.splitlines())))


def test_a_batch_tells_where_each_file_stands(desk: Desk) -> None:
    sent = desk.upload(("a.png", a_picture(0)), ("text.jpg", b"hello"))
    desk.read_everything()

    batch = desk.client.get(f"/v1/batches/{sent['id']}").json()
    assert [(file["position"], file["file_name"], file["state"]) for file in batch["files"]] == [
        (1, "a.png", "unread"),
        (2, "text.jpg", "refused"),
    ]
    assert (batch["finished"], batch["cancelled"], batch["counts"]) == (True, False, {"unread": 1, "refused": 1})


@pytest.mark.parametrize("path", ["", "/events"])
def test_a_batch_that_does_not_exist_is_not_found(desk: Desk, path: str) -> None:
    answer = desk.client.get(f"/v1/batches/api-1234{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "batch_not_found")


def test_a_batch_can_be_called_off_and_keeps_the_originals(desk: Desk) -> None:
    sent = desk.upload(("a.png", a_picture(0)))
    answer = desk.client.post(f"/v1/batches/{sent['id']}/cancel")
    desk.read_everything()

    assert answer.status_code == 202
    assert (answer.json()["cancelled"], answer.json()["files"][0]["state"]) == (True, "cancelled")
    assert desk.reader.read_digests == []
    assert desk.service.archive.original(Digest.of(a_picture(0))) == a_picture(0)


def test_events_tell_each_file_and_then_the_end(desk: Desk) -> None:
    sent = desk.upload(("a.png", a_picture(0)), ("text.jpg", b"hello"))
    desk.read_everything()

    events = _follow(desk, sent["id"])
    assert [event.name for event in events] == ["file", "file", "end"]
    assert [event.data["state"] for event in events[:2]] == ["unread", "refused"]
    assert events[2].data["finished"] is True


def test_who_comes_back_gets_only_what_changed_meanwhile(desk: Desk) -> None:
    sent = desk.upload(("a.png", a_picture(0)), ("b.png", a_picture(1)), ("text.jpg", b"hello"))
    desk.read_everything()
    events = _follow(desk, sent["id"])

    again = _follow(desk, sent["id"], **{"Last-Event-ID": events[0].id})
    assert [(event.name, event.data.get("position")) for event in again] == [("file", 2), ("file", 3), ("end", None)]
    assert [event.name for event in _follow(desk, sent["id"], **{"Last-Event-ID": events[2].id})] == ["end"]


@pytest.mark.parametrize("event_id", ["zzzzzz", "eJw=", "-", ""])
def test_an_event_id_of_another_batch_means_nothing(desk: Desk, event_id: str) -> None:
    sent = desk.upload(("a.png", a_picture(0)))
    desk.read_everything()

    assert [event.name for event in _follow(desk, sent["id"], **{"Last-Event-ID": event_id})] == ["file", "end"]


def test_events_come_while_the_batch_is_read_and_the_line_is_kept_open(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fastapi.routing, "_PING_INTERVAL", 0.05)
    sent = desk.upload(("a.png", a_picture(0)))
    states, comments = [], 0
    with served(desk.client.app) as base, httpx2.stream("GET", f"{base}/v1/batches/{sent['id']}/events", timeout=30) as stream:  # type: ignore[arg-type]
        for event in _events(stream.iter_lines()):
            if event.name == "file":
                states.append(event.data["state"])
            comments += event.name == ""
            if comments == 1:
                desk.read_everything()

    assert (states[0], states[-1]) == ("queued", "unread")
    assert comments >= 1


def test_a_batch_is_tried_again_on_demand(desk: Desk) -> None:
    sent = desk.upload(("a.png", a_picture(0)), ("broken.png", a_picture(9)), ("text.jpg", b"hello"))
    for _ in range(2):
        job = desk.service.queue.claim("w", 60)
        assert job is not None
        desk.service.queue.fail(job, "w", "recognition_failed", retry=False)
    before = desk.client.get(f"/v1/batches/{sent['id']}").json()
    listed = desk.client.get("/v1/review").json()["items"]

    answer = desk.client.post(f"/v1/batches/{sent['id']}/retry")

    assert [(file["state"], file["attempts"], file["error"] and file["error"]["code"]) for file in before["files"]] == [
        ("unread", 1, "recognition_failed"),
        ("unread", 1, "recognition_failed"),
        ("refused", 0, "unsupported_media_type"),
    ]
    assert [(item["error"], item["attempts"]) for item in listed] == [("recognition_failed", 1)] * 2
    assert answer.status_code == 202
    assert [(file["state"], file["attempts"]) for file in answer.json()["files"]] == [("queued", 0), ("queued", 0), ("refused", 0)]
    assert desk.client.post("/v1/batches/none/retry").json()["code"] == "batch_not_found"


def test_a_batch_that_was_called_off_can_be_taken_up_again(desk: Desk) -> None:
    sent = desk.upload(("a.png", a_picture(0)))
    desk.client.post(f"/v1/batches/{sent['id']}/cancel")
    again = desk.client.post(f"/v1/batches/{sent['id']}/retry").json()
    desk.read_everything()

    assert (again["cancelled"], again["finished"], again["files"][0]["state"]) == (False, False, "queued")
    assert desk.reader.read_digests == [Digest.of(a_picture(0))]


def test_the_time_left_is_unknown_until_it_is_measured_and_0_at_the_end(desk: Desk) -> None:
    for shade in range(4):
        desk.reader.scripts[Digest.of(a_picture(shade))] = unread
    first = desk.upload(*((f"{shade}.png", a_picture(shade)) for shade in range(4)))
    desk.read_everything()
    second = desk.upload(("a.png", a_picture(10)), ("b.png", a_picture(11)))
    pace = desk.service.queue.pace()
    assert pace is not None

    left = desk.client.get(f"/v1/batches/{second['id']}").json()["seconds_left"]

    assert first["seconds_left"] is None
    assert left == round(pace.seconds_for(2), 1)
    assert desk.client.get(f"/v1/batches/{first['id']}").json()["seconds_left"] == 0
    assert "piaogen_pages_a_minute" in desk.client.get("/metrics").text


def test_who_comes_back_to_another_process_after_the_end_gets_the_rest(desk: Desk) -> None:
    sent = desk.upload(("a.png", a_picture(0)), ("b.png", a_picture(1)))
    desk.read_everything()
    first, *_ = _follow(desk, sent["id"])
    service = service_in(desk.folder, desk.reader)
    with TestClient(create_app(service, settings=settings_in(desk.folder))) as other:
        again = _follow(replace(desk, client=other), sent["id"], **{"Last-Event-ID": first.id})
    service.catalogue.close()

    assert [(event.name, event.data.get("position")) for event in again] == [("file", 2), ("end", None)]


def test_an_event_id_stays_short_however_long_the_batch(desk: Desk) -> None:
    batch = desk.service.open_batch("api")
    desk.service.batches.create_batch(batch, desk.service.clock())
    rows = [{"batch": batch, "position": place, "file_name": f"{place}.jpg", "arrival": "refused"} for place in range(1, 2_001)]
    with desk.service.catalogue.database.writing() as connection:
        connection.execute(insert(batch_items), rows)

    *files, end = _follow(desk, batch)
    again = _follow(desk, batch, **{"Last-Event-ID": files[999].id})

    assert len(files) == 2_000
    assert max(len(event.id) for event in files) < 200
    assert [event.data.get("position") for event in again] == [*range(1_001, 2_001), None]
    assert end.name == "end"
