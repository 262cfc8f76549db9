"""Small files that cost whoever opens them much."""

import io
import struct
import zipfile
import zlib

from tests.support.pdf_files import pdf_of, stream


def nested_forms(depth: int, width: int) -> bytes:
    """A PDF whose page draws a form that draws a form, so many deep and each so often: `width ** depth` lines out of a kilobyte."""
    forms = {}
    for level in range(depth):
        inner = b"/X Do\n" * width if level < depth - 1 else b"0 0 m 500 300 l S\n"
        below = b"/Resources<</XObject<</X %d 0 R>>>>" % (5 + level + 1) if level < depth - 1 else b""
        forms[5 + level] = stream(inner, b"/Type/XObject/Subtype/Form/BBox[0 0 600 400]" + below)
    return pdf_of(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 400]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
            4: stream(b"/X Do\n" * width),
            **forms,
        }
    )


def white_png(width: int, height: int) -> bytes:
    """A white picture, a thousandth of a byte each pixel."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (-(-width // 8))
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content)) for name, content in chunks
    )


def with_a_member_that_wants_four_gigabytes(**others: bytes) -> bytes:
    """A zip whose first member says that it needs a dictionary of 4 GB (LZMA, APPNOTE 5.8.8); the others are what they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("bomb.png", bytes(1000))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        for name, content in others.items():
            archive.writestr(name, content)
    content = buffer.getvalue()
    # Version, size of the properties, lc/lp/pb, then the dictionary's size.
    place = content.index(b"\x5d", 30) + 1
    return content[:place] + b"\xff\xff\xff\xff" + content[place + 4 :]
