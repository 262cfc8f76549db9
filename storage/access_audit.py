"""Hold the records of people and keys against their own chains, and against what the activity log says of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from models.activity import Action, LogEntry
from models.audit import AuditFinding, FindingKind
from models.digest import Digest
from models.errors import IntegrityViolated, ObjectNotFound, StoreUnavailable
from storage import archive_layout as layout
from storage.access_records import ACCESS, CONFIRMED_BY, KEYS, USERS, AccessRecord, access_at, access_key, access_to_bytes, version_of
from storage.archive import is_damage
from storage.object_store import ObjectStore, first_right, has


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
class _Logged:
    """What the log says of one person or key: versions with the digests of their records.

    Attributes:
        kept: the newest version that is said to stand; 0 for none.
        records: its digests; empty where its entry names none.
        announced: later versions, which stand only if no crash came between entry and record.
    """

    kept: int = 0
    records: set[str] = field(default_factory=set)
    announced: dict[int, set[str]] = field(default_factory=dict)

    def announce(self, version: int, record: str | None) -> None:
        if version > self.kept:
            self.announced.setdefault(version, set()).update(() if record is None else (record,))

    def vouch(self, version: int, record: str | None) -> None:
        if version > self.kept:
            self.kept, self.records = version, set()
            self.announced = {later: records for later, records in self.announced.items() if later > version}
        if version == self.kept and record is not None:
            self.records.add(record)

    @property
    def newest(self) -> int:
        return max((self.kept, *self.announced))

    def records_of(self, version: int) -> set[str]:
        return self.records if version == self.kept else self.announced.get(version, set())


@dataclass(slots=True)
class LoggedAccess:
    """Compares the newest version of each person and key with what the log says; to be made before the log is walked.

    `unvouched` are, after `findings`, the versions that stand as the log announces them and that no entry says to stand.
    """

    store: ObjectStore
    unvouched: list[AccessRecord] = field(default_factory=list)
    _standing: dict[str, int] = field(default_factory=dict)
    _logged: dict[str, _Logged] = field(default_factory=dict)
    _since: datetime | None = None

    def __post_init__(self) -> None:
        for found in self.store.list(ACCESS):
            named = version_of(found.key)
            if named is not None:
                self._standing[named[0]] = max(named[1], self._standing.get(named[0], 0))

    def note(self, entry: LogEntry) -> None:
        """Take in an entry of the log; those that speak of nobody's access are passed over."""
        if entry.action not in (Action.ACCESS_CHANGED, Action.ACCESS_KEPT):
            return
        kind, _, name = entry.subject.partition(":")
        holder = f"{USERS if kind == 'user' else KEYS}{name}"
        version, record = entry.details.get("version"), entry.details.get("record")
        if not isinstance(version, int) or version_of(access_key(holder, version)) is None:
            return
        if self._since is None:
            self._since = entry.at
        logged = self._logged.setdefault(holder, _Logged())
        is_announced = entry.action == Action.ACCESS_CHANGED and CONFIRMED_BY in entry.details
        tell = logged.announce if is_announced else logged.vouch
        tell(version, record if isinstance(record, str) else None)

    def findings(self) -> Iterator[AuditFinding]:
        """What does not agree, once the whole log was taken in; notes among them."""
        for holder in sorted(self._standing.keys() | self._logged.keys()):
            logged = self._logged.get(holder, _Logged())
            standing = max(self._standing.get(holder, 0), logged.kept)
            if standing > 0:
                yield from self._check_standing(holder, standing, logged)
            if logged.newest > standing and not has(self.store, access_key(holder, logged.newest)):
                detail = "the log announces this change, and a crash or a faster one kept it from being made: make it again if it is wanted"
                yield AuditFinding(FindingKind.UNFINISHED, access_key(holder, logged.newest), None, detail)

    def _check_standing(self, holder: str, version: int, logged: _Logged) -> Iterator[AuditFinding]:
        key = access_key(holder, version)
        record = _read(self.store, key)
        if version > logged.newest:
            if logged.newest or self._must_be_logged(record):
                yield AuditFinding(FindingKind.UNLOGGED, key, None, "no entry of the log speaks of this change of access")
        elif isinstance(record, AccessRecord):
            digest = str(Digest.of(access_to_bytes(record)))
            records = logged.records_of(version)
            if records and digest not in records:
                yield AuditFinding(FindingKind.ROLLED_BACK, key, None, f"its bytes hash to {digest}, which the log does not speak of")
            elif version > logged.kept:
                self.unvouched.append(record)
                detail = (
                    "this change stands, and a crash kept the log from saying so: an entry that does is written by `piaogen audit --log`"
                )
                yield AuditFinding(FindingKind.UNFINISHED, key, None, detail)
        elif record.kind is not FindingKind.MISSING:
            yield record
        else:
            detail = f"the log says that this version stands, the newest that is there is {self._standing.get(holder, 0)}"
            yield AuditFinding(
                FindingKind.ROLLED_BACK,
                key,
                None,
                f"{detail}: taken back, or never made where an older program wrote the log; look at who may do what, and change it again",
            )

    def _must_be_logged(self, record: AccessRecord | AuditFinding) -> bool:
        """Whether somebody of whom the log never spoke came after the log began to speak of such changes."""
        return self._since is not None and (isinstance(record, AuditFinding) or record.at > self._since)
