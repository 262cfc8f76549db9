"""Upload -> Scan: tells a file by its bytes, refuses what cannot be an invoice, and decodes it once to know that it is whole."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from models.digest import Digest
from models.document import DocumentRef, MediaType, Scan
from models.errors import EmptyFile, FileTooLarge, UnreadableFile, UnsupportedMediaType
from ocr_service.stages.page_files import MAX_PIXELS, PICTURES, pdf_page_count, picture_frames

_TAKEN = "JPEG, PNG, TIFF, BMP, WEBP, PDF, OFD and e-invoice XML are taken"
_SIGNATURES = (
    (MediaType.JPEG, re.compile(rb"\xff\xd8\xff")),
    (MediaType.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (MediaType.TIFF, re.compile(rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+")),
    (MediaType.WEBP, re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    # A text may begin with BM; a bitmap's header then has two reserved zero words and one of the known lengths.
    (MediaType.BMP, re.compile(rb"BM.{4}\x00{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00{3}", re.DOTALL)),
)
_HEIC = re.compile(rb".{4}ftyp(?:hei[cxmsf]|hev[cx]|mif1|msf1|avif)", re.DOTALL)
_XML_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml.{0,200}?\?>\s*)?(?:<!--.{0,1000}?-->\s*)*<((?:\w+:)?(?:einvoice|xbrl))[\s>]",
    re.DOTALL | re.IGNORECASE,
)
_PDF_SEARCHED, _XML_SEARCHED = 1024, 4096
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in; `file_name` is whatever the sender wrote."""

    content: bytes
    file_name: str


@dataclass(frozen=True, slots=True)
class IntakeStage:
    """Accepts a file or refuses it; takes about as long as decoding it once. Safe to share between threads."""

    max_bytes: int = 50_000_000
    max_pixels: int = MAX_PIXELS
    name: str = "intake"

    def run(self, value: Upload) -> Scan:
        """Check the bytes.

        Raises:
            EmptyFile: no bytes.
            FileTooLarge: more bytes or pages than allowed.
            UnsupportedMediaType: none of the formats, whatever the name says.
            TooManyPixels: the picture would unfold to more than `max_pixels`.
            UnreadableFile: the file is damaged, cut off or locked.
        """
        size = len(value.content)
        if not size:
            raise EmptyFile("The file is empty.")
        if size > self.max_bytes:
            raise FileTooLarge(f"The file has {size:,} bytes; at most {self.max_bytes:,} are taken.", size=size, limit=self.max_bytes)
        media_type = sniff(value.content)
        pages = self._pages(value.content, media_type)
        document = DocumentRef(Digest.of(value.content), display_name(value.file_name), media_type, size, pages)
        return Scan(document, value.content)

    def _pages(self, content: bytes, media_type: MediaType) -> int:
        """Decode everything that can be decoded, and count the pages; 0 for files that are kept without being rendered."""
        if media_type in PICTURES:
            return sum(1 for _ in picture_frames(content, media_type, self.max_pixels))
        if media_type is MediaType.PDF:
            return pdf_page_count(content)
        if media_type is MediaType.XML:
            _check_xml_end(content)
        return 0


def sniff(content: bytes) -> MediaType:
    """Tell the format by the bytes alone.

    Raises:
        UnsupportedMediaType: none that the archive takes.
        UnreadableFile: a zip archive that is damaged.
    """
    for media_type, signature in _SIGNATURES:
        if signature.match(content):
            return media_type
    if content.startswith(b"PK\x03\x04"):
        return _sniff_zip(content)
    # Mail gateways and printer drivers put junk before the PDF header; readers accept it within the first 1,024 bytes.
    if b"%PDF-" in content[:_PDF_SEARCHED]:
        return MediaType.PDF
    if _XML_ROOT.match(content[:_XML_SEARCHED]):
        return MediaType.XML
    if _HEIC.match(content):
        raise UnsupportedMediaType(f"HEIC and AVIF photos are not taken: send the photo as JPEG. {_TAKEN}.")
    raise UnsupportedMediaType(f"The content is of no known format, whatever the file is called. {_TAKEN}.")


def display_name(file_name: str) -> str:
    """What the sender called the file, fit to be shown: no folders, no control or direction characters, at most 255 characters.

    The last part of a name is kept when it is too long, since it says the format. Never use the result as a path.
    """
    last = re.split(r"[/\\]", file_name)[-1]
    kept = "".join(character for character in last if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip()
    if not kept.strip(". "):
        return "unnamed"
    if len(kept) > _LONGEST_NAME:
        stem, dot, suffix = kept.rpartition(".")
        ending = dot + suffix if stem and len(suffix) <= 10 else ""
        kept = kept[: _LONGEST_NAME - len(ending)] + ending
    return kept


def _sniff_zip(content: bytes) -> MediaType:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableFile("The file is a zip archive that is damaged or cut off.") from error
    if "ofd.xml" in names:
        return MediaType.OFD
    raise UnsupportedMediaType(f"The file is a zip archive, but not an OFD invoice: unpack it and send what is inside. {_TAKEN}.")


def _check_xml_end(content: bytes) -> None:
    root = _XML_ROOT.match(content[:_XML_SEARCHED])
    if root and b"</" + root[1] not in content[-1024:]:
        raise UnreadableFile("The XML file is cut off: its closing tag is missing.")
