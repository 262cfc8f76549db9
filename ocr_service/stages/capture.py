"""Photo -> advice on taking the picture again: measured in a fiftieth of a second, before anything is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from models.capture import CaptureAdvice
from ocr_service.files.pictures import grey_levels

Grey = NDArray[np.uint8]

_OVERVIEW = 1000
"""Pixels of the longer side, at most, of the small picture that light is judged on."""
_TILE, _SMALLEST_TILE = 320, 120
"""Pixels of the side of a sample of print, in large pictures and in small ones."""
_TILES = 12
_FEWEST_GLYPHS = 12
"""A tile with fewer is a picture, a border or a seal."""
_LEAST_GLYPH = 10.0
"""Pixels of height that a character needs."""
_BLURRED = 0.16
"""Standard deviation of the blur as a share of the characters' height, from which on characters are taken for others."""
_DARK_PAPER = 90
"""Grey level (0 to 255) of the paper itself."""
_NOISE = 8
"""Grey levels that the paper itself varies by."""
_FEWEST_TILES = 3
"""So many samples of print tell how sharp a picture is."""
_SOFT = 2.5
"""Standard deviation in pixels of a blur that leaves hardly any print."""
_FAINT = 45
"""Grey levels between paper and print."""
_BURNT, _PAPER_OF_A_SCAN = 252, 236
"""Grey levels: burnt out; and paper that is white all over, on which nothing can be told."""
_GLARE_SHARE = 0.006
"""Share of the picture that a burnt out spot covers."""
_LEVELS = np.arange(256.0)
"""Every grey level, to weigh with how many pixels have it."""
_CUT_GLYPHS = 5
"""So many characters that touch one edge of the picture are cut off by it."""


@dataclass(frozen=True, slots=True)
class Print:
    """What a tile of print measures: height of characters and blur (standard deviation) in pixels, contrast in grey levels."""

    glyph_height: float
    blur: float
    contrast: float


@dataclass(frozen=True, slots=True)
class CaptureStage:
    """Looks at a picture as it was decoded, in colour or in grey."""

    name: str = "capture"

    def run(self, value: Image.Image) -> tuple[CaptureAdvice, ...]:
        """What could be better, in the order of `CaptureAdvice`; empty for a good picture."""
        grey = grey_levels(value)
        light = _overview(grey)
        paper = _paper(light)
        tiles = _tiles(grey, light)
        prints = [one for tile in tiles if (one := measure(tile)) is not None]
        found = {
            CaptureAdvice.BLURRED: _is_blurred(tiles, prints),
            CaptureAdvice.GLARE: _has_glare(light, paper),
            CaptureAdvice.DARK: paper < _DARK_PAPER,
            CaptureAdvice.FAINT: bool(prints) and _median([p.contrast for p in prints]) < _FAINT,
            CaptureAdvice.CUT_OFF: _is_cut(grey, _median([p.glyph_height for p in prints])),
            CaptureAdvice.SMALL_PRINT: bool(prints) and _median([p.glyph_height for p in prints]) < _LEAST_GLYPH,
            CaptureAdvice.QR_UNREADABLE: _has_broken_code(grey),
        }
        return tuple(advice for advice in CaptureAdvice if found[advice])


def measure(tile: Grey) -> Print | None:
    """Measure print on a tile of a grey picture; None where there is hardly any."""
    depth, ink, contrast = _ink(tile)
    boxes = _boxes(ink)
    glyphs = boxes[_are_glyphs(boxes, tile.shape)]
    if len(glyphs) < _FEWEST_GLYPHS:
        return None
    # Strokes that hang together make a character; its dots and hooks count by how little ink they are.
    height = _level(np.bincount(glyphs[:, cv2.CC_STAT_HEIGHT], glyphs[:, cv2.CC_STAT_AREA]), 0.5)
    return Print(height, _blur(depth, contrast), contrast)


def _ink(tile: Grey) -> tuple[Grey, Grey, float]:
    """How much darker than the paper around it every pixel is; a mask (0, 255) of what is print; and how dark print is."""
    paper = cv2.dilate(cv2.GaussianBlur(tile, (0, 0), 1), np.ones((25, 25), np.uint8))
    depth = np.asarray(cv2.subtract(paper, tile), np.uint8)
    ink, levels = _dark(depth, _NOISE)
    return depth, ink, _level(levels, 0.9)


def _dark(depth: Grey, least: float) -> tuple[Grey, NDArray[np.float32]]:
    """A mask (0, 255) of the darker of two classes, and its histogram; empty when it is less than `least` levels darker than the paper."""
    highest, mask = cv2.threshold(depth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    levels = _histogram(depth)
    levels[: int(highest) + 1] = 0
    if levels @ _LEVELS < least * levels.sum():
        mask[:] = levels[:] = 0
    return np.asarray(mask, np.uint8), levels


def _boxes(mask: Grey) -> NDArray[np.int32]:
    """Left, top, width, height and area of everything on a mask that hangs together."""
    most = -(-mask.shape[0] // 2) * -(-mask.shape[1] // 2)
    # Labels of 16 bits take half of the time.
    labels = cv2.CV_16U if most < np.iinfo(np.uint16).max else cv2.CV_32S
    return np.asarray(cv2.connectedComponentsWithStats(mask, ltype=labels)[2][1:], np.int32)


def _blur(depth: Grey, contrast: float) -> float:
    """Standard deviation of the blur in pixels: an edge that is as high as the print is dark is the steeper, the sharper it is."""
    smooth = cv2.GaussianBlur(depth, (0, 0), 0.5)
    slope = _level(_histogram(np.asarray(cv2.absdiff(smooth[:, 1:], smooth[:, :-1]), np.uint8)), 0.995)
    return 0.5 * contrast / max(slope, 1.0)


def _histogram(levels: Grey) -> NDArray[np.float32]:
    """How many pixels have each of the 256 levels: a tenth of the work of sorting them."""
    return np.asarray(cv2.calcHist([levels], [0], None, [256], [0, 256]), np.float32).ravel()


def _level(counts: NDArray[Any], share: float) -> float:
    """The value, an index of `counts`, that this share of everything does not exceed."""
    upto = np.cumsum(counts, dtype=np.float64)
    return float(np.searchsorted(upto, share * upto[-1]))


def _is_blurred(tiles: Sequence[Grey], prints: Sequence[Print]) -> bool:
    """By the print; where hardly any can be told from its surroundings, by the softness of whatever is dark on the tiles."""
    if len(prints) >= _FEWEST_TILES:
        return _median([one.blur / one.glyph_height for one in prints]) > _BLURRED
    return _median([_blur(depth, contrast) for depth, _, contrast in map(_ink, tiles) if contrast > _NOISE]) > _SOFT


def _are_glyphs(boxes: NDArray[Any], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which of the boxes (left, top, width, height, area) hold a character that lies on the tile as a whole."""
    x, y, w, h, area = boxes.T
    whole = (x > 0) & (y > 0) & (x + w < shape[1]) & (y + h < shape[0])
    of_its_shape = (h >= 4) & (h <= 0.4 * shape[0]) & (w >= 0.1 * h) & (w <= 2.5 * h)
    return np.asarray(whole & of_its_shape & (area > 0.08 * w * h) & (area < 0.9 * w * h), np.bool_)


def _overview(grey: Grey) -> Grey:
    """The picture scaled down by a whole number, which takes a fiftieth of the time of any other; the odd rows at its end are left out."""
    times = min(-(-max(grey.shape) // _OVERVIEW), *grey.shape)
    height, width = (side // times for side in grey.shape)
    whole = grey[: height * times, : width * times]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _tiles(grey: Grey, light: Grey) -> list[Grey]:
    """The tiles with the most steps from paper to print, from all over the picture."""
    share = light.shape[0] / grey.shape[0]
    steps = cv2.absdiff(cv2.dilate(light, np.ones((3, 3), np.uint8)), light)
    side = int(np.clip(min(grey.shape) / 3, min(_SMALLEST_TILE, *grey.shape), _TILE))
    density = cv2.boxFilter(steps, cv2.CV_32F, (max(1, round(side * share)),) * 2)
    places = []
    for top in range(0, grey.shape[0] - side + 1, side):
        for left in range(0, grey.shape[1] - side + 1, side):
            centre = (min(int((top + side / 2) * share), light.shape[0] - 1), min(int((left + side / 2) * share), light.shape[1] - 1))
            places.append((float(density[centre]), top, left))
    places.sort(reverse=True)
    return [grey[top : top + side, left : left + side] for _, top, left in places[:_TILES]]


def _paper(light: Grey) -> float:
    """Grey level of the brighter parts, which the paper is."""
    return _level(_histogram(light), 0.85)


def _has_glare(light: Grey, paper: float) -> bool:
    """Whether a spot is burnt out that is not just white paper: the rest of the paper is darker."""
    if paper > _PAPER_OF_A_SCAN:
        return False
    burnt = cv2.morphologyEx((light >= _BURNT).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    return any(area > _GLARE_SHARE * light.size for *_, area in _boxes(np.asarray(burnt, np.uint8)))


def _is_cut(grey: Grey, height: float) -> bool:
    """Whether several characters touch the same edge."""
    band = round(4 * height)
    if height < 4 or min(grey.shape) < 4 * band:
        return False
    strips = (grey[:band], grey[-band:][::-1], grey[:, :band].T, grey[:, -band:].T[::-1])
    return any(_touching(np.ascontiguousarray(strip), height) >= _CUT_GLYPHS for strip in strips)


def _touching(strip: Grey, height: float) -> int:
    """How many characters touch the first row of a strip of the picture's edge."""
    paper = cv2.dilate(strip, np.ones((9, 25), np.uint8))
    found = _boxes(_dark(np.asarray(cv2.subtract(paper, strip), np.uint8), _FAINT)[0])
    boxes = found[(found[:, 3] >= 0.4 * height) & (found[:, 3] <= 1.3 * height) & (found[:, 2] <= 1.5 * height)]
    return sum(bool(box[1] == 0 and _near(box, boxes, 0.6 * height) > 0) for box in boxes)


def _near(box: NDArray[Any], boxes: NDArray[Any], reach: float) -> int:
    """How many other boxes (left, top, width, height, …) come within `reach` pixels: a perforation's holes stand apart, print does not."""
    left, top, width, height = box[:4]
    across = np.maximum(boxes[:, 0] - (left + width), left - (boxes[:, 0] + boxes[:, 2]))
    down = np.maximum(boxes[:, 1] - (top + height), top - (boxes[:, 1] + boxes[:, 3]))
    return int(np.count_nonzero(np.maximum(across, down) <= reach)) - 1


def _has_broken_code(grey: Grey) -> bool:
    """Whether a QR code is found whose modules do not decode, and none that does."""
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    codes = zxingcpp.read_barcodes(grey, formats=formats, return_errors=True, try_invert=False)  # print is darker than paper
    return bool(codes) and not any(code.valid for code in codes)


def _median(values: Sequence[float]) -> float:
    return median(values) if values else 0.0
