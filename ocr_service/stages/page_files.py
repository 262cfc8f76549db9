"""Opens picture and PDF files: the one place where Pillow's and pdfium's errors become ours."""

import io
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image, ImageOps

from models.document import MediaType
from models.errors import FileTooLarge, TooManyPixels, UnreadableFile

MAX_PAGES = 50
"""Most pages that one file may have."""
MAX_PIXELS = 80_000_000
"""Most pixels that one page may have; an A4 page at 600 dpi has 35 million, a good phone's photo 50 million."""
_MAX_PIXELS_OF_ALL_PAGES = 5 * MAX_PIXELS

_PILLOW_NAMES = {
    MediaType.JPEG: "JPEG",
    MediaType.PNG: "PNG",
    MediaType.TIFF: "TIFF",
    MediaType.BMP: "BMP",
    MediaType.WEBP: "WEBP",
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

_pdfium_lock = threading.Lock()
"""pdfium must not be called by two threads at once, not even for two documents."""


def picture_frames(content: bytes, media_type: MediaType, max_pixels: int = MAX_PIXELS) -> Iterator[Image.Image]:
    """Decode a picture file to its last byte, frame by frame; only TIFF has more than one. A frame is valid until the next one is taken.

    Raises:
        TooManyPixels: told by the header, before anything is unfolded.
        FileTooLarge: more pages than MAX_PAGES.
        UnreadableFile: the file is damaged or cut off.
    """
    with _pillow_errors():
        image = Image.open(io.BytesIO(content), formats=[_PILLOW_NAMES[media_type]])
    count = _frame_count(image) if media_type is MediaType.TIFF else 1
    _check_page_count(count)
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


def bgr(frame: Image.Image) -> NDArray[np.uint8]:
    """The pixels of a frame: turned as its EXIF says, transparency on white, 8 bits, height x width x 3, BGR.

    Raises:
        UnreadableFile: a colour model without a way to RGB.
    """
    image = _exif_turned(frame)
    with _pillow_errors():
        if image.mode.startswith("I") or image.mode == "F":
            grey = _eight_bits(np.asarray(image))
            return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
        if image.has_transparency_data:
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
        return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def pdf_page_count(content: bytes) -> int:
    """How many pages a PDF has.

    Raises:
        UnreadableFile: damaged, empty or locked with a password.
        FileTooLarge: more pages than MAX_PAGES.
    """
    with _pdfium_lock, _opened_pdf(content) as document:
        count = len(document)
    if not count:
        raise UnreadableFile("The PDF has no pages.")
    _check_page_count(count)
    return count


def pdf_page(content: bytes, index: int, dpi: float, longest_side: int) -> NDArray[np.uint8]:
    """Render the page with this index (from 0) at `dpi`, coarser if a side would be longer than `longest_side` pixels: BGR, on white.

    Raises:
        UnreadableFile: the page is damaged.
    """
    with _pdfium_lock, _opened_pdf(content) as document:
        page = document[index]
        scale = min(dpi / 72, longest_side / max(page.get_width(), page.get_height(), 1))
        bitmap = page.render(scale=scale)
        pixels = np.asarray(bitmap.to_numpy())
        if pixels.ndim == 2 or pixels.shape[2] == 1:
            pixels = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
        return np.array(pixels[:, :, :3], np.uint8, order="C")


@contextmanager
def _opened_pdf(content: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(content)
        try:
            yield document
        finally:
            document.close()
    except pdfium.PdfiumError as error:
        hint = " It is locked with a password: send it unlocked." if "assword" in str(error) else ""
        raise UnreadableFile(f"The PDF cannot be opened.{hint}") from error


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


def _check_page_count(count: int) -> None:
    if count > MAX_PAGES:
        raise FileTooLarge(f"The file has {count} pages; at most {MAX_PAGES} are taken. Split it.", pages=count, limit=MAX_PAGES)


def _exif_turned(frame: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(frame)
    except _BROKEN:
        return frame  # a damaged tag says nothing about the pixels


def _eight_bits(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Bring 16 or 32 bit grey levels to 0..255: sixteen bits by their own scale, anything else by what is there."""
    levels = np.nan_to_num(grey.astype(np.float64))
    low, high = (0.0, 65535.0) if levels.min() >= 0 and 255 < levels.max() <= 65535 else (float(levels.min()), float(levels.max()))
    return np.clip((levels - low) * (255 / max(high - low, 1e-9)), 0, 255).round().astype(np.uint8)
