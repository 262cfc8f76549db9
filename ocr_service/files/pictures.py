"""Opens picture files: the one place where Pillow's errors become ours."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, PngImagePlugin

from models.document import MediaType
from models.errors import TooManyPixels, UnreadableFile
from ocr_service.files.jpeg_end import lacks_only_its_end, with_end
from ocr_service.files.limits import MAX_PAGES, MAX_PIXELS, check_page_count
from ocr_service.shortage import refuse_shortage

_PIXELS_OF_ALL_PAGES = 10_000_000
"""For each page that a file may have; an A4 page at 300 dpi has 8.7 million. Only one page is unfolded at a time."""
_HALVED = {MediaType.JPEG: 4.0, MediaType.HEIC: 1.5, MediaType.AVIF: 1.5}
"""What phones write: so many times as many pixels as a page may have are taken, at half the width and height. JPEG alone need not be
unfolded whole for that."""

_PILLOW_NAMES = {
    MediaType.JPEG: "JPEG",
    MediaType.PNG: "PNG",
    MediaType.TIFF: "TIFF",
    MediaType.BMP: "BMP",
    MediaType.WEBP: "WEBP",
    MediaType.HEIC: "HEIF",
    MediaType.AVIF: "AVIF",
    MediaType.GIF: "GIF",
}
PICTURES = frozenset(_PILLOW_NAMES)
"""The media types that Pillow opens."""

_BROKEN: tuple[type[Exception], ...] = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, OverflowError, RuntimeError),
    *(struct.error, zlib.error),
)
"""What Pillow's decoders raise on damaged files."""

# From here on Pillow refuses what it would only warn about, for whoever opens a picture in this process.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
Image.MAX_IMAGE_PIXELS = round(max(_HALVED.values()) * MAX_PIXELS)
PngImagePlugin.MAX_TEXT_CHUNK = 16_000_000  # the colour profile of a printing press has millions of bytes
pillow_heif.register_heif_opener(thumbnails=False)


_SCAN = b"\xff\xda"
MAX_SCANS = 100
"""Most scans of a progressive JPEG: libjpeg writes ten, programs that search for the smallest file up to sixty.
Two thousand take minutes."""
_LARGEST_GREY = (4100, 4100)
"""Pixels; a JPEG of twice as many is decoded to half as many where grey will do."""
_REDUCED = 1
"""The bit of a TIFF's NewSubfileType (TIFF 6.0, page 36) that says: a smaller copy of another page of this file."""
_HALF_OF_SIXTEEN_BITS = 32767
"""Paper is brighter than this where all sixteen bits are used."""
_UNLIKE, _MOST_UNLIKE = 1.2, 3.0
"""Dots an inch along one side for each along the other: a fax has 204 x 98 or 204 x 391; more is a mistake of who wrote the tag."""


def picture_frames(
    content: bytes, media_type: MediaType, max_pixels: int = MAX_PIXELS, *, max_pages: int = MAX_PAGES, only_grey: bool = False
) -> Iterator[Image.Image]:
    """Decode a picture file to its last byte, frame by frame; only TIFF has more than one. A frame is valid until the next one is taken.

    What phones write is taken at half its width and height where it has more than `max_pixels`. Smaller copies of a TIFF's pages are left
    out. With `only_grey` a JPEG is decoded to grey levels, a very large one at half its size: that takes half of the time and finds the
    same damage, since all of its codes are read.

    Raises:
        TooManyPixels: told by the header, before anything is unfolded.
        FileTooLarge: more pages than `max_pages`.
        UnreadableFile: the file is damaged or cut off.
        OutOfResources: this machine is short of memory; nothing is said about the file.
    """
    if media_type is MediaType.TIFF:
        yield from _tiff_frames(content, max_pixels, max_pages)
        return
    if media_type is MediaType.JPEG and content.count(_SCAN) > MAX_SCANS:
        raise UnreadableFile(f"The picture has more than {MAX_SCANS} scans, each to be decoded over all of it. Send it as it was taken.")
    image = _opened(content, media_type)
    is_halved = _is_halved(image, media_type, max_pixels)
    with _pillow_errors():
        try:
            frame = _loaded(image, halved=is_halved, only_grey=only_grey)
        except OSError:
            if media_type is not MediaType.JPEG or not lacks_only_its_end(content):
                raise
            frame = _loaded(_opened(with_end(content), media_type), halved=is_halved, only_grey=only_grey)
    yield frame


def _opened(content: bytes, media_type: MediaType) -> Image.Image:
    with _pillow_errors():
        return Image.open(io.BytesIO(content), formats=[_PILLOW_NAMES[media_type]])


def _loaded(image: Image.Image, *, halved: bool, only_grey: bool) -> Image.Image:
    half = (image.width // 2, image.height // 2)
    # Of the formats taken here JPEG alone heeds this.
    image.draft("L" if only_grey else None, half if halved else _LARGEST_GREY if only_grey else None)
    whole = image.width > half[0] + 1
    image.load()  # of several pictures in a HEIC file this is the primary one
    return image.reduce(2) if halved and whole else image


def _tiff_frames(content: bytes, max_pixels: int, max_pages: int) -> Iterator[Image.Image]:
    image = _opened(content, MediaType.TIFF)
    pages = list(islice(_page_numbers(image, 2 * max_pages), max_pages + 1)) or [0]
    check_page_count(len(pages), max_pages)
    total = 0
    for number in pages:
        with _pillow_errors():
            image.seek(number)
            total += image.width * image.height
            _check_pixels(image.width, image.height, max_pixels)
            if total > max(5 * max_pixels, max_pages * _PIXELS_OF_ALL_PAGES):
                raise TooManyPixels(f"The pages have {total:,} pixels together. Scan the papers at 300 dpi, or split the file.")
            image.load()
        yield image


def _page_numbers(image: Image.Image, most: int) -> Iterator[int]:
    """The directories of a TIFF that are pages; no more of the chain than `most` are walked, each takes a millisecond."""
    for number in range(most + 1):
        with _pillow_errors():
            try:
                reduced = _is_reduced(image, number)
            except EOFError:
                return
        if not reduced:
            yield number
    check_page_count(most + 1, most)


def _is_reduced(image: Image.Image, number: int) -> bool:
    image.seek(number)
    return bool(int(image.tag_v2.get(ExifTags.Base.NewSubfileType, 0)) & _REDUCED)  # type: ignore[attr-defined]  # every TIFF has its tags


def _is_halved(image: Image.Image, media_type: MediaType, max_pixels: int) -> bool:
    """Whether a picture is to be taken at half its size; raise TooManyPixels when it has too many even for that."""
    if image.width * image.height <= max_pixels:
        return False
    _check_pixels(image.width, image.height, round(_HALVED.get(media_type, 1.0) * max_pixels))
    return True


def picture_pixels(content: bytes, media_type: MediaType) -> Iterator[NDArray[np.uint8]]:
    """Every page of a picture file that passed intake as `bgr` gives it.

    A JPEG in colour that stands as it is comes from OpenCV: the same pixels by the same library, without three copies on the way.

    Raises:
        TooManyPixels, UnreadableFile: as `picture_frames` and `bgr` say.
    """
    if media_type is MediaType.JPEG:
        image = _opened(content, media_type)
        is_as_stored = image.mode == "RGB" and exif_turned(image) is image and _square_size(image) == image.size
        if is_as_stored and not _is_halved(image, media_type, MAX_PIXELS):
            whole = np.frombuffer(with_end(content), np.uint8)
            pixels = cv2.imdecode(whole, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
            if pixels is not None and pixels.shape[:2] == (image.height, image.width):
                yield np.asarray(pixels, np.uint8)
                return
    yield from map(bgr, picture_frames(content, media_type, max_pages=MAX_PAGES))


def bgr(frame: Image.Image) -> NDArray[np.uint8]:
    """The pixels of a frame as it is to be looked at: height x width x 3, BGR, 8 bits.

    Its pixels are made square where its resolution says that they are not, it is turned as its EXIF says, transparency lies on white.

    Raises:
        UnreadableFile: a colour model without a way to RGB.
    """
    with _pillow_errors():
        image = displayed(frame)
        if _is_deep(image):
            grey = _eight_bits(image)
            return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
        if image.has_transparency_data:
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
        coloured = image if image.mode == "RGB" else image.convert("RGB")
        return np.asarray(cv2.cvtColor(np.asarray(coloured), cv2.COLOR_RGB2BGR), np.uint8)


def grey_levels(frame: Image.Image) -> NDArray[np.uint8]:
    """The grey levels of a frame as its EXIF says it stands: height x width, 8 bits."""
    image = exif_turned(frame)
    if _is_deep(image):
        return _eight_bits(image)
    return np.asarray(image if image.mode == "L" else image.convert("L"), np.uint8)


def displayed(frame: Image.Image) -> Image.Image:
    """The frame as a viewer shows it: turned as its EXIF says, its pixels made square; itself where it is that already."""
    turned = exif_turned(frame)
    wanted = _square_size(frame)
    if wanted == frame.size:
        return turned
    is_sideways = turned.size != frame.size
    grey_or_colour = turned.convert("L") if turned.mode == "1" else turned
    resampling = Image.Resampling.NEAREST if frame.mode == "P" else Image.Resampling.BICUBIC
    return grey_or_colour.resize(wanted[::-1] if is_sideways else wanted, resampling)


def _square_size(frame: Image.Image) -> tuple[int, int]:
    """Width and height with as many dots an inch down as across, the fewer made as many as the others; its own where about equal."""
    across, down = _dots(frame)
    if min(across, down) <= 0 or not _UNLIKE <= max(across, down) / min(across, down) <= _MOST_UNLIKE:
        return frame.size
    return round(frame.width * max(1.0, down / across)), round(frame.height * max(1.0, across / down))


def _dots(frame: Image.Image) -> tuple[float, float]:
    """How many dots for each inch, or for any other length, a frame says that it has across and down; zeros when it does not say."""
    said = frame.info.get("dpi") or frame.info.get("resolution") or (0, 0)
    try:
        across, down = float(said[0]), float(said[1])
        # Pillow turns a TIFF while it loads it, but not what it says of its resolution.
        was_sideways = getattr(frame, "tag_v2", {}).get(ExifTags.Base.ImageWidth, frame.width) != frame.width
        return (down, across) if was_sideways else (across, down)
    except _BROKEN:
        return 0.0, 0.0  # a damaged tag says nothing about the pixels


@contextmanager
def _pillow_errors() -> Iterator[None]:
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels("The picture would unfold to far more pixels than a page has. Scan the paper at 300 dpi.") from error
    except MemoryError as error:
        refuse_shortage(error)
    except _BROKEN as error:
        refuse_shortage(error)
        raise UnreadableFile("The picture is damaged or cut off. Send the file again, or scan the paper anew.") from error


def _check_pixels(width: int, height: int, most: int) -> None:
    if width * height > most:
        raise TooManyPixels(
            f"The picture has {width} x {height} pixels; at most {most:,} are taken. Scan the paper at 300 dpi.",
            width=width,
            height=height,
            limit=most,
        )


def exif_turned(frame: Image.Image) -> Image.Image:
    """The frame as its EXIF says it stands, not copied where it stands already."""
    try:
        stands = frame.getexif().get(ExifTags.Base.Orientation, 1) == 1
        return frame if stands else ImageOps.exif_transpose(frame)
    except _BROKEN:
        return frame  # a damaged tag says nothing about the pixels


def _is_deep(image: Image.Image) -> bool:
    """Whether it is grey with more than 8 bits a pixel."""
    return image.mode.startswith("I") or image.mode == "F"


def _eight_bits(image: Image.Image) -> NDArray[np.uint8]:
    """Bring 16 or 32 bit grey levels to 0..255.

    Sixteen bits by their own scale, or, where they hold what a scanner measured with 10 to 14, by the brightest; anything else by what is
    there.
    """
    levels = np.nan_to_num(np.asarray(image).astype(np.float64))
    low, high = float(levels.min()), float(levels.max())
    if low >= 0 and 255 < high <= 65535:
        low, high = 0.0, 65535.0 if high > _HALF_OF_SIXTEEN_BITS else high
    shades = np.clip((levels - low) * (255 / max(high - low, 1e-9)), 0, 255).round().astype(np.uint8)
    return 255 - shades if _is_white_zero(image) else shades


def _is_white_zero(image: Image.Image) -> bool:
    """Whether a TIFF's grey levels count from white; Pillow turns them round in all but the deep ones."""
    tags = getattr(image, "tag_v2", {})
    return image.mode.startswith("I;16") and tags.get(ExifTags.Base.PhotometricInterpretation) == 0
