"""What becomes of an archive in mixed use while everything around it is killed at random moments.

`python -m benchmarks.soak [--kills N | --minutes N] [--seed N]`. A real `piaogen serve` with workers over a sealed archive in two places,
the second on a real S3 server. Clients hand in, set right, have read again, look, take out and log in; audits run beside them. Meanwhile
the server, its workers, the processes that open files and the S3 server are killed (SIGKILL) and come back. At the end everything that
was acknowledged is looked for. With `--minutes` the server itself is left alive, so that its memory can be watched.
"""

import argparse
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.report import Cell, Report, Table, arguments, names_among, positive, publish, scratch_folder, stated
from benchmarks.soak.grounds import KINDS, S3, SERVER, WEIGHTS, Grounds
from benchmarks.soak.ledger import Ledger
from benchmarks.soak.people import CORRECTOR, UPLOADER, VISITOR, Person
from benchmarks.soak.verdict import Verdict, drain, judge
from ocr_service.logs import log_to_stderr

_BETWEEN_KILLS = (0.2, 2.5)
_KILLS_A_CORRECTION = 10
"""Of so many kills one waits until a document was read and corrected."""
_PATIENCE = 60.0
_BETWEEN_AUDITS = 20.0
_SAMPLE_SECONDS = 2.0
_UNAVAILABLE = 6
"""The exit code of a command that met a store which is away."""
_PARTS = 6
"""Of how many parts of the time the memory is told."""


@dataclass(slots=True)
class Memory:
    """MiB that the server's own process held, with the seconds since the beginning."""

    samples: list[tuple[float, int]] = field(default_factory=list)

    def parts(self) -> list[float | None]:
        """The median of each part of the time."""
        if not self.samples:
            return [None] * _PARTS
        end = self.samples[-1][0] + 1
        shares = [[held for at, held in self.samples if int(at * _PARTS / end) == part] for part in range(_PARTS)]
        return [median(share) if share else None for share in shares]


@dataclass(frozen=True, slots=True)
class Soaked:
    """One run: what was killed, what was done meanwhile, what the server held, and what became of it all."""

    seconds: float
    kills: dict[str, int]
    uses: dict[str, int]
    memory: Memory
    verdict: Verdict


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when anything is lost, doubled or wrong."""
    parser = arguments("soak", __doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--kills", type=positive, default=300)
    length.add_argument("--minutes", type=float, default=None, help="so long instead of a number of kills")
    parser.add_argument("--kinds", type=names_among(KINDS), default=None, metavar="KIND,…", help=f"what is killed, of {', '.join(KINDS)}")
    parser.add_argument("--workers", type=positive, default=2, help="worker processes of the server")
    parser.add_argument("--people", type=positive, default=2, help="so many that hand in, and as many that correct, and that look")
    parser.add_argument("--pause", type=float, default=0.5, metavar="SECONDS", help="the longest wait of one of them between two acts")
    parser.add_argument("--seed", type=int, default=20261130)
    options = parser.parse_args(given)
    log_to_stderr()
    with scratch_folder(options) as folder:
        soaked = soak(folder, options)
    publish(report_of(soaked, stated(options)), options)
    return 0 if soaked.verdict.is_clean else 1


def soak(folder: Path, options: argparse.Namespace) -> Soaked:
    """Use and kill, then look for everything."""
    kinds = options.kinds or tuple(kind for kind in KINDS if options.minutes is None or kind != SERVER)
    rng, ledger, memory = random.Random(options.seed), Ledger(), Memory()
    begun = time.monotonic()
    with Grounds(folder / "soak", workers=options.workers, on_s3=S3 in kinds) as grounds:
        with _in_use(grounds, ledger, memory, options, rng):
            end = None if options.minutes is None else begun + 60 * options.minutes
            _kill(grounds, ledger, kinds, options.kills, end, rng)
        grounds.settle()
        drain(grounds)
        seconds = time.monotonic() - begun
        grounds.server.stop()
        return Soaked(seconds, dict(grounds.kills), dict(ledger.uses), memory, judge(grounds, ledger))


def _kill(grounds: Grounds, ledger: Ledger, kinds: Sequence[str], kills: int, end: float | None, rng: random.Random) -> None:
    """So many kills, or until the end; between two of them something is done, and now and then something is read and set right."""
    pause = threading.Event()
    while grounds.kills.total() < kills if end is None else time.monotonic() < end:
        pause.wait(rng.uniform(*_BETWEEN_KILLS) if end is None else 10 * rng.uniform(*_BETWEEN_KILLS))
        _let_go_on(ledger, "corrections" if grounds.kills.total() % _KILLS_A_CORRECTION == 0 else "uploads")
        grounds.strike(rng.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0], rng)
        if grounds.kills.total() % 25 == 0:
            sys.stderr.write(f"{grounds.kills.total()} kills\n")


def _let_go_on(ledger: Ledger, use: str) -> None:
    """Wait until one more is acknowledged, but not for ever: on a busy machine nobody gets anything done from one kill to the next."""
    before, deadline, pause = ledger.uses[use], time.monotonic() + _PATIENCE, threading.Event()
    while ledger.uses[use] == before and time.monotonic() < deadline:
        pause.wait(0.1)


@contextmanager
def _in_use(grounds: Grounds, ledger: Ledger, memory: Memory, options: argparse.Namespace, rng: random.Random) -> Iterator[None]:
    """People at work, an auditor, and one who watches the memory, until the block ends."""
    done = threading.Event()
    tasks: list[Callable[[], None]] = [partial(_audit_now_and_then, grounds, ledger, done), partial(_watch, grounds, memory, done)]
    for acts in (UPLOADER, CORRECTOR, VISITOR):
        for number in range(options.people):
            person = Person(grounds, ledger, random.Random(rng.random()), number, options.people, (0.0, options.pause))
            tasks.append(partial(person.work, done, acts))
    threads = [threading.Thread(target=_told, args=(task, ledger), name="in use") for task in tasks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        grounds.settle()
        done.set()
        for thread in threads:
            thread.join()


def _told(task: Callable[[], None], ledger: Ledger) -> None:
    """A thread that ends by an error is a fault of the run, not silence."""
    try:
        task()
    except (AssertionError, ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        ledger.blame(f"somebody stopped: {type(error).__name__} {error}")


def _audit_now_and_then(grounds: Grounds, ledger: Ledger, done: threading.Event) -> None:
    while not done.wait(_BETWEEN_AUDITS):
        audited = grounds.command("audit", "--sample", "5")
        ledger.count("audits")
        if audited.returncode not in {0, _UNAVAILABLE}:
            ledger.blame(f"an audit meanwhile ends with {audited.returncode}: {(audited.stdout or audited.stderr)[-600:]}")


def _watch(grounds: Grounds, memory: Memory, done: threading.Event) -> None:
    begun = time.monotonic()
    while not done.wait(_SAMPLE_SECONDS):
        held = grounds.resident_megabytes()
        if held is not None:
            memory.samples.append((time.monotonic() - begun, held))


def report_of(soaked: Soaked, options: dict[str, Cell]) -> Report:
    """What was killed, what was done, what became of it."""
    verdict = soaked.verdict
    kills = tuple((kind, count) for kind, count in sorted(soaked.kills.items()))
    uses = tuple((use, count) for use, count in sorted(soaked.uses.items()))
    found = (len(verdict.lost), len(verdict.doubled), len(verdict.wrong))
    held = tuple(soaked.memory.parts())
    most = max((held for _, held in soaked.memory.samples), default=None)
    tables = (
        Table("Killed", ("process", "times"), (*kills, ("all", sum(soaked.kills.values())))),
        Table("Acknowledged meanwhile", ("use", "times"), uses),
        Table("In the archive at the end", ("what", "number"), tuple(verdict.counts.items())),
        Table("MiB of the server, median of each sixth of the time", (*(f"{n}." for n in range(1, _PARTS + 1)), "most"), ((*held, most),)),
        Table("What became of it", ("lost", "doubled", "wrong", "seconds"), ((*found, round(soaked.seconds)),)),
    )
    details = {"lost": verdict.lost, "doubled": verdict.doubled, "wrong": verdict.wrong, "megabytes": soaked.memory.samples}
    notes = tuple((*verdict.lost, *verdict.doubled, *verdict.wrong)[:20])
    return Report("soak", options, tables, notes, details)


if __name__ == "__main__":
    sys.exit(main())
