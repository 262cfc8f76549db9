"""A flat-bed or sheet-fed scanner: skew, a few resolutions, a back that shines through, uneven contrast, grain, JPEG."""

from dataclasses import asdict, dataclass

import cv2
import numpy as np
from PIL import Image

from benchmarks.drawing.point_map import PointMap, corners, moved, projected, turned
from benchmarks.drawing.wear import Pixels, blurred, cloud, grained, millimetres, picture_of, pixels_of, resized, warped

RESOLUTIONS = (150, 200, 300)
RANGES = {
    "skew_degrees": "normal 0.7, within 2",
    "dpi": "150, 200, 300",
    "margin_mm": "0 to 12 on each side",
    "lid": "white 7 in 10, grey, dark",
    "grey": "3 in 10",
    "bleed": "0 to 0.10 of the back's ink, half of the time",
    "contrast": "ink lightened by 0 to 0.25, paper darkened by 0 to 0.12",
    "unevenness": "0 to 0.10",
    "streaks": "0 to 2 lines along the feed, 2 in 10",
    "blur": "0 to 0.6 px at 200 dpi",
    "noise": "1 to 6 grey levels",
    "quality": "JPEG 50 to 90",
}
"""What is drawn by lot, to be printed with a score."""

_LIDS = {"white": (248.0, 248.0, 247.0), "grey": (205.0, 206.0, 204.0), "dark": (46.0, 46.0, 48.0)}


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """One scan's own lot; see `RANGES`."""

    skew_degrees: float
    dpi: int
    margins_mm: tuple[float, float, float, float]
    lid: str
    grey: bool
    bleed: float
    faded: float
    dulled: float
    unevenness: float
    streaks: int
    blur: float
    noise: float
    quality: int

    @property
    def stated(self) -> dict[str, object]:
        """The settings for a report."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def draw_lot(rng: np.random.Generator) -> ScanSettings:
    """Settings within `RANGES`."""
    return ScanSettings(
        skew_degrees=round(float(np.clip(rng.normal(0, 0.7), -2, 2)), 2),
        dpi=int(rng.choice(RESOLUTIONS)),
        margins_mm=(_margin(rng), _margin(rng), _margin(rng), _margin(rng)),
        lid=str(rng.choice(list(_LIDS), p=[0.7, 0.15, 0.15])),
        grey=bool(rng.random() < 0.3),
        bleed=round(float(rng.uniform(0.02, 0.10)), 3) if rng.random() < 0.5 else 0.0,
        faded=round(float(rng.uniform(0, 0.25)), 3),
        dulled=round(float(rng.uniform(0, 0.12)), 3),
        unevenness=round(float(rng.uniform(0, 0.10)), 3),
        streaks=int(rng.integers(1, 3)) if rng.random() < 0.2 else 0,
        blur=round(float(rng.uniform(0, 0.6)), 2),
        noise=round(float(rng.uniform(1, 6)), 1),
        quality=int(rng.integers(50, 91)),
    )


def scanned(image: Image.Image, dpi: float, settings: ScanSettings, rng: np.random.Generator) -> tuple[Image.Image, PointMap]:
    """A drawing of a resolution in dots per inch as the scanner delivers it, and where its points went."""
    paper, shrink = resized(_shone_through(pixels_of(image), settings.bleed, rng), settings.dpi / dpi, settings.dpi / dpi)
    paper = _faded(paper, settings)
    height, width = paper.shape[:2]
    left, top, right, bottom = (side * millimetres(settings.dpi) for side in settings.margins_mm)
    spin = turned(settings.skew_degrees)
    seen = projected(spin)(corners(width, height))
    low, high = seen.min(axis=0), seen.max(axis=0)
    size = (int(np.ceil(high[0] - low[0] + left + right)), int(np.ceil(high[1] - low[1] + top + bottom)))
    lay = moved(left - low[0], top - low[1]) @ spin
    page = _worn(warped(paper, lay, size, _LIDS[settings.lid]), settings, rng)
    return picture_of(page), projected(lay @ shrink)


def _margin(rng: np.random.Generator) -> float:
    return round(float(rng.uniform(0, 12)), 1)


def _shone_through(paper: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """The back's print, mirrored and soft, a little off its place."""
    if not strength:
        return paper
    shift = rng.integers(-40, 41, 2)
    back = blurred(np.ascontiguousarray(np.roll(paper[:, ::-1], tuple(int(step) for step in shift), axis=(0, 1))), 2.0)
    return np.asarray(paper - strength * (255 - back), dtype=np.float32)


def _faded(paper: Pixels, settings: ScanSettings) -> Pixels:
    """Ink that has lost its depth, paper that has lost its white."""
    return np.asarray((255 - (255 - paper) * (1 - settings.faded)) * (1 - settings.dulled), dtype=np.float32)


def _worn(page: Pixels, settings: ScanSettings, rng: np.random.Generator) -> Pixels:
    height, width = page.shape[:2]
    if settings.grey:
        page = np.repeat(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    page = blurred(page, settings.blur * settings.dpi / 200)
    page = np.asarray(page * (1 + settings.unevenness * cloud(rng, (width, height), 3)), dtype=np.float32)
    for _ in range(settings.streaks):
        # a grain of dust on the glass of a sheet feeder draws one line down the whole page
        place = int(rng.integers(0, width))
        page[:, place : place + max(1, settings.dpi // 150)] *= float(rng.uniform(0.55, 0.85))
    return grained(page, rng, settings.noise)
