"""Print and form told apart by colour: what an impact printer struck in one ink over the words and rules of another, each alone."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Polygon

_STROKES = 88
"""Percentile of density from which what a line's box holds is the middle of its strokes."""
_APART = 5.0
"""Degrees between two inks' colours, at least: scans without colour differ by less than 1, drawn scans in colour by 6 to 20."""
_BETWEEN = (0.3, 0.7)
"""Shares of print in a pixel's ink below which it is all the form's and above which all print's: scanners smear colour over strokes."""
_SMEAR = (3, 3)
_PAPER_STEP = 16
"""Pixels of a picture for one of its paper, which changes slowly."""
_STRIP = 256
"""Rows worked on at once; colours take much memory."""

Pixels = NDArray[np.uint8]
Colours = NDArray[np.float32]


class TwoInks(NamedTuple):
    """A BGR picture with the print alone and with the form alone."""

    print: Pixels
    form: Pixels


def two_inks(pixels: Pixels, form: Sequence[Polygon], print_: Sequence[Polygon]) -> TwoInks | None:
    """The picture parted by the inks that are seen where words of the form and where print stands; None where both are of one colour.

    Density adds up where inks lie over each other: every pixel is so much of the one and so much of the other. Red ink beyond that is a
    seal's, and is in neither.
    """
    paper = _paper(pixels)
    words, values = _colours(pixels, paper, form), _colours(pixels, paper, print_)
    if not len(words) or not len(values):
        return None
    second = _usual(values)
    # Print lies over some of the form's words: those that look least like it are bare.
    unlike = words @ second
    first = _usual(words[unlike <= np.median(unlike)])
    if np.degrees(np.arccos(np.clip(first @ second, -1, 1))) < _APART:
        return None
    found = TwoInks(np.empty_like(pixels), np.empty_like(pixels))
    smeared = np.asarray(cv2.blur(pixels, _SMEAR), np.uint8)
    for top in range(0, len(pixels), _STRIP):
        rows = slice(top, top + _STRIP)
        ground = _stretched(paper, pixels.shape, rows)
        density = _density(pixels[rows], ground)
        near = _density(smeared[rows], ground)
        share = _share(near, first, second)[..., None]
        found.form[rows] = np.clip(ground * np.exp(-density * (1 - share)), 0, 255)
        found.print[rows] = np.clip(ground * np.exp(-_without_red(density, second) * share), 0, 255)
    return found


def _paper(pixels: Pixels) -> Pixels:
    """The paper around each place, in a picture as many times smaller as `_PAPER_STEP`."""
    height, width = pixels.shape[:2]
    size = max(1, width // _PAPER_STEP), max(1, height // _PAPER_STEP)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (5, 5)), np.uint8)


def _stretched(paper: Pixels, shape: tuple[int, ...], rows: slice) -> Colours:
    height, width = shape[:2]
    whole = cv2.resize(paper, (width, paper.shape[0]), interpolation=cv2.INTER_LINEAR)
    wanted = np.clip((np.arange(rows.start, min(rows.stop, height)) + 0.5) * len(paper) / height - 0.5, 0, len(paper) - 1)
    above = np.floor(wanted).astype(int)
    below = np.minimum(above + 1, len(paper) - 1)
    part = (wanted - above)[:, None, None]
    return np.asarray(whole[above] * (1 - part) + whole[below] * part, np.float32)


def _density(pixels: Pixels, paper: Colours) -> Colours:
    """How much of each colour the ink swallows, as a logarithm: 0 on bare paper."""
    return np.asarray(np.maximum(np.log(np.maximum(paper, 1) / np.maximum(pixels, 1)), 0), np.float32)


def _colours(pixels: Pixels, paper: Pixels, places: Sequence[Polygon]) -> Colours:
    """The colour of the ink in each of these places, as directions of densities, a row each; places without ink are left out."""
    found: list[Colours] = []
    for place in places:
        box = place.box
        rows, columns = slice(max(0, int(box.top)), int(box.bottom) + 1), slice(max(0, int(box.left)), int(box.right) + 1)
        part = np.ascontiguousarray(pixels[rows, columns])
        if not part.size:
            continue
        x, y = (min(int(middle) // _PAPER_STEP, side - 1) for middle, side in zip(box.centre, paper.shape[1::-1], strict=True))
        density = _density(np.asarray(cv2.blur(part, _SMEAR), np.uint8), paper[y, x].astype(np.float32)).reshape(-1, 3)
        total = density.sum(axis=1)
        colour = np.median(density[total >= np.percentile(total, _STROKES)], axis=0)
        if colour.sum() > 0:
            found.append(np.asarray(colour / np.linalg.norm(colour), np.float32))
    return np.array(found, np.float32).reshape(-1, 3)


def _usual(colours: Colours) -> Colours:
    colour = np.median(colours, axis=0)
    return np.asarray(colour / np.linalg.norm(colour), np.float32)


def _share(density: Colours, form: Colours, print_: Colours) -> Colours:
    """Of the ink in each pixel, how much is print: 0 to 1."""
    like_form, like_print, alike = density @ form, density @ print_, float(form @ print_)
    of_form = (like_form - alike * like_print) / (1 - alike * alike)
    of_print = (like_print - alike * like_form) / (1 - alike * alike)
    of_print = np.where(of_form < 0, like_print, np.maximum(of_print, 0))
    of_form = np.where(of_print > 0, np.maximum(of_form, 0), like_form)
    dark_form, dark_print = of_form * form.sum(), of_print * print_.sum()
    share = dark_print / (dark_form + dark_print + 1e-6)
    least, most = _BETWEEN
    return np.asarray(np.clip((share - least) / (most - least), 0, 1), np.float32)


def _without_red(density: Colours, print_: Colours) -> Colours:
    """The density as far as it is not a red seal's; of print that is reddish itself, all of it."""
    if min(print_[0], print_[1]) > print_[2]:
        return density
    red = np.maximum(np.minimum(density[..., 0], density[..., 1]) - density[..., 2], 0)
    return np.asarray(density - red[..., None] * np.array([1, 1, 0], np.float32), np.float32)
