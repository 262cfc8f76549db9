"""Statements in plain SQL that are given many values as one parameter, as JSON: SQLAlchemy takes longer to put one together than a
database to answer it."""

import json
from functools import lru_cache

from sqlalchemy import Connection, TextClause, text

from models.access import Visibility


@lru_cache(maxsize=256)
def statement(sql: str) -> TextClause:
    """One text for each shape of a question: there are some dozen."""
    return text(sql)


def values(connection: Connection, name: str, called: str) -> str:
    """A table of the whole numbers in a parameter, in its column `value`."""
    if connection.dialect.name == "sqlite":
        return f"json_each(:{name}) AS {called}"
    return f"(SELECT CAST(jsonb_array_elements_text(CAST(:{name} AS jsonb)) AS bigint) AS value) AS {called}"


def words(connection: Connection, name: str, called: str) -> str:
    """A table of the texts in a parameter, in its column `value`."""
    if connection.dialect.name == "sqlite":
        return f"json_each(:{name}) AS {called}"
    return f"(SELECT jsonb_array_elements_text(CAST(:{name} AS jsonb)) AS value) AS {called}"


def stretches(connection: Connection, name: str, called: str) -> str:
    """A table of the stretches in a parameter, in its columns `low` and `high`."""
    if connection.dialect.name == "sqlite":
        return f"(SELECT json_extract(value, '$[0]') AS low, json_extract(value, '$[1]') AS high FROM json_each(:{name})) AS {called}"
    ends = "CAST(s ->> 0 AS bigint) AS low, CAST(s ->> 1 AS bigint) AS high"
    return f"(SELECT {ends} FROM jsonb_array_elements(CAST(:{name} AS jsonb)) AS s) AS {called}"


def wall(connection: Connection, sees: Visibility) -> str:
    """What rows of `invoices`, called `i`, meet that are seen and listed, in the words of `walls`, with AND before it. See `seen`."""
    listed = "i.id NOT IN (SELECT id FROM invoices WHERE withdrawn != 0)" if connection.dialect.name == "sqlite" else "i.withdrawn = 0"
    if sees.is_whole:
        return f" AND {listed}"
    return f" AND {listed} AND i.department || '' IN (SELECT value FROM {words(connection, 'seen', 'd')})"


def seen(sees: Visibility) -> dict[str, str]:
    """The parameter of departments that are seen; nothing for whoever sees all."""
    return {} if sees.departments is None else {"seen": json.dumps(sorted(sees.departments), ensure_ascii=False)}
