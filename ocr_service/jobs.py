"""The queue port: which scan is to be read next, kept so that a killed worker's job comes back."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from models.archive import DocumentState, Received
from models.capture import CaptureAdvice
from models.digest import Digest
from models.jobs import Ahead, Job, Pace, Running


class JobQueue(Protocol):
    """At least once: a job whose lease ran out is given again, so reading must be idempotent (it is, by digest)."""

    def accept(
        self,
        received: Received,
        batch: str | None = None,
        priority: int = 0,
        *,
        file_name: str | None = None,
        advice: Sequence[CaptureAdvice] = (),
        new: bool = False,
        mark: str | None = None,
    ) -> DocumentState:
        """Note a received document, its job and its place in a batch, all or nothing: `queued`, or `duplicate` when it is read or waits.

        `new`: the archive did not hold it before, so it is `queued` even where a comparison of the index was quicker to take it in.
        `mark`: of the files of a batch with one mark only the first has a place in it.
        """

    def enqueue(self, document: Digest, file_name: str, *, priority: int = 0, batch: str | None = None) -> None:
        """Ask for a reading; a document that already waits or is being read is not queued twice. Higher priority goes first."""

    def retry_batch(self, batch: str) -> int:
        """Ask again for what of a batch is unread or cancelled, and say how many readings that are; raise BatchNotFound."""

    def claim(self, worker: str, lease_seconds: float) -> Job | None:
        """Take the next job under a lease, or None when nothing waits."""

    def holders(self) -> tuple[str, ...]:
        """The workers that hold a lease."""

    def release(self, worker: str) -> None:
        """Take the leases of a worker that is known to be dead."""

    def lose(self, worker: str, error: str) -> None:
        """A worker was killed over its jobs for this reason: as if it had said so itself."""

    def extend(self, job: Job, worker: str, lease_seconds: float) -> bool:
        """Heartbeat: prolong the lease; False when the job was lost to another worker or cancelled."""

    def finish(self, job: Job, worker: str) -> None:
        """The reading is archived."""

    def fail(self, job: Job, worker: str, error: str, *, retry: bool) -> None:
        """The reading broke: try again later (up to the queue's number of attempts) or give up and leave the scan unread."""

    def give_back(self, job: Job, worker: str) -> None:
        """The reading could not be tried: it waits again, and this was no attempt."""

    def pending(self, wanted: Iterable[Digest]) -> frozenset[Digest]:
        """Which of these documents still wait or are being read."""

    def exceeds(self, limit: int) -> bool:
        """Whether more jobs than this wait or are being read."""

    def pace(self) -> Pace | None:
        """How fast jobs are worked off, measured; None while nothing is known."""

    def ahead(self, batch: str) -> Ahead | None:
        """The work up to a batch's last job; None when nothing of it waits or is being read."""

    def waiting(self) -> int:
        """How many jobs nobody works on."""

    def running(self) -> int:
        """How many jobs are under a lease."""

    def readings(self) -> tuple[Running, ...]:
        """What is being read under a lease, and for how long already."""

    def beat(self, worker: str, pid: int) -> None:
        """Note that this worker, a process with this id, lives."""

    def leave(self, worker: str) -> None:
        """Note that this worker ends on purpose."""

    def alive_workers(self, within_seconds: float) -> int:
        """How many workers gave a sign of life within the last seconds."""
