"""Other web sites can make a browser neither read nor change anything here."""

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.app import create_app
from tests.api.conftest import Desk
from tests.support.scripted_service import settings_in


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "testserver.evil", "[x]", "a b"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
def test_a_name_that_was_led_here_reaches_nothing(desk: Desk, host: str, method: str) -> None:
    """DNS rebinding: a page of the other name would be allowed to read the answer."""
    for path in ("/v1/review", "/v1/invoices/find", "/livez", "/static/app.css", "/login", "/openapi.json"):
        answer = desk.client.request(method, path, headers={"Host": host})
        assert answer.status_code == 421, path
    assert method == "HEAD" or answer.json()["code"] == "unknown_host"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost", "LOCALHOST:80", "piaogen.localhost", "[::1]:8000", "192.168.1.20", "testserver."]
)
def test_an_address_and_the_names_of_the_service_reach_it(desk: Desk, host: str) -> None:
    assert desk.client.get("/v1/review", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://evil.testserver"},
        {"Origin": "http://testserver:8001"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "testserver"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/uploads"), ("POST", "/v1/users"), ("PATCH", "/v1/invoices/x"), ("DELETE", "/v1/sessions"), ("POST", "/login")],
)
def test_a_page_of_another_site_changes_nothing(desk: Desk, headers: dict[str, str], method: str, path: str) -> None:
    answer = desk.client.request(method, path, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")


def test_no_form_or_route_that_changes_something_is_open_to_a_page_of_another_site(desk: Desk) -> None:
    assert isinstance(desk.client.app, FastAPI)
    routes = [(method, str(route.path)) for route in iter_route_contexts(desk.client.app.routes) for method in route.methods or ()]
    changing = [(method, path) for method, path in routes if method not in {"GET", "HEAD"}]
    answers = {(method, path): desk.client.request(method, path, headers={"Origin": "http://evil.example"}) for method, path in changing}

    assert {asked for asked, answer in answers.items() if answer.json().get("code") != "cross_site_request"} == set()
    assert len(answers) > 60


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://testserver"},
        {"Origin": "http://testserver:80"},
        {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_its_own_pages_and_programs_are_heard(desk: Desk, headers: dict[str, str]) -> None:
    assert desk.client.post("/v1/invoices/find", json={}, headers=headers).status_code == 200


def test_names_of_a_service_are_a_setting(desk: Desk) -> None:
    settings = settings_in(desk.folder)
    app = create_app(desk.service, settings=type(settings)(archive=settings.archive, allowed_hosts="Archive.example, piaogen"))
    client = TestClient(app)

    hosts = ("archive.example:8443", "PIAOGEN", "testserver")
    assert [client.get("/livez", headers={"Host": host}).status_code for host in hosts] == [200, 200, 421]


@pytest.mark.parametrize("path", ["/", "/find", "/review", "/login", "/v1/review", "/livez", "/nowhere"])
def test_every_answer_tells_a_browser_what_it_may_not_do(desk: Desk, path: str) -> None:
    headers = desk.client.get(path, headers={"Accept": "text/html"}).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    # `no-referrer` would have browsers send `Origin: null` with our own forms.
    assert headers["referrer-policy"] == "same-origin"
    assert "public" not in headers["cache-control"]
