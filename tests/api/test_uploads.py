"""POST /v1/uploads and HEAD /v1/files."""

import io
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from api.app import create_app
from models.archive import DocumentState
from models.capture import CaptureAdvice
from models.digest import Digest
from storage.filesystem import FileSystemStore
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SCAN
from tests.support.faulty_store import FaultyStore
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in

PICTURE = a_picture()


def test_an_upload_is_acknowledged_with_the_digest_of_what_is_stored(desk: Desk) -> None:
    answer = desk.client.post("/v1/uploads", files={"files": ("打车票 三月.png", PICTURE)})

    [file] = answer.json()["files"]
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/batches/{answer.json()['id']}"
    assert (file["file_name"], file["state"], file["digest"]) == ("打车票 三月.png", "queued", str(Digest.of(PICTURE)))
    assert (file["duplicate_of"], file["error"]) == (None, None)
    assert desk.service.archive.original(Digest.of(PICTURE)) == PICTURE


def test_the_part_may_be_called_as_php_and_rails_do(desk: Desk) -> None:
    answer = desk.client.post("/v1/uploads", files={"files[]": ("a.png", PICTURE)})

    assert [file["state"] for file in answer.json()["files"]] == ["queued"]


def test_the_same_bytes_again_are_a_duplicate_and_name_the_first(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    [file] = desk.upload(("again.jpg", SCAN.read_bytes()))["files"]
    assert (file["file_name"], file["state"], file["duplicate_of"]) == ("again.jpg", "duplicate", invoice)
    assert [found["invoice_number"] for found in file["invoices"]] == [NUMBER]


def test_a_refused_file_does_not_fail_the_others(desk: Desk) -> None:
    batch = desk.upload(("a.png", PICTURE), ("empty.png", b""), ("text.jpg", b"hello"), ("b.png", a_picture(1)))

    assert [file["state"] for file in batch["files"]] == ["queued", "refused", "refused", "queued"]
    assert [file["error"] and file["error"]["code"] for file in batch["files"]] == [None, "empty_file", "unsupported_media_type", None]
    assert batch["counts"] == {"queued": 2, "refused": 2}


def test_a_sender_is_told_how_to_take_a_better_picture(desk: Desk) -> None:
    dark = io.BytesIO()
    Image.new("L", (600, 400), 30).save(dark, "PNG")

    batch = desk.upload(("dark.png", dark.getvalue()), ("sharp.jpg", SCAN.read_bytes()))
    assert [[advice["code"] for advice in file["advice"]] for file in batch["files"]] == [["dark"], []]
    assert batch["files"][0]["advice"][0]["message"] == CaptureAdvice.DARK.chinese
    assert desk.client.get(f"/v1/batches/{batch['id']}").json()["files"][0]["advice"] == batch["files"][0]["advice"]


def test_a_batch_of_refused_files_is_an_answer_not_an_error(desk: Desk) -> None:
    batch = desk.upload(("text.jpg", b"hello"))

    assert (batch["finished"], batch["counts"]) == (True, {"refused": 1})


def test_one_file_over_the_limit_is_refused_and_the_rest_taken(desk: Desk) -> None:
    batch = desk.upload(("big.png", PICTURE + b"\0" * 3_000_000), ("a.png", PICTURE))

    assert [file["state"] for file in batch["files"]] == ["refused", "queued"]
    assert batch["files"][0]["error"]["code"] == "file_too_large"


@pytest.mark.parametrize("request_", [{"files": {"other": ("a.png", PICTURE)}}, {"files": {"files": ("", b"")}}])
def test_an_upload_without_files_is_refused(desk: Desk, request_: dict[str, object]) -> None:
    answer = desk.client.post("/v1/uploads", **request_)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_body_that_is_no_form_is_told_what_to_send(desk: Desk) -> None:
    answer = desk.client.post("/v1/uploads", content=PICTURE, headers={"Content-Type": "image/png"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_body")
    assert "multipart/form-data" in answer.json()["detail"]


def test_too_many_files_are_refused_together(desk: Desk) -> None:
    answer = desk.client.post("/v1/uploads", files=[("files", (f"{n}.png", b"x")) for n in range(201)])

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert "200" in answer.json()["detail"]


def test_meta_says_how_the_files_came_and_who_is_first(desk: Desk) -> None:
    desk.upload(("a.png", PICTURE))
    desk.upload(("b.png", a_picture(1)), data={"meta": json.dumps({"source": "web", "priority": 5})})
    desk.read_everything()

    assert desk.reader.read_digests == [Digest.of(a_picture(1)), Digest.of(PICTURE)]
    assert desk.service.document(Digest.of(a_picture(1))).received.source == "web"


@pytest.mark.parametrize("meta", ['{"sauce": "web"}', "no json", '{"source": "cli"}'])
def test_meta_that_is_not_understood_stores_nothing(desk: Desk, meta: str) -> None:
    answer = desk.client.post("/v1/uploads", files={"files": ("a.png", PICTURE)}, data={"meta": meta})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["pointer"].startswith("body/meta")
    assert list(desk.service.archive.digests()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\发票\\a.png", "票" * 300 + ".png", "<script>alert(1)</script>.png"])
def test_any_file_name_is_taken_and_none_is_a_path(desk: Desk, name: str) -> None:
    [file] = desk.upload((name, PICTURE))["files"]

    assert file["state"] == "queued"
    assert "/" not in file["file_name"].replace("</script>", "") and "\\" not in file["file_name"]
    assert len(file["file_name"]) <= 255


def test_waiting_gives_the_readings_at_once(desk: Desk) -> None:
    desk.archived_invoice()

    batch = desk.upload((SCAN.name, SCAN.read_bytes()), params={"wait": 5})
    [reading] = batch["readings"]
    assert (batch["finished"], reading["schema_version"]) == (True, 1)
    assert reading["invoices"][0]["fields"]["invoice_number"]["value"] == NUMBER


def test_waiting_ends_with_the_batch_going_on(desk: Desk) -> None:
    batch = desk.upload(("a.png", PICTURE), params={"wait": 0.01})

    assert (batch["finished"], batch["readings"]) == (False, [])


@pytest.mark.parametrize("wait", ["61", "-1", "soon"])
def test_nobody_waits_for_longer_than_a_minute(desk: Desk, wait: str) -> None:
    answer = desk.client.post("/v1/uploads", files={"files": ("a.png", PICTURE)}, params={"wait": wait})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "query/wait")


def test_whoever_waited_in_vain_asks_again_and_gets_the_reading_of_the_same_batch(desk: Desk) -> None:
    sent = {"files": {"files": (SCAN.name, SCAN.read_bytes())}, "headers": {"Idempotency-Key": "k1"}}
    first = desk.client.post("/v1/uploads", params={"wait": 0.01}, **sent)
    desk.read_everything()
    again = desk.client.post("/v1/uploads", params={"wait": 5}, **sent)

    assert (first.status_code, first.json()["finished"], first.json()["readings"]) == (202, False, [])
    assert again.headers["location"] == first.headers["location"]
    assert (again.json()["id"], again.json()["finished"], len(again.json()["readings"])) == (first.json()["id"], True, 1)


def test_a_repeated_request_gets_the_same_batch(desk: Desk) -> None:
    first = desk.upload(("a.png", PICTURE), headers={"Idempotency-Key": "k1"})
    again = desk.client.post("/v1/uploads", files={"files": ("a.png", PICTURE)}, headers={"Idempotency-Key": "k1"})

    assert again.json() == first
    assert again.headers["location"] == f"/v1/batches/{first['id']}"
    assert first["files"][0]["state"] == "queued"


@pytest.mark.parametrize(("name", "content"), [("a.png", a_picture(1)), ("b.png", PICTURE)])
def test_a_key_does_not_stand_for_other_files(desk: Desk, name: str, content: bytes) -> None:
    desk.upload(("a.png", PICTURE), headers={"Idempotency-Key": "k1"})
    answer = desk.client.post("/v1/uploads", files={"files": (name, content)}, headers={"Idempotency-Key": "k1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_conflict")


def test_a_key_whose_request_still_runs_is_a_conflict(desk: Desk) -> None:
    desk.service.open_batch_once("api", "k1", "whatever")
    answer = desk.client.post("/v1/uploads", files={"files": ("a.png", PICTURE)}, headers={"Idempotency-Key": "k1"})

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
    assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fail_at", [1, 2, 3, 4])
def test_nothing_is_acknowledged_that_is_not_durable(tmp_path: Path, fail_at: int, after: bool) -> None:
    """The store dies at each write of an upload of two files in turn; trying again under the same key completes it."""
    files = [("files", ("a.png", PICTURE)), ("files", ("b.png", a_picture(1)))]
    store = FileSystemStore(tmp_path / "archive")
    service_in(tmp_path, ScriptedReader(), store).catalogue.close()
    service = service_in(tmp_path, ScriptedReader(), FaultyStore(store, fail_at, after=after))
    with TestClient(create_app(service, settings=settings_in(tmp_path))) as client:
        answer = client.post("/v1/uploads", files=files, headers={"Idempotency-Key": "k1"})
    service.catalogue.close()
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "store_unavailable", "5")

    healed = service_in(tmp_path, ScriptedReader(), store)
    with TestClient(create_app(healed, settings=settings_in(tmp_path))) as client:
        answer = client.post("/v1/uploads", files=files, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 202
    assert {healed.document(Digest.of(content)).state for content in (PICTURE, a_picture(1))} == {DocumentState.QUEUED}
    healed.catalogue.close()


def test_bytes_can_be_asked_for_before_they_are_sent(desk: Desk) -> None:
    address = f"/v1/files/{Digest.of(PICTURE)}"
    before = desk.client.head(address).status_code
    desk.upload(("a.png", PICTURE))

    assert (before, desk.client.head(address).status_code) == (404, 200)


def test_a_digest_of_another_form_is_refused(desk: Desk) -> None:
    assert desk.client.head("/v1/files/md5:1234").status_code == 422
