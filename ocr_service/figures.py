"""How the service stands, in numbers for whoever watches it: what is alive, what waits, what is behind, how much room there is."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from models.errors import IntegrityViolated, StoreUnavailable
from models.verification import Verdict
from ocr_service.service import ArchiveService
from ocr_service.settings import S3, Settings
from storage.catalogue.figures import CatalogueFigures
from storage.mirror_outbox import HasLag, MirrorLag

VERDICTS_SECONDS = 60.0
"""Counting verdicts looks at every document: nobody is told more often than this."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was seen at one moment.

    Attributes:
        verdicts: documents by verdict, at most `VERDICTS_SECONDS` old.
        waits_since: when the document came in that has waited longest for its reading; None where none waits.
        readings_finished: readings since the queue was made.
        longest_reading: seconds that the longest reading under way has taken; 0 where none is.
        free_bytes: room on the disks of `archive` and `mirror`, those of them that are folders.
        lag: how far the mirror is behind; None without one, or where it does not say.
        log_blocks: blocks of the activity log; None where it cannot be read.
        log_holds: whether the log still has what the index saw of it; None where the store does not answer.
    """

    verdicts: Mapping[Verdict, int]
    waits_since: datetime | None
    readings_finished: int
    longest_reading: float
    free_bytes: Mapping[str, int]
    lag: MirrorLag | None
    log_blocks: int | None
    log_holds: bool | None


@dataclass(slots=True)
class Gauges:
    """Looks when it is asked; remembers what is dear to count."""

    service: ArchiveService
    settings: Settings
    seconds: Callable[[], float] = time.monotonic
    _verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    _counted_at: float | None = None

    def look(self) -> Figures:
        """All of it; raise CatalogueUnavailable. What a store does not tell is left out."""
        catalogue = CatalogueFigures(self.service.catalogue)
        blocks, holds = self._log()
        return Figures(
            verdicts=self._verdicts_of(catalogue),
            waits_since=catalogue.waits_since(),
            readings_finished=catalogue.readings_finished(),
            longest_reading=max((reading.seconds for reading in self.service.queue.readings()), default=0.0),
            free_bytes=self._free_bytes(),
            lag=self._lag(),
            log_blocks=blocks,
            log_holds=holds,
        )

    def _verdicts_of(self, catalogue: CatalogueFigures) -> Mapping[Verdict, int]:
        now = self.seconds()
        if self._counted_at is None or now - self._counted_at >= VERDICTS_SECONDS:
            self._verdicts, self._counted_at = catalogue.verdicts(), now
        return self._verdicts

    def _free_bytes(self) -> dict[str, int]:
        free = {}
        for name, place in (("archive", self.settings.archive), ("mirror", self.settings.mirror)):
            if not place or place.startswith(S3):
                continue
            try:
                free[name] = shutil.disk_usage(Path(place).expanduser()).free
            except OSError:  # a disk that is away has no room to speak of, and is told elsewhere
                continue
        return free

    def _lag(self) -> MirrorLag | None:
        try:
            store = self.service.archive.store
            return store.lag if isinstance(store, HasLag) else None
        except StoreUnavailable:
            return None

    def _log(self) -> tuple[int | None, bool | None]:
        try:
            return self.service.activity.catch_up().count, True
        except IntegrityViolated:
            return None, False
        except StoreUnavailable:
            return None, None
