"""Pixels of one page: the only value that is not in `models`, since it needs numpy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.document import TextLine
from models.geometry import Polygon, Transform


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as displayed upright by its own EXIF tag; `pixels` is height x width x 3, BGR, 8 bits; `number` counts from 1.

    `printed` is the text that the file itself places on the page (polygons in pixels), empty where only the picture tells. `probes` are
    those of its lines that are to be held against the picture before all are believed, a few for each font. `drawn_from_data` says that
    the page is drawn by this program and shows nothing that the file's data does not say.
    """

    number: int
    pixels: NDArray[np.uint8]
    printed: tuple[TextLine, ...] = ()
    probes: tuple[tuple[TextLine, ...], ...] = ()
    drawn_from_data: bool = False

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class FlatPage:
    """One invoice's piece of a page, upright and flat.

    `pixels` is a new image; `to_flat` takes points of the original page image into it; `polygon` is the piece's outline in
    the original frame.
    """

    page: PageImage
    pixels: NDArray[np.uint8]
    to_flat: Transform
    polygon: Polygon
