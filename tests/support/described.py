"""What classification and extraction make of a page written down by hand."""

from models.document import QrCode, RecognizedPage
from models.geometry import Box, Polygon
from ocr_service.evidence import ExtractedInvoice, Sighting
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from tests.support.faces import Print, a_page


def extracted(page: RecognizedPage) -> ExtractedInvoice:
    """The page as the extraction hands it to the proof."""
    return ExtractionStage().run(ClassificationStage().run(Sighting(page)))


def values(page: RecognizedPage) -> dict[str, str | None]:
    """The first candidate's value of every field."""
    return {key: candidates[0].value for key, candidates in extracted(page).candidates.items()}


def a_slip(*rows: str | tuple[str, str], width: float = 300, value_at: float = 130, pitch: float = 30, shift: float = 0) -> RecognizedPage:
    """A narrow ticket, one row below the other: a line of text, or a label and its value, which stands `shift` pixels lower."""
    prints: list[Print] = []
    for place, row in enumerate(rows):
        top = 20 + pitch * place
        if isinstance(row, str):
            prints.append((row, 30, top))
        else:
            prints += [(text, left, y) for text, left, y in ((row[0], 30, top), (row[1], value_at, top + shift)) if text]
    return a_page(*prints, width=width, height=40 + pitch * len(rows))


def with_code(page: RecognizedPage, payload: str) -> RecognizedPage:
    """The page with a QR code on it."""
    code = QrCode(payload, Polygon.rectangle(Box(200, 20, 280, 100)))
    return RecognizedPage(page.number, page.polygon, page.lines, (*page.qr_codes, code), page.to_flat, page.flat_width, page.flat_height)
