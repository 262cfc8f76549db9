"""Logging in elsewhere, with a real provider on loopback: who is let in, and whose word does not hold."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.access import Role
from models.errors import InvalidSetting
from models.people import User
from ocr_service.settings import Settings
from ocr_service.signing_on import Provider, SignOn
from tests.api.conftest import Desk
from tests.support.login_provider import CLIENT, SECRET, LoginProvider, login_provider
from tests.support.logins import access_of, nobody, person

HTML = {"Accept": "text/html"}
BACK = "http://testserver/login/elsewhere/back"
GROUPS = "piaogen-admins=admin accounting=clerk"


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


@pytest.fixture
def provider(app: FastAPI) -> Iterator[LoginProvider]:
    with login_provider(BACK) as provider:
        yield provider


@pytest.fixture
def trusted(app: FastAPI, provider: LoginProvider) -> Callable[..., None]:
    """Have the service log people in there, with these settings besides."""

    def trust(**settings: Any) -> None:
        named = {"oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "public_url": "http://testserver", **settings}
        there = Provider.of(Settings(oidc_issuer=provider.issuer, **named))
        assert there is not None
        app.state.sign_on = SignOn(there, access_of(app))

    return trust


def _known(app: FastAPI, provider: LoginProvider, subject: str = "248289761001", role: Role = Role.CLERK) -> None:
    access_of(app).add_user(User("wang", "王样", role, oidc_subject=f"{provider.issuer} {subject}"), None)


def _sent_back(client: TestClient, then: str = "/find") -> str:
    """Go to the provider and come back: the address that it sends the browser to."""
    there = client.get("/login/elsewhere", params={"next": then}, headers=HTML).headers["location"]
    back = httpx2.get(there, follow_redirects=False).headers["location"]
    return back.removeprefix("http://testserver")


def _log_in(app: FastAPI) -> tuple[TestClient, int, str]:
    """A browser that went there and came back, the answer's status and where it leads or what it says."""
    client = nobody(app)
    answer = client.get(_sent_back(client), headers={"Accept": "application/json"})
    return client, answer.status_code, answer.headers.get("location") or answer.json()["code"]


def test_somebody_whom_an_administrator_meant_is_logged_in_and_goes_on(app: FastAPI, provider: LoginProvider, trusted: Any) -> None:
    trusted()
    _known(app, provider)
    page = nobody(app).get("/login", headers=HTML).text
    client, status, leads = _log_in(app)

    assert 'href="/login/elsewhere?next=%2F"' in page
    assert (status, leads) == (303, "/find")
    assert client.get("/v1/sessions").json()["name"] == "user:wang"
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.asked["redirect_uri"] == BACK
    assert len({provider.asked[name] for name in ("state", "nonce", "code_challenge")}) == 3


@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"aud": "another program"}},
        {"claims": {"aud": [CLIENT, "another program"]}},
        pytest.param({"claims": {"exp": int(time.time()) - 120}}, id="over"),
        {"claims": {"exp": None}},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"sub": None}},
        {"is_forged": True},
        {"algorithm": "HS256"},
        {"algorithm": "none"},
    ],
    ids=str,
)
def test_a_word_that_does_not_hold_lets_nobody_in(app: FastAPI, provider: LoginProvider, trusted: Any, lie: dict[str, Any]) -> None:
    trusted()
    _known(app, provider)
    for name, value in lie.items():
        setattr(provider, name, value)
    client, status, code = _log_in(app)

    assert (status, code) == (401, "login_elsewhere_failed")
    assert client.get("/v1/sessions").status_code == 401
    auditor = person(app, Role.AUDITOR).client
    assert "login.failed" in {entry["action"] for entry in auditor.get("/v1/log").json()["entries"]}


def test_an_answer_opens_nothing_in_a_browser_that_did_not_ask(app: FastAPI, provider: LoginProvider, trusted: Any) -> None:
    trusted()
    _known(app, provider)
    asker, other = nobody(app), nobody(app)
    answer = _sent_back(asker)
    _sent_back(other)

    assert nobody(app).get(answer).json()["code"] == "login_elsewhere_failed"
    assert other.get(answer).json()["code"] == "login_elsewhere_failed"
    assert asker.get("/login/elsewhere/back?error=access_denied").json()["code"] == "login_elsewhere_failed"


def test_a_login_there_leads_nowhere_else(app: FastAPI, provider: LoginProvider, trusted: Any) -> None:
    trusted()
    _known(app, provider)
    client = nobody(app)

    assert client.get(_sent_back(client, "https://evil.example/")).headers["location"] == "/today"


@pytest.mark.parametrize(("verified", "status"), [(True, 303), (False, 401), (None, 401), ("true", 401)])
def test_a_verified_address_is_believed_once_and_then_the_subject(
    app: FastAPI, provider: LoginProvider, trusted: Any, verified: object, status: int
) -> None:
    trusted()
    _known(app, provider, "wang@firm.example")
    provider.person = {"sub": "1", "email": "wang@firm.example", "email_verified": verified}
    first = _log_in(app)[1]
    provider.person = {"sub": "2", "email": "wang@firm.example", "email_verified": True}
    second = _log_in(app)[1]

    assert first == status
    assert second == (401 if status == 303 else 303)


def test_whoever_is_unknown_is_made_only_where_the_settings_say_so_and_never_somebody_else(
    app: FastAPI, provider: LoginProvider, trusted: Any
) -> None:
    provider.person = {"sub": "7", "preferred_username": "Li.Wei", "name": "李样"}
    trusted()
    unknown = _log_in(app)[1]
    trusted(oidc_new_role="uploader")
    made = _log_in(app)[1]
    provider.person = {"sub": "8", "preferred_username": "li.wei"}
    taken = _log_in(app)[1]

    assert (unknown, made, taken) == (401, 303, 401)
    user = access_of(app).user("li.wei")
    assert (user.role, user.display_name, user.oidc_subject, user.password_hash) == (Role.UPLOADER, "李样", f"{provider.issuer} 7", None)


def test_groups_and_departments_there_count_here(app: FastAPI, provider: LoginProvider, trusted: Any) -> None:
    trusted(oidc_roles=GROUPS, oidc_department_claim="department")
    _known(app, provider, role=Role.ADMIN)
    provider.claims = {"groups": ["staff", "accounting"], "department": "财务部"}
    statuses = [_log_in(app)[1]]
    user = access_of(app).user("wang")
    for claims in ({"groups": ["staff"], "department": "财务部"}, {"groups": ["accounting"]}, {"groups": "accounting", "department": "*"}):
        provider.claims = claims
        statuses.append(_log_in(app)[1])

    assert statuses == [303, 401, 401, 303]
    assert (user.role, user.departments) == (Role.CLERK, frozenset({"财务部"}))
    assert access_of(app).user("wang").departments is None


def test_whoever_is_disabled_here_is_let_in_no_more(app: FastAPI, provider: LoginProvider, trusted: Any) -> None:
    trusted()
    _known(app, provider)
    access_of(app).change_user("wang", disabled=True)

    assert _log_in(app)[1:] == (401, "login_elsewhere_failed")


def test_a_provider_that_is_away_or_another_is_told_so(app: FastAPI, provider: LoginProvider, trusted: Any) -> None:
    trusted()
    client = nobody(app)
    provider.issuer = "http://127.0.0.1:1"
    other = client.get("/login/elsewhere")
    there = Provider.of(Settings(oidc_issuer=provider.issuer, oidc_client_id=CLIENT, public_url="http://testserver"))
    assert there is not None
    app.state.sign_on = SignOn(there, access_of(app))
    away = client.get("/login/elsewhere")

    assert [(answer.status_code, answer.json()["code"]) for answer in (other, away)] == [(503, "provider_unavailable")] * 2


def test_without_a_provider_there_is_no_such_way(app: FastAPI) -> None:
    client = nobody(app)

    assert client.get("/login/elsewhere").status_code == 404
    assert urlsplit("/login/elsewhere").path not in client.get("/login", headers=HTML).text


@pytest.mark.parametrize("wrong", [{"public_url": ""}, {"oidc_client_id": ""}, {"oidc_roles": "a=boss"}, {"oidc_new_role": "boss"}])
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str]) -> None:
    named = {"oidc_issuer": "https://login.example", "oidc_client_id": "a", "public_url": "https://here.example", **wrong}
    with pytest.raises(InvalidSetting):
        Provider.of(Settings(**named))  # type: ignore[arg-type]
