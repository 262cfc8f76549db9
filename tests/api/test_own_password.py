"""People change their own password: with the old one, counted as a login is, and every other session of theirs ends."""

from dataclasses import replace

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from models.access import Role, Scope
from models.people import User
from tests.api.conftest import Desk
from tests.support.logins import PASSWORD, access_of, machine, nobody, person

NEW = "quite another battery"
ADDRESS = "/v1/me/password"


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


def logged_in(app: FastAPI, **login: str) -> TestClient:
    client = nobody(app)
    answer = client.post("/v1/sessions", json={"name": "wang", "password": PASSWORD, **login})
    assert answer.status_code == 201, answer.text
    return client


def changed(client: TestClient, old: str = PASSWORD, new: str = NEW) -> Response:
    return client.post(ADDRESS, json={"old_password": old, "new_password": new})


def test_the_new_password_counts_and_every_other_session_ends(desk: Desk, app: FastAPI) -> None:
    access_of(app).add_user(User("wang", "王样", Role.CLERK), PASSWORD)
    here, elsewhere = logged_in(app), logged_in(app)

    answer = changed(here)

    assert (answer.status_code, answer.json()["name"]) == (200, "user:wang")
    assert (here.get("/v1/sessions").status_code, elsewhere.get("/v1/sessions").status_code) == (200, 401)
    assert nobody(app).post("/v1/sessions", json={"name": "wang", "password": PASSWORD}).json()["code"] == "wrong_login"
    assert logged_in(app, password=NEW).get("/v1/sessions").status_code == 200
    entries = person(app, Role.ADMIN).client.get("/v1/log").json()["entries"]
    [told, *_] = [entry for entry in entries if entry["action"] == "access.changed" and entry["actor"] == "user:wang"]
    assert (told["subject"], told["details"]["version"]) == ("user:wang", 2)
    assert NEW not in str(entries)


def test_a_wrong_old_password_changes_nothing_and_closes_the_door_as_logins_do(app: FastAPI) -> None:
    access_of(app).add_user(User("wang", "王样", Role.CLERK), PASSWORD)
    client = logged_in(app)

    refused = [changed(client, old="not this one at all") for _ in range(11)]

    assert [answer.json()["code"] for answer in refused] == ["wrong_login"] * 10 + ["too_many_logins"]
    assert changed(client).json()["code"] == "too_many_logins"
    assert nobody(app).post("/v1/sessions", json={"name": "wang", "password": PASSWORD}).json()["code"] == "too_many_logins"
    assert client.get("/v1/sessions").status_code == 200


def test_what_is_no_other_password_is_refused(app: FastAPI) -> None:
    access_of(app).add_user(User("wang", "王样", Role.CLERK), PASSWORD)
    client = logged_in(app)

    assert [changed(client, new=new).json()["code"] for new in ("short", PASSWORD, "x" * 201)] == ["invalid_access"] * 3
    assert client.get("/v1/sessions").status_code == 200


def test_a_second_factor_stays_and_is_not_asked_for_again(app: FastAPI) -> None:
    secret = pyotp.random_base32()
    access_of(app).add_user(User("wang", "王样", Role.ADMIN, totp_secret=secret), PASSWORD)
    client = logged_in(app, code=pyotp.TOTP(secret).at(access_of(app).clock()))

    assert changed(client).status_code == 200
    assert client.get("/v1/users").status_code == 200
    assert access_of(app).user("wang").totp_secret == secret
    without = nobody(app).post("/v1/sessions", json={"name": "wang", "password": NEW})
    assert without.json()["code"] == "second_factor_needed"


def test_only_who_logged_in_with_a_password_has_one(app: FastAPI) -> None:
    person(app, Role.CLERK, name="oidc")
    standing = access_of(app).user("oidc")
    access_of(app).change_user("oidc", password_hash=None)
    elsewhere = person(app, Role.CLERK, name="oidc")

    assert changed(nobody(app)).status_code == 401
    assert changed(machine(app, Scope.INVOICES_READ).client).json()["code"] == "not_authenticated"
    assert changed(elsewhere.client).json()["code"] == "invalid_access"
    assert "单位账号" in elsewhere.client.get("/me/password", headers={"Accept-Language": "zh"}).text
    assert replace(standing, password_hash=None) == access_of(app).user("oidc")


def test_the_page_changes_it_and_says_what_is_wrong(app: FastAPI) -> None:
    access_of(app).add_user(User("wang", "王样", Role.UPLOADER), PASSWORD)
    client = logged_in(app)
    chinese = {"Accept-Language": "zh", "Accept": "text/html"}

    page = client.get("/", headers=chinese)
    wrong = client.post("/me/password", data={"old_password": "not this one at all", "new_password": NEW}, headers=chinese)
    short = client.post("/me/password", data={"old_password": PASSWORD, "new_password": "short"}, headers=chinese)
    done = client.post("/me/password", data={"old_password": PASSWORD, "new_password": NEW}, headers=chinese)

    assert 'href="/me/password"' in page.text
    assert [(answer.status_code, 'role="alert"' in answer.text) for answer in (wrong, short)] == [(401, True), (422, True)]
    assert (done.status_code, done.headers["location"]) == (303, "/me/password?done=1")
    assert "密码已修改" in client.get(done.headers["location"], headers=chinese).text
