"""What a page of an OFD draws, in millimetres of the page: text, outlines, pictures."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from xml.etree.ElementTree import Element

from models.geometry import Box, Point
from ocr_service.files.glyph_lines import MAX_GLYPHS, is_wide
from ocr_service.ofd.package import OfdPage, numbers_in
from ocr_service.ofd.places import Affine, applied, clip_box, minus, placed, then

MAX_OBJECTS = 20_000
"""Most objects of one page."""
_DEEPEST = 80
"""Composites inside composites, pages' blocks counted; one that holds itself has no end."""
Color = tuple[int, int, int]

_DEFAULT_LINE = 0.353
"""Millimetres; the standard's own."""
_CURVE_STEPS = 12
_WORD = re.compile(r"[MSLQBAC]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_MOST_WORDS = 20_000
"""Of one path."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One character: where its base line begins, the way it runs, its height as a vector pointing up, its advance in millimetres."""

    text: str
    origin: Point
    along: Point
    up: Point
    font: str
    color: Color
    part: int
    """The number of its object on the page."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A path as polylines; stroked in `stroke` or filled in `fill`, neither when None, and shown inside `clip` only."""

    lines: tuple[tuple[Point, ...], ...]
    width: float
    stroke: Color | None
    fill: Color | None
    clip: Box | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's file inside the package; `to_page` takes the unit square to the page."""

    part: str
    to_page: Affine
    darkens: bool


Drawn = Letter | Outline | Picture


def drawn_on(page: OfdPage) -> Iterator[Drawn]:
    """Everything on a page, from the bottom; what is hidden, without colour or beyond all bounds is left out."""
    drawer = _Drawer(page.document.resources)
    for layer in page.layers:
        yield from drawer.draw(layer, (1, 0, 0, 1, 0, 0), _Style.of(layer, _Style(), page.document.resources))
    for appearance in page.appearances:
        offset = numbers_in(appearance.get("Boundary", ""))
        x, y = (offset[0], offset[1]) if len(offset) == 4 else (0.0, 0.0)
        yield from drawer.draw(appearance, (1, 0, 0, 1, x, y), _Style())


@dataclass(frozen=True, slots=True)
class _Style:
    stroke: Color = (0, 0, 0)
    fill: Color | None = None
    width: float = _DEFAULT_LINE
    visible: bool = True

    @classmethod
    def of(cls, element: Element, inherited: "_Style", resources: Mapping[str, Element]) -> "_Style":
        """The style of an element: its drawing parameters, then what it says itself."""
        style = inherited
        chain, name = [element], element.get("DrawParam")
        while name and (parameters := resources.get(name)) is not None and len(chain) < 6:
            chain.append(parameters)
            name = parameters.get("Relative")
        for source in reversed(chain):
            style = cls(
                _color(source.find("StrokeColor"), style.stroke) or style.stroke,
                _color(source.find("FillColor"), style.fill),
                next(iter(numbers_in(source.get("LineWidth", ""))), style.width),
                style.visible,
            )
        hidden = element.get("Visible") == "false" or element.get("Alpha") == "0"
        return cls(style.stroke, style.fill, style.width, style.visible and not hidden)


@dataclass(slots=True)
class _Drawer:
    resources: Mapping[str, Element]
    objects: int = 0
    letters: int = 0

    def draw(self, parent: Element, place: Affine, inherited: _Style) -> Iterator[Drawn]:
        """The objects in an element; `place` takes its coordinates to the page."""
        level = [_each(parent, place, inherited)]
        while level and self.objects < MAX_OBJECTS and self.letters < MAX_GLYPHS:
            following = next(level[-1], None)
            if following is None:
                level.pop()
                continue
            element, outer, above = following
            self.objects += 1
            style = _Style.of(element, above, self.resources)
            if not style.visible:
                continue
            match element.tag:
                case "PageBlock" | "Layer":
                    level.append(_each(element, outer, style))
                case "TextObject":
                    yield from self._text(element, outer, style)
                case "PathObject":
                    yield from self._path(element, outer, style)
                case "ImageObject":
                    yield from self._picture(element, outer)
                case "CompositeObject" if len(level) <= _DEEPEST:
                    unit = self.resources.get(element.get("ResourceID", ""))
                    content = None if unit is None else unit.find("Content")
                    if content is not None:
                        level.append(_each(content, placed(element, outer), style))

    def _text(self, element: Element, outer: Affine, style: _Style) -> Iterator[Drawn]:
        place = placed(element, outer)
        size = next(iter(numbers_in(element.get("Size", ""))), 0.0)
        color = (style.fill or (0, 0, 0)) if element.get("Fill") != "false" else style.stroke
        if not 0 < size < 1000 or min(color) > 250 or _is_clear(element.find("FillColor")):
            return
        font = self.resources.get(element.get("Font", ""))
        name = "" if font is None else font.get("FontName", "")
        stretch = next(iter(numbers_in(element.get("HScale", ""))), 1.0)
        for code in element.iter("TextCode"):
            text = "".join(character for character in (code.text or "") if character not in "\r\n\t")
            for character, (x, y), advance in _placed_characters(code, text, size, stretch):
                self.letters += 1
                if self.letters > MAX_GLYPHS:
                    return
                origin, ahead, above = (applied(place, point) for point in ((x, y), (x + advance, y), (x, y - size)))
                along, up = minus(ahead, origin), minus(above, origin)
                yield Letter(character, origin, along, up, name, color, self.objects)

    def _path(self, element: Element, outer: Affine, style: _Style) -> Iterator[Drawn]:
        place = placed(element, outer)
        data = element.find("AbbreviatedData")
        strokes, fills = element.get("Stroke") != "false", element.get("Fill") == "true"
        if data is None or data.text is None or not (strokes or fills):
            return
        lines = tuple(tuple(applied(place, point) for point in line) for line in _polylines(data.text))
        scale = math.sqrt(abs(place[0] * place[3] - place[1] * place[2])) or 1.0
        fill = style.fill if fills else None  # without a colour a filling is clear (GB/T 33190 9.1)
        yield Outline(lines, style.width * scale, style.stroke if strokes else None, fill, clip_box(element, outer))

    def _picture(self, element: Element, outer: Affine) -> Iterator[Drawn]:
        place = placed(element, outer)
        resource = self.resources.get(element.get("ResourceID", ""))
        media = None if resource is None else resource.find("MediaFile")
        if media is not None and media.text:
            if not element.get("CTM"):
                box = numbers_in(element.get("Boundary", ""))
                place = then((box[2], 0, 0, box[3], 0, 0), place) if len(box) == 4 else place
            yield Picture(media.text, place, element.get("BlendMode") == "Darken")


def _each(parent: Element, place: Affine, style: _Style) -> Iterator[tuple[Element, Affine, _Style]]:
    """The children one by one: a list of them for every use of a composite would take memory without end."""
    return ((child, place, style) for child in parent)


def _placed_characters(code: Element, text: str, size: float, stretch: float) -> Iterator[tuple[str, Point, float]]:
    """Each character with the start of its base line and its advance, in the object's millimetres (GB/T 33190 11.3)."""
    x, y = (next(iter(numbers_in(code.get(name, ""))), 0.0) for name in ("X", "Y"))
    along, down = (_deltas(code.get(name, ""), len(text) - 1) for name in ("DeltaX", "DeltaY"))
    for index, character in enumerate(text):
        advance = size * stretch * (1.0 if is_wide(character) else 0.5)
        yield character, (x, y), advance
        step_y = down[index] if index < len(down) else 0.0
        if index < len(along):
            x += along[index]
        elif not along and not down:
            x += advance
        y += step_y


def _deltas(text: str, count: int) -> list[float]:
    """Steps between characters: numbers, or `g 3 1.5` for one that is repeated; a list that is too short goes on with its last one."""
    steps: list[float] = []
    words = text.split()
    position = 0
    while position < len(words) and len(steps) < count:
        repeats = 1
        if words[position] == "g" and position + 2 < len(words):
            repeats = int(next(iter(numbers_in(words[position + 1])), 0.0))
            position += 2
        steps.extend([next(iter(numbers_in(words[position])), 0.0)] * max(0, min(repeats, count - len(steps))))
        position += 1
    if steps and len(steps) < count:
        steps.extend([steps[-1]] * (count - len(steps)))
    return steps


def _polylines(data: str) -> list[list[Point]]:
    """The paths of AbbreviatedData (GB/T 33190 9.2); curves in a few steps, an arc as its chord."""
    words = [found.group() for found in islice(_WORD.finditer(data), _MOST_WORDS)]
    counts = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
    lines: list[list[Point]] = []
    position = 0
    while position < len(words):
        command = words[position]
        count = counts.get(command)
        if count is None:
            position += 1
            continue
        numbers = numbers_in(" ".join(words[position + 1 : position + 1 + count]))
        position += 1 + count
        if len(numbers) != count:
            break
        if command in "MS":
            lines.append([(numbers[0], numbers[1])])
        elif lines:
            lines[-1].extend(_segment(command, lines[-1], numbers))
    return [line for line in lines if len(line) > 1]


def _segment(command: str, line: list[Point], numbers: tuple[float, ...]) -> list[Point]:
    if command == "C":
        return [line[0]]
    points = [(numbers[index], numbers[index + 1]) for index in range(len(numbers) % 2 * 5, len(numbers), 2)]
    if command in "LA":
        return points[-1:]
    control = [line[-1], *points]
    return [_on_curve(control, step / _CURVE_STEPS) for step in range(1, _CURVE_STEPS + 1)]


def _on_curve(control: list[Point], share: float) -> Point:
    points = control
    while len(points) > 1:
        points = [(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])) for a, b in pairwise(points)]
    return points[0]


def _color(element: Element | None, otherwise: Color | None) -> Color | None:
    numbers = () if element is None else numbers_in(element.get("Value", ""))
    if len(numbers) == 1:
        return (_byte(numbers[0]),) * 3
    return (_byte(numbers[0]), _byte(numbers[1]), _byte(numbers[2])) if len(numbers) == 3 else otherwise


def _byte(number: float) -> int:
    return max(0, min(255, round(number)))


def _is_clear(color: Element | None) -> bool:
    return color is not None and color.get("Alpha") == "0"
