"""The text of one face as pieces in the flat frame: lines cut where labels begin and end."""

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median

from models.document import CharacterChoices, RecognizedPage, TextLine
from models.geometry import Box, Point, Polygon
from models.invoice import Witness
from ocr_service.evidence import Candidate
from ocr_service.faces.labels import LabelSpan, find_labels

_SIDEWAYS = 1.3
"""Times its width from which the height of a line shows that it runs from top to bottom."""
_MINUS = re.compile(r"(?<![^\s¥:(])[\u2010-\u2015\u2212\u2500\u30fc](?=¥?\d)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A label or a stretch of other text; `box` is in pixels of the flat frame, `polygon` in those of the original page image.

    `choices` has what each character of `text` may be, or is empty where the engine gives no alternatives.
    """

    text: str
    box: Box
    polygon: Polygon
    confidence: float
    label: str | None = None
    choices: tuple[CharacterChoices, ...] = ()

    @property
    def x(self) -> float:
        """Middle of the box, across."""
        return (self.box.left + self.box.right) / 2

    @property
    def y(self) -> float:
        """Middle of the box, down."""
        return (self.box.top + self.box.bottom) / 2

    @property
    def is_born_digital(self) -> bool:
        """Whether it is text of the file itself, which nothing had to recognise."""
        return self.confidence == 1.0

    @property
    def is_vertical(self) -> bool:
        """Whether it runs from top to bottom, as 购买方 and 发票联 do."""
        return self.box.height > _SIDEWAYS * self.box.width and len(self.text) > 1


@dataclass(frozen=True, slots=True)
class Face:
    """One invoice's pieces; `width` and `height` of the flat frame in pixels, `line_height` that of its usual print.

    `slope` is what was taken out of the pieces' boxes: by how many pixels rows of print fall in the flat frame for each to the right.
    `uncut` are the lines that were cut at labels, whole. `offset` is by how much the print stood right of and below where it is here.
    """

    pieces: tuple[Piece, ...]
    width: float
    height: float
    line_height: float
    slope: float = 0.0
    uncut: tuple[Piece, ...] = ()
    offset: Point = (0.0, 0.0)

    @classmethod
    def of(cls, page: RecognizedPage, find: Callable[[str], Sequence[LabelSpan]] = find_labels) -> "Face":
        """Cut the page's lines into pieces where `find` sees labels; those of the VAT family if nothing else is asked for."""
        cut = next((face for other, how, face in tuple(_LAST_CUT) if other is page and how is find), None)
        if cut is None:
            cut = _face_of(page, find)
            _LAST_CUT.append((page, find, cut))
        return cut

    def levelled(self, slope: float) -> "Face":
        """The face with rows that fall by `slope` pixels for each pixel to the right made level; polygons stay where they are."""
        pieces, uncut = (
            tuple(replace(piece, box=_lowered(piece.box, -self.fall_at(piece.x, slope))) for piece in part)
            for part in (self.pieces, self.uncut)
        )
        return replace(self, pieces=pieces, uncut=uncut, slope=self.slope + slope)

    def fall_at(self, x: float, slope: float | None = None) -> float:
        """By how many pixels a row lies lower in the flat frame at `x` than on this levelled face."""
        return (self.slope if slope is None else slope) * (x - self.width / 2)

    def labels(self, *names: str) -> list[Piece]:
        """All pieces that are one of these labels, from top to bottom."""
        return sorted((piece for piece in self.pieces if piece.label in names), key=lambda piece: (piece.y, piece.x))

    def texts(self, fits: Callable[[Piece], bool] = lambda _: True) -> list[Piece]:
        """All pieces that are no label and fit, in reading order."""
        return sorted((piece for piece in self.pieces if piece.label is None and fits(piece)), key=lambda piece: (piece.y, piece.x))

    def lines_between(self, top: float, bottom: float) -> list[Piece]:
        """What stands between two heights where no label does, in reading order: its lines are whole, whatever words they hold."""
        whole = [piece for piece in self.uncut if top < piece.y < bottom]
        texts = self.texts(lambda piece: top < piece.y < bottom and not any(_is_part(piece, line) for line in whole))
        return sorted((*whole, *texts), key=lambda piece: (piece.y, piece.x))

    def right_of(
        self,
        label: Piece,
        *,
        reach: float = 0.35,
        slack: float = 0.9,
        overlap: float = 0.6,
        fits: Callable[[Piece], bool] = lambda _: True,
    ) -> list[Piece]:
        """What fits on a label's row behind it, up to the next label: within `reach` of the width, rows `slack` line heights apart.

        It may begin `overlap` line heights before the label ends.
        """
        limit = label.box.right + reach * self.width
        for other in self.pieces:
            if other.label is not None and other.box.left > label.box.right and _same_row(label, other, slack * self.line_height):
                limit = min(limit, other.box.left)
        inside = self.texts(lambda piece: label.box.right - overlap * self.line_height <= piece.box.left < limit and fits(piece))
        row = [piece for piece in inside if _same_row(label, piece, slack * self.line_height) and not piece.is_vertical]
        if not row:
            return []
        nearest = min(row, key=lambda piece: abs(piece.y - label.y))
        same = [piece for piece in row if _same_row(nearest, piece, 0.5 * self.line_height)]
        return sorted(same, key=lambda piece: piece.box.left)


_LAST_CUT: deque[tuple[RecognizedPage, Callable[[str], Sequence[LabelSpan]], Face]] = deque(maxlen=8)
"""The faces cut last, by the very page and labels: stages ask for the same again, and to compare pages costs as much as to cut them."""


def _face_of(page: RecognizedPage, find: Callable[[str], Sequence[LabelSpan]]) -> Face:
    pieces: list[Piece] = []
    uncut: list[Piece] = []
    for line in page.lines:
        text = fold(line.text)
        labels = () if _runs_down_a_margin(line, page, text, find) else find(text)
        pieces += _cut(line, page, text, labels)
        if labels:
            uncut.append(_whole(line, page, text))
    heights = [piece.box.height for piece in pieces if not piece.is_vertical]
    line_height = median(heights) if heights else 20.0
    return Face(tuple(pieces), page.flat_width, page.flat_height, line_height, uncut=tuple(uncut))


def _runs_down_a_margin(line: TextLine, page: RecognizedPage, text: str, find: Callable[[str], Sequence[LabelSpan]]) -> bool:
    """Whether a line set sideways says more than a label: what a form prints down its edge (购买方记账凭证) asks for nothing beside it."""
    box = page.to_flat.polygon(line.polygon).box
    if box.height <= _SIDEWAYS * box.width or len(text) < 2:
        return False
    return any(label.start > 0 or label.end < len(text) for label in find(text))


def _is_part(piece: Piece, line: Piece) -> bool:
    return piece.text in line.text and line.box.contains(piece.box.centre)


def _lowered(box: Box, by: float) -> Box:
    return Box(box.left, box.top + by, box.right, box.bottom + by)


def joined(pieces: Sequence[Piece]) -> str:
    """The texts from left to right, without separators."""
    return "".join(piece.text for piece in sorted(pieces, key=lambda piece: piece.box.left))


def halved(piece: Piece, count: int) -> tuple[Piece, Piece]:
    """A piece cut behind its first `count` characters."""
    share = _print_width(piece.text[:count]) / _print_width(piece.text)
    box, middle = piece.box, piece.box.left + share * piece.box.width
    first = replace(
        piece,
        text=piece.text[:count],
        box=Box(box.left, box.top, middle, box.bottom),
        polygon=_slice(piece.polygon, 0.0, share),
        choices=piece.choices[:count],
    )
    second = replace(
        piece,
        text=piece.text[count:].lstrip(" :;"),
        box=Box(middle, box.top, box.right, box.bottom),
        polygon=_slice(piece.polygon, share, 1.0),
        choices=piece.choices[len(piece.text) - len(piece.text[count:].lstrip(" :;")) :],
    )
    return first, second


def around(pieces: Sequence[Piece]) -> Polygon:
    """One region around pieces of a row: from the first one's left edge to the last one's right edge."""
    ordered = sorted(pieces, key=lambda piece: piece.box.left)
    first, last = ordered[0].polygon.points, ordered[-1].polygon.points
    if len(first) != 4 or len(last) != 4 or len(ordered) == 1:
        return ordered[0].polygon
    return Polygon((first[0], last[1], last[2], first[3]))


def surest(pieces: Sequence[Piece]) -> float:
    """The confidence of a value that several pieces make up: that of the least sure."""
    return min(piece.confidence for piece in pieces)


def printed(value: str | None, row: Sequence[Piece], raw: str | None = None) -> Candidate:
    """The word of the print: a value (None when not understood) read from pieces of a row; `raw` is their text if not given."""
    text = joined(row) if raw is None else raw
    return Candidate(value, text, surest(row), around(row), Witness.PRINTED, choices_of(text, row))


def choices_of(text: str, row: Sequence[Piece]) -> tuple[CharacterChoices, ...]:
    """What each character of a text may be that was put together from pieces of a row, in part or with other white space between them.

    Empty when the engine gave no alternatives, or when the text is not made of the pieces' own characters.
    """
    ordered = sorted(row, key=lambda piece: piece.box.left)
    if not ordered or not all(piece.choices for piece in ordered):
        return ()
    whole = [entry for piece in ordered for entry in zip(piece.text, piece.choices, strict=True)]
    printed_text = "".join(character for character, _ in whole)
    start = printed_text.find(text)
    if start >= 0:
        return tuple(choices for _, choices in whole[start : start + len(text)])
    inked = iter([entry for entry in whole if not entry[0].isspace()])
    found: list[CharacterChoices] = []
    for character in text:
        if character.isspace():
            found.append(((character, 1.0),))
            continue
        entry = next(inked, None)
        if entry is None or entry[0] != character:
            return ()
        found.append(entry[1])
    return tuple(found)


def fold(text: str) -> str:
    """One form of the same print: NFKC (so full-width signs become ASCII), minus as a hyphen, white space at the ends off."""
    return _with_minus(unicodedata.normalize("NFKC", text).strip())


def _with_minus(text: str) -> str:
    """The text with a hyphen for any dash that begins a number: issuers' programs print a minus as each of them."""
    return _MINUS.sub("-", text)


def chinese_brackets(text: str) -> str:
    """Names in Chinese are registered and printed with full-width brackets, which folding made narrow."""
    return text.replace("(", "（").replace(")", "）") if re.search(r"[\u4e00-\u9fff]", text) else text


def squeeze(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


def _same_row(one: Piece, other: Piece, tolerance: float) -> bool:
    return abs(one.y - other.y) <= tolerance


def _cut(line: TextLine, page: RecognizedPage, text: str, labels: Sequence[LabelSpan]) -> Iterable[Piece]:
    """The pieces of a line, whose folded text is given, between and at its labels."""
    choices = _folded_choices(line.text, line.choices, text)
    start = 0
    for label in labels:
        yield from _piece(line, page, text, choices, start, label.start, None)
        yield from _piece(line, page, text, choices, label.start, label.end, label.name)
        start = label.end
    yield from _piece(line, page, text, choices, start, len(text), None)


@lru_cache(maxsize=1024)
def _folded_choices(line: str, choices: tuple[CharacterChoices, ...], folded: str) -> tuple[CharacterChoices, ...]:
    """The choices of a line's text folded; a sign that folds to several characters leaves no choice about them."""
    if len(choices) != len(line):
        return ()
    aligned: list[tuple[str, CharacterChoices]] = []
    for character, entry in zip(line, choices, strict=True):
        form = _form(character)
        if len(form) == 1:
            aligned.append((form, tuple((_form(other), odds) for other, odds in entry)))
        else:
            aligned.extend((part, ((part, 1.0),)) for part in form)
    text = _with_minus("".join(character for character, _ in aligned))
    start = len(text) - len(text.lstrip())
    kept = aligned[start : start + len(folded)]
    return tuple(entry for _, entry in kept) if text.strip() == folded else ()


@lru_cache(maxsize=8192)
def _form(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def _piece(
    line: TextLine, page: RecognizedPage, text: str, choices: tuple[CharacterChoices, ...], start: int, end: int, label: str | None
) -> Iterable[Piece]:
    kept = text[start:end].strip(" :;") if label is None else text[start:end]
    if not kept:
        return
    start = text.index(kept, start)
    polygon = line.polygon if kept == text else _slice(line.polygon, _share(text, start), _share(text, start + len(kept)))
    own = choices[start : start + len(kept)]
    yield Piece(kept, page.to_flat.polygon(polygon).box, polygon, line.confidence, label, own)


def _whole(line: TextLine, page: RecognizedPage, text: str) -> Piece:
    choices = _folded_choices(line.text, line.choices, text)
    return Piece(text, page.to_flat.polygon(line.polygon).box, line.polygon, line.confidence, None, choices)


def _share(text: str, end: int) -> float:
    """The share of a line's length that is printed up to one of its characters."""
    return _print_width(text[:end]) / _print_width(text)


def _print_width(text: str) -> float:
    return sum(map(_character_width, text))


@lru_cache(maxsize=8192)
def _character_width(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.52


def _slice(polygon: Polygon, start: float, end: float) -> Polygon:
    """The part of a line's region between two shares of its length; a vertical line is cut down its height."""
    if len(polygon.points) != 4 or (start <= 0 and end >= 1):
        return polygon
    a, b, c, d = polygon.points
    if abs(d[1] - a[1]) + abs(d[0] - a[0]) > 1.5 * (abs(b[0] - a[0]) + abs(b[1] - a[1])):
        return Polygon((_between(a, d, start), _between(b, c, start), _between(b, c, end), _between(a, d, end)))
    return Polygon((_between(a, b, start), _between(a, b, end), _between(d, c, end), _between(d, c, start)))


def _between(one: Point, other: Point, share: float) -> Point:
    return (one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1]))
