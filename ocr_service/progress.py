"""How far `piaogen ingest` is: a bar on a terminal, now and then a line elsewhere, and at the end what became of everything."""

import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import NamedTuple, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from models.archive import DocumentState
from ocr_service.ingestion import IngestedFile
from ocr_service.report import state_name

LINE_SECONDS = 10.0
"""Where there is no bar, a line comes no more often than this."""
_MEASURED_FILES = 40
_FEWEST_FILES = 4
"""With fewer files read nothing is said about the rest."""


class _Mark(NamedTuple):
    """How much was read up to a moment."""

    at: float
    files: int
    pages: int


class IngestProgress:
    """Counts files and pages; what it says about speed and time is measured over the last files, and left out before it is known."""

    def __init__(self, console: Console, *, bar: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._begun = self._said = clock()
        self._found, self._all_found = 0, False
        self._states: Counter[DocumentState] = Counter()
        self._marks: deque[_Mark] = deque([_Mark(self._begun, 0, 0)], maxlen=_MEASURED_FILES)
        columns = (SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        self._bar = Progress(*columns, console=console, transient=True) if bar else None
        self._task = None if self._bar is None else self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self.files:
            self._console.print(self.summary(), markup=False, soft_wrap=True)

    @property
    def files(self) -> int:
        """How many files are done with."""
        return self._states.total()

    def count(self, files: int, complete: bool) -> None:
        """So many files were found, all of them or so far."""
        self._found, self._all_found = files, complete
        self._show()

    def note(self, file: IngestedFile) -> None:
        """A file is done with."""
        self._states[file.state] += 1
        if file.pages:
            last = self._marks[-1]
            self._marks.append(_Mark(self._clock(), last.files + 1, last.pages + file.pages))
        self._show()

    def told(self) -> str:
        """Pages read, their rate, and the time left as far as it is known."""
        pages = f"{self._marks[-1].pages} 页 pages"
        rate, left = self._rate(), self._seconds_left()
        speed = "" if rate is None else f"，{60 * rate:.1f} 页/分 pages/min"
        rest = "" if left is None else f"，约剩 about {timedelta(seconds=round(left))} 时间 left"
        return pages + speed + rest

    def summary(self) -> str:
        """What became of all files, and how fast."""
        pages, seconds = self._marks[-1].pages, self._clock() - self._begun
        speed = f"，{60 * pages / seconds:.1f} 页/分 pages/min" if pages and seconds else ""
        states = " · ".join(f"{state_name(state)} {self._states[state]}" for state in DocumentState if self._states[state])
        return f"{self._states.total()} 份文件 files，{pages} 页 pages{speed}：{states}"

    def _rate(self) -> float | None:
        """Pages a second."""
        first, last = self._marks[0], self._marks[-1]
        if last.files - first.files < _FEWEST_FILES or last.at <= first.at:
            return None
        return (last.pages - first.pages) / (last.at - first.at)

    def _seconds_left(self) -> float | None:
        rate = self._rate()
        if rate is None or not self._all_found:
            return None
        last = self._marks[-1]
        return (self._found - self._states.total()) * last.pages / last.files / rate

    def _show(self) -> None:
        if self._bar is not None and self._task is not None:
            total = self._found if self._all_found else None
            self._bar.update(self._task, completed=self._states.total(), total=total, description=self.told())
        elif self._clock() - self._said >= LINE_SECONDS:
            self._said = self._clock()
            found = f"{self._found}" if self._all_found else f"{self._found}+"
            self._console.print(f"进度 progress {self._states.total()}/{found} 份 files，{self.told()}", markup=False, soft_wrap=True)
