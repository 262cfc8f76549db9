"""The sheets of a table that a child opens; their rows come in pieces and are checked like anything that a child says."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.errors import CannotBeOpened
from ocr_service.decoding.children import Children
from ocr_service.decoding.conversation import Answers, conversation, text_of

Cell = str | float | None
_MOST_BYTES = 64_000_000
"""Of 500 rows as JSON: a row of long remarks takes some kilobytes."""
_SECONDS = 60
"""Processor seconds of a child until its first rows: a workbook of 100,000 rows takes 2 (measured)."""
_TOO_MUCH = "The table takes more memory or time to open than a list of invoices: export it anew as .csv or .xlsx, a month at a time."


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One sheet: its name, and its rows with their numbers from 1."""

    name: str
    rows: Iterator[tuple[int, Sequence[Cell]]]


def tables_of(children: Children, content: bytes) -> Iterator[SheetRows]:
    """Every sheet in order; rows that were not taken are passed over.

    Raises:
        RefusedInput: as the child says.
        CannotBeOpened: opening it takes too much, or breaks the child.
    """
    answers = _answers(children, content)
    try:
        name = next((text_of(answer, "name") for answer, _ in answers if answer.get("state") == "sheet"), None)
        while name is not None:
            rows = _Rows(answers)
            yield SheetRows(name, iter(rows))
            name = rows.next_sheet()
    finally:
        answers.close()


def _answers(children: Children, content: bytes) -> Answers:
    try:
        yield from conversation(children, {"task": "tables"}, content, _MOST_BYTES, _SECONDS)
    except CannotBeOpened as error:
        raise CannotBeOpened(_TOO_MUCH) from error


class _Rows:
    """The rows of one sheet, up to where the next begins."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._next: str | None = None
        self._is_over = False

    def __iter__(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        while not self._is_over:
            found = next(self._answers, None)
            if found is None:
                self._is_over = True
            elif found[0].get("state") == "sheet":
                self._next, self._is_over = text_of(found[0], "name"), True
            else:
                yield from checked_rows(found[1])

    def next_sheet(self) -> str | None:
        for _ in self:
            pass
        return self._next


def checked_rows(told: bytes) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows that a child told; raise CannotBeOpened for anything else."""
    try:
        rows = json.loads(told)
        for number, cells in rows:
            if type(number) is not int or not all(cell is None or isinstance(cell, str | float) for cell in cells):
                raise CannotBeOpened(_TOO_MUCH)
            yield number, tuple(cells)
    except (ValueError, TypeError, RecursionError) as error:
        raise CannotBeOpened(_TOO_MUCH) from error
