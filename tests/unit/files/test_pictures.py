"""A picture's pixels are the same whichever library decodes it."""

import io
import struct

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms
from PIL.TiffImagePlugin import AppendingTiffWriter

from models.document import MediaType
from models.errors import FileTooLarge, TooManyPixels, UnreadableFile
from ocr_service.files import pictures
from ocr_service.files.pictures import bgr, grey_levels, picture_frames, picture_pixels


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


@pytest.mark.parametrize(("form", "media_type"), [("JPEG", MediaType.JPEG), ("HEIF", MediaType.HEIC), ("AVIF", MediaType.AVIF)])
def test_a_phones_photo_of_more_pixels_than_a_page_is_taken_at_half_its_size(form: str, media_type: MediaType) -> None:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((121, 90)).convert("RGB").save(stream, form)

    (frame,) = picture_frames(stream.getvalue(), media_type, max_pixels=10_000)

    assert frame.size == (61, 45)
    assert np.ptp(bgr(frame)) > 200


def test_a_screenshot_of_more_pixels_than_a_page_is_refused() -> None:
    with pytest.raises(TooManyPixels, match="121 x 90"):
        list(picture_frames(a_file(np.zeros((90, 121), np.uint8), "PNG"), MediaType.PNG, max_pixels=10_000))


def a_file(levels: NDArray[np.generic], form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(levels).save(stream, form, **options)
    return stream.getvalue()


RAMP = np.linspace(0, 255, 256, dtype=np.uint8)[None, :].repeat(4, axis=0)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (a_file(RAMP.astype(np.uint16) * 257, "PNG"), MediaType.PNG),
        (a_file(RAMP.astype(np.uint16) * 257, "TIFF"), MediaType.TIFF),
        (a_file(RAMP.astype(np.uint16) * 16, "TIFF"), MediaType.TIFF),
        (a_file((255 - RAMP).astype(np.uint16) * 257, "TIFF", tiffinfo={262: 0}), MediaType.TIFF),
    ],
    ids=["sixteen bits", "of a TIFF", "twelve bits in sixteen", "counted from white"],
)
def test_a_deep_scan_is_as_bright_as_its_paper(content: bytes, media_type: MediaType) -> None:
    (pixels,) = picture_pixels(content, media_type)
    (frame,) = picture_frames(content, media_type)

    assert np.abs(pixels[:, :, 0].astype(int) - RAMP).max() <= 1
    assert np.array_equal(grey_levels(frame), pixels[:, :, 0])


def test_a_colour_profile_of_a_printing_press_keeps_nobody_out() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + np.random.default_rng(3).bytes(2_000_000)

    (pixels,) = picture_pixels(a_file(RAMP, "PNG", icc_profile=profile), MediaType.PNG)

    assert np.array_equal(pixels[:, :, 0], RAMP)


@pytest.mark.parametrize(
    ("turned", "dpi", "shape"),
    [
        (1, (204, 98), (125, 100)),
        (6, (204, 98), (100, 125)),
        (1, (204, 391), (60, 192)),
        (1, (204, 196), (60, 100)),
        (1, (204, 1), (60, 100)),
    ],
)
def test_a_page_with_fewer_dots_one_way_is_as_high_as_its_paper(turned: int, dpi: tuple[int, int], shape: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    content = a_file(np.eye(60, 100, dtype=np.uint8) * 255, "TIFF", dpi=dpi, exif=exif)

    (pixels,) = picture_pixels(content, MediaType.TIFF)

    assert pixels.shape[:2] == shape


def test_a_smaller_copy_of_a_page_is_no_page() -> None:
    stream = io.BytesIO()
    page, copy, back = (Image.new("L", size, "white") for size in ((90, 60), (9, 6), (90, 60)))
    with AppendingTiffWriter(stream, True) as writer:
        for image, kind in ((page, 0), (copy, 1), (back, 0)):
            image.save(writer, "TIFF", tiffinfo={254: kind})
            writer.newFrame()

    assert [frame.size for frame in picture_frames(stream.getvalue(), MediaType.TIFF)] == [(90, 60), (90, 60)]


def test_a_jpeg_of_two_thousand_scans_is_refused_before_one_is_decoded() -> None:
    scans = io.BytesIO()
    Image.new("RGB", (64, 64)).save(scans, "JPEG", progressive=True)
    content = scans.getvalue()
    last = content.rindex(b"\xff\xda")
    bomb = content[:-2] + content[last:-2] * 2_000 + content[-2:]

    assert next(picture_frames(content, MediaType.JPEG)).size == (64, 64)
    with pytest.raises(UnreadableFile, match="scans"):
        next(picture_frames(bomb, MediaType.JPEG))


@pytest.mark.parametrize("reduced", [0, 1])
def test_a_tiff_of_forty_thousand_directories_is_refused_after_the_first_thousand(reduced: int) -> None:
    """Each is a millisecond of walking, and the last may point at the first."""
    entries = [(254, reduced), (256, 1), (257, 1), (258, 1), (259, 1), (262, 0), (273, 8), (279, 1)]
    size = 2 + 12 * len(entries) + 4
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    chain = b"".join(directory + struct.pack("<I", 8 + 8 + (number + 1) * size) for number in range(40_000))
    content = b"II*\x00" + struct.pack("<I", 16) + bytes(8) + chain[:-4] + bytes(4)

    with pytest.raises(FileTooLarge, match="pages"):
        next(picture_frames(content, MediaType.TIFF, max_pages=500))
