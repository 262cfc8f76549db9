"""What the use cases answer with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from models.archive import DocumentState, Manifest, Received
from models.capture import CaptureAdvice
from models.clues import InvoiceSummary
from models.correction import Correction
from models.document import DocumentRef
from models.errors import RefusedInput
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


class Voucher(NamedTuple):
    """Who vouches for an invoice, and since when (UTC)."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """One archived invoice with the record around it; `position` is its place in the reading, from 1."""

    summary: InvoiceSummary
    position: int
    received: Received
    manifest: Manifest
    reading: Reading

    @property
    def invoice(self) -> Invoice:
        """The invoice itself."""
        return self.reading.invoices[self.position - 1]

    @property
    def voucher(self) -> Voucher | None:
        """Who spoke last of an invoice that stands confirmed; None where nobody vouches for it."""
        if self.invoice.verdict is not Verdict.CONFIRMED:
            return None
        said = [Voucher(one.by, one.at) for one in self.reading.corrections if one.position == self.position]
        said += [Voucher(check.override.by, check.override.at) for check in self.invoice.checks if check.override is not None]
        return max(said, key=lambda voucher: voucher.at, default=None)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version of a record: who read it, and what people said by this version: corrections, and failed checks accepted, by rule."""

    manifest: Manifest
    engine: Engine
    corrections: tuple[Correction, ...]
    overrides: Mapping[str, Override]


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
