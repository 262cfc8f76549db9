"""The sheets of a file, whatever it calls itself: .xlsx, .xls, HTML saved as .xls, CSV in any of the encodings that are used for it."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, load_workbook

from models.errors import FileTooLarge, LockedFile, UnreadableFile, UnsupportedMediaType

Cell = str | float | None
"""A text, a number that its program kept as a quantity, or nothing. Days and times are texts in ISO form."""

MOST_ROWS = 1_100_000
"""A worksheet has at most 1,048,576."""
MOST_COLUMNS = 500
MOST_UNFOLDED = 1_000_000_000
"""Bytes that a workbook may unfold to. 100,000 invoices of 19 columns unfold to 0.1 GB (measured)."""
_LONGEST_CELL = 32_767
"""Characters; what a worksheet takes."""
_ANEW = "export it anew as .xlsx or .csv, a month at a time where it is long"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"\s*(?:<!doctype html|<html|<head|<meta|<table|<style)", re.IGNORECASE)
_DELIMITERS = ",\t;|"


class Row(NamedTuple):
    """One row; `number` from 1, as the program that shows the table counts."""

    number: int
    cells: tuple[Cell, ...]


class Sheet(NamedTuple):
    """One table of a file: its rows in order, those that are empty left out."""

    name: str
    rows: Iterator[Row]


def sheets(content: bytes) -> Iterator[Sheet]:
    """Every sheet, in order; the rows of one are to be taken before the next.

    Formulas count for the value that their program kept; nothing is ever calculated.

    Raises:
        UnsupportedMediaType, UnreadableFile, LockedFile, FileTooLarge: the message says what to do.
    """
    if content.startswith(b"PK\x03\x04"):
        _bound(content)
        yield from _of_workbook(content)
    elif content.startswith(_COMPOUND):
        yield from _of_workbook(content)
    elif _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        yield from _of_markup(_decoded(content))
    elif content.startswith((b"%PDF", b"\xff\xd8\xff", b"\x89PNG")):
        raise UnsupportedMediaType("The file is a picture or a PDF, no table: " + _ANEW)
    else:
        yield Sheet("", _of_csv(_decoded(content)))


def _bound(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as unfolded:
            members = unfolded.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile(f"The workbook is damaged or cut off ({type(error).__name__}): {_ANEW}") from error
    size = sum(member.file_size for member in members)
    if size > MOST_UNFOLDED or len(members) > 10_000:
        raise FileTooLarge(f"The workbook unfolds to {size:,} bytes, at most {MOST_UNFOLDED:,} are taken: {_ANEW}", size=size)


def _of_workbook(content: bytes) -> Iterator[Sheet]:
    try:
        workbook = load_workbook(io.BytesIO(content))
    except PasswordError as error:
        raise LockedFile("The workbook has a password: save it without one and send that") from error
    except (CalamineError, OSError, ValueError) as error:
        if content.startswith(_COMPOUND) and b"E\x00n\x00c\x00r\x00y\x00p\x00t" in content:
            raise LockedFile("The workbook has a password: save it without one and send that") from error
        raise UnreadableFile(f"The file is no workbook that can be read: {_ANEW}") from error
    for place, name in enumerate(workbook.sheet_names):
        yield Sheet(name, _numbered(_worksheet(workbook, place)))


def _worksheet(workbook: CalamineWorkbook, place: int) -> Iterator[list[Cell]]:
    try:
        sheet = workbook.get_sheet_by_index(place)
        if sheet.total_width > MOST_COLUMNS or sheet.total_height > MOST_ROWS:
            raise FileTooLarge(f"A sheet has {sheet.total_height:,} rows of {sheet.total_width:,} columns: {_ANEW}")
        for row in sheet.iter_rows():
            yield [_cell(value) for value in row]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(f"A sheet of the workbook cannot be read: {_ANEW}") from error


def _cell(value: object) -> Cell:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return float(value)
        case datetime():
            return value.isoformat(" ", "seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _numbered(rows: Iterable[list[Cell]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise FileTooLarge(f"The table has more than {MOST_ROWS:,} rows: {_ANEW}")
        kept = [cell[:_LONGEST_CELL] if isinstance(cell, str) else cell for cell in cells[:MOST_COLUMNS]]
        while kept and kept[-1] in ("", None):
            kept.pop()
        if kept:
            yield Row(number, tuple(None if cell == "" else cell for cell in kept))


def _decoded(content: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or GB18030; the first that fits every byte."""
    has_mark = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if has_mark else ["utf-8-sig", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnsupportedMediaType(f"The file is neither a workbook nor text in UTF-8 or GB18030: {_ANEW}")


def _of_csv(text: str) -> Iterator[Row]:
    head = text[:20_000].splitlines()[:30]
    delimiter = max(_DELIMITERS, key=lambda one: max((line.count(one) for line in head), default=0))
    csv.field_size_limit(1_000_000)
    try:
        rows: Iterator[list[Cell]] = ([*row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        yield from _numbered(rows)
    except csv.Error as error:
        raise UnreadableFile(f"The text is no table ({error}): {_ANEW}") from error


class _Tables(HTMLParser):
    """Collects the rows of all tables; a cell that spans several columns is followed by empty ones."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[Cell]] = []
        self._text: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            self._text = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), MOST_COLUMNS) if span.isascii() and span.isdigit() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._text is None:
            return
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        row += [" ".join("".join(self._text).split()), *[None] * (self._span - 1)]
        # No more is held of a row than counts, however many cells span however many columns.
        del row[MOST_COLUMNS:]
        self._text = None


def _of_markup(text: str) -> Iterator[Sheet]:
    tables = _Tables()
    tables.feed(text)
    tables.close()
    yield Sheet("", _numbered(tables.rows))
