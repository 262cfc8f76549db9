"""Of which archive this is the index, and how it was last seen to differ from it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select, update

from models.audit import Remembered
from models.catalogue import IndexState
from models.digest import Digest
from storage.catalogue.document_rows import READING_DAMAGED
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


def with_damaged_readings(connection: Connection, beginning: str) -> tuple[Digest, ...]:
    """Documents whose digests begin with these hex digits and whose newest reading could not be read."""
    damaged = select(documents.c.digest).where(documents.c.damage.is_not(None), documents.c.error == READING_DAMAGED)
    return tuple(Digest(found) for found in connection.scalars(damaged) if found.startswith(beginning))


def remembered(connection: Connection, after: str, limit: int) -> Sequence[Remembered]:
    """What is remembered of the next documents after these hex digits."""
    columns = select(documents.c.digest, documents.c.version, documents.c.manifest)
    rows = connection.execute(columns.where(documents.c.digest > after).order_by(documents.c.digest).limit(limit)).all()
    return [Remembered(Digest(row.digest), int(row.version), None if row.manifest is None else Digest(row.manifest)) for row in rows]
