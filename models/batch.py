"""Files that came together, and what became of each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from models.archive import DocumentState
from models.capture import CaptureAdvice
from models.digest import Digest

_UNSETTLED = frozenset({DocumentState.QUEUED, DocumentState.RUNNING})


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One file of a batch, in the order of arrival from 1.

    `state` is where the file stands now. `digest` is None for a refused file. `duplicate_of` is the id of the first invoice of
    the document that was there before, or that document's digest while it has none. `attempts` is how often the reading asked for last
    was tried. `advice` is what was seen of its picture when it came. `mark` is what its
    sender tells it by when it is sent again.
    """

    position: int
    file_name: str
    digest: Digest | None
    state: DocumentState
    error_code: str | None = None
    error_message: str | None = None
    duplicate_of: str | None = None
    attempts: int = 0
    advice: tuple[CaptureAdvice, ...] = ()
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The files of one upload; times in UTC."""

    id: str
    created_at: datetime
    cancelled_at: datetime | None
    items: tuple[BatchItem, ...]

    @property
    def counts(self) -> Mapping[DocumentState, int]:
        """How many files stand in each state; states without files are left out."""
        return Counter(item.state for item in self.items)

    @property
    def settled(self) -> bool:
        """Whether nothing of it waits or is being read."""
        return _UNSETTLED.isdisjoint(item.state for item in self.items)


class BatchSender(NamedTuple):
    """The principal who sent a batch, and for which department; None for none in particular."""

    name: str
    department: str | None


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A batch as a list shows it: when it began, who sent it (None: nobody noted it), and how many of its files stand where.

    `expected` is how many files the sender means to send, None where they did not say.
    """

    id: str
    created_at: datetime
    cancelled_at: datetime | None
    expected: int | None
    sender: BatchSender | None
    counts: Mapping[DocumentState, int]

    @property
    def source(self) -> str:
        """How it came: `web`, `phone`, `api` …"""
        return self.id.partition("-")[0]

    @property
    def total(self) -> int:
        """How many files of it are here, refused ones included."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        """How many are still to be read."""
        return sum(self.counts.get(state, 0) for state in _UNSETTLED)

    @property
    def missing(self) -> int:
        """How many its sender has not sent yet, as far as they said; containers may bring more than was expected."""
        return max(0, (self.expected or 0) - self.total)


class BatchList(NamedTuple):
    """Some batches, newest first, and the cursor that leads to the next ones; None after the last."""

    batches: tuple[ListedBatch, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class RememberedRequest:
    """What an Idempotency-Key stands for: the fingerprint of its first request, that one's batch, and whether it was answered."""

    fingerprint: str
    batch_id: str
    complete: bool
