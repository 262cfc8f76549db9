"""What one sender may cost in a while: refused with 429 before the work is done, told beforehand, and never felt in normal work."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.budgets import Budgets, Spending
from models.errors import BudgetSpent
from ocr_service.service import ArchiveService
from tests.api.conftest import Desk
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in


@contextmanager
def _desk(folder: Path, budgets: str) -> Iterator[tuple[TestClient, ArchiveService]]:
    service = service_in(folder, ScriptedReader())
    with TestClient(create_app(service, settings=replace(settings_in(folder), budgets=budgets))) as client:
        yield client, service
    service.catalogue.close()


def _send(client: TestClient, *shades: int) -> Response:
    return client.post("/v1/uploads", files=[("files", (f"{shade}.png", a_picture(shade))) for shade in shades])


def _assert_spent(answer: Response, spending: Spending) -> None:
    assert (answer.status_code, answer.json()["code"]) == (429, "budget_spent")
    assert 1 <= int(answer.headers["retry-after"]) <= 3600
    assert f'"{spending.value}";q=' in answer.headers["ratelimit-policy"]
    assert f'"{spending.value}";r=' in answer.headers["ratelimit"]


def test_jobs_beyond_the_budget_are_sent_away_and_nothing_of_them_is_kept(tmp_path: Path) -> None:
    with _desk(tmp_path, "jobs=3/hour") as (client, service):
        first = _send(client, 1, 2)
        refused = _send(client, 3, 4)
        last = _send(client, 5)
        kept = len(list(service.archive.digests()))

    assert (first.status_code, last.status_code, kept) == (202, 202, 3)
    assert first.headers["ratelimit-policy"] == '"jobs";q=3;w=3600'
    assert first.headers["ratelimit"].startswith('"jobs";r=1;t=')
    _assert_spent(refused, Spending.JOBS)


def test_bytes_beyond_the_budget_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with _desk(tmp_path, "uploaded_megabytes=2/hour") as (client, _):
        statuses = [_send(client, shade).status_code for shade in range(2)]
        refused = _send(client, 3)

    assert statuses == [202, 202]
    _assert_spent(refused, Spending.UPLOADED)


@pytest.mark.parametrize(("budgets", "spending"), [("jobs=4/hour", Spending.JOBS), ("unpacked_megabytes=3/hour", Spending.UNPACKED)])
def test_what_a_zip_holds_is_paid_for_as_it_unfolds(tmp_path: Path, budgets: str, spending: Spending) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for shade in range(20):
            archive.writestr(f"{shade}.png", a_picture(shade))
    with _desk(tmp_path, budgets) as (client, service):
        answer = client.post("/v1/uploads", files={"files": ("a.zip", packed.getvalue())})
        kept = len(list(service.archive.digests()))

    states = [file["state"] for file in answer.json()["files"]]
    assert (answer.status_code, states) == (202, ["queued", "queued", "queued", "refused"])
    assert answer.json()["files"][-1]["error"]["code"] == "budget_spent"
    assert (kept, answer.headers["ratelimit"].split(";")[0]) == (3, f'"{spending.value}"')


@pytest.mark.parametrize(
    ("method", "path", "spending"),
    [
        ("GET", "/v1/invoices/x-1/preview", Spending.PREVIEWS),
        ("GET", "/v1/invoices/x-1/crops/payee", Spending.PREVIEWS),
        ("PATCH", "/v1/invoices/x-1", Spending.CORRECTIONS),
        ("POST", "/v1/invoices/x-1/confirm", Spending.CORRECTIONS),
        ("POST", "/v1/invoices/x-1/override", Spending.CORRECTIONS),
        ("POST", "/v1/invoices/x-1/reprocess", Spending.REPROCESSINGS),
        ("POST", "/v1/batches/x/retry", Spending.REPROCESSINGS),
        ("POST", "/invoices/x-1/correct", Spending.CORRECTIONS),
        ("POST", "/invoices/x-1/confirm", Spending.CORRECTIONS),
        ("POST", "/invoices/x-1/override", Spending.CORRECTIONS),
        ("POST", "/invoices/x-1/reprocess", Spending.REPROCESSINGS),
        ("POST", "/documents/x/reprocess", Spending.REPROCESSINGS),
        ("POST", "/batches/x/retry", Spending.REPROCESSINGS),
    ],
)
def test_what_costs_work_is_counted(tmp_path: Path, method: str, path: str, spending: Spending) -> None:
    with _desk(tmp_path, f"{spending.value}=1/hour") as (client, _):
        client.request(method, path, json={})
        refused = client.request(method, path, json={})

    _assert_spent(refused, spending)


def test_what_is_said_of_many_at_once_costs_as_much_as_of_each(tmp_path: Path) -> None:
    chosen = {f"pick.{place:020x}-1": "1" for place in range(3)}
    said = {"point": ".issue_date", "by": "周样", "reason": "对照原件"}
    with _desk(tmp_path, "corrections=4/hour") as (client, _):
        first = client.post("/review/alike", data={**said, **chosen})
        second = client.post("/review/alike", data={**said, **chosen}, headers={"Accept": "application/json"})

    assert first.headers["ratelimit"].startswith('"corrections";r=1;t=')
    _assert_spent(second, Spending.CORRECTIONS)


def test_each_sender_and_each_cost_has_a_budget_of_its_own() -> None:
    budgets = Budgets("jobs=1/hour previews=1/hour")
    budgets.spend("a", Spending.JOBS, 1)
    budgets.spend("a", Spending.PREVIEWS, 1)
    budgets.spend("b", Spending.JOBS, 1)
    with pytest.raises(BudgetSpent):
        budgets.spend("a", Spending.JOBS, 1)


def test_what_is_larger_than_the_whole_budget_passes_once() -> None:
    budgets = Budgets("jobs=10/hour")
    budgets.spend("a", Spending.JOBS, 50)
    with pytest.raises(BudgetSpent):
        budgets.spend("a", Spending.JOBS, 1)


def test_normal_work_never_meets_a_budget(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    for _ in range(300):
        assert desk.client.get(f"/v1/invoices/{invoice}/crops/invoice_number").status_code == 200
