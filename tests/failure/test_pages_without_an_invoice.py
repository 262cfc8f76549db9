"""A blank page, a thumbnail, a page of prose: nothing is made up, and the scan is kept and can be found by what stands on it."""

import io
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from benchmarks.drawing.drawn_set import drawn
from benchmarks.drawing.fonts import font
from models.archive import DocumentState
from models.clues import Clues
from models.digest import Digest
from models.document import DocumentRef, MediaType, Scan
from models.invoice import InvoiceKind
from models.verification import Verdict
from ocr_service.engines.orientation import PageOrientationClassifier
from ocr_service.engines.qr import ZxingReader
from ocr_service.opened import Upload
from ocr_service.page_image import PageImage
from ocr_service.pipeline import InvoicePipeline
from ocr_service.service import ArchiveService
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.intake import IntakeStage
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


def test_a_blank_page_is_kept_and_asks_nobody_anything(service: ArchiveService, tmp_path: Path) -> None:
    reading = pipeline().read(IntakeStage().run(Upload(picture(), "blank.png")))
    service.submit(Upload(picture(), "blank.png"), "test")
    read_everything(service, tmp_path)

    assert (reading.invoices, reading.verdict) == ((), Verdict.ACCEPTED)
    assert service.document(Digest.of(picture())).state is DocumentState.DONE
    assert not service.review().entries
    assert service.archive.original(Digest.of(picture())) == picture()


def scanned(*pages: Image.Image) -> bytes:
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate")
    return stream.getvalue()


def test_the_backs_of_a_feeder_are_no_invoices_though_the_front_shines_through() -> None:
    front = drawn("digital_general", 3, 0, dpi=110).image
    back = Image.eval(ImageOps.mirror(front).filter(ImageFilter.GaussianBlur(1.2)), lambda level: 255 - (255 - level) // 10)

    read = pipeline().read(IntakeStage().run(Upload(scanned(front, back, front, back), "feeder.tif")))

    assert read.document.pages == 4
    assert [invoice.page for invoice in read.invoices] == [1, 3]


def test_a_page_that_hides_something_illegible_still_asks() -> None:
    front = drawn("digital_general", 3, 0, dpi=110).image
    faded = Image.eval(front.filter(ImageFilter.GaussianBlur(6)), lambda level: 255 - (255 - level) // 2)
    scribble = Image.new("RGB", front.size, "white")
    for number in range(40):
        left, top = 80 + 17 * number, 120 + 9 * (number % 5)
        ImageDraw.Draw(scribble).arc((left, top, left + 12, top + 20), 20 * number, 20 * number + 200, "black", 3)

    read = pipeline().read(IntakeStage().run(Upload(scanned(front, scribble, faded), "feeder.tif")))

    assert 2 in [invoice.page for invoice in read.invoices]


def test_a_thumbnail_is_no_invoice() -> None:
    face = drawn("vat_special", 3, 0, dpi=110).image
    stream = io.BytesIO()
    face.resize((200, 200 * face.height // face.width)).crop((10, 10, 190, 60)).save(stream, "JPEG", quality=60)

    assert pipeline().read(IntakeStage().run(Upload(stream.getvalue(), "thumb.jpg"))).invoices == ()


@dataclass
class CountedPages:
    """Blank pages, and how many of them were ever in memory together."""

    count: int
    name: str = "rendering"
    most: int = 0

    def pages(self, _: Scan) -> Iterator[PageImage]:
        made: list[weakref.ref[np.ndarray]] = []
        for number in range(1, self.count + 1):
            pixels = np.full((96, 128, 3), 255, np.uint8)
            made.append(weakref.ref(pixels))
            yield PageImage(number, pixels)
            del pixels
            self.most = max(self.most, sum(one() is not None for one in made))


def test_a_long_file_is_read_page_by_page() -> None:
    rendering = CountedPages(12)
    document = DocumentRef(Digest.of(b"feeder"), "feeder.tif", MediaType.TIFF, 6, pages=12)

    read = replace(pipeline(), rendering=rendering).read(Scan(document, b"feeder"))

    assert read.invoices == ()
    assert 1 <= rendering.most <= 2
