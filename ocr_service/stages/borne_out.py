"""Whether what a page shows bears out the text that its file claims for it."""

import math
import re
import unicodedata

from rapidfuzz.distance import Levenshtein

from models.document import TextLine
from models.geometry import Polygon
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer

_ALIKE = 0.6
"""Share of the characters that a reading of the ink must have in common with the text; a font with wrong codes has next to none."""
_DIGITS_ALIKE = 0.75
_FEW_DIGITS = 4
_AROUND = 0.12
"""Of a line's height, left around it for the reading."""


def is_borne_out(page: PageImage, recognizer: TextRecognizer) -> bool:
    """Read a line of each font from the pixels, the next one where it differs: every font must have one whose text is what stands there.

    Raises:
        RecognitionFailed: the engine broke.
    """
    doubted = [group for group in page.probes if group]
    while doubted:
        readings = recognizer.reread(page.pixels, [_place(group[0]) for group in doubted])
        doubted = [group[1:] for group, read in zip(doubted, readings, strict=True) if not _alike(group[0].text, read.text)]
        if not all(doubted):
            return False
    return True


def _place(line: TextLine) -> Polygon:
    """The line's quadrilateral, a little larger on all sides, from the same corner."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = line.polygon.points
    across, down = (bx - ax, by - ay), (dx - ax, dy - ay)
    height, width = math.hypot(*down), math.hypot(*across)
    x = _AROUND * height / max(width, 1.0)
    corners = ((ax, ay, -x, -_AROUND), (bx, by, x, -_AROUND), (cx, cy, x, _AROUND), (dx, dy, -x, _AROUND))
    return Polygon(tuple((px + i * across[0] + j * down[0], py + i * across[1] + j * down[1]) for px, py, i, j in corners))


def _alike(text: str, read: str) -> bool:
    """Mostly the same characters and mostly the same digits, which may be of a font of their own."""
    one, other = _plain(text), _plain(read)
    digits, seen = re.sub(r"\D", "", one), re.sub(r"\D", "", other)
    return _share(one, other) >= _ALIKE and (len(digits) < _FEW_DIGITS or _share(digits, seen) >= _DIGITS_ALIKE)


def _share(one: str, other: str) -> float:
    return 1 - Levenshtein.distance(one, other) / max(len(one), len(other), 1)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
