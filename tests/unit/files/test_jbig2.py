"""JBIG2, the way one vendor keeps QR codes."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from ocr_service.files.jbig2 import jbig2_picture

HEADER = b"\x97JB2\r\n\x1a\n\x01\x00\x00\x00\x01"


def picture() -> Image.Image:
    image = Image.new("1", (48, 32), 1)
    for x, y in ((3, 4), (4, 4), (20, 16), (40, 30)):
        image.putpixel((x, y), 0)
    return image


def segment(number: int, kind: int, data: bytes, page: int = 1) -> bytes:
    return struct.pack(">IBBBI", number, kind, 0, page, len(data)) + data


def segments(image: Image.Image) -> bytes:
    """A page of one generic region, coded as a fax is (ISO/IEC 14492, 6.2.6)."""
    stream = io.BytesIO()
    black_as_ones = Image.fromarray(~np.asarray(image))
    black_as_ones.save(stream, "TIFF", compression="group4", tiffinfo={278: image.height})
    with Image.open(io.BytesIO(stream.getvalue())) as tiff:
        (start,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    coded = stream.getvalue()[start : start + length]
    size = struct.pack(">II", *image.size)
    page = size + bytes(8) + b"\x00\x00\x00"
    region = size + bytes(8) + b"\x00" + b"\x01" + coded
    return segment(0, 48, page) + segment(1, 38, region) + segment(2, 49, b"") + segment(3, 51, b"", page=0)


@pytest.mark.parametrize("header", [HEADER, b"\x97JB2\r\n\x1a\n\x03", b""], ids=["one page", "pages not told", "segments alone"])
def test_its_pixels_are_those_that_were_coded(header: bytes) -> None:
    found = jbig2_picture(header + segments(picture()))

    assert found is not None
    assert found.size == (48, 32)
    assert (np.asarray(found.convert("L")) < 128).tolist() == (~np.asarray(picture())).tolist()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HEADER,
        b"\x97JB2\r\n\x1a\n",
        b"\x97JB2\r\n\x1a\n\x00\x00\x00\x00\x01" + bytes(40),
        HEADER + segment(0, 48, b"\xff" * 19),
        bytes(100),
    ],
)
def test_a_damaged_one_is_none(content: bytes) -> None:
    assert jbig2_picture(content) is None
