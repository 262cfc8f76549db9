"""The way to a provider of logins and back (OpenID Connect), where the settings name one."""

import secrets
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from api.access import PUBLIC
from api.logging_in import AppLoginDesk, asked_from
from api.schemas.links import address
from api.web.login_pages import onward, own_path
from models.errors import LoginElsewhereFailed
from ocr_service.signing_on import SignOn

router = APIRouter()

_COOKIE = "piaogen_elsewhere"
"""What this browser keeps while its person logs in elsewhere: a secret, and where they wanted to go."""
_SECONDS = 600


def _sign_on(request: Request) -> SignOn:
    sign_on = request.app.state.sign_on
    if sign_on is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    assert isinstance(sign_on, SignOn)
    return sign_on


AppSignOn = Annotated[SignOn, Depends(_sign_on)]


@router.get("/login/elsewhere", dependencies=[PUBLIC])
def leave(request: Request, sign_on: AppSignOn, next: str = "/") -> Response:  # what the address calls it
    """Go to the provider."""
    secret = secrets.token_urlsafe(32)
    response = RedirectResponse(sign_on.way_there(secret), HTTPStatus.SEE_OTHER)
    kept = f"{secret}.{quote(own_path(next), safe='')}"
    secure = request.url.scheme == "https"
    response.set_cookie(_COOKIE, kept, max_age=_SECONDS, path=address("/login/elsewhere"), secure=secure, httponly=True, samesite="lax")
    return response


@router.get("/login/elsewhere/back", dependencies=[PUBLIC])
def come_back(request: Request, sign_on: AppSignOn, paced: AppLoginDesk, state: str = "", code: str = "") -> Response:
    """Log in whoever the provider vouches for."""
    secret, _, then = request.cookies.get(_COOKIE, "").partition(".")
    try:
        if not secret or not code:
            raise LoginElsewhereFailed("the provider logged nobody in, or this browser did not ask; begin again")
        user = sign_on.person(secret, state, code)
    except LoginElsewhereFailed:
        paced.desk.note_failure_elsewhere(asked_from(request))
        raise
    response = onward(request, paced.desk.open_elsewhere(user, asked_from(request)), unquote(then))
    response.delete_cookie(_COOKIE, path=address("/login/elsewhere"), httponly=True, samesite="lax")
    return response
