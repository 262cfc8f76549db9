"""What an audit says: what is wrong, what is only worth knowing, and what was looked at."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from models.digest import Digest


class FindingKind(StrEnum):
    """What an audit can meet.

    Findings, which mean that something is wrong: `missing`: a record or the index names something that is not there. `damaged`: bytes do
    not hash to their name, or a record cannot be read or breaks its chain. `rolled_back`: the index remembers a newer version of a
    document's record, or another one under the same number. `unlogged`: a document of which no entry of the log says that it came in, or
    a tombstone of which none says that it was destroyed.

    Notes, which ordinary events leave behind and by which nothing is lost: `orphaned`: something that no record names, as after a crash
    or a lost race. `unindexed`: archived, but unknown to the index, which takes it in when it next compares itself with the archive.
    `restored`: an original that was damaged, whose bytes came in again and are read from their second place. `mended`: an object that was
    not right in one of two places and was put right from the other. `unfinished`: the log announces a change that a crash cut off before it
    was made, or before the log could say that it stands. `withdrawn`: an invoice that somebody took
    out of the lists, which is kept like any other.
    """

    MISSING = "missing"
    DAMAGED = "damaged"
    ROLLED_BACK = "rolled_back"
    UNLOGGED = "unlogged"
    DIFFERS = "differs"
    ORPHANED = "orphaned"
    UNINDEXED = "unindexed"
    RESTORED = "restored"
    MENDED = "mended"
    UNFINISHED = "unfinished"
    WITHDRAWN = "withdrawn"

    @property
    def is_note(self) -> bool:
        """Whether nothing is wrong."""
        return self in _NOTES


_NOTES = frozenset(
    {
        FindingKind.ORPHANED,
        FindingKind.UNINDEXED,
        FindingKind.RESTORED,
        FindingKind.MENDED,
        FindingKind.UNFINISHED,
        FindingKind.WITHDRAWN,
    }
)


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that an audit met at the object `key`; `document` is the one concerned, as far as that is known."""

    kind: FindingKind
    key: str
    document: Digest | None
    detail: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was looked at and what was found. `hashed_objects` and `hashed_bytes` were read whole and held against their digests."""

    documents: int
    manifests: int
    originals: int
    readings: int
    hashed_objects: int
    hashed_bytes: int
    findings: tuple[AuditFinding, ...]
    notes: tuple[AuditFinding, ...] = ()

    def with_findings(self, met: tuple[AuditFinding, ...]) -> Self:
        """The report with what was met elsewhere; an object that is named already is not named twice."""
        named = {(finding.kind, finding.key) for finding in self.findings}
        wrong = tuple(finding for finding in met if not finding.kind.is_note and (finding.kind, finding.key) not in named)
        noted = tuple(finding for finding in met if finding.kind.is_note)
        return replace(self, findings=(*self.findings, *wrong), notes=(*self.notes, *noted))

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong; notes are no fault."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an index remembers of a document: the newest version of its record, 0 for none, and the digest of that version's manifest.

    None where the index does not say.
    """

    document: Digest
    version: int | None = None
    manifest: Digest | None = None


class AuditWay(StrEnum):
    """How an archive was looked at.

    `walk`: every key, as `piaogen audit` does it. `round`: document after document, the one that was checked longest ago first, in the
    time that nobody needs. `drill`: some documents restored from the store alone.
    """

    WALK = "walk"
    ROUND = "round"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class AuditResult:
    """One audit as it is kept for ever.

    Attributes:
        way: how it was done.
        began_at: when, UTC.
        ended_at: until when, UTC.
        by: whose doing it was, as the activity log writes it.
        documents: how many the index knew at the end.
        verified: how many of those were found sound, by this audit or since the last `AUDIT_DAYS` days.
        checked: how many this audit looked at.
        hashed_objects: objects that were read whole and held against their digests.
        hashed_bytes: their bytes.
        findings: what was wrong; the first `MOST_FINDINGS` of them.
        findings_in_all: how many there were.
        log_head: how far the activity log had come, `COUNT:sha256:…`; None where there is no log.
    """

    way: AuditWay
    began_at: datetime
    ended_at: datetime
    by: str
    documents: int
    verified: int
    checked: int
    hashed_objects: int
    hashed_bytes: int
    findings: tuple[AuditFinding, ...]
    findings_in_all: int
    log_head: str | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong."""
        return self.findings_in_all == 0


MOST_FINDINGS = 1000
"""So many findings are kept of one audit: who has more needs a backup, not a list."""
