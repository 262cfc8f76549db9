"""What a request may not do: send more bytes than allowed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import http_problem
from api.schemas.problem import Problem

_IS_UPLOAD = "piaogen.is_upload"
_NUMBER = re.compile(r"[0-9]+")
_MOST_DIGITS = 18
"""Of a length that is a number to be compared; one with more is beyond every limit."""
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class BodyGuardMiddleware:
    """Counts the bytes of a body as they stream in, since the form parser limits text fields only, and answers 413.

    A body may have `few_bytes`, since it stands in memory as a whole, until a route that keeps it on disk allows more (`allow_upload`).
    The rest of one that is too large is taken and dropped, up to the limit once more: a sender that is cut off in mid-sentence sees a
    broken connection instead of the answer.
    """

    app: ASGIApp
    max_bytes: int
    few_bytes: int
    respond: Callable[[Request, Problem, Mapping[str, str]], Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an HTTP request on while it behaves."""
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        if _NUMBER.fullmatch(declared) and (len(declared) > _MOST_DIGITS or int(declared) > self.max_bytes):
            await self._drain(receive)
            await self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, scope, receive, send)
            return
        await self.app(scope, self._counting(scope, receive), send)

    def _counting(self, scope: Scope, receive: Receive) -> Receive:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            allowed = self.max_bytes if scope.get(_IS_UPLOAD) else self.few_bytes
            if taken > allowed:
                if message.get("more_body", False):
                    await self._drain(receive)
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _too_large(allowed))
            return message

        return counted

    async def _drain(self, receive: Receive) -> None:
        dropped = 0
        while dropped <= self.max_bytes:
            message = await receive()
            dropped += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body", False):
                return

    async def _refuse(self, status: HTTPStatus, scope: Scope, receive: Receive, send: Send) -> None:
        detail = _too_large(self.max_bytes) if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE else None
        request = Request(scope)
        response = self.respond(request, http_problem(request, status, detail), {"Connection": "close"})
        await response(scope, receive, send)


def allow_upload(request: Request) -> None:
    """Let the body of this request, which is not taken yet, have as many bytes as an upload may."""
    request.scope[_IS_UPLOAD] = True


def _too_large(limit: int) -> str:
    return f"this request may have {limit} bytes; send fewer files at a time, or a smaller one"
