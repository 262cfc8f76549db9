"""Places on a page.

Unless a name says otherwise, coordinates are pixels of the *original* page image as its own EXIF tag shows it upright,
origin top-left, x to the right, y down. Pages count from 1. The page image of a photo that has more pixels than a page may have is half
as wide and half as high as its file says (`picture_pixels`), that of a PDF or OFD is rendered: the preview shows it in this frame.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

Point = tuple[float, float]
"""x, y in pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, in pixels of whichever frame its owner names."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """The middle of the rectangle."""
        return ((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def contains(self, point: Point) -> bool:
        """Whether the point lies inside or on the border."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def union(self, other: "Box") -> "Box":
        """The smallest rectangle around both."""
        return Box(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))


@dataclass(frozen=True, slots=True)
class Polygon:
    """A region, its corners clockwise from the one that is top-left for a reader."""

    points: tuple[Point, ...]

    @classmethod
    def of(cls, points: Iterable[Iterable[float]]) -> Self:
        """Build from any nested sequence of x, y pairs."""
        pairs = [tuple(float(number) for number in point) for point in points]
        return cls(tuple((pair[0], pair[1]) for pair in pairs))

    @classmethod
    def rectangle(cls, box: Box) -> Self:
        """The four corners of a box."""
        return cls(((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)))

    @property
    def box(self) -> Box:
        """The smallest upright rectangle around the region."""
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class Transform:
    """A plane homography, row by row, that takes points of one frame to another."""

    rows: tuple[float, float, float, float, float, float, float, float, float] = (1, 0, 0, 0, 1, 0, 0, 0, 1)

    def point(self, point: Point) -> Point:
        """Map one point."""
        a, b, c, d, e, f, g, h, i = self.rows
        x, y = point
        w = g * x + h * y + i
        return ((a * x + b * y + c) / w, (d * x + e * y + f) / w)

    def polygon(self, polygon: Polygon) -> Polygon:
        """Map every corner, keeping their order."""
        a, b, c, d, e, f, g, h, i = self.rows
        mapped: list[Point] = []
        for x, y in polygon.points:
            w = g * x + h * y + i
            mapped.append(((a * x + b * y + c) / w, (d * x + e * y + f) / w))
        return Polygon(tuple(mapped))

    def then(self, later: "Transform") -> "Transform":
        """Apply this transform first, `later` second."""
        a, b = later.rows, self.rows
        product = [sum(a[3 * row + k] * b[3 * k + column] for k in range(3)) for row in range(3) for column in range(3)]
        return Transform(tuple(product))  # type: ignore[arg-type]  # nine numbers by construction

    def inverse(self) -> "Transform":
        """The way back; raise ValueError for a transform that flattens the plane."""
        a, b, c, d, e, f, g, h, i = self.rows
        determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
        if abs(determinant) < 1e-12:
            raise ValueError("a singular transform has no inverse")
        adjugate = (
            *(e * i - f * h, c * h - b * i, b * f - c * e),
            *(f * g - d * i, a * i - c * g, c * d - a * f),
            *(d * h - e * g, b * g - a * h, a * e - b * d),
        )
        return Transform(tuple(value / determinant for value in adjugate))  # type: ignore[arg-type]  # nine numbers
