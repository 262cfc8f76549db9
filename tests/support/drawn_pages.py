"""Drawn papers as recognised pages: what is printed on them, read without an engine and without a fault."""

from collections.abc import Sequence

from benchmarks.drawing.document import Drawn, Page
from models.document import QrCode, RecognizedPage, TextLine
from models.geometry import Box, Polygon, Transform
from models.invoice import Invoice
from ocr_service.evidence import Sighting
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.continuation import ContinuationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.splitting import split
from ocr_service.stages.verification import VerificationStage


def recognised(page: Page, number: int = 1, *, down: float = 0.0) -> RecognizedPage:
    """A drawn page with every print on it; values stand `down` pixels lower than they should."""
    lines = []
    for one in page.prints:
        moved = one if one.key is None else one.moved(1.0, 0.0, down)
        lines.append(TextLine(moved.text, 0.995, Polygon(moved.polygon)))
    width, height = page.image.size
    codes = tuple(QrCode(payload, Polygon.rectangle(Box(20, 20, 100, 100))) for payload in page.qr_payloads)
    return RecognizedPage(number, Polygon.rectangle(Box(0, 0, width, height)), tuple(lines), codes, Transform(), width, height)


def proved(pages: Sequence[RecognizedPage]) -> tuple[Invoice, ...]:
    """The invoices on pages of one file, from the cut sheets to the proof."""
    pieces = [piece for page in pages for piece in split(page)]
    found = tuple(ExtractionStage().run(ClassificationStage().run(Sighting(piece))) for piece in pieces)
    return tuple(VerificationStage().run(entry) for entry in ContinuationStage().run(found))


def read(document: Drawn) -> tuple[Invoice, ...]:
    """The invoices that are found on a drawn document."""
    return proved([recognised(page, number) for number, page in enumerate(document.pages, 1)])
