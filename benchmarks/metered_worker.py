"""A worker process of the service that notes the CPU time of each stage and the memory that it holds after each file."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from models.document import Scan
from models.reading import Reading
from ocr_service.composition import build_reader, build_service
from ocr_service.job_limits import resident_megabytes
from ocr_service.keeping import ProcessWorkers
from ocr_service.pipeline import InvoicePipeline
from ocr_service.service import ArchiveService, Reader
from ocr_service.settings import Settings
from ocr_service.stage import Stage
from ocr_service.workers import run_worker

Input = TypeVar("Input")
Output = TypeVar("Output")


@dataclass
class Meter:
    """What one process used: CPU seconds of each stage, of loading the engine and in all, pages, and MiB held after each file."""

    stages: dict[str, float] = field(default_factory=dict)
    loading: float = 0.0
    whole: float = 0.0
    pages: int = 0
    resident_mb: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MeteredStage(Generic[Input, Output]):
    """A stage, and the meter that its CPU time goes to."""

    stage: Stage[Input, Output]
    meter: Meter

    @property
    def name(self) -> str:
        """As without a meter."""
        return self.stage.name

    def run(self, value: Input) -> Output:
        """Do the step; the whole process counts, since a runtime may have a thread of its own."""
        begun = time.process_time()
        try:
            return self.stage.run(value)
        finally:
            self.meter.stages[self.name] = self.meter.stages.get(self.name, 0.0) + time.process_time() - begun


@dataclass(frozen=True, slots=True)
class MeteredReader:
    """The service's reader, which tells its meter after each file how many pages that were and how much memory is held."""

    reader: Reader
    meter: Meter

    def read(self, scan: Scan) -> Reading:
        """Read as ever."""
        reading = self.reader.read(scan)
        self.meter.pages += max(1, reading.document.pages)
        self.meter.resident_mb.append(round(resident_megabytes(), 1))
        return reading


def metered_workers(folder: Path) -> Callable[[Settings, int], ProcessWorkers]:
    """Builds worker processes that leave a file each with their figures in a folder when they end."""
    folder.mkdir(parents=True, exist_ok=True)
    return lambda settings, count: ProcessWorkers(settings, count, build_service, _Metered(folder))


def meters_in(folder: Path) -> list[Meter]:
    """What the processes left that have ended."""
    return [Meter(**json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]


@dataclass(frozen=True, slots=True)
class _Metered:
    """What such a process does; a value, since it is sent to it."""

    folder: Path

    def __call__(self, settings: Settings, build: Callable[[Settings], ArchiveService]) -> None:
        meter = Meter()

        def build_metered(given: Settings) -> ArchiveService:
            return replace(build(given), reader=cache(lambda: _loaded(given, meter)))

        run_worker(settings, build_metered)
        meter.whole = time.process_time()
        (self.folder / f"{os.getpid()}.json").write_text(json.dumps(vars(meter)), encoding="utf-8")


def _loaded(settings: Settings, meter: Meter) -> Reader:
    pipeline = build_reader(settings)
    meter.loading = time.process_time()
    if not isinstance(pipeline, InvoicePipeline):
        return MeteredReader(pipeline, meter)
    values = {field.name: getattr(pipeline, field.name) for field in fields(pipeline)}
    stages: dict[str, Any] = {name: MeteredStage(value, meter) for name, value in values.items() if hasattr(value, "run")}
    return MeteredReader(replace(pipeline, **stages), meter)
