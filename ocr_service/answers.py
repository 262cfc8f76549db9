"""What the use cases answer with."""

from dataclasses import dataclass
from typing import NamedTuple

from models.archive import DocumentState, Manifest, Received
from models.capture import CaptureAdvice
from models.clues import InvoiceSummary
from models.correction import Correction
from models.document import DocumentRef
from models.errors import RefusedInput
from models.invoice import Invoice
from models.reading import Engine, Reading


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


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """One archived invoice with the record around it."""

    summary: InvoiceSummary
    invoice: Invoice
    received: Received
    manifest: Manifest
    reading: Reading


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version of a record: who read it, and what a person set right in it by this version."""

    manifest: Manifest
    engine: Engine
    corrections: tuple[Correction, ...]


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
