"""Finds print that was read the wrong way round on a page whose other print was read well: papers pasted sideways or upside down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from models.document import TextLine
from models.geometry import Box
from ocr_service.stages.legibility import Legibility, legibility

_REACH, _FAR_REACH = 1.2, 3.0
"""Lines that lie this many line heights apart, or less, stand on the same paper; the longer one holds for lines that were all misread."""
_DOUBTFUL = 0.8
"""Measured on real papers: lines that are read in any but their own direction mostly have less confidence than this."""
_FEWEST_LINES, _FEWEST_CHARACTERS = 5, 25
"""Less is a stamp, a note or the printer's name along an edge, and not worth another look."""
_STRANGERS = 0.3
"""Share of characters inside the rectangle that may belong to lines which were read well."""


@dataclass(frozen=True, slots=True)
class MisreadPlace:
    """A rectangle in the frame of the lines, and what the lines in it say about their direction."""

    box: Box
    legibility: Legibility


def misread_places(lines: Sequence[TextLine]) -> tuple[MisreadPlace, ...]:
    """Where groups of lines make no sense as they stand, the largest first."""
    if not lines:
        return ()
    boxes = [line.polygon.box for line in lines]
    line_height = median(min(box.width, box.height) for box in boxes)
    papers = list(_groups(lines, _REACH * line_height))
    nonsense = [group for group in papers if len(papers) > 1 and _is_nonsense(legibility(group))]
    doubtful = list(_groups([line for line in lines if _is_doubtful(line)], _FAR_REACH * line_height))
    found: list[MisreadPlace] = []
    for group in (*nonsense, *doubtful):
        box = _around(group, line_height)
        if any(place.box.contains(box.centre) for place in found):
            continue
        inside = [line for line, of_line in zip(lines, boxes, strict=True) if box.contains(of_line.centre)]
        characters = sum(len(line.text) for line in group)
        enough = len(group) >= _FEWEST_LINES and characters >= _FEWEST_CHARACTERS
        place = MisreadPlace(box, legibility(inside))
        # A word that invoices print is not read by chance: its neighbours may lie under a seal, but they stand upright.
        if enough and not place.legibility.keywords and characters >= (1 - _STRANGERS) * sum(len(line.text) for line in inside):
            found.append(place)
    return tuple(sorted(found, key=lambda place: -place.box.width * place.box.height))


def _is_nonsense(judged: Legibility) -> bool:
    return not judged.convincing and (judged.level < 0.5 or judged.confidence < _DOUBTFUL)


def _is_doubtful(line: TextLine) -> bool:
    box = line.polygon.box
    return line.confidence < _DOUBTFUL or (len(line.text) > 1 and box.height > 1.5 * box.width)


def _groups(lines: Sequence[TextLine], reach: float) -> Iterator[list[TextLine]]:
    """Lines that are linked by steps of at most `reach` pixels."""
    waiting = [(line, line.polygon.box) for line in lines]
    while waiting:
        group, edge = [], [waiting.pop()]
        while edge:
            line, box = edge.pop()
            group.append(line)
            away: list[tuple[TextLine, Box]] = []
            for entry in waiting:
                (edge if _apart(box, entry[1]) <= reach else away).append(entry)
            waiting = away
        yield group


def _apart(one: Box, other: Box) -> float:
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down)


def _around(group: Sequence[TextLine], margin: float) -> Box:
    box = group[0].polygon.box
    for line in group[1:]:
        box = box.union(line.polygon.box)
    return Box(box.left - margin, box.top - margin, box.right + margin, box.bottom + margin)
