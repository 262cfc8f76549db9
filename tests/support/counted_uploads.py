"""An application whose uploads are counted: how often each was asked for, and how often it was answered as taken."""

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class CountedUploads:
    """Passes everything on; `asked` and `taken` count by Idempotency-Key."""

    app: ASGIApp
    asked: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        is_upload = scope["type"] == "http" and (scope["method"], scope["path"]) == ("POST", "/v1/uploads")
        key = Headers(scope=scope).get("idempotency-key", "") if is_upload else ""
        if is_upload:
            self.asked[key] += 1

        async def counting(message: Message) -> None:
            if is_upload and message["type"] == "http.response.start" and message["status"] == HTTPStatus.ACCEPTED:
                self.taken[key] += 1
            await send(message)

        await self.app(scope, receive, counting)
