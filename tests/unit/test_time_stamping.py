"""The root of a day that is over is stamped by a real authority on loopback (`openssl ts`), and `openssl ts -verify` believes it."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from models.errors import InvalidSetting, Unavailable
from ocr_service.time_stamping import request_for, requested, stamp_closed_days
from storage.activity_log import ActivityLog
from storage.log_records import BlockName
from tests.support.logged import SetClock, an_entry
from tests.support.memory_store import MemoryStore

DAY = date(2026, 3, 2)
CONFIGURATION = """
[tsa]
default_tsa = one
[one]
dir = .
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ext]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
"""

Answer = Callable[[bytes], tuple[int, bytes]]


def openssl(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=True).stdout


class Authority(HTTPServer):
    """Answers every request by `answer`."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.answer = answer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Desk(BaseHTTPRequestHandler):
    server: Authority

    def do_POST(self) -> None:
        status, content = self.server.answer(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority's key and certificate."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(CONFIGURATION, encoding="ascii")
    (folder / "serial").write_text("01\n", encoding="ascii")
    made = ("-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem", "-days", "2", "-subj", "/CN=tests")
    openssl(folder, "req", "-x509", "-config", "tsa.cnf", "-extensions", "ext", *made)
    return folder


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Authority]]:
    """Starts authorities, and stops them at the end."""
    running: list[Authority] = []

    def start(answer: Answer) -> Authority:
        server = Authority(answer)
        running.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def authority(office: Path, serve: Callable[[Answer], Authority]) -> Authority:
    def answer(request: bytes) -> tuple[int, bytes]:
        (office / "request").write_bytes(request)
        openssl(office, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request", "-out", "answer")
        return 200, (office / "answer").read_bytes()

    return serve(answer)


@pytest.fixture
def log(store: MemoryStore) -> ActivityLog:
    """A day that is over, and one that goes on."""
    clock = SetClock()
    log = ActivityLog(store, clock)
    for _ in range(3):
        log.append(an_entry())
    clock.pass_by(days=1)
    log.append(an_entry())
    return log


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def test_openssl_believes_the_stamp_of_a_day_that_is_over(store: MemoryStore, log: ActivityLog, authority: Authority, office: Path) -> None:
    assert stamp_closed_days(store, log, authority.url) == (DAY,)

    (office / "kept").write_bytes(store.objects["stamps/2026-03-02.tsr"])
    root = log.read(BlockName(DAY, 4)).block.tree.root.hex()
    verified = openssl(office, "ts", "-verify", "-digest", root, "-in", "kept", "-CAfile", "tsa.pem")
    assert b"Verification: OK" in verified
    with pytest.raises(subprocess.CalledProcessError):
        openssl(office, "ts", "-verify", "-digest", "0" * 64, "-in", "kept", "-CAfile", "tsa.pem")


def test_a_day_is_stamped_once_and_one_that_goes_on_not_yet(store: MemoryStore, log: ActivityLog, authority: Authority) -> None:
    stamp_closed_days(store, log, authority.url)
    before = dict(store.objects)

    assert stamp_closed_days(store, log, authority.url) == ()
    assert store.objects == before


@pytest.mark.parametrize("nonce", [b"\x00" * 8, b"\x80" + b"\x00" * 7, b"\x00\x00\x7f" + b"\x01" * 5])
def test_openssl_reads_the_request(office: Path, nonce: bytes) -> None:
    (office / "asked").write_bytes(request_for(b"\xab" * 32, nonce))

    told = openssl(office, "ts", "-query", "-in", "asked", "-text").decode()

    assert ("Hash Algorithm: sha256" in told, "Certificate required: yes" in told, "ab ab ab" in told) == (True, True, True)


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: (500, b""),
        lambda request: (200, b""),
        lambda request: (200, b"<html>"),
        lambda request: (200, request),
        lambda request: (200, bytes.fromhex("30053003020102") + request),
    ],
    ids=["error", "nothing", "a page", "echo", "refused"],
)
def test_an_answer_without_a_stamp_is_not_kept(
    store: MemoryStore, log: ActivityLog, serve: Callable[[Answer], Authority], answer: Answer
) -> None:
    before = dict(store.objects)

    with pytest.raises(Unavailable, match="time stamps"):
        stamp_closed_days(store, log, serve(answer).url)
    assert store.objects == before


def test_a_stamp_of_something_else_is_not_taken(authority: Authority, serve: Callable[[Answer], Authority]) -> None:
    """An answer that was granted once, for another root, given again."""
    earlier = requested(authority.url, b"\x01" * 32)

    with pytest.raises(Unavailable):
        requested(serve(lambda request: (200, earlier)).url, b"\x02" * 32)
    with pytest.raises(Unavailable):
        requested(serve(lambda request: (200, earlier)).url, b"\x01" * 32)


def test_without_an_authority_or_with_one_that_is_away_that_is_said(store: MemoryStore, log: ActivityLog, authority: Authority) -> None:
    with pytest.raises(InvalidSetting, match="PIAOGEN_TSA_URL"):
        stamp_closed_days(store, log, "")
    with pytest.raises(Unavailable, match="PIAOGEN_TSA_URL"):
        requested("http://127.0.0.1:9/", b"\x01" * 32)
