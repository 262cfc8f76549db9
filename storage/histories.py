"""Records that change: loss cases, papers, reconciliations, settings. Each is a history, a chain of versions that are written once.

`<prefix><id>/000001.json`, `…/000002.json`; FORMAT.md describes them. What a version says of its subject is its body, a JSON object whose
meaning belongs to whoever writes it; files that it rests on lie under `attachments/`, named by their digest.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from models.audit import AuditFinding, FindingKind
from models.digest import Digest
from models.errors import IntegrityViolated, ObjectConflict, ObjectNotFound, StaleVersion, StoreUnavailable
from storage import archive_layout as layout
from storage.archive import is_damage
from storage.archive_records import damaged, decode_time, encode_time, record_from_bytes, record_to_bytes, text_of
from storage.object_store import ObjectStore, first_right, has, keep

_PREFIXES = "|".join(map(re.escape, layout.HISTORIES))
_SUBJECT = re.compile(rf"(?:{_PREFIXES})[a-z0-9][a-z0-9._-]{{0,99}}")
_VERSION_KEY = re.compile(rf"({_SUBJECT.pattern})/([0-9]{{6}})\.json")


@dataclass(frozen=True, slots=True)
class HistoryVersion:
    """One version of a record that changes.

    Attributes:
        subject: what it is about, as `losses/20260302-4f1c0b2a`: a prefix of `archive_layout.HISTORIES` and an id of lower-case
            letters, digits, `.`, `_` and `-`.
        number: from 1.
        at: when it was made.
        by: who made it, as the activity log names them.
        body: what it says, a JSON object.
        department: whose it is; None for nobody's in particular, which those alone see who see all.
        attachments: digests of the files under `attachments/` that it rests on.
        previous: the digest of the version before it, None in the first.
    """

    subject: str
    number: int
    at: datetime
    by: str
    body: Mapping[str, Any]
    department: str | None = None
    attachments: tuple[Digest, ...] = ()
    previous: Digest | None = None

    @property
    def key(self) -> str:
        """Where it lies in the store."""
        return history_key(self.subject, self.number)

    @property
    def digest(self) -> Digest:
        """The digest of its bytes, which the next version names."""
        return Digest.of(history_to_bytes(self))

    def followed_by(self, at: datetime, by: str, body: Mapping[str, Any], attachments: tuple[Digest, ...] = ()) -> "HistoryVersion":
        """The version after this one."""
        return HistoryVersion(self.subject, self.number + 1, at, by, body, self.department, attachments, self.digest)


def history_key(subject: str, number: int) -> str:
    """The key of a version; raise ValueError for what can be no subject."""
    if not _SUBJECT.fullmatch(subject) or not 1 <= number <= layout.MAX_VERSION:
        raise ValueError(f"no version of a history: {subject!r} {number}")
    return f"{subject}/{number:06d}.json"


def history_of(key: str) -> tuple[str, int] | None:
    """Whose version a key is that of, as `losses/<id>`, and which; None for any other key."""
    match = _VERSION_KEY.fullmatch(key)
    return None if match is None else (match[1], int(match[2]))


@dataclass(frozen=True, slots=True)
class Histories:
    """The histories in a store. Every method may raise StoreUnavailable (calling again is then safe)."""

    store: ObjectStore

    def attach(self, content: bytes) -> Digest:
        """Keep a file durably for the version that will name it; returns its digest."""
        digest = Digest.of(content)
        keep(self.store, layout.attachment_key(digest), content, digest)
        return digest

    def attachment(self, digest: Digest) -> bytes:
        """A file back, held against its digest; raise ObjectNotFound, DamagedRecord."""
        key = layout.attachment_key(digest)

        def check(content: bytes) -> bytes:
            if Digest.of(content) != digest:
                raise damaged(key, f"its bytes hash to {Digest.of(content)}")
            return content

        return first_right(self.store, key, check)

    def add(self, version: HistoryVersion) -> None:
        """Keep a version durably.

        Raises:
            StaleVersion: somebody else has written this version meanwhile; nothing was changed.
        """
        content = history_to_bytes(version)
        try:
            keep(self.store, version.key, content, Digest.of(content))
        except ObjectConflict:
            raise StaleVersion(f"somebody else changed {version.subject} at the same moment: look at it again") from None

    def newest(self, subject: str) -> HistoryVersion | None:
        """What stands of one subject; None where nothing was ever written. Raise DamagedRecord."""
        numbers = [found[1] for found in self._listed(f"{subject}/")]
        return self.version(subject, max(numbers)) if numbers else None

    def version(self, subject: str, number: int) -> HistoryVersion:
        """One version; raise ObjectNotFound, DamagedRecord."""
        key = history_key(subject, number)
        return first_right(self.store, key, lambda content: history_at(content, key))

    def history(self, subject: str) -> tuple[HistoryVersion, ...]:
        """Every version of one subject, oldest first, the chain checked; empty where there is none.

        Raises:
            DamagedRecord: a version is not there, cannot be read, or was not written after the one before it.
        """
        chain: list[HistoryVersion] = []
        for _, number in self._listed(f"{subject}/"):
            version = self.version(subject, number)
            before = chain[-1].digest if chain else None
            if number != len(chain) + 1 or version.previous != before:
                raise damaged(version.key, "the version before it is not the one that it was written after")
            chain.append(version)
        return tuple(chain)

    def numbers(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Each subject below a prefix with the number of its newest version, in the order of their names; nothing is read."""
        for subject, versions in groupby(self._listed(prefix), key=lambda found: found[0]):
            yield subject, max(number for _, number in versions)

    def all_numbers(self) -> Iterator[tuple[str, int]]:
        """`numbers` of everything that changes."""
        for prefix in layout.HISTORIES:
            yield from self.numbers(prefix)

    def findings(self) -> Iterator[AuditFinding]:
        """What is wrong with the records themselves: each is read, each chain followed, each attachment asked for."""
        for prefix in layout.HISTORIES:
            known: list[tuple[str, int]] = []
            for found in self.store.list(prefix):
                named = history_of(found.key)
                if named is not None:
                    known.append(named)
                elif not layout.is_litter_key(found.key):
                    yield AuditFinding(FindingKind.ORPHANED, found.key, None, "no name of this format: not written by Piaogen, or moved")
            for subject, versions in groupby(known, key=lambda named: named[0]):
                yield from self._chain(subject, [number for _, number in versions])

    def _listed(self, prefix: str) -> Iterator[tuple[str, int]]:
        for found in self.store.list(prefix):
            named = history_of(found.key)
            if named is not None:
                yield named

    def _chain(self, subject: str, numbers: list[int]) -> Iterator[AuditFinding]:
        last: HistoryVersion | None = None
        before = 0
        for number in numbers:
            key = history_key(subject, number)
            if number != before + 1:
                yield AuditFinding(FindingKind.MISSING, history_key(subject, before + 1), None, f"{key} comes after it")
            follows = last if number == before + 1 else None
            read = self.read(key)
            if isinstance(read, AuditFinding):
                yield read
            elif follows is not None and read.previous != follows.digest:
                yield AuditFinding(FindingKind.DAMAGED, follows.key, None, f"{key} was written after other bytes")
            elif number == 1 and read.previous is not None:
                yield AuditFinding(FindingKind.DAMAGED, key, None, "it is the first and names one before it")
            if not isinstance(read, AuditFinding):
                yield from self._missing_attachments(read)
            last, before = None if isinstance(read, AuditFinding) else read, number

    def read(self, key: str) -> HistoryVersion | AuditFinding:
        """The version under a key, or what is wrong with it."""
        try:
            return first_right(self.store, key, lambda content: history_at(content, key))
        except ObjectNotFound:
            return AuditFinding(FindingKind.MISSING, key, None, "it is not there")
        except (StoreUnavailable, IntegrityViolated) as error:
            # Where the disk answers but cannot read this one, the others must still be looked at.
            if not is_damage(error):
                raise
            return AuditFinding(FindingKind.DAMAGED, key, None, error.message)

    def _missing_attachments(self, version: HistoryVersion) -> Iterator[AuditFinding]:
        for digest in version.attachments:
            key = layout.attachment_key(digest)
            if not has(self.store, key):
                yield AuditFinding(FindingKind.MISSING, key, None, f"{version.key} names it")


def history_to_bytes(version: HistoryVersion) -> bytes:
    """A version as it is kept; raise ValueError when its time has no zone."""
    wire: dict[str, Any] = {
        "schema_version": 1,
        "subject": version.subject,
        "version": version.number,
        "previous": None if version.previous is None else str(version.previous),
        "at": encode_time(version.at),
        "by": version.by,
        "department": version.department,
        "attachments": sorted(map(str, version.attachments)),
        "body": dict(version.body),
    }
    return record_to_bytes(wire)


def history_from_bytes(content: bytes, key: str) -> HistoryVersion:
    """Read back what `history_to_bytes` wrote; `key` is for the message.

    Raises:
        DamagedRecord: the bytes are not such a record.
    """
    try:
        wire = record_from_bytes(content)
        number, department, body = wire["version"], wire["department"], wire["body"]
        if type(number) is not int or not isinstance(body, dict):
            raise ValueError("its version is no number, or its body no object")
        return HistoryVersion(
            subject=text_of(wire["subject"]),
            number=number,
            at=decode_time(wire["at"]),
            by=text_of(wire["by"]),
            body=body,
            department=None if department is None else text_of(department),
            attachments=tuple(map(Digest.parse, wire["attachments"])),
            previous=None if wire["previous"] is None else Digest.parse(wire["previous"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(key, error) from error


def history_at(content: bytes, key: str) -> HistoryVersion:
    """The version that lies under this key; raise DamagedRecord, also for one of another place."""
    version = history_from_bytes(content, key)
    if history_of(key) != (version.subject, version.number):
        raise damaged(key, f"it is version {version.number} of {version.subject}")
    return version


@dataclass(slots=True)
class LoggedHistories:
    """Compares the newest version of each subject with what the log says; to be made before the log is walked.

    A version is durable before its entry is written and acknowledged after it, so an entry whose version is gone was taken back.
    """

    store: ObjectStore
    _standing: dict[str, int] = field(default_factory=dict)
    _logged: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._standing.update(Histories(self.store).all_numbers())

    def note(self, subject: str, version: object, record: object) -> None:
        """Take in an entry that a version was made; `record` is the digest of its bytes."""
        if not isinstance(version, int) or not isinstance(record, str) or not _SUBJECT.fullmatch(subject):
            return
        if version > self._logged.get(subject, (0, ""))[0]:
            self._logged[subject] = (version, record)

    def findings(self) -> Iterator[AuditFinding]:
        """What does not agree, once the whole log was taken in."""
        for subject in sorted(self._standing.keys() | self._logged.keys()):
            number, record = self._logged.get(subject, (0, ""))
            standing = self._standing.get(subject, 0)
            if standing > number:
                key = history_key(subject, standing)
                yield AuditFinding(FindingKind.UNLOGGED, key, None, "no entry of the log speaks of this version")
                continue
            key = history_key(subject, number)
            read = Histories(self.store).read(key)
            if isinstance(read, HistoryVersion) and str(read.digest) != record:
                detail = f"its bytes hash to {read.digest}, the log speaks of {record}"
                yield AuditFinding(FindingKind.ROLLED_BACK, key, None, detail)
            elif isinstance(read, AuditFinding) and read.kind is FindingKind.MISSING:
                detail = f"the log says that this version was made, the newest that is there is {standing}: it was taken back"
                yield AuditFinding(FindingKind.ROLLED_BACK, key, None, f"{detail}; restore it from a backup, or make the change again")
            elif isinstance(read, AuditFinding):
                yield read
