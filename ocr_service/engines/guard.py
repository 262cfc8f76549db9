"""One engine is used by one thread at a time, and whatever breaks inside leaves it as RecognitionFailed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import RecognitionFailed
from ocr_service.shortage import refuse_shortage

_ENGINE_ERRORS: tuple[type[Exception], ...] = (
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    MemoryError,
    cv2.error,
)
"""What PaddleOCR, OpenCV and OpenVINO raise."""


class EngineGuard:
    """Held by an engine: who reads, reserves it."""

    def __init__(self, *errors: type[Exception]) -> None:
        """`errors` are what the engine raises when it breaks, besides what Python's and OpenCV's own functions do."""
        self._busy = threading.Lock()
        self._errors = (*_ENGINE_ERRORS, *errors)

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Keep the engine to oneself; raise RuntimeError when somebody else has it: shared by threads it mixes up their texts."""
        if not self._busy.acquire(blocking=False):
            raise RuntimeError("one OCR engine must not be used by two threads at once: it mixes up their texts")
        try:
            yield
        finally:
            self._busy.release()

    @contextmanager
    def reading(self, pixels: NDArray[np.uint8]) -> Iterator[None]:
        """Read these pixels with the engine to oneself.

        Raises:
            RecognitionFailed: the engine broke.
            OutOfResources: this machine is short of memory.
            RuntimeError: two threads use one engine at once.
        """
        with self.reserved():
            try:
                yield
            except self._errors as error:
                refuse_shortage(error)
                height, width = pixels.shape[:2]
                message = f"The OCR engine broke on a page of {width} x {height} pixels ({type(error).__name__})."
                raise RecognitionFailed(message, width=int(width), height=int(height)) from error
