"""Behind a proxy that shows the service under a path of its own, every link leads back through the proxy."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.api.conftest import Desk
from tests.support.pictures import a_picture
from tests.support.scripted_service import settings_in

PREFIX = "/office/piaogen"
HTML = {"Accept": "text/html"}
LINK = re.compile(r'(?:href|src|action|data-at)="([^"#]+)"')

Behind = Callable[[str], TestClient]


@pytest.fixture
def behind(desk: Desk) -> Iterator[Behind]:
    """The same service as a proxy sees it whose prefix is set to this."""
    clients: list[TestClient] = []

    def client(prefix: str) -> TestClient:
        app = create_app(desk.service, settings=replace(settings_in(desk.folder), path_prefix=prefix))
        clients.append(TestClient(app))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


def _paths(value: Any) -> list[str]:
    """Every path of this service that stands anywhere in an answer."""
    if isinstance(value, dict):
        return [path for part in value.values() for path in _paths(part)]
    if isinstance(value, list):
        return [path for part in value for path in _paths(part)]
    return [value] if isinstance(value, str) and value.startswith("/") else []


@pytest.mark.parametrize("left_on", [True, False], ids=["left on", "taken off by the proxy"])
def test_every_link_of_every_page_begins_with_the_prefix(desk: Desk, behind: Behind, left_on: bool) -> None:
    invoice = desk.archived_invoice()
    digest = desk.upload(("blank.png", a_picture()))["files"][0]["digest"]
    batch = desk.upload(("other.png", a_picture(1)))["id"]
    client = behind(PREFIX)
    pages = ["/", "/find?seller=餐饮", "/review", f"/invoices/{invoice}", f"/invoices/{invoice}/correct", f"/documents/{digest}"]

    for page in [*pages, f"/batches/{batch}", f"/batches/{batch}/files", "/nothing-here"]:
        links = LINK.findall(client.get((PREFIX if left_on else "") + page, headers=HTML).text)

        assert links, page
        assert [link for link in links if link.startswith("/") and not link.startswith(PREFIX)] == [], page


def test_every_link_of_the_api_begins_with_the_prefix(desk: Desk, behind: Behind) -> None:
    invoice = desk.archived_invoice()
    client = behind(PREFIX)
    sent = client.post("/v1/uploads", files=[("files", ("a.png", a_picture(2)))])
    asked = (f"/v1/invoices/{invoice}", "/v1/invoices", "/v1/review", f"/v1/batches/{sent.json()['id']}")
    answers = [client.get(path).json() for path in asked]

    assert sent.headers["location"].startswith(PREFIX + "/v1/batches/")
    for answer in [sent.json(), *answers]:
        assert _paths(answer), answer
        assert [path for path in _paths(answer) if not path.startswith(PREFIX)] == []


def test_a_form_leads_on_behind_the_prefix(desk: Desk, behind: Behind) -> None:
    invoice = desk.archived_invoice()
    answer = behind(PREFIX).post(f"{PREFIX}/invoices/{invoice}/reprocess", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PREFIX}/invoices/{invoice}?queued=1")


def test_a_proxy_may_say_itself_where_it_shows_the_service(behind: Behind) -> None:
    client = behind("forwarded")

    assert f'href="{PREFIX}/find"' in client.get("/", headers={**HTML, "X-Forwarded-Prefix": PREFIX}).text
    assert 'href="/find"' in client.get("/", headers=HTML).text


@pytest.mark.parametrize("told", ["//elsewhere.example", "https://elsewhere.example", '/a"onload="x', "/../x", "/a b", "javascript:x"])
def test_a_header_that_is_no_plain_path_counts_for_nothing(behind: Behind, told: str) -> None:
    assert 'href="/find"' in behind("forwarded").get("/", headers={**HTML, "X-Forwarded-Prefix": told}).text


def test_nobody_is_believed_about_the_prefix_unless_a_setting_says_so(behind: Behind) -> None:
    assert 'href="/find"' in behind("").get("/", headers={**HTML, "X-Forwarded-Prefix": PREFIX}).text
