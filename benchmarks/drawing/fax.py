"""A fax machine: one bit for a dot, fine or standard resolution, lost lines, streaks and specks.

ITU-T T.4: 1728 dots along 215 mm, 3.85 lines a millimetre in standard and 7.7 in fine resolution. Most receiving programs keep the lines as
they came, 204 x 98 or 204 x 196 dots an inch; others write standard lines twice, so that the dots are square.
"""

from dataclasses import asdict, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.drawing.point_map import PointMap, corners, moved, projected, turned
from benchmarks.drawing.wear import blurred, cloud, millimetres, pixels_of, resized, warped

RANGES = {
    "fine": "7 in 10, else standard",
    "skew_degrees": "normal 0.5, within 1.5",
    "threshold": "0.68 to 0.82 of the paper's white, after sharpening",
    "unevenness": "0 to 0.08 of the light",
    "streaks": "0 to 2 black lines along the feed, 3 in 10",
    "lost_lines": "0 to 4 lines repeated in place of their own",
    "specks": "0 to 3 in 10,000 dots",
    "squared": "lines repeated until the dots are square, 3 in 10",
    "coding": "Group 4, else Group 3, 3 in 10",
}
"""What is drawn by lot, to be printed with a score."""

DOTS_PER_MM = 1728 / 215
LINES_PER_MM = 7.7
_SHARPENING = 0.8
"""Machines sharpen before they decide on black or white: thin strokes would be lost otherwise."""


@dataclass(frozen=True, slots=True)
class FaxSettings:
    """One transmission's own lot; see `RANGES`."""

    fine: bool
    skew_degrees: float
    threshold: float
    unevenness: float
    streaks: int
    lost_lines: int
    specks: float
    squared: bool
    coding: str

    @property
    def dpi(self) -> tuple[int, int]:
        """Dots an inch across and down, as the file tells them."""
        return (204, 204) if self.squared else (204, 196) if self.fine else (204, 98)

    @property
    def stated(self) -> dict[str, object]:
        """The settings for a report."""
        return asdict(self)


def draw_lot(rng: np.random.Generator) -> FaxSettings:
    """Settings within `RANGES`."""
    return FaxSettings(
        fine=bool(rng.random() < 0.7),
        skew_degrees=round(float(np.clip(rng.normal(0, 0.5), -1.5, 1.5)), 2),
        threshold=round(float(rng.uniform(0.68, 0.82)), 3),
        unevenness=round(float(rng.uniform(0, 0.08)), 3),
        streaks=int(rng.integers(1, 3)) if rng.random() < 0.3 else 0,
        lost_lines=int(rng.integers(0, 5)),
        specks=round(float(rng.uniform(0, 0.0003)), 6),
        squared=bool(rng.random() < 0.3),
        coding="group3" if rng.random() < 0.3 else "group4",
    )


def faxed(image: Image.Image, dpi: float, settings: FaxSettings, rng: np.random.Generator) -> tuple[Image.Image, PointMap]:
    """A drawing of a resolution in dots per inch as it arrives, one bit a dot, and where its points went."""
    paper, shrink = resized(pixels_of(image), DOTS_PER_MM / millimetres(dpi), DOTS_PER_MM / millimetres(dpi))
    height, width = paper.shape[:2]
    spin = turned(settings.skew_degrees)
    seen = projected(spin)(corners(width, height))
    low, high = seen.min(axis=0), seen.max(axis=0)
    margin = 4 * DOTS_PER_MM
    size = tuple(int(side) for side in np.ceil(high - low + 2 * margin))
    lay = moved(margin - low[0], margin - low[1]) @ spin
    page = blurred(warped(paper, lay, (size[0], size[1]), (252.0, 252.0, 252.0)), 0.45)
    # the lamp is green: red and blue ink are equally dark to it
    light = page[:, :, 1] * (1 + settings.unevenness * cloud(rng, (size[0], size[1]), 3)[:, :, 0])
    light = light + _SHARPENING * (light - cv2.GaussianBlur(light, (0, 0), 1.5))
    rows = round(size[1] * LINES_PER_MM / DOTS_PER_MM / (1 if settings.fine else 2))
    lines = cv2.resize(light, (size[0], rows), interpolation=cv2.INTER_AREA)
    dots = _transmitted(np.asarray(lines < 255 * settings.threshold), settings, rng)
    square = cv2.resize(np.where(dots, 0, 255).astype(np.uint8), (size[0], size[1]), interpolation=cv2.INTER_NEAREST)
    return Image.fromarray(square).convert("1", dither=Image.Dither.NONE), projected(lay @ shrink)


def lines_of(page: Image.Image, settings: FaxSettings) -> Image.Image:
    """The page with the lines that were sent, each once."""
    rows = round(page.height * LINES_PER_MM / DOTS_PER_MM / (1 if settings.fine else 2))
    return page if settings.squared else page.resize((page.width, rows), Image.Resampling.NEAREST)


def _transmitted(dots: NDArray[np.bool_], settings: FaxSettings, rng: np.random.Generator) -> NDArray[np.bool_]:
    rows, columns = dots.shape
    for _ in range(settings.streaks):
        place = int(rng.integers(0, columns))
        # dirt comes and goes while the page runs through
        begin, end = sorted(int(row) for row in rng.integers(0, rows, 2))
        dots[begin:end, place] = True
    for row in rng.integers(1, rows, settings.lost_lines):
        dots[row] = dots[row - 1]
    return np.asarray(dots ^ (rng.random(dots.shape) < settings.specks))
