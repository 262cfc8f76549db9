"""How a server fares while it is attacked: whether it answers at once, what it holds, whether others hand in undisturbed."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx

from benchmarks.report import Cell
from benchmarks.server_process import ServerProcess
from benchmarks.uploads import small_pictures

_EVERY = 0.05
_UPLOAD_EVERY = 1.0
_RESIDENT_EVERY = 0.2
COLUMNS = (
    "asked",
    "p50 ms",
    "p99 ms",
    "most ms",
    "silent",
    "MiB at most",
    "others' uploads",
    "given back",
    "refused",
    "p95 ms",
    "most ms ",
)
MOST_P99_MS, MOST_MEGABYTES = 200.0, 400


@dataclass(slots=True)
class Pulse:
    """What was measured: seconds of each answer of `/livez`, MiB of the server's process, what became of an honest sender's files."""

    seconds: list[float] = field(default_factory=list)
    silent: int = 0
    megabytes: list[int] = field(default_factory=list)
    uploads: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def row(self) -> tuple[Cell, ...]:
        """The cells of COLUMNS."""
        alive = tuple(_milliseconds(self.seconds, part) for part in (0.5, 0.99, 1.0))
        others = (len(self.uploads), self.outcomes["given back"], self.outcomes["refused"])
        late = tuple(_milliseconds(self.uploads, part) for part in (0.95, 1.0))
        return (len(self.seconds), *alive, self.silent, max(self.megabytes, default=0), *others, *late)

    @property
    def is_sound(self) -> bool:
        """Whether it kept to the bounds."""
        quick = _milliseconds(self.seconds, 0.99) <= MOST_P99_MS
        return quick and not self.silent and max(self.megabytes, default=0) <= MOST_MEGABYTES and not self.outcomes["refused"]


@contextmanager
def pulse_of(server: ServerProcess, headers: dict[str, str], seed: int) -> Iterator[Pulse]:
    """Measure until the block ends."""
    pulse, done = Pulse(), threading.Event()
    tasks = (
        threading.Thread(target=_ask, args=(server.url, pulse, done)),
        threading.Thread(target=_weigh, args=(server, pulse, done)),
        threading.Thread(target=_hand_in, args=(server.url, headers, pulse, done, seed)),
    )
    for task in tasks:
        task.start()
    try:
        yield pulse
    finally:
        done.set()
        for task in tasks:
            task.join()


def _ask(url: str, pulse: Pulse, done: threading.Event) -> None:
    with httpx.Client(base_url=url, timeout=30) as client:
        while not done.wait(_EVERY):
            begun = time.perf_counter()
            try:
                well = client.get("/livez").status_code == httpx.codes.OK
            except httpx.TransportError:
                well = False
            pulse.silent += not well
            pulse.seconds.append(time.perf_counter() - begun)


def _weigh(server: ServerProcess, pulse: Pulse, done: threading.Event) -> None:
    while not done.wait(_RESIDENT_EVERY):
        try:
            status = (Path("/proc") / str(server.pid) / "status").read_text(encoding="ascii")
        except OSError:
            continue
        pulse.megabytes += [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmRSS:")]


def _hand_in(url: str, headers: dict[str, str], pulse: Pulse, done: threading.Event, seed: int) -> None:
    """One who hands in a small picture every second, and again when told to come back."""
    rng = random.Random(seed)
    with httpx.Client(base_url=url, timeout=90, headers=headers) as client:
        while not done.wait(_UPLOAD_EVERY):
            [content] = small_pictures(1, rng.randrange(1 << 30))
            begun = time.perf_counter()
            outcome = _sent(client, content)
            while outcome == "given back" and not done.wait(_UPLOAD_EVERY):
                pulse.outcomes[outcome] += 1
                outcome = _sent(client, content)
            pulse.outcomes[outcome] += 1
            if outcome == "taken":
                pulse.uploads.append(time.perf_counter() - begun)


def _sent(client: httpx.Client, content: bytes) -> str:
    try:
        answer = client.post("/v1/uploads", files=[("files", ("honest.jpg", content))])
    except httpx.TransportError:
        return "refused"
    if answer.status_code in {429, 503}:
        return "given back"
    if answer.status_code != httpx.codes.ACCEPTED:
        return "refused"
    [file] = answer.json()["files"]
    if file["state"] != "refused":
        return "taken"
    return "given back" if file["error"]["code"] in {"busy", "unavailable", "out_of_resources"} else "refused"


def _milliseconds(seconds: list[float], part: float) -> float:
    ordered = sorted(seconds)
    return round(1000 * ordered[int(part * (len(ordered) - 1) + 0.5)], 1) if ordered else 0.0
