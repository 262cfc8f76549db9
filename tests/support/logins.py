"""People and keys for tests, made without waiting for a password's hash."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import SESSION_COOKIE
from models.access import Role, Scope
from models.people import User, hash_of
from ocr_service.access import Access
from ocr_service.passwords import hashed

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks: a client that shows a session or a key with each request."""

    client: TestClient
    name: str


def access_of(app: FastAPI) -> Access:
    """The people and keys of an application."""
    access = app.state.access
    assert isinstance(access, Access)
    return access


def person(app: FastAPI, role: Role, *, departments: frozenset[str] | None = None, name: str = "") -> Visitor:
    """Somebody with this role who is logged in; made when there is nobody of this name yet."""
    access, name = access_of(app), name or role.value
    if name not in {user.name for user in access.users()}:
        user = User(name, f"{role.value}样", role, departments)
        access.add_user(replace(user, password_hash=_hash()), None)
    token, now = f"token of {name}", access.clock()
    access.index.close_session(hash_of(token))
    access.index.open_session(hash_of(token), name, now, now + timedelta(hours=1))
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    client.cookies.set(SESSION_COOKIE, token)
    return Visitor(client, f"user:{name}")


def machine(app: FastAPI, *scopes: Scope, department: str | None = None) -> Visitor:
    """A program that shows a key with these scopes."""
    key, secret = access_of(app).add_key("machine", scopes, department=department)
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False, headers={"Authorization": f"Bearer {secret}"})
    return Visitor(client, key.principal.name)


def nobody(app: FastAPI) -> TestClient:
    """Somebody on this machine who says not who they are."""
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


@cache
def _hash() -> str:
    return hashed(PASSWORD)
