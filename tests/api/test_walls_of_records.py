"""Cases, papers, counts and decisions of departments: what somebody who sees two of them does tells neither of the other."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.access import Role, Scope
from models.digest import Digest
from models.own_companies import OwnCompany
from ocr_service.companies import add_company
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN, example_invoice, reading_of
from tests.support.logins import machine, person
from tests.support.pictures import a_picture
from tests.support.statements import OURS as STATED_BUYER
from tests.support.statements import export, number

OURS, THEIRS = "财务部", "采购部"
OUR_SCAN, OUR_COPY, THEIR_SCAN, SHARED = a_picture(21), a_picture(22), a_picture(23), SCAN.read_bytes()
NEW = {"lost": "invoice_and_deduction", "lost_by": "王样"}


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


@pytest.fixture
def people(app: FastAPI, desk: Desk) -> Iterator[dict[str, TestClient]]:
    """A clerk of each department, one of both and an admin; each department has a scan of its own, and both have one."""
    ours, theirs = frozenset({OURS}), frozenset({THEIRS})
    found = {
        "us": person(app, Role.CLERK, departments=ours, name="ours").client,
        "them": person(app, Role.CLERK, departments=theirs, name="theirs").client,
        "both": person(app, Role.CLERK, departments=ours | theirs, name="both").client,
        "admin": person(app, Role.ADMIN).client,
    }
    numbers = {THEIR_SCAN: "99998888", OUR_SCAN: "11112222", OUR_COPY: "11112222", SHARED: "63462197"}
    for content, printed in numbers.items():
        desk.reader.scripts[Digest.of(content)] = lambda scan, printed=printed: reading_of(scan, _numbered(printed))
    for who, content in (("them", THEIR_SCAN), ("them", SHARED), ("us", OUR_SCAN), ("us", OUR_COPY), ("us", SHARED)):
        answer = found[who].post("/v1/uploads", files=[("files", (f"{who}.png", content))])
        assert answer.status_code == 202, answer.text
        desk.read_everything()
    yield found


def _numbered(printed: str) -> Any:
    invoice = example_invoice()
    field = replace(invoice.fields["invoice_number"], value=printed, raw=printed)
    return replace(invoice, fields={**invoice.fields, "invoice_number": field})


def _id(content: bytes) -> str:
    return f"{Digest.of(content).hex[:20]}-1"


def _made(client: TestClient, path: str, **body: Any) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("who", ["both", "admin"])
def test_a_case_of_one_department_is_of_none_of_the_other_s_invoices(people: dict[str, TestClient], who: str) -> None:
    client = people[who]
    opened = client.post("/v1/losses", json={**NEW, "invoice": _id(THEIR_SCAN), "department": OURS})
    case = _made(client, "/v1/losses", **NEW, number="55556666", department=OURS)
    steps, headers = f"/v1/losses/{case['id']}/steps", {"If-Match": f'"v{case["version"]}"'}
    linked = client.post(steps, json={"link": _id(THEIR_SCAN)}, headers=headers)
    stepped = client.post(steps, json={"step": "replacement", "person": "x", "invoice": _id(THEIR_SCAN)}, headers=headers)
    page = client.post(f"/losses/{case['id']}/link", data={"link": _id(THEIR_SCAN), "version": str(case["version"])})

    assert [(answer.status_code, answer.json()["code"]) for answer in (opened, linked, stepped)] == [(422, "invalid_case")] * 3
    assert page.status_code == 422
    assert _id(THEIR_SCAN) not in people["us"].get("/v1/losses").text
    assert "99998888" not in people["us"].get(f"/losses/{case['id']}").text
    missing = people["us"].post(steps, json={"link": f"{'0' * 20}-1"}, headers=headers)
    foreign = people["us"].post(steps, json={"link": _id(THEIR_SCAN)}, headers=headers)
    assert (foreign.status_code, foreign.json()["code"]) == (missing.status_code, missing.json()["code"]) == (404, "invoice_not_found")


def test_a_case_of_no_department_exists_for_those_alone_who_see_all(people: dict[str, TestClient]) -> None:
    case = _made(people["admin"], "/v1/losses", **NEW, number="11112222")

    for who in ("us", "them", "both"):
        assert people[who].get(f"/v1/losses/{case['id']}").status_code == 404
        assert people[who].get("/v1/losses").json()["losses"] == []
    assert case["id"] not in people["us"].get("/losses?state=all").text


def test_each_department_keeps_its_own_paper_of_a_document_that_both_handed_in(people: dict[str, TestClient]) -> None:
    shared = _id(SHARED)
    for who, person_ in (("us", "我方的人"), ("them", "他方的人")):
        asked = people[who].get(f"/v1/papers/{shared}").json()
        assert (asked["version"], asked["events"]) == (0, [])
        _made(people[who], f"/v1/papers/{shared}/events", kind="boxed", box="盒一", note="散票", version=0)
        _made(people[who], f"/v1/papers/{shared}/events", kind="lent", person=person_, due="2031-01-02", version=1)

    for who, other in (("us", "他方的人"), ("them", "我方的人")):
        for path in (
            f"/v1/papers/{shared}",
            "/v1/papers",
            "/v1/papers?box=盒一",
            "/papers",
            f"/papers/{shared}",
            "/papers/print?form=loans",
        ):
            assert other not in people[who].get(path).text, path
        assert len(people[who].get("/v1/papers").json()["papers"]) == 1
    # Whoever sees all keeps the paper of the department that handed the document in first.
    assert people["admin"].get(f"/v1/papers/{shared}").json()["events"][1]["person"] == "他方的人"
    assert len(people["admin"].get("/v1/papers").json()["papers"]) == 2


def test_a_box_that_holds_papers_of_both_departments_is_two_boxes(people: dict[str, TestClient]) -> None:
    for who, content in (("us", OUR_SCAN), ("them", THEIR_SCAN)):
        _made(people[who], f"/v1/papers/{_id(content)}/events", kind="boxed", box="合用盒", note="散票")

    count = _made(people["us"], "/v1/stocktakings", box="合用盒")
    assert count["missing"] == [_id(OUR_SCAN)]
    assert people["them"].get(f"/v1/stocktakings/{count['id']}").status_code == 404
    mixed = people["both"].post("/v1/stocktakings", json={"box": "合用盒"})
    assert (mixed.status_code, mixed.json()["code"]) == (422, "invalid_paper_event")
    whole = _made(people["admin"], "/v1/stocktakings", box="合用盒")
    assert set(whole["missing"]) == {_id(OUR_SCAN), _id(THEIR_SCAN)}
    assert people["us"].get(f"/v1/stocktakings/{whole['id']}").status_code == 404


def test_a_count_of_one_department_records_nothing_of_the_other_s_paper(people: dict[str, TestClient]) -> None:
    shared = _id(SHARED)
    for who in ("us", "them"):
        _made(people[who], f"/v1/papers/{shared}/events", kind="boxed", box=f"{who}的盒", note="散票")
    whole = _made(people["admin"], "/v1/stocktakings", first="2000-01-01", last="2030-01-01")
    assert whole["missing"] == [shared]
    ours = _made(people["us"], "/v1/stocktakings", box="us的盒")

    assert people["admin"].post(f"/v1/stocktakings/{ours['id']}/close").status_code == 200
    assert people["us"].get(f"/v1/papers/{shared}").json()["state"] == "missing"
    assert people["them"].get(f"/v1/papers/{shared}").json()["state"] == "boxed"


@pytest.mark.parametrize("who", ["both", "admin"])
def test_a_foreign_paper_that_is_met_at_a_count_is_told_to_no_department(people: dict[str, TestClient], who: str) -> None:
    _made(people["us"], f"/v1/papers/{_id(OUR_SCAN)}/events", kind="boxed", box="盒二", note="散票")
    count = _made(people["us"], "/v1/stocktakings", box="盒二")
    path = f"stocktakings/{count['id']}"

    refused = people[who].post(f"/v1/{path}/seen", json={"labels": [_id(OUR_SCAN), _id(THEIR_SCAN)]})
    page = people[who].post(f"/{path}", data={"labels": f"{_id(OUR_SCAN)}\n{_id(THEIR_SCAN)}"})

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_paper_event")
    assert page.status_code == 422 and "别的部门" in page.text
    assert _id(THEIR_SCAN) not in people["us"].get(f"/{path}").text
    counted = people["us"].get(f"/v1/{path}").json()
    assert (counted["missing"], counted["surplus"]) == ([], [])


def test_what_is_said_of_documents_of_two_departments_is_told_to_neither(people: dict[str, TestClient], desk: Desk) -> None:
    mixed = {"invoices": [_id(OUR_SCAN), _id(OUR_COPY), _id(THEIR_SCAN)], "decision": "same", "reason": "混在一起"}
    refused = people["both"].post("/v1/duplicates", json=mixed)
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_usage")
    _made(people["admin"], "/v1/duplicates", **mixed)

    for who in ("us", "them", "both"):
        assert "混在一起" not in people[who].get("/v1/duplicates").text
        assert "混在一起" not in people[who].get("/duplicates?show=decided").text
    foreign = people["us"].post("/v1/duplicates", json={**mixed, "invoices": [_id(OUR_SCAN), _id(THEIR_SCAN)]})
    missing = people["us"].post("/v1/duplicates", json={**mixed, "invoices": [_id(OUR_SCAN), f"{'0' * 20}-1"]})
    assert (foreign.status_code, foreign.json()["code"]) == (missing.status_code, missing.json()["code"]) == (404, "invoice_not_found")


def test_a_claim_for_a_foreign_invoice_is_answered_as_for_one_that_is_not_archived(people: dict[str, TestClient]) -> None:
    def checked(stated: str) -> Any:
        answer = people["us"].post("/v1/invoices/check-duplicate", json={"invoices": [{"number": stated, "code": "032001900104"}]})
        assert answer.status_code == 200, answer.text
        return answer.text.replace(stated, "")

    assert checked("99998888") == checked("99997777")


def test_a_foreign_list_of_the_tax_platform_tells_us_nothing(people: dict[str, TestClient], desk: Desk) -> None:
    add_company(desk.service, OwnCompany("北京某某有限公司", (STATED_BUYER,)))
    content = export(number(9), **{"发票状态": "作废", "销方名称": "他方清单里的卖方"})
    listed = people["them"].post("/v1/reconciliations", files=[("files", ("list.xlsx", content))])
    assert listed.status_code == 201, listed.text

    def said(who: str, stated: str) -> list[str]:
        claim = {"invoices": [{"number": stated}]}
        answers = [
            people[who].post("/v1/invoices/check-duplicate", json=claim),
            *(people[who].get(f"/find?{query}") for query in (f"number={stated}", f"sentence={stated}")),
        ]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.text.replace(stated, "").replace(stated[-8:], "") for answer in answers]

    assert said("us", number(9)) == said("us", number(8))
    for place in (0, 2):
        assert said("them", number(9))[place] != said("them", number(8))[place]
    assert "他方清单里的卖方" in said("them", number(9))[2]
    run = people["us"].post(f"/v1/reconciliations/{listed.json()['id']}/run")
    assert (run.status_code, run.json()["code"]) == (404, "record_not_found")


def test_an_uploader_is_told_of_no_invoice_that_came_before(app: FastAPI, people: dict[str, TestClient], desk: Desk) -> None:
    uploader = person(app, Role.UPLOADER, departments=frozenset({OURS}), name="uploader").client
    key = machine(app, Scope.UPLOADS_WRITE, department=OURS).client
    for shade, client in ((31, uploader), (32, key)):
        content = a_picture(shade)
        desk.reader.scripts[Digest.of(content)] = lambda scan: reading_of(scan, _numbered("11112222"))
        batch = client.post("/v1/uploads", files=[("files", ("new.png", content))]).json()["id"]
        desk.read_everything()
        for path in (f"/v1/batches/{batch}", f"/v1/batches/{batch}/events", f"/batches/{batch}", f"/batches/{batch}/files"):
            said = client.get(path)
            assert _id(OUR_SCAN) not in said.text and "11112222" not in said.text, path


def test_a_key_reads_no_papers_cases_or_lists_by_a_scope_that_says_nothing_of_them(app: FastAPI, people: dict[str, TestClient]) -> None:
    lists = ("/v1/losses", "/v1/papers", "/v1/stocktakings", "/v1/reconciliations", "/v1/duplicates", "/papers", "/find", "/duplicates")
    for scope in set(Scope) - {Scope.INVOICES_READ}:
        client = machine(app, scope).client
        assert {client.get(path).status_code for path in lists} == {403}, scope
