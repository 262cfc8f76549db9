"""Opens picture files: the one place where Pillow's errors become ours."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from models.document import MediaType
from models.errors import TooManyPixels, UnreadableFile
from ocr_service.files.limits import MAX_PIXELS, check_page_count

_MAX_PIXELS_OF_ALL_PAGES = 5 * MAX_PIXELS

_PILLOW_NAMES = {
    MediaType.JPEG: "JPEG",
    MediaType.PNG: "PNG",
    MediaType.TIFF: "TIFF",
    MediaType.BMP: "BMP",
    MediaType.WEBP: "WEBP",
    MediaType.HEIC: "HEIF",
    MediaType.AVIF: "AVIF",
}
PICTURES = frozenset(_PILLOW_NAMES)
"""The media types that Pillow opens."""

_BROKEN: tuple[type[Exception], ...] = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, OverflowError, MemoryError, RuntimeError),
    *(struct.error, zlib.error),
)
"""What Pillow's decoders raise on damaged files."""

# From here on Pillow refuses what it would only warn about, for whoever opens a picture in this process.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
pillow_heif.register_heif_opener(thumbnails=False)


_LARGEST_GREY = (4100, 4100)
"""Pixels; a JPEG of twice as many is decoded to half as many where grey will do."""


def picture_frames(
    content: bytes, media_type: MediaType, max_pixels: int = MAX_PIXELS, *, only_grey: bool = False
) -> Iterator[Image.Image]:
    """Decode a picture file to its last byte, frame by frame; only TIFF has more than one. A frame is valid until the next one is taken.

    With `only_grey` a JPEG is decoded to grey levels, a very large one at half its size: that takes half of the time and finds the
    same damage, since all of its codes are read.

    Raises:
        TooManyPixels: told by the header, before anything is unfolded.
        FileTooLarge: more pages than MAX_PAGES.
        UnreadableFile: the file is damaged or cut off.
    """
    with _pillow_errors():
        image = Image.open(io.BytesIO(content), formats=[_PILLOW_NAMES[media_type]])
    if media_type is not MediaType.TIFF:
        _check_pixels(image.width, image.height, max_pixels, 0)
        with _pillow_errors():
            if only_grey:
                image.draft("L", _LARGEST_GREY)  # of the formats taken here JPEG alone heeds it
            image.load()  # of several pictures in a HEIC file this is the primary one
        yield image
        return
    count = _frame_count(image)
    check_page_count(count)
    total = 0
    for number in range(count):
        with _pillow_errors():
            image.seek(number)
            total += image.width * image.height
            _check_pixels(image.width, image.height, max_pixels, total)
            image.load()
        yield image


def _frame_count(image: Image.Image) -> int:
    with _pillow_errors():
        return int(getattr(image, "n_frames", 1))


def picture_pixels(content: bytes, media_type: MediaType) -> Iterator[NDArray[np.uint8]]:
    """Every frame of a picture file that passed intake as `bgr` gives it.

    A JPEG in colour that stands as it is comes from OpenCV: the same pixels by the same library, without three copies on the way.

    Raises:
        TooManyPixels, FileTooLarge, UnreadableFile: as `picture_frames` and `bgr` say.
    """
    if media_type is MediaType.JPEG:
        with _pillow_errors():
            image = Image.open(io.BytesIO(content), formats=[_PILLOW_NAMES[media_type]])
        _check_pixels(image.width, image.height, MAX_PIXELS, 0)
        if image.mode == "RGB" and exif_turned(image) is image:
            pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
            if pixels is not None and pixels.shape[:2] == (image.height, image.width):
                yield np.asarray(pixels, np.uint8)
                return
    yield from map(bgr, picture_frames(content, media_type))


def bgr(frame: Image.Image) -> NDArray[np.uint8]:
    """The pixels of a frame: turned as its EXIF says, transparency on white, 8 bits, height x width x 3, BGR.

    Raises:
        UnreadableFile: a colour model without a way to RGB.
    """
    image = exif_turned(frame)
    with _pillow_errors():
        if image.mode.startswith("I") or image.mode == "F":
            grey = _eight_bits(np.asarray(image))
            return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
        if image.has_transparency_data:
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
        coloured = image if image.mode == "RGB" else image.convert("RGB")
        return np.asarray(cv2.cvtColor(np.asarray(coloured), cv2.COLOR_RGB2BGR), np.uint8)


@contextmanager
def _pillow_errors() -> Iterator[None]:
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels("The picture would unfold to far more pixels than a page has. Scan the paper at 300 dpi.") from error
    except _BROKEN as error:
        raise UnreadableFile("The picture is damaged or cut off. Send the file again, or scan the paper anew.") from error


def _check_pixels(width: int, height: int, max_pixels: int, total: int) -> None:
    if width * height > max_pixels or total > _MAX_PIXELS_OF_ALL_PAGES:
        raise TooManyPixels(
            f"The picture has {width} x {height} pixels; at most {max_pixels:,} are taken. Scan the paper at 300 dpi.",
            width=width,
            height=height,
            limit=max_pixels,
        )


def exif_turned(frame: Image.Image) -> Image.Image:
    """The frame as its EXIF says it stands, not copied where it stands already."""
    try:
        stands = frame.getexif().get(ExifTags.Base.Orientation, 1) == 1
        return frame if stands else ImageOps.exif_transpose(frame)
    except _BROKEN:
        return frame  # a damaged tag says nothing about the pixels


def _eight_bits(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Bring 16 or 32 bit grey levels to 0..255: sixteen bits by their own scale, anything else by what is there."""
    levels = np.nan_to_num(grey.astype(np.float64))
    low, high = (0.0, 65535.0) if levels.min() >= 0 and 255 < levels.max() <= 65535 else (float(levels.min()), float(levels.max()))
    return np.clip((levels - low) * (255 / max(high - low, 1e-9)), 0, 255).round().astype(np.uint8)
