"""Values behind labels that the first reading lost, with the real engine on a drawn slip."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.drawing.drawn_set import drawn
from models.document import RecognizedPage, TextLine
from models.geometry import Box, Polygon
from models.invoice import InvoiceKind
from ocr_service.evidence import ExtractedInvoice, Sighting
from ocr_service.kinds.registry import describe
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.label_rows import label_rows, print_on, with_rows
from ocr_service.stages.reading import ReadingStage
from ocr_service.stages.second_look import SecondLookStage
from tests.support.engines import quick_recognizer, reading_stage
from tests.support.faces import a_page

__all__ = ["quick_recognizer", "reading_stage"]

KEY = "entry_station"


@pytest.fixture(scope="module")
def truth() -> str:
    return str(drawn("toll", 7, 2, dpi=150).truths[0][KEY])


@pytest.fixture(scope="module")
def page() -> PageImage:
    image = drawn("toll", 7, 2, dpi=150).pages[0].image
    return PageImage(1, np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1]))


@pytest.fixture(scope="module")
def piece(reading_stage: ReadingStage, page: PageImage) -> RecognizedPage:
    (only,) = reading_stage.run(page)
    return only


@pytest.fixture(scope="module")
def stage(quick_recognizer: TextRecognizer) -> SecondLookStage:
    return SecondLookStage(quick_recognizer, ExtractionStage())


def extracted(piece: RecognizedPage) -> ExtractedInvoice:
    return ExtractionStage().run(ClassificationStage().run(Sighting(piece)))


def value(found: ExtractedInvoice) -> str | None:
    candidates = found.candidates.get(KEY, ())
    return candidates[0].value if candidates else None


def lost_in(piece: RecognizedPage, text: str) -> tuple[RecognizedPage, TextLine]:
    lost = next(line for line in piece.lines if line.text.strip() == text)
    return replace(piece, lines=tuple(line for line in piece.lines if line is not lost)), lost


def test_a_value_that_was_not_found_is_read_behind_its_label(
    stage: SecondLookStage, page: PageImage, piece: RecognizedPage, truth: str
) -> None:
    lesser, _ = lost_in(piece, truth)
    before = extracted(lesser)

    assert value(before) is None
    assert value(stage.run((page, before))) == truth


def test_splinters_of_a_value_give_way_to_the_whole_row(stage: SecondLookStage, page: PageImage, piece: RecognizedPage, truth: str) -> None:
    lesser, lost = lost_in(piece, truth)
    box = lost.polygon.box
    splinter = TextLine("9", 0.9, Polygon.rectangle(Box(box.right - 0.3 * box.width, box.top, box.right, box.bottom)))
    before = extracted(replace(lesser, lines=(*lesser.lines, splinter)))

    assert value(before) is None
    assert value(stage.run((page, before))) == truth


def test_where_nothing_is_printed_nothing_is_found(stage: SecondLookStage, page: PageImage, piece: RecognizedPage, truth: str) -> None:
    lesser, lost = lost_in(piece, truth)
    wiped = page.pixels.copy()
    box = lost.polygon.box
    rows, columns = slice(int(box.top) - 8, int(box.bottom) + 9), slice(int(box.left) - 8, int(box.right) + 9)
    wiped[rows, columns] = np.percentile(wiped, 80, axis=(0, 1))

    assert value(stage.run((replace(page, pixels=wiped), extracted(lesser)))) is None


def test_a_row_ends_at_the_next_label_and_is_cut_down_to_its_print() -> None:
    piece = a_page(("入口站", 40, 100), ("出口站", 400, 100), width=800, height=300)
    pixels = np.full((300, 800, 3), 255, np.uint8)
    pixels[102:116, 150:200:3] = 0
    pixels[102:116, 500:560:3] = 0
    rows = {next(iter(row.keys)): row for row in label_rows(piece, describe(InvoiceKind.TOLL))}

    assert rows[KEY].box.right == 400
    cut = print_on(PageImage(1, pixels), piece, rows[KEY], 1)
    assert cut is not None
    assert (round(cut.box.left, -1), round(cut.box.right, -1)) == (150, 200)


def test_a_line_ruled_under_a_value_is_not_of_it() -> None:
    piece = a_page(("入口站", 40, 100), width=800, height=300)
    pixels = np.full((300, 800, 3), 255, np.uint8)
    pixels[102:116, 150:200:3] = 0
    bare = print_on(PageImage(1, pixels), piece, label_rows(piece, describe(InvoiceKind.TOLL))[0], 1)
    ruled = pixels.copy()
    ruled[120:122] = 0

    assert bare is not None
    assert print_on(PageImage(1, ruled), piece, label_rows(piece, describe(InvoiceKind.TOLL))[0], 1) == bare


def test_of_two_rows_in_one_place_the_surer_stays() -> None:
    piece = a_page(("入口站", 40, 100), width=800, height=300)
    (row,) = label_rows(piece, describe(InvoiceKind.TOLL))
    near = replace(row, box=replace(row.box, top=row.box.top + 2))
    found = {row: TextLine("青禾", 0.9, row.place), near: TextLine("青禾东", 0.99, near.place)}

    assert [line.text for line in with_rows(piece, found)] == ["入口站", "青禾东"]


def a_band(*inked: tuple[int, int], ink: int = 40) -> PageImage:
    """A white slip with 金额 at its left, and ink as dark as `ink` between columns of the row behind it."""
    pixels = np.full((120, 300, 3), 250, np.uint8)
    for left, right in inked:
        for column in range(left, right, 4):
            pixels[52:66, column : column + 2] = ink
    return PageImage(1, pixels)


def the_cut(page: PageImage, *beside: tuple[str, float, float]) -> Box | None:
    piece = a_page(("金额", 20, 50), *beside, width=300, height=120)
    (row,) = [row for row in label_rows(piece, describe(InvoiceKind.TAXI)) if row.label.label == "金额"]
    cut = print_on(page, piece, row, 1)
    return None if cut is None else cut.box


@pytest.mark.parametrize("ink", [40, 150, 195])
def test_print_is_cut_out_however_faint_it_is(ink: int) -> None:
    box = the_cut(a_band((150, 220), ink=ink))

    assert box is not None
    assert 140 < box.left < 152
    assert 216 < box.right < 228


def test_what_shines_through_the_paper_is_no_print() -> None:
    assert the_cut(a_band((150, 220), ink=230)) is None


def test_specks_before_a_gap_are_not_where_the_print_begins() -> None:
    box = the_cut(a_band((62, 72), (150, 220)))

    assert box is not None
    assert 140 < box.left < 152
