"""Pages that hold nothing: the empty backs that a feeder scans, and the thumbnails that a telephone makes of its pictures."""

import cv2
import numpy as np

from models.document import RecognizedPage
from ocr_service.page_image import PageImage

_LOOKED_AT = 1600
"""Pixels of the longer side of the copy in which print is looked for."""
_THUMBNAIL = 320
"""Pixels of the longer side: of an invoice that is not longer no line can be read; the smallest legible receipt met has 540."""
_DARKER = 32
"""Grey levels that print is darker than its paper; what shines through from the front is lighter by 25 at most (drawn scans)."""
_LEAST, _MOST = 5, 120
"""Pixels of the copy: height of a character."""
_FEWEST_DARK, _FEWEST_SURE = 30, 8
"""Things as dark and as large as characters, and characters that were surely read, that make a page with something on it."""
_SURE = 0.8


def holds_nothing(page: PageImage, piece: RecognizedPage, *, alone: bool) -> bool:
    """Whether a piece on which no invoice was found needs nobody's eye: a thumbnail, or paper without print.

    On a page that came `alone` illegible lines are enough to ask a person, however faint they are.
    """
    if piece.qr_codes:
        return False
    if max(page.width, page.height) <= _THUMBNAIL:
        return True
    sure = sum(len(line.text) for line in piece.lines if line.confidence >= _SURE)
    return sure < _FEWEST_SURE and not (alone and piece.lines) and not _has_print(page)


def _has_print(page: PageImage) -> bool:
    grey = cv2.cvtColor(page.pixels, cv2.COLOR_BGR2GRAY)
    scale = min(1.0, _LOOKED_AT / max(grey.shape))
    small = grey if scale == 1.0 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(cv2.GaussianBlur(small, (0, 0), 1), np.ones((25, 25), np.uint8))
    ink = (cv2.subtract(paper, small) >= _DARKER).astype(np.uint8)
    boxes = cv2.connectedComponentsWithStats(ink)[2][1:]
    heights, widths = boxes[:, cv2.CC_STAT_HEIGHT], boxes[:, cv2.CC_STAT_WIDTH]
    are_characters = (heights >= _LEAST) & (heights <= _MOST) & (widths <= 3 * heights) & (heights <= 12 * widths)
    return int(np.count_nonzero(are_characters)) >= _FEWEST_DARK
