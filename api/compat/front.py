"""The vendors' programs send everything to `/`: by their headers such requests are led to the routes that answer them."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from api.compat.taking import ORIGINAL_PATH

TENCENT_PATH, ALIYUN_PATH = "/compat/tencent", "/compat/aliyun"
_HEADERS = {b"x-tc-action": TENCENT_PATH, b"x-acs-action": ALIYUN_PATH}


@dataclass(frozen=True, slots=True)
class VendorFrontMiddleware:
    """Leads a POST to the root with a vendor's header to that vendor's route, and keeps the path that was signed."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, under another path where it is a vendor's."""
        if scope["type"] == "http" and scope["method"] == "POST":
            scope[ORIGINAL_PATH] = scope["path"]
            if scope["path"] == "/":
                path = next((_HEADERS[name] for name, _ in scope["headers"] if name in _HEADERS), None)
                if path is not None:
                    scope = {**scope, "path": path, "raw_path": path.encode()}
        await self.app(scope, receive, send)
