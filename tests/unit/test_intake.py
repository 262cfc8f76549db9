"""Telling files by their bytes, and names that are only shown."""

import hashlib
import io

import pytest
from PIL import Image

from models.document import MediaType
from models.errors import FileTooLarge, UnreadableFile, UnsupportedMediaType
from ocr_service.opened import Upload, display_name
from ocr_service.stages.intake import IntakeStage, sniff
from tests.support.invoice_data import DIGITAL, ISSUING, PINYIN, RAILWAY
from tests.support.ofd_files import an_ofd, page_of, zipped

XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<EInvoice><Header/></EInvoice>\n'
OFD = an_ofd(page_of(""), page_of(""))


def picture(form: str, size: tuple[int, int] = (64, 64)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "white").save(stream, form)
    return stream.getvalue()


def pages(count: int, form: str) -> bytes:
    stream = io.BytesIO()
    first, *others = [Image.new("L", (24, 16), "white") for _ in range(count)]
    first.save(stream, form, save_all=True, append_images=others)
    return stream.getvalue()


def zip_of(*names: str) -> bytes:
    return zipped({name: b"<ofd/>" for name in names})


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        *((picture(form), MediaType[form]) for form in ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "AVIF", "GIF", "PDF")),
        (picture("HEIF"), MediaType.HEIC),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", MediaType.AVIF),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", MediaType.HEIC),
        (b"\r\njunk of a mail gateway\r\n" + picture("PDF"), MediaType.PDF),
        (zip_of("Doc_0/Document.xml", "OFD.xml"), MediaType.OFD),
        (XML, MediaType.XML),
        (b"\xef\xbb\xbf" + XML, MediaType.XML),
        (b'<eInvoice xmlns:fp="urn:x" Version="1.0"></eInvoice>', MediaType.XML),
        ("<?xml version='1.0'?><!-- 说明 --><fp:eInvoice xmlns:fp='urn:x'></fp:eInvoice>".encode(), MediaType.XML),
        (b"<?xml version='1.0'?><:eInvoice xmlns:=''></:eInvoice>", MediaType.XML),
        (DIGITAL.encode("utf-16"), MediaType.XML),
        (PINYIN.encode("gbk"), MediaType.XML),
        (ISSUING.encode(), MediaType.XML),
        (RAILWAY.encode(), MediaType.XML),
    ],
)
def test_a_file_is_known_by_its_bytes(content: bytes, media_type: MediaType) -> None:
    assert sniff(content) is media_type


@pytest.mark.parametrize(
    "content",
    [
        "增值税普通发票".encode(),
        b"BMW 320i, plate 1234",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"GIFT of a customer",
        b"<html><body>EInvoice</body></html>",
        b"<?xml version='1.0'?><note>invoice</note>",
        b"<?xml version='1.0'?><FPXX><FPHM>12345678</FPHM></FPXX>",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        b"\x00" * 64,
        b" " * 2000 + b"%PDF-1.7",
        zip_of("word/document.xml"),
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedMediaType):
        sniff(content)


def test_an_accepted_file_is_measured_and_kept_as_it_is() -> None:
    content = picture("PNG")

    scan = IntakeStage().run(Upload(content, "发票.png"))

    document = scan.document
    assert scan.content == content
    assert document.digest.hex == hashlib.sha256(content).hexdigest()
    assert (document.file_name, document.media_type, document.size, document.pages) == ("发票.png", MediaType.PNG, len(content), 1)


@pytest.mark.parametrize(("content", "count"), [(pages(3, "TIFF"), 3), (pages(2, "PDF"), 2), (picture("HEIF"), 1), (XML, 1), (OFD, 2)])
def test_pages_are_counted(content: bytes, count: int) -> None:
    assert IntakeStage().run(Upload(content, "x")).document.pages == count


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "L"), ("PNG", "RGB"), ("BMP", "RGB"), ("WEBP", "RGB")])
def test_a_photo_is_decoded_once_and_handed_on(form: str, mode: str) -> None:
    photo = IntakeStage().take(Upload(picture(form), "x")).photo

    assert photo is not None
    assert (photo.mode, photo.size, photo.getpixel((9, 9))) == (mode, (64, 64), 255 if mode == "L" else (255, 255, 255))


def test_of_several_pages_the_first_is_handed_on() -> None:
    stream = io.BytesIO()
    Image.new("L", (24, 16), "white").save(stream, "TIFF", save_all=True, append_images=[Image.new("L", (8, 8), "black")])

    photo = IntakeStage().take(Upload(stream.getvalue(), "x")).photo

    assert photo is not None
    assert (photo.size, photo.getpixel((0, 0))) == ((24, 16), 255)


@pytest.mark.parametrize("content", [pages(1, "PDF"), picture("HEIF"), XML, OFD])
def test_a_file_that_no_camera_made_is_no_photo(content: bytes) -> None:
    assert IntakeStage().take(Upload(content, "x")).photo is None


@pytest.mark.parametrize("form", ["TIFF", "PDF"])
def test_a_file_of_too_many_pages_is_to_be_split(form: str) -> None:
    assert IntakeStage(max_pages=3).run(Upload(pages(3, form), "year")).document.pages == 3
    with pytest.raises(FileTooLarge, match="4 pages; at most 3"):
        IntakeStage(max_pages=3).run(Upload(pages(4, form), "year"))


def test_a_cut_off_xml_invoice_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        IntakeStage().run(Upload(XML[:-15], "invoice.xml"))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("发票 2024-03.jpg", "发票 2024-03.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\扫描\\一月\\001.pdf", "001.pdf"),
        ("/var/scans/", "unnamed"),
        ("..", "unnamed"),
        ("", "unnamed"),
        (" a\x00b\r\nc\x1b[31m.png ", "abc[31m.png"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("broken\udce5.png", "broken.png"),
    ],
)
def test_a_name_is_shown_without_folders_and_control_characters(sent: str, shown: str) -> None:
    assert display_name(sent) == shown


def test_a_long_name_is_cut_but_keeps_its_ending() -> None:
    shown = display_name("票" * 300 + ".jpeg")

    assert shown == "票" * 250 + ".jpeg"


def test_a_long_name_without_a_real_ending_is_just_cut() -> None:
    assert display_name("a." + "b" * 300) == "a." + "b" * 253
