"""Where a face shows a value that its data has, however the print is wrapped or spaced."""

import re
import unicodedata
from collections.abc import Sequence

from models.document import TextLine
from models.geometry import Polygon

_MOST_PARTS = 4
"""Most lines over which one value is wrapped."""
_LONGEST_VALUE = 2_000
"""Characters of the longest value that is looked for; remarks of an invoice have room for a few hundred."""
_LONGEST_PART = 200
"""Characters that the first of several lines shows at most; a line across an A4 page has room for about a hundred."""


def folded(text: str) -> str:
    """Without white space, signs in their usual width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def place_of(value: str, lines: Sequence[TextLine]) -> Polygon | None:
    """Around the lines that show a value whole: one that has it, or several that begin where the last one ended; None when none do."""
    wanted = folded(value)
    texts = [folded(line.text) for line in lines]
    if not 0 < len(wanted) <= _LONGEST_VALUE:
        return None
    for text, line in zip(texts, lines, strict=True):
        if wanted in text:
            return line.polygon
    for start, text in enumerate(texts):
        shown = _longest_end(text, wanted)
        if shown >= min(4, len(wanted)) and (parts := _continued(wanted[shown:], texts, {start}, set())) is not None:
            box = lines[start].polygon.box
            for part in parts:
                box = box.union(lines[part].polygon.box)
            return Polygon.rectangle(box)
    return None


def _longest_end(text: str, wanted: str) -> int:
    """How many characters of the value's beginning stand at the end of a line."""
    most = min(len(text), len(wanted) - 1, _LONGEST_PART)
    return next((size for size in range(most, 0, -1) if text.endswith(wanted[:size])), 0)


def _continued(rest: str, texts: Sequence[str], used: set[int], failed: set[tuple[int, int]]) -> list[int] | None:
    """The lines that show the rest: whole ones that it begins with, or one that begins with all of it.

    `failed` are the rests, by length and by how many lines went before, that no lines show: of many equal lines each is tried once.
    """
    if len(used) >= _MOST_PARTS or (len(rest), len(used)) in failed:
        return None
    for number, text in enumerate(texts):
        if number in used or not text:
            continue
        if text.startswith(rest):
            return [number]
        if not rest.startswith(text):
            continue
        further = _continued(rest[len(text) :], texts, {*used, number}, failed)
        if further is not None:
            return [number, *further]
    failed.add((len(rest), len(used)))
    return None
