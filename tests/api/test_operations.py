"""Probes, metrics and capabilities."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from models.invoice import InvoiceKind
from ocr_service.stages.intake import Upload
from storage.archive import InvoiceArchive
from storage.catalogue.queue import LeaseQueue
from storage.filesystem import FileSystemStore
from tests.api.conftest import Desk
from tests.support.faulty_store import FaultyStore
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import LIMIT, service_in, settings_in


@dataclass
class CountedWorkers:
    """Workers that only say how many of them live."""

    wanted: int
    living: int
    log: list[str]

    def start(self) -> None:
        """Note it."""
        self.log.append("start")

    def stop(self) -> None:
        """Note it."""
        self.log.append("stop")

    def alive(self) -> int:
        """As many as were set."""
        return self.living


def test_the_process_answers(desk: Desk) -> None:
    assert desk.client.get("/livez").json() == {"alive": True}


def _readiness(
    tmp_path: Path, *, living: int = 1, wanted: int = 1, broken: bool = False, weights: bool = True
) -> tuple[int, dict[str, bool]]:
    store = FileSystemStore(tmp_path / "archive")
    service_in(tmp_path, ScriptedReader(), store).catalogue.close()
    faulty = FaultyStore(store, 1)
    service = replace(service_in(tmp_path, ScriptedReader(), faulty), weights_ready=lambda: weights)
    with TestClient(create_app(service, settings=settings_in(tmp_path), workers=CountedWorkers(wanted, living, []))) as client:
        if broken:
            client.post("/v1/uploads", files={"files": ("a.png", a_picture())})
        answer = client.get("/readyz")
    service.catalogue.close()
    return answer.status_code, {component["name"]: component["ok"] for component in answer.json()["components"]}


def test_everything_ready_is_ready(tmp_path: Path) -> None:
    names = ("store", "catalogue", "weights", "uploads", "index", "workers", "fonts")
    assert _readiness(tmp_path) == (200, dict.fromkeys(names, True))


@pytest.mark.parametrize(
    ("trouble", "component"),
    [({"broken": True}, "store"), ({"weights": False}, "weights"), ({"living": 0}, "workers"), ({"wanted": 0}, "workers")],
)
def test_what_is_not_ready_is_named(tmp_path: Path, trouble: dict[str, bool], component: str) -> None:
    status, components = _readiness(tmp_path, **trouble)  # type: ignore[arg-type]

    assert status == 503
    assert [name for name, ok in components.items() if not ok] == [component]


def test_a_worker_elsewhere_makes_a_server_without_workers_ready(tmp_path: Path) -> None:
    service = service_in(tmp_path, ScriptedReader())
    service.queue.beat("elsewhere", 4711)
    with TestClient(create_app(service, settings=settings_in(tmp_path))) as client:
        assert client.get("/readyz").json()["ready"] is True
    service.catalogue.close()


def test_workers_live_as_long_as_the_application(tmp_path: Path) -> None:
    workers = CountedWorkers(1, 1, [])
    service = service_in(tmp_path, ScriptedReader())
    with TestClient(create_app(service, settings=settings_in(tmp_path), workers=workers)):
        assert workers.log == ["start"]
    assert workers.log == ["start", "stop"]
    service.catalogue.close()


def _metrics(desk: Desk) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(desk.client.get("/metrics").text)
    return {(sample.name, frozenset(sample.labels.items())): sample.value for family in families for sample in family.samples}


def test_requests_are_counted_by_template_and_never_by_what_was_asked(desk: Desk) -> None:
    for number in ("11111111", "22222222"):
        desk.client.get(f"/v1/invoices/{number}-1")
    desk.client.get("/v1/secret-place")

    metrics = _metrics(desk)
    template = frozenset({"method": "GET", "route": "/v1/invoices/{invoice_id}", "status": "404"}.items())
    assert metrics["piaogen_http_requests_total", template] == 2
    assert metrics["piaogen_http_requests_total", frozenset({"method": "GET", "route": "unmatched", "status": "404"}.items())] == 1
    assert not any("1111" in str(labels) or "secret" in str(labels) for _, labels in metrics)


def test_queue_and_archive_are_measured(desk: Desk) -> None:
    desk.upload(("a.png", a_picture(0)), ("b.png", a_picture(1)))
    before = _metrics(desk)
    desk.read_everything()

    waiting = ("piaogen_queue_jobs", frozenset({("state", "waiting")}))
    assert (before[waiting], _metrics(desk)[waiting]) == (2, 0)
    assert before["piaogen_documents", frozenset({("state", "queued")})] == 2
    assert _metrics(desk)["piaogen_documents", frozenset({("state", "unread")})] == 2


def test_capabilities_name_kinds_fields_and_limits(desk: Desk) -> None:
    body = desk.client.get("/v1/capabilities").json()

    assert body["kinds"] == {kind.value: kind.chinese for kind in InvoiceKind}
    assert "image/jpeg" in body["media_types"]
    assert body["limits"]["max_file_bytes"] == LIMIT
    assert "invoice_number" in body["fields"]


@pytest.mark.parametrize("limits", [{"min_free_megabytes": 10**9}, {"max_waiting": 1}], ids=["disk", "queue"])
def test_a_service_that_would_refuse_an_upload_is_not_ready(tmp_path: Path, limits: dict[str, int]) -> None:
    service = service_in(tmp_path, ScriptedReader())
    for shade in range(2):
        service.submit(Upload(a_picture(shade), "a.png"), "cli")
    settings = replace(settings_in(tmp_path), **limits)  # type: ignore[arg-type]
    with TestClient(create_app(service, settings=settings, workers=CountedWorkers(1, 1, []))) as client:
        ready, refused = client.get("/readyz"), client.post("/v1/uploads", files={"files": ("a.png", a_picture())})
    service.catalogue.close()

    assert (ready.status_code, refused.status_code) == (503, 503)
    assert {found["name"]: found["why"] for found in ready.json()["components"] if not found["ok"]} == {"uploads": refused.json()["detail"]}


def test_what_anybody_may_ask_tells_no_place_of_the_archive(tmp_path: Path) -> None:
    store = FaultyStore(FileSystemStore(tmp_path / "archive"), 1)
    service = service_in(tmp_path, ScriptedReader(), FileSystemStore(tmp_path / "archive"))
    service = replace(service, archive=InvoiceArchive(store))
    with TestClient(create_app(service, settings=settings_in(tmp_path), workers=CountedWorkers(1, 1, []))) as client:
        client.post("/v1/uploads", files={"files": ("a.png", a_picture())})
        (tmp_path / "catalogue.sqlite").write_bytes(b"no database" * 1000)
        answer = client.get("/readyz")
    service.catalogue.close()

    assert answer.status_code == 503
    assert {"store", "catalogue"} <= {found["name"] for found in answer.json()["components"] if not found["ok"]}
    assert str(tmp_path) not in answer.text


@pytest.mark.parametrize(("ages", "ready"), [((100,), False), ((100, 200), False), ((100, 5), True), ((60,), True), ((), True)])
def test_workers_that_live_and_get_nowhere_are_not_ready(tmp_path: Path, ages: tuple[int, ...], ready: bool) -> None:
    """A page has 150 seconds; whoever used half of them hangs most likely."""
    service = service_in(tmp_path, ScriptedReader())
    for place, age in enumerate(ages):
        service.submit(Upload(a_picture(place), "a.png"), "cli")
        begun = datetime.now(UTC) - timedelta(seconds=age)
        LeaseQueue(service.catalogue, clock=lambda begun=begun: begun).claim(f"w{place}", 600)  # type: ignore[misc]  # bound now
    with TestClient(create_app(service, settings=settings_in(tmp_path), workers=CountedWorkers(1, 1, []))) as client:
        answer = client.get("/readyz")
    service.catalogue.close()

    assert {found["name"] for found in answer.json()["components"] if not found["ok"]} == (set() if ready else {"workers"})
