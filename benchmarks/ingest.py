"""A folder ingested as `piaogen ingest` does it: pages a minute, how busy the cores were and with what, and whether memory grows.

`python -m benchmarks.ingest [--count N] [--processes N] [--peer-pages N]`. The pages are drawn and damaged like those of the other
benchmarks. PaddleOCR, looped plainly over the first of the same files by one process, stands beside it.
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.labelled import LabelledFile, drawn_files
from benchmarks.metered_worker import Meter, metered_workers, meters_in
from benchmarks.readers import ReadingProcess, paddleocr
from benchmarks.report import Cell, Report, Table, arguments, positive, publish, scratch_folder, share, stated
from ocr_service.composition import build_service
from ocr_service.ingestion import ingest
from ocr_service.logs import log_to_stderr
from ocr_service.settings import Settings

COLUMNS = ("system", "pages", "pages/min", "x", "CPU ms/page", "cores busy", "not reading", "peak MB", "growth MB")
STAGE_COLUMNS = ("work", "CPU ms/page", "share")

READING = frozenset({"reading", "second_look"})
"""The stages that look at pixels for text."""
_WARM = 0.3
"""The share of a process's files after which its memory should not grow any more."""


class Ingested(NamedTuple):
    """One run: wall seconds, CPU seconds of this process (intake, archiving, waiting), the workers' meters, files by state."""

    wall: float
    own_cpu: float
    meters: Sequence[Meter]
    states: Counter[str]

    @property
    def pages(self) -> int:
        """What the workers read."""
        return sum(meter.pages for meter in self.meters)

    @property
    def cpu(self) -> float:
        """CPU seconds of everything but loading programs and engines, which a long run does once."""
        return self.own_cpu + sum(meter.whole - meter.loading for meter in self.meters)

    def work(self) -> dict[str, float]:
        """CPU seconds by kind of work; what workers do between stages is the queue, the archive and the index."""
        stages: Counter[str] = Counter()
        for meter in self.meters:
            stages.update(meter.stages)
        between = sum(meter.whole - meter.loading - sum(meter.stages.values()) for meter in self.meters)
        return {**stages, "archive, index, queue": between, "intake, original archived": self.own_cpu}


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when a page was not read."""
    parser = arguments("ingest", __doc__)
    parser.add_argument("--count", type=positive, default=200, help="pages to draw")
    parser.add_argument("--processes", type=positive, default=2)
    parser.add_argument("--seed", type=int, default=20260102)
    parser.add_argument("--peer-pages", type=int, default=20, help="pages that PaddleOCR reads; 0 for none")
    options = parser.parse_args(given)
    log_to_stderr()
    files = list(drawn_files(options.count, options.seed))
    with scratch_folder(options) as folder:
        ours = run(files, folder, options.processes)
    theirs = _looped(files[: options.peer_pages]) if options.peer_pages else None
    publish(report_of(ours, options.processes, theirs, stated(options)), options)
    return 0 if ours.states.total() == len(files) and not ours.states["unread"] else 1


def run(files: Sequence[LabelledFile], folder: Path, processes: int) -> Ingested:
    """Ingest the files into a fresh archive below `folder`."""
    scans = folder / "scans"
    scans.mkdir()
    for place, file in enumerate(files):
        (scans / f"{place:05}-{file.name}").write_bytes(file.content)
    settings = Settings(archive=str(folder / "archive"), workers=processes)
    service = build_service(settings)
    began, cpu = time.perf_counter(), time.process_time()
    states = Counter(file.state.value for file in ingest(service, settings, [scans], processes=metered_workers(folder / "meters")))
    wall, own = time.perf_counter() - began, time.process_time() - cpu
    service.catalogue.close()
    return Ingested(wall, own, meters_in(folder / "meters"), states)


def report_of(ours: Ingested, processes: int, theirs: float | None, options: dict[str, Cell]) -> Report:
    """The figures; `theirs` is how many pages a minute the peer read."""
    pages, work = max(ours.pages, 1), ours.work()
    other = sum(seconds for name, seconds in work.items() if name not in READING)
    rate = 60 * ours.pages / ours.wall
    busy = (ours.cpu + sum(meter.loading for meter in ours.meters)) / (ours.wall * processes)
    peak = max((max(meter.resident_mb, default=0.0) for meter in ours.meters), default=0.0)
    growth = max((growth_of(meter.resident_mb) for meter in ours.meters), default=0.0)
    rows: list[tuple[Cell, ...]] = [
        (
            f"piaogen ingest, {processes} processes",
            ours.pages,
            round(rate, 1),
            None if theirs is None else round(rate / theirs, 1),
            round(1000 * ours.cpu / pages),
            f"{100 * busy:.0f} %",
            share(other, ours.cpu),
            round(peak),
            round(growth),
        )
    ]
    if theirs is not None:
        rows.append(("PaddleOCR in a loop", None, round(theirs, 1), 1.0, None, None, None, None, None))
    by_work = sorted(work.items(), key=lambda entry: -entry[1])
    tables = (
        Table("Ingest", COLUMNS, tuple(rows)),
        Table("Where the CPU time went", STAGE_COLUMNS, tuple((n, round(1000 * s / pages, 1), share(s, ours.cpu)) for n, s in by_work)),
    )
    notes = (
        f"files by state: {', '.join(f'{state} {count}' for state, count in sorted(ours.states.items()))}",
        "cores busy: CPU time of all processes, starting included, against the wall time of as many cores as there are worker processes;",
        "beside others on the machine it says little. not reading: everything but the stages that look at pixels for text.",
        f"growth: the most memory that a process held after the first {100 * _WARM:.0f} % of its files, less the most before.",
    )
    details: dict[str, object] = {"wall_seconds": ours.wall, "own_cpu": ours.own_cpu, "meters": [vars(meter) for meter in ours.meters]}
    return Report("ingest", options, tables, notes, details)


def growth_of(resident_mb: Sequence[float]) -> float:
    """MiB by which the most memory held later exceeds the most that was held while a process warmed up; 0 at least."""
    warm = int(len(resident_mb) * _WARM) + 1
    return max(0.0, max(resident_mb[warm:], default=0.0) - max(resident_mb[:warm], default=0.0))


def _looped(files: Sequence[LabelledFile]) -> float:
    """Pages a minute of PaddleOCR in one process, loading left out."""
    with ReadingProcess(paddleocr) as runner:
        runner.wait()
        runner.begin(files)
        return 60 * len(files) / sum(runner.end().wall)


if __name__ == "__main__":
    sys.exit(main())
