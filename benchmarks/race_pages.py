"""The pages that readers race on: drawn invoices, of which every printed line is known, and labelled pictures, of which the values are."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from benchmarks.drawing.camera import encoded, scan
from benchmarks.drawing.drawn_set import drawn
from benchmarks.drawing.prints import Print
from benchmarks.labelled import DRAWN_DPI, LabelledFile, codes_in, labels
from benchmarks.readers import is_picture
from benchmarks.scoring import VAT_FAMILY

PAGE_WIDTH = 2480
"""Pixels: A4 at 300 dots per inch, as office scanners deliver it. Papers of the VAT family are then some 1400 high."""

_LYING = tuple(kind for kind in VAT_FAMILY if kind != "vat_roll")


class RacePage(NamedTuple):
    """One picture; `printed` is every piece of text in a row on it, empty where only the values are known.

    Characters one below the other are left out: some readers give a column of them as one line, some as many.
    """

    file: LabelledFile
    printed: tuple[str, ...] = ()


def drawn_pages(count: int, seed: int) -> Iterator[RacePage]:
    """Invoices of the VAT family, each second one clean and each second one scanned a little askew."""
    for place in range(count):
        document = drawn(_LYING[place % len(_LYING)], seed, place, dpi=DRAWN_DPI)
        clean = document.image.convert("RGB")
        image = clean.resize((PAGE_WIDTH, round(clean.height * PAGE_WIDTH / clean.width)), Image.Resampling.LANCZOS)
        scanned = place % 2 == 1
        content = encoded(scan(image, seed=seed + place, skew_degrees=0.6, blur=0.8), quality=75) if scanned else encoded(image, "PNG")
        medium, ending = ("scan", "jpg") if scanned else ("clean", "png")
        file = LabelledFile(f"{document.name}.{ending}", content, document.truths, medium=medium, codes=codes_in(image))
        yield RacePage(file, tuple(one.text for one in document.prints if _is_in_a_row(one)))


def _is_in_a_row(one: Print) -> bool:
    (left, top), _, (right, bottom), _ = one.polygon
    return len(one.text) == 1 or abs(right - left) > abs(bottom - top)


def labelled_pages(labelled: Path, files: Path) -> Iterator[RacePage]:
    """The pictures of a folder, and no others: the text of a PDF, an OFD or an XML file need not be read from pixels."""
    for recipe in labels(labelled, files):
        file = recipe.file()
        if is_picture(file.content):
            yield RacePage(file)
