"""What every benchmark gives: tables for people, and the same as JSON with the machine that it was measured on."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

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


def names_among(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """For `type=` of an argument: known names parted by commas, `none` for none of them."""

    def names(text: str) -> tuple[str, ...]:
        given = () if text == "none" else tuple(text.split(","))
        if unknown := [name for name in given if name not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is not among {', '.join(known)}")
        return given

    return names


def stated(options: argparse.Namespace) -> dict[str, Cell]:
    """The options that a report repeats."""
    return {
        name: value if isinstance(value, int | float) else ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in vars(options).items()
        if name not in {"json", "out"} and value is not None
    }


def publish(report: Report, options: argparse.Namespace) -> Path:
    """Print the tables and write the JSON; returns where it went."""
    for table in report.tables:
        sys.stdout.write(markdown(table) + "\n")
    facts = machine_facts()
    stated_options = " · ".join(f"{name} {value}" for name, value in report.options.items())
    for note in (*report.notes, f"options: {stated_options}", f"{facts['processor']}, commit {facts['commit']}, {facts['measured_at']}"):
        sys.stdout.write(f"- {note}\n")
    path: Path = options.json or options.out / f"{report.benchmark}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = asdict(report) | {"machine": facts}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"\n{path} · load average {load_average()}\n\n")
    return path


@contextmanager
def scratch_folder(options: argparse.Namespace) -> Iterator[Path]:
    """A folder beside the results, on their disk and not in memory, removed at the end; its path is absolute, since servers that keep their
    files in it run elsewhere."""
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out, prefix="scratch-") as folder:
        yield Path(folder).absolute()


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile in milliseconds, each a value that was measured."""
    ordered = sorted(seconds)
    middle, late = (ordered[int(part * (len(ordered) - 1) + 0.5)] for part in (0.5, 0.95))
    return round(1000 * middle, 2), round(1000 * late, 2)


def share(part: float, whole: float) -> str:
    """A percentage with one decimal; a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def markdown(table: Table) -> str:
    """A table as text that is also a table of Markdown: numbers to the right, columns as wide as what stands in them."""
    cells = [table.columns, *(tuple("-" if cell is None else str(cell) for cell in row) for row in table.rows)]
    widths = [max(3, *(len(row[place]) for row in cells)) for place in range(len(table.columns))]
    ruler = [f"{'-' * (width - 1)}{':' if place else '-'}" for place, width in enumerate(widths)]
    lines = [_line(cells[0], widths), f"|{'|'.join(f' {rule} ' for rule in ruler)}|", *(_line(row, widths) for row in cells[1:])]
    return "\n".join((f"### {table.title}", "", *lines, ""))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    placed = (cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
    return f"|{'|'.join(f' {cell} ' for cell in placed)}|"
