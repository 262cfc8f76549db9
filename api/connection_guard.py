"""What a connection may cost: time for its headers, a pace for what it sends and takes, and a place among the others.

Nothing here is a request yet, so nothing that the application counts or refuses has seen it.
"""

import asyncio
import json
import secrets
from http import HTTPStatus

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.error_handlers import PROBLEM_MEDIA_TYPE, http_code
from api.request_line import EscapingProtocol

_log = structlog.get_logger(__name__)


class _Refused(Exception):
    """Raised inside the parser's callbacks: the request goes no further."""


class GuardedProtocol(EscapingProtocol):
    """HTTP/1.1 that a slow, greedy or ambiguous sender cannot hold up.

    The paces are far below the slowest telephone that still works (GPRS carries about 4,000 bytes a second).
    """

    header_seconds = 20.0
    """From the first byte of a request, or from the connection, to the end of its headers."""
    header_bytes = 65_536
    """Of a request line and its headers together."""
    header_lines = 100
    window_seconds = 30.0
    """Whoever sends a body, or takes an answer, must have moved on after each window of this length."""
    least_taken_in = 30_000
    """Bytes of a body in a window, while the application waits for them."""
    least_given_out = 240_000
    """Bytes of an answer in a window, where so many are left; they wait in memory. A page with its pictures has fewer."""
    most_connections = 512
    most_connections_a_sender = 256
    """From one address; a proxy has one address."""
    most_ignored = 128 << 20
    """Bytes that are still taken, and dropped, from a sender that was answered before it had sent its body."""

    _in_headers = True
    _header_bytes = 0
    _body_bytes = 0
    _ignored_bytes = 0
    _taken = False
    _receiving: asyncio.TimerHandle | None = None
    _giving: asyncio.TimerHandle | None = None
    _refusal: tuple[HTTPStatus, str] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Let the connection in, if there is room for one more."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        mine = sum(1 for other in self.connections if isinstance(other, HttpToolsProtocol) and other.client and other.client[0] == host)
        if len(self.connections) > self.most_connections or mine > self.most_connections_a_sender:
            _log.warning("connection refused", connections=len(self.connections), of_this_sender=mine)
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections are open; try again in a moment.")
            return
        self._receiving = self.loop.call_later(self.header_seconds, self._headers_overdue)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_receiving()
        if self._giving is not None:
            self._giving.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before the end of the headers."""
        if self._receiving is None and self._in_headers:
            self._receiving = self.loop.call_later(self.header_seconds, self._headers_overdue)
        if self._in_headers:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._header_bytes > self.header_bytes and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"Request line and headers may have {self.header_bytes} bytes.")

    def on_message_begin(self) -> None:
        """What is counted for a request begins anew."""
        super().on_message_begin()
        self._body_bytes = self._ignored_bytes = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, if there is room for it."""
        super().on_header(name, value)
        taken = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if len(self.headers) > self.header_lines or taken > self.header_bytes:
            told = f"Request line and headers may have {self.header_bytes} bytes and {self.header_lines} lines."
            self._refusal = (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, told)
            raise _Refused

    def on_headers_complete(self) -> None:
        """Hand the request on, if it says once whom it is for (RFC 9112, section 3.2)."""
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            self._refusal = (HTTPStatus.BAD_REQUEST, "A request names its host once, in one Host header.")
            raise _Refused
        if self.parser.should_upgrade() and any(_announces_body(name, value) for name, value in self.headers):
            # The parser takes what follows for another protocol, or for the next request: no such body is ever whole.
            told = "Only HTTP/1.1 is spoken here: send a body without an Upgrade header (in Java, HttpClient.Version.HTTP_1_1)."
            self._refusal = (HTTPStatus.BAD_REQUEST, told)
            raise _Refused
        self._in_headers = False
        self._stop_receiving()
        self._receiving = self.loop.call_later(self.window_seconds, self._body_looked_at, 0)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count what comes of a body."""
        self._body_bytes += len(body)
        if self.cycle.response_complete:
            self._ignored_bytes += len(body)
            if self._ignored_bytes > self.most_ignored:
                self.transport.abort()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has come; the next one may begin when it likes, since idle connections are uvicorn's to close."""
        super().on_message_complete()
        self._in_headers = True
        self._header_bytes = 0
        self._stop_receiving()

    def on_response_complete(self) -> None:
        """What is left of the answer must be taken, be the connection kept or closed."""
        super().on_response_complete()
        self._watch_giving()

    def pause_writing(self) -> None:
        """More is to be given out than the other side has taken."""
        super().pause_writing()
        self._watch_giving()

    def resume_writing(self) -> None:
        """The other side took most of what waited."""
        super().resume_writing()
        self._taken = True

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser refuses, or what was refused within it."""
        status, told = self._refusal or (HTTPStatus.BAD_REQUEST, "This is no HTTP request.")
        self._refuse(status, told)

    def _should_upgrade(self) -> bool:
        """Never: a web socket would leave this guard with all it counts, and no route takes one (RFC 9110, section 7.8, lets it be)."""
        return False

    def _stop_receiving(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            self._receiving = None

    def _headers_overdue(self) -> None:
        self._receiving = None
        if self._header_bytes:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"The headers did not come within {self.header_seconds:g} seconds.")
        else:
            self.transport.close()

    def _body_looked_at(self, before: int) -> None:
        """Whether a body came on since the last look; nobody is blamed while the application does not take it."""
        waits = self.flow.read_paused or self.cycle.waiting_for_100_continue
        if not waits and self._body_bytes - before < self.least_taken_in:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"The body came too slowly: less than {self.least_taken_in} bytes in a while.")
            return
        self._receiving = self.loop.call_later(self.window_seconds, self._body_looked_at, self._body_bytes)

    def _watch_giving(self) -> None:
        left = self.transport.get_write_buffer_size()
        if left and self._giving is None:
            self._taken = False
            self._giving = self.loop.call_later(self.window_seconds, self._giving_looked_at, left)

    def _giving_looked_at(self, before: int) -> None:
        """Whether the other side took something of an answer since the last look; more of it may have been written meanwhile."""
        self._giving = None
        left = self.transport.get_write_buffer_size()
        if left and not self._taken and before - left < min(before, self.least_given_out):
            _log.warning("answer not taken", left=left)
            self.transport.abort()
            return
        self._watch_giving()

    def _refuse(self, status: HTTPStatus, told: str) -> None:
        """Answer with a problem (RFC 9457), unless an answer has begun already, and close."""
        self._stop_receiving()
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.transport.write(_problem(status, told))
        self.transport.close()
        self._watch_giving()


def _announces_body(name: bytes, value: bytes) -> bool:
    return name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 ") != b"")


def _problem(status: HTTPStatus, told: str) -> bytes:
    code, title = http_code(status)
    request_id = secrets.token_hex(8)
    problem = {"type": f"urn:piaogen:problem:{code}", "title": title, "status": int(status), "detail": told, "instance": "", "code": code}
    body = json.dumps({**problem, "request_id": request_id, "errors": []}).encode()
    lines = (
        f"HTTP/1.1 {int(status)} {status.phrase}",
        f"Content-Type: {PROBLEM_MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
        "Retry-After: 5" if status is HTTPStatus.SERVICE_UNAVAILABLE else "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body
