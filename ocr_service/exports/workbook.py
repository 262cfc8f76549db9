"""A register as a workbook: one sheet of invoices, one of their line items."""

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from models.errors import BadUsage
from models.export import ExportRow
from ocr_service.exports.columns import COLUMNS, ITEM_COLUMNS, Kind, Value

MOST_ROWS = 1_048_575
"""Rows of a sheet below its titles: what the format has (ECMA-376 leaves it to programs, and all of them stop there)."""
MOST_LETTERS = 32_767
"""Characters of a cell, as programs have it."""
_FIRST_DAY = date(1900, 3, 1)
"""Days before it have other numbers in one program than in another; they stand as text."""
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Sheet:
    """One sheet, written from the top down. Whatever a text looks like, it stays one: nothing is ever a formula or a link."""

    def __init__(self, workbook: "Workbook", name: str, columns: Sequence[tuple[str, Kind, float]]) -> None:
        self.rows = 0
        self._sheet = workbook.book.add_worksheet(name)
        self._kinds = tuple(kind for _, kind, _ in columns)
        self._formats = workbook.formats
        self._sheet.freeze_panes(1, 0)
        for place, (title, _, width) in enumerate(columns):
            self._sheet.set_column(place, place, width)
            self._sheet.write_string(0, place, title, workbook.bold)

    def add(self, values: Iterable[Value]) -> None:
        """Write the next row; raise BadUsage when the sheet is full."""
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise BadUsage(f"a sheet holds {MOST_ROWS} rows: narrow the filter, or take csv", field="format")
        for place, (value, kind) in enumerate(zip(values, self._kinds, strict=True)):
            self._write(place, value, kind)

    def _write(self, place: int, value: Value, kind: Kind) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Decimal):
            self._sheet.write_number(self.rows, place, float(value), self._formats.get(kind))
        elif isinstance(value, date) and value >= _FIRST_DAY:
            self._sheet.write_datetime(self.rows, place, value, self._formats[Kind.DAY])
        else:
            self._sheet.write_string(self.rows, place, str(value)[:MOST_LETTERS])


class Workbook:
    """A workbook on its way to a file; rows go to the disk as they come, so that memory stays the same however many there are."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.book: Any = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(folder)})
        self.bold = self.book.add_format({"bold": True})
        self.formats = {
            Kind.MONEY: self.book.add_format({"num_format": "#,##0.00"}),
            Kind.DAY: self.book.add_format({"num_format": "yyyy-mm-dd"}),
        }

    def let_go(self) -> None:
        """Close what rows wait in, which the library does only for a workbook that was written to its end."""
        for sheet in self.book.worksheets():
            sheet.row_data_fh.close()


@contextmanager
def workbook_at(path: Path) -> Iterator[Workbook]:
    """A workbook that is whole at the end of the block."""
    with TemporaryDirectory(dir=path.parent) as folder:
        made = Workbook(path, Path(folder))
        try:
            yield made
            made.book.close()
        except FileCreateError as error:
            raise OSError(errno.EIO, "the workbook cannot be written") from error
        finally:
            made.let_go()


def write_workbook(rows: Iterable[ExportRow], path: Path, step: Callable[[int], None]) -> int:
    """Write invoices and their line items; `step` is told after each invoice how many there are. Returns that number.

    Raises:
        BadUsage: more rows than a sheet holds.
    """
    with workbook_at(path) as workbook:
        invoices = Sheet(workbook, "发票", [(column.title, column.kind, column.width) for column in COLUMNS])
        items = Sheet(workbook, "明细", [(column.title, column.kind, column.width) for column in ITEM_COLUMNS])
        counted = 0
        for counted, row in enumerate(rows, 1):
            invoices.add(column.of(row) for column in COLUMNS)
            for item in row.items:
                items.add(column.of(row, item) for column in ITEM_COLUMNS)
            step(counted)
    return counted
