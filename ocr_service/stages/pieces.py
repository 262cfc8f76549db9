"""A piece of a page as the later stages want it: a frame in which its text runs level to the right."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Polygon
from ocr_service.stages.legibility import text_direction
from ocr_service.stages.rectification import Frame, level_frame

_LEVEL_ENOUGH = 0.3
"""Degrees; below this a frame is left as it is."""


def piece_of(number: int, frame: Frame, lines: Sequence[TextLine], codes: Sequence[QrCode]) -> RecognizedPage:
    """What stands in a frame on page `number`, lines and codes in the original frame; the frame is turned the way the text runs."""
    angle = direction_in(frame, lines)
    quarter = 90.0 * round(angle / 90)
    level = level_frame(frame, quarter if abs(angle - quarter) <= _LEVEL_ENOUGH else angle)
    return RecognizedPage(number, level.outline, tuple(lines), tuple(codes), level.transform, level.width, level.height)


def frame_of(piece: RecognizedPage) -> Frame:
    """The level frame of a piece."""
    return Frame(piece.to_flat, piece.flat_width, piece.flat_height, piece.polygon)


def direction_in(frame: Frame, lines: Sequence[TextLine]) -> float:
    """Where text (original frame) runs in a frame, in degrees clockwise from rightwards."""
    return text_direction([replace(line, polygon=frame.transform.polygon(line.polygon)) for line in lines])


def holds(frame: Frame, polygon: Polygon) -> bool:
    """Whether the middle of a region of the original frame lies in a frame."""
    x, y = frame.transform.point(polygon.box.centre)
    return 0 <= x <= frame.width and 0 <= y <= frame.height


def with_rim(place: Polygon, rim: float, *, before: float = 0.0, behind: float = 0.0) -> Polygon:
    """The place of a line with a rim of paper around it, and more of it before and behind, all in heights of the line.

    `place` is a quadrilateral clockwise from the top left of its text; any other region stays as it is.
    """
    if len(place.points) != 4:
        return place
    corners = np.array(place.points, np.float64)
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    width, height = (max(float(np.linalg.norm(side)), 1e-9) for side in (along, down))
    unit = min(width, height)
    left, right = -(rim + before) * unit * along / width, (rim + behind) * unit * along / width
    up, below = -rim * unit * down / height, rim * unit * down / height
    return Polygon.of((corners + np.array([left + up, right + up, right + below, left + below])).tolist())
