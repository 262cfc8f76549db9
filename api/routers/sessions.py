"""/v1/sessions: log in and out."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.access import PUBLIC, Caller, allowed
from api.dependencies import NoQuery
from api.documentation import problems
from api.logging_in import AppLoginDesk, end_session, finish, keep_session, log_in
from api.schemas.access import LoginBody, PrincipalBody
from models.access import Stage

router = APIRouter(prefix="/v1/sessions", tags=["access"], dependencies=[NoQuery])


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 429), dependencies=[PUBLIC])
async def open_session(login: LoginBody, request: Request, response: Response, desk: AppLoginDesk) -> PrincipalBody:
    """Log in with a password: the answer sets a cookie that no script can read. Programs take a key instead."""
    session = await log_in(request, desk, login.name, login.password)
    if session.stage is not Stage.COMPLETE:
        session = await finish(request, desk, session, login.code)
    keep_session(request, response, session)
    return PrincipalBody.of(session.user.principal)


@router.get("", responses=problems(401), dependencies=[allowed()])
def show_session(caller: Caller) -> PrincipalBody:
    """Who asks, and what they may do."""
    return PrincipalBody.of(caller)


@router.delete("", status_code=HTTPStatus.NO_CONTENT, responses=problems(403), dependencies=[PUBLIC])
def close_session(request: Request, response: Response, desk: AppLoginDesk) -> None:
    """Log out; harmless for whoever is not logged in."""
    end_session(request, response, desk)
