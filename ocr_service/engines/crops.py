"""Cuts lines of text out of a page: level, upright, in the page's own resolution."""

from collections.abc import Sequence
from math import dist

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Polygon

_UPRIGHT_FROM = 1.5
"""A piece that is this many times as high as wide is text that runs down the page; it is turned to lie level."""

Pixels = NDArray[np.uint8]


def line_crops(pixels: Pixels, places: Sequence[Polygon]) -> list[Pixels]:
    """One strip for each place, in their order."""
    return [line_crop(pixels, place) for place in places]


def line_crop(pixels: Pixels, place: Polygon) -> Pixels:
    """The pixels inside a quadrilateral (corners clockwise from the top left of its text) as a level BGR strip, at least 1 x 1.

    What the quadrilateral has outside the page repeats the page's edge.
    """
    strip = _upright_piece(pixels, place)
    if strip is None:
        strip = _level(pixels, place)
    height, width = strip.shape[:2]
    return np.ascontiguousarray(np.rot90(strip) if height >= _UPRIGHT_FROM * width else strip, np.uint8)


def _upright_piece(pixels: Pixels, place: Polygon) -> Pixels | None:
    """What most places are, a rectangle along the page's rows of pixels: cut out as it is, in a tenth of the time of straightening it."""
    a, _, c, _ = place.points
    left, top, right, bottom = (int(side) for side in (*a, *c))
    height, width = pixels.shape[:2]
    is_inside = 0 <= left < right <= width and 0 <= top < bottom <= height
    is_upright = place.points == ((left, top), (right, top), (right, bottom), (left, bottom))
    return pixels[top:bottom, left:right] if is_inside and is_upright else None


def _level(pixels: Pixels, place: Polygon) -> Pixels:
    a, b, c, d = place.points
    width, height = max(1, int(max(dist(a, b), dist(c, d)))), max(1, int(max(dist(b, c), dist(d, a))))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array((a, b, c, d), np.float32), target)
    return np.asarray(
        cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
