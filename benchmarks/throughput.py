"""Pages a minute and CPU time a page, beside peers used plainly on the same pages in the same run.

`python -m benchmarks.throughput [--count N] [--rounds N] [--peers faster-paddle …] [--labels DIR --files DIR]`. Each reader has a process
of its own with one thread; they take turns, and the quickest round of each counts. What was found of the text that is known to be printed
stands beside it: speed must not be bought with loss.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.found_text import found_share
from benchmarks.labelled import LabelledFile, drawn_files, labels
from benchmarks.peers.environment import RACERS, ensure_environment
from benchmarks.readers import OURS, PEER_READERS, Lap, Read, ReadingProcess, is_picture
from benchmarks.report import Cell, Report, Table, arguments, positive, publish, stated

COLUMNS = ("reader", "CPU ms/page", "CPU x", "wall ms/page", "pages/min", "wall x", "text found", "start CPU s", "RSS MB", "peak MB")
PROCESS_COLUMNS = ("piaogen", "pages/min", "x")


class Race(NamedTuple):
    """The rounds of each reader, the CPU seconds that each took to load, and of each round of two processes the wall seconds."""

    laps: Mapping[str, Sequence[Lap]]
    loading: Mapping[str, float]
    two_processes: Sequence[float]


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("throughput", __doc__)
    parser.add_argument("--count", type=positive, default=8, help="pages to draw")
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--seed", type=int, default=20260102)
    parser.add_argument("--labels", type=Path, help="a folder of labels of pictures that are read beside the drawn ones")
    parser.add_argument("--files", type=Path, help="the folder of the pictures that they speak of")
    parser.add_argument("--peers", nargs="*", choices=RACERS, default=RACERS, help="whose reading to set beside ours")
    options = parser.parse_args(given)
    if (options.labels is None) != (options.files is None):
        parser.error("--labels and --files belong together")
    for name in options.peers:
        ensure_environment(name)
    files = (*drawn_files(options.count, options.seed), *_pictures(options.labels, options.files))
    race = run_race(files, options.rounds, {**OURS, **{name: PEER_READERS[name] for name in options.peers}})
    publish(report_of(race, files, stated(options)), options)
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


def report_of(race: Race, files: Sequence[LabelledFile], options: dict[str, Cell]) -> Report:
    """The figures of a race: CPU and wall of the quickest round of each reader, and how many times the last one's speed that is."""
    pages = len(files)
    cpu = {name: min(sum(lap.cpu) for lap in laps) for name, laps in race.laps.items()}
    wall = {name: min(sum(lap.wall) for lap in laps) for name, laps in race.laps.items()}
    ours, theirs = next(iter(cpu)), list(cpu)[-1]
    shares = {name: [found_share(file, text) for file, text in zip(files, laps[-1].texts, strict=True)] for name, laps in race.laps.items()}
    rows = tuple(
        (
            name,
            round(1000 * cpu[name] / pages),
            round(cpu[theirs] / cpu[name], 2),
            round(1000 * wall[name] / pages),
            round(60 * pages / wall[name], 1),
            round(wall[theirs] / wall[name], 2),
            f"{100 * sum(shares[name]) / pages:.1f} %",
            round(race.loading[name], 1),
            laps[-1].resident_mb,
            laps[-1].peak_mb,
        )
        for name, laps in race.laps.items()
    )
    two = min(race.two_processes)
    processes = (
        ("1 process x 1 thread", round(60 * pages / wall[ours], 1), 1.0),
        ("2 processes x 1 thread", round(60 * pages / two, 1), round(wall[ours] / two, 2)),
    )
    notes = (
        f"{pages} pages, {len(race.two_processes)} rounds in turns, the quickest counts; x: how many times as fast as {theirs}.",
        "CPU time is the figure to trust on a machine that others use too. 2 processes gain nothing where the cores are taken.",
        "text found: characters of the values known to be printed that stand in what was read, the mean over the pages.",
    )
    details: dict[str, object] = {
        "pages": [file.name for file in files],
        "found_by_page": shares,
        "cpu_seconds_by_page": {name: [lap.cpu for lap in laps] for name, laps in race.laps.items()},
        "wall_seconds_by_page": {name: [lap.wall for lap in laps] for name, laps in race.laps.items()},
        "two_processes_seconds": list(race.two_processes),
    }
    tables = (Table("Throughput", COLUMNS, rows), Table("Processes", PROCESS_COLUMNS, processes))
    return Report("throughput", options, tables, notes, details)


def _pictures(labelled: Path | None, files: Path | None) -> Iterator[LabelledFile]:
    """Pictures alone: the text of a PDF, an OFD or an XML file need not be read from pixels."""
    if labelled is None or files is None:
        return
    for recipe in labels(labelled, files):
        file = recipe.file()
        if is_picture(file.content):
            yield file


def _side_by_side(first: ReadingProcess, second: ReadingProcess, files: Sequence[LabelledFile]) -> float:
    begun = time.perf_counter()
    first.begin(files[::2])
    second.begin(files[1::2])
    first.end()
    second.end()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
