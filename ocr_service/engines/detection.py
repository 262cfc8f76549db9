"""Where text stands on a page: PaddleOCR's DB detector on a page scaled down, places in the page's own pixels.

DB (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", 2020) gives for each pixel how likely it
belongs to the inner part of a line of text; the parts that hang together are grown back to the whole line.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Polygon
from ocr_service.engines.network import Batch, Network

_STEP = 32
"""Pixels; the network halves the page five times."""
_INK, _LINE, _GROWTH = 0.2, 0.45, 1.4
"""How likely a pixel, and a line as a whole, must be text, and how far it is grown: as the PP-OCRv6 detector was published."""
_ROOM = 0.1
"""Of a line's height, left free at both of its ends: a star, a point or a thin digit there stands out too little to be seen by itself."""
_THINNEST, _THINNEST_GROWN = 3, 5
"""Pixels of the scaled page; what is thinner than this before and after it was grown is dirt."""
_SAME_ROW = 10
"""Pixels of the page; places whose tops differ by less stand in one row."""
_SHORT_SIDE, _SHRUNK_SHORT_SIDE, _NARROWEST_SHORT_SIDE = 736, 500, 300
"""Pixels of the scaled page: a page whose longer side would make the shorter one less than the second is a long screenshot, and gets the
first where it has them; a narrower one is a roll, on which print is larger, and is spared down to the third."""
_OVERLAP = 128
"""Pixels of the scaled page that two looks at a long one share, so that every line lies whole in one of them."""
_LEVELS = tuple(
    (np.arange(256, dtype=np.float32) / 255 - np.float32(mean)) / np.float32(deviation)
    for mean, deviation in ((0.485, 0.229), (0.456, 0.224), (0.406, 0.225))
)
"""What the network is shown for each level of blue, green and red: its published mean and deviation taken out."""

Corners = NDArray[np.float32]


class TextDetector:
    """Sees a page at no more than `longest_side` pixels, a long one in several looks: enough to find every line, though not to read it."""

    def __init__(self, network: Network, *, longest_side: int = 1280) -> None:
        self._network, self._longest_side = network, longest_side
        # Asked of the system anew for each page, its 11 MB would take longer to come than to be filled.
        self._shown: NDArray[np.float32] = np.empty(0, np.float32)

    def places(self, pixels: NDArray[np.uint8]) -> tuple[Polygon, ...]:
        """The places of a BGR image's lines of text, quadrilaterals clockwise from the top left, rows from top to bottom."""
        height, width = pixels.shape[:2]
        small = self._scaled(pixels)
        likeliness = self._likeliness(small)
        back = np.array([width / small.shape[1], height / small.shape[0]])
        found = [np.rint(corners * back).clip(0, (width, height)) for corners in _grown_lines(likeliness)]
        return tuple(Polygon.of(corners) for corners in in_reading_order(found))

    def _likeliness(self, small: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How likely each pixel of the scaled page is text: height x width, valid until the next page."""
        is_wide = small.shape[1] > small.shape[0]
        length, seen_at_once = max(small.shape[:2]), self._longest_side
        if length <= seen_at_once:
            return np.asarray(self._network(self._batch_of(small))[0, 0], np.float32)
        likeliness = np.empty(small.shape[:2], np.float32)
        looks = -(-(length - _OVERLAP) // (seen_at_once - _OVERLAP))
        for begin in map(round, np.linspace(0, length - seen_at_once, looks)):
            # Near its edge a look sees little of what is around a line.
            margin = _OVERLAP // 2 if begin else 0
            here = slice(begin, begin + seen_at_once)
            seen = self._network(self._batch_of(small[:, here] if is_wide else small[here]))[0, 0]
            if is_wide:
                likeliness[:, begin + margin : here.stop] = seen[:, margin:]
            else:
                likeliness[begin + margin : here.stop] = seen[margin:]
        return likeliness

    def _batch_of(self, small: NDArray[np.uint8]) -> Batch:
        if self._shown.size < small.size:
            self._shown = np.empty(small.size, np.float32)
        batch = self._shown[: small.size].reshape(1, 3, *small.shape[:2])
        for channel, levels, shown in zip(cv2.split(small), _LEVELS, batch[0], strict=True):
            cv2.LUT(channel, levels, dst=shown)
        return batch

    def _scaled(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = pixels.shape[:2]
        scale = min(1.0, self._longest_side / max(height, width))
        shortest = scale * min(height, width)
        if shortest < _NARROWEST_SHORT_SIDE or (shortest < _SHRUNK_SHORT_SIDE and min(height, width) >= _SHORT_SIDE):
            scale = min(1.0, max(scale, _SHORT_SIDE / min(height, width)))
        size = tuple(max(_STEP, round(int(side * scale) / _STEP) * _STEP) for side in (width, height))
        return np.asarray(cv2.resize(pixels, size), np.uint8)


def _grown_lines(likeliness: NDArray[np.float32]) -> Iterator[Corners]:
    contours, _ = cv2.findContours((likeliness > _INK).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        centre, size, angle = cv2.minAreaRect(contour)
        if min(size) < _THINNEST or _mean_inside(likeliness, _corners(centre, size, angle)) < _LINE:
            continue
        growth = _GROWTH * size[0] * size[1] / (size[0] + size[1])
        grown = (size[0] + growth, size[1] + growth)
        if min(grown) >= _THINNEST_GROWN:
            room = 2 * _ROOM * min(grown)
            along, across = (room, 0) if size[0] >= size[1] else (0, room)
            yield _from_top_left(_corners(centre, (grown[0] + along, grown[1] + across), angle))


def _corners(centre: Sequence[float], size: Sequence[float], angle: float) -> Corners:
    return np.asarray(cv2.boxPoints((centre, size, angle)), np.float32)


def _mean_inside(likeliness: NDArray[np.float32], corners: Corners) -> float:
    left, top = np.floor(corners.min(axis=0)).astype(int).clip(0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    piece = likeliness[top:bottom, left:right]
    mask: NDArray[np.uint8] = np.zeros(piece.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(piece, mask)[0])


def _from_top_left(corners: Corners) -> Corners:
    """The corners clockwise, the upper of the two leftmost ones first."""
    left, right = np.split(corners[np.argsort(corners[:, 0], kind="stable")], 2)
    top_left, bottom_left = left[np.argsort(left[:, 1], kind="stable")]
    top_right, bottom_right = right[np.argsort(right[:, 1], kind="stable")]
    return np.array([top_left, top_right, bottom_right, bottom_left], np.float32)


def in_reading_order(places: Sequence[NDArray[np.floating]]) -> list[NDArray[np.floating]]:
    """Rows from top to bottom, each from left to right, as PaddleOCR orders them."""
    ordered = sorted(places, key=lambda corners: (corners[0, 1], corners[0, 0]))
    for last in range(1, len(ordered)):
        for index in range(last, 0, -1):
            before, here = ordered[index - 1][0], ordered[index][0]
            if abs(here[1] - before[1]) >= _SAME_ROW or here[0] >= before[0]:
                break
            ordered[index - 1], ordered[index] = ordered[index], ordered[index - 1]
    return ordered
