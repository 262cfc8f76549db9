"""RecognizedPage -> one per invoice: cuts a sheet where nothing is printed and both sides have what an invoice has only once.

The cut is decided by text, not by borders or shadows. A blank strip is a cut when marks that a paper prints once stand on both of its
sides, or when each side holds a whole paper of another family. Of several such strips the one between two papers is that which every
mark agrees on: a strip through a paper leaves some of its marks before and some behind it. When in doubt the page stays whole: a page
cut through one invoice is lost work, an uncut page can still be read by a person.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Box, Polygon, Transform
from ocr_service.kinds.other_papers import other_paper
from ocr_service.kinds.registry import DESCRIPTIONS
from ocr_service.stages.pieces import piece_of
from ocr_service.stages.printed_once import FAMILIES, say_the_same, squeezed
from ocr_service.stages.rectification import Frame

_BLANK_STRIP, _SLIT = 0.8, 0.2
"""Least width of a cut, in heights of a median line: between papers, and between papers that share nearly every mark."""
_NEARLY_EVERY_MARK = 5
_AGAINST = 2
"""So many marks must speak for a cut, and one more, for each that speaks against it."""
_BESIDE_THE_PAPERS = 1.5
"""Blank height, in heights of a median line, that parts a heading of the sheet from the papers below it."""
_MARKED_LINES = 4
"""Lines with marks that make a paper on a long screen."""
_LONG = 3.0
"""A frame that is so many times as high as wide may be a long screenshot, with a talk above and below its paper."""
_PAUSE = 2.5
"""Blank height, in heights of a median line of the paper, that parts it from what else is on the screen."""
_MARGIN = 2.5
"""Paper around the print of a piece, in heights of a median line."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line or a code with its box in the level frame; `text` without spaces, empty for a code."""

    thing: TextLine | QrCode
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class _Cut:
    shared: int
    disagreeing: int
    """Marks that the cut would put on the wrong side of the others."""
    width: float
    upright: bool
    """True for a vertical cut between documents side by side."""
    place: float


def split(page: RecognizedPage) -> tuple[RecognizedPage, ...]:
    """One page per invoice, in reading order; the page itself when it holds one, when that is not sure, or when it holds none but lists."""
    if other_paper(page, DESCRIPTIONS) is not None:
        return (page,)
    things: tuple[TextLine | QrCode, ...] = (*page.lines, *page.qr_codes)
    placed = [_Placed(thing, page.to_flat.polygon(thing.polygon).box, _text(thing)) for thing in things]
    frame = Box(0.0, 0.0, page.flat_width, page.flat_height)
    pieces = list(_pieces(frame, placed))
    if len(pieces) == 1:
        inside = _of_the_paper(placed) if page.flat_height > _LONG * page.flat_width else placed
        return (page,) if len(inside) == len(placed) else (_piece(page, frame, inside),)
    return tuple(_piece(page, box, inside) for box, inside in pieces)


def _of_the_paper(placed: Sequence[_Placed]) -> Sequence[_Placed]:
    """What stands between the first and the last mark of any paper, and what goes on from there without a pause."""
    marked = [item for item in placed if item.text and any(any(family.counts([item.text])) for family in FAMILIES)]
    if len(marked) < _MARKED_LINES:
        return placed
    pause = _PAUSE * median(item.box.height for item in marked)
    top, bottom = min(item.box.top for item in marked), max(item.box.bottom for item in marked)
    ordered = sorted(placed, key=lambda item: item.box.top)
    for item in ordered:
        if item.box.top <= bottom + pause:
            bottom = max(bottom, item.box.bottom)
    for item in sorted(placed, key=lambda item: -item.box.bottom):
        if item.box.bottom >= top - pause:
            top = min(top, item.box.top)
    return [item for item in ordered if top <= item.box.centre[1] <= bottom]


def _text(thing: TextLine | QrCode) -> str:
    return squeezed(thing.text) if isinstance(thing, TextLine) else ""


def _pieces(frame: Box, placed: Sequence[_Placed]) -> Iterator[tuple[Box, list[_Placed]]]:
    cut = min(_cuts(placed), key=lambda cut: (cut.disagreeing, -cut.shared, -cut.width), default=None)
    if cut is None:
        yield frame, list(placed)
        return
    if cut.upright:
        first, second = Box(frame.left, frame.top, cut.place, frame.bottom), Box(cut.place, frame.top, frame.right, frame.bottom)
    else:
        first, second = Box(frame.left, frame.top, frame.right, cut.place), Box(frame.left, cut.place, frame.right, frame.bottom)
    before = [item for item in placed if _along(item.box, cut.upright) < cut.place]
    yield from _pieces(first, before)
    yield from _pieces(second, [item for item in placed if item not in before])


def _along(box: Box, upright: bool) -> float:
    return box.centre[0 if upright else 1]


def _cuts(placed: Sequence[_Placed]) -> Iterator[_Cut]:
    """Every blank strip with enough on both sides to make two invoices."""
    lines = [item for item in placed if item.text]
    if not lines:
        return
    line_height = median(min(item.box.height, item.box.width) for item in lines)
    papers = _without_headings(placed, line_height)
    for upright in (False, True):
        for start, end in _blank_strips([(b.left, b.right) if upright else (b.top, b.bottom) for b in (item.box for item in papers)]):
            middle = (start + end) / 2
            before = [item.text for item in lines if _along(item.box, upright) < middle]
            behind = [item.text for item in lines if _along(item.box, upright) >= middle]
            shared, disagreeing = _evidence(before, behind)
            least = line_height * (_SLIT if shared >= _NEARLY_EVERY_MARK else _BLANK_STRIP)
            if shared > _AGAINST * disagreeing and end - start >= least:
                yield _Cut(shared, disagreeing, end - start, upright, middle)


def _evidence(before: Sequence[str], behind: Sequence[str]) -> tuple[int, int]:
    """How many marks say that the lines before and behind a strip are of different papers, and how many say that it cuts one through."""
    shared = against = 0
    alone: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for family in FAMILIES:
        sides = family.counts(before), family.counts(behind)
        both = family.shared(*sides)
        shared = max(shared, both)
        if both:
            against += _disagreeing(*sides)
        elif family.stands_alone([one + two for one, two in zip(*sides, strict=True)]):
            against += _torn(*(family.telling(counts) for counts in sides))
        for side, counts in zip(alone, sides, strict=True):
            if family.stands_alone(counts):
                side[family.name] = sum(map(bool, family.telling(counts)))
    if not shared and alone[0] and alone[1] and not alone[0].keys() & alone[1].keys():
        shared = min(max(side.values()) for side in alone)
    if not shared or (shared < _NEARLY_EVERY_MARK and say_the_same(before, behind)):
        return 0, 0
    return shared, against


def _disagreeing(some: Sequence[int], more: Sequence[int]) -> int:
    """Of the marks that stand on the sheet as often as most do, how many are parted by a strip otherwise than the majority."""
    totals = Counter(one + two for one, two in zip(some, more, strict=True) if one + two > 1)
    if not totals:
        return 0
    papers = max(totals, key=lambda total: (totals[total], total))
    parted = Counter(one for one, two in zip(some, more, strict=True) if one + two == papers)
    return parted.total() - max(parted.values())


def _torn(some: Sequence[int], more: Sequence[int]) -> int:
    """Of the marks of a family of which the sheet has one paper, how many a strip parts from the majority."""
    before = sum(1 for one, two in zip(some, more, strict=True) if one and not two)
    behind = sum(1 for one, two in zip(some, more, strict=True) if two and not one)
    return min(before, behind)


def _without_headings(placed: Sequence[_Placed], line_height: float) -> Sequence[_Placed]:
    """What belongs to papers: a heading of the sheet, above or below them all and of no family, must not bar the way between them."""
    strips = list(_blank_strips([(item.box.top, item.box.bottom) for item in placed]))
    edges = [(start + end) / 2 for start, end in strips if end - start >= _BESIDE_THE_PAPERS * line_height]
    bands: list[list[_Placed]] = [[] for _ in range(len(edges) + 1)]
    for item in placed:
        bands[sum(edge < item.box.centre[1] for edge in edges)].append(item)
    while len(bands) > 1 and not _has_marks(bands[0]):
        bands.pop(0)
    while len(bands) > 1 and not _has_marks(bands[-1]):
        bands.pop()
    return [item for band in bands for item in band]


def _has_marks(band: Sequence[_Placed]) -> bool:
    """Whether a band may be part of a paper; a form for gluing papers to has a mark or two of its own, such as 金额."""
    texts = [item.text for item in band if item.text]
    return any(sum(map(bool, family.counts(texts))) > 1 for family in FAMILIES)


def _blank_strips(spans: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Gaps that none of the spans covers, between the first and the last."""
    ordered = sorted(spans)
    reached = ordered[0][1]
    for start, end in ordered:
        if start > reached:
            yield reached, start
        reached = max(reached, end)


def _piece(page: RecognizedPage, box: Box, placed: Sequence[_Placed]) -> RecognizedPage:
    box = _around(box, placed)
    outline = page.to_flat.inverse().polygon(Polygon.rectangle(box))
    shift = Transform((1, 0, -box.left, 0, 1, -box.top, 0, 0, 1))
    lines = [item.thing for item in placed if isinstance(item.thing, TextLine)]
    codes = [item.thing for item in placed if isinstance(item.thing, QrCode)]
    return piece_of(page.number, Frame(page.to_flat.then(shift), box.width, box.height, outline), lines, codes)


def _around(box: Box, placed: Sequence[_Placed]) -> Box:
    """The part of a box around what stands in it, with the margin that papers have."""
    margin = _MARGIN * median(min(item.box.height, item.box.width) for item in placed)
    inner = placed[0].box
    for item in placed[1:]:
        inner = inner.union(item.box)
    left, top = max(box.left, inner.left - margin), max(box.top, inner.top - margin)
    return Box(left, top, min(box.right, inner.right + margin), min(box.bottom, inner.bottom + margin))
