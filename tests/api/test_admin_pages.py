"""The pages about people, keys and phones, as a browser without JavaScript gets them."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import PHONE_COOKIE
from models.access import Role, Scope
from models.people import ApiKey
from ocr_service.enrolling import OFFER_MINUTES, PHONE_DAYS
from tests.api.conftest import Desk
from tests.support.logins import access_of, nobody, person
from tests.support.pictures import a_picture

HTML = {"Accept": "text/html"}
LI = {"name": "li", "display_name": "李样", "role": "clerk", "departments": "财务部、采购部", "password": "another horse battery"}


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


@pytest.fixture
def admin(app: FastAPI) -> TestClient:
    return person(app, Role.ADMIN).client


def _link(admin: TestClient, label: str = "小李的手机", **form: str) -> str:
    """The address in the code that enrols a phone."""
    page = admin.post("/phones", data={"label": label, **form}, headers=HTML)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    [link] = re.findall(r"<code>http://testserver(/phones/[\w-]+)</code>", page.text)
    return str(link)


def _only_key(app: FastAPI) -> ApiKey:
    [found] = access_of(app).keys()
    return found.key


def test_the_first_person_is_made_an_administrator_unless_somebody_says_otherwise(app: FastAPI) -> None:
    page = nobody(app).get("/people", headers=HTML).text

    assert 'value="admin" checked' in page
    assert "还没有人有登录名" in page


def test_an_administrator_makes_changes_and_switches_off_a_person(app: FastAPI, admin: TestClient) -> None:
    added = admin.post("/people", data=LI)
    made = access_of(app).user("li")
    changed = admin.post("/people/li", data={"display_name": "李样", "role": "auditor", "departments": ""})
    reset = admin.post("/people/li/password", data={"password": "third horse battery"})
    standing = access_of(app).user("li")
    login = nobody(app).post("/login", data={"name": "li", "password": "third horse battery"})
    off = admin.post("/people/li/state", data={"disabled": "yes"})
    page = admin.get("/people/li", headers=HTML).text

    assert [answer.status_code for answer in (added, changed, reset, login, off)] == [303] * 5
    assert (made.role, made.departments) == (Role.CLERK, frozenset({"财务部", "采购部"}))
    assert (standing.role, standing.departments) == (Role.AUDITOR, None)
    assert access_of(app).user("li").disabled
    assert "已停用" in page and 'value="no"' in page
    assert "李样" in admin.get(added.headers["location"], headers=HTML).text


@pytest.mark.parametrize(
    "wrong", [{"name": "Li Wang"}, {"password": "short"}, {"role": "boss"}, {"departments": "a(b)"}, {"name": "admin"}]
)
def test_a_person_that_cannot_be_is_not_made_and_the_form_keeps_what_was_typed(
    app: FastAPI, admin: TestClient, wrong: dict[str, str]
) -> None:
    answer = admin.post("/people", data={**LI, **wrong}, headers=HTML)

    assert answer.status_code == (409 if wrong == {"name": "admin"} else 422)
    assert 'role="alert"' in answer.text and "李样" in answer.text
    assert LI["password"] not in answer.text
    assert [user.name for user in access_of(app).users()] == ["admin"]


def test_nobody_locks_themselves_out(app: FastAPI, admin: TestClient) -> None:
    off = admin.post("/people/admin/state", data={"disabled": "yes"}, headers=HTML)
    less = admin.post("/people/admin", data={"display_name": "a", "role": "clerk"}, headers=HTML)
    by_program = admin.patch("/v1/users/admin", json={"disabled": True})

    assert [answer.status_code for answer in (off, less, by_program)] == [422, 422, 422]
    assert access_of(app).user("admin").role is Role.ADMIN
    assert "disabled><legend>" in admin.get("/people/admin", headers=HTML).text


def test_a_key_is_shown_on_one_page_and_withdrawn_on_the_next(app: FastAPI, admin: TestClient) -> None:
    form = {
        "label": "前台扫描仪",
        "scope:uploads:write": "on",
        "scope:invoices:read": "on",
        "department": "财务部",
        "expires": "2999-01-31",
    }
    made = admin.post("/keys", data=form, headers=HTML)
    [secret] = re.findall(r"<code>(piaogen_[\w-]+)</code>", made.text)
    client = TestClient(app, headers={"Authorization": f"Bearer {secret}"})
    before = client.get("/v1/review").status_code
    key = _only_key(app)
    listed = admin.get("/keys", headers=HTML).text
    admin.post(f"/keys/{key.id}/revoke")

    assert (made.status_code, made.headers["cache-control"], before) == (200, "no-store", 200)
    assert key.scopes == {Scope.UPLOADS_WRITE, Scope.INVOICES_READ}
    assert key.expires_at is not None and key.expires_at.isoformat() == "2999-01-31T15:59:59.999999+00:00"
    assert secret not in listed and f'action="/keys/{key.id}/revoke"' in listed
    assert client.get("/v1/review").status_code == 401
    assert f'action="/keys/{key.id}/revoke"' not in admin.get("/keys", headers=HTML).text


@pytest.mark.parametrize("wrong", [{"label": ""}, {"expires": "2020-01-01"}, {"expires": "soon"}, {"scope:uploads:write": None}])
def test_a_key_that_cannot_be_is_not_made(app: FastAPI, admin: TestClient, wrong: dict[str, str | None]) -> None:
    form = {"label": "a", "scope:uploads:write": "on", **wrong}
    answer = admin.post("/keys", data={name: text for name, text in form.items() if text is not None}, headers=HTML)

    assert answer.status_code == 422
    assert access_of(app).keys() == ()


def test_a_phone_opens_its_link_once_and_hands_in_until_it_is_withdrawn(app: FastAPI, admin: TestClient) -> None:
    link = _link(admin, department="财务部")
    phone = nobody(app)
    asked = [phone.get(link, headers=HTML).status_code for _ in range(2)]
    enrolled = phone.post(link)
    sent = phone.post("/uploads", files=[("files", ("a.png", a_picture(0)))])
    seen = phone.get(sent.headers["location"], headers=HTML)
    key = _only_key(app)
    other = nobody(app).post(link, headers=HTML)

    assert asked == [200, 200]
    assert (enrolled.status_code, enrolled.headers["location"], sent.status_code, seen.status_code) == (303, "/phone", 303, 200)
    assert {"HttpOnly", "SameSite=lax", f"Max-Age={PHONE_DAYS * 86_400}"} <= set(enrolled.headers["set-cookie"].split("; "))
    assert (key.label, key.scopes, key.department) == ("小李的手机", {Scope.UPLOADS_WRITE}, "财务部")
    assert key.made_by == "user:admin"
    assert "小李的手机" in seen.text and "/logout" not in seen.text
    assert phone.get("/find", headers=HTML).status_code == 403
    assert (other.status_code, PHONE_COOKIE in other.headers.get("set-cookie", "")) == (404, False)
    assert "已用过或已过期" in other.text

    admin.post(f"/keys/{key.id}/revoke")
    assert phone.post("/uploads", files=[("files", ("a.png", a_picture(0)))]).status_code == 401
    assert phone.get("/", headers=HTML).headers["location"] == "/login?next=%2F"
    assert "登记已作废或过期" in phone.get("/login", headers=HTML).text
    assert "登记已作废或过期" not in nobody(app).get("/login", headers=HTML).text


def test_a_link_is_over_after_its_minutes(app: FastAPI, admin: TestClient) -> None:
    link = _link(admin)
    access = access_of(app)
    later = access.clock() + timedelta(minutes=OFFER_MINUTES)
    object.__setattr__(access, "clock", lambda: later)

    assert nobody(app).get(link).status_code == 404
    assert nobody(app).post(link).json()["code"] == "offer_not_found"
    assert access.keys() == ()


def test_a_link_of_whoever_may_no_longer_make_one_is_over(app: FastAPI, admin: TestClient) -> None:
    link = _link(admin)
    access_of(app).change_user("admin", role=Role.CLERK)

    assert nobody(app).post(link).status_code == 404
    assert access_of(app).keys() == ()


def test_whoever_enrols_a_phone_is_in_the_log(app: FastAPI, admin: TestClient) -> None:
    nobody(app).post(_link(admin))
    key = _only_key(app)
    entries = admin.get("/v1/log").json()["entries"]

    log = [(entry["actor"], entry["action"], entry["subject"]) for entry in entries]
    assert ("user:admin", "phone.offered", "archive") in log
    assert ("user:admin", "access.changed", f"key:{key.id}") in log
    assert ("nobody", "phone.enrolled", f"key:{key.id}") in log


def test_a_code_that_leads_a_phone_to_itself_says_so(app: FastAPI, admin: TestClient) -> None:
    here = TestClient(app, base_url="http://127.0.0.1:8000")
    here.cookies = admin.cookies

    assert "127.0.0.1 只有这台机器打得开" in here.post("/phones", data={"label": "a"}).text
    assert "只有这台机器打得开" not in admin.post("/phones", data={"label": "a"}).text
