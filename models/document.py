"""What came in, and what the engine saw on its pages."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.digest import Digest
from models.geometry import Polygon, Transform


class MediaType(StrEnum):
    """What the archive takes, told by the bytes and never by the file name."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    BMP = "image/bmp"
    WEBP = "image/webp"
    HEIC = "image/heic"
    AVIF = "image/avif"
    GIF = "image/gif"
    PDF = "application/pdf"
    OFD = "application/ofd"
    XML = "application/xml"


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """One file by what never changes about it.

    `file_name` is what the sender called it: shown, never used as a path. `pages` is 0 until the file was opened.
    """

    digest: Digest
    file_name: str
    media_type: MediaType
    size: int
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """An accepted file: its bytes were sniffed, measured and found decodable.

    `received_on` is the day on which it came, in China; None for one that comes today.
    """

    document: DocumentRef
    content: bytes
    received_on: date | None = None


CharacterChoices = tuple[tuple[str, float], ...]
"""What one place of a line may be: characters with their probabilities (0 to 1), the likeliest, which the text has, first."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text as the engine read it; polygon in pixels of the original page image.

    `choices` has an entry for each character of `text`, or is empty where the engine gives no alternatives.
    """

    text: str
    confidence: float
    polygon: Polygon
    choices: tuple[CharacterChoices, ...] = ()


@dataclass(frozen=True, slots=True)
class QrCode:
    """One decoded QR code; polygon in pixels of the original page image."""

    payload: str
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class RecognizedPage:
    """One upright, flat piece of a page with what stands on it; several pieces when several invoices share a page.

    `lines` and `qr_codes` carry polygons of the original frame. `to_flat` takes a point of the original frame to the frame
    in which text runs left to right and lines are level (`flat_width` x `flat_height` pixels): field extraction works there.
    """

    number: int
    polygon: Polygon
    lines: tuple[TextLine, ...]
    qr_codes: tuple[QrCode, ...]
    to_flat: Transform
    flat_width: float
    flat_height: float
