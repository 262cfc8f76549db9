"""Print in a cell as its pixels show it: where ink stands that could be letters, and whether it is `***`."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.document import RecognizedPage
from models.geometry import Box, Polygon
from ocr_service.page_image import PageImage
from ocr_service.stages.pieces import frame_of
from ocr_service.stages.rectification import close_up

_DETAIL = 2.0
"""Pixels of the close look for each of the flat frame."""
_STAR_DETAIL = 4.0
_LEAST_CONTRAST, _GRAIN = 0.07, 6.0
"""By how much of its brightness the darkest ink of a cell is darker than the paper, and how many times its grain, at least."""
_RULED_CONTRAST = 0.14
"""The same for the form's ruling."""
_INK = 0.45
"""What is darker than paper by this share of the darkest ink's contrast is ink."""
_STAR_INK = (0.35, 0.5, 0.65, 0.8)
"""The same for stars, whichever parts them: a camera makes them pale and lets them run together."""
_SLIVER = 0.15
"""A patch at the edge of a cell that is narrower, in line heights, is what was left of its ruling."""
_PRINT = (0.35, 1.5)
"""Heights of print, in heights of a median line: less is dust, more is ruling or a seal."""
_DUST = 0.12
"""Strokes of a letter are longer than this many line heights."""
_RULING = 0.8
"""Ink that runs across more of a cell than this share, or down, is a ruled line."""
_OFF_THE_ROW = 0.6
"""By how much, in line heights, the middle of print may lie off the middle of its row."""
_PADDING = 0.25
"""Paper around the print of a cell, in line heights."""
_BEYOND = 0.45
"""How far beyond its usual edges, in widths of a cell, the ruling is looked for that bounds it."""
_STAR = (0.17, 0.62)
"""Width and height of a printed star, in line heights."""
_LOWEST_STAR = 0.16
"""By how much, in line heights, a star may stand lower than the middle of its row; full stops stand on the line."""
_ROUND = 1.7
"""How much wider than high a star is, or the other way round, at most."""
_ALIKE = 1.7
"""How much larger than another star one is, at most."""
_APART = (1.05, 3.2)
"""Distance from star to star, in their mean width; digits of a number stand closer, and are higher than wide."""
_EVEN = 1.25
_STARS = 3
_THIN, _BEND = 0.62, 0.2
"""Width of a bracket in its heights, at most; how far its middle lies right of its ends, in its widths, at least."""


class _Blob(NamedTuple):
    """A patch of connected ink in pixels of a close look."""

    left: float
    top: float
    width: float
    height: float

    @property
    def x(self) -> float:
        return self.left + self.width / 2

    @property
    def y(self) -> float:
        return self.top + self.height / 2

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.left + self.width, self.top + self.height)


def print_in(page: PageImage, piece: RecognizedPage, box: Box, y: float, line_height: float) -> Polygon | None:
    """Where print stands in a cell (original frame); None where there is only paper, ruling or dust, or print that runs out of the cell.

    `box` is the cell in the flat frame, `y` the middle of its row there.
    """
    wide = _wide(box)
    size, row = line_height * _DETAIL, (y - box.top) * _DETAIL
    edges = (box.left - wide.left) * _DETAIL, (box.right - wide.left) * _DETAIL
    dark, left, (ruled_left, ruled_right) = _cell_ink(_close_up(page, piece, wide, _DETAIL), *edges, size, _INK)
    edge = dark.shape[1]
    strokes = [blob for blob in _blobs(dark) if _is_stroke(blob, row, size) and blob.width < _RULING * edge]
    at_edges = {blob for blob in strokes if blob.left == 0 or blob.left + blob.width == edge}
    strokes = [blob for blob in strokes if blob not in at_edges or blob.width > _SLIVER * size]
    # Print that touches its ruling is the cell's own; where no line is ruled it may be the neighbour's.
    if not strokes or any((blob.left == 0 and not ruled_left) or (blob.left + blob.width == edge and not ruled_right) for blob in strokes):
        return None
    ink = reduce(Box.union, (blob.box for blob in strokes))
    if ink.height < _PRINT[0] * size:
        return None
    return _place(piece, wide, left, ink, _DETAIL, _PADDING * size)


def stars_in(page: PageImage, piece: RecognizedPage, box: Box, y: float, line_height: float) -> Polygon | None:
    """Where `***` stands in a cell (original frame): three round patches of ink of one size, evenly apart, and no other print."""
    wide = _wide(box)
    grey = np.asarray(cv2.GaussianBlur(_close_up(page, piece, wide, _STAR_DETAIL), (0, 0), 0.03 * line_height * _STAR_DETAIL), np.uint8)
    size, row = line_height * _STAR_DETAIL, (y - box.top) * _STAR_DETAIL
    edges = (box.left - wide.left) * _STAR_DETAIL, (box.right - wide.left) * _STAR_DETAIL
    for share in _STAR_INK:
        dark, left, _ = _cell_ink(grey, *edges, size, share)
        height, width = dark.shape
        inside = Box(1, 1, width - 1, height - 1)
        stars = sorted(blob for blob in _blobs(dark) if _is_stroke(blob, row, size) and _lies_in(blob.box, inside))
        if _are_stars(stars, size) and all(blob.y - row <= _LOWEST_STAR * size for blob in stars):
            return _place(piece, wide, left, reduce(Box.union, (blob.box for blob in stars)), _STAR_DETAIL, _PADDING * size)
    return None


def closing_bracket_in(page: PageImage, piece: RecognizedPage, box: Box, y: float, line_height: float) -> bool:
    """Whether all that stands in a cell is one closing bracket: a thin stroke that bends to the right in its middle.

    An engine that reads words makes a letter of a bracket that stands alone.
    """
    size, row = line_height * _DETAIL, (y - box.top) * _DETAIL
    dark, _, _ = _cell_ink(_close_up(page, piece, box, _DETAIL), 0, box.width * _DETAIL, size, _INK)
    strokes = [blob for blob in _blobs(dark) if _is_stroke(blob, row, size)]
    if len(strokes) != 1 or not _PRINT[0] * size < strokes[0].height or strokes[0].width > _THIN * strokes[0].height:
        return False
    only = strokes[0]
    ink = dark[int(only.top) : int(only.top + only.height), int(only.left) : int(only.left + only.width)]
    upper, middle, lower = (_middle_of(part) for part in np.array_split(ink, 3))
    return middle - max(upper, lower) > _BEND * only.width


def _middle_of(ink: NDArray[np.uint8]) -> float:
    columns = np.flatnonzero(ink.any(axis=0))
    return float(np.average(np.arange(ink.shape[1]), weights=ink.sum(axis=0))) if columns.size else 0.0


def _are_stars(blobs: Sequence[_Blob], size: float) -> bool:
    if len(blobs) != _STARS or not all(_is_star(blob, size) for blob in blobs):
        return False
    widths = [max(blob.width, blob.height) for blob in blobs]
    steps = [second.x - first.x for first, second in pairwise(blobs)]
    mean = sum(blob.width for blob in blobs) / _STARS
    level = max(blob.y for blob in blobs) - min(blob.y for blob in blobs) < 0.5 * mean
    even = max(widths) <= _ALIKE * min(widths) and max(steps) <= _EVEN * min(steps)
    return level and even and _APART[0] * mean <= steps[0] <= _APART[1] * mean


def _lies_in(one: Box, other: Box) -> bool:
    return other.left <= one.left and other.top <= one.top and one.right <= other.right and one.bottom <= other.bottom


def _wide(box: Box) -> Box:
    return Box(box.left - _BEYOND * box.width, box.top, box.right + _BEYOND * box.width, box.bottom)


def _cell_ink(
    grey: NDArray[np.uint8], left: float, right: float, size: float, share: float
) -> tuple[NDArray[np.uint8], int, tuple[bool, bool]]:
    """1 where ink is between the ruled lines that bound the cell, or between its usual edges where none is ruled.

    Beside it where that begins, and whether a line is ruled at its left and at its right. Ruling is left out. How dark ink is, is told
    by the cell itself: there is none where the darkest hardly differs from the paper.
    """
    paper = float(np.percentile(grey, 80))
    dark = grey < paper * (1 - _RULED_CONTRAST)
    ruled = np.flatnonzero(dark.mean(axis=0) > _RULING)
    before, behind = ruled[ruled < (left + right) / 2 - 0.3 * size], ruled[ruled > (left + right) / 2 + 0.3 * size]
    walls = bool(before.size), bool(behind.size)
    start = int(before[-1]) + 3 if before.size else max(0, int(left))
    end = int(behind[0]) - 2 if behind.size else int(right)
    inside = np.array(grey[:, start:end], np.uint8)
    if not inside.size:
        return np.zeros((1, 1), np.uint8), start, walls
    for row in np.flatnonzero(dark[:, start:end].mean(axis=1) > _RULING):
        inside[max(0, row - 2) : row + 3] = paper
    darkest = float(np.percentile(inside, 0.5))
    grain = 1.4826 * float(np.median(np.abs(inside.astype(np.float64) - float(np.median(inside)))))
    if paper - darkest < max(_LEAST_CONTRAST * paper, _GRAIN * grain):
        return np.zeros_like(inside), start, walls
    return np.asarray(inside < paper - share * (paper - darkest), np.uint8), start, walls


def _is_star(blob: _Blob, size: float) -> bool:
    least, most = _STAR[0] * size, _STAR[1] * size
    fits = least <= blob.width <= most and least <= blob.height <= most
    return fits and max(blob.width, blob.height) <= _ROUND * min(blob.width, blob.height)


def _blobs(dark: NDArray[np.uint8]) -> list[_Blob]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(dark), connectivity=8)
    return [_Blob(*(float(edge) for edge in stats[place][:4])) for place in range(1, count)]


def _is_stroke(blob: _Blob, row: float, size: float) -> bool:
    """Whether a patch of ink is part of a letter on the row; ruling that crosses the cell from top to bottom is not."""
    return _DUST * size <= max(blob.width, blob.height) and blob.height <= _PRINT[1] * size and abs(blob.y - row) <= _OFF_THE_ROW * size


def _place(piece: RecognizedPage, wide: Box, start: int, ink: Box, detail: float, pad: float) -> Polygon:
    """Ink in pixels of a close look from its column `start` on, with paper around it, in the original frame."""
    left, top = wide.left + (start + ink.left - pad) / detail, wide.top + (ink.top - pad) / detail
    right, bottom = wide.left + (start + ink.right + pad) / detail, wide.top + (ink.bottom + pad) / detail
    return piece.to_flat.inverse().polygon(Polygon.rectangle(Box(left, top, right, bottom)))


def _close_up(page: PageImage, piece: RecognizedPage, box: Box, detail: float) -> NDArray[np.uint8]:
    """A cell in red light, so that seals and red ruling are gone."""
    return np.ascontiguousarray(close_up(page, frame_of(piece), box, detail)[:, :, 2])
