"""The text that a PDF itself places on a page: its characters, and what speaks against believing them."""

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from models.geometry import Box
from ocr_service.files.fonts import chinese_font
from ocr_service.files.glyph_lines import MAX_GLYPHS, Glyph, is_garbled, is_wide

_SUBPIXELS = 64
"""pdfium gives places on the bitmap as whole numbers; this many of them make a pixel."""
_INVISIBLE = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})
_FORM_DEPTH = 5
_WHITE, _LIGHTEST = 255, 250
"""Text that is lighter in all its colours than the second, of 255, is taken for white on white where no ink can show what it stands on."""


@dataclass(frozen=True, slots=True)
class PageText:
    """Visible characters in pixels of the rendered page, with the index of each one's font; `garbled` have no character that is known.

    `pictures` are the boxes of the page's pictures in pixels.
    """

    glyphs: tuple[Glyph, ...]
    fonts: tuple[int, ...]
    garbled: int
    pictures: tuple[Box, ...]
    is_whole: bool
    """False when the page has more characters than are looked at."""
    undrawn: frozenset[int] = frozenset()
    """Fonts that the file names, does not embed, and that nothing on this machine can draw in full: what is set in them has no ink to
    be held against. Their text is the text, since a standard character map says what each code means (ISO 32000-1, 9.7.5.2)."""


@dataclass(frozen=True, slots=True)
class _Device:
    """Takes points of a page to pixels of its picture at `scale` pixels per point, the page's own turn included."""

    page: pdfium.PdfPage
    width: int
    height: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        size = (self.width * _SUBPIXELS, self.height * _SUBPIXELS)
        raw.FPDF_PageToDevice(self.page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
        return across.value / _SUBPIXELS, down.value / _SUBPIXELS

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def page_text(page: pdfium.PdfPage, width: int, height: int) -> PageText:
    """Read a page whose picture has this size in pixels; the document must be open."""
    device = _Device(page, width, height)
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        glyphs: list[Glyph] = []
        fonts: list[int] = []
        names: dict[bytes, int] = defaultdict(lambda: len(names))
        undrawn: set[int] = set()
        lightest = _WHITE if chinese_font() is not None else _LIGHTEST
        garbled = 0
        for index in range(min(count, MAX_GLYPHS)):
            character = _character(textpage, index)
            if character is None or not _is_visible(textpage, index, lightest):
                continue
            if is_garbled(character) or raw.FPDFText_HasUnicodeMapError(textpage, index) == 1:
                garbled += 1
                continue
            glyph = _glyph(textpage, index, character, device)
            if glyph is not None:
                glyphs.append(glyph)
                fonts.append(names[_font_name(textpage, index)])
                if is_wide(character) and chinese_font() is None and not _is_embedded(textpage, index):
                    undrawn.add(fonts[-1])
        return PageText(tuple(glyphs), tuple(fonts), garbled, tuple(_pictures(page, device)), count <= MAX_GLYPHS, frozenset(undrawn))
    finally:
        textpage.close()


def _character(textpage: pdfium.PdfTextPage, index: int) -> str | None:
    """The character, None for one that pdfium itself put in: a blank or a line break between words."""
    code = raw.FPDFText_GetUnicode(textpage, index)
    if raw.FPDFText_IsGenerated(textpage, index) == 1 or chr(code) in "\r\n\t" or 0xD800 <= code < 0xE000:
        return None
    return chr(code)


def _is_visible(textpage: pdfium.PdfTextPage, index: int, lightest: int) -> bool:
    drawn = raw.FPDFText_GetTextObject(textpage, index)
    if drawn and raw.FPDFTextObj_GetTextRenderMode(drawn) in _INVISIBLE:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if raw.FPDFText_GetFillColor(textpage, index, *(ctypes.byref(part) for part in (red, green, blue, alpha))):
        return alpha.value > 10 and min(red.value, green.value, blue.value) <= lightest
    return True


def _is_embedded(textpage: pdfium.PdfTextPage, index: int) -> bool:
    drawn = raw.FPDFText_GetTextObject(textpage, index)
    font = raw.FPDFTextObj_GetFont(drawn) if drawn else None
    return not font or raw.FPDFFont_GetIsEmbedded(font) == 1


def _glyph(textpage: pdfium.PdfTextPage, index: int, character: str, device: _Device) -> Glyph | None:
    """None for a character that runs along no side of the page, as those of watermarks do, or that takes no room."""
    rectangle = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rectangle)):
        return None
    box = device.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    angle = raw.FPDFText_GetCharAngle(textpage, index)
    x0, y0 = device.point(rectangle.left, rectangle.bottom)
    x1, y1 = device.point(rectangle.left + 100 * math.cos(angle), rectangle.bottom - 100 * math.sin(angle))
    degrees = math.degrees(math.atan2(y1 - y0, x1 - x0))
    turn = round(degrees / 90)
    if abs(degrees - 90 * turn) > 10 or box.height < 1 or (box.width < 0.2 and character.strip()):
        return None
    inside = Box(0, 0, device.width, device.height).contains(box.centre)
    drawn = raw.FPDFText_GetTextObject(textpage, index)
    part = ctypes.addressof(drawn.contents) if drawn else 0
    return Glyph(character, box, turn % 4, part) if inside else None


def _font_name(textpage: pdfium.PdfTextPage, index: int) -> bytes:
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(textpage, index, buffer, len(buffer), ctypes.byref(flags))
    return buffer.raw[: min(length, len(buffer))]


def _pictures(page: pdfium.PdfPage, device: _Device) -> Iterator[Box]:
    for drawn in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=_FORM_DEPTH):
        yield device.box(*drawn.get_bounds())
