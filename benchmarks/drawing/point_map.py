"""Where the points of a clean drawing go when it is scanned or photographed: the truth is carried along with the damage."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Points as rows of x and y, in pixels; a pixel's own place is its middle, so the first one lies at (0.5, 0.5)."""

Matrix = NDArray[np.float64]
"""A projective map of the plane, 3 x 3."""

PointMap = Callable[[Points], Points]


def unmoved(points: Points) -> Points:
    """What is not damaged stays where it is."""
    return points


def along(*steps: PointMap) -> PointMap:
    """One map after another."""

    def mapped(points: Points) -> Points:
        for step in steps:
            points = step(points)
        return points

    return mapped


def projected(matrix: Matrix) -> PointMap:
    """The map of a 3 x 3 matrix."""

    def mapped(points: Points) -> Points:
        lifted = np.column_stack([points, np.ones(len(points))]) @ matrix.T
        return np.asarray(lifted[:, :2] / lifted[:, 2:])

    return mapped


def scaled(across: float, down: float) -> Matrix:
    """Stretch from the top left corner."""
    return np.diag([across, down, 1.0])


def moved(across: float, down: float) -> Matrix:
    """Shift by pixels."""
    return np.array([[1.0, 0.0, across], [0.0, 1.0, down], [0.0, 0.0, 1.0]])


def turned(degrees: float) -> Matrix:
    """Turn clockwise, as seen, about the top left corner."""
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]])


def corners(width: float, height: float) -> Points:
    """The corners of a picture, clockwise from the top left."""
    return np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])


def carried(to_picture: PointMap, polygon: Sequence[Sequence[float]]) -> list[list[float]]:
    """A polygon of the drawing as it lies in the damaged picture, in pixels with one decimal."""
    return [[round(float(x), 1), round(float(y), 1)] for x, y in to_picture(np.asarray(polygon, dtype=np.float64))]
