"""The list of what a person should look at."""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, literal, or_, select, tuple_

from models.access import Visibility
from models.archive import DocumentState
from models.catalogue import ReviewEntry, ReviewPage
from models.errors import InvalidClue
from models.verification import Verdict
from storage.catalogue.column_types import UtcTime
from storage.catalogue.document_rows import document_of
from storage.catalogue.invoice_rows import ARRIVALS_APART, summary_of
from storage.catalogue.tables import access_batches, arrivals, batch_items, documents, invoices
from storage.catalogue.walls import among, contradicted, document_columns, invoice_columns, own_arrival, state

_OPEN = (DocumentState.QUEUED, DocumentState.RUNNING, DocumentState.NEEDS_REVIEW, DocumentState.UNREAD, DocumentState.CANCELLED)
_UNSETTLED = (Verdict.NEEDS_REVIEW, Verdict.UNREAD)
_CURSOR = re.compile(r"([0-9]{1,16})\.([0-9a-f]{64})\.([0-9]{1,9})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def review(connection: Connection, limit: int, after: str | None, sees: Visibility, batch: str | None = None) -> ReviewPage:
    """Of what is seen, or of one batch, the next `limit` entries (one at least) after a cursor; raise InvalidClue when that is not one."""
    return listed(connection, asked_for(sees, _OPEN, batch), limit, after)


class Asked(NamedTuple):
    """A question for entries of the review list, without order or end, and the expressions by whose order they come."""

    entries: Select[Any]
    order: tuple[ColumnElement[Any], ...]

    def beyond(self, place: str, *, forwards: bool) -> Select[Any]:
        """The entries after a cursor, or before it; raise InvalidClue when it is not one."""
        here = tuple_(*self.order)
        return self.entries.where(here > _place(place) if forwards else here < _place(place))


def asked_for(sees: Visibility, states: Collection[DocumentState], batch: str | None = None) -> Asked:
    """What of the review list is seen and stands in one of these states, of one upload alone where that is named."""
    doubtful = or_(invoices.c.verdict.in_([verdict.value for verdict in _UNSETTLED]), contradicted(sees) != 0)
    unsettled = and_(invoices.c.document == documents.c.digest, invoices.c.withdrawn == 0, doubtful)
    still_open = [state.value for state in states]
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
    wanted = select(*columns).select_from(source).where(documents.c.state.in_(still_open), state(sees).in_(still_open))
    if batch is not None:
        wanted = wanted.where(documents.c.digest.in_(_files_of(batch, sees)))
    return Asked(wanted, (received_at, documents.c.digest, position))


def _files_of(batch: str, sees: Visibility) -> Select[str]:
    """The documents of a batch; none of one that another department sent, though both handed in the same bytes."""
    files = select(batch_items.c.digest).where(batch_items.c.batch == batch, batch_items.c.digest.is_not(None))
    if sees.is_whole:
        return files
    return files.where(exists().where(access_batches.c.batch == batch, among(access_batches.c.department, sees)))


def listed(connection: Connection, asked: Asked, limit: int, after: str | None) -> ReviewPage:
    """The next `limit` entries (one at least) after a cursor, from the first without one."""
    limit = max(limit, 1)
    wanted = asked.entries if after is None else asked.beyond(after, forwards=True)
    rows = connection.execute(wanted.order_by(*asked.order).limit(limit + 1)).all()
    return ReviewPage(tuple(map(entry_of, rows[:limit])), _cursor(rows[limit - 1]) if len(rows) > limit else None)


def entry_of(row: Row[Any]) -> ReviewEntry:
    """A row of the review list."""
    return ReviewEntry(document_of(row), None if row.id is None else summary_of(row))


def place_of(received_at: datetime, digest: str, position: int) -> str:
    """The cursor of what came then, in this document and at this place in it (0 where it holds no invoice)."""
    return f"{(received_at - _EPOCH) // _MICROSECOND}.{digest}.{position}"


def _cursor(row: Row[Any]) -> str:
    return place_of(row.received_at, row.digest, (row.position or 0) % ARRIVALS_APART)


def _place(cursor: str) -> ColumnElement[Any]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidClue("not a place in the review list; take `next` of the page before")
    received_at = _EPOCH + int(found[1]) * _MICROSECOND
    return tuple_(literal(received_at, UtcTime), literal(found[2]), literal(int(found[3])))
