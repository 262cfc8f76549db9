"""Files that are not what they seem: refused with a reason, before they cost memory or time."""

import io
import random
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import invent
from models.document import MediaType
from models.errors import EmptyFile, FileTooLarge, PiaogenError, RefusedInput, TooManyPixels, UnreadableFile, UnsupportedMediaType
from ocr_service.opened import Upload
from ocr_service.stages.embedding import EmbeddingStage
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.rendering import RenderingStage
from tests.support.invoice_data import DIGITAL, PINYIN, VAT
from tests.support.ofd_files import an_ofd, zipped
from tests.support.pdf_files import LOCKED_PDF, large_pdf, pages_pdf, text_pdf
from tests.support.pictures import a_fax, coded_strip


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


FORMS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "HEIF", "AVIF", "GIF")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_picture_that_is_cut_off(drawn: Image.Image, form: str, share: float) -> None:
    content = encoded(drawn, form)

    assert isinstance(refused(content[: int(len(content) * share)]), UnreadableFile)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
def test_a_picture_of_which_only_the_first_bytes_arrived(drawn: Image.Image, form: str) -> None:
    assert isinstance(refused(encoded(drawn, form)[:60]), UnreadableFile)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_picture_whose_end_is_zeros_did_not_arrive(drawn: Image.Image, form: str, share: float) -> None:
    content = encoded(drawn, form)
    arrived = int(len(content) * share) + 1

    assert isinstance(refused(content[:arrived].ljust(len(content), b"\0")), UnreadableFile)


@pytest.mark.parametrize(("name", "number"), [("group3", 3), ("group4", 4)])
def test_a_fax_whose_last_rows_are_zeros_did_not_arrive(drawn: Image.Image, name: str, number: int) -> None:
    strip = coded_strip(drawn, name)
    fax = a_fax(strip, drawn.size, number)

    assert isinstance(refused(fax[: -len(strip) // 4].ljust(len(fax), b"\0")), UnreadableFile)


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_picture_with_zeros_behind_it_is_taken(drawn: Image.Image, form: str) -> None:
    assert IntakeStage().run(Upload(encoded(drawn, form) + bytes(4096), "票")).document.pages == 1


@pytest.mark.parametrize(("name", "number"), [("group3", 3), ("group4", 4)])
def test_a_fax_padded_with_zeros_within_its_strip_is_taken(drawn: Image.Image, name: str, number: int) -> None:
    fax = a_fax(coded_strip(drawn, name) + bytes(2000), drawn.size, number)

    assert IntakeStage().run(Upload(fax, "传真.tif")).document.pages == 1


@pytest.mark.parametrize("form", ["TIFF", "BMP"])
@pytest.mark.parametrize("mode", ["L", "RGB", "1"])
@pytest.mark.parametrize("flipped", [False, True])
def test_a_paper_under_a_black_lid_is_taken(drawn: Image.Image, form: str, mode: str, flipped: bool) -> None:
    scan = Image.new("RGB", (drawn.width + 60, drawn.height + 90), "black")
    scan.paste(drawn.rotate(1.2, fillcolor="black"), (30, 0))

    content = encoded((ImageOps.flip(scan) if flipped else scan).convert(mode), form)

    assert IntakeStage().run(Upload(content, "扫描")).document.pages == 1


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 16}])
def test_a_jpeg_that_lacks_only_its_end_marker_is_taken(drawn: Image.Image, options: dict[str, object]) -> None:
    stream = io.BytesIO()
    drawn.save(stream, "JPEG", **options)
    content = stream.getvalue()

    for short in (content[:-2], content[:-1], content[:-2] + bytes(512)):
        scan = IntakeStage().run(Upload(short, "票.jpg"))
        (page,) = RenderingStage().run(scan)
        (whole,) = RenderingStage().run(IntakeStage().run(Upload(content, "票.jpg")))
        assert np.array_equal(page.pixels, whole.pixels)
    assert isinstance(refused(content[:-40]), UnreadableFile)


def test_a_png_with_a_flipped_byte(drawn: Image.Image) -> None:
    content = bytearray(encoded(drawn, "PNG"))
    content[len(content) // 2] ^= 0xFF

    assert isinstance(refused(bytes(content)), UnreadableFile)


def test_a_cut_off_pdf() -> None:
    assert isinstance(refused(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog"), UnreadableFile)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.99])
@pytest.mark.parametrize(
    "content", [text_pdf(), an_ofd(), DIGITAL.encode(), VAT.encode(), PINYIN.encode("gbk")], ids=["pdf", "ofd", "数电", "税控", "pinyin"]
)
def test_a_file_that_is_cut_off_is_refused_or_read_whole_but_never_breaks(content: bytes, share: float) -> None:
    """A PDF may lose its table of objects and still be whole; the others are refused."""
    try:
        scan = IntakeStage().run(Upload(content[: int(len(content) * share)], "票"))
    except RefusedInput as error:
        assert error.message
    else:
        assert scan.document.media_type is MediaType.PDF
        assert len(RenderingStage().run(scan)) == scan.document.pages


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("content", [text_pdf(), an_ofd(attachments={"a.xml": VAT.encode()}), VAT.encode()], ids=["pdf", "ofd", "xml"])
def test_a_file_with_flipped_bytes_is_refused_or_rendered_but_never_breaks(content: bytes, seed: int) -> None:
    chance = random.Random(seed)
    damaged = bytearray(content)
    for _ in range(chance.randrange(1, 12)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    try:
        scan = IntakeStage().run(Upload(bytes(damaged), "票"))
        RenderingStage().run(scan)
        EmbeddingStage().run(scan)
    except RefusedInput as error:
        assert error.message


def test_a_pdf_that_is_locked_is_told_to_come_unlocked() -> None:
    error = refused(LOCKED_PDF, "locked.pdf")

    assert isinstance(error, UnreadableFile)
    assert "password" in error.message


def test_a_pdf_of_ten_thousand_pages_is_told_to_be_split() -> None:
    error = refused(pages_pdf(10_000), "year.pdf")

    assert isinstance(error, FileTooLarge)
    assert error.details == {"pages": 10_000, "limit": 500}


@pytest.mark.parametrize(("width", "height"), [(14_400, 14_400), (1, 14_400), (2_000_000, 2_000_000), (10**9, 1)])
def test_a_pdf_page_of_huge_dimensions_is_rendered_no_larger_than_a_form_needs(width: int, height: int) -> None:
    scan = IntakeStage().run(Upload(large_pdf(width, height), "poster.pdf"))

    (page,) = RenderingStage().run(scan)

    assert max(page.width, page.height) <= 4001


def test_an_ofd_that_unfolds_without_end_is_stopped_by_its_budget() -> None:
    bomb = an_ofd(parts={"Doc_0/Pages/Page_0/Content.xml": bytes(300_000_000)})
    assert len(bomb) < 400_000

    assert isinstance(refused(bomb, "bomb.ofd"), FileTooLarge)


def test_an_ofd_of_one_endless_text_part_is_refused() -> None:
    bomb = an_ofd(parts={"Doc_0/Pages/Page_0/Content.xml": b"<Page>" + b"<a/>" * 4_000_000 + b"</Page>"})
    assert len(bomb) < 100_000

    assert isinstance(refused(bomb, "bomb.ofd"), UnreadableFile)


def test_an_ofd_without_pages_is_refused() -> None:
    assert isinstance(refused(zipped({"OFD.xml": b"<OFD/>"}), "empty.ofd"), UnreadableFile)


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE EInvoice [<!ENTITY x SYSTEM "file:///etc/passwd">]><EInvoice><EIid>&x;</EIid></EInvoice>',
        b'<!DOCTYPE eInvoice [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><eInvoice>&b;</eInvoice>',
        b'<!DOCTYPE xbrl SYSTEM "http://127.0.0.1:1/x.dtd"><xbrl/>',
    ],
)
def test_xml_with_entities_is_refused_with_the_reason(content: bytes) -> None:
    error = refused(content, "invoice.xml")

    assert isinstance(error, UnreadableFile)
    assert "entities" in error.message


def test_an_ofd_whose_parts_climb_out_of_it_reads_none_of_them() -> None:
    climbing = an_ofd(parts={"Doc_0/Attachs/Attachments.xml": b"<Attachments><FileLoc>../../../../etc/passwd</FileLoc></Attachments>"})
    scan = IntakeStage().run(Upload(climbing, "climb.ofd"))

    assert EmbeddingStage().run(scan) == ()


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
