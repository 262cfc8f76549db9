"""The picture of an invoice's page as a drawing that can be turned upright: its lines and fields with their places."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.document import TextLine
from models.geometry import Polygon
from models.invoice import Invoice
from ocr_service.opened import PagePicture

_TELLING_CHARACTERS = 4
"""Shorter lines say little of a direction: a column's single characters stand upright whatever the page does."""
_MARGIN = 0.02
"""Of the longer side, left around an invoice that is cut out of its page."""

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PaperView:
    """A page of `width` × `height` pixels in the frame of the polygons.

    Attributes:
        turn: degrees, clockwise, by which it is turned about its middle to stand upright.
        box: left, top, width and height of what is shown of the turned page: the invoice with a margin.
        lines: what was recognised, each with its corners as SVG points.
    """

    width: int
    height: int
    turn: float
    box: tuple[float, float, float, float]
    lines: tuple[tuple[str, str], ...]

    @property
    def transform(self) -> str:
        """As the attribute of an SVG group."""
        return f"rotate({self.turn:.2f} {self.width / 2:.1f} {self.height / 2:.1f})"

    @property
    def view_box(self) -> str:
        """As the attribute of an SVG drawing."""
        return " ".join(f"{number:.1f}" for number in self.box)

    @property
    def whole_box(self) -> str:
        """The same for the page as it came."""
        return f"0 0 {self.width} {self.height}"


def paper_view(picture: PagePicture | None, invoice: Invoice | None) -> PaperView | None:
    """How a page is shown; without an invoice as it came. None where there is no picture."""
    if picture is None:
        return None
    width, height = picture.page_width, picture.page_height
    if invoice is None or not invoice.lines:
        return PaperView(width, height, 0.0, (0.0, 0.0, float(width), float(height)), ())
    turn = (180 - _direction(invoice.lines)) % 360 - 180
    middle = (width / 2, height / 2)
    page = _turned(((0, 0), (width, 0), (width, height), (0, height)), turn, middle)
    corners = [point for line in invoice.lines for point in line.polygon.points]
    shown = _turned([*invoice.polygon.points, *corners], turn, middle)
    lines = tuple((line.text, points_of(line.polygon)) for line in invoice.lines)
    return PaperView(width, height, turn, _box(shown, page), lines)


def points_of(polygon: Polygon) -> str:
    """The corners of a polygon as SVG points."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in polygon.points)


def _direction(lines: Sequence[TextLine]) -> float:
    """In which direction most of the print runs, in degrees clockwise from the right: the median of the lines, weighed by their length."""
    weighed = sorted(_weighed(lines))
    half, passed = sum(weight for _, weight in weighed) / 2, 0.0
    for degrees, weight in weighed:
        passed += weight
        if passed >= half:
            return degrees
    return 0.0


def _weighed(lines: Iterable[TextLine]) -> Iterable[tuple[float, float]]:
    for line in lines:
        (left, top), (right, end) = line.polygon.points[:2]
        across, down = right - left, end - top
        if len(line.text) >= _TELLING_CHARACTERS and (across or down):
            # From -90 to 270, so that print upside down is not torn apart between 180 and -180.
            yield (math.degrees(math.atan2(down, across)) + 90) % 360 - 90, math.hypot(across, down)


def _turned(points: Iterable[_Point], degrees: float, middle: _Point) -> list[_Point]:
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    away = [(x - middle[0], y - middle[1]) for x, y in points]
    return [(middle[0] + x * cosine - y * sine, middle[1] + x * sine + y * cosine) for x, y in away]


def _box(shown: Sequence[_Point], page: Sequence[_Point]) -> tuple[float, float, float, float]:
    """Around what is shown, with a margin, and never beyond the page."""
    left, top, right, bottom = _around(shown)
    first, above, last, below = _around(page)
    margin = _MARGIN * max(right - left, bottom - top)
    left, top = max(left - margin, first), max(top - margin, above)
    right, bottom = min(right + margin, last), min(bottom + margin, below)
    return left, top, right - left, bottom - top


def _around(points: Sequence[_Point]) -> tuple[float, float, float, float]:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)
