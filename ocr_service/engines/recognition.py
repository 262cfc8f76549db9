"""What stands in a strip that holds one line of text: PaddleOCR's recogniser, one strip at a time, padded as little as it allows.

Batches buy nothing on a CPU and pad every strip to the longest one.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import yaml

from ocr_service.engines.crops import Pixels
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

    def read_all(self, strips: Sequence[Pixels]) -> list[DecodedLine]:
        """The texts of BGR strips of one line each, in their order; empty text where nothing is read."""
        rooms = [max(_NARROWEST, self._network.room(_scaled_width(strip))) for strip in strips]
        lines: dict[int, DecodedLine] = {}
        # A runtime that prepares itself for each size does so once for all strips of one size, not for each strip.
        for place in sorted(range(len(strips)), key=rooms.__getitem__):
            lines[place] = decode(self._network(batch_of(strips[place], rooms[place]))[0], self._characters)
        return [lines[place] for place in range(len(strips))]


def batch_of(strip: Pixels, room: int = _NARROWEST) -> Batch:
    """A strip scaled to the network's height and padded on its right to `room` pixels at least, as a batch of 1 x 3 x height x width."""
    scaled = _scaled_width(strip)
    batch = np.zeros((1, 3, _HEIGHT, max(scaled, room)), np.float32)
    batch[0, :, :, :scaled] = cv2.resize(strip, (scaled, _HEIGHT)).transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
    return batch


def _scaled_width(strip: Pixels) -> int:
    height, width = strip.shape[:2]
    return int(min(_WIDEST, -(-_HEIGHT * width // height)))


def characters_of(model: Path) -> tuple[str, ...]:
    """The characters of a recognition model folder, in the order of its output; the space comes last."""
    published = yaml.load((model / "inference.yml").read_bytes(), yaml.CSafeLoader)
    return (*published["PostProcess"]["character_dict"], " ")
