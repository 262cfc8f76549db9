"""A page of an OFD as pixels and lines; the lines come from the file's text, the pixels are for people and for the QR code."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from models.document import MediaType, TextLine
from models.errors import TooManyPixels, UnreadableFile
from models.geometry import Box, Point
from ocr_service.files.fonts import font_for
from ocr_service.files.glyph_lines import MOST_GARBLED, Glyph, is_garbled, lines_of
from ocr_service.files.jbig2 import jbig2_picture
from ocr_service.files.pictures import picture_frames
from ocr_service.ofd.drawing import Drawn, Letter, Outline, Picture, drawn_on
from ocr_service.ofd.package import OfdPage

_DPI = 200.0
_LONGEST_SIDE = 4000
_MAX_PICTURE_PIXELS = 20_000_000
_LEAST_CHARACTERS = 20
_DESCENT = 0.14
"""Of a font's height, below its base line."""
_SIGNATURES = (
    (b"\x89PNG", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"BM", MediaType.BMP),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
)


@dataclass(frozen=True)
class OfdCanvas:
    """A page at 200 dpi; `scale` is pixels per millimetre."""

    page: OfdPage

    @cached_property
    def scale(self) -> float:
        """Fewer than 200 dpi only for a page that is larger than any form."""
        _, _, width, height = self.page.size_mm
        return min(_DPI / 25.4, _LONGEST_SIDE / max(width, height))

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        _, _, width, height = self.page.size_mm
        return max(1, round(width * self.scale)), max(1, round(height * self.scale))

    @cached_property
    def objects(self) -> tuple[Drawn, ...]:
        """Everything on the page, from the bottom."""
        return tuple(drawn_on(self.page))

    def lines(self) -> tuple[TextLine, ...]:
        """The page's text with polygons in pixels, what lies off the page left out; nothing for one that is but a picture or garbled."""
        placed = (self._glyph(letter) for letter in self.objects if isinstance(letter, Letter))
        glyphs = [glyph for glyph in placed if glyph is not None]
        printed = [glyph for glyph in glyphs if glyph.text.strip()]
        garbled = sum(is_garbled(glyph.text) for glyph in printed)
        believed = len(printed) >= _LEAST_CHARACTERS and garbled <= max(3, MOST_GARBLED * len(printed))
        return lines_of([glyph for glyph in glyphs if not is_garbled(glyph.text)]) if believed else ()

    def pixels(self) -> NDArray[np.uint8]:
        """Height x width x 3, BGR, on white."""
        image = Image.new("RGB", self.size, "white")
        for found in self.objects:
            if isinstance(found, Letter):
                self._write(image, found)
            elif isinstance(found, Outline):
                self._outline(image, found)
            else:
                self._paste(image, found)
        return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])

    def _pixel(self, point: Point) -> Point:
        left, top, _, _ = self.page.size_mm
        return (point[0] - left) * self.scale, (point[1] - top) * self.scale

    def _glyph(self, letter: Letter) -> Glyph | None:
        """The character's box: its advance wide, its font high; None for one off the page or not along a side of it."""
        x, y = self._pixel(letter.origin)
        angle = math.degrees(math.atan2(letter.along[1], letter.along[0]))
        turn = round(angle / 90)
        if abs(angle - 90 * turn) > 10 or letter.along == (0.0, 0.0):
            return None
        (ax, ay), (ux, uy) = ((self.scale * vector[0], self.scale * vector[1]) for vector in (letter.along, letter.up))
        low, high = (x - _DESCENT * ux, y - _DESCENT * uy), (x + ax + (1 - _DESCENT) * ux, y + ay + (1 - _DESCENT) * uy)
        box = Box(min(low[0], high[0]), min(low[1], high[1]), max(low[0], high[0]), max(low[1], high[1]))
        width, height = self.size
        return Glyph(letter.text, box, turn % 4, letter.part) if Box(0, 0, width, height).contains(box.centre) else None

    def _write(self, image: Image.Image, letter: Letter) -> None:
        glyph = self._glyph(letter)
        if glyph is None or not letter.text.strip():
            return
        size = math.hypot(*letter.up) * self.scale
        if not 2 <= size <= 1000:
            return
        font = font_for(letter.font, size)
        if glyph.turn == 0:
            x, y = self._pixel(letter.origin)
            ImageDraw.Draw(image).text((x, y), letter.text, letter.color, font, anchor="ls")
            return
        side = max(4, round(2 * size))
        tile = Image.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((side / 2, side / 2), letter.text, 255, font, anchor="mm")
        x, y = glyph.box.centre
        image.paste(letter.color, (round(x - side / 2), round(y - side / 2)), tile.rotate(-90 * glyph.turn))

    def _outline(self, image: Image.Image, outline: Outline) -> None:
        draw = ImageDraw.Draw(image)
        for line in outline.lines:
            points = [self._pixel(_inside(point, outline.clip)) for point in line]
            if outline.fill is not None and len(points) > 2:
                draw.polygon(points, fill=outline.fill)
            if outline.stroke is not None:
                draw.line(points, fill=outline.stroke, width=max(1, min(60, round(outline.width * self.scale))))

    def _paste(self, image: Image.Image, picture: Picture) -> None:
        """Lay a picture over the page; one that is damaged leaves its place blank, for it tells nothing else."""
        source = self._opened(picture)
        if source is None:
            return
        a, b, c, d, e, f = picture.to_page
        width, height = round(math.hypot(a, b) * self.scale), round(math.hypot(c, d) * self.scale)
        if not (2 <= width <= 2 * _LONGEST_SIDE and 2 <= height <= 2 * _LONGEST_SIDE):
            return
        source = source.resize((width, height), Image.Resampling.BOX if width < source.width else Image.Resampling.NEAREST)
        x, y = self._pixel((e, f))
        if abs(b) + abs(c) > 1e-3 or a < 0 or d < 0:
            source, (x, y) = self._turned(source, picture)
        place = (round(x), round(y))
        flat = Image.new("RGB", source.size, "white")
        flat.paste(source, mask=source.getchannel("A"))
        if picture.darkens:
            under = image.crop((*place, place[0] + source.width, place[1] + source.height))
            image.paste(ImageChops.darker(under, flat), place)
        else:
            image.paste(source.convert("RGB"), place, source.getchannel("A"))

    def _turned(self, source: Image.Image, picture: Picture) -> tuple[Image.Image, Point]:
        """A picture that does not lie straight, in the upright box around it."""
        a, b, c, d, e, f = picture.to_page
        corners = [self._pixel((e + i * a + j * c, f + i * b + j * d)) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
        determinant = a * d - b * c
        if abs(determinant) < 1e-9:
            return source, (left, top)
        x0, y0 = corners[0]
        across, down = source.width / self.scale / determinant, source.height / self.scale / determinant
        dx, dy = left - x0, top - y0
        data = (d * across, -c * across, across * (d * dx - c * dy), -b * down, a * down, down * (a * dy - b * dx))
        size = (max(1, round(right - left)), max(1, round(bottom - top)))
        return source.transform(size, Image.Transform.AFFINE, data, Image.Resampling.NEAREST, fillcolor=(255, 255, 255, 0)), (left, top)

    def _opened(self, picture: Picture) -> Image.Image | None:
        try:
            content = self.page.document.package.parts.read(picture.part)
            if content is None:
                return None
            if picture.part.lower().endswith((".jb2", ".gbig2", ".jbig2")) or content.startswith(b"\x97JB2"):
                found = jbig2_picture(content)
                return None if found is None else found.convert("RGBA")
            media_type = next((kind for mark, kind in _SIGNATURES if content.startswith(mark)), None)
            if media_type is None:
                return None
            return next(picture_frames(content, media_type, _MAX_PICTURE_PIXELS)).convert("RGBA")
        except (UnreadableFile, TooManyPixels):
            return None


def _inside(point: Point, clip: Box | None) -> Point:
    """A point moved to the edge of its clip, which is right for the bars and boxes that forms are made of."""
    if clip is None:
        return point
    return min(max(point[0], clip.left), clip.right), min(max(point[1], clip.top), clip.bottom)
