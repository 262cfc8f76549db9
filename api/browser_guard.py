"""What a browser may be made to do by another web site: nothing.

A page elsewhere can have its own name lead to this machine (DNS rebinding), which `Host` gives away, and can send forms and requests
here, which `Origin` and `Sec-Fetch-Site` give away. Programs that are no browsers send neither of the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.error_handlers import http_problem
from api.schemas.problem import Problem

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_OWN_SITE = {"same-origin", "none"}
"""`none`: the user typed the address or opened a bookmark."""
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class BrowserGuardMiddleware:
    """Refuses requests to a name that is not this service's (421), and changes asked for by pages of others (403).

    An address in numbers is always this service's: no name had to be led astray to reach it.
    """

    app: ASGIApp
    hosts: frozenset[str]
    respond: Callable[[Request, Problem, Mapping[str, str]], Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on that means this service."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host):
            detail = f"this service is not called {_name(host)!r}; PIAOGEN_ALLOWED_HOSTS takes the names that it has"
            await self._refuse(HTTPStatus.MISDIRECTED_REQUEST, detail, scope, receive, send)
        elif scope["method"] not in _SAFE_METHODS and not _is_own_page(headers, host):
            await self._refuse(HTTPStatus.FORBIDDEN, None, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        name = _name(host)
        # Old programs send none; a browser that was led here always does.
        return not host or name in self.hosts or name == "localhost" or name.endswith(".localhost") or _is_address(name)

    async def _refuse(self, status: HTTPStatus, detail: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        response = self.respond(request, http_problem(request, status, detail), {"Connection": "close"})
        await response(scope, receive, send)


def hosts_named(setting: str) -> frozenset[str]:
    """The names in the setting `allowed_hosts`."""
    return frozenset(name.strip().lower() for name in setting.split(",") if name.strip())


def _is_own_page(headers: Headers, host: str) -> bool:
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in _OWN_SITE:
        return False
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:  # half an address, which is nobody's
        return False
    port = _DEFAULT_PORTS.get(parts.scheme, "")
    return bool(parts.netloc) and parts.netloc.lower().removesuffix(port) == host.lower().removesuffix(port)


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host.partition("]")[0].removeprefix("[")
    return host.partition(":")[0].lower().removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
