"""Which documents were held against the archive and when, whose turn it is, and what the last audits said."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select, update

from models.audit import AuditResult, AuditWay, FindingKind, Remembered
from models.digest import Digest
from storage.audit_results import result_from_bytes, result_to_bytes
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.chunks import chunks
from storage.catalogue.happenings import AUDITED, note_happening
from storage.catalogue.tables import check_state, documents

LEASE = timedelta(minutes=2)
"""One slice of a check takes less than a second; who holds the turn prolongs it with each."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Checked(NamedTuple):
    """What was found of one document: the worst that is wrong with it, None for nothing, and the version and manifest that are there."""

    document: Digest
    damage: FindingKind | None
    version: int = 0
    manifest: Digest | None = None


class Standing(NamedTuple):
    """How the archive stands by its last checks.

    `verified` documents were found sound since the given time, `damaged` ones were not sound when they were last looked at; `oldest` is
    the check that lies longest ago, None where a document was never checked.
    """

    documents: int
    verified: int
    damaged: int
    oldest: datetime | None


class LastChecks(NamedTuple):
    """The last audit, the last one that found nothing, and the last drill, as far as this index knows."""

    audit: AuditResult | None
    sound_at: datetime | None
    drill: AuditResult | None


class Checks:
    """Kept in the catalogue, as an index: losing it only means that checks begin anew. Every method may raise CatalogueUnavailable."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._database = catalogue.database

    def take_turn(self, holder: str, now: datetime) -> bool:
        """Whether it is this worker who checks from here on, for the length of a lease; nobody else does at the same time."""
        free = or_(
            check_state.c.holder == holder,
            check_state.c.lease_until.is_(None),
            check_state.c.lease_until <= now,
            # No lease is so long: it was taken by a clock that was ahead.
            check_state.c.lease_until > now + 2 * LEASE,
        )
        with self._database.reading() as connection:
            if connection.scalar(select(check_state.c.id).where(free)) is None:
                return False
        with self._database.writing() as connection:
            return connection.execute(update(check_state).where(free).values(holder=holder, lease_until=now + LEASE)).rowcount == 1

    def due(self, before: datetime, now: datetime, limit: int) -> tuple[Remembered, ...]:
        """The documents whose last check lies before that time, the oldest first; one that was checked in the future was not."""
        first, last = _seconds(before), _seconds(now)
        wanted = select(documents.c.digest, documents.c.version, documents.c.manifest)
        # Two questions, each of which the index on `checked_at` answers at once.
        ahead = wanted.where(documents.c.checked_at > last).order_by(documents.c.checked_at, documents.c.digest).limit(limit)
        behind = wanted.where(documents.c.checked_at < first).order_by(documents.c.checked_at, documents.c.digest).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(behind).all() or connection.execute(ahead).all()
        return tuple(Remembered(Digest(row.digest), row.version, None if row.manifest is None else Digest(row.manifest)) for row in rows)

    def note(self, checked: Sequence[Checked], at: datetime) -> None:
        """Note what was found of documents; a manifest that nobody remembered is remembered from here on."""
        with self._database.writing() as connection:
            for one in checked:
                values = {"checked_at": _seconds(at), "damage": None if one.damage is None else one.damage.value}
                connection.execute(update(documents).where(documents.c.digest == one.document.hex).values(values))
                if one.damage is None and one.manifest is not None:
                    unknown = (documents.c.digest == one.document.hex, documents.c.version == one.version, documents.c.manifest.is_(None))
                    connection.execute(update(documents).where(*unknown).values(manifest=one.manifest.hex))

    def note_all(self, damaged: Mapping[Digest, FindingKind], began_at: datetime, at: datetime) -> None:
        """Note a check of every document that was known when it began: those named are damaged, the others sound."""
        with self._database.writing() as connection:
            known = documents.c.received_at <= began_at
            connection.execute(update(documents).where(known).values(checked_at=_seconds(at), damage=None))
            for kind in set(damaged.values()):
                for some in chunks(digest.hex for digest, found in damaged.items() if found is kind):
                    connection.execute(update(documents).where(documents.c.digest.in_(some)).values(damage=kind.value))

    def standing(self, since: datetime) -> Standing:
        """How the archive stands, by checks since that time."""
        everything = select(func.count(), func.min(documents.c.checked_at)).select_from(documents)
        damaged = select(func.count()).select_from(documents).where(documents.c.damage.is_not(None))
        recent = select(func.count()).select_from(documents).where(documents.c.checked_at >= _seconds(since), documents.c.damage.is_(None))
        with self._database.reading() as connection:
            many, oldest = connection.execute(everything).one()
            return Standing(
                documents=int(many),
                verified=connection.scalar(recent) or 0,
                damaged=connection.scalar(damaged) or 0,
                oldest=_EPOCH + timedelta(seconds=oldest) if oldest else None,
            )

    def damaged(self) -> int:
        """How many documents were not sound when they were last looked at."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(documents).where(documents.c.damage.is_not(None))) or 0

    def oldest(self) -> datetime | None:
        """When the document was checked whose check lies longest ago; None where one never was, or there is none."""
        with self._database.reading() as connection:
            oldest = connection.scalar(select(func.min(documents.c.checked_at)))
        return _EPOCH + timedelta(seconds=oldest) if oldest else None

    def round(self) -> AuditResult | None:
        """The round that goes on, as far as it has come."""
        with self._database.reading() as connection:
            return _result(connection.scalar(select(check_state.c.round)))

    def note_round(self, so_far: AuditResult | None) -> None:
        """Keep how far the round has come; None where it is over."""
        with self._database.writing() as connection:
            connection.execute(update(check_state).values(round=None if so_far is None else result_to_bytes(so_far).decode()))

    def note_result(self, result: AuditResult) -> None:
        """Keep what an audit or a drill said last."""
        text = result_to_bytes(result).decode()
        values: dict[str, object] = {"last_drill": text} if result.way is AuditWay.DRILL else {"last_audit": text}
        if result.way is not AuditWay.DRILL and result.sound:
            values["last_sound_at"] = result.ended_at
        with self._database.writing() as connection:
            connection.execute(update(check_state).values(values))
            if not result.sound:
                ended = result.ended_at.isoformat()
                told: dict[str, str | int] = {"way": result.way.value, "findings": result.findings_in_all, "ended_at": ended}
                note_happening(connection, AUDITED, f"{AUDITED} {result.way.value} {ended}", result.way.value, told)

    def last(self) -> LastChecks:
        """What the last audits said."""
        with self._database.reading() as connection:
            row = connection.execute(select(check_state)).one_or_none()
        return (
            LastChecks(None, None, None) if row is None else LastChecks(_result(row.last_audit), row.last_sound_at, _result(row.last_drill))
        )


def _result(text: str | None) -> AuditResult | None:
    return None if text is None else result_from_bytes(text.encode(), "check_state")


def _seconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(seconds=1)
