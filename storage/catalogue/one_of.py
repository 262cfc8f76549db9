"""Holding a column against many values that are sent as one."""

import json
from collections.abc import Iterable
from typing import Any, Self

from sqlalchemy import ARRAY, BindParameter, Boolean, ColumnElement, Dialect, ScalarSelect, Select, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Values(TypeDecorator[list[Any]]):
    """Integers or texts: JSON on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, each: TypeEngine[Any]) -> None:
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.each))

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> str | list[Any] | None:
        return json.dumps(value) if dialect.name == "sqlite" else value


class OneOf(FunctionElement[bool]):
    """Whether a column has one of some values; thousands of them, each sent by itself, take long to be parsed.

    A statement that is built once names the parameter that will bring them.
    """

    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], values: Iterable[int | str] | str | Select[Any]) -> None:
        """Take the values, the name of the parameter that brings a list of them, or a query that gives them and is run once."""
        sent = _Values(column.type)
        if isinstance(values, Select):
            super().__init__(column, values.scalar_subquery())
        elif isinstance(values, str):
            super().__init__(column, BindParameter(values, type_=sent))
        else:
            super().__init__(column, BindParameter(None, list(values), sent, unique=True))

    def self_group(self, against: object = None) -> Self:
        """Itself: SQLAlchemy would hold a function's answer against 1, and no index serves that."""
        return self


def _is_query(element: OneOf) -> bool:
    return isinstance(list(element.clauses)[1], ScalarSelect)


@compiles(OneOf, "sqlite")
def _on_sqlite(element: OneOf, compiler: SQLCompiler, **options: object) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN {values}" if _is_query(element) else f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(OneOf, "postgresql")
def _on_postgresql(element: OneOf, compiler: SQLCompiler, **options: object) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY (ARRAY{values})" if _is_query(element) else f"{column} = ANY ({values})"
