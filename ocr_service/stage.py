"""One step of the pipeline, and the one way to run it."""

import time
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from models.errors import PiaogenError, RecognitionFailed
from ocr_service.shortage import refuse_shortage

Input = TypeVar("Input", contravariant=True)
Output = TypeVar("Output", covariant=True)
Value = TypeVar("Value")
Result = TypeVar("Result")

_log = structlog.get_logger(__name__)


class Pages(Protocol[Input, Output]):
    """A stage that makes several values of one, each when it is asked for: a long file need not stand in memory at once."""

    @property
    def name(self) -> str:
        """As a stage's."""

    def pages(self, value: Input, /) -> Iterator[Output]:
        """The values, in order; raises as a stage does."""


class Stage(Protocol[Input, Output]):
    """A value in, a new value out; no I/O except through what its constructor was given."""

    @property
    def name(self) -> str:
        """Stable: it stands in logs, metrics and stored timings."""

    def run(self, value: Input) -> Output:
        """Do the step; raise PiaogenError for expected failures, anything else is a bug."""


def run_stage(stage: Stage[Value, Result], value: Value, timings_ms: MutableMapping[str, float]) -> Result:
    """Run one stage, add its wall time to `timings_ms` and log it.

    Raises:
        OutOfResources: this machine is short of memory or the like.
        RecognitionFailed: the stage broke in a way nobody foresaw.
    """
    started = time.perf_counter()
    try:
        return stage.run(value)
    except PiaogenError:
        raise
    except Exception as error:  # a bug or a native library must cost one document, not the worker
        _log.exception("stage failed", stage=stage.name)
        refuse_shortage(error)
        raise RecognitionFailed(f"stage {stage.name} broke: {type(error).__name__}", stage=stage.name) from error
    finally:
        elapsed = 1000 * (time.perf_counter() - started)
        timings_ms[stage.name] = timings_ms.get(stage.name, 0.0) + elapsed
        _log.debug("stage finished", stage=stage.name, milliseconds=round(elapsed, 1))


def run_pages(stage: Pages[Value, Result], value: Value, timings_ms: MutableMapping[str, float]) -> Iterator[Result]:
    """Run a stage page by page, as `run_stage` runs one.

    Raises:
        RecognitionFailed: the stage broke in a way nobody foresaw.
    """
    following = _Following(stage.name, stage.pages(value))
    while (page := run_stage(following, None, timings_ms)) is not None:
        yield page


@dataclass(frozen=True, slots=True)
class _Following(Generic[Result]):
    """Gives the next of some values, None after the last."""

    name: str
    values: Iterator[Result]

    def run(self, value: None) -> Result | None:
        return next(self.values, None)
