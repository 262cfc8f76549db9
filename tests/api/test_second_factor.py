"""The second factor over HTTP: who needs one, how it is set up, and that each code opens one session."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.access import Role
from models.people import User
from ocr_service.passwords import hashed
from ocr_service.second_factor import STEP_SECONDS, hash_of_recovery
from tests.api.conftest import Desk
from tests.support.logins import PASSWORD, access_of, nobody, person

HTML = {"Accept": "text/html"}
SECRET = pyotp.random_base32()
PAPER = "aaaa-bbbb-cccc-dddd"
LOGIN = {"name": "wang", "password": PASSWORD}


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


@pytest.fixture
def wang(app: FastAPI) -> User:
    """An administrator with an authenticator and one code on paper."""
    user = User("wang", "王样", Role.ADMIN, totp_secret=SECRET, recovery_hashes=frozenset({hash_of_recovery(PAPER)}))
    return access_of(app).add_user(user, PASSWORD)


def _elsewhere(app: FastAPI) -> TestClient:
    """A browser on another machine."""
    return TestClient(app, client=("10.0.0.7", 50_000), raise_server_exceptions=False, follow_redirects=False)


def _code(app: FastAPI, steps: int = 0) -> str:
    """What the authenticator shows so many steps after the service's time."""
    return pyotp.TOTP(SECRET).at(access_of(app).clock() + timedelta(seconds=steps * STEP_SECONDS))


def _go_on(app: FastAPI, seconds: int) -> None:
    """Let the service's clock stand so much later."""
    access = access_of(app)
    later = access.clock() + timedelta(seconds=seconds)
    object.__setattr__(access, "clock", lambda: later)


def test_an_administrator_from_elsewhere_sets_a_second_factor_up_before_anything_opens(app: FastAPI) -> None:
    access_of(app).add_user(User("wang", "王样", Role.ADMIN), PASSWORD)
    client = _elsewhere(app)
    password = client.post("/login", data={**LOGIN, "next": "/people"}, headers=HTML)
    refused = [client.get("/v1/users").status_code, client.get("/people", headers=HTML).status_code]
    page = client.get(password.headers["location"], headers=HTML).text
    secret = re.search(r"<code>([A-Z2-7 ]{39})</code>", page)[1].replace(" ", "")  # type: ignore[index]
    wrong = client.post("/login/second-factor", data={"code": "000000", "next": "/people"}, headers=HTML)
    done = client.post("/login/second-factor", data={"code": pyotp.TOTP(secret).now(), "next": "/people"}, headers=HTML)
    kept = access_of(app).user("wang")

    assert password.headers["location"] == "/login/second-factor?next=%2Fpeople"
    assert refused == [401, 303]
    assert wrong.status_code == 401 and secret in wrong.text.replace(" ", "")
    assert done.status_code == 200 and done.headers["cache-control"] == "no-store"
    assert kept.totp_secret == secret
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code>", done.text)
    assert {hash_of_recovery(code) for code in codes} == kept.recovery_hashes and len(codes) == 8
    assert 'href="/people"' in done.text
    assert client.get("/v1/users").status_code == 200
    assert nobody(app).post("/login", data=LOGIN).headers["location"].startswith("/login/code")


@pytest.mark.parametrize(("setting", "here", "there"), [("network", 201, 401), ("always", 401, 401), ("never", 201, 201)])
def test_the_setting_says_when_an_administrator_needs_one(desk: Desk, app: FastAPI, setting: str, here: int, there: int) -> None:
    access_of(app).add_user(User("wang", "王样", Role.ADMIN), PASSWORD)
    app.state.login_desk.desk._second_factor = setting
    answers = [client.post("/v1/sessions", json=LOGIN) for client in (nobody(app), _elsewhere(app))]

    assert [answer.status_code for answer in answers] == [here, there]
    assert all(answer.json()["code"] == "second_factor_needed" for answer in answers if answer.status_code == 401)
    assert all("set-cookie" not in answer.headers for answer in answers if answer.status_code == 401)


def test_a_clerk_from_elsewhere_needs_none(app: FastAPI) -> None:
    person(app, Role.CLERK)

    assert _elsewhere(app).post("/v1/sessions", json={"name": "clerk", "password": PASSWORD}).status_code == 201


def test_a_code_opens_one_session_and_neither_it_nor_an_older_one_another(app: FastAPI, wang: User) -> None:
    _go_on(app, 0)
    now, before, after = _code(app), _code(app, -1), _code(app, 1)
    statuses = [nobody(app).post("/v1/sessions", json={**LOGIN, "code": code}).status_code for code in (now, now, before, after, after)]

    assert statuses == [201, 401, 401, 201, 401]


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 201), (0, 201), (1, 201), (2, 401)])
def test_a_code_is_good_one_step_before_and_after_its_time(app: FastAPI, wang: User, steps: int, status: int) -> None:
    _go_on(app, 0)

    assert nobody(app).post("/v1/sessions", json={**LOGIN, "code": _code(app, steps)}).status_code == status


def test_a_code_on_paper_stands_in_once_however_it_is_typed(app: FastAPI, wang: User) -> None:
    client = nobody(app)
    client.post("/login", data={**LOGIN, "next": "/keys"})
    opened = client.post("/login/code", data={"code": " AAAA bbbb CCCC-dddd", "next": "/keys"})
    again = nobody(app).post("/v1/sessions", json={**LOGIN, "code": PAPER})

    assert (opened.status_code, opened.headers["location"]) == (303, "/keys")
    assert client.get("/keys", headers=HTML).status_code == 200
    assert (again.status_code, again.json()["code"]) == (401, "wrong_code")


def test_a_password_without_its_code_opens_nothing_and_is_soon_over(app: FastAPI, wang: User) -> None:
    client = nobody(app)
    asked = client.post("/login", data={**LOGIN, "next": "/find?number=1"})
    closed = [client.get(path).status_code for path in ("/v1/review", "/v1/sessions", "/v1/users")]
    other_way = client.get("/login/second-factor", headers=HTML)
    _go_on(app, 601)
    late = client.post("/login/code", data={"code": _code(app), "next": "/find?number=1"})

    assert asked.headers["location"] == "/login/code?next=%2Ffind%3Fnumber%3D1"
    assert closed == [401, 401, 401]
    assert other_way.status_code == 303
    assert (late.status_code, late.headers["location"]) == (303, "/login?next=%2Ffind%3Fnumber%3D1")


def test_the_password_is_asked_for_first(app: FastAPI, wang: User) -> None:
    wrong = nobody(app).post("/v1/sessions", json={**LOGIN, "password": "wrong password", "code": _code(app)})

    assert wrong.json()["code"] == "wrong_login"
    assert nobody(app).post("/v1/sessions", json={**LOGIN, "code": _code(app)}).status_code == 201


def test_ten_wrong_codes_of_an_account_close_it_from_everywhere_for_a_while(app: FastAPI, wang: User) -> None:
    for number in range(10):
        client = TestClient(app, client=(f"10.0.0.{number}", 1))
        assert client.post("/v1/sessions", json={**LOGIN, "code": "123"}).status_code == 401
    refused = nobody(app).post("/v1/sessions", json={**LOGIN, "code": _code(app)})

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_logins")


def test_a_session_cannot_replace_the_factor_that_it_came_with(app: FastAPI, wang: User) -> None:
    client = nobody(app)
    client.post("/v1/sessions", json={**LOGIN, "code": _code(app)})

    assert client.get("/login/second-factor", headers=HTML).status_code == 403
    assert client.post("/login/second-factor", data={"code": "1"}, headers=HTML).status_code == 403
    assert access_of(app).user("wang").totp_secret == SECRET


def test_an_administrator_takes_a_lost_factor_away_and_sees_who_has_one(app: FastAPI, wang: User) -> None:
    boss = access_of(app).add_user(replace(User("boss", "老板", Role.ADMIN), password_hash=hashed(PASSWORD)), None)
    client = nobody(app)
    client.post("/login", data={"name": boss.name, "password": PASSWORD})
    before = client.get("/people/wang", headers=HTML).text
    client.post("/people/wang/second-factor")
    listed = {user["name"]: user["second_factor"] for user in client.get("/v1/users").json()["users"]}

    assert 'action="/people/wang/second-factor"' in before and SECRET not in before
    assert listed == {"boss": False, "wang": False}
    assert access_of(app).user("wang").recovery_hashes == frozenset()


def test_changes_of_the_factor_and_wrong_codes_are_in_the_log(app: FastAPI, wang: User) -> None:
    nobody(app).post("/v1/sessions", json={**LOGIN, "code": "1"})
    client = nobody(app)
    client.post("/v1/sessions", json={**LOGIN, "code": PAPER})
    access_of(app).reset_second_factor("wang")
    text = client.get("/v1/log")
    boss = person(app, Role.AUDITOR).client
    entries = boss.get("/v1/log").json()["entries"]
    log = [(entry["actor"], entry["action"], entry["details"].get("second_factor"), entry["details"].get("factor")) for entry in entries]

    assert text.status_code == 401
    assert ("nobody", "login.failed", None, "code") in log
    assert ("user:wang", "access.changed", "totp", None) in log
    assert ("local", "access.changed", "none", None) in log
    assert SECRET not in boss.get("/v1/log").text
