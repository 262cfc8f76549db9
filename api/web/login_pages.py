"""The pages by which people log in and out. They work without JavaScript."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import PHONE_COOKIE, PUBLIC, AppAccess, phone_behind
from api.logging_in import AppLoginDesk, end_session, keep_session, log_in
from api.web.forms import form_texts
from api.web.rendering import home_of, render, see
from models.errors import NotAllowed, TooManyLogins

router = APIRouter()


@router.get("/login", dependencies=[PUBLIC])
def login_page(request: Request, access: AppAccess, next: str = "/") -> HTMLResponse:  # what the address calls it
    """Say who you are; a phone whose key opens nothing any more is told so."""
    is_over = PHONE_COOKIE in request.cookies and phone_behind(request, access) is None
    return _login(request, next, phone_is_over=is_over)


@router.post("/login", dependencies=[PUBLIC])
async def take_login(request: Request, desk: AppLoginDesk, texts: Annotated[dict[str, str], Depends(form_texts)]) -> Response:
    """Go on to where the person wanted; a form that does not fit comes back with what is wrong."""
    name, then = texts.get("name", ""), texts.get("next", "/")
    try:
        session = await log_in(request, desk, name.strip(), texts.get("password", ""))
    except NotAllowed as error:
        return _login(request, then, name=name, wrong=error.code, seconds=int(error.details.get("retry_after", 0)))
    onward = _own_path(then)
    response = see(home_of(session.user.principal) if onward == "/" else onward)
    keep_session(request, response, session)
    return response


@router.post("/logout", dependencies=[PUBLIC])
def take_logout(request: Request, desk: AppLoginDesk) -> Response:
    """Log out."""
    response = see("/login")
    end_session(request, response, desk)
    return response


def _login(request: Request, then: str, *, name: str = "", wrong: str = "", seconds: int = 0, phone_is_over: bool = False) -> HTMLResponse:
    status = HTTPStatus.OK
    if wrong:
        status = HTTPStatus.TOO_MANY_REQUESTS if wrong == TooManyLogins.code else HTTPStatus.UNAUTHORIZED
    response = render(request, "login.html", status, then=_own_path(then), name=name, wrong=wrong, phone_is_over=phone_is_over)
    response.headers["Cache-Control"] = "no-store"
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def _own_path(then: str) -> str:
    """Where to go on within these pages; the start where an address would lead elsewhere."""
    return then if then.startswith("/") and not then.startswith(("//", "/\\")) and then.isprintable() else "/"
