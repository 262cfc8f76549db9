"""Files that came together, and what became of each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.archive import DocumentState
from models.capture import CaptureAdvice
from models.digest import Digest

_UNSETTLED = frozenset({DocumentState.QUEUED, DocumentState.RUNNING})


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One file of a batch, in the order of arrival from 1.

    `state` is where the file stands now. `digest` is None for a refused file. `duplicate_of` is the id of the first invoice of
    the document that was there before, or that document's digest while it has none. `attempts` is how often the reading asked for last
    was tried. `advice` is what was seen of its picture when it came.
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


@dataclass(frozen=True, slots=True)
class RememberedRequest:
    """What an Idempotency-Key stands for: the fingerprint of its first request, that one's batch, and whether it was answered."""

    fingerprint: str
    batch_id: str
    complete: bool
