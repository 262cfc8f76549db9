"""How a session begins and ends over HTTP: the cookie, and no more password checks at a time than the machine bears."""

from functools import partial
from typing import Annotated

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Request, Response

from api.access import PHONE_COOKIE, SESSION_COOKIE
from api.schemas.links import address
from models.access import Stage
from models.errors import NotAllowed, SecondFactorNeeded
from ocr_service.enrolling import PHONE_DAYS
from ocr_service.logging_in import LoginDesk, Session

CHECKS_AT_ONCE = 2
"""A check takes 64 MB and a quarter of a second of a processor: the others wait their turn, and hold up nobody who is logged in."""


class PacedLoginDesk:
    """A login desk with a short queue."""

    def __init__(self, desk: LoginDesk) -> None:
        self.desk = desk
        self.turns = anyio.CapacityLimiter(CHECKS_AT_ONCE)


def _desk(request: Request) -> PacedLoginDesk:
    desk = request.app.state.login_desk
    assert isinstance(desk, PacedLoginDesk)
    return desk


AppLoginDesk = Annotated[PacedLoginDesk, Depends(_desk)]


async def log_in(request: Request, paced: PacedLoginDesk, name: str, password: str) -> Session:
    """Open a session, which may not be complete yet; raise WrongLogin, TooManyLogins."""
    return await run_sync(partial(paced.desk.log_in, name, password, asked_from(request)), limiter=paced.turns)


async def finish(request: Request, paced: PacedLoginDesk, session: Session, code: str | None) -> Session:
    """Complete a program's session with the code that it sent; raise SecondFactorNeeded, WrongCode, TooManyLogins."""
    try:
        if session.stage is not Stage.CODE:
            raise SecondFactorNeeded("an administrator sets up a second factor first, in a browser at /login")
        if code is None:
            raise SecondFactorNeeded("send the `code` that the authenticator shows as well")
        return await run_sync(paced.desk.finish, session.token, code, asked_from(request))
    except NotAllowed:
        await run_sync(paced.desk.log_out, session.token)
        raise


async def change_password(request: Request, paced: PacedLoginDesk, old: str, new: str) -> Session:
    """Another password for whoever is logged in, and a session in the place of theirs.

    Raises:
        NotAuthenticated, WrongLogin, TooManyLogins, InvalidAccess: as of `LoginDesk.change_password`.
    """
    token = request.cookies.get(SESSION_COOKIE, "")
    return await run_sync(partial(paced.desk.change_password, token, old, new, asked_from(request)), limiter=paced.turns)


def asked_from(request: Request) -> str:
    """The address that a request comes from."""
    return "" if request.client is None else request.client.host


def keep_session(request: Request, response: Response, session: Session) -> None:
    """Have the browser show the session with each request to this service, and to no other site's pages."""
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=session.seconds,
        path=address("/"),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def keep_phone(request: Request, response: Response, secret: str) -> None:
    """Have a phone's browser show its key with each request to this service, as a session is shown."""
    response.set_cookie(
        PHONE_COOKIE,
        secret,
        max_age=PHONE_DAYS * 86_400,
        path=address("/"),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def end_session(request: Request, response: Response, paced: PacedLoginDesk) -> None:
    """Log out whoever is logged in."""
    token = request.cookies.get(SESSION_COOKIE)
    if token is not None:
        paced.desk.log_out(token)
    response.delete_cookie(SESSION_COOKIE, path=address("/"), httponly=True, samesite="lax")
