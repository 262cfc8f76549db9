"""PaddleOCR's networks without PaddleOCR: the same text from the same weights in a fraction of the time, with alternatives."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Polygon
from ocr_service.engines.crops import line_crop
from ocr_service.engines.detection import TextDetector
from ocr_service.engines.guard import EngineGuard
from ocr_service.engines.network import load_network, multiplies_bfloat16
from ocr_service.engines.recognition import LineReader, characters_of
from ocr_service.engines.weights import Weights

Size = Literal["tiny", "small"]


class OwnRecognizer:
    """Finds lines on a page scaled down, and reads each from the full resolution; pages come upright and flat."""

    name = "piaogen"
    version = "1"

    def __init__(self, weights: Weights, *, detector: Size = "small", recognizer: Size = "small", threads: int = 1) -> None:
        detection, recognition = f"PP-OCRv6_{detector}_det", f"PP-OCRv6_{recognizer}_rec"
        bfloat16 = multiplies_bfloat16()
        finder = load_network(weights.model(detection) / "inference.onnx", threads=threads, bfloat16=bfloat16)
        reader = load_network(weights.model(recognition) / "inference.onnx", threads=threads, bfloat16=bfloat16)
        self.models: Mapping[str, str] = {"detection": detection, "recognition": recognition, "runtime": reader.runtime}
        self._detector = TextDetector(finder)
        self._reader = LineReader(reader, characters_of(weights.model(recognition)))
        self._guard = EngineGuard()

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        """Every line of text of a BGR image, polygons in pixels of that image.

        Raises:
            RecognitionFailed: the engine broke.
            RuntimeError: two threads use one recogniser at once.
        """
        with self._guard.reading(pixels):
            return tuple(line for line in self._lines(pixels, self._detector.places(pixels)) if line.text)

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        """What stands in each of these places, read as one line; one entry per place, empty text where nothing is read.

        Raises:
            RecognitionFailed: the engine broke.
            RuntimeError: two threads use one recogniser at once.
        """
        with self._guard.reading(pixels):
            return self._lines(pixels, places)

    def reserved(self) -> AbstractContextManager[None]:
        """Keep the engine to oneself; raise RuntimeError when somebody else has it."""
        return self._guard.reserved()

    def _lines(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> tuple[TextLine, ...]:
        return tuple(self._line(pixels, place) for place in places)

    def _line(self, pixels: NDArray[np.uint8], place: Polygon) -> TextLine:
        line = self._reader.read(line_crop(pixels, place))
        if not line.text.strip():
            return TextLine("", 0.0, place)
        return TextLine(line.text, line.confidence, place, line.choices)
