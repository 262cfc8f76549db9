"""Separates the ink of seals from print by colour: what is stamped red lets black and blue print through in red light."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Polygon

_COLOURED = 45
"""Levels of 255 by which one colour must exceed the two others to be ink of that colour."""
_INK = 45
"""Levels by which ink is darker than its paper, at least, in its darkest channel."""
_PAPER = 0.85
"""Share of a line's pixels that are no brighter than its paper; what is brighter still is glare."""
_SEALED = 0.06
"""Share of a line's ink that is seal, at least, before the line counts as lying under one."""
_LOCAL = 0.15
"""Share of a page's lines that seals lie on, at most."""
_OWN_COLOUR = 0.75
"""Share of coloured ink from which the print itself has that colour, and nothing would be left without it."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class InkShares:
    """Of the ink in one place, the shares (0 to 1) that are red and blue; both 0 where there is no ink."""

    red: float
    blue: float

    @property
    def under_red(self) -> bool:
        """Whether red ink lies over print that is not red itself."""
        return _SEALED <= self.red <= _OWN_COLOUR

    @property
    def under_blue(self) -> bool:
        """Whether blue ink lies over black print; print that is mostly blue is a printer's own."""
        return not self.under_red and _SEALED <= self.blue <= 1 - _OWN_COLOUR

    @property
    def is_red(self) -> bool:
        """Whether the print itself is red."""
        return self.red > _OWN_COLOUR


def ink_shares(pixels: Pixels, place: Polygon) -> InkShares:
    """What colours the ink in a place of a BGR image has; the place's upright box is looked at."""
    box = place.box
    height, width = pixels.shape[:2]
    rows, columns = (
        slice(max(0, int(box.top)), min(height, int(box.bottom) + 1)),
        slice(max(0, int(box.left)), min(width, int(box.right) + 1)),
    )
    part = pixels[rows, columns]
    if not part.size:
        return InkShares(0.0, 0.0)
    # Screens draw black letters with coloured rims; a little blur makes them black again.
    channels = [np.asarray(channel, np.uint8) for channel in cv2.split(cv2.blur(np.ascontiguousarray(part), (3, 3)))]
    # Under lamplight paper is yellow: colours are told by how much less of each comes back from the ink than from the paper.
    blue, green, red = (_paper_level(channel) - channel.astype(np.int16) for channel in channels)
    ink = np.maximum(np.maximum(blue, green), red) > _INK
    total = np.count_nonzero(ink)
    if not total:
        return InkShares(0.0, 0.0)
    is_red = ink & (np.minimum(blue, green) - red > _COLOURED)
    is_blue = ink & (np.minimum(red, green) - blue > _COLOURED)
    return InkShares(np.count_nonzero(is_red) / total, np.count_nonzero(is_blue) / total)


def _paper_level(channel: Pixels) -> np.int16:
    """How bright the paper between the ink is, of 255."""
    below = cv2.calcHist([channel], [0], None, [256], [0, 256]).cumsum()
    return np.int16(np.searchsorted(below, _PAPER * channel.size))


def under_seals(shares: Sequence[InkShares], most: float = _LOCAL) -> list[int]:
    """Which of a page's lines lie under a seal; a colour that more than a share of the lines show is the ribbon's or the screen's."""
    found: list[int] = []
    for sealed in ([share.under_red for share in shares], [share.under_blue for share in shares]):
        if sum(sealed) <= most * len(shares):
            found += [place for place, is_sealed in enumerate(sealed) if is_sealed]
    return sorted(found)


def in_red_light(pixels: Pixels) -> Pixels:
    """The picture as red light shows it: red ink gone, black and blue dark; BGR with three equal channels."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[:, :, 2]), cv2.COLOR_GRAY2BGR), np.uint8)


def in_blue_light(pixels: Pixels) -> Pixels:
    """The picture as blue light shows it: blue ink gone, black and red dark; BGR with three equal channels."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[:, :, 0]), cv2.COLOR_GRAY2BGR), np.uint8)


def places_in_their_light(pixels: Pixels, places: Sequence[Polygon]) -> list[tuple[Pixels, list[int]]]:
    """The picture as it is with the numbers of those places no seal lies on, and as red light shows it with the others."""
    sealed = [number for number, place in enumerate(places) if ink_shares(pixels, place).under_red]
    bare = [number for number in range(len(places)) if number not in sealed]
    lit = [(pixels, bare)] if bare else []
    return [*lit, (in_red_light(pixels), sealed)] if sealed else lit
