"""Drawn papers as recognised pages: what is printed on them, read without an engine and without a fault."""

from collections.abc import Sequence
from dataclasses import replace

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


def cut(page: RecognizedPage, kept: Box) -> RecognizedPage:
    """What an engine reads of a picture of which only a part is kept (shares of its width and height): print that the cut meets is torn."""
    left, top, right, bottom = (
        kept.left * page.flat_width,
        kept.top * page.flat_height,
        kept.right * page.flat_width,
        kept.bottom * page.flat_height,
    )
    lines = [line for line in (_torn(line, Box(left, top, right, bottom)) for line in page.lines) if line is not None]
    codes = [code for code in page.qr_codes if left <= code.polygon.box.left and code.polygon.box.right <= right]
    codes = [code for code in codes if top <= code.polygon.box.top and code.polygon.box.bottom <= bottom]
    width, height = right - left, bottom - top
    whole = Polygon.rectangle(Box(0, 0, width, height))
    return RecognizedPage(page.number, whole, tuple(lines), tuple(codes), Transform(), width, height)


def _torn(line: TextLine, kept: Box) -> TextLine | None:
    """The part of a line inside the kept part, in its frame; a line of which a half of the height is gone is not read."""
    box = line.polygon.box
    inside = Box(max(box.left, kept.left), max(box.top, kept.top), min(box.right, kept.right), min(box.bottom, kept.bottom))
    if inside.width <= 0 or inside.height <= box.height / 2:
        return None
    first, last = (round((edge - box.left) / box.width * len(line.text)) for edge in (inside.left, inside.right))
    moved = Box(inside.left - kept.left, inside.top - kept.top, inside.right - kept.left, inside.bottom - kept.top)
    return replace(line, text=line.text[first:last], polygon=Polygon.rectangle(moved)) if line.text[first:last].strip() else None
