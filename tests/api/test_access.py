"""Logging in and out, keys and people over HTTP, and in whose name things are said."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import SESSION_COOKIE
from models.access import Role, Scope
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN
from tests.support.logins import PASSWORD, access_of, machine, nobody, person
from tests.support.pictures import a_picture

LOGIN = {"name": "clerk", "password": PASSWORD}
HTML = {"Accept": "text/html"}


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


def test_a_password_opens_a_session_that_no_script_can_read(app: FastAPI) -> None:
    person(app, Role.CLERK)
    client = nobody(app)
    answer = client.post("/v1/sessions", json=LOGIN)
    cookie = answer.headers["set-cookie"]

    assert (answer.status_code, answer.json()["name"]) == (201, "user:clerk")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert client.get("/v1/sessions").json()["display_name"] == "clerk样"
    assert client.delete("/v1/sessions").status_code == 204
    assert client.get("/v1/sessions").status_code == 401


def test_a_session_that_was_closed_opens_nothing_even_when_it_is_shown_again(app: FastAPI) -> None:
    visitor = person(app, Role.CLERK)
    token = visitor.client.cookies[SESSION_COOKIE]
    visitor.client.post("/logout")

    assert nobody(app).get("/v1/review", headers={"Cookie": f"{SESSION_COOKIE}={token}"}).status_code == 401


def test_a_session_over_https_stays_there(app: FastAPI) -> None:
    person(app, Role.CLERK)
    client = TestClient(app, base_url="https://testserver")

    assert "Secure" in client.post("/v1/sessions", json=LOGIN).headers["set-cookie"].split("; ")


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"name": "nobody"}, {"password": "x" * 900}, {"name": ""}, {"password": "\x00"}])
def test_a_wrong_login_says_not_what_is_wrong(app: FastAPI, wrong: dict[str, str]) -> None:
    person(app, Role.CLERK)
    answer = nobody(app).post("/v1/sessions", json={**LOGIN, **wrong})

    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_login")
    assert answer.json()["detail"] == "login and password do not fit"
    assert "set-cookie" not in answer.headers


def test_whoever_is_disabled_is_let_in_no_more_and_not_told_so(app: FastAPI) -> None:
    visitor = person(app, Role.CLERK)
    access_of(app).change_user("clerk", disabled=True)

    assert visitor.client.get("/v1/review").status_code == 401
    assert nobody(app).post("/v1/sessions", json=LOGIN).json()["code"] == "wrong_login"


def test_after_ten_wrong_logins_none_is_looked_at_from_there(app: FastAPI) -> None:
    person(app, Role.CLERK)
    client = nobody(app)
    for _ in range(10):
        assert client.post("/v1/sessions", json={**LOGIN, "password": "wrong password"}).status_code == 401

    refused = client.post("/v1/sessions", json=LOGIN)
    elsewhere = TestClient(app, client=("10.0.0.7", 1)).post("/v1/sessions", json=LOGIN)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_logins")
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert elsewhere.status_code == 201


def test_a_page_asks_who_wants_to_see_it_and_goes_on_there(app: FastAPI) -> None:
    person(app, Role.CLERK)
    client = nobody(app)
    asked = client.get("/find?number=1234&text=%E8%AE%A1", headers=HTML)
    form = client.get(asked.headers["location"], headers=HTML)
    wrong = client.post("/login", data={**LOGIN, "password": "wrong password", "next": "/find"}, headers=HTML)
    done = client.post("/login", data={**LOGIN, "next": "/find?number=1234"}, headers=HTML)

    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=%2Ffind%3Fnumber%3D1234%26text%3D%25E8%25AE%25A1")
    assert 'value="/find?number=1234&amp;text=%E8%AE%A1"' in form.text
    assert "登录" in form.text
    assert (wrong.status_code, "登录名或密码不对" in wrong.text, PASSWORD in wrong.text) == (401, True, False)
    assert (done.status_code, done.headers["location"]) == (303, "/find?number=1234")
    assert "clerk样" in client.get("/find", headers=HTML).text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nb"])
def test_a_login_leads_nowhere_else(app: FastAPI, elsewhere: str) -> None:
    person(app, Role.CLERK)

    assert nobody(app).post("/login", data={**LOGIN, "next": elsewhere}).headers["location"] == "/today"


def test_a_program_that_is_not_let_in_gets_no_page(app: FastAPI) -> None:
    person(app, Role.CLERK)
    answer = nobody(app).get("/v1/review", headers=HTML)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_said_of_an_invoice_is_said_by_whoever_logged_in(desk: Desk, app: FastAPI) -> None:
    invoice = desk.archived_invoice()
    clerk = person(app, Role.CLERK).client
    said = {"reason": "对照票面", "fields": ["seller_name"]}

    forged = clerk.post(f"/v1/invoices/{invoice}/confirm", json={**said, "by": "老板"}, headers={"If-Match": '"v1"'})
    form = clerk.post(f"/invoices/{invoice}/confirm", data={"by": "老板", "reason": "对照", "version": "1"})
    true = clerk.post(f"/v1/invoices/{invoice}/confirm", json=said, headers={"If-Match": '"v1"'})
    history = clerk.get(f"/v1/invoices/{invoice}/history").json()["versions"]
    page = clerk.get(f"/invoices/{invoice}", headers=HTML).text

    assert (forged.status_code, forged.json()["code"]) == (422, "invalid_correction")
    assert form.status_code == 422
    assert true.status_code == 200
    assert [entry["corrections"][0]["by"] for entry in history[1:]] == ["clerk样 (user:clerk)"]
    assert 'name="by"' not in page


def test_before_anybody_has_a_login_the_body_says_who(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    said = {"reason": "对照票面", "fields": ["seller_name"]}

    missing = desk.client.post(f"/v1/invoices/{invoice}/confirm", json=said, headers={"If-Match": '"v1"'})
    given = desk.client.post(f"/v1/invoices/{invoice}/confirm", json={**said, "by": "周样"}, headers={"If-Match": '"v1"'})

    assert (missing.status_code, given.status_code) == (422, 200)
    assert 'name="by"' in desk.client.get(f"/invoices/{invoice}", headers=HTML).text


def test_a_key_is_shown_once_and_withdrawn_at_once(app: FastAPI) -> None:
    admin = person(app, Role.ADMIN).client
    made = admin.post("/v1/keys", json={"label": "前台扫描仪", "scopes": ["uploads:write"], "department": "财务部"})
    key = {"Authorization": f"Bearer {made.json()['key']}"}
    sent = nobody(app).post("/v1/uploads", files=[("files", ("a.png", a_picture(0)))], headers=key)
    listed = admin.get("/v1/keys").json()["keys"]
    revoked = admin.post(f"/v1/keys/{made.json()['id']}/revoke")

    assert (made.status_code, made.json()["made_by"], sent.status_code) == (201, "user:admin", 202)
    assert made.json()["key"] not in str(listed)
    assert listed[0]["last_used_at"] is not None
    assert revoked.json()["revoked"] is True
    assert nobody(app).post("/v1/uploads", headers=key).status_code == 401
    assert admin.post("/v1/keys/none/revoke").json()["code"] == "key_not_found"


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"label": "a(b)"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2999-01-01T00:00:00"},
        {"secret": "mine"},
    ],
)
def test_a_key_that_cannot_be_is_not_made(app: FastAPI, wrong: dict[str, object]) -> None:
    admin = person(app, Role.ADMIN).client

    assert admin.post("/v1/keys", json={"label": "a", "scopes": ["uploads:write"], **wrong}).status_code == 422
    assert admin.get("/v1/keys").json() == {"keys": []}


def test_an_administrator_gives_logins_and_takes_them_away(app: FastAPI) -> None:
    admin = person(app, Role.ADMIN).client
    wanted = {"name": "li", "display_name": "李样", "role": "clerk", "departments": ["财务部"], "password": "another horse battery"}
    added = admin.post("/v1/users", json=wanted)
    li = nobody(app)
    li.post("/v1/sessions", json={"name": "li", "password": wanted["password"]})
    before = li.get("/v1/sessions").json()
    changed = admin.patch("/v1/users/li", json={"role": "auditor", "departments": None, "password": "third horse battery"})
    again = admin.post("/v1/users", json=wanted)

    assert (added.status_code, before["departments"]) == (201, ["财务部"])
    assert changed.json() == {
        **{"name": "li", "display_name": "李样", "role": "auditor"},
        **{"departments": None, "disabled": False, "second_factor": False},
    }
    assert li.get("/v1/sessions").status_code == 401
    assert li.post("/v1/sessions", json={"name": "li", "password": wanted["password"]}).status_code == 401
    assert li.post("/v1/sessions", json={"name": "li", "password": "third horse battery"}).status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "user_exists")
    assert "password" not in admin.get("/v1/users").text
    assert admin.patch("/v1/users/nobody", json={"role": "clerk"}).json()["code"] == "user_not_found"


def test_the_first_login_closes_the_archive_to_whoever_has_none(desk: Desk, app: FastAPI) -> None:
    wanted = {"name": "wang", "role": "admin", "password": PASSWORD}

    assert desk.client.post("/v1/users", json=wanted).status_code == 201
    assert desk.client.get("/v1/review").status_code == 401


def test_while_the_catalogue_is_away_nobody_is_let_in(desk: Desk, app: FastAPI, tmp_path: Path) -> None:
    key = machine(app, Scope.INVOICES_READ)
    (tmp_path / "catalogue.sqlite").unlink()

    assert desk.client.get("/v1/review").status_code == 503
    assert key.client.get("/v1/review").status_code == 503


def test_who_came_in_and_what_changed_of_access_is_in_the_log(app: FastAPI) -> None:
    admin = person(app, Role.ADMIN).client
    made = admin.post("/v1/keys", json={"label": "scanner 1", "scopes": ["invoices:read"]}).json()
    for _ in range(2):
        nobody(app).get("/v1/review", headers={"Authorization": f"Bearer {made['key']}"})
    nobody(app).post("/v1/sessions", json={"name": "admin", "password": "wrong password"})
    client = nobody(app)
    client.post("/v1/sessions", json={"name": "admin", "password": PASSWORD})
    client.delete("/v1/sessions")
    admin.post(f"/v1/keys/{made['id']}/revoke")

    log = [(entry["actor"], entry["action"], entry["subject"]) for entry in admin.get("/v1/log").json()["entries"]]
    key = f"key:{made['id']}"
    expected = [
        ("local", "access.changed", "user:admin"),
        ("local", "access.kept", "user:admin"),
        ("user:admin", "access.changed", key),
        ("user:admin", "access.kept", key),
        (key, "key.used", key),
        ("nobody", "login.failed", "user:admin"),
        ("user:admin", "login", "user:admin"),
        ("user:admin", "logout", "user:admin"),
        ("user:admin", "access.changed", key),
        ("user:admin", "access.kept", key),
    ]
    assert sorted(log) == sorted(expected)
    assert made["key"] not in admin.get("/v1/log").text


def test_an_uploader_sees_the_own_uploads_and_nothing_that_was_read_in_them(desk: Desk, app: FastAPI) -> None:
    mine, other = person(app, Role.UPLOADER).client, person(app, Role.UPLOADER, name="other").client
    clerk = person(app, Role.CLERK).client
    sent = mine.post("/v1/uploads", files=[("files", (SCAN.name, SCAN.read_bytes()))]).json()
    page = mine.post("/uploads", files=[("files", ("a.png", a_picture(0)))]).headers["location"]
    desk.read_everything()
    batch = f"/v1/batches/{sent['id']}"

    for path in (batch, f"{batch}/events", page, f"{page}/files"):
        assert [client.get(path).status_code for client in (mine, other, clerk)] == [200, 404, 200], path
    for path in (f"{batch}/cancel", f"{batch}/retry", f"{page}/cancel", f"{page}/retry"):
        assert other.post(path).status_code == 404, path
    [seen] = mine.get(batch).json()["files"]
    assert (seen["state"] in {"done", "needs_review"}, seen["invoices"]) == (True, [])
    assert "63462197" not in mine.get(f"{batch}/events").text + mine.get(f"/batches/{sent['id']}").text
    assert len(clerk.get(batch).json()["files"][0]["invoices"]) == 1


def test_the_same_idempotency_key_of_two_people_is_two_keys(app: FastAPI) -> None:
    ids = set()
    for name in ("one", "two"):
        client = person(app, Role.UPLOADER, name=name).client
        for _ in range(2):
            sent = client.post("/v1/uploads", files=[("files", ("a.png", a_picture(0)))], headers={"Idempotency-Key": "1"})
            ids.add(sent.json()["id"])

    assert len(ids) == 2
