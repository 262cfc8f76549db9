"""GET /v1/batches, its events, and calling it off."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import fastapi.routing
import httpx2
import pytest

from models.digest import Digest
from tests.api.conftest import Desk
from tests.support.pictures import a_picture
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


def test_an_event_id_of_another_batch_means_nothing(desk: Desk) -> None:
    sent = desk.upload(("a.png", a_picture(0)))
    desk.read_everything()

    assert [event.name for event in _follow(desk, sent["id"], **{"Last-Event-ID": "zzzzzz"})] == ["file", "end"]


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
