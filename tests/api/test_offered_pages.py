"""What a page offers: nothing that its reader may not do, and everything is reached from the first page that they see."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.access import Allowed, declarations
from models.access import RIGHTS_OF_ROLE, Right, Role
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN
from tests.support.logins import person
from tests.support.pictures import a_picture

HTML = {"Accept": "text/html"}
_LINK = re.compile(r'<a [^>]*href="(?P<link>/[^"#]*)"|<form[^>]*action="(?P<form>/[^"]*)" method="(?P<method>\w+)"')


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


def _offers(html: str) -> Iterator[tuple[str, str]]:
    """Method and address of everything that a page leads to."""
    for match in _LINK.finditer(html):
        yield (match["method"] or "get").upper(), unescape(match["link"] or match["form"])


def _needs(app: FastAPI, method: str, address: str) -> tuple[Right, ...]:
    """The rights of which one is needed there; none where every known person may."""
    path = address.partition("?")[0]
    for route in iter_route_contexts(app.routes):
        if route.path == "/static" or route.path is None or method not in (route.methods or ()):
            continue
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path), path):
            [declared] = declarations(route)
            return declared.rights if isinstance(declared, Allowed) else ()
    raise AssertionError(f"nothing is served at {method} {address}")


def _walk(client: TestClient, start: str) -> dict[str, str]:
    """Every page that links lead to, by address."""
    found: dict[str, str] = {}
    waiting = [start]
    while waiting:
        address = waiting.pop()
        if address in found or address.startswith("/v1/") or "lang=" in address:
            continue
        answer = client.get(address, headers=HTML)
        if answer.status_code == 303:
            # The desk leads on to the first that waits.
            found[address] = ""
            waiting.append(answer.headers["location"])
            continue
        leading = [page for page, html in found.items() if f'"{address}"' in html]
        assert answer.status_code == 200, f"{address}: {answer.status_code}, linked by {leading}"
        found[address] = answer.text
        waiting += [link for method, link in _offers(answer.text) if method == "GET"]
    return found


@pytest.mark.parametrize("role", Role)
def test_a_page_offers_nothing_that_its_reader_may_not_do(desk: Desk, app: FastAPI, role: Role) -> None:
    desk.archived_invoice()
    desk.upload(("a.png", a_picture(0)))
    desk.read_everything()
    visitor = person(app, role)
    start = "/" if Right.UPLOAD in RIGHTS_OF_ROLE[role] else "/find"
    if start == "/":
        start = visitor.client.post("/uploads", files=[("files", (SCAN.name, SCAN.read_bytes()))]).headers["location"]
    pages = _walk(visitor.client, start)

    wrong = {
        (address, method, offered)
        for address, html in pages.items()
        for method, offered in _offers(html)
        if (needed := _needs(app, method, offered)) and not RIGHTS_OF_ROLE[role] & set(needed)
    }
    assert wrong == set()
    assert ("/review" in pages) == (Right.READ in RIGHTS_OF_ROLE[role])


def test_who_may_look_begins_with_the_day(app: FastAPI) -> None:
    person(app, Role.AUDITOR)
    client = TestClient(app, follow_redirects=False)
    answer = client.post("/login", data={"name": "auditor", "password": "correct horse battery", "next": "/"})

    assert answer.headers["location"] == "/today"


def test_a_page_that_says_no_says_who_asked_and_leads_back(app: FastAPI) -> None:
    answer = person(app, Role.UPLOADER).client.get("/review", headers=HTML)

    assert answer.status_code == 403
    assert "没有权限" in answer.text
    assert "uploader样" in answer.text and "收票员" in answer.text
    assert 'href="/review"' not in answer.text
