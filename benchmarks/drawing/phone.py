"""A telephone's camera over a table: perspective, curl and crease, shadow, glare, blur, quarter turns, things lying around."""

import math
from dataclasses import asdict, dataclass

import cv2
import numpy as np
from PIL import Image

from benchmarks.drawing.point_map import Matrix, PointMap, along, corners, moved, projected, scaled, turned
from benchmarks.drawing.relief import Relief
from benchmarks.drawing.table_top import GROUNDS, OBJECTS, table_top
from benchmarks.drawing.wear import Pixels, blurred, cloud, grained, millimetres, picture_of, pixels_of, resized

RANGES = {
    "turn": "upright 7 in 10, else 90, 180 or 270 degrees",
    "askew": "normal 3 degrees, within 8",
    "pitch, yaw": "the camera leans by normal 8 and 5 degrees, within 20",
    "long_side": "1200 to 3000 px, more where a millimetre would have fewer than 5.2 px",
    "coverage": "the paper takes 0.70 to 0.94 of the frame",
    "curl": "0 to 0.05 of the longer side, as an arch or a lifted edge, 6 in 10",
    "fold": "a crease 0.005 to 0.02 of the longer side high, 4 in 10",
    "ground": ", ".join(GROUNDS),
    "objects": "0 to 3 of " + ", ".join(OBJECTS),
    "falloff": "the light falls by 0 to 0.35 across the picture",
    "shadow": "0.15 to 0.45 darker behind a soft edge, half of the time",
    "glare": "a spot of 0.2 to 0.55 of white, 3 in 10",
    "warmth": "red over blue by -0.06 to 0.12",
    "blur": "0.3 to 0.9 px at 6 px a millimetre",
    "motion": "0 to 2 px, 3 in 10",
    "noise": "1 to 6 grey levels",
    "quality": "JPEG 60 to 92",
}
"""What is drawn by lot, to be printed with a score."""

_FEWEST_PIXELS_A_MM = 5.2
_DISTANCE = 2.2
"""How many longer sides of the paper the camera is away."""

_COARSE = 4
"""The way back is calculated for one pixel in so many, both ways, and filled in between: it is smooth."""


@dataclass(frozen=True, slots=True)
class PhotoSettings:
    """One photograph's own lot; see `RANGES`."""

    turn: int
    askew: float
    pitch: float
    yaw: float
    long_side: int
    coverage: float
    curl: float
    arched: bool
    direction: float
    fold: float
    fold_at: float
    upright: bool
    ground: str
    objects: tuple[str, ...]
    falloff: float
    shadow: float
    glare: float
    warmth: float
    blur: float
    motion: float
    noise: float
    quality: int

    @property
    def stated(self) -> dict[str, object]:
        """The settings for a report."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def draw_lot(rng: np.random.Generator) -> PhotoSettings:
    """Settings within `RANGES`."""
    bent, creased, shady, shiny, shaken = rng.random(5) < (0.6, 0.4, 0.5, 0.3, 0.3)
    return PhotoSettings(
        turn=int(rng.choice((0, 90, 180, 270), p=(0.7, 0.1, 0.1, 0.1))),
        askew=_normal(rng, 3, 8),
        pitch=_normal(rng, 8, 20),
        yaw=_normal(rng, 5, 20),
        long_side=int(rng.integers(1200, 3001)),
        coverage=_between(rng, 0.70, 0.94),
        curl=_between(rng, 0.005, 0.05) if bent else 0.0,
        arched=bool(rng.random() < 0.5),
        direction=_between(rng, 0, 360),
        fold=_between(rng, 0.005, 0.02) if creased else 0.0,
        fold_at=_between(rng, 0.3, 0.7),
        upright=bool(rng.random() < 0.5),
        ground=str(rng.choice(GROUNDS)),
        objects=tuple(str(name) for name in rng.choice(OBJECTS, int(rng.integers(0, 4)))),
        falloff=_between(rng, 0, 0.35),
        shadow=_between(rng, 0.15, 0.45) if shady else 0.0,
        glare=_between(rng, 0.2, 0.55) if shiny else 0.0,
        warmth=_between(rng, -0.06, 0.12),
        blur=_between(rng, 0.3, 0.9),
        motion=_between(rng, 0.8, 2.0) if shaken else 0.0,
        noise=_between(rng, 1, 6),
        quality=int(rng.integers(60, 93)),
    )


def photographed(image: Image.Image, dpi: float, settings: PhotoSettings, rng: np.random.Generator) -> tuple[Image.Image, PointMap]:
    """A drawing of a resolution in dots per inch as a telephone sees it, and where its points went."""
    lay, size = _frame(image.size, dpi, settings, rng)
    # What is to become smaller is made smaller first: a warp alone would skip pixels.
    shrink_by = min(1.0, 1.15 * math.sqrt(abs(np.linalg.det(lay[:2, :2]))))
    paper, shrink = resized(pixels_of(image), shrink_by, shrink_by)
    relief = _relief(image.size, settings)
    back = _way_back(lay, relief, size)
    across, down = back[..., 0] * np.float32(shrink[0, 0]) - 0.5, back[..., 1] * np.float32(shrink[1, 1]) - 0.5
    seen = cv2.remap(paper, across, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    light = rng.uniform(-1, 1, 2)
    coarse = back[::_COARSE, ::_COARSE]
    shade = relief.shade(coarse.reshape(-1, 2).astype(np.float64), (float(light[0]), float(light[1]))).reshape(coarse.shape[:2])
    seen = seen * cv2.resize(shade.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)[:, :, None]
    mask = _inside(back, image.size)
    ground = pixels_of(table_top(rng, size, settings.ground, settings.objects))
    ground *= 1 - 0.45 * _shadow_of(mask, max(size))[:, :, None]
    photo = ground * (1 - mask[:, :, None]) + seen * mask[:, :, None]
    return picture_of(_exposed(photo, settings, rng, size)), along(relief.seen, projected(lay))


def _frame(paper: tuple[int, int], dpi: float, settings: PhotoSettings, rng: np.random.Generator) -> tuple[Matrix, tuple[int, int]]:
    """The map from the paper's plane to the photo, and the photo's width and height."""
    width, height = paper
    side = max(paper)
    centre = moved(-width / 2, -height / 2)
    pitch, yaw = math.radians(settings.pitch), math.radians(settings.yaw)
    tilt = _rotation_x(pitch) @ _rotation_y(yaw)
    camera = np.column_stack([tilt[:, 0], tilt[:, 1], (0.0, 0.0, _DISTANCE * side)])
    plane = turned(settings.turn + settings.askew) @ np.diag([_DISTANCE * side, _DISTANCE * side, 1.0]) @ camera @ centre
    seen = projected(plane)(corners(width, height))
    low, high = seen.min(axis=0), seen.max(axis=0)
    extent = high - low
    long_side = max(settings.long_side, _FEWEST_PIXELS_A_MM / millimetres(dpi) * float(extent.max()) / settings.coverage)
    frame = (long_side, long_side * 0.75) if extent[0] >= extent[1] else (long_side * 0.75, long_side)
    size = (round(frame[0]), round(frame[1]))
    scale = settings.coverage * float(min(size[0] / extent[0], size[1] / extent[1]))
    room = (np.array(size) - scale * extent) * rng.uniform(0.3, 0.7, 2)
    lay = moved(float(room[0]), float(room[1])) @ scaled(scale, scale) @ moved(-float(low[0]), -float(low[1])) @ plane
    return lay / lay[2, 2], size


def _relief(paper: tuple[int, int], settings: PhotoSettings) -> Relief:
    lean = (math.tan(math.radians(settings.yaw)), -math.tan(math.radians(settings.pitch)))
    return Relief(
        width=paper[0],
        height=paper[1],
        curl=settings.curl,
        arched=settings.arched,
        direction=settings.direction,
        fold=settings.fold,
        fold_at=settings.fold_at,
        upright=settings.upright,
        lean=lean,
        distance=_DISTANCE,
    )


def _way_back(lay: Matrix, relief: Relief, size: tuple[int, int]) -> Pixels:
    """For each pixel of the photo the point of the flat paper that it shows: height x width x 2."""
    columns, rows = (-(-side // _COARSE) + 2 for side in size)
    across = (np.arange(columns) - 0.5) * _COARSE
    down = (np.arange(rows) - 0.5) * _COARSE
    grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    flat = relief.flat(projected(np.asarray(np.linalg.inv(lay), dtype=np.float64))(grid)).reshape(rows, columns, 2).astype(np.float32)
    fine = cv2.resize(flat, (columns * _COARSE, rows * _COARSE), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[_COARSE : _COARSE + size[1], _COARSE : _COARSE + size[0]])


def _inside(back: Pixels, paper: tuple[int, int]) -> Pixels:
    """1 on the paper, 0 beside it, in between along its edge: height x width."""
    edge = np.minimum(np.minimum(back[..., 0], paper[0] - back[..., 0]), np.minimum(back[..., 1], paper[1] - back[..., 1]))
    return np.asarray(np.clip(edge + 0.5, 0, 1), dtype=np.float32)


def _shadow_of(mask: Pixels, side: int) -> Pixels:
    """The soft shadow that the paper throws down and right."""
    offset = max(2, side // 220)
    thrown = np.roll(mask, (offset, offset), axis=(0, 1))
    return np.asarray(cv2.GaussianBlur(thrown, (0, 0), side / 160), dtype=np.float32)


def _exposed(photo: Pixels, settings: PhotoSettings, rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Light, shadow, glare, colour, softness and grain."""
    width, height = size
    across, down = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    lamp = float(rng.uniform(0, 2 * math.pi))
    light = 1 - settings.falloff * (1 + (across * math.cos(lamp) + down * math.sin(lamp)) / math.sqrt(2)) / 2
    if settings.shadow:
        way, start = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(-0.2, 0.7))
        # a hand's edge is not straight
        edge = across * math.cos(way) + down * math.sin(way) - start + 0.25 * cloud(rng, size, 3)[:, :, 0]
        light = light * (1 - settings.shadow * np.clip(edge / 0.18 + 0.5, 0, 1))
    lit = photo * light[:, :, None] * np.array([1 + settings.warmth / 2, 1.0, 1 - settings.warmth / 2], dtype=np.float32)
    if settings.glare:
        x, y, reach = (float(value) for value in rng.uniform((-0.6, -0.6, 0.15), (0.6, 0.6, 0.35)))
        spot = np.exp(-(((across - x) / reach) ** 2 + ((down - y) / reach) ** 2))
        lit = lit + settings.glare * spot[:, :, None] * (255 - lit)
    sharp = blurred(np.asarray(lit, dtype=np.float32), settings.blur * max(1.0, max(size) / 1800))
    return grained(_shaken(sharp, settings.motion, rng), rng, settings.noise)


def _shaken(photo: Pixels, length: float, rng: np.random.Generator) -> Pixels:
    """Smeared along a line of a length in pixels."""
    if not length:
        return photo
    way = float(rng.uniform(0, math.pi))
    kernel = np.zeros((5, 5), dtype=np.float32)
    for step in np.linspace(-length / 2, length / 2, 9):
        column, row = 2 + step * math.cos(way), 2 + step * math.sin(way)
        left, up = int(column), int(row)
        for x, y in ((left, up), (left + 1, up), (left, up + 1), (left + 1, up + 1)):
            kernel[y, x] += (1 - abs(column - x)) * (1 - abs(row - y)) / 9
    return np.asarray(cv2.filter2D(photo, -1, kernel, borderType=cv2.BORDER_REPLICATE), dtype=np.float32)


def _rotation_x(angle: float) -> Matrix:
    return np.array([[1, 0, 0], [0, math.cos(angle), -math.sin(angle)], [0, math.sin(angle), math.cos(angle)]])


def _rotation_y(angle: float) -> Matrix:
    return np.array([[math.cos(angle), 0, math.sin(angle)], [0, 1, 0], [-math.sin(angle), 0, math.cos(angle)]])


def _normal(rng: np.random.Generator, spread: float, limit: float) -> float:
    return round(float(np.clip(rng.normal(0, spread), -limit, limit)), 2)


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 3)
