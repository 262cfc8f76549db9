"""Every route and page by everybody: who lacks the declared right is refused before anything is looked at, and who has it is not."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.testclient import TestClient

from api.access import Allowed, declarations
from models.access import RIGHTS_OF_ROLE, RIGHTS_OF_SCOPE, Right, Role, Scope, rights_within
from tests.api.conftest import Desk
from tests.support.logins import machine, nobody, person
from tests.support.pictures import a_picture

DEPARTMENTS = (None, frozenset({"财务部"}), frozenset({"采购部"}))
"""Whose invoices somebody sees: everybody's, the own, a foreign one; only what is about all of them at once depends on it."""
REFUSED = (401, 403)


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return app


def _guarded(app: FastAPI) -> Iterator[tuple[str, str, Allowed]]:
    """Method, address and declaration of every route and page that somebody is asked for."""
    for route in iter_route_contexts(app.routes):
        declared = [] if route.path == "/static" else declarations(route)
        if declared and isinstance(declared[0], Allowed):
            for method in sorted(route.methods or ()):
                yield method, _address(route), declared[0]


def _gives(rights: frozenset[Right], needed: Allowed) -> bool:
    return not needed.rights or bool(rights & set(needed.rights))


def _address(route: RouteContext) -> str:
    """The route's path with names that nothing has."""
    assert route.path is not None
    digest = "sha256:" + "0" * 64
    names = {"{digest}": digest, "{invoice_id}": "0" * 20 + "-1", "{batch_id}": "api-none", "{field}": "invoice_number", "{name}": "nobody"}
    path = route.path
    for name, value in names.items():
        path = path.replace(name, value)
    return re.sub(r"\{[^}]+\}", "none", path)


def _statuses(client: TestClient, app: FastAPI) -> dict[tuple[str, str], int]:
    return {(method, path): client.request(method, path).status_code for method, path, _ in _guarded(app)}


@pytest.mark.parametrize("departments", DEPARTMENTS, ids=["all", "own", "foreign"])
@pytest.mark.parametrize("role", Role)
def test_a_person_may_do_what_the_role_says_and_nothing_else(app: FastAPI, role: Role, departments: frozenset[str] | None) -> None:
    visitor = person(app, role, departments=departments)
    statuses = _statuses(visitor.client, app)

    rights = rights_within(RIGHTS_OF_ROLE[role], departments)
    allowed = {(method, path): _gives(rights, needed) for method, path, needed in _guarded(app)}
    assert {asked: status not in REFUSED for asked, status in statuses.items()} == allowed
    assert {status for asked, status in statuses.items() if not allowed[asked]} <= {403}
    assert len(allowed) > 40


@pytest.mark.parametrize("scope", Scope)
def test_a_key_may_do_what_its_scope_says_and_nothing_else(app: FastAPI, scope: Scope) -> None:
    person(app, Role.ADMIN)
    statuses = _statuses(machine(app, scope).client, app)

    allowed = {(method, path): _gives(RIGHTS_OF_SCOPE[scope], needed) for method, path, needed in _guarded(app)}
    assert {asked: status not in REFUSED for asked, status in statuses.items()} == allowed


def test_nobody_may_do_anything_once_somebody_has_a_login(app: FastAPI) -> None:
    person(app, Role.ADMIN)

    assert set(_statuses(nobody(app), app).values()) == {401}


def test_nobody_has_to_log_in_on_this_machine_before_anybody_can(app: FastAPI) -> None:
    assert not set(_statuses(nobody(app), app).values()) & set(REFUSED)


def test_another_machine_may_do_nothing_before_anybody_can_log_in(app: FastAPI) -> None:
    for address in ("192.168.1.20", "2001:db8::7", "8.8.8.8", "testclient", "127.0.0.1.example"):
        client = TestClient(app, raise_server_exceptions=False, client=(address, 4711))
        assert set(_statuses(client, app).values()) == {401}, address


def test_an_upload_of_somebody_else_exists_by_no_route_for_who_may_only_hand_in(app: FastAPI) -> None:
    batch = person(app, Role.ADMIN).client.post("/v1/uploads", files={"files": ("a.png", a_picture(1))}).json()["id"]
    visitor = person(app, Role.UPLOADER)
    routes = {(method, route.path) for route in iter_route_contexts(app.routes) for method in route.methods or ()}
    asked = [(method, str(path).replace("{batch_id}", batch)) for method, path in routes if "{batch_id}" in str(path)]

    assert {(method, path): visitor.client.request(method, path).status_code for method, path in asked} == dict.fromkeys(asked, 404)
    assert len(asked) >= 8


def test_a_key_that_opens_nothing_is_no_local_visitor(app: FastAPI) -> None:
    client = TestClient(app, raise_server_exceptions=False, headers={"Authorization": "Bearer piaogen_wrong"})

    assert set(_statuses(client, app).values()) == {401}
