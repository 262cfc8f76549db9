"""The list of what a person should look at."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal, or_, select, tuple_

from models.access import Visibility
from models.archive import DocumentState
from models.catalogue import ReviewEntry, ReviewPage
from models.errors import InvalidClue
from models.verification import Verdict
from storage.catalogue.column_types import UtcTime
from storage.catalogue.document_rows import document_of
from storage.catalogue.invoice_rows import ARRIVALS_APART, summary_of
from storage.catalogue.tables import arrivals, documents, invoices
from storage.catalogue.walls import contradicted, document_columns, invoice_columns, own_arrival, state

_OPEN = (DocumentState.QUEUED, DocumentState.RUNNING, DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED)
_UNSETTLED = (Verdict.NEEDS_REVIEW, Verdict.UNREAD)
_CURSOR = re.compile(r"([0-9]{1,16})\.([0-9a-f]{64})\.([0-9]{1,9})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def review(connection: Connection, limit: int, after: str | None, sees: Visibility) -> ReviewPage:
    """Of what is seen, the next `limit` entries (one at least) after a cursor; raise InvalidClue when that is not one."""
    limit = max(limit, 1)
    doubtful = or_(invoices.c.verdict.in_([verdict.value for verdict in _UNSETTLED]), contradicted(sees) != 0)
    unsettled = and_(invoices.c.document == documents.c.digest, invoices.c.withdrawn == 0, doubtful)
    still_open = [state.value for state in _OPEN]
    if sees.is_whole:
        received_at, position = documents.c.received_at, func.coalesce(invoices.c.position, 0)
        source = documents.outerjoin(invoices, and_(unsettled, invoices.c.position < ARRIVALS_APART))
    else:
        received_at, position = arrivals.c.received_at, func.coalesce(invoices.c.position % ARRIVALS_APART, 0)
        source = documents.join(arrivals, own_arrival(sees))
        source = source.outerjoin(invoices, and_(unsettled, invoices.c.department == arrivals.c.department))
    # `verdict` stands in both tables, and the invoice's is meant; so does `department`, and the document's is.
    columns = [column for column in document_columns(sees) if column.name != "verdict"]
    columns += [column for column in invoice_columns(sees) if column.name != "department"]
    wanted = (
        select(*columns)
        .select_from(source)
        .where(documents.c.state.in_(still_open), state(sees).in_(still_open))
        .order_by(received_at, documents.c.digest, position)
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(tuple_(received_at, documents.c.digest, position) > _place(after))
    rows = connection.execute(wanted).all()
    entries = tuple(ReviewEntry(document_of(row), None if row.id is None else summary_of(row)) for row in rows[:limit])
    return ReviewPage(entries, _cursor(rows[limit - 1]) if len(rows) > limit else None)


def _cursor(row: Row[Any]) -> str:
    return f"{(row.received_at - _EPOCH) // _MICROSECOND}.{row.digest}.{(row.position or 0) % ARRIVALS_APART}"


def _place(cursor: str) -> ColumnElement[Any]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidClue("not a place in the review list; take `next` of the page before")
    received_at = _EPOCH + int(found[1]) * _MICROSECOND
    return tuple_(literal(received_at, UtcTime), literal(found[2]), literal(int(found[3])))
