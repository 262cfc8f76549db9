"""A blank page, a page of prose: nothing is made up, and the scan is kept and can be found by what stands on it."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from benchmarks.drawing.fonts import font
from models.clues import Clues
from models.digest import Digest
from models.invoice import InvoiceKind
from models.verification import Verdict
from ocr_service.engines.orientation import PageOrientationClassifier
from ocr_service.engines.qr import ZxingReader
from ocr_service.pipeline import InvoicePipeline
from ocr_service.service import ArchiveService
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.intake import IntakeStage, Upload
from ocr_service.stages.reading import ReadingStage
from ocr_service.stages.rendering import RenderingStage
from ocr_service.stages.verification import VerificationStage
from tests.support.engines import load_quick_recognizer, load_weights
from tests.support.pdf_files import text_pdf
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in

PROSE = ("青禾市的三月雨水很多", "河边的柳树都绿了", "孩子们放学以后去放风筝", "老人坐在桥头下棋喝茶")


def picture(*lines: str) -> bytes:
    image = Image.new("RGB", (900, 600), "white")
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((80, 80 + 90 * row), line, "black", font("song", 40))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def pipeline() -> InvoicePipeline:
    recognizer = load_quick_recognizer()
    reading = ReadingStage(recognizer, PageOrientationClassifier(load_weights()), ZxingReader())
    return InvoicePipeline(RenderingStage(), reading, ClassificationStage(), ExtractionStage(), VerificationStage(), recognizer)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    reader = ScriptedReader()
    for content in (picture(), picture(*PROSE), text_pdf([(60, 340 - 30 * row, 14, line) for row, line in enumerate(PROSE)])):
        reader.scripts[Digest.of(content)] = pipeline().read
    opened = service_in(tmp_path, reader)
    yield opened
    opened.catalogue.close()


@pytest.mark.parametrize(
    "content", [picture(*PROSE), text_pdf([(60, 340 - 30 * row, 14, line) for row, line in enumerate(PROSE)])], ids=["picture", "pdf"]
)
def test_a_page_of_prose_is_unread_and_found_by_its_words(content: bytes, service: ArchiveService, tmp_path: Path) -> None:
    service.submit(Upload(content, "散文"), "test")
    read_everything(service, tmp_path)

    (hit,) = service.find(Clues(text="放风筝"))

    assert (hit.invoice.kind, hit.invoice.verdict) == (InvoiceKind.OTHER, Verdict.UNREAD)
    assert (hit.invoice.number, hit.invoice.total) == (None, None)
    assert service.archive.original(Digest.of(content)) == content


def test_a_blank_page_is_unread_and_nothing_is_made_up(service: ArchiveService, tmp_path: Path) -> None:
    (invoice,) = pipeline().read(IntakeStage().run(Upload(picture(), "blank.png"))).invoices
    service.submit(Upload(picture(), "blank.png"), "test")
    read_everything(service, tmp_path)

    assert (invoice.kind, invoice.verdict, dict(invoice.fields), invoice.lines) == (InvoiceKind.OTHER, Verdict.UNREAD, {}, ())
    assert service.archive.original(Digest.of(picture())) == picture()
