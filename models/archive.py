"""Records that the archive keeps beside originals and readings, and what became of a file."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models.calendar_words import day_in_china
from models.digest import Digest
from models.document import DocumentRef


class DocumentState(StrEnum):
    """Where a file stands.

    `queued` and `running` end in `done`, `needs_review` or `unread`. `duplicate` and `refused` are final at once; `cancelled`
    means that its reading was called off: the original is kept and listed as unread. `destroyed` after
    its term: only its tombstone is left.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    NEEDS_REVIEW = "needs_review"
    UNREAD = "unread"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Received:
    """The record that stands before any reading: these bytes came at this time (UTC) by this way (`cli`, `api`, `web`).

    `department` is whose they are from then on; None for nobody's in particular. Another department that hands in the same bytes has a
    record of its own.
    """

    document: DocumentRef
    received_at: datetime
    source: str
    department: str | None = None

    @property
    def received_on(self) -> date:
        """The day in China, where invoices are made out."""
        return day_in_china(self.received_at)


@dataclass(frozen=True, slots=True)
class Part:
    """One object that a manifest vouches for."""

    role: str
    key: str
    digest: Digest
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version of a document's record, written after all its parts.

    Versions count from 1; `previous` is the digest of the manifest before.
    """

    document: DocumentRef
    version: int
    parts: tuple[Part, ...]
    archived_at: datetime
    previous: Digest | None

    def part(self, role: str) -> Part:
        """The part with this role; raise KeyError when there is none."""
        for part in self.parts:
            if part.role == role:
                return part
        raise KeyError(role)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a version is archived: the manifest's key and digest."""

    document: Digest
    version: int
    manifest_key: str
    manifest_digest: Digest


def invoice_id(document: Digest, position: int) -> str:
    """The stable name of the invoice at `position` (from 1) in a document; the same after every rebuild."""
    return f"{document.hex[:20]}-{position}"
