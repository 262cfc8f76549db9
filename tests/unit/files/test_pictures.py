"""A picture's pixels are the same whichever library decodes it."""

import io

import numpy as np
import pytest
from PIL import ExifTags, Image

from models.document import MediaType
from models.errors import TooManyPixels
from ocr_service.files import pictures
from ocr_service.files.pictures import bgr, picture_frames, picture_pixels


def a_picture(mode: str, *, turned: int = 1, **options: object) -> bytes:
    rng = np.random.default_rng(5)
    smooth = np.kron(rng.integers(0, 256, (6, 9, 3), np.uint8), np.ones((8, 8, 1), np.uint8))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    stream = io.BytesIO()
    Image.fromarray(smooth).convert(mode).save(stream, "JPEG", exif=exif, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        a_picture("RGB", quality=60),
        a_picture("RGB", quality=95, subsampling=0),
        a_picture("RGB", progressive=True),
        a_picture("RGB", turned=6),
        a_picture("L"),
        a_picture("CMYK"),
    ],
    ids=["colour", "colour, not subsampled", "progressive", "turned", "grey", "cmyk"],
)
def test_a_jpeg_has_the_pixels_that_its_frame_has(content: bytes) -> None:
    (frame,) = picture_frames(content, MediaType.JPEG)

    (pixels,) = picture_pixels(content, MediaType.JPEG)

    assert np.array_equal(pixels, bgr(frame))
    assert pixels.std() > 20


def test_a_jpeg_of_too_many_pixels_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 100)

    with pytest.raises(TooManyPixels):
        next(picture_pixels(a_picture("RGB"), MediaType.JPEG))
