"""The pages by which people log in and out. They work without JavaScript."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.access import PHONE_COOKIE, PUBLIC, SESSION_COOKIE, AppAccess, Caller, allowed, phone_behind
from api.error_handlers import status_of
from api.logging_in import AppLoginDesk, asked_from, change_password, end_session, keep_session, log_in
from api.schemas.links import address
from api.web.forms import form_texts
from api.web.rendering import drawn_code, home_of, render, see
from models.access import Principal, Stage
from models.errors import InvalidAccess, NotAllowed, NotAuthenticated, TooManyLogins, WrongLogin
from models.people import LEAST_PASSWORD, MOST_PASSWORD
from ocr_service.access import Access
from ocr_service.logging_in import LoginDesk, Session
from ocr_service.second_factor import address_of

router = APIRouter()

Texts = Annotated[dict[str, str], Depends(form_texts)]
_NEXT_PAGE: Mapping[Stage, str] = {Stage.CODE: "/login/code", Stage.SET_UP: "/login/second-factor"}
"""Where a password leads that is not enough."""


@router.get("/login", dependencies=[PUBLIC])
def login_page(request: Request, access: AppAccess, next: str = "/") -> HTMLResponse:  # what the address calls it
    """Say who you are; a phone whose key opens nothing any more is told so."""
    is_over = PHONE_COOKIE in request.cookies and phone_behind(request, access) is None
    return _form(request, "login.html", next, name="", phone_is_over=is_over, elsewhere=_elsewhere(request, next))


@router.post("/login", dependencies=[PUBLIC])
async def take_login(request: Request, desk: AppLoginDesk, texts: Texts) -> Response:
    """Go on to where the person wanted, or to the second factor; a form that does not fit comes back with what is wrong."""
    name, then = texts.get("name", ""), texts.get("next", "/")
    try:
        session = await log_in(request, desk, name.strip(), texts.get("password", ""))
    except NotAllowed as error:
        return _form(request, "login.html", then, error, name=name, phone_is_over=False, elsewhere=_elsewhere(request, then))
    return onward(request, session, then)


@router.get("/login/code", dependencies=[PUBLIC])
def code_page(request: Request, next: str = "/") -> HTMLResponse:
    """Show the code of the authenticator."""
    return _form(request, "login_code.html", next)


@router.post("/login/code", dependencies=[PUBLIC])
async def take_code(request: Request, paced: AppLoginDesk, texts: Texts) -> Response:
    """Complete the login."""
    then = texts.get("next", "/")
    try:
        session = await run_in_threadpool(paced.desk.finish, _token(request), texts.get("code", ""), asked_from(request))
    except NotAuthenticated:
        return see("/login?next=" + quote(own_path(then), safe=""))
    except NotAllowed as error:
        return _form(request, "login_code.html", then, error)
    return onward(request, session, then)


@router.get("/login/second-factor", dependencies=[PUBLIC])
def second_factor_page(request: Request, paced: AppLoginDesk, next: str = "/") -> Response:
    """Set up an authenticator, half-way through a login or logged in."""
    return _set_up_form(request, paced.desk, next)


@router.post("/login/second-factor", dependencies=[PUBLIC])
async def take_second_factor(request: Request, paced: AppLoginDesk, texts: Texts) -> Response:
    """Keep the authenticator that shows the right code, and show the codes for the paper, this once."""
    then = texts.get("next", "/")
    try:
        session, codes = await run_in_threadpool(paced.desk.set_up, _token(request), texts.get("code", ""), asked_from(request))
    except NotAuthenticated:
        raise
    except NotAllowed as error:
        return await run_in_threadpool(_set_up_form, request, paced.desk, then, error)
    request.state.principal = session.user.principal
    response = _form(request, "recovery_codes.html", then, codes=codes)
    keep_session(request, response, session)
    return response


@router.get("/me/password", dependencies=[allowed()])
def password_page(request: Request, caller: Caller, access: AppAccess) -> HTMLResponse:
    """Change the own password."""
    return _password_form(request, caller, access)


@router.post("/me/password", dependencies=[allowed()])
async def take_password(request: Request, paced: AppLoginDesk, caller: Caller, access: AppAccess, texts: Texts) -> Response:
    """Keep another password; a form that does not fit comes back with what is wrong."""
    old, new = texts.get("old_password", ""), texts.get("new_password", "")
    if not old:
        missing = InvalidAccess("write the password that you have now", field="old_password")
        return await run_in_threadpool(_password_form, request, caller, access, missing)
    try:
        session = await change_password(request, paced, old, new)
    except (WrongLogin, TooManyLogins, InvalidAccess) as error:
        return await run_in_threadpool(_password_form, request, caller, access, error)
    response = see("/me/password?done=1")
    keep_session(request, response, session)
    return response


@router.post("/logout", dependencies=[PUBLIC])
def take_logout(request: Request, desk: AppLoginDesk) -> Response:
    """Log out."""
    response = see("/login")
    end_session(request, response, desk)
    return response


def onward(request: Request, session: Session, then: str) -> Response:
    """Have the browser keep the session and go on."""
    path = own_path(then)
    if session.stage in _NEXT_PAGE:
        response: Response = see(f"{_NEXT_PAGE[session.stage]}?next={quote(path, safe='')}")
    else:
        response = see(home_of(session.user.principal) if path == "/" else path)
    keep_session(request, response, session)
    return response


def _set_up_form(request: Request, desk: LoginDesk, then: str, wrong: NotAllowed | None = None) -> HTMLResponse:
    user, secret, stage = desk.offered(_token(request))
    if stage is Stage.COMPLETE:
        request.state.principal = user.principal  # already logged in: the page leads back to their own
    return _form(
        request,
        "second_factor.html",
        then,
        wrong,
        picture=drawn_code(address_of(secret, user.name)),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        is_required=stage is Stage.SET_UP,
    )


def _password_form(
    request: Request, caller: Principal, access: Access, error: WrongLogin | TooManyLogins | InvalidAccess | None = None
) -> HTMLResponse:
    """The form for whoever is logged in; a key and a login elsewhere have no password here."""
    user = access.user(caller.name.removeprefix("user:")) if caller.role is not None else None
    return _form(
        request,
        "password.html",
        "/me/password",
        error,
        has_password=user is not None and user.password_hash is not None,
        has_factor=user is not None and user.totp_secret is not None,
        least=LEAST_PASSWORD,
        most=MOST_PASSWORD,
        done="done" in request.query_params,
    )


def _form(request: Request, template: str, then: str, error: NotAllowed | InvalidAccess | None = None, **values: object) -> HTMLResponse:
    """A page that no browser keeps: of somebody else's login nothing must be seen by going back."""
    status = HTTPStatus.OK if error is None else status_of(type(error))
    wrong = "" if error is None else error.code
    response = render(request, template, status, then=own_path(then), wrong=wrong, **values)
    response.headers["Cache-Control"] = "no-store"
    if error is not None and "retry_after" in error.details:
        response.headers["Retry-After"] = str(error.details["retry_after"])
    return response


def _elsewhere(request: Request, then: str) -> str:
    """Where another way to log in begins; empty where there is none."""
    return "" if request.app.state.sign_on is None else address("/login/elsewhere?next=" + quote(own_path(then), safe=""))


def _token(request: Request) -> str:
    return request.cookies.get(SESSION_COOKIE, "")


def own_path(then: str) -> str:
    """Where to go on within these pages; the start where an address would lead elsewhere."""
    return then if then.startswith("/") and not then.startswith(("//", "/\\")) and then.isprintable() else "/"
