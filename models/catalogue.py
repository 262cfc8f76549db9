"""What the catalogue says about documents, and about itself."""

from dataclasses import dataclass
from typing import NamedTuple

from models.archive import DocumentState, Received
from models.clues import InvoiceSummary


@dataclass(frozen=True, slots=True)
class CatalogueDocument:
    """Where one document stands.

    `version` is that of the indexed reading, 0 when there is none yet. `error` says why the last try to read it failed (an error
    code of `models.errors` or one of the queue), None when it did not; `attempts` how often the reading asked for last was tried.
    """

    received: Received
    state: DocumentState
    version: int
    error: str | None
    attempts: int = 0


class UnreadScans(NamedTuple):
    """Scans that hold nothing yet that could be searched: how many there are, and the newest of them, newest first."""

    in_all: int
    newest: tuple[CatalogueDocument, ...]


class IndexState(NamedTuple):
    """How the index was last seen to differ from the archive, which alone is the truth.

    `behind`: the archive holds what the index does not know, as after an older copy of the index was put back. `ahead`: the index names
    what the archive does not hold, as after an older copy of the archive was.
    """

    behind: bool = False
    ahead: bool = False

    @property
    def stale(self) -> bool:
        """Whether answers from the index may lack something, or show what is not there."""
        return self.behind or self.ahead


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """Something for a person to look at: one invoice that proof did not settle, or a document of which none could be read (yet)."""

    document: CatalogueDocument
    invoice: InvoiceSummary | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A stretch of the review list, oldest first; `next` is the `after` of the following stretch, None at the end."""

    entries: tuple[ReviewEntry, ...]
    next: str | None
