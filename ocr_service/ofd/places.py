"""Places of the objects of an OFD page, in millimetres."""

from collections.abc import Iterator
from functools import reduce
from xml.etree.ElementTree import Element

from models.geometry import Box, Point
from ocr_service.ofd.package import numbers_in

Affine = tuple[float, float, float, float, float, float]
"""a b c d e f of GB/T 33190 8.5: x' = ax + cy + e, y' = bx + dy + f, in millimetres."""


def placed(element: Element, outer: Affine) -> Affine:
    """An object's own matrix, then the place of its boundary, then that of what holds it."""
    matrix, boundary = numbers_in(element.get("CTM", "")), numbers_in(element.get("Boundary", ""))
    own: Affine = (1, 0, 0, 1, 0, 0)
    if len(matrix) == 6:
        own = (matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5])
    if len(boundary) == 4:
        own = then(own, (1, 0, 0, 1, boundary[0], boundary[1]))
    return then(own, outer)


def clip_box(element: Element, outer: Affine) -> Box | None:
    """The upright box in which all of an object's clips leave it (GB/T 33190 8.4), None when it has none."""
    clips = element.find("Clips")
    if clips is None:
        return None
    place = placed(element, outer)
    if clips.get("TransFlag") == "false":  # then they lie in the object's boundary, whatever its own matrix
        boundary = numbers_in(element.get("Boundary", ""))
        place = then((1, 0, 0, 1, boundary[0], boundary[1]), outer) if len(boundary) == 4 else outer
    found: Box | None = None
    for clip in clips.findall("Clip"):
        areas = [box for area in clip.findall("Area") for box in _area_boxes(area, place)]
        if areas:
            around = reduce(Box.union, areas)
            found = around if found is None else _common(found, around)
    return found


def _area_boxes(area: Element, place: Affine) -> Iterator[Box]:
    matrix = numbers_in(area.get("CTM", ""))
    within = then((matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5]), place) if len(matrix) == 6 else place
    for path in area.findall("Path"):
        box = numbers_in(path.get("Boundary", ""))
        if len(box) == 4:
            corners = (applied(within, (box[0] + i * box[2], box[1] + j * box[3])) for i, j in ((0, 0), (1, 0), (0, 1), (1, 1)))
            xs, ys = zip(*corners, strict=True)
            yield Box(min(xs), min(ys), max(xs), max(ys))


def _common(one: Box, other: Box) -> Box:
    return Box(max(one.left, other.left), max(one.top, other.top), min(one.right, other.right), min(one.bottom, other.bottom))


def then(first: Affine, later: Affine) -> Affine:
    """The one, then the other."""
    a, b, c, d, e, f = first
    k, m, n, p, q, r = later
    return (k * a + n * b, m * a + p * b, k * c + n * d, m * c + p * d, k * e + n * f + q, m * e + p * f + r)


def applied(place: Affine, point: Point) -> Point:
    """The point where the matrix takes it."""
    a, b, c, d, e, f = place
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def minus(one: Point, other: Point) -> Point:
    """The way from the other to the one."""
    return one[0] - other[0], one[1] - other[1]
