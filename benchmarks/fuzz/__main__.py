"""Whether hostile files and requests cost anybody but their sender anything.

`python -m benchmarks.fuzz [--parts provocations,files,requests,parsers] [--files N] [--requests N] [--minutes N] [--seed N]`. A real
`piaogen serve` is attacked: with files and requests that are known to have hurt a service, with mutated documents of all formats, with
requests generated from its own description by people and keys of all rights. Meanwhile `/livez` is asked twenty times a second, and
somebody else hands in pictures. Then each parser of strangers' bytes is fuzzed alone, led by coverage (atheris), for so many minutes.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.fuzz.attacks import Answers, attacked, provoke, send_mutants, wait_until_read
from benchmarks.fuzz.parsers import TARGETS, fuzz_alone
from benchmarks.fuzz.pulse import COLUMNS, Pulse
from benchmarks.report import Cell, Report, Table, arguments, names_among, positive, publish, scratch_folder, stated
from ocr_service.logs import log_to_stderr

PARTS = ("provocations", "files", "requests", "parsers")
_READ_SECONDS = 600.0


class Findings:
    """The tables of all parts, and what is wrong."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.faults: list[str] = []

    def add(self, part: str, tables: Sequence[Table], answers: Answers, pulse: Pulse) -> None:
        """Take in what one part met."""
        self.tables += [*tables, Table(f"The service meanwhile: {part}", COLUMNS, (pulse.row(),))]
        self.faults += answers.faults
        if not pulse.is_sound:
            self.faults.append(f"{part}: the service was slow, large or sent others away")


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when anything is wrong."""
    parser = arguments("fuzz", __doc__)
    parser.add_argument("--parts", type=names_among(PARTS), default=PARTS, metavar="PART,…", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--files", type=positive, default=10_000, help="mutated files")
    parser.add_argument("--read", type=positive, default=200, help="so many of them, at least, are read too")
    parser.add_argument("--requests", type=positive, default=10_000, help="generated requests")
    parser.add_argument("--minutes", type=float, default=10.0, help="for each parser")
    parser.add_argument("--targets", type=names_among(tuple(TARGETS)), default=tuple(TARGETS), metavar="PARSER,…")
    parser.add_argument("--seed", type=int, default=20261130)
    options = parser.parse_args(given)
    log_to_stderr()
    findings = Findings()
    with scratch_folder(options) as folder:
        if "provocations" in options.parts:
            _provocations(folder / "provocations", options.seed, findings)
        if "files" in options.parts:
            _files(folder / "files", options.files, options.read, options.seed, findings)
        if "requests" in options.parts:
            _requests(folder / "requests", options.requests, options.seed, findings)
        if "parsers" in options.parts:
            _parsers(folder / "parsers", options.targets, options.minutes, options.seed, findings)
    findings.tables.append(Table("Wrong", ("number",), ((len(findings.faults),),)))
    publish(Report("fuzz", stated(options), tuple(findings.tables), tuple(findings.faults[:20]), {"faults": findings.faults}), options)
    return 1 if findings.faults else 0


def _provocations(folder: Path, seed: int, findings: Findings) -> None:
    folder.mkdir()
    with attacked(folder, workers=1) as server:
        rows, answers, pulse = provoke(server, seed)
        states = wait_until_read(server, 10**9, 120.0)
    columns = ("file", "bytes", "upload", "seconds", "preview", "seconds ")
    requests = tuple((told, count) for told, count in answers.statuses.items() if ": " in told)
    tables = (
        Table("Provocations", columns, tuple(tuple(row) for row in rows)),
        Table("Requests", ("request: status", "times"), requests),
        _states("Provocations after two minutes", states),
    )
    findings.add("provocations", tables, answers, pulse)


def _files(folder: Path, count: int, least: int, seed: int, findings: Findings) -> None:
    folder.mkdir()
    with attacked(folder, workers=1) as server:
        outcomes, answers, pulse = send_mutants(server, count, seed)
        states = wait_until_read(server, least, _READ_SECONDS)
    tables = (_outcomes("Mutated files", "format", outcomes), _states("Mutated files that were read by then", states))
    findings.add("files", tables, answers, pulse)


def _requests(folder: Path, count: int, seed: int, findings: Findings) -> None:
    from benchmarks.fuzz.generated import ask_everything  # noqa: PLC0415  # hypothesis and its companions take seconds to load

    folder.mkdir()
    statuses, answers, pulse = ask_everything(folder, count, seed)
    findings.add("requests", (_outcomes("Generated requests", "by", statuses),), answers, pulse)


def _parsers(folder: Path, names: Sequence[str], minutes: float, seed: int, findings: Findings) -> None:
    rows = []
    for name in names:
        alone = fuzz_alone(name, folder / name, 60 * minutes, seed)
        rows.append((name, alone.runs, alone.covered, round(alone.seconds), alone.slowest, alone.crash or "-"))
        if alone.crash:
            findings.faults.append(f"{name}: {alone.crash}")
    findings.tables.append(Table("Parsers alone", ("parser", "runs", "edges", "seconds", "slowest s", "crash"), tuple(rows)))


def _outcomes(title: str, first: str, outcomes: Mapping[str, Counter[str]]) -> Table:
    """A row for each, a column for each outcome, the commonest first."""
    total = sum(outcomes.values(), Counter[str]())
    columns = tuple(name for name, _ in total.most_common())
    listed = (*outcomes.items(), ("all", total))
    rows: list[tuple[Cell, ...]] = [(name, counted.total(), *(counted[column] for column in columns)) for name, counted in listed]
    return Table(title, (first, "in all", *columns), tuple(rows))


def _states(title: str, states: Mapping[str, int]) -> Table:
    return Table(title, ("state", "documents"), tuple(states.items()))


if __name__ == "__main__":
    sys.exit(main())
