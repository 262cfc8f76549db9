"""HEAD for every route that answers GET (RFC 9110, section 9.3.2): probes and download managers ask for headers first."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OWN_HEAD = "/v1/files/"
"""Where HEAD is a route of its own, and GET is none."""

_IS_HEAD = "piaogen.head"


def is_head(scope: Scope) -> bool:
    """Whether a request that is answered as GET wants no body: what is dear to read need not be read."""
    return bool(scope.get(_IS_HEAD))


@dataclass(frozen=True, slots=True)
class HeadMiddleware:
    """Has a HEAD request answered as GET would be, without the body."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a HEAD request on as GET; anything else untouched."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith(_OWN_HEAD):
            await self.app(scope, receive, send)
            return
        started = False

        async def send_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                await send(message)
            elif not started:
                # The first piece ends the answer: a stream of events would go on for as long as a batch is read.
                started = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        asked: Scope = {**scope, "method": "GET", _IS_HEAD: True}
        try:
            await self.app(asked, receive, send_headers)
        finally:
            scope["route"] = asked.get("route")  # for the figures, which are kept by route
