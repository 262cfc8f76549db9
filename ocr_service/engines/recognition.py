"""What stands in a strip that holds one line of text: PaddleOCR's recogniser, strips of about one width at a time, padded little."""

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
_NARROW = 320
"""Pixels of width from which on strips fill the processor one by one."""
_MIDDLE = 127.5
"""Shade that the network is shown as 0."""


class LineReader:
    """A recognition network with its characters."""

    def __init__(self, network: Network, characters: tuple[str, ...], *, together: int = 1) -> None:
        """`characters` are those of the network's output, without the "nothing" at index 0. Narrow strips are run so many `together`."""
        self._network, self._characters, self._together = network, characters, together

    def read_all(self, strips: Sequence[Pixels]) -> list[DecodedLine]:
        """The texts of BGR strips of one line each, in their order; empty text where nothing is read."""
        widths = [_scaled_width(strip) for strip in strips]
        lines: dict[int, DecodedLine] = {}
        # The widest first: each that is run beside it is narrower by little.
        waiting = sorted(range(len(strips)), key=widths.__getitem__, reverse=True)
        while waiting:
            room = max(_NARROWEST, self._network.room(widths[waiting[0]]))
            # Either all of them or one: each number of strips is a size that a runtime may have to prepare itself for.
            is_full = room <= _NARROW and len(waiting) >= self._together
            some = waiting[: self._together if is_full else 1]
            output = self._network(batch_of([strips[place] for place in some], room))
            lines.update((place, decode(columns, self._characters)) for place, columns in zip(some, output, strict=True))
            del waiting[: len(some)]
        return [lines[place] for place in range(len(strips))]


def batch_of(strips: Sequence[Pixels], room: int = _NARROWEST) -> Batch:
    """Strips scaled to the network's height and padded on their right to `room` pixels at least: strips x 3 x height x width."""
    widths = [_scaled_width(strip) for strip in strips]
    batch = np.zeros((len(strips), 3, _HEIGHT, max(*widths, room)), np.float32)
    for row, strip, width in zip(batch, strips, widths, strict=True):
        row[:, :, :width] = cv2.dnn.blobFromImage(strip, 1 / _MIDDLE, (width, _HEIGHT), (_MIDDLE,) * 3)[0]
    return batch


def _scaled_width(strip: Pixels) -> int:
    height, width = strip.shape[:2]
    return int(min(_WIDEST, -(-_HEIGHT * width // height)))


def characters_of(model: Path) -> tuple[str, ...]:
    """The characters of a recognition model folder, in the order of its output; the space comes last."""
    published = yaml.load((model / "inference.yml").read_bytes(), yaml.CSafeLoader)
    return (*published["PostProcess"]["character_dict"], " ")
