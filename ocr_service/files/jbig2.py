"""JBIG2, in which one vendor keeps QR codes: pdfium decodes it, so it is handed over as the one picture of a small PDF."""

import struct

import numpy as np
from PIL import Image

from models.errors import UnreadableFile
from ocr_service.files.pdf import opened_pdf, page_pixels

_FILE_MARK = b"\x97JB2\r\n\x1a\n"
_PAGE_INFORMATION = 48
"""The type of the segment that holds width and height (ISO/IEC 14492, 7.4.8)."""
_LONGEST_SIDE = 4000


def jbig2_picture(content: bytes) -> Image.Image | None:
    """The picture of a JBIG2 file in sequential order; None for one that is damaged or written in another way."""
    segments = _segments(content)
    size = None if segments is None else _size(segments)
    if segments is None or size is None:
        return None
    try:
        with opened_pdf(_as_pdf(segments, *size)) as document:
            pixels = page_pixels(document[0], 1.0)
    except UnreadableFile:
        return None
    return Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1]))


def _segments(content: bytes) -> bytes | None:
    """The segments without the file's header, as a PDF holds them (ISO 32000-1, 7.4.7)."""
    if not content.startswith(_FILE_MARK):
        return content
    flags = content[8:9]
    if not flags or not flags[0] & 1:
        return None
    return content[9 if flags[0] & 2 else 13 :]


def _size(segments: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, from the first segment, which is the page's own."""
    if len(segments) < 19 or segments[4] & 0x3F != _PAGE_INFORMATION:
        return None
    width, height = struct.unpack(">II", segments[11:19])
    return (width, height) if 0 < width <= _LONGEST_SIDE and 0 < height <= _LONGEST_SIDE else None


def _as_pdf(segments: bytes, width: int, height: int) -> bytes:
    drawing = f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode()
    picture = (
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 1"
        f"/Filter/JBIG2Decode/Length {len(segments)}>>"
    )
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Resources<</XObject<</P 4 0 R>>>>/Contents 5 0 R>>".encode(),
        picture.encode() + b"\nstream\n" + segments + b"\nendstream",
        f"<</Length {len(drawing)}>>".encode() + b"\nstream\n" + drawing + b"\nendstream",
    )
    pdf, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(pdf)
    return pdf + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
