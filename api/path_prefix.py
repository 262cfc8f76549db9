"""A service that a proxy shows under a path of its own, such as `/piaogen`."""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.schemas.links import path_prefix
from ocr_service.settings import FORWARDED, PATH_PREFIX


@dataclass(frozen=True, slots=True)
class PathPrefixMiddleware:
    """Takes the prefix off the paths that come in, where the proxy left it on, and has it stand before those that go out.

    With `forwarded` it is what the proxy says in `X-Forwarded-Prefix`: the proxy must then set or remove that header itself, since
    anybody may send one. A header that is no plain path counts for nothing.
    """

    app: ASGIApp
    prefix: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as it would have come without the proxy."""
        prefix = self._prefix_of(scope)
        path = scope.get("path", "")
        if prefix and (path == prefix or path.startswith(prefix + "/")):
            scope = {**scope, "path": path.removeprefix(prefix) or "/"}
        set_before = path_prefix.set(prefix)
        try:
            await self.app(scope, receive, send)
        finally:
            path_prefix.reset(set_before)

    def _prefix_of(self, scope: Scope) -> str:
        if scope["type"] != "http" or self.prefix != FORWARDED:
            return self.prefix
        told = Headers(scope=scope).get("x-forwarded-prefix", "").rstrip("/")
        return told if PATH_PREFIX.fullmatch(told) else ""
