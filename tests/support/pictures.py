"""Small pictures that are what they say."""

import io

from PIL import Image


def a_picture(shade: int = 0, *, format: str = "PNG") -> bytes:
    """A grey picture of 40 x 30 pixels; another shade gives other bytes."""
    buffer = io.BytesIO()
    Image.new("L", (40, 30), 200 + shade).save(buffer, format)
    return buffer.getvalue()
