"""The table looked at once more, with the real engine on drawn pages."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent
from models.document import RecognizedPage, TextLine
from models.geometry import Box, Polygon
from ocr_service.evidence import ExtractedInvoice, Sighting
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.name_look import with_names_read_again
from ocr_service.stages.reading import ReadingStage
from ocr_service.stages.table_look import with_table_read_again
from tests.support.engines import quick_recognizer, reading_stage

__all__ = ["quick_recognizer", "reading_stage"]


def page_of(image: Image.Image) -> PageImage:
    return PageImage(1, np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1]))


def extracted(piece: RecognizedPage) -> ExtractedInvoice:
    return ExtractionStage().run(ClassificationStage().run(Sighting(piece)))


def with_lines(piece: RecognizedPage, **texts: str) -> RecognizedPage:
    """The piece as if lines had been read otherwise; an empty text is a line that was not found."""
    lines = [replace(line, text=texts.get(line.text, line.text)) for line in piece.lines]
    return replace(piece, lines=tuple(line for line in lines if line.text))


def read_otherwise(piece: RecognizedPage, before: str, after: str) -> RecognizedPage:
    assert any(line.text == before for line in piece.lines)
    return with_lines(piece, **{before: after})


@pytest.fixture(scope="module")
def invoice() -> DrawnInvoice:
    return invent("vat_general", 31, lines=1)


@pytest.fixture(scope="module")
def page(invoice: DrawnInvoice) -> PageImage:
    return page_of(draw(invoice, dpi=150))


@pytest.fixture(scope="module")
def piece(reading_stage: ReadingStage, page: PageImage) -> RecognizedPage:
    (only,) = reading_stage.run(page)
    return only


@pytest.fixture(scope="module")
def untaxed() -> PageImage:
    return page_of(draw(invent("digital_general", 12, lines=2, taxation="exempt"), dpi=150))


def test_a_quantity_that_lost_a_digit_is_read_again(
    quick_recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage, invoice: DrawnInvoice
) -> None:
    quantity = invoice.items[0].quantity or ""
    cut = extracted(read_otherwise(piece, quantity, quantity[:-1] or "9"))

    found = with_table_read_again(quick_recognizer, page, cut)

    assert cut.items[0].quantity != quantity
    assert found.items == extracted(piece).items


def test_a_quantity_that_the_product_refutes_is_not_taken_from_the_cell(
    quick_recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage, invoice: DrawnInvoice
) -> None:
    item = invoice.items[0]
    price = f"{item.unit_price}"
    other = read_otherwise(read_otherwise(piece, item.quantity or "", ""), price, "7777.77")
    wiped = page.pixels.copy()
    box = next(line.polygon.box for line in piece.lines if line.text == price)
    wiped[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1] = np.percentile(wiped, 80, axis=(0, 1))

    found = with_table_read_again(quick_recognizer, replace(page, pixels=wiped), extracted(other))

    assert found.items[0].quantity is None


def test_numbers_joined_down_a_column_do_not_hide_their_cells(quick_recognizer: TextRecognizer, reading_stage: ReadingStage) -> None:
    invoice = invent("vat_general", 44, lines=3)
    page = page_of(draw(invoice, dpi=150))
    (piece,) = reading_stage.run(page)
    wanted = [item.quantity or "" for item in invoice.items]
    boxes = [line.polygon.box for line in piece.lines if line.text in wanted]
    around = Box(min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes))
    joined = TextLine("".join(wanted), 0.47, Polygon.rectangle(around))
    kept = tuple(line for line in piece.lines if line.text not in wanted)

    found = with_table_read_again(quick_recognizer, page, extracted(replace(piece, lines=(*kept, joined))))

    assert [item.quantity for item in found.items] == wanted


def test_stars_are_found_in_every_row_and_in_the_sum(
    quick_recognizer: TextRecognizer, reading_stage: ReadingStage, untaxed: PageImage
) -> None:
    (piece,) = reading_stage.run(untaxed)
    starless = replace(piece, lines=tuple(line for line in piece.lines if set(line.text) - set("*·.° ")))

    before = extracted(starless)
    found = with_table_read_again(quick_recognizer, untaxed, before)

    assert [item.tax_amount for item in before.items] == [None, None]
    assert [item.tax_amount for item in found.items] == ["***", "***"]
    assert [candidate.value for candidate in found.candidates["tax_amount"]] == ["***"]
    assert sum(line.text == "***" for line in found.classified.page.lines) == 3


def test_stars_without_ink_are_not_told(quick_recognizer: TextRecognizer, reading_stage: ReadingStage, untaxed: PageImage) -> None:
    (piece,) = reading_stage.run(untaxed)
    starless = replace(piece, lines=tuple(line for line in piece.lines if set(line.text) - set("*·.° ")))
    (heading,) = (line for line in starless.lines if line.text.replace(" ", "") == "税额")
    bare = untaxed.pixels.copy()
    right = int(heading.polygon.box.left) - 60
    bare[int(heading.polygon.box.bottom) + 2 :, right:] = np.percentile(bare, 80, axis=(0, 1))

    found = with_table_read_again(quick_recognizer, replace(untaxed, pixels=bare), extracted(starless))

    assert "***" not in {item.tax_amount for item in found.items}
    assert not any(candidate.value == "***" for candidate in found.candidates.get("tax_amount", ()))


@pytest.fixture(scope="module")
def named(reading_stage: ReadingStage) -> tuple[PageImage, RecognizedPage, str]:
    """A page of three lines, what was read on it, and a name that was read whole."""
    invoice = invent("vat_general", 44, lines=3)
    page = page_of(draw(invoice, dpi=150))
    (piece,) = reading_stage.run(page)
    names = {item.name for item in invoice.items}
    return page, piece, next(line.text for line in piece.lines if line.text in names)


def names_of(found: ExtractedInvoice) -> set[str | None]:
    return {item.name for item in found.items}


def test_stars_of_a_name_are_seen_from_a_longer_cut(quick_recognizer: TextRecognizer, named: tuple[PageImage, RecognizedPage, str]) -> None:
    page, piece, name = named
    lost = extracted(read_otherwise(piece, name, name.replace("*", "")))

    found = with_names_read_again(quick_recognizer, page, lost)

    assert name.replace("*", "") in names_of(lost)
    assert name in names_of(found)


def test_a_second_reading_changes_no_letter_of_a_name(
    quick_recognizer: TextRecognizer, named: tuple[PageImage, RecognizedPage, str]
) -> None:
    page, piece, name = named
    otherwise = name.replace("*", "") + "甲"

    assert otherwise in names_of(with_names_read_again(quick_recognizer, page, extracted(read_otherwise(piece, name, otherwise))))
