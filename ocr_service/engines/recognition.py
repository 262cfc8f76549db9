"""What stands in a strip that holds one line of text: PaddleOCR's recogniser, one strip at a time, padded as little as it allows.

Batches buy nothing on a CPU and pad every strip to the longest one.
"""

from pathlib import Path

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from ocr_service.engines.ctc import DecodedLine, decode
from ocr_service.engines.network import Batch, Network

_HEIGHT = 48
_NARROWEST, _WIDEST = 96, 3200
"""Pixels of width: strips that are narrower are padded, strips that are wider squeezed; the network was made for no others."""


class LineReader:
    """A recognition network with its characters."""

    def __init__(self, network: Network, characters: tuple[str, ...]) -> None:
        """`characters` are those of the network's output, without the "nothing" at index 0."""
        self._network, self._characters = network, characters

    def read(self, strip: NDArray[np.uint8]) -> DecodedLine:
        """The text of a BGR strip of one line; empty text where nothing is read."""
        return decode(self._network(batch_of(strip, self._network.step))[0], self._characters)


def batch_of(strip: NDArray[np.uint8], step: int) -> Batch:
    """A strip scaled to the network's height and padded on its right to a multiple of `step`, as a batch of 1 x 3 x height x width."""
    height, width = strip.shape[:2]
    scaled = min(_WIDEST, -(-_HEIGHT * width // height))
    padded = max(_NARROWEST, -(-scaled // step) * step)
    batch = np.zeros((1, 3, _HEIGHT, padded), np.float32)
    batch[0, :, :, :scaled] = cv2.resize(strip, (scaled, _HEIGHT)).transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
    return batch


def characters_of(model: Path) -> tuple[str, ...]:
    """The characters of a recognition model folder, in the order of its output; the space comes last."""
    published = yaml.load((model / "inference.yml").read_bytes(), yaml.CSafeLoader)
    return (*published["PostProcess"]["character_dict"], " ")
