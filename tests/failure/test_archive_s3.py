"""S3 servers that are down, silent, overloaded or no S3 servers at all: unavailable, and never "not found"."""

import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from models.digest import Digest
from models.errors import InvalidSetting, ObjectConflict, ObjectNotFound, StoreUnavailable
from storage.s3 import S3Store

CALLS: dict[str, Callable[[S3Store], object]] = {
    "prepare": lambda store: store.prepare(),
    "put": lambda store: store.put("originals/ab/scan", b"scan", Digest.of(b"scan")),
    "get": lambda store: store.get("originals/ab/scan"),
    "stat": lambda store: store.stat("originals/ab/scan"),
    "list": lambda store: list(store.list()),
    "check_writable": lambda store: store.check_writable(),
}


def connect(port: int, read_seconds: float = 5.0) -> S3Store:
    """The region is given, so that the first request is the one under test."""
    return S3Store.connect(f"http://127.0.0.1:{port}", "key", "secret", "invoices", region="us-east-1", read_seconds=read_seconds)


class ScriptedServer(ThreadingHTTPServer):
    """Answers every request with the same status, body and claimed length; remembers what it was asked."""

    def __init__(self, status: int, body: bytes, media_type: str = "application/xml", missing: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), ScriptedAnswer)
        self.status, self.body, self.media_type, self.missing = status, body, media_type, missing
        self.asked: list[str] = []


class ScriptedAnswer(BaseHTTPRequestHandler):
    server: ScriptedServer

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self.command)
        if self.server.status:
            self.send_response(self.server.status)
            self.send_header("Content-Type", self.server.media_type)
            self.send_header("Content-Length", str(len(self.server.body) + self.server.missing))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(self.server.body)
        self.close_connection = True

    do_GET = do_HEAD = do_PUT = answer

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedServer]]:
    running: list[tuple[ScriptedServer, Thread]] = []

    def start(status: int, body: bytes = b"", **claims: object) -> ScriptedServer:
        server = ScriptedServer(status, body, **claims)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def error_body(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message><Resource>/</Resource></Error>".encode()


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_is_down_is_unavailable(call: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    with pytest.raises(StoreUnavailable, match="is its server running"):
        CALLS[call](connect(port))


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_never_answers_is_unavailable(call: str) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()

        with pytest.raises(StoreUnavailable, match="does not answer"):
            CALLS[call](connect(silent.getsockname()[1], read_seconds=0.05))


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "body", "claims"),
    [
        (503, error_body("SlowDown"), {}),
        (500, error_body("InternalError"), {}),
        (403, error_body("AccessDenied"), {}),
        (404, error_body("NoSuchBucket"), {}),
        (502, b"<html>Bad Gateway</html>", {"media_type": "text/html"}),
        (404, b"<html>Not Found</html>", {"media_type": "text/html"}),
    ],
    ids=["overloaded", "broken", "refusing", "without the bucket", "a proxy without server", "another web server"],
)
def test_a_server_that_does_not_do_its_work_is_unavailable(
    scripted: Callable[..., ScriptedServer], call: str, status: int, body: bytes, claims: dict[str, object]
) -> None:
    server = scripted(status, body, **claims)

    with pytest.raises(StoreUnavailable):
        CALLS[call](connect(server.server_port))


@pytest.mark.parametrize("call", ["put", "list"])
@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"Welcome", b""])
def test_a_web_server_that_says_yes_to_everything_is_no_s3_server(scripted: Callable[..., ScriptedServer], call: str, body: bytes) -> None:
    server = scripted(200, body, media_type="text/html")

    with pytest.raises(StoreUnavailable, match="did not answer as an S3 server"):
        CALLS[call](connect(server.server_port))


def test_only_no_such_key_is_not_found(scripted: Callable[..., ScriptedServer]) -> None:
    with pytest.raises(ObjectNotFound):
        connect(scripted(404, error_body("NoSuchKey")).server_port).get("scan")


@pytest.mark.parametrize("status", [0, 500, 503], ids=["no answer", "broken", "overloaded"])
def test_a_write_of_unknown_outcome_is_not_sent_again(scripted: Callable[..., ScriptedServer], status: int) -> None:
    """Sent again it would be refused as a duplicate of itself: the caller is told that the outcome is unknown."""
    server = scripted(status, error_body("InternalError"))

    with pytest.raises(StoreUnavailable):
        CALLS["put"](connect(server.server_port))

    assert server.asked == ["PUT"]


def test_an_object_that_breaks_off_is_unavailable(scripted: Callable[..., ScriptedServer]) -> None:
    server = scripted(200, b"half of a sc", missing=10)

    with pytest.raises(StoreUnavailable):
        connect(server.server_port).get("scan")


def test_a_server_that_refuses_every_write_as_concurrent_is_given_up(scripted: Callable[..., ScriptedServer]) -> None:
    class Contended(ScriptedAnswer):
        def answer(self) -> None:
            self.server.status, self.server.body = (
                (409, error_body("ConditionalRequestConflict")) if self.command == "PUT" else (404, error_body("NoSuchKey"))
            )
            super().answer()

        do_GET = do_HEAD = do_PUT = answer

    server = scripted(404)
    server.RequestHandlerClass = Contended

    with pytest.raises(StoreUnavailable, match="neither takes nor has"):
        CALLS["put"](connect(server.server_port))

    assert server.asked == ["PUT", "GET"] * 3


@pytest.mark.parametrize(("kept", "error"), [(b"scan", None), (b"other", ObjectConflict)])
def test_a_refused_write_is_settled_by_what_the_server_has(
    scripted: Callable[..., ScriptedServer], kept: bytes, error: type[Exception] | None
) -> None:
    class Full(ScriptedAnswer):
        def answer(self) -> None:
            self.server.status, self.server.body = (412, error_body("PreconditionFailed")) if self.command == "PUT" else (200, kept)
            super().answer()

        do_GET = do_HEAD = do_PUT = answer

    server = scripted(200)
    server.RequestHandlerClass = Full

    if error is None:
        assert CALLS["put"](connect(server.server_port)) is False
    else:
        with pytest.raises(error):
            CALLS["put"](connect(server.server_port))


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "localhost:8333",
        "ftp://host",
        "http://",
        "http://host/path",
        "http://user:word@host",
        "http://host?x=1",
        "http://host:port",
        "file:///x",
        "http://[::1",
    ],
)
def test_endpoints_that_are_none_are_refused(endpoint: str) -> None:
    with pytest.raises(InvalidSetting):
        S3Store.connect(endpoint, "key", "secret", "invoices")


@pytest.mark.parametrize("bucket", ["", "a", "发票", "a/b", "x" * 64, "a..b"])
def test_bucket_names_that_are_none_are_refused(bucket: str) -> None:
    with pytest.raises(InvalidSetting):
        S3Store.connect("http://127.0.0.1:1", "key", "secret", bucket)


@pytest.mark.parametrize("prefix", ["a//b", "../a", "发票", "a b"])
def test_prefixes_that_cannot_be_kept_are_refused(prefix: str) -> None:
    with pytest.raises(InvalidSetting):
        S3Store.connect("http://127.0.0.1:1", "key", "secret", "invoices", prefix)


@pytest.mark.parametrize(("access_key", "secret_key"), [("", "secret"), ("key", "")])
def test_keys_that_are_empty_are_refused(access_key: str, secret_key: str) -> None:
    with pytest.raises(InvalidSetting, match="PIAOGEN_S3_ACCESS_KEY"):
        S3Store.connect("http://127.0.0.1:1", access_key, secret_key, "invoices")
