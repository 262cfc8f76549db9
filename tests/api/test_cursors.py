"""A place in a list that somebody made up is told to be none: no address that is paged answers that with a fault of the server."""

import base64
import hashlib
import json
import re

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from models.register import RegisterSort
from tests.api.conftest import Desk
from tests.support.pictures import a_picture
from tests.support.statements import export, number

PLACES = ("cursor", "after", "before", "page", "offset")
BY_HAND = {"/register": ("cursor",), "/v1/invoices": ("cursor",), "/log": ("cursor",), "/audit": ("before",), "/review/desk": ("after",)}
"""What these read from the address by themselves."""
MADE_UP = (
    *("", "0", "-1", "x", "9" * 12, "9" * 18, "9" * 19, "9" * 30, "9" * 4500, "1e9", "٣", "\0", "a\0b", "💥", "../../x", "%00"),
    *(f"{'9' * 16}.{'f' * 64}.{'9' * 9}", f"{'9' * 17}.{'f' * 64}.0", f"{'9' * 16}.web-{'f' * 32}", f"{'9' * 16}.{'a' * 5000}-{'f' * 32}"),
    *("9-9", f"{'9' * 18}-{'9' * 9}", f"{'9' * 14}-{'9' * 14}", f"{'9' * 20}-1", "1-" + "9" * 20, "٣-٣", "f" * 64, "F" * 64),
)
FORGED: tuple[tuple[object, object], ...] = (
    *((10**30, 1), (-(10**30), 1), (None, 10**30), (None, -1), (None, "x")),
    *(("\0", 1), ("\ud800", 1), (1.5, 1), ([], 1), (True, 1)),
)


def forged(sort: str, key: object, row: object) -> str:
    """A cursor of the register that has its checksum."""
    plain = json.dumps([sort, key, row, 0]).encode()
    return hashlib.sha256(plain).hexdigest()[:8] + base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _paged(app: FastAPI) -> list[tuple[str, str]]:
    found = {(path, name) for path, names in BY_HAND.items() for name in names}
    for route in iter_route_contexts(app.routes):
        if route.path and "GET" in (route.methods or ()) and getattr(route.route, "dependant", None):
            found |= {(route.path, one.alias) for one in route.route.dependant.query_params if one.alias in PLACES}
    return sorted(found)


@pytest.fixture
def there(desk: Desk) -> dict[str, str]:
    """Names of things that are there, by what addresses call them."""
    desk.archived_invoice()
    desk.upload(("a.png", a_picture(0)))
    told = desk.client.post("/reconciliations", files=[("files", ("a.xlsx", export(number(1), number(2))))]).url.path
    return {"reconciliation_id": told.rpartition("/")[2], "batch_id": desk.upload(("b.png", a_picture(1)))["id"]}


def test_no_place_that_is_made_up_breaks_a_paged_address(desk: Desk, there: dict[str, str]) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    asked = _paged(app)
    broken = []
    for path, name in asked:
        address = re.sub(r"\{(\w+)\}", lambda part: there.get(part[1], "x"), path)
        for text in MADE_UP:
            answer = desk.client.get(address, params={name: text}, headers={"Accept": "text/html"}, follow_redirects=False)
            if answer.status_code >= 500:
                broken.append((address, name, text[:80], answer.status_code))

    assert broken == []
    assert len(asked) > 8


@pytest.mark.parametrize("sort", [f"{sign}{sort.value}" for sort in RegisterSort for sign in ("", "-")])
def test_a_forged_place_in_the_register_is_refused(desk: Desk, there: dict[str, str], sort: str) -> None:
    for key, row in FORGED:
        for address in ("/v1/invoices", "/register"):
            answer = desk.client.get(address, params={"sort": sort, "cursor": forged(sort, key, row)})
            assert answer.status_code == 422, (address, key, row)
