"""The newest version of each record that changes: an index over the histories in the store. Features have further tables of their own."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, true, update

from models.access import Visibility
from models.digest import Digest
from models.errors import IntegrityViolated, RecordNotFound
from models.papers import PAPERS
from storage.catalogue.database import Database
from storage.catalogue.loss_rows import LOSSES, index_loss
from storage.catalogue.normal_form import storable
from storage.catalogue.paper_rows import index_paper
from storage.catalogue.record_tables import histories
from storage.catalogue.walls import among
from storage.histories import Histories, HistoryVersion

Further = Callable[[Connection, HistoryVersion], None]
"""Puts a version into a feature's own tables, in the place of an older one; their rows go with the row of `histories`."""

FURTHER: Mapping[str, Further] = {LOSSES: index_loss, PAPERS: index_paper}
"""By prefix: whoever indexes more of a body than the row here."""


@dataclass(frozen=True, slots=True)
class HistoryIndex:
    """What stands of each subject. Every method may raise CatalogueUnavailable."""

    database: Database

    def record(self, version: HistoryVersion) -> None:
        """Index a version that was written to the store; an older one than the indexed one is ignored."""
        with self.database.writing() as connection:
            _record(connection, version)

    def take_in(self, kept: Histories) -> tuple[IntegrityViolated, ...]:
        """Make the index what the store says, in one transaction.

        Returns:
            What could not be read: it is found by an audit, and the index knows nothing of it.

        Raises:
            StoreUnavailable: nothing was changed.
        """
        damaged: list[IntegrityViolated] = []
        with self.database.writing() as connection:
            connection.execute(delete(histories))
            for subject, number in kept.all_numbers():
                try:
                    _record(connection, kept.version(subject, number))
                except IntegrityViolated as error:
                    damaged.append(error)
        return tuple(damaged)

    def is_behind(self, kept: Histories) -> bool:
        """Whether the store has a version that is not indexed; only names are listed."""
        with self.database.reading() as connection:
            known = {row.subject: row.version for row in connection.execute(select(histories.c.subject, histories.c.version))}
        return any(known.get(subject, 0) < number for subject, number in kept.all_numbers())

    def get(self, subject: str, sees: Visibility) -> HistoryVersion:
        """What stands of one subject; raise RecordNotFound, also for one that is not seen."""
        with self.database.reading() as connection:
            row = connection.execute(select(histories).where(histories.c.subject == subject, seen(sees))).one_or_none()
        if row is None:
            raise RecordNotFound(f"there is no {subject}")
        return version_of(row)

    def newest(
        self, prefix: str, sees: Visibility, *, limit: int | None = None, where: ColumnElement[bool] | None = None
    ) -> Sequence[HistoryVersion]:
        """What stands of every subject below a prefix that is seen, the last changed first; `where` is a further condition."""
        wanted = select(histories).where(histories.c.prefix == prefix, seen(sees), true() if where is None else where)
        with self.database.reading() as connection:
            rows = connection.execute(wanted.order_by(histories.c.at.desc(), histories.c.subject).limit(limit)).all()
        return tuple(map(version_of, rows))


def seen(sees: Visibility) -> ColumnElement[bool]:
    """The condition on `histories` that a record is seen."""
    return true() if sees.is_whole else among(histories.c.department, sees)


def version_of(row: Row[Any]) -> HistoryVersion:
    """A version as its row says, `attachments` included."""
    wire = json.loads(row.body)
    return HistoryVersion(
        subject=row.subject,
        number=row.version,
        at=row.at,
        by=row.by,
        body=wire["body"],
        department=row.department,
        attachments=tuple(map(Digest.parse, wire["attachments"])),
        previous=None if wire["previous"] is None else Digest.parse(wire["previous"]),
    )


def _record(connection: Connection, version: HistoryVersion) -> None:
    known = connection.scalar(select(histories.c.version).where(histories.c.subject == version.subject).with_for_update())
    if known is not None and known >= version.number:
        return
    prefix, _, _ = version.subject.partition("/")
    prefix += "/"
    wire = {
        "body": dict(version.body),
        "attachments": sorted(map(str, version.attachments)),
        "previous": None if version.previous is None else str(version.previous),
    }
    values = {
        "prefix": prefix,
        "version": version.number,
        "at": version.at,
        "by": storable(version.by),
        "department": version.department,
        "body": json.dumps(wire),
    }
    if known is None:
        connection.execute(insert(histories).values(subject=version.subject, **values))
    else:
        connection.execute(update(histories).where(histories.c.subject == version.subject).values(**values))
    if prefix in FURTHER:
        FURTHER[prefix](connection, version)
