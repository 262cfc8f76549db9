"""The cells of a table as places to look at: who searches a page for text loses single digits, and joins those of a column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.document import RecognizedPage
from models.geometry import Box
from models.invoice import LineItem
from ocr_service.faces.bands import Bands, bands
from ocr_service.faces.face import Face, Piece, squeeze
from ocr_service.faces.registration import form_face
from ocr_service.faces.table import table_rows

_FORMS = {
    "unit": re.compile(r"[\u4e00-\u9fffA-Za-z/]{1,5}"),
    "quantity": re.compile(r"-?\d[\d,]*(\.\d+)?"),
    "unit_price": re.compile(r"-?\d[\d,]*(\.\d+)?"),
    "amount": re.compile(r"[¥￥]?-?[\d,]+\.\d{2}"),
    "tax_rate": re.compile(r"\d{1,2}(\.\d{1,2})?%|免税|不征税"),
    "tax_amount": re.compile(r"[¥￥]?-?[\d,]+\.\d{2}"),
}
_REACH = 0.8
"""Half the height of a cell as it is looked at, in line heights."""
_TALL = 1.6
"""Print higher than this many line heights was joined from several rows."""
_HEARD = 0.5
"""Confidence below which what was read in a cell says nothing of it."""
_NARROWEST = 0.6
"""Width of a cell worth looking at, in line heights, at least."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """Column `column` of the item `row` (-1: of the row 合计); `box` in the flat frame, `y` the middle of the row there.

    `is_blank` when nothing was read in it that the table took for its own.
    """

    row: int
    column: str
    box: Box
    y: float
    line_height: float
    is_blank: bool

    def accepts(self, text: str) -> bool:
        """Whether a text has the form of what stands in such a column."""
        return _FORMS[self.column].fullmatch(squeeze(text)) is not None


def table_cells(page: RecognizedPage, items: Sequence[LineItem]) -> tuple[TableCell, ...]:
    """The cells of these items' rows; none where the page has no table or shows other rows than the items."""
    face = form_face(page)
    layout = bands(face)
    rows = table_rows(face, layout)
    if len(rows) != len(items) or any(row.item.amount != item.amount for row, item in zip(rows, items, strict=True)):
        return ()
    return tuple(
        cell
        for number, row in enumerate(rows)
        for column, zone in _zones(layout.columns, face.width)
        if column in _FORMS and (cell := _cell(face, number, column, row.y, zone, getattr(items[number], column) is None)) is not None
    )


def sum_cells(page: RecognizedPage) -> tuple[TableCell, ...]:
    """The cell of the tax in the row 合计."""
    face = form_face(page)
    layout = bands(face)
    height = _sum_height(face, layout)
    zones = dict(_zones(layout.columns, face.width))
    if height is None or "tax_amount" not in zones:
        return ()
    cell = _cell(face, -1, "tax_amount", height, zones["tax_amount"], True)
    return () if cell is None else (cell,)


def _sum_height(face: Face, layout: Bands) -> float | None:
    """Height of the sums: that of the amount among them, which is printed beside the tax."""
    if layout.subtotal is None or "amount" not in layout.columns:
        return layout.subtotal
    subtotal, amount = layout.subtotal, layout.columns["amount"]
    near = face.texts(lambda piece: abs(piece.y - subtotal) < 0.8 * face.line_height and re.match(r"[¥￥]", piece.text) is not None)
    return min(near, key=lambda piece: abs(piece.x - amount)).y if near else subtotal


def _cell(face: Face, row: int, column: str, y: float, zone: tuple[float, float], is_blank: bool) -> TableCell | None:
    """A cell without the ends of texts that reach into it from its neighbours; None when they leave no room."""
    left, right = zone
    height = face.line_height
    for piece in face.pieces:
        if not _is_of_another(piece, y, height) or not left < piece.box.right or not piece.box.left < right:
            continue
        if piece.x < left:
            left = max(left, piece.box.right)
        elif piece.x > right:
            right = min(right, piece.box.left)
    if right - left < _NARROWEST * height:
        return None
    left, right = left + face.offset[0], right + face.offset[0]
    middle = y + face.offset[1] + face.fall_at((left + right) / 2)
    return TableCell(row, column, Box(left, middle - _REACH * height, right, middle + _REACH * height), middle, height, is_blank)


def _is_of_another(piece: Piece, y: float, line_height: float) -> bool:
    """Whether a piece stands on the row at `y`, and was read well enough to show where it ends."""
    return abs(piece.y - y) < 0.7 * line_height and piece.box.height < _TALL * line_height and piece.confidence >= _HEARD


def _zones(columns: Mapping[str, float], width: float) -> Iterator[tuple[str, tuple[float, float]]]:
    """Left and right edge of every column: half way to its neighbours; nothing on a face without columns."""
    if not columns:
        return
    ordered = sorted(columns.items(), key=lambda entry: entry[1])
    middles = [middle for _, middle in ordered]
    between = [(one + two) / 2 for one, two in pairwise(middles)]
    last = min(width, middles[-1] + 1.2 * (middles[-1] - between[-1])) if between else width
    for (column, _), left, right in zip(ordered, [0.0, *between], [*between, last], strict=True):
        yield column, (left, right)
