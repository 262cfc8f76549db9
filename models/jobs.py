"""One piece of waiting work, and how fast such work goes."""

from dataclasses import dataclass

from models.digest import Digest


@dataclass(frozen=True, slots=True)
class Job:
    """One scan to read, as `version` of its record; `attempt` counts from 1, `pages` are those that intake found.

    Id and attempt together name one lease: a job given again is another lease.
    """

    id: int
    document: Digest
    attempt: int
    file_name: str
    version: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Running:
    """A reading that goes on: the pages of its document, and seconds since it began."""

    pages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """Pages to read until a batch is through, and seconds for which those of its jobs pause that failed and are tried again."""

    pages: int
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a queue is worked off: seconds that one worker takes for a page and pages of a job, means of the last ones; workers."""

    page_seconds: float
    job_pages: float
    workers: int

    @property
    def pages_a_minute(self) -> float:
        """What all workers read together."""
        return 60 * self.workers / self.page_seconds

    def seconds_for(self, pages: float) -> float:
        """How long all workers together take for so many pages."""
        return pages * self.page_seconds / self.workers
