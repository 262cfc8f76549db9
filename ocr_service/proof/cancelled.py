"""What says on a face that its invoice was taken back: 作废 or 红冲 in one line, or letter by letter across the paper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import dist
from statistics import median

from models.document import TextLine
from models.geometry import Point

_MARK = re.compile(r"[此本该]?(?:[发發]票|票|联|全联|全份)?已?作[废廢](?:[章票]|[发發]票)?|(?:[发發]票)?已(?:全额)?(?:红冲|冲红)")
"""What stands across an invoice that was taken back (发票管理办法实施细则 of 2014, 第二十七条); a form's words, as 涂改作废, are others."""
_HEARTS = ("作废", "作廢", "红冲", "冲红")
_SHORT = re.compile(r"[\u4e00-\u9fff]{1,4}")
"""A part that stands alone, as 此票作 before a 废 far from it."""
_MOST_STEPS = 4
"""Letters to look for on either side of two."""
_ALIKE = 1.6
"""By how many times the letters of one mark differ in height, at most."""
_LARGE = 1.5
"""Times the height of the usual print, from which letters are a stamp's, and other print may stand between them."""
_BESIDE, _BELOW = 0.5, 0.8
"""Shares of the way to the next letter that lead along the line and down the page; a stamp may lie askew, but is read forwards."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A line by its bare text, its middle and height in pixels, and the unit vectors along it and down from it."""

    text: str
    middle: Point
    height: float
    along: Point
    down: Point

    @classmethod
    def of(cls, line: TextLine) -> "_Part":
        first, second, third, last = line.polygon.points
        middle = ((first[0] + third[0]) / 2, (first[1] + third[1]) / 2)
        return cls(_bare(line.text), middle, dist(first, last), _unit(first, second), _unit(first, last))


def cancelled_mark(lines: Sequence[TextLine]) -> str | None:
    """The mark as it was read, None where there is none; letters that stand apart are told with blanks between them."""
    for line in lines:
        if _MARK.fullmatch(_bare(line.text)):
            return line.text
    parts = [_Part.of(line) for line in lines if len(line.polygon.points) == 4]
    short = [part for part in parts if _SHORT.fullmatch(part.text)]
    for one, next_one in permutations(short, 2):
        if one.text[-1] + next_one.text[0] not in _HEARTS or not _may_follow(one, next_one, parts):
            continue
        spelled = _spelled(one, next_one, short)
        if _MARK.fullmatch("".join(spelled)):
            return " ".join(spelled)
    return None


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _unit(start: Point, end: Point) -> Point:
    length = dist(start, end) or 1.0
    return ((end[0] - start[0]) / length, (end[1] - start[1]) / length)


def _may_follow(one: _Part, other: _Part, parts: Sequence[_Part]) -> bool:
    """Whether `other` is the next part of what `one` begins: as large, behind or below it, and no other print between small ones."""
    if not _are_alike(one, other):
        return False
    way, length = _unit(one.middle, other.middle), dist(one.middle, other.middle)
    is_beside = _share(way, one.along) > _BESIDE
    is_below = _share(way, one.down) > _BELOW
    if not is_beside and not is_below:
        return False
    if min(one.height, other.height) > _LARGE * median(part.height for part in parts):
        return True
    between = [part for part in parts if part is not one and part is not other and _lies_between(part, one.middle, way, length)]
    return not between


def _are_alike(one: _Part, other: _Part) -> bool:
    return max(one.height, other.height) < _ALIKE * min(one.height, other.height)


def _share(way: Point, direction: Point) -> float:
    return way[0] * direction[0] + way[1] * direction[1]


def _lies_between(part: _Part, start: Point, way: Point, length: float) -> bool:
    offset = (part.middle[0] - start[0], part.middle[1] - start[1])
    return 0 < _share(offset, way) < length and abs(offset[0] * way[1] - offset[1] * way[0]) < part.height


def _spelled(one: _Part, other: _Part, parts: Sequence[_Part]) -> tuple[str, ...]:
    """The two parts with those that stand before and behind them, as far from each other as the two are."""
    step = (other.middle[0] - one.middle[0], other.middle[1] - one.middle[1])
    return (*reversed(_onwards(one, (-step[0], -step[1]), parts)), one.text, other.text, *_onwards(other, step, parts))


def _onwards(last: _Part, step: Point, parts: Sequence[_Part]) -> list[str]:
    """The texts that follow a part step by step, each a letter of its size within a letter of the place."""
    texts: list[str] = []
    place = last.middle
    while True:
        place = (place[0] + step[0], place[1] + step[1])
        near = [part for part in parts if dist(part.middle, place) < part.height and _are_alike(part, last)]
        if not near or len(texts) == _MOST_STEPS:
            return texts
        texts.append(near[0].text)
        place = near[0].middle
