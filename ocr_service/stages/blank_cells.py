"""Cells of a table row that are blank in the reading although print stands in them: a single digit is easily lost when text is sought."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from models.document import RecognizedPage
from models.geometry import Box, Polygon
from models.invoice import LineItem
from ocr_service.faces.bands import bands
from ocr_service.faces.face import Face, Piece, squeeze
from ocr_service.page_image import PageImage
from ocr_service.stages.pieces import frame_of
from ocr_service.stages.rectification import close_up

_MONEY = re.compile(r"[¥￥]?-?[\d,]+\.\d{2}")
_FORMS = {
    "unit": re.compile(r"[\u4e00-\u9fffA-Za-z/]{1,5}"),
    "quantity": re.compile(r"-?\d[\d,]*(\.\d+)?"),
    "unit_price": re.compile(r"-?\d[\d,]*(\.\d+)?"),
    "tax_rate": re.compile(r"\d{1,2}(\.\d{1,2})?%|免税|不征税|\*{1,3}"),
    "tax_amount": re.compile(r"-?[\d,]+\.\d{2}|\*{1,3}"),
}
_DETAIL = 2.0
"""Pixels of the close look for each of the flat frame."""
_REACH = 0.8
"""Half the height of a cell as it is looked at, in line heights."""
_DARK = 0.72
"""Ink is darker than this share of the paper around it."""
_PRINT = (0.35, 1.5)
"""Heights of print, in heights of a median line: less is dust, more is ruling or a seal."""
_DUST = 0.12
"""Strokes of a letter are longer than this many line heights."""
_RULING = 0.8
"""Ink that runs across more of a cell than this share is a ruled line."""
_OFF_THE_ROW = 0.6
"""By how much, in line heights, the middle of print may lie off the middle of its row."""
_PADDING = 0.25
"""Paper around the print of a cell, in line heights."""


@dataclass(frozen=True, slots=True)
class BlankCell:
    """A cell in which nothing was read, `column` of the item `row`; `box` in the flat frame, `y` the middle of the row."""

    row: int
    column: str
    box: Box
    y: float
    line_height: float

    def accepts(self, text: str) -> bool:
        """Whether a text has the form of what stands in such a column."""
        return _FORMS[self.column].fullmatch(squeeze(text)) is not None


def blank_cells(page: RecognizedPage, items: Sequence[LineItem]) -> tuple[BlankCell, ...]:
    """The cells without text in the rows of these items; none where the page has no table or shows other rows than the items."""
    face = Face.of(page)
    layout = bands(face)
    if layout.header is None or "amount" not in layout.columns or layout.is_toll:
        return ()
    height = face.line_height
    bottom = layout.subtotal or layout.total or face.height
    inside = [piece for piece in face.pieces if layout.header + 0.5 * height < piece.y < bottom - 0.5 * height]
    zones = dict(_zones(layout.columns, face.width))
    left, right = zones["amount"]
    rows = sorted(piece.y for piece in inside if _MONEY.fullmatch(squeeze(piece.text)) and left < piece.x < right)
    with_amount = [row for row, item in enumerate(items) if item.amount is not None]
    if len(rows) != len(with_amount):
        return ()
    return tuple(
        BlankCell(row, column, Box(left, y - _REACH * height, right, y + _REACH * height), y, height)
        for y, row in zip(rows, with_amount, strict=True)
        for column, (left, right) in zones.items()
        if column in _FORMS and getattr(items[row], column) is None and not _occupied(inside, y, left, right, height)
    )


def print_in(page: PageImage, piece: RecognizedPage, cell: BlankCell) -> Polygon | None:
    """Where print stands in a cell (original frame); None where there is only paper, ruling or dust, or print that runs out of the cell."""
    grey = _close_up(page, piece, cell.box)
    dark = np.asarray(grey < _DARK * np.percentile(grey, 80), np.uint8)
    count, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    size = cell.line_height * _DETAIL
    row = (cell.y - cell.box.top) * _DETAIL
    strokes = [stats[place] for place in range(1, count) if _is_stroke(stats[place], centres[place], row, size)]
    kept = [stat for stat in strokes if stat[2] < _RULING * grey.shape[1]]
    if not kept or any(stat[0] == 0 or stat[0] + stat[2] == grey.shape[1] for stat in kept):
        return None
    pad = _PADDING * size
    boxes = [Box(float(left), float(top), float(left + width), float(top + height)) for left, top, width, height, _ in kept]
    box = reduce(Box.union, boxes)
    if box.height < _PRINT[0] * size:
        return None
    left, top = (cell.box.left + (box.left - pad) / _DETAIL, cell.box.top + (box.top - pad) / _DETAIL)
    right, bottom = (cell.box.left + (box.right + pad) / _DETAIL, cell.box.top + (box.bottom + pad) / _DETAIL)
    return piece.to_flat.inverse().polygon(Polygon.rectangle(Box(left, top, right, bottom)))


def _is_stroke(stat: NDArray[np.int32], centre: NDArray[np.float64], row: float, size: float) -> bool:
    """Whether a connected patch of ink is part of a letter on the row; ruling that crosses the cell from top to bottom is not."""
    width, height = int(stat[2]), int(stat[3])
    return _DUST * size <= max(width, height) and height <= _PRINT[1] * size and abs(float(centre[1]) - row) <= _OFF_THE_ROW * size


def _close_up(page: PageImage, piece: RecognizedPage, box: Box) -> NDArray[np.uint8]:
    """A cell in red light, so that seals and red ruling are gone."""
    return np.ascontiguousarray(close_up(page, frame_of(piece), box, _DETAIL)[:, :, 2])


def _zones(columns: Mapping[str, float], width: float) -> Iterator[tuple[str, tuple[float, float]]]:
    """Left and right edge of every column: half way to its neighbours."""
    ordered = sorted(columns.items(), key=lambda entry: entry[1])
    middles = [middle for _, middle in ordered]
    between = [(one + two) / 2 for one, two in pairwise(middles)]
    last = min(width, middles[-1] + (middles[-1] - between[-1])) if between else width
    for (column, _), left, right in zip(ordered, [0.0, *between], [*between, last], strict=True):
        yield column, (left, right)


def _occupied(inside: Sequence[Piece], y: float, left: float, right: float, line_height: float) -> bool:
    """Whether text that was read reaches into a cell: what stands there has been given to a column already."""
    return any(
        abs(piece.y - y) < 0.7 * line_height and min(piece.box.right, right) - max(piece.box.left, left) > 0.15 * (right - left)
        for piece in inside
    )
