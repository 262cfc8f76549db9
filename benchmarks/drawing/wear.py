"""Small damages that scanners, cameras and fax machines share: softness, grain, compression, uneven light."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.drawing.point_map import Matrix

Pixels = NDArray[np.float32]
"""Height x width x 3, red first, 0 to 255."""

_MM_PER_INCH = 25.4


def pixels_of(image: Image.Image) -> Pixels:
    """A picture as numbers that may be calculated with."""
    return np.asarray(image.convert("RGB"), dtype=np.float32)


def picture_of(pixels: Pixels) -> Image.Image:
    """Numbers as a picture; what lies outside of 0 to 255 is cut."""
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def resized(pixels: Pixels, across: float, down: float) -> tuple[Pixels, Matrix]:
    """The picture stretched by two factors without the moiré of skipped pixels, and the map that did it."""
    height, width = pixels.shape[:2]
    size = (max(1, round(width * across)), max(1, round(height * down)))
    method = cv2.INTER_AREA if across * down < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=method), dtype=np.float32), np.diag([size[0] / width, size[1] / height, 1.0])


def warped(pixels: Pixels, matrix: Matrix, size: tuple[int, int], paper: tuple[float, float, float]) -> Pixels:
    """The picture under a projective map of points, on a ground of one colour; `size` is width and height."""
    half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    # OpenCV counts from the middle of the first pixel, a point map from its corner
    centred = np.linalg.inv(half) @ matrix @ half
    return np.asarray(
        cv2.warpPerspective(pixels, centred, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=paper),
        dtype=np.float32,
    )


def blurred(pixels: Pixels, radius: float) -> Pixels:
    """Out of focus by a Gaussian radius in pixels."""
    return pixels if radius <= 0 else np.asarray(cv2.GaussianBlur(pixels, (0, 0), radius), dtype=np.float32)


def grained(pixels: Pixels, rng: np.random.Generator, level: float) -> Pixels:
    """With the sensor's noise: a standard deviation in grey levels, half of it in colour."""
    if level <= 0:
        return pixels
    grey = rng.standard_normal((*pixels.shape[:2], 1), dtype=np.float32)
    colour = rng.standard_normal(pixels.shape, dtype=np.float32)
    return np.asarray(pixels + level * (grey + colour / 2), dtype=np.float32)


def cloud(rng: np.random.Generator, size: tuple[int, int], cells: int) -> Pixels:
    """A smooth random field of height x width x 1 between -1 and 1, with about so many hills along a side; `size` is width and height."""
    coarse = rng.uniform(-1, 1, (cells + 1, cells + 1)).astype(np.float32)
    return np.asarray(np.clip(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC), -1, 1)[:, :, None], dtype=np.float32)


def compressed(image: Image.Image, quality: int, dpi: float | None = None) -> bytes:
    """The bytes of a JPEG of a quality from 1 to 95, with its resolution where that is known."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality, **({} if dpi is None else {"dpi": (round(dpi), round(dpi))}))
    return stream.getvalue()


def millimetres(dpi: float) -> float:
    """Pixels of a millimetre."""
    return dpi / _MM_PER_INCH
