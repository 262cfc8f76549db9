"""Small pictures that are what they say."""

import io

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
