"""What a connection may cost, tried on a real server with a short patience."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from api.connection_guard import GuardedProtocol
from tests.support.waiting import until

LARGE = 30_000_000
"""Bytes of an answer: more than the kernel's buffers hold."""


class _Impatient(GuardedProtocol):
    header_seconds = 0.3
    window_seconds = 0.3
    most_connections = 6
    most_connections_a_sender = 4


@dataclass
class _Application:
    """Takes the body and answers with its size; one path answers with more than anybody takes."""

    disconnected: int = 0
    asked: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.asked += 1
        taken = 0
        while True:
            message: Message = await receive()
            if message["type"] == "http.disconnect":
                self.disconnected += 1
                return
            taken += len(message["body"])
            if not message.get("more_body"):
                break
        body = b"x" * LARGE if scope["path"] == "/large" else b"%d" % taken
        length = str(len(body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": body})


@dataclass
class _Door:
    """A server and the way to it."""

    port: int
    application: _Application
    server: uvicorn.Server

    @contextmanager
    def connection(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as opened:
            yield opened

    def ask(self, *pieces: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to these bytes; 0 when the connection is closed without one."""
        with self.connection() as opened:
            for piece in pieces:
                opened.sendall(piece)
            return _answer(opened)


def _answer(opened: socket.socket) -> tuple[int, bytes]:
    told = opened.makefile("rb").read()
    if not told:
        return 0, b""
    head, _, body = told.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.fixture
def door() -> Iterator[_Door]:
    application = _Application()
    config = uvicorn.Config(application, http=_Impatient, lifespan="off", log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    until(lambda: server.started)
    yield _Door(listener.getsockname()[1], application, server)
    server.should_exit = True
    thread.join()


def _request(*headers: bytes, line: bytes = b"GET / HTTP/1.1") -> bytes:
    return b"\r\n".join((line, *headers, b"", b""))


HOST = b"Host: a"
CLOSE = b"Connection: close"


def _told(answer: tuple[int, bytes]) -> tuple[int, str]:
    return answer[0], json.loads(answer[1])["code"]


def test_a_request_is_answered(door: _Door) -> None:
    assert door.ask(_request(HOST, CLOSE)) == (200, b"0")


def test_headers_that_never_end_are_not_waited_for(door: _Door) -> None:
    assert _told(door.ask(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")) == (408, "request_timeout")
    assert _told(door.ask(b"GET /")) == (408, "request_timeout")
    assert door.application.asked == 0


def test_headers_that_come_byte_by_byte_are_not_waited_for(door: _Door) -> None:
    with door.connection() as opened:
        for byte in _request(HOST, b"X-Slow: " + b"a" * 10_000):
            try:
                opened.sendall(bytes([byte]))
            except OSError:
                break
            if opened.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) if _readable(opened) else b"":
                break
        assert _told(_answer(opened)) == (408, "request_timeout")


def _readable(opened: socket.socket) -> bool:
    """Whether an answer is there, looked for long enough to be slower than the server's patience in all."""
    opened.settimeout(0.01)
    try:
        return bool(opened.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        return False
    finally:
        opened.settimeout(60)


def test_a_connection_on_which_nothing_comes_is_closed(door: _Door) -> None:
    assert door.ask() == (0, b"")


def test_the_second_request_of_a_connection_has_its_own_patience(door: _Door) -> None:
    with door.connection() as opened:
        opened.sendall(_request(HOST))
        first = opened.recv(12)
        opened.sendall(b"GET / HTTP/1.1\r\n")
        told = opened.makefile("rb").read()

    assert first == b"HTTP/1.1 200"
    assert b"HTTP/1.1 408" in told


@pytest.mark.parametrize("begun", [b"", b"abc"])
def test_a_body_that_does_not_come_on_is_not_waited_for(door: _Door, begun: bytes) -> None:
    head = _request(HOST, b"Content-Length: 1000", line=b"POST / HTTP/1.1")

    assert _told(door.ask(head, begun)) == (408, "request_timeout")
    until(lambda: door.application.disconnected == 1)


def test_a_body_that_comes_on_is_taken_however_long_it_is(door: _Door) -> None:
    piece, count = b"x" * 40_000, 40
    head = _request(HOST, CLOSE, b"Content-Length: %d" % (count * len(piece)), line=b"POST / HTTP/1.1")
    with door.connection() as opened:
        opened.sendall(head)
        for _ in range(count):
            opened.sendall(piece)
            _readable(opened)
        assert _answer(opened) == (200, b"%d" % (count * len(piece)))


def test_an_answer_that_nobody_takes_is_dropped(door: _Door) -> None:
    with door.connection() as opened:
        opened.sendall(_request(HOST, CLOSE, line=b"GET /large HTTP/1.1"))
        until(lambda: door.application.asked == 1)
        until(lambda: not door.server.server_state.connections)
        assert len(opened.makefile("rb").read()) < LARGE


def test_an_answer_that_is_taken_comes_whole(door: _Door) -> None:
    status, body = door.ask(_request(HOST, CLOSE, line=b"GET /large HTTP/1.1"))

    assert (status, len(body)) == (200, LARGE)


@pytest.mark.parametrize(
    "pieces",
    [
        [_request(HOST, b"X-Large: " + b"a" * 70_000)],
        [b"GET / HTTP/1.1\r\nHost: a\r\nX-Large: ", *[b"a" * 1000] * 70],
        [_request(HOST, *[b"X-Many: a"] * 101)],
    ],
    ids=["one header", "a header that does not end", "many headers"],
)
def test_headers_that_are_too_large_are_refused(door: _Door, pieces: Sequence[bytes]) -> None:
    assert _told(door.ask(*pieces)) == (431, "headers_too_large")
    assert door.application.asked == 0


@pytest.mark.parametrize("hosts", [(), (b"Host: a", b"Host: b"), (b"Host: a", b"host: a")], ids=["none", "two", "twice"])
def test_a_request_that_does_not_say_once_whom_it_is_for_is_refused(door: _Door, hosts: Sequence[bytes]) -> None:
    assert _told(door.ask(_request(*hosts, CLOSE))) == (400, "malformed_request")
    assert door.application.asked == 0


def test_http_1_0_needs_no_host(door: _Door) -> None:
    assert door.ask(_request(line=b"GET / HTTP/1.0"))[0] == 200


@pytest.mark.parametrize("line", [b"GET", b"\x00\x01", b"GET / HTTP/9.9", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 5000])
def test_what_is_no_http_is_refused_as_a_problem(door: _Door, line: bytes) -> None:
    assert _told(door.ask(_request(line=line)))[0] == 400


def test_one_sender_does_not_take_all_connections(door: _Door) -> None:
    with ExitStack() as stack:
        for _ in range(_Impatient.most_connections_a_sender):
            stack.enter_context(door.connection()).sendall(b"G")
        until(lambda: len(door.server.server_state.connections) == _Impatient.most_connections_a_sender)

        assert _told(door.ask()) == (503, "too_many_connections")
    until(lambda: not door.server.server_state.connections)
    assert door.ask(_request(HOST, CLOSE))[0] == 200


UPGRADES = [b"websocket", b"h2c"]


@pytest.mark.parametrize("protocol", UPGRADES)
def test_a_wish_for_another_protocol_is_passed_over_and_the_guard_stays(door: _Door, protocol: bytes) -> None:
    """A web socket was counted for nobody, and held for ever."""
    upgrade = (
        b"Connection: Upgrade",
        b"Upgrade: " + protocol,
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: YWJjZGVmZ2hpamtsbW5vcA==",
    )
    with door.connection() as opened:
        opened.sendall(_request(HOST, *upgrade))
        assert opened.recv(12) == b"HTTP/1.1 200"
        opened.sendall(_request(HOST, CLOSE))
        assert b"HTTP/1.1 200" in opened.makefile("rb").read()
    assert door.application.asked == 2


@pytest.mark.parametrize("body", [b"Content-Length: 3", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("line", [b"POST / HTTP/1.1", b"CONNECT / HTTP/1.1"])
@pytest.mark.parametrize("protocol", UPGRADES)
def test_a_body_that_the_parser_would_not_take_for_one_is_refused_with_a_reason(
    door: _Door, protocol: bytes, line: bytes, body: bytes
) -> None:
    """Java's client asks for HTTP/2 so; the body was cut off, and what came later of it taken for a request."""
    told = door.ask(_request(HOST, b"Connection: Upgrade", b"Upgrade: " + protocol, body, line=line))

    assert _told(told) == (400, "malformed_request")
    assert b"HTTP_1_1" in told[1]
    assert door.application.asked == 0
