"""JPEG files that lack only their end marker (ITU-T T.81, B.1.1.3: EOI, FF D9): senders cut it off, and no pixel is lost with it."""

import io

import numpy as np
from PIL import Image

_END = b"\xff\xd9"
_OTHER_CODES = b"\x55\xaa" * 256
"""Entropy-coded data that no picture has at this place."""


def with_end(content: bytes) -> bytes:
    """The JPEG file up to its last byte that is not zero, with the end marker behind it where it has none there."""
    body = content.rstrip(b"\0")
    if body.endswith(b"\xff"):
        body = body + b"\0" if len(body) < len(content) else body[:-1]  # a coded 255 is written FF 00, a lone FF begins the marker
    return body if body.endswith(_END) else body + _END


def lacks_only_its_end(content: bytes) -> bool:
    """Whether all of a JPEG's pixels are there though its end marker is not: other codes behind the last one change none of them.

    Decodes the file twice; raise what Pillow raises when it cannot even do that.
    """
    ended = with_end(content)
    if len(ended) <= len(content) and content.startswith(ended):
        return False
    body = ended.removesuffix(_END)
    return np.array_equal(_levels(ended), _levels(body + _OTHER_CODES + _END))


def _levels(content: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        return np.asarray(image.convert("L"), np.uint8)
