"""Of which archive this is the index, and how it was last seen to differ from it."""

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from models.catalogue import IndexState
from models.digest import Digest
from storage.catalogue.tables import documents, index_state

_AFTER_HEX = "g"
"""Sorts after every hex digit."""


def owner(connection: Connection) -> str | None:
    """The id of the archive; None before `own`."""
    return connection.scalar(select(index_state.c.archive_id))


def own(connection: Connection, archive_id: str) -> str:
    """Make it this archive's index unless it is one's already; returns whose it is."""
    connection.execute(update(index_state).where(index_state.c.archive_id.is_(None)).values(archive_id=archive_id))
    return str(connection.scalar(select(index_state.c.archive_id)))


def state(connection: Connection) -> IndexState:
    """What was last noted."""
    row = connection.execute(select(index_state.c.behind, index_state.c.ahead)).one()
    return IndexState(bool(row.behind), bool(row.ahead))


def note(connection: Connection, found: IndexState) -> None:
    """Keep what a comparison found."""
    connection.execute(update(index_state).values(behind=int(found.behind), ahead=int(found.ahead)))


def versions(connection: Connection, beginning: str, last: str | None) -> Mapping[Digest, int]:
    """Documents whose digests begin with these hex digits, up to `last` where that is given, with their indexed versions."""
    rows = select(documents.c.digest, documents.c.version)
    if beginning:
        rows = rows.where(documents.c.digest >= beginning, documents.c.digest < beginning + _AFTER_HEX)
    if last is not None:
        rows = rows.where(documents.c.digest <= last)
    return {Digest(row.digest): int(row.version) for row in connection.execute(rows)}
