"""How soon an upload is acknowledged while both cores read, and whether anything acknowledged is lost when processes are killed.

`python -m benchmarks.uploads [--clients N] [--every SECONDS] [--uploads N] [--small N] [--seal]`. A real `piaogen serve` with workers.
First pictures of 300 KB are sent by several clients at once while the workers read: by each one every so many seconds, then by each as fast
as it is answered. Then small ones are sent while the server or one of its workers is killed every few seconds (SIGKILL) and comes back;
whoever gets no answer sends again, as a phone does.
"""

import itertools
import random
import secrets
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import httpx2 as httpx

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.drawn_set import picture
from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, stated
from benchmarks.server_process import ServerProcess
from models.digest import Digest
from models.errors import IntegrityViolated
from ocr_service.composition import build_service
from ocr_service.logs import log_to_stderr
from ocr_service.settings import Settings
from storage.archive import InvoiceArchive

ACKNOWLEDGED = ("clients", "each sends", "uploads", "p50 ms", "p95 ms", "most ms", "uploads/s", "read meanwhile")
KILLED = ("uploads", "servers killed", "workers killed", "sent again", "acknowledged", "lost", "damaged", "not listed")

_T = TypeVar("_T")

_SIZE = 300_000
_PICTURES = 6
_BETWEEN_KILLS = (1.0, 4.0)
_AGAIN_SECONDS = 0.2
_COMMENT = 60_000
"""Bytes of a comment in a JPEG file; one may have 65,533."""


class Acknowledged(NamedTuple):
    """Seconds of each upload, of all of them together, and the files that the workers read meanwhile.

    A client began its next upload `every` seconds after its last one, or later when it had no answer yet; each is measured from when it
    was due.
    """

    every: float
    seconds: Sequence[float]
    wall: float
    read: int


class Survived(NamedTuple):
    """What was killed how often, how often was sent again, and of what was acknowledged how much is gone, damaged or not listed."""

    kills: Counter[str]
    again: int
    acknowledged: int
    lost: int
    damaged: int
    unlisted: int


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when something acknowledged was lost."""
    parser = arguments("uploads", __doc__)
    parser.add_argument("--clients", type=positive, default=8)
    parser.add_argument("--every", type=float, default=1.0, help="seconds from one picture of a client to its next")
    parser.add_argument("--uploads", type=positive, default=200, help="pictures of 300 KB")
    parser.add_argument("--small", type=int, default=2000, help="small pictures sent while processes are killed; 0 for none")
    parser.add_argument("--processes", type=positive, default=2, help="worker processes of the server")
    parser.add_argument("--seal", action="store_true", help="measure over a sealed archive")
    parser.add_argument("--seed", type=int, default=20260102)
    options = parser.parse_args(given)
    log_to_stderr()
    with scratch_folder(options) as folder:
        paces = (options.every, 0.0)
        sealed = {"PIAOGEN_SEAL_KEY": secrets.token_hex(32)} if options.seal else {}
        acknowledged = [
            measure(folder / f"measured-{number}", options.clients, options.uploads, every, options.processes, options.seed, sealed)
            for number, every in enumerate(paces)
        ]
        survived = survive(folder, options.clients, options.small, options.processes, options.seed) if options.small else None
    publish(report_of(options.clients, acknowledged, survived, stated(options)), options)
    return 1 if survived is not None and survived.lost + survived.damaged + survived.unlisted else 0


def measure(
    folder: Path, clients: int, count: int, every: float, processes: int, seed: int, settings: Mapping[str, str] | None = None
) -> Acknowledged:
    """Send pictures while the workers read; `settings` are PIAOGEN_ variables."""
    contents = large_pictures(count + 2 * processes, seed)
    running = ServerProcess(folder, folder.with_suffix(".log"), workers=processes, settings=settings)
    with running as server, httpx.Client(timeout=60) as client:
        for content in contents[count:]:
            _send(client, server.url, content)
        _wait_for(lambda: _figure(client, server.url, 'piaogen_queue_jobs{state="running"}') >= processes)
        before, begun = _read(client, server.url), time.perf_counter()
        seconds = _in_parallel(contents[:count], clients, lambda number, mine: _timed(server.url, mine, every, number * every / clients))
        return Acknowledged(every, seconds, time.perf_counter() - begun, _read(client, server.url) - before)


def survive(folder: Path, clients: int, count: int, processes: int, seed: int) -> Survived:
    """Send small pictures while processes are killed, then look for every one that was acknowledged."""
    archive, again = folder / "killed", itertools.count()
    server = ServerProcess(archive, folder / "killed.log", workers=processes)

    def send_all(_: int, mine: Sequence[bytes]) -> list[Digest]:
        with httpx.Client(timeout=60) as client:
            return [send(client, content) for content in mine]

    def send(client: httpx.Client, content: bytes) -> Digest:
        pause = threading.Event()
        while True:
            try:
                return _send(client, server.url, content)
            except (httpx.TransportError, httpx.HTTPStatusError):
                next(again)
                pause.wait(_AGAIN_SECONDS)

    with server, _killing(server, random.Random(seed)) as kills:
        acknowledged = _in_parallel(small_pictures(count, seed), clients, send_all)
    service = build_service(Settings(archive=str(archive)))
    kept, listed = set(service.archive.digests()), set(service.catalogue.digests())
    damaged = sum(not _is_whole(service.archive, digest) for digest in kept.intersection(acknowledged))
    service.catalogue.close()
    sent = set(acknowledged)
    return Survived(kills, next(again), len(sent), len(sent - kept), damaged, len(sent - listed))


def report_of(clients: int, acknowledged: Sequence[Acknowledged], survived: Survived | None, options: dict[str, Cell]) -> Report:
    """Both tables."""
    tables = [Table("Uploads acknowledged while the workers read", ACKNOWLEDGED, tuple(_row(clients, one) for one in acknowledged))]
    if survived is not None:
        kills = survived.kills
        rest = (survived.again, survived.acknowledged, survived.lost, survived.damaged, survived.unlisted)
        tables.append(
            Table("Uploads while processes are killed", KILLED, ((survived.acknowledged, kills["server"], kills["worker"], *rest),))
        )
    notes = (
        "acknowledged: original and record are synced to disk, the document and its job are committed, advice on the picture is given.",
    )
    return Report("uploads", options, tuple(tables), notes, {"seconds": [list(one.seconds) for one in acknowledged]})


def _row(clients: int, measured: Acknowledged) -> tuple[Cell, ...]:
    count = len(measured.seconds)
    pace = f"every {measured.every:g} s" if measured.every else "without a pause"
    most, rate = round(1000 * max(measured.seconds), 1), round(count / measured.wall, 1)
    return (clients, pace, count, *percentiles(measured.seconds), most, rate, measured.read)


def large_pictures(count: int, seed: int) -> list[bytes]:
    """So many different JPEG files of 300 KB: a few drawn pages, each with comments of its own."""
    rng = random.Random(seed)
    drawn = [encoded(picture(seed, place).image, "JPEG", quality=60) for place in range(min(count, _PICTURES))]
    return [_commented(drawn[place % len(drawn)], _SIZE, rng) for place in range(count)]


def small_pictures(count: int, seed: int) -> list[bytes]:
    """So many different JPEG files of one small drawn page."""
    rng = random.Random(seed)
    page = picture(seed, 0).image
    page.thumbnail((320, 320))
    content = encoded(page, "JPEG", quality=60)
    return [_commented(content, len(content) + 20, rng) for _ in range(count)]


def _commented(content: bytes, size: int, rng: random.Random) -> bytes:
    """The same picture with comment segments (ITU-T T.81, B.2.4.5) behind its first marker, of at least `size` bytes in all."""
    segments, missing = [], max(size - len(content), 20)
    while missing > 0:
        body = rng.randbytes(min(missing, _COMMENT))
        segments.append(b"\xff\xfe" + (len(body) + 2).to_bytes(2, "big") + body)
        missing -= len(body)
    return content[:2] + b"".join(segments) + content[2:]


@contextmanager
def _killing(server: ServerProcess, rng: random.Random) -> Iterator[Counter[str]]:
    """Kill the server or one of its workers every few seconds until the block ends; the server is started again."""
    done, kills = threading.Event(), Counter[str]()

    def kill() -> None:
        while not done.wait(rng.uniform(*_BETWEEN_KILLS)):
            if rng.random() < 0.5:
                kills["worker"] += server.kill_worker(rng.randrange(100))
            else:
                server.kill()
                server.start()
                kills["server"] += 1

    thread = threading.Thread(target=kill, name="killing")
    thread.start()
    try:
        yield kills
    finally:
        done.set()
        thread.join()


def _in_parallel(contents: Sequence[bytes], clients: int, send_all: Callable[[int, Sequence[bytes]], list[_T]]) -> list[_T]:
    """Have each client, by its number, send its share."""
    shares = [contents[number::clients] for number in range(clients)]
    with ThreadPoolExecutor(clients) as threads:
        return [answer for answers in threads.map(send_all, range(clients), shares) for answer in answers]


def _timed(url: str, contents: Sequence[bytes], every: float, first: float) -> list[float]:
    """Send these from `first` seconds on, one every so many seconds or as soon as the last one is answered; how long each took."""
    pause, seconds = threading.Event(), []
    with httpx.Client(timeout=60) as client:
        due = time.perf_counter() + first
        for content in contents:
            pause.wait(max(0.0, due - time.perf_counter()))
            _send(client, url, content)
            seconds.append(time.perf_counter() - due)
            due = due + every if every else time.perf_counter()
    return seconds


def _send(client: httpx.Client, url: str, content: bytes) -> Digest:
    """Send one picture and return the digest under which it is acknowledged; raise HTTPError when it is not."""
    answer = client.post(f"{url}/v1/uploads", files=[("files", ("scan.jpg", content, "image/jpeg"))])
    answer.raise_for_status()
    [file] = answer.json()["files"]
    return Digest.parse(file["digest"])


def _read(client: httpx.Client, url: str) -> int:
    states = ("done", "needs_review", "unread")
    return int(sum(_figure(client, url, f'piaogen_documents{{state="{state}"}}') for state in states))


def _figure(client: httpx.Client, url: str, name: str) -> float:
    lines = client.get(f"{url}/metrics").text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0.0)


def _wait_for(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not condition():
        pause.wait(_AGAIN_SECONDS)


def _is_whole(archive: InvoiceArchive, digest: Digest) -> bool:
    """Whether the original is there as it came; the archive itself holds it against its hash."""
    try:
        archive.original(digest)
    except IntegrityViolated:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
