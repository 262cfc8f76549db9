"""/v1/me: what people change of their own login."""

from fastapi import APIRouter, Request, Response

from api.access import allowed
from api.dependencies import NoQuery
from api.documentation import problems
from api.logging_in import AppLoginDesk, change_password, keep_session
from api.schemas.access import OwnPasswordBody, PrincipalBody

router = APIRouter(prefix="/v1/me", tags=["access"], dependencies=[allowed(), NoQuery])


@router.post("/password", responses=problems(400, 401, 403, 412, 422, 429))
async def change_own_password(wanted: OwnPasswordBody, request: Request, response: Response, desk: AppLoginDesk) -> PrincipalBody:
    """Change one's own password, knowing the old one: the answer sets a new cookie, and every other session of the person ends.

    Only who logged in has one; a key has none.
    """
    session = await change_password(request, desk, wanted.old_password, wanted.new_password)
    keep_session(request, response, session)
    return PrincipalBody.of(session.user.principal)
