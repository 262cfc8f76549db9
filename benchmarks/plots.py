"""Draws what the benchmarks measured: `python -m benchmarks.plots [--results DIR] [--docs DIR]`.

`reading-cpu.png` and `reading-errors.png` come from `throughput.json`, `find-latency.png` from every `search*.json`, one for each size of
catalogue (`python -m benchmarks.search --rows N --json DIR/search-N.json`). What was not measured is not drawn.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median_high
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.report import DEFAULT_FOLDER

_OURS, _THEIRS = "#1f6f50", "#9aa5ad"
_SIZE = (7.0, 3.6)
"""Inches; at 120 dots per inch as wide as a column of text on a page."""
_DPI = 120

Result = Mapping[str, Any]
"""The JSON that a benchmark wrote."""


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when there was nothing to draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plots", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--results", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help="where the benchmarks wrote their JSON")
    parser.add_argument("--docs", type=Path, default=Path("docs"), metavar="DIR", help="where the pictures go")
    options = parser.parse_args(given)
    drawn = plots(options.results)
    options.docs.mkdir(parents=True, exist_ok=True)
    for name, figure in drawn.items():
        figure.savefig(options.docs / name, dpi=_DPI)
        sys.stdout.write(f"{options.docs / name}\n")
    return 0 if drawn else 1


def plots(results: Path) -> dict[str, Figure]:
    """A picture by name for everything that was measured."""
    drawn: dict[str, Figure] = {}
    race = results / "throughput.json"
    if race.is_file():
        result = _read(race)
        drawn |= {"reading-cpu.png": cpu_by_reader(result), "reading-errors.png": errors_against_cpu(result)}
    searches = [_read(path) for path in sorted(results.glob("search*.json"))]
    if searches:
        drawn["find-latency.png"] = latency_by_size(searches)
    return drawn


def cpu_by_reader(race: Result) -> Figure:
    """CPU time a page of each reader, as bars."""
    figure, axes = _axes()
    cpu = _cpu(race)
    bars = axes.barh(list(cpu), list(cpu.values()), color=[_colour(name) for name in cpu])
    axes.bar_label(bars, fmt="{:.0f}", padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set_xlabel("CPU milliseconds a page, one thread (less is better)")
    axes.set_title(_where(race), fontsize="small")
    return figure


def errors_against_cpu(race: Result) -> Figure:
    """Character errors of each reader against its CPU time, as points; the best place is at the lower left."""
    figure, axes = _axes()
    seen, cpus = race["details"]["found_by_page"], _cpu(race)
    totals = {name: [sum(page[place] for page in seen[name]) for place in (0, 1)] for name in cpus}
    shares = {name: 1000 * errors / max(1, characters) for name, (errors, characters) in totals.items()}
    near = 0.2 * max(cpus.values())
    for name, cpu in cpus.items():
        axes.scatter(cpu, shares[name], color=_colour(name), s=50)
        # Where another point stands above, its name needs the room between the two.
        is_below = any(shares[other] > shares[name] and abs(cpus[other] - cpu) < near for other in cpus)
        axes.annotate(name, (cpu, shares[name]), xytext=(6, -12 if is_below else 4), textcoords="offset points", fontsize="small")
    # Room for the names comes first: a limit that is set keeps both ends where they are then.
    axes.margins(x=0.2, y=0.15)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("CPU milliseconds a page, one thread")
    axes.set_ylabel("errors in 1,000 characters")
    axes.set_title(_where(race), fontsize="small")
    return figure


def latency_by_size(searches: Sequence[Result]) -> Figure:
    """How long the slowest and the middle kind of question take at the 95th percentile, by invoices in the catalogue."""
    figure, axes = _axes()
    kinds: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for search in searches:
        for row in _rows(search, "Search"):
            kinds[row["database"]][search["options"]["rows"]].append(row["p95 ms"])
    for place, (database, sizes) in enumerate(sorted(kinds.items())):
        rows = sorted(sizes)
        worst, middle = [max(sizes[size]) for size in rows], [median_high(sizes[size]) for size in rows]
        axes.plot(rows, worst, "o-", color=f"C{place}", label=f"{database}, slowest kind of question")
        axes.plot(rows, middle, "o--", color=f"C{place}", label=f"{database}, middle kind")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("invoices in the catalogue")
    axes.set_ylabel("95th percentile, ms")
    figure.legend(fontsize="small", loc="outside lower center", ncols=2)
    axes.set_title(_where(searches[-1]), fontsize="small")
    return figure


def _axes() -> tuple[Figure, Axes]:
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _read(path: Path) -> Result:
    result: Result = json.loads(path.read_text(encoding="utf-8"))
    return result


def _rows(result: Result, title: str) -> list[dict[str, Any]]:
    """The rows of a table by their columns."""
    table = next(table for table in result["tables"] if table["title"] == title)
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def _cpu(race: Result) -> dict[str, float]:
    return {row["reader"]: row["CPU ms/page"] for row in _rows(race, "Throughput")}


def _colour(reader: str) -> str:
    return _OURS if reader.startswith("piaogen") else _THEIRS


def _where(result: Result) -> str:
    machine = result["machine"]
    return f"{machine['processor']}, {machine['cores']} cores, commit {machine['commit']}"


if __name__ == "__main__":
    sys.exit(main())
