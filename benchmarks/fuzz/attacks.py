"""The first three attacks on a running server: provocations, mutated files, generated requests."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import httpx2 as httpx

from benchmarks.fuzz.mutants import Mutant, mutants
from benchmarks.fuzz.provocations import FILES, RAW_REQUESTS, SHOWN_AT_ONCE, STALLED, STALLED_AT_ONCE
from benchmarks.fuzz.pulse import Pulse, pulse_of
from benchmarks.server_process import ServerProcess

_SETTINGS = {"PIAOGEN_MAX_WAITING": "200000"}
_PREVIEWS_AT_ONCE = 20
_CLIENTS = 4
_TRIES = 10
_LOOKED_AT = 10
"""Of so many mutants that were taken, the preview of one is asked for."""
MOST_FAULTS = 30


class Provoked(NamedTuple):
    """One provocation: its bytes, what the upload said after how long, and what the preview."""

    name: str
    size: int
    told: str
    seconds: float
    preview: str
    preview_seconds: float


@dataclass(slots=True)
class Answers:
    """What the server answered, and what it should not have."""

    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, what: str, status: int, text: str = "", *, told: str = "") -> None:
        """Count an answer; one of 500 and above that is not 503 is a fault."""
        with self._lock:
            self.statuses[told or str(status)] += 1
            if status >= 500 and status != httpx.codes.SERVICE_UNAVAILABLE and len(self.faults) < MOST_FAULTS:
                self.faults.append(f"{what}: {status} {text[:300]}")

    def blame(self, fault: str) -> None:
        """Note something else that is wrong."""
        with self._lock:
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(fault)


@contextmanager
def attacked(folder: Path, *, workers: int) -> Iterator[ServerProcess]:
    """A server to be attacked, everything allowed to whoever reaches it."""
    with ServerProcess(folder / "archive", folder / "server.log", workers=workers, settings=_SETTINGS) as server:
        yield server


def provoke(server: ServerProcess, seed: int, names: Sequence[str] = ()) -> tuple[list[Provoked], Answers, Pulse]:
    """Send everything that is known to hurt, one after the other and some at once."""
    answers, rows = Answers(), []
    contents = {name: FILES[name]() for name in names or FILES}
    with pulse_of(server, {}, seed) as pulse, httpx.Client(base_url=server.url, timeout=300) as client:
        with _stalled(server.url):
            for name, content in contents.items():
                rows.append(_provoked(client, name, content, answers))
        for name, request in RAW_REQUESTS.items():
            status = _raw(server.url, request)
            answers.take(name, status, told=f"{name}: {status or 'closed'}")
        if not names or SHOWN_AT_ONCE in names:
            _look_at_once(client, answers)
    return rows, answers, pulse


def _provoked(client: httpx.Client, name: str, content: bytes, answers: Answers) -> Provoked:
    begun = time.perf_counter()
    told, digest = _send(client, name, content, answers)
    uploaded = time.perf_counter()
    shown = "-"
    if digest is not None:
        answer = client.get(f"/v1/invoices/{digest}/preview")
        answers.take(f"preview of {name}", answer.status_code, answer.text if answer.is_error else "")
        shown = str(answer.status_code)
    return Provoked(name, len(content), told, round(uploaded - begun, 2), shown, round(time.perf_counter() - uploaded, 2))


def _send(client: httpx.Client, name: str, content: bytes, answers: Answers) -> tuple[str, str | None]:
    """What became of an upload, in a word for each way, and the first digest that was taken; sent again while the server is busy."""
    pause = threading.Event()
    for _ in range(_TRIES):
        try:
            answer = client.post("/v1/uploads", files=[("files", ("file", content))])
        except httpx.TransportError as error:
            answers.blame(f"{name}: no answer, {type(error).__name__}")
            return "no answer", None
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        answers.take(name, answer.status_code)
        pause.wait(1.0)
    if answer.status_code != httpx.codes.ACCEPTED:
        answers.take(name, answer.status_code, answer.text)
        return str(answer.status_code), None
    files = answer.json()["files"]
    codes = Counter(file["state"] if file["error"] is None else file["error"]["code"] for file in files)
    told = " ".join(f"{code} {count}" if len(files) > 1 else code for code, count in codes.items())
    answers.take(name, answer.status_code, told=" ".join(codes))
    return told, next((file["digest"] for file in files if file["digest"] is not None), None)


def _look_at_once(client: httpx.Client, answers: Answers) -> None:
    _, digest = _send(client, SHOWN_AT_ONCE, FILES[SHOWN_AT_ONCE](), answers)
    with ThreadPoolExecutor(_PREVIEWS_AT_ONCE) as lookers:
        for status in lookers.map(lambda _: client.get(f"/v1/invoices/{digest}/preview").status_code, range(_PREVIEWS_AT_ONCE)):
            answers.take("one of many previews", status, told=f"previews at once: {status}")


@contextmanager
def _stalled(url: str) -> Iterator[None]:
    """Many connections that begin a request and never go on."""
    with ExitStack() as held:
        for _ in range(STALLED_AT_ONCE):
            try:
                held.enter_context(_connected(url)).sendall(STALLED)
            except OSError:
                break
        yield


def _raw(url: str, request: bytes) -> int:
    """The status that a request gets, 0 when the server hangs up without one."""
    with _connected(url) as connection:
        with suppress(OSError):  # the server had read enough, and may have said so
            connection.sendall(request)
        try:
            line = connection.makefile("rb").readline(200).split()
        except OSError:
            return 0
    return int(line[1]) if len(line) > 1 else 0


def _connected(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=60)


def send_mutants(server: ServerProcess, count: int, seed: int) -> tuple[dict[str, Counter[str]], Answers, Pulse]:
    """Send mutated files by several clients at once; outcomes by format."""
    answers, outcomes = Answers(), dict[str, Counter[str]]()
    lock = threading.Lock()

    def send(mutant: Mutant) -> None:
        told, digest = _send(client, mutant.name, mutant.content, answers)
        with lock:
            of_format = outcomes.setdefault(mutant.format, Counter())
            for word in told.split():
                of_format[word] += not word.isdigit() or told == word
        if digest is not None and mutant.number % _LOOKED_AT == 0:
            answer = client.get(f"/v1/invoices/{digest}/preview")
            answers.take(
                f"preview of {mutant.name}",
                answer.status_code,
                answer.text if answer.is_error else "",
                told=f"preview {answer.status_code}",
            )

    with (
        pulse_of(server, {}, seed) as pulse,
        httpx.Client(base_url=server.url, timeout=300) as client,
        ThreadPoolExecutor(_CLIENTS) as senders,
    ):
        for begin in range(0, count, 1_000):  # so that not all of them lie in memory
            list(senders.map(send, mutants(begin, min(count, begin + 1_000), seed)))
    return outcomes, answers, pulse


def documents(server: ServerProcess) -> dict[str, int]:
    """How many documents are in which state by now."""
    states: dict[str, int] = {}
    for line in httpx.get(f"{server.url}/metrics", timeout=60).text.splitlines():
        if line.startswith("piaogen_documents{"):
            states[line.split('"')[1]] = int(float(line.rpartition(" ")[2]))
    return states


def wait_until_read(server: ServerProcess, least: int, seconds: float) -> dict[str, int]:
    """Let the workers read so many documents, or for so long; the states then."""
    end, pause = time.monotonic() + seconds, threading.Event()
    states = documents(server)
    while time.monotonic() < end and _read(states) < least and states.get("queued", 0) + states.get("running", 0):
        pause.wait(1.0)
        states = documents(server)
    return states


def _read(states: dict[str, int]) -> int:
    return sum(states.get(state, 0) for state in ("done", "needs_review", "unread"))
