"""Small pictures that are what they say."""

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def a_picture(shade: int = 0, *, format: str = "PNG") -> bytes:
    """A grey picture of 40 x 30 pixels; another shade gives other bytes."""
    buffer = io.BytesIO()
    Image.new("L", (40, 30), 200 + shade).save(buffer, format)
    return buffer.getvalue()


def bgr(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of a picture as engines take them: height x width x 3, BGR."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def coded_strip(image: Image.Image, compression: str) -> bytes:
    """A bilevel picture as a TIFF codes it, in one piece."""
    buffer = io.BytesIO()
    image.convert("1").save(buffer, "TIFF", compression=compression, strip_size=10**8)
    with Image.open(io.BytesIO(buffer.getvalue())) as saved:
        ((begin,), (length,)) = (saved.tag_v2[tag] for tag in (273, 279))  # type: ignore[attr-defined]
    return buffer.getvalue()[begin : begin + length]


def a_fax(strip: bytes, size: tuple[int, int], compression: int, dpi: tuple[int, int] = (204, 196)) -> bytes:
    """A bilevel TIFF of one strip as fax programs write it: the directory first, then the codes."""
    resolutions = struct.pack("<4I", dpi[0], 1, dpi[1], 1)
    begin = 8 + 2 + 11 * 12 + 4
    entries = (
        *((256, 4, size[0]), (257, 4, size[1]), (258, 3, 1), (259, 3, compression), (262, 3, 0), (273, 4, begin + len(resolutions))),
        *((277, 3, 1), (278, 4, size[1]), (279, 4, len(strip)), (282, 5, begin), (283, 5, begin + 8)),
    )
    directory = b"".join(struct.pack("<HHII", tag, form, 1, value) for tag, form, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + struct.pack("<I", 0) + resolutions + strip
