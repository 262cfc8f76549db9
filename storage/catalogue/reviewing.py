"""The list of what a person should look at."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal, or_, select, tuple_

from models.archive import DocumentState
from models.catalogue import ReviewEntry, ReviewPage
from models.errors import InvalidClue
from models.verification import Verdict
from storage.catalogue.column_types import UtcTime
from storage.catalogue.document_rows import document_of
from storage.catalogue.invoice_rows import summary_of
from storage.catalogue.tables import documents, invoices

_OPEN = (DocumentState.QUEUED, DocumentState.RUNNING, DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED)
_UNSETTLED = (Verdict.NEEDS_REVIEW, Verdict.UNREAD)
_CURSOR = re.compile(r"([0-9]{1,16})\.([0-9a-f]{64})\.([0-9]{1,9})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def review(connection: Connection, limit: int, after: str | None) -> ReviewPage:
    """The next `limit` entries (one at least) after a cursor; raise InvalidClue when that is not one."""
    limit = max(limit, 1)
    doubtful = or_(invoices.c.verdict.in_([verdict.value for verdict in _UNSETTLED]), invoices.c.contradicted != 0)
    unsettled = and_(invoices.c.document == documents.c.digest, doubtful)
    position = func.coalesce(invoices.c.position, 0)
    # `verdict` stands in both tables; the invoice's is meant.
    columns = (*(column for column in documents.c if column.name != "verdict"), *invoices.c)
    wanted = (
        select(*columns)
        .select_from(documents.outerjoin(invoices, unsettled))
        .where(documents.c.state.in_([state.value for state in _OPEN]))
        .order_by(documents.c.received_at, documents.c.digest, position)
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(tuple_(documents.c.received_at, documents.c.digest, position) > _place(after))
    rows = connection.execute(wanted).all()
    entries = tuple(ReviewEntry(document_of(row), None if row.id is None else summary_of(row)) for row in rows[:limit])
    return ReviewPage(entries, _cursor(rows[limit - 1]) if len(rows) > limit else None)


def _cursor(row: Row[Any]) -> str:
    return f"{(row.received_at - _EPOCH) // _MICROSECOND}.{row.digest}.{row.position or 0}"


def _place(cursor: str) -> ColumnElement[Any]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidClue("not a place in the review list; take `next` of the page before")
    received_at = _EPOCH + int(found[1]) * _MICROSECOND
    return tuple_(literal(received_at, UtcTime), literal(found[2]), literal(int(found[3])))
