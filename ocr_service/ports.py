"""What the pipeline needs from outside itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.document import QrCode, TextLine
from models.geometry import Polygon


class TextRecognizer(Protocol):
    """An OCR engine, one instance per process, never shared by threads."""

    @property
    def name(self) -> str:
        """Name of the engine, kept with each reading."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def models(self) -> Mapping[str, str]:
        """The model of each task: `detection`, `recognition`."""

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        """Every line of text of a BGR image, polygons in pixels of that image.

        Raises:
            RecognitionFailed: the engine broke.
        """

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        """What stands in each of these places of a BGR image, read as one line without looking for text first; one entry per place.

        Places are quadrilaterals in pixels of that image, clockwise from the top left of their text. Empty text where nothing is read.

        Raises:
            RecognitionFailed: the engine broke.
        """


class OrientationClassifier(Protocol):
    """Guesses how a page is turned."""

    def clockwise_turn(self, pixels: NDArray[np.uint8]) -> "TurnGuess":
        """How many degrees clockwise (0, 90, 180, 270) the BGR image has to be turned to stand upright."""


@dataclass(frozen=True, slots=True)
class TurnGuess:
    """A turn in degrees clockwise that would make the page upright, and how sure the classifier is (0 to 1)."""

    degrees: int
    confidence: float


class QrReader(Protocol):
    """Decodes QR codes."""

    def read(self, pixels: NDArray[np.uint8]) -> Sequence[QrCode]:
        """Every QR code of a BGR image, polygons in pixels of that image; empty when there is none."""
