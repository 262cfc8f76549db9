"""The page of our own companies, as a browser without JavaScript gets it, and the ways that lead to it."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.access import Role
from models.own_companies import OwnCompany
from ocr_service.companies import own_companies
from tests.api.conftest import Desk
from tests.support.logins import person
from tests.support.statements import LIST, number, row
from tests.support.workbooks import xlsx

HTML = {"Accept": "text/html"}
OURS, FORMER = "91110108MA00000001", "110108000000001"


@pytest.fixture
def admin(desk: Desk) -> TestClient:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return person(app, Role.ADMIN).client


def _named(desk: Desk) -> tuple[OwnCompany, ...]:
    return own_companies(desk.service).companies


def test_a_company_is_named_changed_and_ended(desk: Desk, admin: TestClient) -> None:
    made = admin.post("/companies", data={"name": " 甲（北京）有限公司 ", "tax_ids": OURS.lower()}, headers=HTML)
    assert made.status_code == 303
    assert _named(desk) == (OwnCompany("甲（北京）有限公司", (OURS,)),)

    admin.post("/companies", data={"name": "甲（北京）有限公司", "tax_ids": f"{OURS}，{FORMER}"}, headers=HTML)
    page = admin.get("/companies", headers=HTML).text
    assert (OURS in page, FORMER in page, "甲（北京）有限公司" in page) == (True, True, True)

    ended = admin.post(f"/companies/{OURS}/end", headers=HTML)
    assert ended.status_code == 303
    assert _named(desk) == ()
    assert "还没有登记本单位" in admin.get(ended.headers["location"], headers=HTML).text


def test_the_log_says_who_changed_the_list_as_it_does_for_the_command(desk: Desk, admin: TestClient) -> None:
    admin.post("/companies", data={"name": "甲有限公司", "tax_ids": OURS}, headers=HTML)
    admin.post(f"/companies/{OURS}/end", headers=HTML)

    changes = admin.get("/v1/log", params={"action": "record.changed"}).json()["entries"]
    assert [(entry["subject"], entry["actor"].partition(":")[0], entry["details"]["version"]) for entry in changes] == [
        ("settings/companies", "user", 2),
        ("settings/companies", "user", 1),
    ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": " ", "tax_ids": OURS}, "请填写单位名称"),
        ({"name": "甲有限公司", "tax_ids": "12"}, "税号是 15 到 20 位数字和大写字母"),
        ({"name": "甲有限公司"}, "税号是 15 到 20 位数字和大写字母"),
        ({"name": "乙有限公司", "tax_ids": f"91310000MA00000002 {OURS}"}, "已登记在另一家单位名下"),
    ],
)
def test_a_form_that_does_not_fit_comes_back_with_what_is_wrong(desk: Desk, admin: TestClient, form: dict[str, str], said: str) -> None:
    admin.post("/companies", data={"name": "丙有限公司", "tax_ids": OURS}, headers=HTML)

    answer = admin.post("/companies", data=form, headers=HTML)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{form["name"]}"' in answer.text
    assert _named(desk) == (OwnCompany("丙有限公司", (OURS,)),)


def test_what_was_ended_meanwhile_is_said(admin: TestClient) -> None:
    answer = admin.post(f"/companies/{OURS}/end", headers=HTML)

    assert answer.status_code == 422
    assert "没有登记这家单位" in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_name_companies(desk: Desk, role: Role) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    client = person(app, role).client

    assert client.get("/companies", headers=HTML).status_code == 403
    assert client.post("/companies", data={"name": "甲有限公司", "tax_ids": OURS}, headers=HTML).status_code == 403
    assert client.post(f"/companies/{OURS}/end", headers=HTML).status_code == 403
    assert _named(desk) == ()


def test_where_it_is_asked_for_a_link_leads_there(desk: Desk, admin: TestClient) -> None:
    rows = [row(number(1)), row(number(2), 销方识别号=OURS, 购方识别号="91310000MA00000002")]
    sent = [("files", ("a.xlsx", xlsx({"发票基础信息1": [LIST, *rows]})))]
    made = admin.post("/reconciliations", files=sent, headers=HTML)
    page = admin.get(made.headers["location"], headers=HTML).text

    assert '<a href="/companies">' in page.partition("请先登记本单位税号")[2][:120]
