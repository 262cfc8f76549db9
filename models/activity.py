"""Who did what: the entries of the activity log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from models.digest import Digest


class Action(StrEnum):
    """What is logged. An action names its subject: a document's digest, an invoice's id, a user, a key, or the archive itself."""

    UPLOAD_ACCEPTED = "upload.accepted"
    UPLOAD_DUPLICATE = "upload.duplicate"
    UPLOAD_REFUSED = "upload.refused"
    DOCUMENT_FOUND = "document.found"
    """A document that no entry spoke of: a crash came between its record and its entry, or it is older than the log."""
    ORIGINAL_VIEWED = "original.viewed"
    """A page or a piece of it was shown."""
    ORIGINAL_DOWNLOADED = "original.downloaded"
    INVOICE_CORRECTED = "invoice.corrected"
    INVOICE_CONFIRMED = "invoice.confirmed"
    INVOICE_OVERRIDDEN = "invoice.overridden"
    INVOICE_WITHDRAWN = "invoice.withdrawn"
    """Taken out of the lists (作废); the record stays."""
    INVOICE_RESTORED = "invoice.restored"
    """Put back into them."""
    VERSION_KEPT = "version.kept"
    """What somebody said of an invoice stands in the archive as this version: written after it, and before it is acknowledged."""
    REPROCESS_REQUESTED = "reprocess.requested"
    BATCH_CANCELLED = "batch.cancelled"
    EXPORTED = "exported"
    ARCHIVE_AUDITED = "archive.audited"
    CATALOGUE_REBUILT = "catalogue.rebuilt"
    ARCHIVE_COPIED = "archive.copied"
    """A copy of everything was begun."""
    ARCHIVE_REKEYED = "archive.rekeyed"
    """A sealed archive opens with another key from here on."""
    HOLD_SET = "hold.set"
    HOLD_RELEASED = "hold.released"
    DESTRUCTION_PROPOSED = "destruction.proposed"
    DESTRUCTION_APPROVED = "destruction.approved"
    DOCUMENT_DESTROYED = "document.destroyed"
    """Written before its tombstone is set and anything is removed."""
    RECORD_CHANGED = "record.changed"
    """A loss case, a paper, a reconciliation or a setting has a new version: written after it, and before it is acknowledged."""
    RECORD_FOUND = "record.found"
    """A version of which no entry spoke: a crash came between both."""
    CERTIFIED = "certified"
    LOGIN = "login"
    LOGIN_FAILED = "login.failed"
    LOGOUT = "logout"
    KEY_USED = "key.used"
    """First use of a day."""
    PHONE_OFFERED = "phone.offered"
    """A link that enrols a phone was made."""
    PHONE_ENROLLED = "phone.enrolled"
    """A phone opened such a link and holds a key now."""
    ACCESS_CHANGED = "access.changed"
    """A user, a role or a key is made, changed or withdrawn: written before its record."""
    ACCESS_KEPT = "access.kept"
    """That change stands as this version: written after its record, and before it is acknowledged."""


ARCHIVE = "archive"
"""The subject of what concerns no single document."""

Details = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that somebody did. `details` hold keys, sizes, digests and reasons, never the text of a document."""

    at: datetime
    actor: str
    action: str
    subject: str
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogHead:
    """How far the log had come: the number of its blocks, and the digest of the last one. Whoever keeps it can prove a later cut."""

    count: int
    digest: Digest

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `COUNT:sha256:…`; raise ValueError for any other form."""
        count, _, digest = text.partition(":")
        if not count.isascii() or not count.isdigit() or int(count) < 1:
            raise ValueError(f"not the head of a log: {text!r}")
        return cls(int(count), Digest.parse(digest))

    def __str__(self) -> str:
        return f"{self.count}:{self.digest}"
