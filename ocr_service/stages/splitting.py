"""RecognizedPage -> one per invoice: cuts a sheet where nothing is printed and both sides have what an invoice has only once.

The cut is decided by text, not by borders or shadows: an invoice prints its date label, its amount in words, its total and its
issuer once, so two of them on both sides of a blank strip are two invoices. When in doubt the page stays whole: a page cut through
one invoice is lost work, an uncut page can still be read by a person.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Box, Polygon, Transform

_PRINTED_ONCE = (
    re.compile("开票日期"),
    re.compile("[(（]?小写[)）]?|合计金额"),
    re.compile("价税合计|[(（]大写[)）]"),
    re.compile("[壹贰叁肆伍陆柒捌玖]([拾佰仟万亿圆元角分]|$)"),
    re.compile("开票人|收款员"),
    re.compile("发票号码|N[o0°º][.:：]?\\d{8}"),
    re.compile("(普通|专用|电子)发票"),
)
_ENOUGH_SHARED = 3
"""So many of them must stand on both sides of a cut."""
_BLANK_STRIP = 0.8
"""Least width of a cut, in heights of a median line."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line or a code with its box in the level frame."""

    thing: TextLine | QrCode
    box: Box


@dataclass(frozen=True, slots=True)
class _Cut:
    shared: int
    width: float
    upright: bool
    """True for a vertical cut between documents side by side."""
    place: float


def split(page: RecognizedPage) -> tuple[RecognizedPage, ...]:
    """One page per invoice, in reading order; the page itself when it holds one or when that is not sure."""
    things: tuple[TextLine | QrCode, ...] = (*page.lines, *page.qr_codes)
    placed = [_Placed(thing, page.to_flat.polygon(thing.polygon).box) for thing in things]
    frame = Box(0.0, 0.0, page.flat_width, page.flat_height)
    pieces = list(_pieces(frame, placed))
    if len(pieces) == 1:
        return (page,)
    return tuple(_piece(page, box, inside) for box, inside in pieces)


def _pieces(frame: Box, placed: Sequence[_Placed]) -> Iterator[tuple[Box, list[_Placed]]]:
    cut = max(_cuts(placed), key=lambda cut: (cut.shared, cut.width), default=None)
    if cut is None:
        yield frame, list(placed)
        return
    if cut.upright:
        first, second = Box(frame.left, frame.top, cut.place, frame.bottom), Box(cut.place, frame.top, frame.right, frame.bottom)
    else:
        first, second = Box(frame.left, frame.top, frame.right, cut.place), Box(frame.left, cut.place, frame.right, frame.bottom)
    for half in (first, second):
        yield from _pieces(half, [item for item in placed if half.contains(item.box.centre)])


def _cuts(placed: Sequence[_Placed]) -> Iterator[_Cut]:
    """Every blank strip with enough on both sides to make two invoices."""
    lines = [item for item in placed if isinstance(item.thing, TextLine)]
    if not lines:
        return
    heights = sorted(min(item.box.height, item.box.width) for item in lines)
    least = _BLANK_STRIP * heights[len(heights) // 2]
    for upright in (False, True):
        for start, end in _blank_strips([(b.left, b.right) if upright else (b.top, b.bottom) for b in (item.box for item in placed)]):
            middle = (start + end) / 2
            before = [item for item in lines if item.box.centre[0 if upright else 1] < middle]
            after = [item for item in lines if item.box.centre[0 if upright else 1] >= middle]
            shared = len(_printed(before) & _printed(after))
            if end - start >= least and shared >= _ENOUGH_SHARED:
                yield _Cut(shared, end - start, upright, middle)


def _blank_strips(spans: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Gaps that none of the spans covers, between the first and the last."""
    ordered = sorted(spans)
    reached = ordered[0][1]
    for start, end in ordered:
        if start > reached:
            yield reached, start
        reached = max(reached, end)


def _printed(lines: Sequence[_Placed]) -> set[int]:
    """Which of the things that an invoice prints once stand in these lines."""
    texts = [item.thing.text.replace(" ", "") for item in lines if isinstance(item.thing, TextLine)]
    return {index for index, pattern in enumerate(_PRINTED_ONCE) if any(pattern.search(text) for text in texts)}


def _piece(page: RecognizedPage, box: Box, placed: Sequence[_Placed]) -> RecognizedPage:
    outline = page.to_flat.inverse().polygon(Polygon.rectangle(box))
    shift = Transform((1, 0, -box.left, 0, 1, -box.top, 0, 0, 1))
    lines = tuple(item.thing for item in placed if isinstance(item.thing, TextLine))
    codes = tuple(item.thing for item in placed if isinstance(item.thing, QrCode))
    return RecognizedPage(page.number, outline, lines, codes, page.to_flat.then(shift), box.width, box.height)
