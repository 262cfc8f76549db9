"""A sheet of paper measured in millimetres, with the few strokes an invoice is made of."""

import math
from collections.abc import Sequence

import numpy as np
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from benchmarks.drawing.fonts import font
from benchmarks.drawing.prints import Print

Colour = tuple[int, int, int]
BLACK: Colour = (20, 20, 24)
GREY: Colour = (150, 150, 150)
SEAL_RED: Colour = (214, 32, 36)
_MM_PER_INCH = 25.4
# drawn larger and averaged down: even strokes at every size, and never a font's built-in bitmaps
_OVERSAMPLING = 2


class Sheet:
    """Paper to draw on: positions and sizes in millimetres from the top-left corner, text placed by its vertical middle."""

    def __init__(self, width: float, height: float, dpi: int, paper: Colour = (255, 255, 255)) -> None:
        """Cut a sheet of a size in millimetres at a resolution in dots per inch."""
        self.dpi = dpi
        self._scale = dpi / _MM_PER_INCH * _OVERSAMPLING
        size = (round(width * dpi / _MM_PER_INCH), round(height * dpi / _MM_PER_INCH))
        self._image = Image.new("RGB", (size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING), paper)
        self._draw = ImageDraw.Draw(self._image)
        self.size = (width, height)
        self.prints: list[Print] = []

    @property
    def canvas(self) -> Image.Image:
        """The paper while it is drawn, for ornaments; `pixels_per_mm` is its scale."""
        return self._image

    @property
    def pixels_per_mm(self) -> float:
        """Pixels of the canvas for a millimetre."""
        return self._scale

    def finish(self) -> Image.Image:
        """Return the picture at the asked resolution."""
        return self._image.reduce(_OVERSAMPLING)

    def width_of(self, text: str, size: float, face: str = "song", spacing: float = 0.0) -> float:
        """Measure text in millimetres at a glyph size in millimetres, with extra space after each glyph."""
        return font(face, size * self._scale).getlength(text) / self._scale + spacing * max(0, len(text) - 1)

    def text(
        self,
        x: float,
        y: float,
        text: str | None,
        size: float,
        colour: Colour,
        *,
        face: str = "song",
        align: str = "l",
        fit: float | None = None,
        spacing: float = 0.0,
        weight: float = 0.0,
        needles: int = 0,
        key: str | None = None,
        value: str | None = None,
    ) -> None:
        """Write one line; `align` l, m or r says what x is, `fit` squeezes the glyphs into a width, `weight` thickens strokes (mm).

        `needles` draws glyphs of that many dots in height, as a needle printer strikes them. `key` and `value` say which field is shown.
        """
        if not text:
            return
        width = self.width_of(text, size, face, spacing)
        if fit is not None and width > fit:
            size, spacing = size * fit / width, spacing * fit / width
            width = fit
        left = x - {"l": 0.0, "m": width / 2, "r": width}[align]
        self._record(text, left, y, width, size, key, value)
        used = font(face, size * self._scale)
        stroke = weight * self._scale
        if needles:
            self._strike(left, y, text, size, colour, face, spacing, needles)
            return
        if not spacing:
            self._draw.text((left * self._scale, y * self._scale), text, colour, used, anchor="lm", stroke_width=stroke)
            return
        for char in text:
            self._draw.text((left * self._scale, y * self._scale), char, colour, used, anchor="lm", stroke_width=stroke)
            left += used.getlength(char) / self._scale + spacing

    def _record(self, text: str, left: float, y: float, width: float, size: float, key: str | None, value: str | None) -> None:
        scale, top, bottom = self._scale / _OVERSAMPLING, y - size * 0.5, y + size * 0.5
        x0, x1, y0, y1 = left * scale, (left + width) * scale, top * scale, bottom * scale
        self.prints.append(Print(text, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), key, value))

    def _strike(self, left: float, y: float, text: str, size: float, colour: Colour, face: str, spacing: float, needles: int) -> None:
        """Render glyphs as dots on a raster, then bring the raster to its size on the paper."""
        used, gap = font(face, needles), round(spacing / size * needles)
        length = sum(round(used.getlength(char)) + gap for char in text)
        raster = Image.new("1", (max(1, length), needles + 4), 0)
        pen, x = ImageDraw.Draw(raster), 0
        for char in text:
            pen.text((x, needles / 2 + 2), char, 1, used, anchor="lm")
            x += round(used.getlength(char)) + gap
        dot = 6
        grid = np.kron(np.asarray(raster, dtype=np.uint8), np.ones((dot, dot), dtype=np.uint8))
        middle = np.abs(np.arange(dot) - (dot - 1) / 2)
        # a needle's dot is round: the corners between four dots stay white
        hole = np.hypot(*np.meshgrid(middle, middle)) > dot * 0.58
        grid[np.tile(hole, raster.size[::-1])] = 0
        scale = size * self._scale / needles
        mask = Image.fromarray(grid * 255).resize((max(1, round(raster.width * scale)), round(raster.height * scale)), Image.Resampling.BOX)
        corner = (round(left * self._scale), round(y * self._scale - mask.height / 2))
        self._image.paste(Image.new("RGB", mask.size, colour), corner, mask)

    def spread(self, x0: float, x1: float, y: float, text: str, size: float, colour: Colour, *, face: str = "kai") -> None:
        """Write a label with its glyphs spread evenly from x0 to x1, as forms align labels of different length."""
        gaps = len(text) - 1
        spacing = (x1 - x0 - self.width_of(text, size, face)) / gaps if gaps else 0.0
        self.text(x0, y, text, size, colour, face=face, spacing=spacing, fit=x1 - x0)

    def column(self, x: float, y0: float, y1: float, text: str, size: float, colour: Colour, *, face: str = "kai") -> None:
        """Write text downwards, glyph under glyph, spread evenly between y0 and y1."""
        step, before = (y1 - y0) / len(text), len(self.prints)
        for place, char in enumerate(text):
            self.text(x, y0 + step * (place + 0.5), char, min(size, step * 1.05), colour, face=face, align="m")
        first, last = self.prints[before].polygon, self.prints[-1].polygon
        self.prints[before:] = [Print(text, (first[0], first[1], last[2], last[3]))]

    def wrap(self, text: str, size: float, width: float) -> list[str]:
        """Break text into lines no wider than a width in millimetres."""
        rows = [""]
        for char in text:
            if self.width_of(rows[-1] + char, size) > width:
                rows.append("")
            rows[-1] += char
        return rows

    def squeezed(
        self, texts: Sequence[str], size: float, width: float, steps: tuple[float, float], room: float
    ) -> tuple[list[list[str]], float]:
        """Wrap table cells so that all fit a height, as issuing programs do: smaller and smaller until they do.

        `steps` are the heights of a cell's first row and of each further one at full size, `room` what there is (mm). Returns the rows of
        each cell and the scale to draw them at.
        """
        scale = 1.0
        while True:
            wrapped = [self.wrap(text, size * scale, width) for text in texts]
            if scale < 0.4 or scale * sum(steps[0] + steps[1] * (len(rows) - 1) for rows in wrapped) <= room:
                return wrapped, scale
            scale -= 0.04

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, width: float = 0.25) -> None:
        """Rule a straight line, its width in millimetres."""
        ends = (x0 * self._scale, y0 * self._scale, x1 * self._scale, y1 * self._scale)
        self._draw.line(ends, colour, max(1, round(width * self._scale)))

    def bar(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """Fill a rectangle."""
        self._draw.rectangle((x0 * self._scale, y0 * self._scale, x1 * self._scale, y1 * self._scale), colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, width: float = 0.25) -> None:
        """Rule the four sides of a rectangle."""
        for ends in ((x0, y0, x1, y0), (x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0)):
            self.line(*ends, colour, width)

    def dashes(self, x: float, y0: float, y1: float, colour: Colour) -> None:
        """Draw a vertical perforation."""
        for step in range(int((y1 - y0) / 3)):
            self.line(x, y0 + 3 * step, x, y0 + 3 * step + 1.8, colour, 0.2)

    def hole(self, x: float, y: float, radius: float) -> None:
        """Punch a sprocket hole; what lies under the paper shows as a grey disc."""
        self._draw.ellipse(self._box(x, y, radius, radius), (206, 206, 204), (170, 170, 168), round(0.2 * self._scale))

    def crossed_circle(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Draw the crossed circle that bars adding words before an amount."""
        self._draw.ellipse(self._box(x, y, radius, radius), None, colour, max(1, round(0.25 * self._scale)))
        reach = radius * 0.7
        self.line(x - reach, y - reach, x + reach, y + reach, colour)
        self.line(x - reach, y + reach, x + reach, y - reach, colour)

    def qr(self, x: float, y: float, side: float, payload: str, colour: Colour = BLACK) -> None:
        """Print a QR code near a side in millimetres: modules are whole pixels, so that the code stays sharp."""
        barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
        modules = np.array(zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False), dtype=np.uint8)
        pixels = max(2, round(side * self.dpi / _MM_PER_INCH / len(modules))) * _OVERSAMPLING
        mask = Image.fromarray(255 - modules).resize((modules.shape[1] * pixels, modules.shape[0] * pixels), Image.Resampling.NEAREST)
        corner = tuple(round(place * self.dpi / _MM_PER_INCH) * _OVERSAMPLING for place in (x, y))
        self._image.paste(Image.new("RGB", mask.size, colour), (corner[0], corner[1]), mask)

    def rotated(self, x: float, y: float, text: str, size: float, colour: Colour, degrees: float, *, face: str = "kai") -> None:
        """Write text centred on a point and turned counter-clockwise."""
        turn, half = math.radians(degrees), (self.width_of(text, size, face) / 2, size / 2)
        scale = self._scale / _OVERSAMPLING
        first, second, third, fourth = (
            (
                scale * (x + math.cos(turn) * right * half[0] + math.sin(turn) * down * half[1]),
                scale * (y - math.sin(turn) * right * half[0] + math.cos(turn) * down * half[1]),
            )
            for right, down in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        )
        self.prints.append(Print(text, (first, second, third, fourth)))
        ink = Image.new("L", self._image.size, 0)
        self._stamp_text(ink, x, y, text, size, degrees, face)
        self._press(ink, colour, 1.0)

    def supervisory_seal(self, x: float, y: float, region: str, colour: Colour = SEAL_RED) -> None:
        """Press the printed oval of the form; its words say sample, so that no drawing passes for a real form."""
        ink = Image.new("L", self._image.size, 0)
        self._oval(ink, x, y, 15.0, 10.0, 0.6)
        self._oval(ink, x, y, 13.9, 8.9, 0.2)
        self._arc_text(ink, x, y, 11.9, 7.0, "全国统一发票示例章", 2.7, 205, 335)
        self._stamp_text(ink, x, y, " ".join(region), 2.9, 0, "kai")
        self._arc_text(ink, x, y, 11.9, 7.0, "非真实发票监制", 2.5, 140, 40)
        self._press(ink, colour, 0.75)

    def company_seal(
        self,
        x: float,
        y: float,
        name: str,
        tax_id: str | None,
        tilt: float,
        strength: float,
        colour: Colour = SEAL_RED,
        *,
        size: float = 1.0,
        words: str = "发票专用章",
    ) -> None:
        """Press a company's oval invoice seal, turned by a tilt in degrees, ink between 0 (none) and 1 (full), `size` 1 is 40 by 30 mm."""
        ink = Image.new("L", self._image.size, 0)
        self._oval(ink, x, y, 20.0 * size, 15.0 * size, 0.9 * size)
        self._arc_text(ink, x, y, 16.8 * size, 11.9 * size, name, min(3.6, 58 / len(name)) * size, 160, 380)
        self._stamp_text(ink, x, y + 0.5 * size, tax_id or "", 2.9 * size, 0, "song")
        self._stamp_text(ink, x, y + 6.6 * size, words, 3.4 * size, 0, "kai")
        reach = 24 * size * self._scale
        left, top = math.floor(x * self._scale - reach), math.floor(y * self._scale - reach)
        around = ink.crop((left, top, left + math.ceil(2 * reach), top + math.ceil(2 * reach)))
        centre = (x * self._scale - left, y * self._scale - top)
        self._press(around.rotate(tilt, Image.Resampling.BICUBIC, center=centre), colour, strength, (left, top))

    def _box(self, x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
        return ((x - rx) * self._scale, (y - ry) * self._scale, (x + rx) * self._scale, (y + ry) * self._scale)

    def _oval(self, ink: Image.Image, x: float, y: float, rx: float, ry: float, width: float) -> None:
        ImageDraw.Draw(ink).ellipse(self._box(x, y, rx, ry), None, 255, max(1, round(width * self._scale)))

    def _stamp_text(self, ink: Image.Image, x: float, y: float, text: str, size: float, degrees: float, face: str) -> None:
        used = font(face, size * self._scale)
        side = round(used.getlength(text) + 2 * size * self._scale) + 2
        tile = Image.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((side / 2, side / 2), text, 255, used, anchor="mm", stroke_width=0.03 * self._scale)
        tile = tile.rotate(degrees, Image.Resampling.BICUBIC)
        corner = (round(x * self._scale - side / 2), round(y * self._scale - side / 2))
        area = (corner[0], corner[1], corner[0] + side, corner[1] + side)
        ink.paste(ImageChops.lighter(ink.crop(area), tile), corner)

    def _arc_text(
        self, ink: Image.Image, x: float, y: float, rx: float, ry: float, text: str, size: float, first: float, last: float
    ) -> None:
        """Set glyphs along an ellipse from one angle to another (degrees clockwise from the right), heads outwards going clockwise."""
        outwards = 1 if last > first else -1
        for place, char in enumerate(text):
            angle = math.radians(first + (last - first) * (place + 0.5) / len(text))
            normal = math.degrees(math.atan2(math.sin(angle) / ry, math.cos(angle) / rx))
            turn = -(normal + 90) if outwards > 0 else -(normal - 90)
            self._stamp_text(ink, x + rx * math.cos(angle), y + ry * math.sin(angle), char, size, turn, "kai")

    def _press(self, ink: Image.Image, colour: Colour, strength: float, at: tuple[int, int] = (0, 0)) -> None:
        """Multiply ink onto the page: seals let the print below show through, as they do on paper."""
        touched = ink.getbbox()
        if touched is None:
            return
        ink = ink.crop(touched)
        left, top = at[0] + touched[0], at[1] + touched[1]
        layer = Image.composite(
            Image.new("RGB", ink.size, colour), Image.new("RGB", ink.size, (255, 255, 255)), ink.point(lambda v: v * strength)
        )
        below = self._image.crop((left, top, left + ink.width, top + ink.height))
        self._image.paste(ImageChops.multiply(below, layer), (left, top))
