"""What of the index somebody sees: conditions and tables that every question is asked of, so that limits and ranks are theirs.

For whoever sees all, the questions are what they were before there were departments. For others, a document is what their own department
handed in: under its name, at its time, and without what only other departments' scans would tell of it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, and_, case, exists, literal_column, select, tuple_

from models.access import Visibility
from models.archive import DocumentState
from models.clues import ListState
from models.verification import Verdict
from storage.catalogue.invoice_rows import ARRIVALS_APART
from storage.catalogue.one_of import OneOf
from storage.catalogue.tables import arrivals, documents, invoices

_OWN = ("file_name", "received_at", "source", "department")
"""Columns of a document that each department has of its own."""
_IS_WITHDRAWN: ColumnElement[bool] = invoices.c.withdrawn != literal_column("0")
"""In the very words of its index."""
_other = invoices.alias("withdrawn_one")
_WITHDRAWN = select(_other.c.id).where(_other.c.withdrawn != literal_column("0"))
_SETTLED = (Verdict.ACCEPTED.value, Verdict.CONFIRMED.value)


def among(column: ColumnElement[str] | ColumnElement[str | None], sees: Visibility) -> ColumnElement[bool]:
    """Whether the department in a column is one that is seen, by somebody who does not see all."""
    seen = sorted(sees.departments or ())
    return column == seen[0] if len(seen) == 1 else OneOf(column, seen)


def on_invoices(connection: Connection, sees: Visibility) -> tuple[ColumnElement[bool], ...]:
    """What rows of `invoices` meet that are seen; nothing to meet for whoever sees all, who may be given the rows of several departments.

    SQLite is kept from its index of departments: it knows no figures, and would take it before any index of what is asked for.
    """
    if sees.is_whole:
        return ()
    department: ColumnElement[str | None] = invoices.c.department
    return (among(department.concat("") if connection.dialect.name == "sqlite" else department, sees),)


def in_lists(connection: Connection, sees: Visibility, state: ListState) -> tuple[ColumnElement[bool], ...]:
    """What rows of `invoices` meet that are seen and listed, or seen and withdrawn."""
    return (*on_invoices(connection, sees), stands(connection.dialect.name, state))


def newest_first(connection: Connection, sees: Visibility, state: ListState) -> tuple[ColumnElement[bool], ...]:
    """The same where nothing else is asked for: an index has the newest invoices of one department."""
    own = () if sees.is_whole else (among(invoices.c.department, sees),)
    return (*own, stands(connection.dialect.name, state))


def stands(dialect: str, state: ListState) -> ColumnElement[bool]:
    """What rows of `invoices` meet that are listed, or withdrawn. Few are withdrawn, and an index has them.

    SQLite's indexes of days, amounts and companies have the ids and not this column, so that it would fetch each row that they give only to
    see that it is listed; PostgreSQL fetches them in any case.
    """
    if state is ListState.WITHDRAWN:
        return _IS_WITHDRAWN
    return invoices.c.id.not_in(_WITHDRAWN) if dialect == "sqlite" else invoices.c.withdrawn == literal_column("0")


def on_documents(sees: Visibility) -> tuple[ColumnElement[bool], ...]:
    """What rows of `documents` meet that are seen."""
    if sees.is_whole:
        return ()
    return (exists().where(arrivals.c.document == documents.c.digest, among(arrivals.c.department, sees)),)


def summaries(sees: Visibility) -> Select[Any]:
    """Rows of `invoices` with `file_name` and `received_at` as they are known to whoever asks; see `once`."""
    if sees.is_whole:
        return select(*invoices.c, documents.c.file_name, documents.c.received_at).select_from(
            invoices.join(documents, documents.c.digest == invoices.c.document)
        )
    own = and_(arrivals.c.document == invoices.c.document, arrivals.c.department == invoices.c.department)
    columns = (*invoice_columns(sees), arrivals.c.file_name, arrivals.c.received_at)
    # The department's own index is kept out of it here too: whoever asks knows numbers or documents, of which there are few.
    return select(*columns).select_from(invoices.join(arrivals, own)).where(among(invoices.c.department.concat(""), sees))


def invoice_columns(sees: Visibility) -> tuple[ColumnElement[Any], ...]:
    """The columns of `invoices`; `contradicted` counts visible scans only."""
    if sees.is_whole:
        return tuple(invoices.c)
    others = (column for column in invoices.c if column.name != "contradicted")
    return (*others, contradicted(sees).label("contradicted"))


def contradicted(sees: Visibility) -> Column[int]:
    """Whether another scan that is seen says something else of the invoice."""
    return invoices.c.contradicted if sees.is_whole else invoices.c.contradicted_within


def once(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Rows of invoices without the second ones of any invoice: somebody may see several departments that handed it in."""
    first: dict[tuple[str, int], Row[Any]] = {}
    for row in rows:
        first.setdefault((row.document, row.position % ARRIVALS_APART), row)
    return list(first.values())


def documents_seen(sees: Visibility) -> Select[Any]:
    """The columns of `documents`, each document once, as its own department handed it in and as far as its own scans tell."""
    if sees.is_whole:
        return select(documents)
    return select(*document_columns(sees)).select_from(documents.join(arrivals, own_arrival(sees)))


def document_columns(sees: Visibility) -> tuple[ColumnElement[Any], ...]:
    """The columns of `documents`, for a question that joins `arrivals` by `own_arrival` unless all is seen."""
    if sees.is_whole:
        return tuple(documents.c)
    others = (column for column in documents.c if column.name not in (*_OWN, "state"))
    return (*others, state(sees).label("state"), *(arrivals.c[name] for name in _OWN))


def own_arrival(sees: Visibility) -> ColumnElement[bool]:
    """Joins `documents` to the first time that a visible department handed each in."""
    own = and_(arrivals.c.document == documents.c.digest, among(arrivals.c.department, sees))
    if len(sees.departments or ()) < 2:
        return own
    other = arrivals.alias("other_arrival")
    is_earlier = tuple_(other.c.received_at, other.c.department) < tuple_(arrivals.c.received_at, arrivals.c.department)
    return and_(own, ~exists().where(other.c.document == arrivals.c.document, among(other.c.department, sees), is_earlier))


def state(sees: Visibility) -> ColumnElement[str]:
    """Where a document stands. That only a scan of another department contradicts it is not told: it is done then."""
    if sees.is_whole:
        return documents.c.state
    is_for_review = and_(documents.c.state == DocumentState.NEEDS_REVIEW.value, documents.c.verdict.in_(_SETTLED))
    scan = invoices.alias("own_scan")
    own = exists().where(scan.c.document == documents.c.digest, among(scan.c.department, sees), scan.c.contradicted_within != 0)
    return case((and_(is_for_review, ~own), DocumentState.DONE.value), else_=documents.c.state)
