"""A register as a table of text (RFC 4180): UTF-8 with the mark by which spreadsheets know it.

A text that a spreadsheet would take for a formula gets an apostrophe before it, and so does one that begins with an apostrophe: whoever
reads the table takes one leading apostrophe off each cell that has one (`taken_back`) and has every text as it was. Amounts and days are
written by this program alone, and never begin with one.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

from models.export import ExportRow
from ocr_service.exports.columns import COLUMNS, Value

_GUARD = "'"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _GUARD)
"""What a cell begins with that programs take for a formula, in full width too (OWASP, CSV Injection), and the guard itself."""


def guarded(text: str) -> str:
    """A text as a cell that no program computes."""
    return _GUARD + text if text.startswith(_FORMULAS) else text


def taken_back(cell: str) -> str:
    """The text that a cell was written from."""
    return cell.removeprefix(_GUARD)


def write_table(rows: Iterable[ExportRow], path: Path, step: Callable[[int], None]) -> int:
    """Write invoices, one a line; `step` is told after each how many there are. Returns that number."""
    counted = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(column.title for column in COLUMNS)
        for counted, row in enumerate(rows, 1):
            table.writerow(_cell(column.of(row)) for column in COLUMNS)
            step(counted)
    return counted


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return guarded(value)
