"""Print over the form's own words, read with the real engine from ink of its colour alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.drawing.face import sheet_of_invoice
from benchmarks.drawing.invoice import DrawnInvoice, invent
from benchmarks.drawing.paper import Setting
from models.document import TextLine
from models.geometry import Polygon
from models.invoice import Witness
from ocr_service.evidence import ExtractedInvoice, Sighting
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stages.apart import read_apart
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.reading import ReadingStage
from ocr_service.stages.second_look import SecondLookStage
from tests.support.engines import quick_recognizer, reading_stage

__all__ = ["quick_recognizer", "reading_stage"]

_OVER_THE_LABELS = (-7.0, 0.0)
"""Millimetres right and down: values begin on the ends of their labels."""


@pytest.fixture(scope="module")
def invoice() -> DrawnInvoice:
    return invent("vat_general", 31, lines=1)


def page_of(invoice: DrawnInvoice, right: float, down: float) -> PageImage:
    image = sheet_of_invoice(invoice, 150, (0.0, 0.0), 0.5, Setting(0, right, down)).finish()
    return PageImage(1, np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1]))


@pytest.fixture(scope="module")
def page(invoice: DrawnInvoice) -> PageImage:
    return page_of(invoice, *_OVER_THE_LABELS)


@pytest.fixture(scope="module")
def first(reading_stage: ReadingStage, page: PageImage) -> ExtractedInvoice:
    return extracted(reading_stage, page)


def extracted(reading_stage: ReadingStage, page: PageImage) -> ExtractedInvoice:
    (piece,) = reading_stage.run(page)
    return ExtractionStage().run(ClassificationStage().run(Sighting(piece)))


def test_values_over_their_labels_are_read_from_the_ink_of_the_print(
    quick_recognizer: TextRecognizer, page: PageImage, first: ExtractedInvoice, invoice: DrawnInvoice
) -> None:
    found = SecondLookStage(quick_recognizer, ExtractionStage()).run((page, first))

    values = {key: candidates[0].value for key, candidates in found.candidates.items()}
    wanted = {
        "issue_date": invoice.issue_date.isoformat(),
        "buyer_tax_id": invoice.buyer.tax_id,
        "seller_tax_id": invoice.seller.tax_id,
        "buyer_name": invoice.buyer.name,
        "seller_name": invoice.seller.name,
    }
    assert {key: first.candidates[key][0].value for key in wanted if key in first.candidates} != wanted
    assert {key: values.get(key) for key in wanted} == wanted


def test_what_was_read_of_both_inks_at_once_stays_a_second_reading(
    quick_recognizer: TextRecognizer, page: PageImage, first: ExtractedInvoice
) -> None:
    found = SecondLookStage(quick_recognizer, ExtractionStage()).run((page, first))

    said = first.candidates["invoice_code"][0].value
    heard = {entry.value for entry in found.candidates["invoice_code"] if entry.witness is Witness.SECOND_READING}
    assert said in heard


def test_a_scan_without_colour_and_a_form_in_register_are_left_as_they_were_read(
    quick_recognizer: TextRecognizer, reading_stage: ReadingStage, page: PageImage, first: ExtractedInvoice, invoice: DrawnInvoice
) -> None:
    grey = np.repeat(page.pixels.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    straight = page_of(invoice, 0.0, 0.0)

    assert read_apart(quick_recognizer, replace(page, pixels=grey), first) is None
    assert read_apart(quick_recognizer, straight, extracted(reading_stage, straight)) is None


def test_a_form_that_shows_its_date_is_not_parted_for_another_lost_value(
    reading_stage: ReadingStage, invoice: DrawnInvoice, first: ExtractedInvoice
) -> None:
    straight = page_of(invoice, 0.0, 0.0)
    found = extracted(reading_stage, straight)
    lacking = replace(found, candidates={key: said for key, said in found.candidates.items() if key != "seller_tax_id"})

    assert found.candidates["issue_date"][0].value == invoice.issue_date.isoformat()
    assert first.print_offset == (0.0, 0.0)
    assert read_apart(NoRecognizer(), straight, lacking) is None


class NoRecognizer:
    """An engine that nobody may ask."""

    name, version = "none", "1"
    models: Mapping[str, str] = {}

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        raise AssertionError(pixels.shape)

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        raise AssertionError(places)
