"""SQLite's search tables: FTS5 without content, so that a row leaves by the very pieces that it came with.

Nothing of this exists on PostgreSQL, whose trigram indexes keep themselves.
"""

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


def add_grams(connection: Connection, row: int, number_key: str | None, code_key: str, searchable: str) -> None:
    """Make an invoice's number, code and text findable."""
    if connection.dialect.name == "sqlite":
        _run(connection, _ADD, row, number_key, code_key, searchable)


def remove_grams(connection: Connection, row: int, number_key: str | None, code_key: str, searchable: str) -> None:
    """Take back what `add_grams` did with the same values."""
    if connection.dialect.name == "sqlite":
        _run(connection, _REMOVE, row, number_key, code_key, searchable)


def empty_grams(connection: Connection) -> None:
    """Empty the search tables at once."""
    if connection.dialect.name == "sqlite":
        for statement in _EMPTY:
            connection.execute(statement)


def _run(
    connection: Connection, statements: tuple[TextClause, TextClause], row: int, number_key: str | None, code_key: str, searchable: str
) -> None:
    numbers, page = statements
    connection.execute(numbers, {"row": row, "number": kept_grams(number_key or ""), "code": kept_grams(code_key)})
    connection.execute(page, {"row": row, "text": kept_grams(searchable)})
