"""Hold the records of people and keys against their own chains, and against what the activity log says of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from models.activity import LogEntry
from models.audit import AuditFinding, FindingKind
from models.digest import Digest
from models.errors import IntegrityViolated, ObjectNotFound, StoreUnavailable
from storage import archive_layout as layout
from storage.access_records import ACCESS, KEYS, USERS, AccessRecord, access_at, access_key, access_to_bytes, version_of
from storage.archive import is_damage
from storage.object_store import ObjectStore, first_right


def access_findings(store: ObjectStore) -> Iterator[AuditFinding]:
    """What is wrong with the records themselves: one that cannot be read, a version that is gone, one that was changed. Each is read."""
    known: list[tuple[str, int]] = []
    for found in store.list(ACCESS):
        named = version_of(found.key)
        if named is not None:
            known.append(named)
        elif not layout.is_litter_key(found.key):
            yield AuditFinding(FindingKind.ORPHANED, found.key, None, "no name of this format: not written by Piaogen, or moved")
    for holder, versions in groupby(known, key=lambda name: name[0]):
        yield from _chain(store, holder, sorted(version for _, version in versions))


def _chain(store: ObjectStore, holder: str, versions: list[int]) -> Iterator[AuditFinding]:
    last, before = 0, None
    for version in versions:
        key = access_key(holder, version)
        if version != last + 1:
            yield AuditFinding(FindingKind.MISSING, access_key(holder, last + 1), None, f"{key} comes after it")
            before = None
        record = _read(store, key)
        if isinstance(record, AuditFinding):
            yield record
            last, before = version, None
            continue
        if (before is not None or version == 1) and record.previous != before:
            yield AuditFinding(FindingKind.DAMAGED, access_key(holder, max(last, 1)), None, f"{key} was written after other bytes")
        last, before = version, Digest.of(access_to_bytes(record))


def _read(store: ObjectStore, key: str) -> AccessRecord | AuditFinding:
    try:
        return first_right(store, key, lambda content: access_at(content, key))
    except ObjectNotFound:
        return AuditFinding(FindingKind.MISSING, key, None, "it is not there")
    except (StoreUnavailable, IntegrityViolated) as error:
        # Where the disk answers but cannot read this one, the others must still be looked at.
        if not is_damage(error):
            raise
        return AuditFinding(FindingKind.DAMAGED, key, None, error.message)


@dataclass(slots=True)
class LoggedAccess:
    """Compares the newest version of each person and key with what the log says; to be made before the log is walked."""

    store: ObjectStore
    _standing: dict[str, int] = field(default_factory=dict)
    _logged: dict[str, tuple[int, frozenset[str]]] = field(default_factory=dict)

    _since: datetime | None = None

    def __post_init__(self) -> None:
        for found in self.store.list(ACCESS):
            named = version_of(found.key)
            if named is not None:
                self._standing[named[0]] = max(named[1], self._standing.get(named[0], 0))

    def note(self, entry: LogEntry) -> None:
        """Take in an entry that somebody's access was changed."""
        kind, _, name = entry.subject.partition(":")
        holder = f"{USERS if kind == 'user' else KEYS}{name}"
        version, record = entry.details.get("version"), entry.details.get("record")
        if not isinstance(version, int) or version_of(access_key(holder, version)) is None:
            return
        if self._since is None:
            self._since = entry.at
        newest, records = self._logged.get(holder, (0, frozenset()))
        if version > newest:
            records = frozenset()
        if version >= newest:
            self._logged[holder] = (version, records | ({record} if isinstance(record, str) else frozenset()))

    def _must_be_logged(self, record: AccessRecord | AuditFinding) -> bool:
        """Whether somebody of whom the log never spoke came after the log began to speak of such changes."""
        return self._since is not None and (isinstance(record, AuditFinding) or record.at > self._since)

    def findings(self) -> Iterator[AuditFinding]:
        """What does not agree, once the whole log was taken in."""
        for holder in sorted(self._standing.keys() | self._logged.keys()):
            version, records = self._logged.get(holder, (0, frozenset()))
            standing = self._standing.get(holder, 0)
            key = access_key(holder, max(version, standing))
            record = _read(self.store, key)
            if standing > version:
                if version or self._must_be_logged(record):
                    yield AuditFinding(FindingKind.UNLOGGED, key, None, "no entry of the log speaks of this change of access")
            elif isinstance(record, AccessRecord):
                digest = str(Digest.of(access_to_bytes(record)))
                if records and digest not in records:
                    yield AuditFinding(FindingKind.ROLLED_BACK, key, None, f"its bytes hash to {digest}, which the log does not speak of")
            elif record.kind is not FindingKind.MISSING:
                yield record
            else:
                detail = f"the log says that this version was made, the newest that is there is {standing}: taken back, or never kept"
                yield AuditFinding(FindingKind.ROLLED_BACK, key, None, f"{detail}; look at who may do what, and change it again")
