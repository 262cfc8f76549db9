"""Makes a page upright, level and flat: new pixels beside the untouched original, and the transform between the two frames."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Box, Polygon, Transform
from ocr_service.page_image import FlatPage, PageImage


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of `width` x `height` pixels, `transform` from the original page image into it, `outline` in the original frame."""

    transform: Transform
    width: float
    height: float
    outline: Polygon


def fitted(page: PageImage, longest_side: int) -> FlatPage:
    """The page, scaled down when a side is longer than `longest_side` pixels and the other is not shorter than half of that."""
    outline = Polygon.rectangle(Box(0, 0, page.width, page.height))
    scale = max(longest_side / max(page.width, page.height), longest_side / 2 / min(page.width, page.height))
    if scale >= 1:
        return FlatPage(page, page.pixels, Transform(), outline)
    size = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    pixels = np.asarray(cv2.resize(page.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return FlatPage(page, pixels, Transform((size[0] / page.width, 0, 0, 0, size[1] / page.height, 0, 0, 0, 1)), outline)


def turned(flat: FlatPage, degrees: int) -> FlatPage:
    """Turn by 0, 90, 180 or 270 degrees clockwise; no pixel is interpolated."""
    height, width = flat.pixels.shape[:2]
    if not degrees:
        return flat
    rows = {
        90: (0, -1, height, 1, 0, 0, 0, 0, 1),
        180: (-1, 0, width, 0, -1, height, 0, 0, 1),
        270: (0, 1, 0, -1, 0, width, 0, 0, 1),
    }[degrees]
    pixels = np.ascontiguousarray(np.rot90(flat.pixels, -degrees // 90))
    return FlatPage(flat.page, pixels, flat.to_flat.then(Transform(rows)), flat.polygon)


def levelled(flat: FlatPage, angle: float) -> FlatPage:
    """Turn the pixels so that lines that fall by `angle` degrees to the right become level; the corners that open are white."""
    height, width = flat.pixels.shape[:2]
    turn, new_width, new_height = _levelling(width, height, angle)
    return _warped(flat, turn, new_width, new_height)


def flattened(flat: FlatPage, sheet: Frame) -> FlatPage:
    """The pixels inside a sheet's edges, from the best pixels there are, as a camera right above it would have seen them."""
    return _warped(FlatPage(flat.page, flat.page.pixels, Transform(), sheet.outline), sheet.transform, sheet.width, sheet.height)


def close_up(page: PageImage, frame: Frame, box: Box, scale: float) -> NDArray[np.uint8]:
    """A part of a frame (`box` in pixels of that frame) as BGR pixels, `scale` of them for each pixel of the frame."""
    matrix = np.array(frame.transform.then(Transform((scale, 0, -scale * box.left, 0, scale, -scale * box.top, 0, 0, 1))).rows)
    size = (max(1, round(scale * box.width)), max(1, round(scale * box.height)))
    pixels = cv2.warpPerspective(page.pixels, matrix.reshape(3, 3), size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(pixels, np.uint8)


def whole_frame(page: PageImage) -> Frame:
    """The original frame itself."""
    return Frame(Transform(), page.width, page.height, Polygon.rectangle(Box(0, 0, page.width, page.height)))


def sheet_frame(corners: Polygon) -> Frame:
    """The frame in which a sheet with these four corners (original frame, clockwise) is a rectangle as large as it looks."""
    points = np.array(corners.points, np.float32)
    sides = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    width, height = float(sides[0] + sides[2]) / 2, float(sides[1] + sides[3]) / 2
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return Frame(_transform(np.asarray(cv2.getPerspectiveTransform(points, target), np.float64)), width, height, corners)


def level_frame(frame: Frame, angle: float) -> Frame:
    """Turn a frame so that text that runs at `angle` degrees (clockwise from rightwards, any value) runs level to the right."""
    turn, width, height = _levelling(frame.width, frame.height, angle)
    first = round(angle / 90) % 4
    outline = Polygon(frame.outline.points[first:] + frame.outline.points[:first])
    return Frame(frame.transform.then(turn), width, height, outline)


def _levelling(width: float, height: float, angle: float) -> tuple[Transform, float, float]:
    """The turn back by `angle` degrees, and the width and height of what then holds the frame."""
    cosine, sine = round(math.cos(math.radians(angle)), 15), round(math.sin(math.radians(angle)), 15)
    new_width, new_height = width * abs(cosine) + height * abs(sine), width * abs(sine) + height * abs(cosine)
    right = (new_width - cosine * width - sine * height) / 2
    down = (new_height + sine * width - cosine * height) / 2
    return Transform((cosine, sine, right, -sine, cosine, down, 0, 0, 1)), new_width, new_height


def _warped(flat: FlatPage, transform: Transform, width: float, height: float) -> FlatPage:
    matrix: NDArray[np.float64] = np.array(transform.rows, np.float64).reshape(3, 3)
    size = (max(1, round(width)), max(1, round(height)))
    pixels = cv2.warpPerspective(flat.pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    return FlatPage(flat.page, np.asarray(pixels, np.uint8), flat.to_flat.then(transform), flat.polygon)


def _transform(matrix: NDArray[np.float64]) -> Transform:
    rows = [float(value) for value in matrix.ravel()]
    return Transform((rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], rows[8]))
