"""Files that are not what they seem: refused with a reason, before they cost memory or time."""

import io
import struct
import tracemalloc
import zlib

import pytest
from PIL import Image

from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import invent
from models.errors import EmptyFile, FileTooLarge, PiaogenError, RefusedInput, TooManyPixels, UnreadableFile, UnsupportedMediaType
from ocr_service.stages.intake import IntakeStage, Upload


def refused(content: bytes, name: str = "invoice.jpg", **limits: int) -> PiaogenError:
    with pytest.raises(RefusedInput) as caught:
        IntakeStage(**limits).run(Upload(content, name))
    return caught.value


@pytest.fixture(scope="module")
def drawn() -> Image.Image:
    return draw(invent("vat_general", 7), dpi=80)


def encoded(image: Image.Image, form: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form)
    return stream.getvalue()


def png_bomb(side: int) -> bytes:
    """A valid one-bit PNG of side x side pixels in about a hundred kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\x00" * ((side // 8 + 1) * side), 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_an_empty_file() -> None:
    assert isinstance(refused(b""), EmptyFile)


def test_a_text_that_is_called_a_photo() -> None:
    assert isinstance(refused("这不是一张图片\n".encode() * 50, "发票.jpg"), UnsupportedMediaType)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_picture_that_is_cut_off(drawn: Image.Image, form: str, share: float) -> None:
    content = encoded(drawn, form)

    assert isinstance(refused(content[: int(len(content) * share)]), UnreadableFile)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
def test_a_picture_of_which_only_the_first_bytes_arrived(drawn: Image.Image, form: str) -> None:
    assert isinstance(refused(encoded(drawn, form)[:60]), UnreadableFile)


def test_a_png_with_a_flipped_byte(drawn: Image.Image) -> None:
    content = bytearray(encoded(drawn, "PNG"))
    content[len(content) // 2] ^= 0xFF

    assert isinstance(refused(bytes(content)), UnreadableFile)


def test_a_cut_off_pdf() -> None:
    assert isinstance(refused(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog"), UnreadableFile)


def test_a_cut_off_ofd() -> None:
    assert isinstance(refused(b"PK\x03\x04" + b"\x00" * 40), UnreadableFile)


def test_a_picture_that_would_fill_the_memory_is_refused_from_its_header() -> None:
    bomb = png_bomb(30_000)
    assert len(bomb) < 500_000
    tracemalloc.start()

    error = refused(bomb, "bomb.png")

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(error, TooManyPixels)
    assert peak < 50_000_000


def test_a_picture_a_little_over_the_limit_is_told_the_limit() -> None:
    error = refused(png_bomb(1_001), max_pixels=1_000_000)

    assert isinstance(error, TooManyPixels)
    assert error.details == {"width": 1001, "height": 1001, "limit": 1_000_000}


def test_more_bytes_than_allowed() -> None:
    error = refused(b"\xff\xd8\xff" + b"\x00" * 98, max_bytes=100)

    assert isinstance(error, FileTooLarge)
    assert error.details == {"size": 101, "limit": 100}


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\boot.ini", "发票/../../一月.png", "票" * 300 + ".png", "a\x00b\n.png"])
def test_a_hostile_name_does_not_keep_a_good_file_out(drawn: Image.Image, name: str) -> None:
    shown = IntakeStage().run(Upload(encoded(drawn, "PNG"), name)).document.file_name

    assert shown
    assert len(shown) <= 255
    assert not set(shown) & set("/\\\x00\n")
