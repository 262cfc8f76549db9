"""The way of every request through the service: its id, its log line, its figures, the headers that protect a browser."""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SCOPE_KEY = "piaogen.request_id"
_HEADERS_KEY = "piaogen.headers"
_log = structlog.get_logger(__name__)

BROWSER_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Nothing that a stored file or a page contains may run, be framed, or call home; nothing is kept by a browser unless a route says so."""

Observer = Callable[[str, str, int, float], None]
"""Takes method, route template, status and seconds of a finished request."""


def request_id_of(scope: Scope) -> str:
    """The id of the running request."""
    return str(scope.get(_SCOPE_KEY, ""))


def add_headers(scope: Scope, headers: Mapping[str, str]) -> None:
    """Headers that the answer to the running request shall have, whatever it will be."""
    scope.setdefault(_HEADERS_KEY, {}).update(headers)


def choose_request_id(offered: str | None) -> str:
    """The caller's own id when it is harmless to log and to send back, else a new one."""
    return offered if offered is not None and _REQUEST_ID.fullmatch(offered) else secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class RequestContextMiddleware:
    """Gives each request an id, protects browsers, logs and counts it by its route's template, never by what was asked for."""

    app: ASGIApp
    observe: Observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an HTTP request on; anything else untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = choose_request_id(Headers(scope=scope).get("x-request-id"))
        scope[_SCOPE_KEY] = request_id
        status = 500
        started = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers.update(scope.get(_HEADERS_KEY, {}))
                for name, value in BROWSER_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_headers)
            finally:
                seconds = time.perf_counter() - started
                route = _template(scope)
                self.observe(scope["method"], route, status, seconds)
                _log.info("request finished", method=scope["method"], route=route, status=status, milliseconds=round(1000 * seconds, 1))


def _template(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    return "/static" if scope["path"].startswith("/static/") else "unmatched"
