"""Whether a face is there as a whole: a picture cropped, a page cut down or a photo out of frame lacks what its form prints at that side.

At the left and right a cut goes through lines of print, so that several end exactly at the edge. At the top and bottom it may pass between
two lines: there the form itself tells, whose rows stand at fixed distances from one another.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

from models.document import RecognizedPage, TextLine
from models.geometry import Point
from ocr_service.evidence import Side
from ocr_service.faces.bands import bands, heading_span, rows
from ocr_service.faces.face import Face, Piece, squeeze

_AT_THE_EDGE, _BEFORE_THE_EDGE = 0.06, 0.5
"""Line heights between the end of a line and the edge of its picture, at most, for a line that the edge cut.

A line that the engine read of a cut picture ends at its last pixel (1,116 of 1,230 within half a line height on drawn pages), one from the
file's own text with its last whole character; lines that a crop passes by keep a little paper.
"""
_CUT_LINES, _CUT_LINES_OF_ANY = 2, 3
"""Lines that end at one edge, at least, to show that a form is cut, or a paper of no fixed form, which may be printed to its edge."""
_SPREAD = 0.8
"""Share of a table's width between the middles of its first and its last heading."""
_ENOUGH_HEADINGS, _ENOUGH_TO_BE_A_HEADER = 5, 2
_HEADING = re.compile(r"货物或应税.*名称|项目名称|规格型号|单位|数量|单价|金额?|税率(?:[/|]?征收率)?|税额?|额")
_FIRST_COLUMN, _LAST_COLUMNS = 0.15, 0.85
"""Shares of the face's width within which a table's first column begins (the second at a quarter) and beyond which only tax stands."""
_RUNS_OUT = 2.5
"""Line heights of paper below the last print, at most, of a face that goes on beyond the edge."""
_WHOLE_ROW = 0.1
"""Line heights of paper below a row of print, at least, that the edge did not cut."""
_SURE = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """A row that a form prints, found by the pattern of a label of it in print without white space.

    The pattern is that of the whole label: what goes on before or behind it in Chinese is a word of a name, a heading beside it is not.

    `room` is the least paper between it and the edge of a whole sheet, in widths of the table, or of the face where no table is seen.
    """

    pattern: str
    room: float


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a form reaches: rows that it has below its head and above its foot, and what its last row prints.

    `is_taxed_table` tells of a table whose first heading names the goods and whose last is 税额.
    """

    below_head: tuple[Row, ...]
    foot: str
    above_foot: tuple[Row, ...]
    is_taxed_table: bool = False


def cut_sides(page: RecognizedPage, face: Face, extent: Extent | None) -> tuple[Side, ...]:
    """The sides at which a face goes on beyond its picture; `extent` is None for kinds whose forms differ too much to tell by rows."""
    found = list(_sides_through_print(page, _CUT_LINES_OF_ANY if extent is None else _CUT_LINES))
    if extent is None:
        return tuple(found)
    if extent.is_taxed_table:
        found += _sides_through_table(face)
    width = _table_width(face)
    level = [piece for piece in face.pieces if not piece.is_vertical]
    if extent.is_taxed_table:
        level = _outside_the_lines(level, face)
    if any(min(heights) < row.room * width for row, heights in _heights(level, extent.below_head)):
        found.append(Side.TOP)
    if _lacks_its_foot(face, level, extent, width):
        found.append(Side.BOTTOM)
    return tuple(dict.fromkeys(found))


def _sides_through_print(page: RecognizedPage, least: int) -> Iterator[Side]:
    """Left and right, where so many lines end at the edge of the picture that it must have cut them."""
    corners = page.polygon.points
    if len(corners) != 4:
        return
    top_left, top_right, bottom_right, bottom_left = corners
    lines = [line for line in page.lines if _is_level_print(line)]
    if sum(_ends_at(line, 0, 3, bottom_left, top_left) for line in lines) >= least:
        yield Side.LEFT
    if sum(_ends_at(line, 1, 2, top_right, bottom_right) for line in lines) >= least:
        yield Side.RIGHT


def _sides_through_table(face: Face) -> Iterator[Side]:
    """Left and right, where a table begins or ends at the edge without the heading that is its first (项目名称) or last (税额)."""
    headings = [piece for piece in face.texts() if _HEADING.fullmatch(squeeze(piece.text))]
    row = max(rows(headings, 0.5 * face.line_height), key=len, default=[])
    if len(row) < _ENOUGH_TO_BE_A_HEADER:
        return
    if not re.search(r"名称", row[0].text) and row[0].box.left < _FIRST_COLUMN * face.width:
        yield Side.LEFT
    last = row[-1].box.right
    ends_early = not re.search(r"税|^额", row[-1].text) and last > _LAST_COLUMNS * face.width
    if ends_early or last > face.width - _BEFORE_THE_EDGE * face.line_height:
        yield Side.RIGHT


def _is_level_print(line: TextLine) -> bool:
    """Whether a line is surely print and runs across: what is set down a margin stands at the edge by itself."""
    if line.confidence < _SURE or len(squeeze(line.text)) < 2 or len(line.polygon.points) != 4:
        return False
    a, b, _, d = line.polygon.points
    return hypot(b[0] - a[0], b[1] - a[1]) > hypot(d[0] - a[0], d[1] - a[1])


def _ends_at(line: TextLine, upper: int, lower: int, start: Point, end: Point) -> bool:
    """Whether the end of a line, between two of its corners, lies at or beyond the edge that runs from start to end, paper at its right."""
    one, other = line.polygon.points[upper], line.polygon.points[lower]
    x, y = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
    length = max(hypot(end[0] - start[0], end[1] - start[1]), 1.0)
    inside = ((end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0])) / length
    reach = _BEFORE_THE_EDGE if line.confidence == 1.0 else _AT_THE_EDGE
    return inside < reach * hypot(other[0] - one[0], other[1] - one[1])


def _lacks_its_foot(face: Face, level: Sequence[Piece], extent: Extent, width: float) -> bool:
    """Whether the picture ends before the last row: nearer below another than the form does, or where print runs out of it."""
    whole = [piece for piece in face.pieces if face.height - piece.box.bottom > _WHOLE_ROW * face.line_height]
    if not level or any(re.search(extent.foot, squeeze(piece.text)) for piece in whole):
        return False
    rows = _heights(level, extent.above_foot)
    if rows:
        return any(face.height - max(heights) < row.room * width for row, heights in rows)
    return face.height - max(piece.box.bottom for piece in level) < _RUNS_OUT * face.line_height


def _table_width(face: Face) -> float:
    columns = bands(face).columns.values()
    return (max(columns) - min(columns)) / _SPREAD if len(columns) >= _ENOUGH_HEADINGS else face.width


def _heights(pieces: Sequence[Piece], rows: Sequence[Row]) -> list[tuple[Row, list[float]]]:
    """Those of the rows that are there, with the heights at which print shows them."""
    shown = [(row, [piece.y for piece in pieces if _is_label(row.pattern, piece)]) for row in rows]
    return [(row, heights) for row, heights in shown if heights]


def _is_label(pattern: str, piece: Piece) -> bool:
    text = squeeze(piece.text)
    if piece.label is not None or heading_span(text) == (0, len(text)):
        return re.search(pattern, text) is not None
    return re.search(rf"(?<![\u4e00-\u9fff])(?:{pattern})(?![\u4e00-\u9fff(])", text) is not None


def _outside_the_lines(pieces: Sequence[Piece], face: Face) -> list[Piece]:
    """The pieces without those of the table's lines: what stands in a cell is no label, though it be 价税合计 alone."""
    layout = bands(face)
    bottom = layout.subtotal if layout.subtotal is not None else layout.total
    if layout.header is None or bottom is None:
        return list(pieces)
    first, last = layout.header + 0.6 * face.line_height, bottom - 0.6 * face.line_height
    return [piece for piece in pieces if not first < piece.y < last]
