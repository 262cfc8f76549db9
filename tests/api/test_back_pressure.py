"""What cannot be taken on is refused before its body is read, with the time to come back, and leaves nothing behind."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

import api.admission
import api.receiving
from api.app import create_app
from models.access import Scope
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage.catalogue.queue import LeaseQueue
from storage.filesystem import FileSystemStore
from tests.support.catalogued import StandingClock
from tests.support.held_store import HeldStore
from tests.support.logins import access_of
from tests.support.ofd_files import zipped
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import LIMIT, service_in, settings_in
from tests.support.served import served
from tests.support.waiting import until


@contextmanager
def _desk(folder: Path, **settings: Any) -> Iterator[tuple[TestClient, ArchiveService]]:
    service = service_in(folder, ScriptedReader())
    with TestClient(create_app(service, settings=replace(settings_in(folder), **settings)), raise_server_exceptions=False) as client:
        yield client, service
    service.catalogue.close()


def _send(client: TestClient | httpx2.Client, shade: int = 0, **request: Any) -> Any:
    return client.post("/v1/uploads", files={"files": (f"{shade}.png", a_picture(shade))}, **request)


def test_a_queue_that_is_too_long_sends_uploads_away(tmp_path: Path) -> None:
    with _desk(tmp_path, max_waiting=2) as (client, service):
        taken = [_send(client, shade).status_code for shade in range(3)]
        refused = _send(client, 3)
        page = client.post("/uploads", files={"files": ("3.png", a_picture(3))}, follow_redirects=False)

        assert taken == [202, 202, 202]
        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "busy", "60")
        assert page.status_code == 503
        assert len(list(service.archive.digests())) == 3
        job = service.queue.claim("w", 60)
        assert job is not None
        service.queue.finish(job, "w")
        assert _send(client, 3).status_code == 202


def test_the_time_to_come_back_is_measured(tmp_path: Path) -> None:
    clock = StandingClock()
    plain = service_in(tmp_path, ScriptedReader())
    service = replace(plain, queue=LeaseQueue(plain.catalogue, clock=clock))
    for shade in range(10):
        service.submit(Upload(a_picture(shade), f"{shade}.png"), "cli")
    for _ in range(4):
        job = service.queue.claim("w", 600)
        assert job is not None
        clock.move(100)
        service.queue.beat("w", 1)
        service.queue.finish(job, "w")
    with TestClient(create_app(service, settings=replace(settings_in(tmp_path), max_waiting=2))) as client:
        refused = _send(client, 200)
    service.catalogue.close()

    assert refused.status_code == 503
    assert 400 <= int(refused.headers["retry-after"]) <= 405, "four scans too many, at 100 seconds each"


def test_a_disk_that_is_nearly_full_takes_nothing_in(tmp_path: Path) -> None:
    with _desk(tmp_path, min_free_megabytes=10**9) as (client, service):
        refused = _send(client)

        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "store_unavailable", "60")
        assert "PIAOGEN" not in refused.json()["detail"]
        assert list(service.archive.digests()) == []


def test_a_refused_body_is_never_asked_for_and_a_sender_who_sends_it_all_the_same_gets_the_answer(tmp_path: Path) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with _desk(tmp_path, min_free_megabytes=10**9) as (client, _), served(client.app) as base:  # type: ignore[arg-type]
        whole = httpx2.post(f"{base}/v1/uploads", content=head + bytes(LIMIT) + b"\r\n--b--\r\n", headers=headers, timeout=30)

    assert (whole.status_code, whole.json()["code"]) == (503, "store_unavailable")


def test_more_senders_than_places_wait_or_are_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.admission, "MAX_UPLOADS_AT_ONCE", 2)
    monkeypatch.setattr(api.admission, "PATIENCE_SECONDS", 0.2)
    store = HeldStore(FileSystemStore(tmp_path / "archive"))
    service = service_in(tmp_path, ScriptedReader(), store)
    app = create_app(service, settings=settings_in(tmp_path))
    with ExitStack() as stack:
        base = stack.enter_context(served(app))
        threads = stack.enter_context(ThreadPoolExecutor(2))
        client = stack.enter_context(httpx2.Client(base_url=base, timeout=60))
        store.hold()
        stack.callback(store.release)
        held = [threads.submit(_send, client, shade) for shade in range(2)]
        until(lambda: app.state.upload_gate.free_places == 0)
        refused = _send(client, 2)
        store.release()

        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "busy", "5")
        assert [sent.result().status_code for sent in held] == [202, 202]
        assert _send(client, 2).status_code == 202
    service.catalogue.close()


def test_one_sender_leaves_places_to_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen bodies of fifty megabytes at a kilobyte a second kept everybody out for half a day."""
    monkeypatch.setattr(api.admission, "MAX_UPLOADS_AT_ONCE", 2)
    monkeypatch.setattr(api.admission, "MAX_UPLOADS_AT_ONCE_A_SENDER", 1)
    monkeypatch.setattr(api.admission, "PATIENCE_SECONDS", 0.2)
    store = HeldStore(FileSystemStore(tmp_path / "archive"))
    service = service_in(tmp_path, ScriptedReader(), store)
    app = create_app(service, settings=settings_in(tmp_path))
    greedy, other = ({"Authorization": f"Bearer {access_of(app).add_key(label, [Scope.UPLOADS_WRITE])[1]}"} for label in "ab")
    with ExitStack() as stack:
        base = stack.enter_context(served(app))
        threads = stack.enter_context(ThreadPoolExecutor(2))
        client = stack.enter_context(httpx2.Client(base_url=base, timeout=60))
        # The first use of a key is written down.
        assert [_send(client, 9, headers=headers).status_code for headers in (greedy, other)] == [202, 202]
        store.hold()
        stack.callback(store.release)
        held = [threads.submit(_send, client, 0, headers=greedy)]
        until(lambda: app.state.upload_gate.free_places == 1)
        refused = _send(client, 1, headers=greedy)
        held.append(threads.submit(_send, client, 2, headers=other))
        until(lambda: app.state.upload_gate.free_places == 0)
        store.release()

        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "busy", "5")
        assert [sent.result().status_code for sent in held] == [202, 202]
        assert _send(client, 1, headers=greedy).status_code == 202
    service.catalogue.close()


def test_whoever_only_waits_for_readings_keeps_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.admission, "MAX_UPLOADS_AT_ONCE", 1)
    service = service_in(tmp_path, ScriptedReader())
    with ExitStack() as stack:
        base = stack.enter_context(served(create_app(service, settings=settings_in(tmp_path))))
        threads = stack.enter_context(ThreadPoolExecutor(1))
        client = stack.enter_context(httpx2.Client(base_url=base, timeout=60))
        waiting = threads.submit(_send, client, 0, params={"wait": 30})
        until(lambda: service.queue.waiting() == 1)

        assert _send(client, 1).status_code == 202
        for _ in range(2):
            job = service.queue.claim("w", 60)
            assert job is not None
            service.queue.fail(job, "w", "recognition_failed", retry=False)
        assert waiting.result().json()["finished"] is True
    service.catalogue.close()


def test_limits_of_a_service_have_defaults_that_hold_a_large_batch() -> None:
    assert Settings().max_waiting >= 10_000


def test_a_zip_that_fills_the_queue_is_taken_up_to_there_and_the_rest_is_refused(tmp_path: Path) -> None:
    """469 kB of zips became four thousand jobs."""
    many = zipped({f"{shade}.png": a_picture(shade) for shade in range(9)})
    with _desk(tmp_path, max_waiting=2) as (client, service):
        answer = client.post("/v1/uploads", files=[("files", ("a.zip", many)), ("files", ("9.png", a_picture(9)))])

        files = [(file["file_name"], file["state"], file["error"] and file["error"]["code"]) for file in answer.json()["files"]]
        assert files == [
            *((f"{shade}.png", "queued", None) for shade in range(3)),
            ("a.zip!3.png", "refused", "busy"),
            ("9.png", "refused", "busy"),
        ]
        assert len(list(service.archive.digests())) == 3


def test_a_zip_that_fills_the_disk_is_taken_up_to_there_and_the_rest_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """1.46 MB became 1.1 GB and a full disk. Here the disk has less room with every original."""
    room = shutil.disk_usage(tmp_path)
    many = zipped({f"{shade}.png": a_picture(shade) for shade in range(9)})
    with _desk(tmp_path, min_free_megabytes=9) as (client, service):
        left = lambda _: room._replace(free=(12 - len(list(service.archive.digests()))) << 20)  # noqa: E731
        monkeypatch.setattr(api.admission.shutil, "disk_usage", left)
        answer = client.post("/v1/uploads", files=[("files", ("a.zip", many))])

        assert [file["state"] for file in answer.json()["files"]] == [*["queued"] * 4, "refused"]
        assert answer.json()["files"][-1]["error"]["code"] == "store_unavailable"


def test_the_zips_of_one_upload_share_what_they_may_unfold_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.receiving, "MAX_UNFOLDED_FILES", 3)
    pairs = [zipped({f"{shade}.png": a_picture(shade) for shade in pair}) for pair in ((0, 1), (2, 3), (4, 5))]
    with _desk(tmp_path) as (client, _):
        answer = client.post("/v1/uploads", files=[("files", (f"{number}.zip", pair)) for number, pair in enumerate(pairs)])

        assert [(file["file_name"], file["state"]) for file in answer.json()["files"]] == [
            ("0.png", "queued"),
            ("1.png", "queued"),
            ("1.zip", "refused"),
            ("2.zip", "refused"),
        ]
