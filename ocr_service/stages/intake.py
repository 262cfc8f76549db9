"""Upload -> Scan: tells a file by its bytes, refuses what cannot be an invoice, and decodes it once to know that it is whole."""

import io
import re
import zipfile
from dataclasses import dataclass

from PIL import Image

from models.digest import Digest
from models.document import DocumentRef, MediaType, Scan
from models.errors import EmptyFile, FileTooLarge, UnreadableFile, UnsupportedMediaType
from ocr_service.embedded.invoice_data import invoices_in
from ocr_service.files.limits import DEFAULT_MAX_PAGES, MAX_PIXELS, check_page_count
from ocr_service.files.pdf import pdf_page_count
from ocr_service.files.pictures import PICTURES, picture_frames
from ocr_service.files.xml_tree import decoded, parse_xml
from ocr_service.files.zero_tail import check_tail
from ocr_service.files.zip_members import BROKEN_ZIP
from ocr_service.ofd.package import OfdPackage
from ocr_service.opened import Upload, display_name
from ocr_service.shortage import refuse_shortage

_TAKEN = "JPEG, PNG, TIFF, BMP, WEBP, HEIC, AVIF, GIF, PDF, OFD and e-invoice XML are taken"
_SIGNATURES = (
    (MediaType.JPEG, re.compile(rb"\xff\xd8\xff")),
    (MediaType.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (MediaType.GIF, re.compile(rb"GIF8[79]a")),
    (MediaType.TIFF, re.compile(rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+")),
    (MediaType.WEBP, re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    # A text may begin with BM; a bitmap's header then has two reserved zero words and one of the known lengths.
    (MediaType.BMP, re.compile(rb"BM.{4}\x00{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00{3}", re.DOTALL)),
)
_HEIF = re.compile(rb".{4}ftyp(.{4}).{4}(.{0,40})", re.DOTALL)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"heif", b"hevc", b"hevx", b"hevm", b"hevs")
_PHOTOS = frozenset({MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.BMP, MediaType.TIFF})
"""What cameras and scanners make; pages that a program wrote need no advice."""
_BEFORE_ROOT = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>", re.DOTALL | re.IGNORECASE)
_INVOICE_ROOT = re.compile(r"\s*<(?:[\w.-]*:)?(?:e-?invoice|xbrl)[\s/>]", re.IGNORECASE)
_PDF_SEARCHED, _XML_SEARCHED = 1024, 4096


@dataclass(frozen=True, slots=True)
class Taken:
    """An accepted file; `photo` is its first page as it was decoded, for a look at how it was taken, where a camera may have made it."""

    scan: Scan
    photo: Image.Image | None


@dataclass(frozen=True, slots=True)
class IntakeStage:
    """Accepts a file or refuses it; takes about as long as decoding it once. Safe to share between threads."""

    max_bytes: int = 50_000_000
    max_pixels: int = MAX_PIXELS
    max_pages: int = DEFAULT_MAX_PAGES
    name: str = "intake"

    def run(self, value: Upload) -> Scan:
        """Check the bytes, as `take` does."""
        return self.take(value).scan

    def take(self, value: Upload) -> Taken:
        """Check the bytes.

        Raises:
            EmptyFile: no bytes.
            FileTooLarge: more bytes than `max_bytes` or more pages than `max_pages`.
            UnsupportedMediaType: none of the formats, whatever the name says.
            TooManyPixels: the picture would unfold to more than `max_pixels`, a phone's photo to several times as many.
            UnreadableFile: the file is damaged, cut off or locked.
            OutOfResources: this machine is short of memory; nothing is said about the file.
        """
        size = len(value.content)
        if not size:
            raise EmptyFile("The file is empty.")
        if size > self.max_bytes:
            raise FileTooLarge(f"The file has {size:,} bytes; at most {self.max_bytes:,} are taken.", size=size, limit=self.max_bytes)
        media_type = sniff(value.content)
        try:
            pages, photo = self._opened(value.content, media_type)
        except MemoryError as error:
            refuse_shortage(error)
            raise
        document = DocumentRef(Digest.of(value.content), display_name(value.file_name), media_type, size, pages)
        return Taken(Scan(document, value.content), photo)

    def _opened(self, content: bytes, media_type: MediaType) -> tuple[int, Image.Image | None]:
        """Decode all that can be decoded: the number of pages, data counting one for each invoice; and the photo."""
        if media_type in PICTURES:
            frames = picture_frames(content, media_type, self.max_pixels, max_pages=self.max_pages, only_grey=True)
            first = next(frames)
            photo = first.copy() if media_type is MediaType.TIFF else first
            pages = 1 + sum(1 for _ in frames)
            check_tail(content, media_type, self.max_pixels)
            return pages, photo if media_type in _PHOTOS else None
        if media_type is MediaType.PDF:
            pages = pdf_page_count(content)
        elif media_type is MediaType.OFD:
            pages = len(OfdPackage.of(content).listed)
        else:
            pages = max(1, len(invoices_in(parse_xml(content), "")))
        check_page_count(pages, self.max_pages)
        return pages, None


def sniff(content: bytes) -> MediaType:
    """Tell the format by the bytes alone.

    Raises:
        UnsupportedMediaType: none that the archive takes.
        UnreadableFile: a zip archive that is damaged, or XML that declares entities.
    """
    for media_type, signature in _SIGNATURES:
        if signature.match(content):
            return media_type
    if content.startswith(b"PK\x03\x04"):
        return _sniff_zip(content)
    # Mail gateways and printer drivers put junk before the PDF header; readers accept it within the first 1,024 bytes.
    if b"%PDF-" in content[:_PDF_SEARCHED]:
        return MediaType.PDF
    if (heif := _sniff_heif(content)) is not None:
        return heif
    if _is_invoice_xml(content):
        return MediaType.XML
    raise UnsupportedMediaType(f"The content is of no known format, whatever the file is called. {_TAKEN}.")


def _sniff_zip(content: bytes) -> MediaType:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.removeprefix("./").lower() for name in archive.namelist()}
    except BROKEN_ZIP as error:
        refuse_shortage(error)
        raise UnreadableFile("The file is a zip archive that is damaged or cut off.") from error
    if "ofd.xml" in names:
        return MediaType.OFD
    raise UnsupportedMediaType(f"The file is a zip archive, but not an OFD invoice: unpack it and send what is inside. {_TAKEN}.")


def _sniff_heif(content: bytes) -> MediaType | None:
    """HEIC or AVIF by the brands of the container; a general one (mif1) is what its compatible brands say."""
    found = _HEIF.match(content[:64])
    if found is None:
        return None
    brands = found[1] + b" " + found[2]
    if b"avif" in brands:
        return MediaType.AVIF
    return MediaType.HEIC if any(brand in brands for brand in _HEIC_BRANDS) else None


def _is_invoice_xml(content: bytes) -> bool:
    """Whether a text is invoice data: by its outermost element, else by the values that it holds."""
    head = decoded(content[:_XML_SEARCHED]).lstrip()
    if not head.startswith("<"):
        return False
    if _INVOICE_ROOT.match(_BEFORE_ROOT.sub("", head)):
        return True
    try:
        return bool(invoices_in(parse_xml(content), ""))
    except UnreadableFile:
        return False
