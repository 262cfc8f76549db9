"""Pages a minute and CPU time a page, beside peers used plainly on the same pages in the same run.

`python -m benchmarks.throughput [--count N] [--rounds N] [--peers faster-paddle …] [--labels DIR --files DIR] [--endure PAGES]`. Each
reader has a process of its own with one thread; they take turns, and the quickest round of each counts. What each misread of the text that
is known to be printed stands beside it: speed must not be bought with loss.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.found_text import Found, found, total
from benchmarks.labelled import LabelledFile
from benchmarks.peers.environment import RACERS, ensure_environment
from benchmarks.race_pages import PAGE_WIDTH, RacePage, drawn_pages, labelled_pages
from benchmarks.readers import OURS, PEER_READERS, Lap, Read, ReadingProcess
from benchmarks.report import Cell, Report, Table, arguments, positive, publish, stated

COLUMNS = (
    "reader",
    "CPU ms/page",
    "CPU x",
    "wall ms/page",
    "drawn: errors",
    "keys",
    "labelled: errors",
    "keys ",
    "start CPU s",
    "RSS MB",
    "peak MB",
)
PROCESS_COLUMNS = ("reader", "pages/min", "x")
MEMORY_COLUMNS = ("pages read", "RSS MB", "peak MB")

_MEASURED_EVERY = 50
"""Pages between two looks at the memory."""


class Race(NamedTuple):
    """The rounds of each reader, the CPU seconds that each took to load, and of each round of two processes the wall seconds."""

    laps: Mapping[str, Sequence[Lap]]
    loading: Mapping[str, float]
    two_processes: Sequence[float]


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("throughput", __doc__)
    parser.add_argument("--count", type=positive, default=8, help=f"pages to draw, {PAGE_WIDTH} pixels wide")
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--seed", type=int, default=20260102)
    parser.add_argument("--labels", type=Path, help="a folder of labels of pictures that are read beside the drawn ones")
    parser.add_argument("--files", type=Path, help="the folder of the pictures that they speak of")
    parser.add_argument("--peers", nargs="*", choices=RACERS, default=RACERS, help="whose reading to set beside ours")
    parser.add_argument("--endure", type=int, default=0, metavar="PAGES", help="watch the memory of one worker over so many pages")
    options = parser.parse_args(given)
    if (options.labels is None) != (options.files is None):
        parser.error("--labels and --files belong together")
    for name in options.peers:
        ensure_environment(name)
    pages = [*drawn_pages(options.count, options.seed), *(labelled_pages(options.labels, options.files) if options.labels else ())]
    files = [page.file for page in pages]
    race = run_race(files, options.rounds, {**OURS, **{name: PEER_READERS[name] for name in options.peers}})
    memory = endured(files, options.endure, OURS["piaogen"]) if options.endure else ()
    publish(report_of(race, pages, stated(options), memory), options)
    return 0


def run_race(files: Sequence[LabelledFile], rounds: int, readers: Mapping[str, Callable[[], Read]]) -> Race:
    """Let the readers take turns; the first of them also runs in two processes, each with half of the files."""
    names = list(readers)
    with ExitStack() as stack:
        runners = {name: stack.enter_context(ReadingProcess(load)) for name, load in readers.items()}
        loading = {name: runner.wait() for name, runner in runners.items()}
        second = stack.enter_context(ReadingProcess(readers[names[0]]))
        second.wait()
        laps: dict[str, list[Lap]] = {name: [] for name in names}
        two_processes = []
        for turn in range(rounds):
            # Whoever goes first may find a cooler processor.
            for name in names if turn % 2 == 0 else reversed(names):
                runners[name].begin(files)
                laps[name].append(runners[name].end())
            two_processes.append(_side_by_side(runners[names[0]], second, files))
    return Race(laps, loading, two_processes)


def endured(files: Sequence[LabelledFile], pages: int, load: Callable[[], Read]) -> tuple[tuple[int, int, int], ...]:
    """The memory of one process that reads the files over and over: pages read, MB held then, and the most MB ever held."""
    row = islice(cycle(files), pages)
    measured = []
    with ReadingProcess(load) as runner:
        runner.wait()
        for begin in range(0, pages, _MEASURED_EVERY):
            some = list(islice(row, _MEASURED_EVERY))
            runner.begin(some)
            lap = runner.end()
            measured.append((begin + len(some), lap.resident_mb, lap.peak_mb))
    return tuple(measured)


def report_of(race: Race, pages: Sequence[RacePage], options: dict[str, Cell], memory: tuple[tuple[int, int, int], ...] = ()) -> Report:
    """The figures of a race: CPU and wall of the quickest round of each reader, and how many times the last one's speed that is."""
    count = len(pages)
    cpu = {name: min(sum(lap.cpu) for lap in laps) for name, laps in race.laps.items()}
    wall = {name: min(sum(lap.wall) for lap in laps) for name, laps in race.laps.items()}
    ours, theirs = next(iter(cpu)), list(cpu)[-1]
    seen = {name: [found(*page, text) for page, text in zip(pages, laps[-1].texts, strict=True)] for name, laps in race.laps.items()}
    rows = tuple(
        (
            name,
            round(1000 * cpu[name] / count),
            round(cpu[theirs] / cpu[name], 2),
            round(1000 * wall[name] / count),
            *_accuracy(pages, seen[name], typed=True),
            *_accuracy(pages, seen[name], typed=False),
            round(race.loading[name], 1),
            laps[-1].resident_mb,
            laps[-1].peak_mb,
        )
        for name, laps in race.laps.items()
    )
    speeds = {f"{theirs}, looped": wall[theirs], f"{ours}, 1 process": wall[ours], f"{ours}, 2 processes": min(race.two_processes)}
    processes = tuple((name, round(60 * count / seconds, 1), round(wall[theirs] / seconds, 2)) for name, seconds in speeds.items())
    notes = (
        f"{count} pages, {len(race.two_processes)} rounds in turns, the quickest counts; x: how many times as fast as {theirs}.",
        "CPU time is the figure to trust on a machine that others use too. 2 processes gain nothing where the cores are taken.",
        "errors: edit distance of what is printed to what was read, of so many characters; of labelled pictures only the values are known.",
        "keys: values that identify an invoice or are paid, whole in the text, of those printed.",
    )
    details: dict[str, object] = {
        "pages": [page.file.name for page in pages],
        "found_by_page": seen,
        "cpu_seconds_by_page": {name: [lap.cpu for lap in laps] for name, laps in race.laps.items()},
        "wall_seconds_by_page": {name: [lap.wall for lap in laps] for name, laps in race.laps.items()},
        "two_processes_seconds": list(race.two_processes),
    }
    tables = (Table("Throughput", COLUMNS, rows), Table(f"Beside {theirs}, one page after another", PROCESS_COLUMNS, processes))
    endurance = (Table("Memory of a worker", MEMORY_COLUMNS, memory),) if memory else ()
    return Report("throughput", options, (*tables, *endurance), notes, details)


def _accuracy(pages: Sequence[RacePage], seen: Sequence[Found], *, typed: bool) -> tuple[str | None, str | None]:
    """Errors and key values of the pages of which every line is known, or of the others; None where there are none."""
    some = [one for page, one in zip(pages, seen, strict=True) if bool(page.printed) is typed]
    if not some:
        return None, None
    sums = total(some)
    return f"{sums.errors} of {sums.characters}", f"{sums.keys} of {sums.all_keys}"


def _side_by_side(first: ReadingProcess, second: ReadingProcess, files: Sequence[LabelledFile]) -> float:
    begun = time.perf_counter()
    first.begin(files[::2])
    second.begin(files[1::2])
    first.end()
    second.end()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
