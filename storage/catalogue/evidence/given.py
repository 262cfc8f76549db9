"""Statements in plain SQL that are given many values as one parameter, as JSON: SQLAlchemy takes longer to put one together than a
database to answer it."""

from functools import lru_cache

from sqlalchemy import Connection, TextClause, text


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
