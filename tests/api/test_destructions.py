"""/v1/destructions: two people over HTTP, a list to sign, and what is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from models.access import Role
from models.calendar_words import day_in_china
from tests.support.destroyed import DAY, DOCUMENT, OPINIONS_SAID, SUPERVISORS_SAID, archive_the_scan, old_service
from tests.support.logins import Visitor, person
from tests.support.scripted_service import settings_in

ASKED = {"documents": [str(DOCUMENT)], "reason": "保管期限已满", "today": DAY.isoformat()}
APPROVAL = {"today": DAY.isoformat(), "opinions": OPINIONS_SAID, "supervisors": SUPERVISORS_SAID}


@dataclass(frozen=True)
class Office:
    """Two administrators and an auditor over an archive whose terms are over."""

    li: TestClient
    zhao: TestClient
    auditor: TestClient

    def proposed(self) -> str:
        """The id of a list that Li proposed."""
        answer = self.li.post("/v1/destructions", json=ASKED)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    archive_the_scan(tmp_path)
    with old_service(tmp_path) as service:
        app: FastAPI = create_app(service, settings=settings_in(tmp_path))

        def visitor(role: Role, name: str) -> Visitor:
            return person(app, role, name=name)

        with TestClient(app):
            yield Office(visitor(Role.ADMIN, "li").client, visitor(Role.ADMIN, "zhao").client, visitor(Role.AUDITOR, "qian").client)


def test_what_one_proposes_another_approves_and_an_auditor_finds(office: Office) -> None:
    list_id = office.proposed()

    outcome = office.zhao.post(f"/v1/destructions/{list_id}/approve", json=APPROVAL).json()

    assert (outcome["proposed_by"], outcome["approved_by"]) == ("user:li", "user:zhao")
    assert (outcome["destroyed"], outcome["kept"], outcome["done"]) == ([str(DOCUMENT)], {}, True)
    found: dict[str, Any] = office.auditor.get("/v1/destructions/destroyed", params={"number": "63462197"}).json()
    assert [tomb["list_id"] for tomb in found["destroyed"]] == [list_id]
    assert office.auditor.get("/v1/destructions").json()["lists"][0]["id"] == list_id


def test_its_address_says_that_it_is_gone_for_ever(office: Office) -> None:
    invoice = office.auditor.get("/v1/invoices").json()["hits"][0]["invoice"]["id"]
    list_id = office.proposed()
    office.zhao.post(f"/v1/destructions/{list_id}/approve", json=APPROVAL)

    gone = office.auditor.get(f"/v1/invoices/{invoice}")

    assert (gone.status_code, gone.json()["code"]) == (410, "document_destroyed")
    assert office.auditor.get("/v1/invoices").json()["hits"] == []


def test_the_proposer_is_refused_with_the_reason(office: Office) -> None:
    refused = office.li.post(f"/v1/destructions/{office.proposed()}/approve", json=APPROVAL)

    assert (refused.status_code, refused.json()["code"]) == (409, "destruction_refused")
    assert "somebody else" in refused.json()["detail"]


def test_a_day_that_is_not_the_clock_s_is_refused(office: Office) -> None:
    wrong = day_in_china(datetime.now(UTC)).isoformat()

    assert office.li.post("/v1/destructions", json={**ASKED, "today": wrong}).status_code == 409


def test_the_list_is_printed_with_all_that_it_bears(office: Office) -> None:
    list_id = office.proposed()
    office.zhao.post(f"/v1/destructions/{list_id}/approve", json=APPROVAL)

    page = office.auditor.get(f"/v1/destructions/{list_id}").text
    table = office.auditor.get(f"/v1/destructions/{list_id}", params={"form": "csv"}).content.decode("utf-8-sig")

    for words in ("会计档案销毁清册", "63462197", DOCUMENT.hex, *OPINIONS_SAID, *SUPERVISORS_SAID, "user:li", "user:zhao"):
        assert words in page
    assert "63462197" in table
    assert DAY.isoformat() in table


def test_a_document_whose_record_is_damaged_is_on_no_list(office: Office, tmp_path: Path) -> None:
    [reading] = (path for path in (tmp_path / "archive" / "readings").rglob("*") if path.is_file())
    reading.unlink()
    reading.write_bytes(b"{}")

    refused = office.li.post("/v1/destructions", json=ASKED)

    assert (refused.status_code, refused.json()["code"]) == (409, "destruction_refused")
    assert "record is damaged" in refused.json()["detail"]


def test_what_is_due_is_listed_with_what_keeps_it(office: Office) -> None:
    free = office.auditor.get("/v1/destructions/due").json()
    hold = office.li.post("/v1/holds", json={"documents": [str(DOCUMENT)], "reason": "诉讼"}).json()["id"]
    kept = office.auditor.get("/v1/destructions/due", params={"kind": "vat_special"}).json()

    [due] = free["documents"]
    assert (due["document"], due["kept_by"], free["next_cursor"]) == (str(DOCUMENT), [], None)
    assert (due["years"], due["invoices"][0]["number"]) == (30, "63462197")
    assert (due["accounting_year"] + 31, due["due"][4:]) == (int(due["due"][:4]), "-01-01")
    [words] = kept["documents"][0]["kept_by"]
    assert hold in words and "诉讼" in words
    assert office.auditor.get("/v1/destructions/due", params={"kind": "taxi"}).json()["documents"] == []
    assert office.auditor.get("/v1/destructions/due", params={"year": due["accounting_year"] - 1}).json()["documents"] == []


@pytest.mark.parametrize("wrong", [{"year": "0"}, {"kind": "none"}, {"cursor": "x"}, {"limit": "501"}, {"other": "1"}])
def test_a_question_for_what_is_due_that_cannot_be_understood_is_refused(office: Office, wrong: dict[str, str]) -> None:
    assert office.auditor.get("/v1/destructions/due", params=wrong).status_code == 422
