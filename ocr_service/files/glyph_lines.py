"""Characters with their places, as PDF and OFD give them, into lines as a reader sees them."""

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from statistics import median

from models.document import TextLine
from models.geometry import Box, Point, Polygon

MOST_GARBLED = 0.02
"""Share of characters without a meaning in a text that is to be believed; a few are signs such as ⊗ in fonts of symbols."""
MAX_GLYPHS = 20_000
"""Most characters of one page; a list of a hundred lines has five thousand."""

_GAP = 0.9
"""Of the text height: what stands further apart than this on one level belongs to different cells."""
_GAP_OF_PARTS = 0.3
"""The same between characters that the file writes one by one: the cells of a row may all but touch."""
_SPACED_OUT = 6.0
"""The same between two single ideographs, for titles of columns are spaced out: 金   额."""
_LABEL_END = re.compile(r"\w\s*[:：]")
"""How the second half of a spaced out label begins: 名      称：…"""
_MOST_ALIKE = 40
_DOWNWARDS = (
    *("购买方信息", "销售方信息", "购货单位", "销货单位", "购买方", "销售方", "购货方", "销货方", "购方", "销方"),
    *("密码区", "税控码", "备注", "说明"),
)
"""Headings that the forms of invoices print from top to bottom beside their boxes."""
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
"""Signs that look like ideographs and are none (⼦ for 子), which some fonts are mapped to."""
_MOST_JOINED = 2_000
"""Most runs that are held against each other; more are no form."""
_LEVEL = 0.35
"""Of the text height: how far two characters of one line may be from one level."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character; `box` in pixels of the page, `turn` the quarter turns clockwise by which its text is turned (0 reads to the right).

    `part` is the same for characters that the file writes in one go.
    """

    text: str
    box: Box
    turn: int = 0
    part: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters on one level; `box` in the frame in which they read to the right."""

    glyphs: tuple[Glyph, ...]
    box: Box
    ideographs_apart: bool = False
    """Whether it is one ideograph, or several that stand spaced out."""
    gap: float | None = None
    """The first gap between ideographs that stand spaced out."""

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def height(self) -> float:
        return self.box.height


def is_wide(character: str) -> bool:
    """Whether a character takes a full square, as ideographs do."""
    return unicodedata.east_asian_width(character) in ("W", "F")


def is_garbled(character: str) -> bool:
    """Nothing that a font maps to a character of a language: no code, private use, the sign for what is unknown."""
    code = ord(character)
    return code < 0x20 or code == 0xFFFD or 0xE000 <= code < 0xF900 or 0x7F <= code < 0xA0 or code >= 0xF0000


def lines_of(glyphs: Sequence[Glyph]) -> tuple[TextLine, ...]:
    """Join characters to lines, cut where cells of a form are apart; every line's confidence is 1, for nothing was recognised.

    Characters that were printed twice for a bold look count once.
    """
    lines: list[TextLine] = []
    for turn in sorted({glyph.turn for glyph in glyphs}):
        turned = [replace(glyph, box=_levelled(glyph.box, turn)) for glyph in _once(g for g in glyphs if g.turn == turn)]
        level, stacked = _headings(_joined(_runs(turned)))
        for text, box in stacked:
            lines.append(TextLine(text, 1.0, _back(box, turn)))
        for run in level:
            if text := _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), run.text.strip()):
                lines.append(TextLine(text, 1.0, _back(_box_of(_stripped(run.glyphs)), turn)))
    return tuple(lines)


def _runs(glyphs: Sequence[Glyph]) -> list[_Run]:
    """Characters that follow each other in the file and stand one beside the other."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if runs and _continues(runs[-1], glyph):
            runs[-1].append(glyph)
        elif glyph.text.strip():
            runs.append([glyph])
    return [_Run(tuple(run), _box_of(_stripped(run)), _is_one_ideograph(run)) for run in runs]


def _is_one_ideograph(run: Sequence[Glyph]) -> bool:
    text = "".join(glyph.text for glyph in run).strip()
    return len(text) == 1 and is_wide(text)


def _continues(run: Sequence[Glyph], glyph: Glyph) -> bool:
    """A blank goes on with its line; a character does when it stands within reach of the last one that is no blank."""
    last = next((other for other in reversed(run) if other.text.strip()), run[-1])
    height = max(1.0, min(last.box.height, glyph.box.height))
    if abs(last.box.centre[1] - glyph.box.centre[1]) > _LEVEL * height:
        return False
    gap = glyph.box.left - last.box.right
    if last.part != glyph.part:
        return -_GAP_OF_PARTS * height <= gap <= _GAP_OF_PARTS * height
    return -0.6 * height <= gap <= (_GAP + (1.0 if run[-1] is not last else 0.0)) * height


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """Join runs that stand end to end on one level, wherever the file has them: a ¥ and its amount, the parts of a title."""
    if len(runs) > _MOST_JOINED:
        return list(runs)
    waiting = sorted(runs, key=lambda run: run.box.left)
    joined: list[_Run] = []
    while waiting:
        run = waiting.pop(0)
        while (follower := _next_of(run, waiting)) is not None:
            waiting.remove(follower)
            run = _together(run, follower)
        joined.append(run)
    return sorted(joined, key=lambda run: (run.box.top, run.box.left))


def _next_of(run: _Run, waiting: Sequence[_Run]) -> _Run | None:
    """The first that is of the same line, of runs in the order of their left sides."""
    farthest = run.box.right + max(_SPACED_OUT * run.height, _as_far_again(run, run.height))
    for other in waiting:
        if other.box.left > farthest:
            return None
        if _is_level(run, other) and (_follows(run, other) or _weaves(run, other)):
            return other
    return None


def _is_level(run: _Run, other: _Run) -> bool:
    """Whether they stand on one level and are about as high."""
    height = min(run.height, other.height)
    return abs(run.box.centre[1] - other.box.centre[1]) <= _LEVEL * height and max(run.height, other.height) <= 1.7 * height


def _as_far_again(run: _Run, height: float) -> float:
    """The widest gap before the next of ideographs that stand spaced out; 0 for other runs."""
    return 0.0 if run.gap is None else 1.3 * run.gap + 0.3 * height


def _follows(run: _Run, other: _Run) -> bool:
    """Whether a run on the same level stands behind the other, end to end or spaced out as the other is."""
    height = min(run.height, other.height)
    gap = other.box.left - run.box.right
    if run.ideographs_apart and other.ideographs_apart:
        widest = _SPACED_OUT * height if run.gap is None else _as_far_again(run, height)
        return -_GAP_OF_PARTS * height <= gap <= widest
    if run.ideographs_apart and _LABEL_END.match(other.text):
        return -_GAP_OF_PARTS * height <= gap <= _SPACED_OUT * height
    return -_GAP_OF_PARTS * height <= gap <= _GAP_OF_PARTS * height


def _headings(runs: Sequence[_Run]) -> tuple[list[_Run], list[tuple[str, Box]]]:
    """Take out the headings that forms print downwards, one ideograph under the other; whatever else stands in a column stays apart."""
    singles: dict[str, list[_Run]] = defaultdict(list)
    for run in runs:
        if run.ideographs_apart and run.gap is None and len(singles[run.text.strip()]) < _MOST_ALIKE:
            singles[run.text.strip()].append(run)
    found: list[tuple[str, Box]] = []
    taken: set[int] = set()
    for heading in _DOWNWARDS:
        for first in singles.get(heading[0], ()):
            stack = [first]
            for character in heading[1:]:
                stack.extend([run for run in singles.get(character, ()) if _is_below(run, stack[-1])][:1])
            if len(stack) == len(heading) and not taken & {id(run) for run in stack}:
                taken.update(id(run) for run in stack)
                found.append((heading, reduce(Box.union, (run.box for run in stack))))
    return [run for run in runs if id(run) not in taken], found


def _is_below(run: _Run, above: _Run) -> bool:
    height = above.height
    step = run.box.centre[1] - above.box.centre[1]
    return abs(run.box.centre[0] - above.box.centre[0]) < 0.5 * height and 0.6 * height < step < 3.5 * height


def _weaves(run: _Run, other: _Run) -> bool:
    """Whether characters of a run on the same level stand in the gaps of the other's: 2024 11 07 printed between the form's 年 月 日."""
    if min(run.box.right, other.box.right) <= max(run.box.left, other.box.left):
        return False
    boxes = sorted((glyph.box for glyph in (*_stripped(run.glyphs), *_stripped(other.glyphs))), key=lambda box: box.left)
    return all(after.left - before.right > -0.3 * min(after.width, before.width) for before, after in itertools.pairwise(boxes))


def _together(run: _Run, other: _Run) -> _Run:
    """Both runs' characters from left to right; blanks on which something is printed go."""
    printed = [*_stripped(run.glyphs), *_stripped(other.glyphs)]
    blanks = [glyph for glyph in (*run.glyphs, *other.glyphs) if not glyph.text.strip()]
    kept = [blank for blank in blanks if not any(box.left < blank.box.centre[0] < box.right for box in (glyph.box for glyph in printed))]
    glyphs = tuple(sorted((*printed, *kept), key=lambda glyph: glyph.box.left))
    gap = run.gap if run.gap is not None else other.box.left - run.box.right
    return _Run(glyphs, run.box.union(other.box), run.ideographs_apart and other.ideographs_apart, gap)


def _once(glyphs: Iterable[Glyph]) -> list[Glyph]:
    kept: list[Glyph] = []
    places: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        x, y = glyph.box.centre
        size = max(1.0, glyph.box.height)
        cell = (int(x // size), int(y // size))
        near = (places.get((glyph.text, cell[0] + i, cell[1] + j), ()) for i in (-1, 0, 1) for j in (-1, 0, 1))
        if glyph.text.strip() and any(_same_place(other.box, glyph.box) for group in near for other in group):
            continue
        places.setdefault((glyph.text, *cell), []).append(glyph)
        kept.append(glyph)
    return kept


def _same_place(one: Box, other: Box) -> bool:
    reach = 0.15 * max(1.0, min(one.height, other.height))
    return abs(one.centre[0] - other.centre[0]) < reach and abs(one.centre[1] - other.centre[1]) < reach


def _stripped(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    printed = [glyph for glyph in glyphs if glyph.text.strip()]
    return printed or glyphs


def _box_of(glyphs: Sequence[Glyph]) -> Box:
    """Around all of them, as high as the usual one."""
    box = glyphs[0].box
    for glyph in glyphs[1:]:
        box = box.union(glyph.box)
    top, bottom = (median(edge(glyph) for glyph in glyphs) for edge in (_top, _bottom))
    return Box(box.left, top, box.right, bottom)


def _top(glyph: Glyph) -> float:
    return glyph.box.top


def _bottom(glyph: Glyph) -> float:
    return glyph.box.bottom


def _levelled(box: Box, turn: int) -> Box:
    """The box in a frame turned back by `turn` quarters, so that its text reads to the right."""
    a, b = _turned((box.left, box.top), -turn), _turned((box.right, box.bottom), -turn)
    return Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))


def _back(box: Box, turn: int) -> Polygon:
    """The corners of a levelled box on the page, from the top left of its text."""
    return Polygon(tuple(_turned(point, turn) for point in Polygon.rectangle(box).points))


def _turned(point: Point, quarters: int) -> Point:
    """A point turned clockwise about the origin, y down."""
    x, y = point
    for _ in range(quarters % 4):
        x, y = -y, x
    return x, y
