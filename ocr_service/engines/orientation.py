"""The four-class page orientation network; PaddleOCR has no folder format for it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_service.engines.network import Batch
from ocr_service.engines.runtimes import load_network, multiplies_bfloat16
from ocr_service.engines.weights import Weights
from ocr_service.ports import TurnGuess

_SHORT_SIDE, _CROP = 256, 224
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


class PageOrientationClassifier:
    """Guesses how a page is turned from its look alone; a guess to try first, never a proof."""

    def __init__(self, weights: Weights, *, threads: int = 1) -> None:
        self._network = load_network(weights.orientation, threads=threads, bfloat16=multiplies_bfloat16())

    def clockwise_turn(self, pixels: NDArray[np.uint8]) -> TurnGuess:
        """How many degrees clockwise (0, 90, 180, 270) the BGR image has to be turned to stand upright."""
        height, width = pixels.shape[:2]
        scale = _SHORT_SIDE / min(height, width)
        size = (max(_CROP, round(width * scale)), max(_CROP, round(height * scale)))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        left, top = (size[0] - _CROP) // 2, (size[1] - _CROP) // 2
        crop = small[top : top + _CROP, left : left + _CROP].astype(np.float32) / 255
        batch: Batch = np.asarray((crop - _MEAN) / _DEVIATION, np.float32).transpose(2, 0, 1)[None]
        scores = self._network(batch)[0]
        if scores.min() < 0 or not np.isclose(scores.sum(), 1, atol=1e-3):
            powers = np.exp(scores - scores.max())
            scores = powers / powers.sum()
        label = int(scores.argmax())
        # The label says how far the page was turned clockwise; turning it back is the rest of the circle.
        return TurnGuess((360 - 90 * label) % 360, float(scores[label]))
