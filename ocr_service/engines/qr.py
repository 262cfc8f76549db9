"""QR codes by zxing-cpp."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from models.document import QrCode
from models.geometry import Box, Polygon

_MOST_UPSCALED = 27_000_000
"""Pixels; a page that has more than a quarter of this has enough for every module, and twice its size costs seconds."""
_CLOSE_UPS = (3, 4, 5, 6)
"""How many times a code that was found but not understood is enlarged, one after the other."""
_LARGEST_CLOSE_UP = 400
"""Pixels; a code that is larger than this and not understood is torn or blurred, not small."""

Grey = NDArray[np.uint8]


class ZxingReader:
    """Reads every QR code of a page.

    When the first look understands none it looks again at twice the size, and then closely at the places where a code was
    found but its error correction failed. Nothing that the error correction does not vouch for is returned.
    """

    def read(self, pixels: NDArray[np.uint8]) -> Sequence[QrCode]:
        """Every QR code of a BGR image, polygons in pixels of that image; empty when there is none."""
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
        doubtful: list[Box] = []
        for scale in (1, 2):
            if scale > 1 and scale * scale * grey.size > _MOST_UPSCALED:
                break
            found = _decode(_enlarged(grey, scale))
            codes = tuple(QrCode(code.text, _outline(code.position, scale)) for code in found if code.valid and code.text)
            if codes:
                return codes
            doubtful += [_outline(code.position, scale).box for code in found]
        return next(_close_ups(grey, doubtful), ())


def _close_ups(grey: Grey, places: Sequence[Box]) -> Iterator[tuple[QrCode, ...]]:
    for place in places:
        margin = 0.4 * max(place.width, place.height) + 4
        left, top = max(0, round(place.left - margin)), max(0, round(place.top - margin))
        piece = grey[top : max(top, round(place.bottom + margin)), left : max(left, round(place.right + margin))]
        if not piece.size or max(piece.shape) > _LARGEST_CLOSE_UP:
            continue
        for scale in _CLOSE_UPS:
            codes = [code for code in _decode(_enlarged(piece, scale)) if code.valid and code.text]
            if codes:
                yield tuple(QrCode(code.text, _outline(code.position, scale, left, top)) for code in codes)


def _enlarged(grey: Grey, scale: int) -> Grey:
    if scale == 1:
        return np.ascontiguousarray(grey)
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def _decode(grey: Grey) -> list[zxingcpp.Barcode]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return zxingcpp.read_barcodes(grey, formats=formats, text_mode=zxingcpp.TextMode.Plain, return_errors=True)


def _outline(position: zxingcpp.Position, scale: int, left: int = 0, top: int = 0) -> Polygon:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return Polygon(tuple((left + corner.x / scale, top + corner.y / scale) for corner in corners))
