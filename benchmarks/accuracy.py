"""How much is read right, and whether anything is silently wrong: there must be nothing.

`python -m benchmarks.accuracy [--count N] [--seed N]` draws documents; `--labels DIR --files DIR` takes any labelled set. Exit code 1
when anything was silently wrong.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.labelled import LabelledFile, drawn_files, labelled_files
from benchmarks.report import Cell, Report, Table, arguments, positive, publish, share, stated
from benchmarks.scoring import KEY_FIELDS, Score, paired
from models.errors import PiaogenError
from models.invoice import Invoice
from models.reading import Reading
from models.verification import Verdict
from ocr_service.composition import build_reader
from ocr_service.logs import log_to_stderr
from ocr_service.settings import read_settings
from ocr_service.stages.intake import IntakeStage, Upload

FIELD_COLUMNS = ("field", "printed", "exact", "missed", "wrong", "invented", "silent")
KIND_COLUMNS = ("kind", "invoices", "kind right", "accepted", "needs_review", "unread", "printed", "exact", "silent")
ITEM_COLUMNS = ("items", "printed", "exact", "missed", "wrong", "invented")

Read = Callable[[LabelledFile], Reading]


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("accuracy", __doc__)
    parser.add_argument("--count", type=positive, default=24, help="documents to draw")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--labels", type=Path, help="a folder of labels, instead of drawing")
    parser.add_argument("--files", type=Path, help="the folder of the files that they speak of")
    options = parser.parse_args(given)
    if (options.labels is None) != (options.files is None):
        parser.error("--labels and --files belong together")
    log_to_stderr()
    score, report = measure(_documents(options), _reader(), stated(options))
    publish(report, options)
    return 1 if score.silent else 0


def measure(documents: Iterable[LabelledFile], read: Read, options: dict[str, Cell]) -> tuple[Score, Report]:
    """Read every document and score it; a file that is refused or cannot be read counts as nothing found."""
    score, failures, files, stages = Score(), Counter[str](), 0, Counter[str]()
    for document in documents:
        files += 1
        try:
            reading = read(document)
        except PiaogenError as error:
            failures[error.code] += 1
            invoices: tuple[Invoice, ...] = ()
        else:
            invoices = reading.invoices
            stages.update({name: round(milliseconds) for name, milliseconds in reading.timings_ms.items()})
        # A page without an invoice gives one that says so: nothing was invented.
        found = [invoice for invoice in invoices if invoice.verdict is not Verdict.UNREAD or len(invoices) == 1]
        for pair in paired(document.invoices, found):
            score.add(document.name, pair, document.uncertain)
    return score, _report(score, failures, files, stages, options)


def _documents(options: argparse.Namespace) -> Iterable[LabelledFile]:
    return drawn_files(options.count, options.seed) if options.labels is None else labelled_files(options.labels, options.files)


def _reader() -> Read:
    reader, intake = build_reader(read_settings()), IntakeStage()
    return lambda document: reader.read(intake.run(Upload(document.content, document.name)))


def _report(score: Score, failures: Counter[str], files: int, stages: Counter[str], options: dict[str, Cell]) -> Report:
    sums = {
        "key fields": Counter({column: score.total(column, KEY_FIELDS) for column in FIELD_COLUMNS}),
        "all fields": Counter({column: score.total(column) for column in FIELD_COLUMNS}),
    }
    invoices, right = (sum(counts[what] for counts in score.kinds.values()) for what in ("invoices", "kind right"))
    key_printed, printed = score.total("printed", KEY_FIELDS), score.total("printed")
    notes = (
        f"{files} files, {invoices} invoices · kinds {right}/{invoices}",
        f"key fields exact {score.total('exact', KEY_FIELDS)}/{key_printed} ({share(score.total('exact', KEY_FIELDS), key_printed)})"
        f" · all fields {score.total('exact')}/{printed} ({share(score.total('exact'), printed)})"
        f" · item rows {score.rows['exact']}/{score.rows['printed']} ({share(score.rows['exact'], score.rows['printed'])})",
        f"invoices read that are not there: {dict(score.spurious) or 0} · files refused or failed: {dict(failures) or 0}",
        f"silently wrong: {score.silent}",
        *(f"SILENT {wrong.file} {wrong.field}: printed {wrong.printed!r}, read {wrong.read!r}" for wrong in score.mistakes if wrong.silent),
    )
    details: dict[str, object] = {
        "mistakes": [mistake._asdict() for mistake in score.mistakes],
        "failures": dict(failures),
        "stage_ms_a_file": {name: round(total / files) for name, total in stages.items()},
    }
    tables = (
        _table("Fields", FIELD_COLUMNS, score.fields | sums),
        _table("Kinds", KIND_COLUMNS, dict(sorted(score.kinds.items()))),
        _table("Line items", ITEM_COLUMNS, {"rows": score.rows, "cells": score.cells}),
    )
    return Report("accuracy", options, tables, notes, details)


def _table(title: str, columns: tuple[str, ...], counts: Mapping[str, Counter[str]]) -> Table:
    return Table(title, columns, tuple((name, *(row[column] for column in columns[1:])) for name, row in counts.items()))


if __name__ == "__main__":
    sys.exit(main())
