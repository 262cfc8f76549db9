"""Every route and page declares who may use it; one that does not keeps the application from starting."""

from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

from api.access import PUBLIC, Allowed, Public, allowed, declarations, require_declared
from api.app import create_app
from models.access import CHANGING, Right
from ocr_service.composition import build_service
from ocr_service.settings import Settings

LOGIN_STEPS = {"/login/code", "/login/second-factor", "/login/elsewhere", "/login/elsewhere/back"}
"""On the way between a password, or another provider's word, and a session: nobody is logged in yet."""
APP = {"/phone/manifest.webmanifest", "/phone/worker.js"}
"""What a browser fetches of the phone's page without saying who asks; nothing of the archive is in it."""
PAPERLESS = {"/api/", "/api/token/"}
"""Where apps of Paperless-ngx look whether this is a server for them, and log in."""
DESCRIPTION = {"/docs", "/docs/{operation_id}", "/compat/baidu/oauth/2.0/token"}
"""What /openapi.json says, to be read; and where a key is shown to be given back as a token, as a login is."""
OPEN = (
    {"/livez", "/readyz", "/openapi.json", "/static", "/login", "/logout", "/v1/sessions", "/phones/{code}"}
    | LOGIN_STEPS
    | APP
    | PAPERLESS
    | DESCRIPTION
)
"""Where nobody is asked who they are: an address may join these only with a reason. A phone's one-time code is its login."""


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The application over an empty archive, not started."""
    settings = Settings(archive=str(tmp_path / "archive"), workers=0)
    return create_app(build_service(settings), settings=settings)


def test_nothing_is_open_to_everybody_but_what_is_listed_here(app: FastAPI) -> None:
    routes = [route for route in iter_route_contexts(app.routes) if route.path != "/static"]
    public = {route.path for route in routes if any(isinstance(found, Public) for found in declarations(route))}

    assert public | {"/static"} == OPEN
    assert len(routes) >= 40


def test_every_changing_route_needs_a_right_to_change(app: FastAPI) -> None:
    """A search is sent with POST so that names stay out of addresses; what is asked of it is to read, and so of what is only checked.

    Everybody who is known changes the own password and the own views of the register, and has copies of what they see made for them alone
    and taken away; an auditor, who has no right to change anything, nothing else.
    """
    reading = {"/v1/invoices/find", "/v1/invoices/check-duplicate"}
    own = {"/v1/me/password", "/me/password", "/v1/exports", "/v1/exports/{export_id}", "/exports", "/exports/{export_id}/remove"}
    own |= {"/register/views", "/register/views/remove"}
    weak = []
    for route in iter_route_contexts(app.routes):
        if route.path in OPEN | reading or not (route.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            continue
        [declared] = declarations(route)
        if isinstance(declared, Allowed) and (set(declared.rights) - CHANGING or not declared.rights) and route.path not in own:
            weak.append(route.path)

    assert weak == []


@pytest.mark.parametrize("declared", [[], [allowed(Right.READ), PUBLIC], [allowed(Right.READ), allowed(Right.CORRECT)]])
def test_a_route_without_one_declaration_keeps_the_application_from_starting(declared: list[object]) -> None:
    router = APIRouter(prefix="/v1/new")
    router.add_api_route("/{name}", lambda name: name, dependencies=declared)  # type: ignore[arg-type]
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(router)

    with pytest.raises(RuntimeError, match=r"/v1/new/\{name\} must declare once"):
        require_declared(app.routes)


def test_another_application_within_this_one_is_noticed() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.mount("/tools", FastAPI())

    with pytest.raises(RuntimeError, match="/tools"):
        require_declared(app.routes)
