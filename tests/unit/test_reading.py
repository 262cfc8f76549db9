"""The reading stage with the real engine: whichever way a page comes, the same text in the original frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks.drawing.camera import photograph, scan, sheet_of
from benchmarks.drawing.drawn_set import drawn
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent
from models.document import RecognizedPage, TextLine
from models.geometry import Point, Polygon
from ocr_service.engines.own import OwnRecognizer
from ocr_service.page_image import PageImage
from ocr_service.ports import TurnGuess
from ocr_service.stages.legibility import text_direction
from ocr_service.stages.reading import ReadingStage
from tests.support.engines import quick_recognizer, reading_stage

__all__ = ["quick_recognizer", "reading_stage"]


@dataclass
class CountingRecognizer:
    """The real engine, counting how often it is asked."""

    engine: OwnRecognizer
    reads: int = 0
    name: str = "piaogen"
    version: str = "3"
    models: dict[str, str] = field(default_factory=dict)

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        self.reads += 1
        return self.engine.recognize(pixels)

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        return self.engine.reread(pixels, places)


@dataclass(frozen=True)
class StubbornClassifier:
    """Always sure of the same turn."""

    degrees: int

    def clockwise_turn(self, pixels: NDArray[np.uint8]) -> TurnGuess:
        return TurnGuess(self.degrees, 0.99)


def page(image: Image.Image) -> PageImage:
    return PageImage(1, np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1]))


def texts(piece: RecognizedPage) -> str:
    return "\n".join(line.text for line in piece.lines)


def number_line(piece: RecognizedPage, invoice: DrawnInvoice) -> TextLine:
    return next(line for line in piece.lines if invoice.number in line.text)


def flat_centre(piece: RecognizedPage, line: TextLine) -> Point:
    """Centre of a line in the level frame, as a share of its width and height."""
    x, y = piece.to_flat.polygon(line.polygon).box.centre
    return x / piece.flat_width, y / piece.flat_height


def slant(piece: RecognizedPage) -> float:
    """By how many degrees text in the level frame is off level."""
    return abs(text_direction([replace(line, polygon=piece.to_flat.polygon(line.polygon)) for line in piece.lines]))


@pytest.fixture(scope="module")
def invoice() -> DrawnInvoice:
    return invent("vat_electronic_general", 21, lines=1)


@pytest.fixture(scope="module")
def drawing(invoice: DrawnInvoice) -> Image.Image:
    return draw(invoice, dpi=110)


@pytest.fixture(scope="module")
def upright(reading_stage: ReadingStage, drawing: Image.Image) -> RecognizedPage:
    (piece,) = reading_stage.run(page(drawing))
    return piece


def test_an_upright_page_keeps_its_own_frame(upright: RecognizedPage, drawing: Image.Image, invoice: DrawnInvoice) -> None:
    assert upright.to_flat.point((7, 9)) == (7, 9)
    assert (upright.flat_width, upright.flat_height) == drawing.size
    assert [code.payload for code in upright.qr_codes] == [invoice.qr_payload]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_reads_the_same_and_maps_to_the_same_place(
    reading_stage: ReadingStage, upright: RecognizedPage, drawing: Image.Image, invoice: DrawnInvoice, degrees: int
) -> None:
    seen = drawing.rotate(-degrees, expand=True)

    (piece,) = reading_stage.run(page(seen))

    assert texts(piece) == texts(upright)
    assert flat_centre(piece, number_line(piece, invoice)) == pytest.approx(flat_centre(upright, number_line(upright, invoice)), abs=0.005)
    assert (piece.flat_width, piece.flat_height) == pytest.approx(drawing.size)


def test_polygons_are_in_the_frame_of_the_picture_that_came_in(
    reading_stage: ReadingStage, drawing: Image.Image, invoice: DrawnInvoice, quick_recognizer: OwnRecognizer
) -> None:
    seen = page(drawing.rotate(180))
    (piece,) = reading_stage.run(seen)
    box = number_line(piece, invoice).polygon.box

    only = np.full_like(seen.pixels, 255)
    place = np.s_[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1]
    only[place] = seen.pixels[place]

    (line,) = quick_recognizer.recognize(np.ascontiguousarray(np.rot90(only, 2)))
    assert invoice.number in line.text


@pytest.mark.parametrize("skew", [-3.0, 14.0, 40.0])
def test_a_skewed_page_is_levelled(reading_stage: ReadingStage, drawing: Image.Image, invoice: DrawnInvoice, skew: float) -> None:
    (piece,) = reading_stage.run(page(scan(drawing, seed=3, skew_degrees=skew)))

    assert invoice.number in texts(piece)
    assert f"{invoice.total:.2f}" in texts(piece)
    assert slant(piece) < 0.5


@pytest.mark.parametrize(("skew", "reads"), [(3.0, 1), (14.0, 2)])
def test_only_a_page_that_lies_well_askew_is_read_again_from_level_pixels(
    reading_stage: ReadingStage, drawing: Image.Image, quick_recognizer: OwnRecognizer, skew: float, reads: int
) -> None:
    counting = CountingRecognizer(quick_recognizer)

    replace(reading_stage, recognizer=counting).run(page(scan(drawing, seed=3, skew_degrees=skew)))

    assert counting.reads == reads


def test_a_photo_is_flattened(reading_stage: ReadingStage, upright: RecognizedPage, drawing: Image.Image, invoice: DrawnInvoice) -> None:
    (piece,) = reading_stage.run(page(photograph(drawing, seed=8, turn_degrees=5, perspective=0.12, light=0.8, noise=3)))

    assert flat_centre(piece, number_line(piece, invoice)) == pytest.approx(flat_centre(upright, number_line(upright, invoice)), abs=0.03)
    assert piece.flat_width / piece.flat_height == pytest.approx(drawing.width / drawing.height, rel=0.15)


def test_a_small_sheet_in_a_large_photo_is_read_from_near(reading_stage: ReadingStage, invoice: DrawnInvoice) -> None:
    photo = photograph(draw(invoice, dpi=110), seed=8, turn_degrees=4, perspective=0.05, background="desk")
    desk = Image.new("RGB", (3 * photo.width, 3 * photo.height), photo.getpixel((2, 2)))
    desk.paste(photo, (photo.width, photo.height))

    (piece,) = reading_stage.run(page(desk))

    assert invoice.number in texts(piece)
    assert invoice.seller.name in texts(piece)


def test_two_invoices_on_one_sheet_are_two_pages(reading_stage: ReadingStage, invoice: DrawnInvoice) -> None:
    other = invent("digital_general", 22, lines=1)
    sheet = sheet_of([draw(invoice, dpi=110), draw(other, dpi=110)])

    first, second = reading_stage.run(page(sheet))

    assert (invoice.number in texts(first), invoice.number in texts(second)) == (True, False)
    assert (other.number in texts(first), other.number in texts(second)) == (False, True)
    assert [code.payload for code in (*first.qr_codes, *second.qr_codes)] == [invoice.qr_payload, other.qr_payload]


def test_papers_on_a_desk_are_read_each_in_its_own_direction(reading_stage: ReadingStage) -> None:
    """No straight cut parts them: each reaches beyond the other's edge, across and down."""
    tickets = [drawn("train", 5, place, dpi=150) for place in (0, 1)]
    desk = Image.new("RGB", (1300, 1100), (122, 96, 70))
    for ticket, degrees, corner in zip(tickets, (35.0, -55.0), ((60, 40), (460, 400)), strict=True):
        laid = ticket.image.convert("RGBA").rotate(degrees, Image.Resampling.BICUBIC, expand=True)
        desk.paste(laid, corner, laid)

    pieces = reading_stage.run(page(desk))

    numbers = [str(ticket.truths[0]["ticket_number"]) for ticket in tickets]
    assert sorted(next(number for number in numbers if number in texts(piece)) for piece in pieces) == sorted(numbers)
    assert max(slant(piece) for piece in pieces) < 2
    assert max(piece.polygon.box.width for piece in pieces) < 0.7 * desk.width


def test_a_ticket_that_was_pasted_upside_down_is_read_and_parted(reading_stage: ReadingStage) -> None:
    first, second = (drawn("train", 6, place, dpi=150) for place in (0, 1))
    sheet = Image.new("RGB", (first.image.width + 200, 3 * first.image.height), "white")
    sheet.paste(first.image, (60, 60))
    sheet.paste(second.image.rotate(180), (100, 60 + first.image.height + 180))

    pieces = reading_stage.run(page(sheet))

    assert len(pieces) == 2
    for ticket in (first, second):
        (piece,) = [piece for piece in pieces if str(ticket.truths[0]["ticket_number"]) in texts(piece)]
        assert slant(piece) < 1


def test_an_ordinary_page_is_read_once(reading_stage: ReadingStage, drawing: Image.Image, quick_recognizer: OwnRecognizer) -> None:
    counting = CountingRecognizer(quick_recognizer)

    replace(reading_stage, recognizer=counting).run(page(drawing))

    assert counting.reads == 1


@pytest.mark.parametrize("wrong", [90, 180, 270])
def test_the_text_overrules_a_classifier_that_is_wrong(
    reading_stage: ReadingStage, upright: RecognizedPage, drawing: Image.Image, quick_recognizer: OwnRecognizer, wrong: int
) -> None:
    counting = CountingRecognizer(quick_recognizer)

    (piece,) = replace(reading_stage, recognizer=counting, classifier=StubbornClassifier(wrong)).run(page(drawing))

    assert texts(piece) == texts(upright)
    assert piece.to_flat == upright.to_flat
    assert counting.reads == 2


def test_blank_paper_gives_one_page_without_lines(reading_stage: ReadingStage) -> None:
    (piece,) = reading_stage.run(PageImage(4, np.full((300, 500, 3), 255, np.uint8)))

    assert (piece.number, piece.lines, piece.qr_codes) == (4, (), ())
    assert (piece.flat_width, piece.flat_height) == (500, 300)


def test_a_sliver_of_a_picture_is_no_failure(reading_stage: ReadingStage) -> None:
    (piece,) = reading_stage.run(PageImage(1, np.full((1, 900, 3), 200, np.uint8)))

    assert piece.lines == ()
