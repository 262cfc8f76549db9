"""Finds the four edges of a sheet of paper in a photo; finds nothing rather than something doubtful."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Polygon

_LOOKED_AT = 640
"""Pixels of the longest side of the copy in which edges are looked for."""
_SMALLEST, _LARGEST = 0.05, 0.95
"""Share of the picture that a sheet covers; what covers more is a scan or a screenshot and has no edges to find."""
_SMALLEST_OF_SEVERAL = 0.01
"""The same when several lie beside each other: a ticket on a sheet of A4 covers four hundredths."""
_FILLS_ITS_CORNERS = 0.94
"""Share of the four-cornered outline that is really paper."""
_CLEAR_STEP = 14.0
"""Least difference of Lab colour across an edge, and the share of each edge that must show it."""
_CLEAR_SHARE = 0.85
_ANGLES = (55.0, 125.0)
"""Corners of a sheet seen from a hand's height, in degrees."""
_AS_THE_PICTURE = 0.6
"""Degrees; a rectangle that lies exactly along the picture is a scan's or a screenshot's own, and there is nothing to flatten."""

_SHARED = 0.2
"""Of two sheets that share more than this part of the smaller one, the second is a view of the first."""
_NARROWEST = 8
"""Pixels across the picture as it is looked at."""

Corners = NDArray[np.float64]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SheetSearch:
    """A look for sheets of paper in one picture; polygons are in pixels of that picture.

    `lab` is a small copy in Lab, `masks` are where paper may be on it, and `scale` is its size as a share of the picture's.
    """

    lab: Picture
    masks: tuple[Picture, ...]
    scale: float

    @classmethod
    def of(cls, pixels: Picture) -> "SheetSearch":
        """Look at a BGR picture."""
        scale = min(1.0, _LOOKED_AT / max(pixels.shape[:2]))
        if min(pixels.shape[:2]) * scale < _NARROWEST:
            return cls(np.zeros((1, 1, 3), np.uint8), (), 1.0)  # a strip of a few pixels is no sheet on a table
        small = pixels if scale >= 1 else cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (5, 5), 0), cv2.COLOR_BGR2LAB), np.uint8)
        return cls(lab, tuple(_masks(lab)) if min(lab.shape[:2]) >= _NARROWEST else (), scale)

    def sheet(self) -> Polygon | None:
        """The corners of a sheet that stands out from its background all round, clockwise from the picture's top-left; None when unsure.

        A sheet that runs out of the picture, or lies on a table as white as itself, is not found.
        """
        for mask in self.masks:
            contour = max(_contours(mask), key=cv2.contourArea, default=None)
            corners = None if contour is None else _corners(contour, mask, _SMALLEST)
            if corners is not None and not _lies_as_the_picture(corners) and _stands_out(self.lab, corners):
                return self._polygon(corners)
        return None

    def sheets(self) -> tuple[Polygon, ...]:
        """Every sheet that stands out from its background all round and lies apart from the others, each clockwise from its top-left.

        Only proposals: a coloured box on a form looks like a small sheet. The largest come first; what lies in a larger one is left out.
        """
        found: list[Corners] = []
        for mask in self.masks:
            for contour in sorted(_contours(mask), key=cv2.contourArea, reverse=True):
                corners = _corners(contour, mask, _SMALLEST_OF_SEVERAL)
                if corners is not None and _stands_out(self.lab, corners) and not any(_meet(corners, other) for other in found):
                    found.append(corners)
        return tuple(map(self._polygon, found))

    def _polygon(self, corners: Corners) -> Polygon:
        return Polygon.of((corners / self.scale).tolist())


def _contours(mask: Picture) -> Sequence[NDArray[np.int32]]:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return [np.asarray(contour, np.int32) for contour in contours]


def _meet(one: Corners, other: Corners) -> bool:
    area, _ = cv2.intersectConvexConvex(one.astype(np.float32), other.astype(np.float32))
    return bool(area > _SHARED * min(cv2.contourArea(one.astype(np.float32)), cv2.contourArea(other.astype(np.float32))))


def _masks(lab: Picture) -> Iterator[Picture]:
    """Where paper may be: what is bright, then what differs from the rim of the picture."""
    light = np.ascontiguousarray(lab[:, :, 0])
    rim = np.concatenate([lab[:4].reshape(-1, 3), lab[-4:].reshape(-1, 3), lab[:, :4].reshape(-1, 3), lab[:, -4:].reshape(-1, 3)])
    offset = lab.astype(np.float32) - np.median(rim, axis=0).astype(np.float32)
    distance = np.sqrt(np.einsum("ijk,ijk->ij", offset, offset))
    for levels in (light, np.clip(distance * 2, 0, 255).astype(np.uint8)):
        _, mask = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        # Print and seals are holes in the paper: close them, then drop crumbs.
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
        yield np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)), np.uint8)


def _corners(contour: NDArray[np.int32], mask: Picture, smallest: float) -> Corners | None:
    """The corners of a thing in a mask when it is a plausible sheet that covers at least the share `smallest` of the picture."""
    area, frame = cv2.contourArea(contour), mask.shape[0] * mask.shape[1]
    if not smallest * frame <= area <= _LARGEST * frame:
        return None
    hull = cv2.convexHull(contour)
    for tolerance in (0.01, 0.02, 0.03, 0.05):
        outline = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True)
        if len(outline) == 4:
            break
    else:
        return None
    corners = _clockwise(outline.reshape(4, 2).astype(np.float64))
    refined = _refined(contour.reshape(-1, 2).astype(np.float64), corners)
    fills = area >= _FILLS_ITS_CORNERS * cv2.contourArea(outline)
    return refined if fills and _inside(refined, mask.shape[1], mask.shape[0]) and _plausible(refined) else None


def _clockwise(corners: Corners) -> Corners:
    """Clockwise on screen, from the corner nearest to the picture's top-left."""
    around = corners - corners.mean(axis=0)
    ordered = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)


def _refined(contour: Corners, corners: Corners) -> Corners:
    """Lay a line through the middle part of every edge and let the lines meet: tractor holes and bent corners then do no harm."""
    lines = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
        offset = contour - start
        position = offset @ along / max(float(np.linalg.norm(end - start)), 1e-9)
        distance = np.abs(offset @ np.array([-along[1], along[0]]))
        near = contour[(position > 0.1) & (position < 0.9) & (distance < 0.015 * _LOOKED_AT)]
        if len(near) < 10:
            return corners
        vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append(np.array([vy, -vx, vx * y - vy * x], np.float64))
    meets = [np.cross(before, after) for before, after in zip(np.roll(lines, 1, axis=0), lines, strict=True)]
    if any(abs(point[2]) < 1e-6 for point in meets):
        return corners
    return np.array([point[:2] / point[2] for point in meets])


def _inside(corners: Corners, width: int, height: int) -> bool:
    """Whether every corner lies in the picture, a little away from its rim."""
    return bool((corners > 2).all() and (corners[:, 0] < width - 3).all() and (corners[:, 1] < height - 3).all())


def _plausible(corners: Corners) -> bool:
    before, after = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    cosines = (before * after).sum(axis=1) / np.maximum(np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1), 1e-9)
    angles = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
    sides = np.linalg.norm(after, axis=1)
    opposite = max(sides[0] / sides[2], sides[2] / sides[0], sides[1] / sides[3], sides[3] / sides[1])
    return bool((angles > _ANGLES[0]).all() and (angles < _ANGLES[1]).all() and opposite < 1.8 and sides.max() < 6 * sides.min())


def _lies_as_the_picture(corners: Corners) -> bool:
    after = np.roll(corners, -1, axis=0) - corners
    slants = np.degrees(np.arctan2(after[:, 1], after[:, 0])) % 90
    return bool((np.minimum(slants, 90 - slants) < _AS_THE_PICTURE).all())


def _stands_out(lab: Picture, corners: Corners) -> bool:
    """Whether the colour changes clearly from inside to outside along every edge."""
    height, width = lab.shape[:2]
    centre = corners.mean(axis=0)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        points = start + np.linspace(0.05, 0.95, 60)[:, None] * (end - start)
        outward = np.array([end[1] - start[1], start[0] - end[0]])
        outward = outward / max(float(np.linalg.norm(outward)), 1e-9)
        outward = outward if outward @ (start - centre) > 0 else -outward
        colours = []
        for step in (-5, 5):
            place = np.rint(points + step * outward).astype(int)
            colours.append(lab[np.clip(place[:, 1], 0, height - 1), np.clip(place[:, 0], 0, width - 1)].astype(np.float64))
        if float((np.linalg.norm(colours[0] - colours[1], axis=1) > _CLEAR_STEP).mean()) < _CLEAR_SHARE:
            return False
    return True
