"""The pages about people with a login, for administrators. They work without JavaScript."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import AppAccess, Caller, allowed
from api.error_handlers import status_of
from api.web.forms import form_texts
from api.web.rendering import render, see
from models.access import Principal, Right, Role
from models.errors import InvalidAccess, UserExists
from models.people import LEAST_PASSWORD, MOST_PASSWORD, User, role_named
from ocr_service.access import Access

router = APIRouter(dependencies=[allowed(Right.ADMINISTER)])

Texts = Annotated[dict[str, str], Depends(form_texts)]
_BETWEEN_DEPARTMENTS = re.compile(r"[、,，;；\n]")


@router.get("/people")
def people_page(request: Request, access: AppAccess) -> HTMLResponse:
    """Everybody with a login."""
    return _people(request, access, {})


@router.post("/people")
def take_person(request: Request, access: AppAccess, texts: Texts) -> Response:
    """Give somebody a login; a form that does not fit comes back with what is wrong."""
    try:
        name = texts.get("name", "").strip()
        display_name = texts.get("display_name", "").strip() or name
        user = User(name, display_name, role_named(texts.get("role", "")), departments_in(texts.get("departments", "")))
        access.add_user(user, texts.get("password", ""))
    except (InvalidAccess, UserExists) as error:
        return _people(request, access, texts, error)
    return see(f"/people?done={name}")


@router.get("/people/{name}")
def person_page(request: Request, name: str, access: AppAccess, caller: Caller) -> HTMLResponse:
    """One person, and what can be changed of them."""
    return _person(request, access.user(name), caller)


@router.post("/people/{name}")
def change_person(request: Request, name: str, access: AppAccess, caller: Caller, texts: Texts) -> Response:
    """Another name, role or departments."""
    standing = access.user(name)
    try:
        access.change_user(
            name,
            display_name=texts.get("display_name", "").strip() or name,
            role=role_named(texts["role"]) if "role" in texts else standing.role,
            departments=departments_in(texts.get("departments", "")),
        )
    except InvalidAccess as error:
        return _person(request, standing, caller, error)
    return see(f"/people?done={name}")


@router.post("/people/{name}/password")
def change_password(request: Request, name: str, access: AppAccess, caller: Caller, texts: Texts) -> Response:
    """Another password, which ends their sessions."""
    standing = access.user(name)
    try:
        access.set_password(name, texts.get("password", ""))
    except InvalidAccess as error:
        return _person(request, standing, caller, error)
    return see(f"/people?done={name}")


@router.post("/people/{name}/second-factor")
def reset_second_factor(name: str, access: AppAccess) -> Response:
    """Take a lost second factor away."""
    access.reset_second_factor(name)
    return see(f"/people?done={name}")


@router.post("/people/{name}/state")
def change_state(request: Request, name: str, access: AppAccess, caller: Caller, texts: Texts) -> Response:
    """Let somebody in no more, or again."""
    try:
        access.change_user(name, disabled=texts.get("disabled") == "yes")
    except InvalidAccess as error:
        return _person(request, access.user(name), caller, error)
    return see(f"/people?done={name}")


def departments_in(text: str) -> frozenset[str] | None:
    """The departments of a form's field; None, which is all of them, for an empty one."""
    names = (part.strip() for part in _BETWEEN_DEPARTMENTS.split(text))
    return frozenset(name for name in names if name) or None


def _people(request: Request, access: Access, texts: dict[str, str], wrong: InvalidAccess | UserExists | None = None) -> HTMLResponse:
    users = access.users()
    return render(
        request,
        "people.html",
        200 if wrong is None else status_of(type(wrong)),
        users=users,
        roles=tuple(Role),
        role=texts.get("role") or (Role.CLERK if users else Role.ADMIN).value,
        texts=texts,
        done=request.query_params.get("done", ""),
        wrong="" if wrong is None else wrong.code,
        least=LEAST_PASSWORD,
        most=MOST_PASSWORD,
    )


def _person(request: Request, user: User, caller: Principal, wrong: InvalidAccess | None = None) -> HTMLResponse:
    return render(
        request,
        "person.html",
        200 if wrong is None else status_of(type(wrong)),
        user=user,
        roles=tuple(Role),
        is_self=user.principal.name == caller.name,
        wrong="" if wrong is None else wrong.code,
        least=LEAST_PASSWORD,
        most=MOST_PASSWORD,
    )
