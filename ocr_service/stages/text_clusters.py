"""Finds print that was read the wrong way round on a page whose other print was read well: papers pasted sideways or upside down."""

from collections.abc import Iterator, Sequence
from statistics import median

from models.document import TextLine
from models.geometry import Box
from ocr_service.stages.legibility import legibility

_REACH = 1.2
"""Lines that lie this many line heights apart, or less, stand on the same paper."""
_NONSENSE = 0.75
"""Measured on real papers: text that is read in any but its own direction has no more confidence than this."""
_FEWEST_LINES, _FEWEST_CHARACTERS = 5, 30
"""Less is a stamp, a note or the printer's name along an edge, and not worth another look."""


def misread_places(lines: Sequence[TextLine]) -> tuple[Box, ...]:
    """Rectangles, in the frame of the lines, around groups of lines that make no sense as they stand; the largest first."""
    if not lines:
        return ()
    line_height = median(min(line.polygon.box.width, line.polygon.box.height) for line in lines)
    found = []
    for group in _groups(lines, _REACH * line_height):
        if len(group) >= _FEWEST_LINES and sum(len(line.text) for line in group) >= _FEWEST_CHARACTERS and _is_misread(group):
            found.append(_around(group, line_height))
    return tuple(sorted(found, key=lambda box: -box.width * box.height))


def within(lines: Sequence[TextLine], box: Box) -> list[TextLine]:
    """The lines whose middle lies in a rectangle of their frame."""
    return [line for line in lines if box.contains(line.polygon.box.centre)]


def _is_misread(group: Sequence[TextLine]) -> bool:
    judged = legibility(group)
    return not judged.convincing and (judged.level < 0.5 or judged.confidence < _NONSENSE)


def _groups(lines: Sequence[TextLine], reach: float) -> Iterator[list[TextLine]]:
    """Lines that are linked by steps of at most `reach` pixels."""
    waiting = list(lines)
    while waiting:
        group, edge = [], [waiting.pop()]
        while edge:
            line = edge.pop()
            group.append(line)
            near = [other for other in waiting if _apart(line.polygon.box, other.polygon.box) <= reach]
            waiting = [other for other in waiting if other not in near]
            edge += near
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
