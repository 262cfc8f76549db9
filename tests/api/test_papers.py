"""Where papers are: routes, rights, and what is refused with what to do."""

from typing import Any

import pytest

from models.access import Role
from tests.api.conftest import Desk
from tests.support.logins import person


def record(desk: Desk, invoice: str, kind: str, **said: Any) -> Any:
    return desk.client.post(f"/v1/papers/{invoice}/events", json={"kind": kind, **said})


def test_what_happens_to_a_paper_is_recorded_and_told(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    assert desk.client.get(f"/v1/papers/{invoice}").json()["state"] == "expected"

    assert record(desk, invoice, "received", person="王样").status_code == 201
    label = desk.client.get(f"/v1/papers/{invoice}").json()["label"]
    lent = record(desk, label, "lent", person="李四", due="2020-04-01").json()
    assert (lent["state"], lent["state_name"], lent["due"], lent["overdue"], lent["version"]) == ("lent", "借出中", "2020-04-01", True, 2)

    shown = desk.client.get(f"/v1/papers/{label}").json()
    assert [(event["kind"], event["person"], event["by"]) for event in shown["events"]] == [
        ("received", "王样", "local"),
        ("lent", "李四", "local"),
    ]
    assert [paper["invoice"] for paper in desk.client.get("/v1/papers").json()["papers"]] == [invoice]


def test_papers_of_a_box_and_those_that_are_missing_are_listed(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    record(desk, invoice, "boxed", box="2026-01", note="散票")
    record(desk, invoice, "missing")

    [paper] = desk.client.get("/v1/papers", params={"box": "2026-01"}).json()["papers"]
    assert desk.client.get("/v1/papers", params={"state": "missing"}).json()["papers"] == [paper]
    assert desk.client.get("/v1/papers", params={"box": "2026"}).json()["papers"] == []


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"kind": "returned"}, 409, "impossible_paper_event"),
        ({"kind": "lent", "person": "李四", "due": "2026-04-01"}, 422, "invalid_paper_event"),
        ({"kind": "received", "version": 3}, 412, "stale_version"),
        ({"kind": "eaten"}, 422, "invalid_request"),
        ({"kind": "received", "person": "a\nb"}, 422, "invalid_paper_event"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(desk: Desk, said: dict[str, Any], status: int, code: str) -> None:
    invoice = desk.archived_invoice()
    answer = desk.client.post(f"/v1/papers/{invoice}/events", json=said)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert desk.client.get(f"/v1/papers/{invoice}").json()["version"] == 0


def test_a_label_of_another_archive_and_an_unknown_code_are_told_apart(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    foreign = desk.client.get(f"/v1/papers/PIAOGEN:{'f' * 32}:{invoice}")
    unknown = desk.client.get("/v1/papers/" + "0" * 20 + "-1")

    assert (foreign.status_code, foreign.json()["code"]) == (422, "invalid_paper_event")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "invoice_not_found")


def test_an_auditor_looks_and_changes_nothing(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    auditor = person(desk.client.app, Role.AUDITOR)

    assert auditor.client.get(f"/v1/papers/{invoice}").status_code == 200
    assert auditor.client.post(f"/v1/papers/{invoice}/events", json={"kind": "received"}).status_code == 403


def test_a_count_over_the_api_ends_with_what_is_missing(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    record(desk, invoice, "boxed", box="2026-01", note="散票")
    begun = desk.client.post("/v1/stocktakings", json={"box": "2026-01"}).json()
    path = f"/v1/stocktakings/{begun['id']}"
    assert (begun["expected"], begun["missing"], begun["closed"]) == ([invoice], [invoice], False)

    assert desk.client.post(f"{path}/seen", json={"labels": ["0" * 20 + "-1"]}).status_code == 404
    closed = desk.client.post(f"{path}/close").json()
    assert closed["closed"] and closed["missing"] == [invoice]
    assert desk.client.get(f"/v1/papers/{invoice}").json()["state"] == "missing"
    assert desk.client.post(f"{path}/seen", json={"labels": [invoice]}).status_code == 409
    assert desk.client.get("/v1/stocktakings").json()["stocktakings"] == [desk.client.get(path).json()]
    for wrong in ({}, {"box": "a", "first": "2026-01-01", "last": "2026-01-31"}, {"first": "2026-02-01", "last": "2026-01-01"}):
        assert desk.client.post("/v1/stocktakings", json=wrong).status_code == 422
