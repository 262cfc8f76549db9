"""A clean drawing as it reaches a clerk: scanned, photographed, faxed, sent on small, in a screenshot; and where its points went."""

import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from benchmarks.drawing import fax, messenger, phone, scanner
from benchmarks.drawing.kinds.tax_control import SHIFTS
from benchmarks.drawing.point_map import PointMap, unmoved
from benchmarks.drawing.wear import compressed

DEGRADATION_VERSION = 2
"""Grows whenever the same drawing, name and seed would give another picture: scores of different versions do not compare."""

RANGES: Mapping[str, Mapping[str, str]] = {
    **{"clean": {}, "scan": scanner.RANGES, "photo": phone.RANGES, "fax": fax.RANGES},
    **{"small": messenger.SMALL_RANGES, "long": messenger.LONG_RANGES},
    "shift": {**SHIFTS, **scanner.RANGES},
}
"""What each degradation draws by lot; one that is a flaw of the paper (see `FLAWED`) is a scan of it."""

DEGRADATIONS = tuple(RANGES)


@dataclass(frozen=True, slots=True)
class Damaged:
    """One page after its journey: its picture, its own lot as numbers for a report, and the way of its points.

    `quality` is that of the JPEG to be made of it, None for a file without loss. A fax is `sent` as other lines than it is shown with.
    """

    image: Image.Image
    settings: Mapping[str, object]
    to_picture: PointMap
    quality: int | None
    dpi: float | None
    sent: fax.FaxSettings | None = None


def degraded(image: Image.Image, dpi: float, name: str, seed: Sequence[int]) -> Damaged:
    """A page drawn at a resolution in dots per inch after a degradation of `DEGRADATIONS`; the same seed gives the same pixels."""
    if name not in RANGES:
        msg = f"nobody knows {name!r}; degradations are {', '.join(DEGRADATIONS)}"
        raise ValueError(msg)
    return _JOURNEYS[name](image, dpi, np.random.default_rng([*seed, zlib.crc32(name.encode())]))


def file_of(pages: Sequence[Damaged]) -> tuple[bytes, str]:
    """The file that holds these pages, and the ending of its name: JPEG or PNG for one, TIFF for several and for what a fax sends."""
    first = pages[0]
    if first.sent is not None:
        return _fax_file([(page.image, page.sent) for page in pages if page.sent is not None]), "tif"
    if len(pages) == 1:
        if first.quality is not None:
            return compressed(first.image, first.quality, first.dpi), "jpg"
        stream = io.BytesIO()
        first.image.save(stream, "PNG", **({} if first.dpi is None else {"dpi": (first.dpi, first.dpi)}))
        return stream.getvalue(), "png"
    stream = io.BytesIO()
    how: dict[str, object] = {"compression": "tiff_deflate"}
    if first.quality is not None:
        how = {"compression": "jpeg", "quality": first.quality}
    rest = [page.image for page in pages[1:]]
    first.image.save(stream, "TIFF", save_all=True, append_images=rest, **how)
    return stream.getvalue(), "tif"


def _fax_file(pages: Sequence[tuple[Image.Image, fax.FaxSettings]]) -> bytes:
    """A TIFF of the lines as they were sent."""
    first, *rest = (fax.lines_of(image, settings) for image, settings in pages)
    settings = pages[0][1]
    stream = io.BytesIO()
    first.save(stream, "TIFF", save_all=True, append_images=rest, compression=settings.coding, dpi=settings.dpi)
    return stream.getvalue()


def _clean(image: Image.Image, dpi: float, _: np.random.Generator) -> Damaged:
    return Damaged(image, {}, unmoved, None, dpi)


def _scan(image: Image.Image, dpi: float, rng: np.random.Generator) -> Damaged:
    settings = scanner.draw_lot(rng)
    picture, way = scanner.scanned(image, dpi, settings, rng)
    return Damaged(picture, settings.stated, way, settings.quality, settings.dpi)


def _photo(image: Image.Image, dpi: float, rng: np.random.Generator) -> Damaged:
    settings = phone.draw_lot(rng)
    picture, way = phone.photographed(image, dpi, settings, rng)
    return Damaged(picture, settings.stated, way, settings.quality, None)


def _fax(image: Image.Image, dpi: float, rng: np.random.Generator) -> Damaged:
    settings = fax.draw_lot(rng)
    picture, way = fax.faxed(image, dpi, settings, rng)
    return Damaged(picture, settings.stated, way, None, None, settings)


def _small(image: Image.Image, _: float, rng: np.random.Generator) -> Damaged:
    settings = messenger.draw_small_lot(rng)
    picture, way = messenger.made_small(image, settings)
    return Damaged(picture, settings.stated, way, settings.quality, None)


def _long(image: Image.Image, _: float, rng: np.random.Generator) -> Damaged:
    settings = messenger.draw_long_lot(rng)
    picture, way = messenger.shown_in_a_talk(image, settings, rng)
    return Damaged(picture, settings.stated, way, settings.quality, None)


_JOURNEYS: Mapping[str, Callable[[Image.Image, float, np.random.Generator], Damaged]] = {
    "clean": _clean,
    "scan": _scan,
    "photo": _photo,
    "fax": _fax,
    "small": _small,
    "long": _long,
    "shift": _scan,
}
