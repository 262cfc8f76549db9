"""A batch that its sender names: filled by many requests, each of which may be lost, doubled or cut short without anything coming twice."""

import io
import json
import zipfile
from typing import Any

import pytest

from models.errors import CatalogueUnavailable
from tests.api.conftest import Desk
from tests.support.pictures import a_picture

BATCH = "web-" + "0123456789abcdef" * 2


def send(desk: Desk, key: str | None, *files: tuple[str, bytes], batch: str = BATCH, **meta: Any) -> Any:
    said = {"meta": json.dumps({"source": "web", "batch": batch, **meta})}
    headers = {} if key is None else {"Idempotency-Key": key}
    return desk.client.post("/v1/uploads", files=[("files", file) for file in files], data=said, headers=headers)


def names(desk: Desk) -> list[str]:
    return [file["file_name"] for file in desk.client.get(f"/v1/batches/{BATCH}").json()["files"]]


def test_requests_that_name_one_batch_fill_it(desk: Desk) -> None:
    first = send(desk, "one", ("1.png", a_picture(0)), ("2.png", a_picture(1)), expected=3)
    second = send(desk, "two", ("3.png", a_picture(2)), expected=3)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"] == BATCH
    assert [file["file_name"] for file in second.json()["files"]] == ["3.png"], "only those of this request"
    assert names(desk) == ["1.png", "2.png", "3.png"]


def test_a_request_that_is_sent_again_adds_nothing(desk: Desk) -> None:
    first = send(desk, "one", ("1.png", a_picture(0)), ("2.png", a_picture(0)), ("no.txt", b"text"))
    again = send(desk, "one", ("1.png", a_picture(0)), ("2.png", a_picture(0)), ("no.txt", b"text"))

    assert again.json()["files"] == first.json()["files"]
    assert [file["state"] for file in again.json()["files"]] == ["queued", "duplicate", "refused"]
    assert names(desk) == ["1.png", "2.png", "no.txt"]


def test_a_request_that_broke_off_in_the_middle_is_carried_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [(f"{number}.png", a_picture(number)) for number in range(3)]
    accept, calls = desk.service.queue.accept, []

    def breaks_at_the_third(*args: Any, **named: Any) -> Any:
        calls.append(args)
        if len(calls) == 3:
            raise CatalogueUnavailable("the database is away")
        return accept(*args, **named)

    monkeypatch.setattr(desk.service.queue, "accept", breaks_at_the_third)
    broken = send(desk, "one", *files)
    whole = send(desk, "one", *files)

    assert broken.status_code == 503
    assert [file["state"] for file in whole.json()["files"]] == ["queued"] * 3
    assert names(desk) == ["0.png", "1.png", "2.png"]
    assert len(calls) == 4, "what was taken is not handed in again"


def test_what_a_container_holds_comes_once(desk: Desk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.png", a_picture(number))
    for _ in range(2):
        assert send(desk, "one", ("scans.zip", packed.getvalue())).status_code == 202

    assert names(desk) == ["0.png", "1.png", "2.png"]


def test_a_key_with_another_file_is_told_so(desk: Desk) -> None:
    send(desk, "one", ("1.png", a_picture(0)))
    other = send(desk, "one", ("1.png", a_picture(1)))

    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_conflict"
    assert names(desk) == ["1.png"]


def test_a_named_batch_needs_a_key_for_each_request(desk: Desk) -> None:
    answer = send(desk, None, ("1.png", a_picture(0)))

    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.text


@pytest.mark.parametrize("batch", ["web-1", "x", "cli-" + "0" * 32, "web-" + "G" * 32])
def test_a_batch_has_a_name_that_nobody_guesses(desk: Desk, batch: str) -> None:
    assert send(desk, "one", ("1.png", a_picture(0)), batch=batch).status_code == 422


def test_nobody_adds_to_a_batch_that_the_service_named(desk: Desk) -> None:
    theirs = desk.upload(("1.png", a_picture(0)))["id"]
    with desk.service.catalogue.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM access_batches")

    assert send(desk, "one", ("2.png", a_picture(1)), batch=theirs).status_code == 404
    assert len(desk.client.get(f"/v1/batches/{theirs}").json()["files"]) == 1


def test_where_there_is_no_room_the_rest_may_come_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [(f"{number}.png", a_picture(number)) for number in range(3)]
    is_full = iter([False, True])
    monkeypatch.setattr(desk.service.queue, "exceeds", lambda limit: next(is_full, False))
    full = send(desk, "one", *files)
    later = send(desk, "one", *files)

    assert full.status_code == 503
    assert int(full.headers["Retry-After"]) > 0
    assert [file["state"] for file in later.json()["files"]] == ["queued"] * 3
    assert names(desk) == ["0.png", "1.png", "2.png"]


def test_files_that_somebody_else_kept_are_not_sent_for_whoever_is_here_now(desk: Desk) -> None:
    refused = send(desk, "one", ("1.png", a_picture(0)), sender="user:wang")
    own = send(desk, "one", ("1.png", a_picture(0)), sender="local")

    assert (refused.status_code, own.status_code) == (403, 202)
