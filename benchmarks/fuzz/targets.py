"""One function for each parser of strangers' bytes: it takes any bytes and refuses them only as it says."""

import asyncio
import io
from collections.abc import AsyncGenerator, Callable, Mapping

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException

from api.receiving import _WholeForm, with_plain_name
from models.calendar_words import understand
from models.clue_texts import parse_clues
from models.document import MediaType
from models.errors import PiaogenError
from models.money import parse_amount, parse_words, typed_amount
from models.qr_payload import parse_qr_payload
from models.shown_text import as_shown
from ocr_service.embedded.invoice_data import read_invoices
from ocr_service.files.containers import container_of
from ocr_service.files.name_encodings import decoded_name
from ocr_service.files.pdf import (
    holds_page,
    missing_in_pdf,
    opened_pdf,
    page_pixels,
    page_scale,
    pdf_attachments,
    pdf_page_count,
    pdf_properties,
    shown_page,
)
from ocr_service.files.pdf_text import page_text
from ocr_service.files.pictures import picture_frames
from ocr_service.files.xml_tree import parse_xml, texts
from ocr_service.files.zip_members import ZipParts
from ocr_service.ofd.announced import missing_in_ofd
from ocr_service.ofd.package import OfdPackage
from ocr_service.ofd.painter import OfdCanvas
from ocr_service.opened import Upload
from ocr_service.stages.intake import IntakeStage, sniff
from tests.support.ofd_files import an_ofd

_MOST = 300_000
_PAGES = 2
_CLUES = ("text", "number", "code", "seller", "buyer", "tax_id", "amount", "date", "kind", "verdict", "amount_min", "date_from")


def _xml_tree(data: bytes) -> None:
    list(texts(parse_xml(data)))


def _embedded(data: bytes) -> None:
    read_invoices(data, "")


def _ofd_package(data: bytes) -> None:
    package = OfdPackage.taken(data)
    missing_in_ofd(package)
    for page in list(package.pages.values())[:_PAGES]:
        OfdCanvas(page).lines()


def _ofd_drawing(data: bytes) -> None:
    for page in OfdPackage.taken(an_ofd(parts={"Doc_0/Pages/Page_0/Content.xml": data})).pages.values():
        canvas = OfdCanvas(page)
        canvas.lines()
        canvas.pixels()


def _pdf(data: bytes) -> None:
    pdf_page_count(data)
    pdf_attachments(data)
    pdf_properties(data, ("Title", "Author"))
    missing_in_pdf(data)


def _pdf_text(data: bytes) -> None:
    with opened_pdf(data) as document:
        for number in range(min(len(document), _PAGES)):
            if holds_page(document, number):
                page = shown_page(document, number)
                pixels = page_pixels(page, page_scale(page, 72, 600))
                page_text(page, pixels.shape[1], pixels.shape[0])


def _pictures(data: bytes) -> None:
    media_type = sniff(data)
    for frame in picture_frames(data, media_type, 4_000_000, max_pages=5):
        frame.load()


def _tiff(data: bytes) -> None:
    _pictures(b"II*\0" + data)


def _jpeg_end(data: bytes) -> None:
    for frame in picture_frames(b"\xff\xd8\xff" + data, MediaType.JPEG, 4_000_000):
        frame.load()


def _zip_members(data: bytes) -> None:
    parts = ZipParts.of(data)
    for name in parts.names[:20]:
        parts.read(name)


def _containers(data: bytes) -> None:
    container = container_of(data)
    if container is not None:
        container.names()
        for _, _member in zip(range(20), container.members(_MOST), strict=False):
            pass


def _mails(data: bytes) -> None:
    _containers(b"From: a@example.com\r\nMIME-Version: 1.0\r\n" + data)


def _intake(data: bytes) -> None:
    IntakeStage(max_bytes=_MOST, max_pixels=4_000_000, max_pages=20).take(Upload(data, "a"))


def _qr_payload(data: bytes) -> None:
    parse_qr_payload(_text(data))


def _clues(data: bytes) -> None:
    given = _text(data).split("\0")
    parse_clues({name: value for name, value in zip(_CLUES, given, strict=False) if value})
    for value in given:
        understand(value)


def _money(data: bytes) -> None:
    text = _text(data)
    parse_words(text)
    parse_amount(text)
    typed_amount(text)


def _names(data: bytes) -> None:
    with_plain_name(b'form-data; name="files"' + data, "utf-8")
    as_shown(decoded_name(data)).encode("utf-8", "surrogatepass")


def _multipart(data: bytes) -> None:
    asyncio.run(_whole_form(data))


async def _whole_form(data: bytes) -> None:
    async def body() -> AsyncGenerator[bytes, None]:
        stream = io.BytesIO(b"--b\r\n" + data)
        while piece := stream.read(1_000):
            yield piece

    headers = Headers({"content-type": "multipart/form-data; boundary=b"})
    try:
        form = await _WholeForm(headers, body(), max_files=5, max_fields=5).parse()
    except MultiPartException:
        return
    await form.close()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


FUNCTIONS: Mapping[str, Callable[[bytes], None]] = {
    "xml_tree": _xml_tree,
    "embedded": _embedded,
    "ofd_package": _ofd_package,
    "ofd_drawing": _ofd_drawing,
    "pdf": _pdf,
    "pdf_text": _pdf_text,
    "pictures": _pictures,
    "tiff": _tiff,
    "jpeg_end": _jpeg_end,
    "zip_members": _zip_members,
    "containers": _containers,
    "mails": _mails,
    "intake": _intake,
    "qr_payload": _qr_payload,
    "clues": _clues,
    "money": _money,
    "names": _names,
    "multipart": _multipart,
}
"""The functions by the names in `parsers.TARGETS`."""


def try_one(name: str, data: bytes) -> None:
    """Parse; what a parser says it refuses is no fault, anything else leaves as it is."""
    try:
        FUNCTIONS[name](data)
    except PiaogenError:
        return
