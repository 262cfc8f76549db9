"""Who asks, and whether they may: the dependency by which every route and page declares the right that it needs.

`dependencies=[allowed(Right.READ)]` stands at each route; `PUBLIC` where nobody is asked who they are. A route that declares neither keeps
the application from starting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Mount

from models.access import LOCAL, Principal, Right
from ocr_service.acting import act_as

PUBLIC_MOUNTS = ("/static",)
"""Applications within the application that are open to everybody."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Lets a request pass whose sender has one of the rights; without any named, every sender who is known."""

    rights: tuple[Right, ...]

    async def __call__(self, request: Request) -> Principal:
        """Find out who asks; from here on everything is done in their name."""
        principal = LOCAL
        request.state.principal = principal
        act_as(principal.name)
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


def _caller(request: Request) -> Principal:
    principal = request.state.principal
    assert isinstance(principal, Principal)
    return principal


Caller = Annotated[Principal, Depends(_caller)]
"""Who asked, in a route that declares a right."""


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
