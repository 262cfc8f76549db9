"""/v1/users: people with a login."""

from http import HTTPStatus

from fastapi import APIRouter

from api.access import AppAccess, allowed
from api.dependencies import NoQuery
from api.documentation import problems
from api.schemas.access import NewUserBody, UserBody, UserChangeBody, UsersBody
from models.access import Right

router = APIRouter(prefix="/v1/users", tags=["access"], dependencies=[allowed(Right.ADMINISTER), NoQuery])


@router.get("", responses=problems())
def list_users(access: AppAccess) -> UsersBody:
    """Everybody with a login, also those who are let in no more."""
    return UsersBody(users=[UserBody.of(user) for user in access.users()])


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 409))
def add_user(wanted: NewUserBody, access: AppAccess) -> UserBody:
    """Give somebody a login; with the first one everybody logs in."""
    return UserBody.of(access.add_user(wanted.user(), wanted.password))


@router.patch("/{name}", responses=problems(400, 404, 412))
def change_user(name: str, change: UserChangeBody, access: AppAccess) -> UserBody:
    """Change a person's role, departments or password, or let them in no more; their sessions end."""
    if change.password is not None:
        access.set_password(name, change.password)
    return UserBody.of(access.change_user(name, **change.changes()))
