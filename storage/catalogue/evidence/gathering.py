"""Rows worth holding everything against: those that answer some two of the things remembered, or one that few rows answer.

Of k things of which one is wrong, the pairs of all others still hold the right invoice. The pairs with the fewest rows are asked first,
each by an index over both columns.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from sqlalchemy import Connection

from models.access import Visibility
from storage.catalogue.evidence.given import seen, statement, stretches, values, wall
from storage.catalogue.evidence.weighing import Facts, Reach, Shares

_MOST_OF_ONE = 1_000
"""Rows of one question; a pair that more rows answer says too little to be asked."""
_MOST_IN_ALL = 1_500
_MOST_QUESTIONS = 14
_FEW_DAYS = 100
"""So many days are looked up one by one with their totals; of more, the totals are looked up and their days compared."""
_MOST_PROBES = 8_000

_COLUMNS = ("seller_company", "buyer_company", "seller_tax", "buyer_tax", "total_cents", "net_cents", "tax_cents", "day", "number_key")
_FACTS = ", ".join(f"i.{name}" for name in ("id", *_COLUMNS, "code_key", "kind", "department", "goods"))

_PARTIES = {"seller": "seller_company", "buyer": "buyer_company"}
_MEASURES = {"total": "total_cents", "day": "day"}
_ALONE = {"net": "net_cents", "tax": "tax_cents"}
"""What is asked for by itself: few rows have an amount, and no index has it with a company."""

_SETTINGS = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan", "enable_material", "jit")
"""PostgreSQL expects far more rows of such questions than there are, and would go through whole tables or build tables of hashes."""


class _Question(NamedTuple):
    """One statement, its values, and how many rows it may give."""

    sql: str
    values: dict[str, Any]
    expected: float


def gather(
    connection: Connection, things: Sequence[Sequence[Reach]], shares: Shares, sees: Visibility, known: set[int]
) -> Iterator[list[Facts]]:
    """Rows that answer things remembered, given by what each of them reaches, question by question; whoever has enough stops asking.

    None that are `known`, which then has the new ones too.
    """
    wanted = dict.fromkeys(each for thing in things for reach in thing if reach.what == "rows" for each in reach.values)
    ids = [each for each in wanted if isinstance(each, int) and each not in known][:_MOST_OF_ONE]
    if ids:
        yield _new(_of_ids(connection, ids, sees), known)
    asked = [question for question in _sorted(connection, things, shares, sees) if question.expected <= _MOST_OF_ONE]
    for question in asked[:_MOST_QUESTIONS]:
        if known and len(known) + question.expected > _MOST_IN_ALL:
            return
        yield _new(_rows(connection, question), known)


def gather_some(
    connection: Connection, things: Sequence[Sequence[Reach]], shares: Shares, sees: Visibility, known: set[int]
) -> Iterator[list[Facts]]:
    """Some of the rows of questions that too many rows answer for `gather`, when nothing else was found: one may be the nearest."""
    for question in _sorted(connection, things, shares, sees):
        if question.expected > _MOST_OF_ONE:
            yield _new(_rows(connection, question), known)


def _sorted(connection: Connection, things: Sequence[Sequence[Reach]], shares: Shares, sees: Visibility) -> list[_Question]:
    return sorted(_questions(connection, things, shares, sees), key=lambda question: question.expected)


def _rows(connection: Connection, question: _Question) -> Iterable[Facts]:
    return map(Facts._make, connection.execute(statement(question.sql), question.values).all())


def _new(rows: Iterable[Facts], known: set[int]) -> list[Facts]:
    found = [row for row in rows if row.id not in known]
    known.update(row.id for row in found)
    return list({row.id: row for row in found}.values())


def settle(connection: Connection) -> None:
    """Prepare PostgreSQL for such questions, for this transaction alone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("; ".join(f"SET LOCAL {name} = off" for name in _SETTINGS))


def _of_ids(connection: Connection, ids: Sequence[int], sees: Visibility) -> list[Facts]:
    sql = _select(connection, sees, (values(connection, "ids", "v"),), (), "i.id = v.value")
    return [Facts._make(row) for row in connection.execute(statement(sql), {"ids": json.dumps(list(ids)), **seen(sees)})]


def _questions(connection: Connection, things: Sequence[Sequence[Reach]], shares: Shares, sees: Visibility) -> Iterator[_Question]:
    few: set[Reach] = set()
    for thing in things:
        for reach in thing:
            expected = reach.share * shares.rows
            question = None if reach.what == "rows" else _single(connection, reach, sees)
            if question is None:
                continue
            if expected <= _MOST_OF_ONE:
                few.add(reach)
            yield _Question(*question, expected)
    for one, other in combinations(things, 2):
        for first in one:
            for second in other:
                if first in few or second in few:
                    continue
                if (question := _pair(connection, first, second, sees)) is not None:
                    yield _Question(*question, first.share * second.share * shares.rows)


def _single(connection: Connection, reach: Reach, sees: Visibility) -> tuple[str, dict[str, Any]] | None:
    """The question for rows that answer one thing."""
    asked: dict[str, Any] = {"one": json.dumps(reach.values), **seen(sees)}
    if reach.what in _PARTIES:
        column = _PARTIES[reach.what]
        return _select(connection, sees, (values(connection, "one", "v"),), (column, "id"), f"i.{column} = v.value"), asked
    if reach.what in _MEASURES or reach.what in _ALONE:
        column = (_MEASURES | _ALONE)[reach.what]
        other = "total_cents" if reach.what == "day" else "day"
        within = f"i.{column} BETWEEN v.low AND v.high"
        return _select(connection, sees, (stretches(connection, "one", "v"),), (column, other), within), asked
    if reach.what == "goods":
        met = "g.goods_id = v.value AND i.id = g.invoice_id"
        return _select(connection, sees, (values(connection, "one", "v"),), (), met, by_goods=True), asked
    return None


def _pair(connection: Connection, first: Reach, second: Reach, sees: Visibility) -> tuple[str, dict[str, Any]] | None:
    """The question for rows that answer both; None where no index has both columns, or too many combinations would have to be looked up."""
    by_what = {first.what: first, second.what: second}
    if by_what.keys() == _MEASURES.keys():
        return _total_and_day(connection, by_what["total"], by_what["day"], sees)
    measure = next((what for what in _MEASURES if what in by_what), None)
    other = next((what for what in (*_PARTIES, "goods") if what in by_what), None)
    if measure is None or other is None or len(by_what[measure].values) * len(by_what[other].values) > _MOST_PROBES:
        return None
    asked = _both(by_what[other], by_what[measure], sees)
    tables = (values(connection, "one", "v"), stretches(connection, "other", "s"))
    column = _MEASURES[measure]
    if other == "goods":
        met = f"g.goods_id = v.value AND g.{column} BETWEEN s.low AND s.high AND i.id = g.invoice_id"
        return _select(connection, sees, tables, ("total_cents",) if measure == "total" else (), met, by_goods=True), asked
    party = _PARTIES[other]
    return _select(connection, sees, tables, (party, column), f"i.{party} = v.value AND i.{column} BETWEEN s.low AND s.high"), asked


def _total_and_day(connection: Connection, total: Reach, day: Reach, sees: Visibility) -> tuple[str, dict[str, Any]]:
    days = [each for first, last in _pairs(day) for each in range(first, min(last, first + _FEW_DAYS) + 1)]
    asked = _both(day, total, sees)
    totals = stretches(connection, "other", "s")
    if len(days) <= _FEW_DAYS:
        met = "i.day = v.value AND i.total_cents BETWEEN s.low AND s.high"
        each = _select(connection, sees, (values(connection, "one", "v"), totals), ("day", "total_cents"), met)
        return each, asked | {"one": json.dumps(days)}
    within = f"EXISTS (SELECT 1 FROM {stretches(connection, 'one', 'd')} WHERE i.day BETWEEN d.low AND d.high)"
    met = f"i.total_cents BETWEEN s.low AND s.high AND {within}"
    return _select(connection, sees, (totals,), ("total_cents", "day"), met), asked


def _select(
    connection: Connection, sees: Visibility, given: Sequence[str], index: Sequence[str], met: str, *, by_goods: bool = False
) -> str:
    """A statement that goes through given tables in their order and looks up invoices for each row of them, `by_goods` or at once.

    `index` has the columns of the index to use, beside the goods where it goes by those, which SQLite is told: it knows no figures of its
    tables. PostgreSQL knows some, and they mislead it: what is looked up stands in a query of its own, which it must ask for each row.
    """
    linked = ["invoice_goods AS g"] if by_goods else []
    if connection.dialect.name == "sqlite":
        table = "invoice_goods_goods_id" if by_goods else "invoices"
        by = f" INDEXED BY ix_{table}_{'_'.join(index)}" if index else ""
        tables = [f"invoice_goods AS g{by}", "invoices AS i"] if by_goods else [f"invoices AS i{by}"]
        joined = " CROSS JOIN ".join((*given, *tables))
        return f"SELECT {_FACTS} FROM {joined} WHERE {met}{wall(connection, sees)} LIMIT {_MOST_OF_ONE}"
    looked_up = f"SELECT {_FACTS} FROM {' CROSS JOIN '.join((*linked, 'invoices AS i'))} WHERE {met}{wall(connection, sees)} OFFSET 0"
    return f"SELECT f.* FROM {' CROSS JOIN '.join(given)} CROSS JOIN LATERAL ({looked_up}) AS f LIMIT {_MOST_OF_ONE}"


def _both(one: Reach, other: Reach, sees: Visibility) -> dict[str, Any]:
    return {"one": json.dumps(one.values), "other": json.dumps(other.values), **seen(sees)}


def _pairs(reach: Reach) -> Iterator[tuple[int, int]]:
    for value in reach.values:
        if not isinstance(value, int):
            yield value
