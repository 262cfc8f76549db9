"""One step of the pipeline, and the one way to run it."""

import time
from collections.abc import MutableMapping
from typing import Protocol, TypeVar

import structlog

from models.errors import PiaogenError, RecognitionFailed

Input = TypeVar("Input", contravariant=True)
Output = TypeVar("Output", covariant=True)
Value = TypeVar("Value")
Result = TypeVar("Result")

_log = structlog.get_logger(__name__)


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
        RecognitionFailed: the stage broke in a way nobody foresaw.
    """
    started = time.perf_counter()
    try:
        return stage.run(value)
    except PiaogenError:
        raise
    except Exception as error:  # a bug or a native library must cost one document, not the worker
        _log.exception("stage failed", stage=stage.name)
        raise RecognitionFailed(f"stage {stage.name} broke: {type(error).__name__}", stage=stage.name) from error
    finally:
        elapsed = 1000 * (time.perf_counter() - started)
        timings_ms[stage.name] = timings_ms.get(stage.name, 0.0) + elapsed
        _log.debug("stage finished", stage=stage.name, milliseconds=round(elapsed, 1))
