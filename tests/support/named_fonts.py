"""Drawn papers as PDF files whose fonts are named and not embedded, as the issuers of tax-control e-invoices write them."""

import math
from collections.abc import Sequence

import numpy as np
import zxingcpp

from benchmarks.drawing.prints import Print
from tests.support.pdf_files import pdf_of, stream

_DPI = 200
_FONTS = (
    (b"KaiTi_GB2312", b"CIDFontType2", b"UniGB-UCS2-H", "utf-16-be"),
    (b"SimSun", b"CIDFontType2", b"GBK-EUC-H", "gbk"),
    (b"STSong-Light", b"CIDFontType0", b"UniGB-UTF16-H", "utf-16-be"),
    (b"#CB#CE#CC#E5", b"CIDFontType2", b"UniGB-UCS2-H", "utf-16-be"),
)
"""Name (the last one is 宋体 in GBK), subtype, predefined character map of ISO 32000-1 table 118, and the encoding of its codes."""
_LATIN = len(_FONTS)
_QR_SIDE = 80


def named_font_pdf(prints: Sequence[Print], size: tuple[int, int], payload: str | None = None) -> bytes:
    """One page with all of these prints, of `size` pixels at 200 dpi, and below them the QR code."""
    scale = 72 / _DPI
    width, height = size[0] * scale, size[1] * scale + (_QR_SIDE + 20 if payload else 0)
    operators = [_shown(one, number, scale, height) for number, one in enumerate(prints) if one.text.strip()]
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        4: b"<</Type/Font/Subtype/TrueType/BaseFont/CourierNew/Encoding/WinAnsiEncoding>>",
    }
    named = [b"/F%d 4 0 R" % _LATIN]
    for number, (name, subtype, encoding, _) in enumerate(_FONTS):
        objects[10 + 2 * number] = b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/%s/DescendantFonts[%d 0 R]>>" % (
            name,
            encoding,
            11 + 2 * number,
        )
        objects[11 + 2 * number] = (
            b"<</Type/Font/Subtype/%s/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
            b"/DW 1000/W[1 95 500 814 907 500]"
            b"/FontDescriptor<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[0 -140 1000 860]/ItalicAngle 0/Ascent 860/Descent -140"
            b"/CapHeight 860/StemV 80>>>>" % (subtype, name, name)
        )
        named.append(b"/F%d %d 0 R" % (number, 10 + 2 * number))
    pictures = b""
    if payload:
        modules = np.asarray(zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4))
        entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8" % modules.shape[::-1]
        objects[6] = stream(modules.astype(np.uint8).tobytes(), entries)
        operators.append(b"q %d 0 0 %d 20 10 cm /P Do Q" % (_QR_SIDE, _QR_SIDE))
        pictures = b"/XObject<</P 6 0 R>>"
    objects[3] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Contents 5 0 R/Resources<</Font<<%s>>%s>>>>" % (
        *(width, height, b"".join(named), pictures),
    )
    objects[5] = stream(b"\n".join(operators))
    return pdf_of(objects)


def _shown(one: Print, number: int, scale: float, height: float) -> bytes:
    """The print in one of the fonts, as wide and as high as it was drawn, along its own base line."""
    (ax, ay), (bx, by), _, (dx, dy) = ((x * scale, height - y * scale) for x, y in one.polygon)
    font = _LATIN if one.text.isascii() and number % 2 else number % len(_FONTS)
    encoding = "latin-1" if font == _LATIN else _FONTS[font][3]
    text = one.text.replace("¥", "￥")
    size = math.dist((ax, ay), (dx, dy))
    natural = sum(0.6 if font == _LATIN else 0.5 if character.isascii() else 1.0 for character in text) * size
    stretch = math.dist((ax, ay), (bx, by)) / max(natural, 1e-6)
    angle = math.atan2(by - ay, bx - ax)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = dx + 0.14 * (ax - dx), dy + 0.14 * (ay - dy)
    code = text.encode(encoding, "replace").hex().encode()
    return b"BT /F%d %g Tf %g Tz %g %g %g %g %g %g Tm <%s> Tj ET" % (font, size, 100 * stretch, cos, sin, -sin, cos, x, y, code)
