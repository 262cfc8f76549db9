"""What every benchmark gives: tables for people, and the same as JSON with the machine that it was measured on."""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid

from benchmarks.machine import load_average, machine_facts

DEFAULT_FOLDER = Path("benchmark-results")

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; a None is shown as a dash."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One run of one benchmark. `notes` say what must be known to read the tables; `details` go into the JSON alone."""

    benchmark: str
    options: Mapping[str, Cell]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


def arguments(benchmark: str, description: str | None) -> argparse.ArgumentParser:
    """A parser with what all benchmarks take: where the JSON goes."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{benchmark}", description=(description or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="the JSON file to write")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help="the folder for it when --json is not given")
    return parser


def positive(text: str) -> int:
    """A whole number above 0, for `type=` of an argument."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def stated(options: argparse.Namespace) -> dict[str, Cell]:
    """The options that a report repeats."""
    return {
        name: value if isinstance(value, int | float) else str(value)
        for name, value in vars(options).items()
        if name not in {"json", "out"} and value is not None
    }


def publish(report: Report, options: argparse.Namespace) -> Path:
    """Print the tables and write the JSON; returns where it went."""
    console = Console(width=120, highlight=False)
    for table in report.tables:
        console.print(_grid(table))
    for note in report.notes:
        console.print(note, markup=False)
    path: Path = options.json or options.out / f"{report.benchmark}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = asdict(report) | {"machine": machine_facts()}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    console.print(f"{path} · load average {load_average()}\n", markup=False)
    return path


@contextmanager
def scratch_folder(options: argparse.Namespace) -> Iterator[Path]:
    """A folder beside the results, on their disk and not in memory, removed at the end."""
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out, prefix="scratch-") as folder:
        yield Path(folder)


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile in milliseconds, each a value that was measured."""
    ordered = sorted(seconds)
    middle, late = (ordered[int(part * (len(ordered) - 1) + 0.5)] for part in (0.5, 0.95))
    return round(1000 * middle, 2), round(1000 * late, 2)


def share(part: float, whole: float) -> str:
    """A percentage with one decimal; a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _grid(table: Table) -> Grid:
    grid = Grid(title=table.title, title_justify="left", box=SIMPLE_HEAD)
    for place, column in enumerate(table.columns):
        grid.add_column(column, justify="right" if place else "left", no_wrap=not place)
    for row in table.rows:
        grid.add_row(*("-" if cell is None else str(cell) for cell in row))
    return grid
