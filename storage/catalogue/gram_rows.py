"""SQLite's search tables: FTS5 without content, so that a row leaves by the very pieces that it came with.

Nothing of this exists on PostgreSQL, whose trigram indexes keep themselves.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, text

from storage.catalogue.grams import kept_grams

_ADD = (
    text("INSERT INTO number_grams(rowid, number, code) VALUES (:row, :number, :code)"),
    text("INSERT INTO text_grams(rowid, text) VALUES (:row, :text)"),
)
_REMOVE = (
    text("INSERT INTO number_grams(number_grams, rowid, number, code) VALUES ('delete', :row, :number, :code)"),
    text("INSERT INTO text_grams(text_grams, rowid, text) VALUES ('delete', :row, :text)"),
)
_EMPTY = (
    text("INSERT INTO number_grams(number_grams) VALUES ('delete-all')"),
    text("INSERT INTO text_grams(text_grams) VALUES ('delete-all')"),
)


class Findable(NamedTuple):
    """What of an invoice's row can be found by its parts."""

    row: int
    number_key: str | None
    code_key: str
    text: str


def add_grams(connection: Connection, rows: Sequence[Findable]) -> None:
    """Make numbers, codes and texts findable."""
    _run(connection, _ADD, rows)


def remove_grams(connection: Connection, rows: Sequence[Findable]) -> None:
    """Take back what `add_grams` did with the same values."""
    _run(connection, _REMOVE, rows)


def empty_grams(connection: Connection) -> None:
    """Empty the search tables at once."""
    if connection.dialect.name == "sqlite":
        for statement in _EMPTY:
            connection.execute(statement)


def _run(connection: Connection, statements: tuple[TextClause, TextClause], rows: Sequence[Findable]) -> None:
    if connection.dialect.name != "sqlite" or not rows:
        return
    numbers, page = statements
    keys = [{"row": row.row, "number": kept_grams(row.number_key or ""), "code": kept_grams(row.code_key)} for row in rows]
    connection.execute(numbers, keys)
    connection.execute(page, [{"row": row.row, "text": kept_grams(row.text)} for row in rows])
