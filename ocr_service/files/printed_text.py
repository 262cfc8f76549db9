"""Whether the text in a PDF is what a reader sees on its page, and the lines of it if so.

Three things lie: a scanned page carries the words that some OCR guessed, invisible or under its picture; fonts are cut down so that
their codes mean other characters; and a form or a heading may be drawn as outlines that no text stands for. Where one of them is likely
the text is not used at all and the page is read from its pixels.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Box
from ocr_service.files.glyph_lines import MOST_GARBLED, Glyph, lines_of
from ocr_service.files.pdf_text import PageText

_MOST_PICTURE = 0.25
"""Share of the page under pictures; QR code, seal and logo together take less than a tenth."""
_LEAST_CHARACTERS = 20
_LEAST_INKED = 0.9
"""Share of the characters that must have ink where they are said to stand."""
_MOST_UNTOLD = 0.25
"""Shapes of the size of characters that no text accounts for, per character of the text."""
_TRADE_WORDS = re.compile("发票|税|金额|合计|价|号码|日期|名称|票|项目|购买|销售|行程|乘车|收款")
_LEAST_TRADE_WORDS = 4
_LEAST_OF_A_FONT = 12
_PROBE_LENGTH = 24
"""Characters; more of a line tell no more about its font."""
_DARK = 200
"""Grey level below which a pixel is ink; print may be a light brown."""


def printed_lines(text: PageText, pixels: NDArray[np.uint8]) -> tuple[TextLine, ...]:
    """The lines of a page, nothing when its text is not to be believed; `pixels` is the rendered page, BGR."""
    printed = [glyph for glyph in text.glyphs if glyph.text.strip()]
    if not text.is_whole or len(printed) < _LEAST_CHARACTERS or text.garbled > max(3, MOST_GARBLED * len(printed)):
        return ()
    height, width = pixels.shape[:2]
    if _covered(text.pictures, width, height) > _MOST_PICTURE:
        return ()
    ink = (cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) < _DARK).astype(np.uint8)
    if not _is_inked(_drawn(text), ink) or _untold_shapes(printed, text.pictures, ink) > _MOST_UNTOLD * len(printed):
        return ()
    lines = lines_of(text.glyphs)
    words = sum(len(_TRADE_WORDS.findall(line.text)) for line in lines)
    return lines if words >= _LEAST_TRADE_WORDS else ()


def probes(text: PageText, lines: Sequence[TextLine]) -> tuple[tuple[TextLine, ...], ...]:
    """For each font two lines of it, to be held against the ink: a font's codes are wrong for all its lines or for none.

    Fonts that set only a few characters and no digit are left out, as are those that have no ink.
    """
    places = {_cell(glyph.box): font for glyph, font in zip(text.glyphs, text.fonts, strict=True) if glyph.text.strip()}
    told: dict[int, list[tuple[int, TextLine]]] = defaultdict(list)
    for line in lines:
        box = line.polygon.box
        fonts = Counter(font for (x, y), font in places.items() if box.left <= x <= box.right and box.top <= y <= box.bottom)
        for font, count in fonts.items():
            if 2 * count > len(line.text) and count >= 4:
                digits = len(re.findall(r"\d", line.text[:_PROBE_LENGTH]))
                told[font].append((min(count, _PROBE_LENGTH) + digits - max(0, len(line.text) - _PROBE_LENGTH), line))
    groups = []
    for font, ranked in told.items():
        if font in text.undrawn:
            continue
        set_in_it = sum(other == font for other in places.values())
        if set_in_it >= _LEAST_OF_A_FONT or any(re.search(r"\d", line.text) for _, line in ranked):
            groups.append(tuple(line for _, line in sorted(ranked, key=lambda entry: -entry[0])[:2]))
    return tuple(groups)


def _drawn(text: PageText) -> list[Glyph]:
    """The characters that must show on the page."""
    return [glyph for glyph, font in zip(text.glyphs, text.fonts, strict=True) if glyph.text.strip() and font not in text.undrawn]


def _cell(box: Box) -> tuple[int, int]:
    return round(box.centre[0]), round(box.centre[1])


def _covered(pictures: Sequence[Box], width: int, height: int) -> float:
    mask = np.zeros((height // 4 + 1, width // 4 + 1), np.uint8)
    for box in pictures:
        _fill(mask, Box(box.left / 4, box.top / 4, box.right / 4, box.bottom / 4), 1)
    return float(mask.mean())


def _is_inked(glyphs: Sequence[Glyph], ink: NDArray[np.uint8]) -> bool:
    """Whether the page shows something where its text is said to stand; white or covered words are no print."""
    inked = sum(bool(_part(ink, glyph.box).any()) for glyph in glyphs)
    return inked >= _LEAST_INKED * len(glyphs)


def _untold_shapes(glyphs: Sequence[Glyph], pictures: Sequence[Box], ink: NDArray[np.uint8]) -> int:
    """How many shapes of the size of a character stand where neither text nor a picture is; a QR code drawn as outlines is none."""
    rest = ink.copy()
    for box in (*(glyph.box for glyph in glyphs), *pictures):
        _fill(rest, Box(box.left - 2, box.top - 2, box.right + 2, box.bottom + 2), 0)
    size = median(min(glyph.box.width, glyph.box.height) * 1.3 for glyph in glyphs)
    _without_squares(rest, size)
    _, _, found, _ = cv2.connectedComponentsWithStats(rest)
    sides = found[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    is_shape = (sides.max(axis=1) > 0.5 * size) & (sides.max(axis=1) < 3 * size) & (sides.min(axis=1) > 0.15 * size)
    return int(is_shape.sum())


def _without_squares(ink: NDArray[np.uint8], size: float) -> None:
    """Take dense squares several characters wide off: the modules of a QR code."""
    reach = max(3, round(0.5 * size))
    dense = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(dense)
    for left, top, width, height, area in found[1:]:
        if min(width, height) > 4 * size and 0.75 < width / height < 1.33 and area > 0.6 * width * height:
            ink[top : top + height, left : left + width] = 0


def _part(ink: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    left, top = max(0, int(box.left)), max(0, int(box.top))
    return ink[top : int(box.bottom) + 1, left : int(box.right) + 1]


def _fill(mask: NDArray[np.uint8], box: Box, value: int) -> None:
    _part(mask, box)[:] = value
