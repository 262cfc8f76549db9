"""Two departments with documents of their own and one of both: nobody is told anything of the other, by any route or page.

Every route is taken from the application. What is asked of one's own must hold nothing of theirs, and what is asked of theirs must be
answered, to the letter, as what does not exist.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.access import Allowed, declarations
from models.access import OF_ALL, Role, Scope
from models.digest import Digest
from models.own_companies import OwnCompany
from ocr_service.companies import add_company
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN, example_invoice, reading_of
from tests.support.logins import Visitor, machine, person
from tests.support.pictures import a_picture
from tests.support.scripted_service import service_in
from tests.support.statements import OURS as STATED_BUYER
from tests.support.statements import export, number

OURS, THEIRS = "财务部", "采购部"
OUR_SCAN, THEIR_SCAN, SHARED = a_picture(11), a_picture(12), SCAN.read_bytes()
OUR_COPY, THEIR_COPY = a_picture(13), a_picture(14)
"""Scans of the shared invoice, of which theirs says another total."""
NOBODY = "0" * 20
NO_RECORD = "20200101-00000000"
_QUESTIONS = (
    *("/v1/losses?invoice={id}", "/losses/new?invoice={id}", "/papers/open?label={id}", "/papers/labels?invoices={id}"),
    *("/v1/papers/piaogen:{id}", "/find?text={id}", "/find?number=99998888", "/v1/invoices?number=99998888"),
    *("/find?seller=他方供应商&amount=77.00", "/find?sentence=他方供应商 三月", "/v1/invoices?sentence=尾号8888"),
    *("/papers?box=secret-box", "/papers/print?form=box&box=secret-box", "/v1/papers?box=secret-box", "/v1/papers?state=missing"),
    *("/losses?state=all", "/find/words?sentence=他方供应商", "/duplicates?show=decided", "/reconciliations", "/stocktakings"),
    *("/review/desk?after={id}", "/review/alike", "/review"),
    *("/review?batch={batch}", "/review/desk?batch={batch}", "/review/alike?batch={batch}", "/register?batch={batch}"),
)
"""What is asked by the query of an address about theirs, by the invoice's id, by what it says, or by the batch."""
_RECORDS = {"{loss_id}", "{count_id}", "{reconciliation_id}", "{paper_id}"}


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


@pytest.fixture
def us(app: FastAPI) -> Visitor:
    return person(app, Role.CLERK, departments=frozenset({OURS}), name="ours")


@pytest.fixture
def them(app: FastAPI) -> Visitor:
    return person(app, Role.CLERK, departments=frozenset({THEIRS}), name="thelma")


@pytest.fixture
def batches(desk: Desk, us: Visitor, them: Visitor) -> Iterator[dict[str, Any]]:
    """Their documents, read and one corrected, then ours; the answers to the uploads that count."""
    desk.reader.scripts[Digest.of(OUR_SCAN)] = lambda scan: reading_of(scan, _invoice("11112222", "我方供应商", "10.00"))
    desk.reader.scripts[Digest.of(THEIR_SCAN)] = lambda scan: reading_of(scan, _invoice("99998888", "他方供应商", "77.00"))
    desk.reader.scripts[Digest.of(SHARED)] = lambda scan: reading_of(scan, example_invoice())
    desk.reader.scripts[Digest.of(OUR_COPY)] = lambda scan: reading_of(scan, example_invoice())
    desk.reader.scripts[Digest.of(THEIR_COPY)] = lambda scan: reading_of(scan, _invoice("63462197", "他方供应商", "66.00"))
    theirs = _upload(them, ("secret-theirs.png", THEIR_SCAN), ("secret-shared.jpg", SHARED), ("secret-copy.png", THEIR_COPY))
    desk.read_everything()
    shared = _id(SHARED)
    version = them.client.get(f"/v1/invoices/{shared}").headers["etag"]
    said = {"fields": {"remarks": "what the record says from then on"}, "reason": "secret reason"}
    assert them.client.patch(f"/v1/invoices/{shared}", json=said, headers={"If-Match": version}).status_code == 200
    ours = _upload(us, ("ours.png", OUR_SCAN), ("shared.jpg", SHARED), ("copy.png", OUR_COPY))
    desk.read_everything()
    add_company(desk.service, OwnCompany("北京某某有限公司", (STATED_BUYER,)))
    theirs["records"] = _records(them, _id(THEIR_SCAN), "secret")
    ours["records"] = _records(us, _id(OUR_SCAN), "known")
    yield {"ours": ours, "theirs": theirs}


def _records(visitor: Visitor, invoice: str, word: str) -> dict[str, str]:
    """Of everything that is kept beside invoices one of this department: by the name in a route's address."""

    def made(path: str, **request: Any) -> Any:
        answer = visitor.client.post(path, **request)
        assert answer.status_code == 201, answer.text
        return answer.json()

    loss = made("/v1/losses", json={"lost": "invoice_and_deduction", "lost_by": f"{word}-loser", "invoice": invoice})
    made(f"/v1/papers/{invoice}/events", json={"kind": "boxed", "box": f"{word}-box", "note": f"{word}-note"})
    # Of what both departments have, each keeps its own paper, and its own word on what is the same invoice.
    made(f"/v1/papers/{_id(SHARED)}/events", json={"kind": "boxed", "box": f"{word}-shared", "note": f"{word}-note"})
    made(f"/v1/papers/{_id(SHARED)}/events", json={"kind": "lent", "person": f"{word}-reader", "due": "2031-01-02"})
    count = made("/v1/stocktakings", json={"box": f"{word}-box"})
    export_ = export(number(1), **{"销方名称": f"{word}-seller有限公司"})
    listed = made("/v1/reconciliations", files=[("files", (f"{word}.xlsx", export_))])
    copy = _id(THEIR_COPY if word == "secret" else OUR_COPY)
    made("/v1/duplicates", json={"invoices": [_id(SHARED), copy], "decision": "same", "reason": f"{word}-reason"})
    return {
        "{loss_id}": loss["id"],
        "{count_id}": count["id"],
        "{reconciliation_id}": listed["id"],
        "{paper_id}": invoice,
    }


def _invoice(number: str, seller: str, total: str) -> Any:
    invoice = example_invoice()
    fields = dict(invoice.fields)
    for key, value in (("invoice_number", number), ("seller_name", seller), ("tax_inclusive_amount", total)):
        fields[key] = replace(fields[key], value=value, raw=value)
    return replace(invoice, fields=fields)


def _upload(visitor: Visitor, *files: tuple[str, bytes], **request: Any) -> Any:
    answer = visitor.client.post("/v1/uploads", files=[("files", file) for file in files], **request)
    assert answer.status_code == 202, answer.text
    return answer.json()


def _id(content: bytes) -> str:
    return f"{Digest.of(content).hex[:20]}-1"


def _addresses(app: FastAPI, method: str, document: str, batch: str, records: Mapping[str, str]) -> Iterator[str]:
    """Every route and page that somebody is asked for, about this document (20 to 64 hex digits), this batch and these records."""
    names = {
        **{"{invoice_id}": f"{document[:20]}-1", "{digest}": f"sha256:{document:0<64}", "{batch_id}": batch},
        **{"{field}": "invoice_number", "{step}": "report", **records},
    }
    for route in iter_route_contexts(app.routes):
        if route.path is None or route.path == "/static" or method not in (route.methods or ()):
            continue
        if any(isinstance(declared, Allowed) for declared in declarations(route)):
            path = route.path
            for name, value in names.items():
                path = path.replace(name, value)
            yield re.sub(r"\{\w+\}", "none", path)


def _secrets(batches: dict[str, Any]) -> list[str]:
    """What only they know."""
    documents = [Digest.of(content).hex[:20] for content in (THEIR_SCAN, THEIR_COPY)]
    records = [record for name, record in batches["theirs"]["records"].items() if name != "{paper_id}"]
    return [*documents, *records, "secret", "99998888", "他方供应商", "77.00", "66.00", batches["theirs"]["id"], "thelma", THEIRS]


def _said(answer: Any) -> str:
    return answer.text + json.dumps(dict(answer.headers), ensure_ascii=False)


@pytest.mark.parametrize("role", Role)
def test_nothing_of_theirs_is_in_any_answer_about_ours(app: FastAPI, batches: dict[str, Any], role: Role) -> None:
    visitor = person(app, role, departments=frozenset({OURS}), name=f"our-{role.value}")
    asked = 0
    for content in (OUR_SCAN, SHARED, OUR_COPY):
        records = batches["ours"]["records"] | {"{paper_id}": _id(content)}
        for path in _addresses(app, "GET", Digest.of(content).hex, batches["ours"]["id"], records):
            said = _said(visitor.client.get(path))
            assert [secret for secret in _secrets(batches) if secret in said] == [], path
            asked += 1
    assert asked > 60


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "HEAD"])
@pytest.mark.parametrize("role", Role)
def test_what_is_asked_of_theirs_is_answered_as_what_does_not_exist(app: FastAPI, batches: dict[str, Any], role: Role, method: str) -> None:
    visitor = person(app, role, departments=frozenset({OURS}), name=f"our-{role.value}")
    theirs, none = Digest.of(THEIR_SCAN).hex, "0" * 64
    records = batches["theirs"]["records"]
    foreign = list(_addresses(app, method, theirs, batches["theirs"]["id"], records))
    missing = list(_addresses(app, method, none, "api-none", {**dict.fromkeys(records, NO_RECORD), "{paper_id}": f"{NOBODY}-1"}))
    changed = [(there, nowhere) for there, nowhere in zip(foreign, missing, strict=True) if there != nowhere]
    assert changed

    for there, nowhere in changed:
        headers = {"If-Match": '"v1"'}
        answers = [visitor.client.request(method, path, headers=headers, **_asked(method, path)) for path in (there, nowhere)]
        first, second = (_neutral(answer, theirs, batches["theirs"]) for answer in answers)
        assert first == second, there
        assert first[0] in _NOT_THERE, (there, first)


@pytest.mark.parametrize("question", _QUESTIONS)
def test_what_an_address_asks_of_theirs_is_answered_as_for_what_does_not_exist(us: Visitor, batches: dict[str, Any], question: str) -> None:
    theirs = Digest.of(THEIR_SCAN).hex
    asked = question.format(id=f"{theirs[:20]}-1", batch=batches["theirs"]["id"])
    foreign = us.client.get(asked)
    missing = us.client.get(question.format(id=f"{NOBODY}-1", batch="api-none"))

    assert _neutral(foreign, theirs, batches["theirs"]) == _neutral(missing, theirs, batches["theirs"])
    told = [secret for secret in _secrets(batches) if secret in _said(foreign) and secret not in asked]
    assert told == []


def _asked(method: str, path: str) -> dict[str, Any]:
    """What is sent to a changing route or form, so that it comes to look for what its address names."""
    if method == "PATCH":
        return {"json": {"lost_by": "x"} if "/losses/" in path else {"fields": {"remarks": "x"}, "reason": "x"}}
    if method != "POST":
        return {}
    what = path.rpartition("/")[2]
    if path.startswith("/v1/"):
        return {"json": _BODIES.get(what)}
    return {"data": {"labels": "1", "reason": "x", "version": "1", "lost_by": "x", "outcome": "found", "on": "2026-03-02", "person": "x"}}


_BODIES: dict[str, Any] = {
    "confirm": {"fields": ["invoice_number"]},
    "override": {"rule": "x", "reason": "x"},
    "withdraw": {"reason": "x"},
    "proof": {"fields": {"remarks": "x"}},
    "restore-to-list": {"reason": "x"},
    "steps": {"close": "found"},
    "events": {"kind": "received", "person": "x"},
    "seen": {"labels": [f"{Digest.of(OUR_SCAN).hex[:20]}-1"]},
}
_NOT_THERE = {401, 403, 404}


def test_each_name_in_an_address_is_known_to_these_tests(app: FastAPI) -> None:
    """A route about something new is asked about theirs above, or it is about all departments at once."""
    names = {name for route in iter_route_contexts(app.routes) for name in re.findall(r"\{\w+\}", str(route.path))}
    asked = {"{invoice_id}", "{digest}", "{batch_id}", "{field}", "{step}", *_RECORDS}
    asked |= {"{mail_id}"}  # in test_mail_pages.py, where there are mails
    asked |= {"{export_id}"}  # in test_exports.py: nobody's but who asked for it
    asked |= {"{mapping_name}"}  # how an accounting program wants its vouchers: one for all departments, and nothing of an invoice
    asked |= {"{product}"}  # what a cloud's program asks for of the file that it sends, in test_vendor_answers.py
    of_all = {"{name}", "{key_id}", "{hold_id}", "{list_id}", "{code}", "{webhook_id}", "{tax_id}", "{operation_id}"}

    assert names == asked | of_all
    for route in iter_route_contexts(app.routes):
        declared = declarations(route) if route.path != "/static" else ()
        if any(name in str(route.path) for name in of_all) and declared and isinstance(declared[0], Allowed):
            assert set(declared[0].rights) <= OF_ALL, route.path


def _neutral(answer: Any, document: str, batch: dict[str, Any]) -> tuple[int, str]:
    """Status and body without the names that the question had, and without what is drawn anew for each answer."""
    text = answer.text.replace(document, "0" * 64).replace(document[:20], NOBODY).replace(batch["id"], "api-none")
    for name, record in batch["records"].items():
        if name != "{paper_id}":
            text = text.replace(record, NO_RECORD)
    return answer.status_code, text.replace(answer.headers["x-request-id"], "")


def test_lists_counts_and_totals_are_of_ours_alone(app: FastAPI, us: Visitor, batches: dict[str, Any]) -> None:
    everything = us.client.get("/v1/invoices", params={"limit": 100}).json()
    ours = {_id(content) for content in (OUR_SCAN, SHARED, OUR_COPY)}

    assert {one for hit in everything["hits"] for one in (hit["invoice"]["id"], *hit["copies"])} == ours
    assert everything["not_searchable"] == 0
    assert {item["file_name"] for item in us.client.get("/v1/review").json()["items"]} == {"ours.png", "shared.jpg", "copy.png"}
    for clues in ({"number": "99998888"}, {"seller": "他方"}, {"amount": "77.00"}, {"text": "他方供应商"}, {"text": "secret-theirs"}):
        assert us.client.post("/v1/invoices/find", json=clues).json()["hits"] == []
    admin = person(app, Role.ADMIN).client
    assert len(admin.get("/v1/invoices", params={"limit": 100}).json()["hits"]) == 3


def test_that_only_their_scan_contradicts_ours_is_told_to_nobody_but_those_who_see_all(
    app: FastAPI, us: Visitor, them: Visitor, batches: dict[str, Any]
) -> None:
    shared = _id(SHARED)

    def doubts(client: TestClient) -> set[str]:
        return {question["why"] for question in client.get(f"/v1/invoices/{shared}").json()["questions"]}

    assert "other_scan_differs" not in doubts(us.client)
    assert "other_scan_differs" in doubts(them.client)
    assert "other_scan_differs" in doubts(person(app, Role.ADMIN).client)
    assert [copy["id"] for copy in us.client.get(f"/v1/invoices/{shared}/copies").json()["copies"]] == [_id(OUR_COPY)]


def test_bytes_that_they_have_are_new_to_us_and_ours_from_then_on(desk: Desk, us: Visitor, them: Visitor) -> None:
    desk.reader.scripts[Digest.of(SHARED)] = lambda scan: reading_of(scan, example_invoice())
    _upload(them, ("theirs.jpg", SHARED))
    desk.read_everything()
    asked = f"/v1/files/{Digest.of(SHARED)}"
    assert (us.client.head(asked).status_code, them.client.head(asked).status_code) == (404, 200)

    new = _upload(us, ("new.png", a_picture(0)))["files"][0]
    shared = _upload(us, ("ours.jpg", SHARED))["files"][0]

    drawn_anew = ("digest", "file_name", "links", "advice")
    assert {k: v for k, v in shared.items() if k not in drawn_anew} == {k: v for k, v in new.items() if k not in drawn_anew}
    assert us.client.get("/v1/invoices").json()["hits"] == []
    desk.read_everything()
    [hit] = us.client.get("/v1/invoices", params={"number": "63462197"}).json()["hits"]
    assert (hit["invoice"]["file_name"], us.client.head(asked).status_code) == ("ours.jpg", 200)
    again = _upload(us, ("again.jpg", SHARED))["files"][0]
    assert (again["state"], again["duplicate_of"]) == ("duplicate", hit["invoice"]["id"])


def test_a_rebuild_brings_the_walls_back_from_the_store_alone(desk: Desk, app: FastAPI, us: Visitor, batches: dict[str, Any]) -> None:
    shown = ("/v1/invoices", "/v1/review", *(f"/v1/invoices/{_id(content)}" for content in (OUR_SCAN, SHARED, THEIR_SCAN)))
    everybody = person(app, Role.ADMIN)

    def answers() -> list[str]:
        said = [visitor.client.get(path) for visitor in (us, everybody) for path in shown]
        # How often a reading was tried is known to the queue alone.
        return [re.sub(r'"attempts":\d', "", answer.text).replace(answer.headers["x-request-id"], "") for answer in said]

    before = answers()
    (desk.folder / "catalogue.sqlite").unlink()
    renewed = service_in(desk.folder, desk.reader, renew=True)
    renewed.index.rebuild()
    renewed.catalogue.close()
    us, everybody = (person(app, role, departments=seen, name=name) for role, seen, name in _KNOWN)
    assert answers() == before


_KNOWN = ((Role.CLERK, frozenset({OURS}), "ours"), (Role.ADMIN, None, "admin"))


def test_a_key_hands_in_for_its_department_and_nobody_for_a_foreign_one(app: FastAPI, us: Visitor, them: Visitor) -> None:
    phone = machine(app, Scope.UPLOADS_WRITE, department=OURS)
    batch = _upload(phone, ("phone.png", OUR_SCAN))["id"]

    assert us.client.get(f"/v1/batches/{batch}").status_code == 200
    assert them.client.get(f"/v1/batches/{batch}").status_code == 404
    named = [("files", ("a.png", OUR_SCAN)), ("meta", (None, json.dumps({"department": THEIRS})))]
    assert us.client.post("/v1/uploads", files=named).json()["code"] == "not_allowed"
    several = person(app, Role.CLERK, departments=frozenset({OURS, THEIRS}), name="both")
    unnamed = several.client.post("/v1/uploads", files=[("files", ("a.png", OUR_SCAN))])
    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "invalid_access")
    assert several.client.post("/v1/uploads", files=named).status_code == 202
    assert f"<option>{OURS}</option>" in several.client.get("/").text


def test_two_who_take_the_same_idempotency_key_get_their_own_batches(us: Visitor, them: Visitor) -> None:
    mine, others = (_upload(who, ("a.png", OUR_SCAN), headers={"Idempotency-Key": "1"}) for who in (us, them))

    assert mine["id"] != others["id"]
    assert mine["files"][0]["state"] == others["files"][0]["state"] == "queued"
