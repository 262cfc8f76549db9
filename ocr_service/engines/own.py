"""PaddleOCR's networks without PaddleOCR: the same text from the same weights in a fraction of the time, with alternatives."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Polygon
from ocr_service.engines.cascade import CascadedReader
from ocr_service.engines.crops import line_crops
from ocr_service.engines.ctc import DecodedLine
from ocr_service.engines.detection import TextDetector
from ocr_service.engines.eight_bits import eight_bit_model
from ocr_service.engines.guard import EngineGuard
from ocr_service.engines.network import Network
from ocr_service.engines.recognition import LineReader, characters_of
from ocr_service.engines.runtimes import gains_by_eight_bits, load_eight_bits, load_network, multiplies_bfloat16
from ocr_service.engines.weights import Weights

_DETECTION = "PP-OCRv6_tiny_det"
"""On invoices it finds what the small one finds, in less than half of its time."""
_QUICK, THOROUGH = "PP-OCRv6_tiny_rec", "PP-OCRv6_small_rec"
_TOGETHER = 4
"""Lines that the quick network reads at once in bfloat16, a sixth faster than one by one; in single precision they gain nothing, nor does
the thorough network."""


class OwnRecognizer:
    """Finds lines on a page scaled down, and reads each from the full resolution; pages come upright and flat.

    `recognizer` chooses who reads: the tiny network, the small one, or (`cascade`) the small one what the tiny one is not sure of.
    """

    name = "piaogen"
    version = "1"

    def __init__(self, weights: Weights, *, recognizer: Literal["tiny", "small", "cascade"] = "cascade", threads: int = 1) -> None:
        self._threads, self._weights, self._runtimes = threads, weights, dict[str, None]()
        self._detector = TextDetector(self._load(_DETECTION))
        self._thorough = self._line_reader(_QUICK if recognizer == "tiny" else THOROUGH)
        self._reader = CascadedReader(self._line_reader(_QUICK), self._thorough) if recognizer == "cascade" else self._thorough
        recognition = {"tiny": _QUICK, "small": THOROUGH, "cascade": f"{_QUICK}, {THOROUGH}"}[recognizer]
        runtime = "; ".join(self._runtimes)
        self.models: Mapping[str, str] = {"detection": _DETECTION, "recognition": recognition, "runtime": runtime}
        self._guard = EngineGuard()

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        """Every line of text of a BGR image, polygons in pixels of that image.

        Raises:
            RecognitionFailed: the engine broke.
            RuntimeError: two threads use one recogniser at once.
        """
        with self._guard.reading(pixels):
            places = self._detector.places(pixels)
            return tuple(line for line in _read_in(self._reader, pixels, places) if line.text)

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        """What stands in each of these places, read thoroughly as one line; one entry per place, empty text where nothing is read.

        Raises:
            RecognitionFailed: the engine broke.
            RuntimeError: two threads use one recogniser at once.
        """
        with self._guard.reading(pixels):
            return tuple(_read_in(self._thorough, pixels, places))

    def reserved(self) -> AbstractContextManager[None]:
        """Keep the engine to oneself; raise RuntimeError when somebody else has it."""
        return self._guard.reserved()

    def _line_reader(self, model: str) -> LineReader:
        together = _TOGETHER if model == _QUICK and multiplies_bfloat16() else 1
        return LineReader(self._load(model), characters_of(self._weights.model(model)), together=together)

    def _load(self, model: str) -> Network:
        """In eight bits where the processor gains by it and somebody made such a network, else as it was published."""
        eight_bits = eight_bit_model(self._weights, model) if gains_by_eight_bits() else None
        if eight_bits is not None:
            network = load_eight_bits(eight_bits, threads=self._threads)
        else:
            published = self._weights.model(model) / "inference.onnx"
            is_detector = model == _DETECTION
            network = load_network(published, threads=self._threads, bfloat16=multiplies_bfloat16(), whole_pages=is_detector)
        self._runtimes[network.runtime] = None
        return network


def _read_in(reader: LineReader | CascadedReader, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Iterator[TextLine]:
    return map(_text_line, reader.read_all(line_crops(pixels, places)), places)


def _text_line(line: DecodedLine, place: Polygon) -> TextLine:
    if not line.text.strip():
        return TextLine("", 0.0, place)
    return TextLine(line.text, line.confidence, place, line.choices)
