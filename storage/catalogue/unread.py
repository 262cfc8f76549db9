"""Scans that nothing could be read from (yet), by the time at which they came in: where a search cannot look."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from models.access import Visibility
from models.archive import DocumentState
from models.catalogue import UnreadScans
from storage.catalogue.document_rows import document_of
from storage.catalogue.walls import documents_seen

_STATES = (DocumentState.QUEUED, DocumentState.RUNNING, DocumentState.UNREAD, DocumentState.CANCELLED)


def unread(connection: Connection, sees: Visibility, first: datetime, last: datetime, limit: int) -> UnreadScans:
    """How many of those that are seen came in from `first` to `last` (UTC, both included), and the `limit` that came last."""
    seen = documents_seen(sees).subquery()
    among = (seen.c.state.in_([state.value for state in _STATES]), seen.c.received_at.between(first, last))
    count = connection.scalar(select(func.count()).select_from(seen).where(*among)) or 0
    newest = select(*seen.c).where(*among).order_by(seen.c.received_at.desc(), seen.c.digest).limit(limit)
    return UnreadScans(count, tuple(document_of(row) for row in connection.execute(newest)))
