"""/v1/losses: a lost invoice from its case to its end."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from models.access import Role, Scope
from models.digest import Digest
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SCAN, SELLER, TOTAL, proved_invoice, reading_of
from tests.support.logins import machine, person
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in

NEW = {"lost": "invoice_and_deduction", "lost_by": "王样"}
REMEMBERED = {**NEW, "kind": "vat_special", "number": NUMBER, "total": TOTAL}


def opened(desk: Desk, **body: object) -> Any:
    answer = desk.client.post("/v1/losses", json={**NEW, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def step(desk: Desk, case: Any, **body: object) -> Any:
    headers = {"If-Match": f'"v{case["version"]}"'}
    return desk.client.post(f"/v1/losses/{case['id']}/steps", json={"person": "王样", **body}, headers=headers)


def test_a_loss_goes_from_its_case_to_its_end(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    desk.reader.scripts[Digest.of(a_picture(0))] = lambda scan: reading_of(scan, proved_invoice())
    desk.upload(("copy.png", a_picture(0)))
    desk.read_everything()
    copy = str(Digest.of(a_picture(0)))

    case = opened(desk, invoice=invoice)
    assert (case["invoice"]["seller_name"], case["link"]["state"], case["state"]) == (SELLER, "confirmed", "open")
    assert desk.client.get("/v1/losses", params={"invoice": invoice}).json()["losses"][0]["id"] == case["id"]
    refused = step(desk, case, close="replaced")
    assert (refused.status_code, refused.json()["code"]) == (409, "case_unfinished")
    for told in case["steps"]:
        case = step(desk, case, step=told["kind"], invoice=copy if told["kind"] == "replacement" else None).json()
    assert {told["state"] for told in case["steps"]} == {"done"}
    closed = step(desk, case, close="replaced").json()
    assert (closed["state"], closed["closing"]["outcome"]) == ("closed", "replaced")
    again = step(desk, closed, close="replaced")
    assert (again.status_code, again.json()["code"]) == (409, "case_closed")
    assert desk.client.get("/v1/losses", params={"state": "open"}).json()["losses"] == []


def test_a_case_of_what_is_remembered_meets_its_invoice(desk: Desk) -> None:
    case = opened(desk, **REMEMBERED)
    assert case["link"] is None

    desk.archived_invoice()

    assert desk.client.get(f"/v1/losses/{case['id']}").json()["link"]["state"] == "proved"


def test_an_invoice_that_is_in_the_archive_already_is_met_at_once(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    assert opened(desk, **REMEMBERED)["link"]["invoice"] == invoice


def test_what_was_proposed_is_confirmed_or_rejected_by_a_person(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    first = opened(desk, number=NUMBER, kind="unknown")
    assert first["link"]["state"] == "proposed"

    rejected = step(desk, first, link=invoice, is_it=False).json()
    assert (rejected["link"], rejected["rejected"]) == (None, [invoice])
    unknown = step(desk, rejected, link=invoice)
    assert unknown.json()["link"]["state"] == "confirmed"


def test_two_people_in_one_case_do_not_undo_each_other(desk: Desk) -> None:
    case = opened(desk, **REMEMBERED)
    address = f"/v1/losses/{case['id']}"

    assert desk.client.patch(address, json={"voucher": "记-1"}).status_code == 428
    assert desk.client.patch(address, json={"voucher": "记-1"}, headers={"If-Match": '"v1"'}).headers["ETag"] == '"v2"'
    stale = desk.client.patch(address, json={"voucher": "记-2"}, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert desk.client.get(address).json()["voucher"] == "记-1"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"number": NUMBER, "kind": "digital_special"},
        {"number": NUMBER, "lost": "everything"},
        {"number": NUMBER, "discovered_on": "2099-01-01"},
        {"number": NUMBER, "total": "12,50"},
        {"number": NUMBER, "total": "1e99"},
        {"number": NUMBER, "total": "9" * 40},
        {"number": NUMBER, "total": "0.001"},
        {"number": NUMBER, "issued_on": "2018"},
        {"number": NUMBER, "deducted": "perhaps"},
        {"number": NUMBER, "surprise": "x"},
    ],
)
def test_what_cannot_be_said_of_a_loss_is_refused(desk: Desk, body: dict[str, str]) -> None:
    answer = desk.client.post("/v1/losses", json={**NEW, **body})

    assert answer.status_code == 422, answer.text
    assert desk.client.get("/v1/losses").json()["losses"] == []


def test_a_step_says_one_thing(desk: Desk) -> None:
    case = opened(desk, **REMEMBERED)

    assert step(desk, case).status_code == 422
    assert step(desk, case, step="report", close="found").status_code == 422
    assert step(desk, case, step="newspaper").status_code == 422


def test_a_file_was_fetched_again_at_a_moment_that_has_come(desk: Desk) -> None:
    case = opened(desk, lost="file", kind="digital_general", number="2511" + "0" * 16)
    said = {"step": "fetch_again", "source": "税务平台", "digest": "0" * 64}
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59", "1999-12-31T00:00:00Z"):
        refused = step(desk, case, **said, fetched_at=moment)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_case")

    assert step(desk, case, **said, fetched_at="2020-01-02T03:04:05").status_code == 200
    assert "2020-01-02 03:04" in desk.client.get(f"/losses/{case['id']}", headers={"Accept": "text/html"}).text


def test_a_replacement_that_is_another_invoice_is_refused_with_the_differences(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    case = opened(desk, **{**REMEMBERED, "number": "63462190", "total": "1.00"})
    refused = step(desk, case, step="replacement", invoice=invoice)

    assert (refused.status_code, refused.json()["code"]) == (409, "replacement_refused")
    assert "63462190 / 63462197" in refused.json()["detail"]


def test_texts_of_the_papers_are_kept_and_unknown_ones_refused(desk: Desk) -> None:
    case = opened(desk, **REMEMBERED)
    address, headers = f"/v1/losses/{case['id']}", {"If-Match": '"v1"'}

    assert desk.client.patch(address, json={"texts": {"surprise": "x"}}, headers=headers).status_code == 422
    assert desk.client.patch(address, json={"texts": {"course": "搬家"}}, headers=headers).json()["texts"] == {"course": "搬家"}


def test_the_papers_are_a_pdf_or_a_zip_with_the_original(desk: Desk) -> None:
    case = opened(desk, invoice=desk.archived_invoice())

    pdf = desk.client.get(f"/v1/losses/{case['id']}/pack")
    packed = desk.client.get(f"/v1/losses/{case['id']}/pack", params={"form": "zip"})

    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert zipfile.ZipFile(io.BytesIO(packed.content)).read("original.jpg") == SCAN.read_bytes()
    assert desk.client.get(f"/v1/losses/{case['id']}/pack", params={"form": "doc"}).status_code == 422
    assert desk.client.get("/v1/losses/none/pack").status_code == 404


def test_an_open_case_keeps_its_document_from_destruction(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    case = opened(desk, invoice=invoice)

    refused = desk.client.post("/v1/destructions", json={"documents": [invoice], "reason": "期满", "today": case["discovered_on"]})

    assert refused.status_code == 409


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    service = service_in(tmp_path, ScriptedReader())
    yield create_app(service, settings=settings_in(tmp_path))
    service.catalogue.close()


def new_case(client: TestClient, **body: str) -> Any:
    return client.post("/v1/losses", json={**REMEMBERED, **body})


def test_cases_are_changed_with_the_right_to_cases_and_seen_with_that_to_read(app: FastAPI) -> None:
    clerk, auditor, uploader = (person(app, role).client for role in (Role.CLERK, Role.AUDITOR, Role.UPLOADER))

    assert [new_case(client).status_code for client in (auditor, uploader, clerk)] == [403, 403, 201]
    assert [client.get("/v1/losses").status_code for client in (clerk, auditor, uploader)] == [200, 200, 403]
    assert new_case(machine(app, Scope.CASES_WRITE).client, number="11112222").status_code == 201
    assert clerk.get("/v1/losses").json()["losses"][0]["opened_by"].startswith(("user:clerk", "key:"))


def test_a_department_has_cases_of_its_own(app: FastAPI) -> None:
    finance, sales = (person(app, Role.CLERK, departments=frozenset({name}), name=name) for name in ("finance", "sales"))
    case = new_case(finance.client).json()

    assert case["department"] == "finance"
    assert sales.client.get("/v1/losses").json()["losses"] == []
    assert sales.client.get(f"/v1/losses/{case['id']}").status_code == 404
    assert sales.client.get(f"/v1/losses/{case['id']}/pack").status_code == 404
    assert new_case(sales.client).status_code == 201
    assert new_case(sales.client, number="1", department="finance").status_code == 403
    assert len(person(app, Role.ADMIN).client.get("/v1/losses").json()["losses"]) == 2
