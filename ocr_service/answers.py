"""What the use cases answer with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from models.archive import DocumentState, Manifest, Received
from models.capture import CaptureAdvice
from models.catalogue import ReviewEntry
from models.clues import InvoiceSummary
from models.correction import Correction
from models.document import DocumentRef
from models.errors import PiaogenError, RefusedInput
from models.invoice import Invoice
from models.reading import Engine, Reading
from models.verification import Override, Verdict


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of one file that was handed in.

    `state` is `queued` (stored, its reading is to come), `duplicate` (the same bytes were received before and are read or wait)
    or `refused` (`error` says why; nothing was stored).
    """

    file_name: str
    state: DocumentState
    document: DocumentRef | None = None
    error: RefusedInput | None = None
    advice: tuple[CaptureAdvice, ...] = ()
    """What a better picture of the paper would need."""


READING_DAMAGED = "reading_damaged"
"""The newest version of the record cannot be read; an older one is shown, where there is one."""
ROLLED_BACK = "record_rolled_back"
"""The index remembers a newer version of the record than the archive holds."""


class Voucher(NamedTuple):
    """Who vouches for an invoice, and since when (UTC)."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """One archived invoice with the record around it; `position` is its place in the reading, from 1.

    `damage` says why this is not the newest version of the record, `READING_DAMAGED` or `ROLLED_BACK`; None when it is.
    """

    summary: InvoiceSummary
    position: int
    received: Received
    manifest: Manifest
    reading: Reading
    damage: str | None = None

    @property
    def invoice(self) -> Invoice:
        """The invoice itself."""
        return self.reading.invoices[self.position - 1]

    @property
    def voucher(self) -> Voucher | None:
        """Who spoke last of an invoice that stands confirmed; None where nobody vouches for it."""
        if self.invoice.verdict is not Verdict.CONFIRMED:
            return None
        words = (one for one in self.reading.corrections if one.position == self.position and one.withdrawn is None)
        said = [Voucher(one.by, one.at) for one in words]
        said += [Voucher(check.override.by, check.override.at) for check in self.invoice.checks if check.override is not None]
        return max(said, key=lambda voucher: voucher.at, default=None)

    @property
    def withdrawal(self) -> Correction | None:
        """Who took it out of the lists (作废), when and why; None where it is listed."""
        return self.reading.withdrawal(self.position)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version of a record: who read it, and what people said by this version: corrections, and failed checks accepted, by rule.

    `manifest` and `engine` are None where they cannot be read any more; `damaged` is true where either cannot.
    """

    version: int
    manifest: Manifest | None
    engine: Engine | None
    corrections: tuple[Correction, ...]
    overrides: Mapping[str, Override]

    @property
    def damaged(self) -> bool:
        """Whether what was read or said by this version cannot be told any more."""
        return self.engine is None


def trouble(entry: ReviewEntry, stored: StoredInvoice | None) -> str | None:
    """What is wrong with something in the review list: its record is damaged, or why its last reading failed; None when nothing is."""
    if entry.invoice is not None and stored is None:
        return READING_DAMAGED
    if stored is not None and stored.damage is not None:
        return stored.damage
    return entry.document.error


class QueueCounts(NamedTuple):
    """Jobs that wait, jobs being read, and workers that gave a sign of life lately."""

    waiting: int
    running: int
    workers: int


class Component(NamedTuple):
    """Whether a part that the service needs is ready, and why not."""

    name: str
    ok: bool
    why: str
    error: PiaogenError | None = None
    """What it answered; its message is not for everybody."""
