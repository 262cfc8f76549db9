"""What one reading may cost: time and memory, held by the operating system and not by the code that may hang."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ocr_service.settings import Settings

OVERDUE = "reading_overdue"
"""The error of a document whose reading took longer than it may, at every attempt."""


@dataclass(frozen=True, slots=True)
class JobLimits:
    """Limits of a process that reads.

    An engine that hangs in native code never lets the interpreter run again, so no thread of the same process can end it. The kernel's
    timer can: SIGALRM, which nobody here handles, ends the process, and its parent knows by that why.
    """

    seconds: float
    seconds_a_page: float
    megabytes: int

    @classmethod
    def of(cls, settings: Settings) -> "JobLimits":
        """As the settings say."""
        return cls(settings.reading_seconds, settings.reading_page_seconds, settings.reading_megabytes)

    def seconds_for(self, pages: int) -> float:
        """How long a reading of so many pages may take."""
        return self.seconds + self.seconds_a_page * max(1, pages)

    def confine(self) -> None:
        """Limit this process for good: more memory than allowed is refused to it, which Python tells as MemoryError.

        Only what can be written to counts (RLIMIT_DATA): engines map weights and reserve addresses that they never use. Memory shared
        with other processes does not count; for that, and for native code that does not bear a refusal, the parent looks at its size.
        """
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = self.megabytes << 20
        resource.setrlimit(resource.RLIMIT_DATA, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))

    @contextmanager
    def timed(self, pages: int) -> Iterator[None]:
        """End this process when the block takes longer than a reading of so many pages may; one reading at a time."""
        signal.setitimer(signal.ITIMER_REAL, self.seconds_for(pages))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def resident_megabytes(process: int | str = "self") -> float:
    """Resident memory of a process in MiB; 0 where the system does not tell, or when it is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 2**20
