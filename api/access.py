"""Who asks, and whether they may: the dependency by which every route and page declares the right that it needs.

`dependencies=[allowed(Right.READ)]` stands at each route; `PUBLIC` where nobody is asked who they are. A route that declares neither keeps
the application from starting.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Mount

from models.access import LOCAL, Principal, Right
from models.errors import BatchNotFound, InvalidAccess, InvalidCorrection, NotAllowed, NotAuthenticated
from models.people import require_department
from ocr_service.access import Access
from ocr_service.acting import act_as
from ocr_service.app_keys import require_maker

SESSION_COOKIE = "piaogen_session"
PHONE_COOKIE = "piaogen_phone"
"""Holds the key of a phone that was enrolled: it outlives every session, until the key is withdrawn or expires."""
_SCHEMES = ("bearer", "token")
"""`Token` is what apps of Paperless-ngx say."""
PUBLIC_MOUNTS = ("/static",)
"""Applications within the application that are open to everybody."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Lets a request pass whose sender has one of the rights; without any named, every sender who is known."""

    rights: tuple[Right, ...]

    async def __call__(self, request: Request) -> Principal:
        """Find out who asks; from here on everything is done in their name.

        Raises:
            NotAuthenticated: nobody said who asks, or what was shown opens nothing.
            NotAllowed: they are known and lack the right.
        """
        principal = await run_in_threadpool(_principal, request)
        act_as(principal.name)
        request.state.principal = principal  # also for the page that says no
        if not principal.may(*self.rights):
            needed = " or ".join(right.value for right in self.rights)
            raise NotAllowed(f"{principal.name} may not do this: it needs the right to {needed}")
        return principal


@dataclass(frozen=True, slots=True)
class Public:
    """Lets every request pass: nothing of the archive is shown or changed."""

    async def __call__(self) -> None:
        """Ask nothing."""


def allowed(*rights: Right) -> Any:  # noqa: ANN401  # what FastAPI calls a dependency has no type
    """The declaration of a route: its sender has one of these rights, or without any named is at least known."""
    return Depends(Allowed(rights))


PUBLIC = Depends(Public())


async def notice_caller(request: Request) -> None:
    """Find out who looks at a page that is open to everybody, so that its menu is theirs; nobody is refused."""
    with suppress(NotAuthenticated):
        request.state.principal = await run_in_threadpool(_principal, request)


def _caller(request: Request) -> Principal:
    principal = request.state.principal
    assert isinstance(principal, Principal)
    return principal


def _access(request: Request) -> Access:
    access = request.app.state.access
    assert isinstance(access, Access)
    return access


Caller = Annotated[Principal, Depends(_caller)]
"""Who asked, in a route that declares a right."""
AppAccess = Annotated[Access, Depends(_access)]


def said_by(caller: Principal, by: str | None) -> str:
    """In whose name something is said of an invoice: the login's, never the body's; as long as nobody has a login, what the body says.

    Raises:
        InvalidCorrection: a name is given although a login says it.
    """
    if caller.is_local:
        return by or ""
    if by is not None:
        raise InvalidCorrection("leave `by` out: it is whoever logged in", field="by")
    return caller.signature


def own_batch(batch_id: str, caller: Caller, access: AppAccess) -> None:
    """Let pass whoever sent this batch, and whoever may read what is its department's; to anybody else there is none (BatchNotFound)."""
    sender = access.index.batch_sender(batch_id)
    is_own = sender is not None and sender.name == caller.name
    is_seen = caller.may(Right.READ) and caller.sees(None if sender is None else sender.department)
    if not is_own and not is_seen:
        raise BatchNotFound(f"no batch {batch_id!r}")


def department_for(caller: Principal, named: str | None) -> str | None:
    """For which department somebody hands files in: the one they name, else their own; None for nobody's in particular.

    Raises:
        InvalidAccess: they belong to several and name none, or what they name is no name.
        NotAllowed: it is not theirs.
    """
    own = sorted(caller.departments or ())
    if named is not None:
        require_department(named)
        if not caller.sees(named):
            raise NotAllowed(f"you hand files in for {', '.join(own)}, not for another department")
        return named
    if len(own) > 1:
        raise InvalidAccess(f"say for which department these are: {', '.join(own)}")
    return own[0] if own else None


def keep_sender(access: Access, caller: Principal, batch_id: str, department: str | None) -> None:
    """Note who sent a batch, and for which department."""
    access.index.keep_sender(batch_id, caller.name, department)


OwnBatch = Depends(own_batch)


def declarations(route: RouteContext) -> tuple[Allowed | Public, ...]:
    """What a route declares of who may use it; exactly one, or it is not finished."""
    calls = (dependency.call for dependency in route.dependant.dependencies)
    return tuple(call for call in calls if isinstance(call, Allowed | Public))


def require_declared(routes: Sequence[BaseRoute]) -> None:
    """Raise RuntimeError for a route that does not declare who may use it: it would be open to everybody."""
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, Mount) and route.path in PUBLIC_MOUNTS:
            continue
        if not isinstance(route.original_route, APIRoute) or len(declarations(route)) != 1:
            raise RuntimeError(
                f"{route.path} must declare once who may use it: allowed(Right...) or PUBLIC in its dependencies, see api/access.py"
            )


def _principal(request: Request) -> Principal:
    """Who asks, by a key, by a session, or because nobody has a login and the request comes from this machine."""
    access = _access(request)
    shown = request.headers.get("authorization")
    if shown is not None:
        scheme, _, secret = shown.partition(" ")
        if scheme.lower() not in _SCHEMES:
            raise NotAuthenticated("send `Authorization: Bearer` with a key")
        return by_key(access, secret.strip())
    token = request.cookies.get(SESSION_COOKIE)
    person = None if token is None else access.by_session(token)
    if person is not None:
        return person
    phone = phone_behind(request, access)
    if phone is not None:
        return phone
    if access.has_users():
        raise NotAuthenticated("log in, or send `Authorization: Bearer` with a key")
    if not _is_this_machine(request):
        raise NotAuthenticated("nobody has a login yet, so only this machine is served: `piaogen user add` gives somebody one")
    return LOCAL


def by_key(access: Access, secret: str) -> Principal:
    """Who acts with a key, in whatever way a request shows it; raise NotAuthenticated for one that opens nothing."""
    return require_maker(access, access.by_key(secret))


def phone_behind(request: Request, access: Access) -> Principal | None:
    """The key of an enrolled phone; None where none is shown, or one that opens nothing any more."""
    secret = request.cookies.get(PHONE_COOKIE)
    try:
        return None if secret is None else by_key(access, secret)
    except NotAuthenticated:
        return None


def _is_this_machine(request: Request) -> bool:
    """Whether the request comes over the loopback interface; through a proxy, whether that says so."""
    if request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
