"""The second look, with the real engine on drawn pages: what the first reading lost or could not see for ink."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent
from models.document import RecognizedPage, TextLine
from models.geometry import Box, Polygon, Transform
from models.invoice import Witness
from ocr_service.evidence import Candidate, ExtractedInvoice, Sighting
from ocr_service.faces.cipher import is_cipher
from ocr_service.page_image import PageImage
from ocr_service.ports import TextRecognizer
from ocr_service.stages.cell_print import print_in
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.reading import ReadingStage
from ocr_service.stages.seal_ink import in_red_light, ink_shares, under_seals
from ocr_service.stages.second_look import SecondLookStage
from ocr_service.stages.table_cells import TableCell, table_cells
from tests.support.engines import quick_recognizer, reading_stage

__all__ = ["quick_recognizer", "reading_stage"]


@dataclass
class AttentiveRecognizer:
    """The real engine, remembering which places it was asked to read again, and the shapes of whole pages."""

    engine: TextRecognizer
    places: list[Polygon] = field(default_factory=list)
    pages: list[tuple[int, ...]] = field(default_factory=list)
    name: str = "attentive"
    version: str = "1"
    models: dict[str, str] = field(default_factory=dict)

    def recognize(self, pixels: NDArray[np.uint8]) -> Sequence[TextLine]:
        self.pages.append(pixels.shape)
        return self.engine.recognize(pixels)

    def reread(self, pixels: NDArray[np.uint8], places: Sequence[Polygon]) -> Sequence[TextLine]:
        self.places += places
        return self.engine.reread(pixels, places)


def page_of(image: Image.Image) -> PageImage:
    return PageImage(1, np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1]))


def extracted(piece: RecognizedPage) -> ExtractedInvoice:
    return ExtractionStage().run(ClassificationStage().run(Sighting(piece)))


def without(piece: RecognizedPage, text: str) -> tuple[RecognizedPage, TextLine]:
    """The piece as if one line had not been found, and that line."""
    lost = next(line for line in piece.lines if line.text == text)
    return replace(piece, lines=tuple(line for line in piece.lines if line is not lost)), lost


def printed_blanks(page: PageImage, piece: RecognizedPage, found: ExtractedInvoice) -> list[TableCell]:
    """The cells without a reading in which print is seen."""
    blanks = [cell for cell in table_cells(piece, found.items) if cell.is_blank]
    return [cell for cell in blanks if print_in(page, piece, cell.box, cell.y, cell.line_height)]


@pytest.fixture(scope="module")
def invoice() -> DrawnInvoice:
    return invent("vat_general", 31, lines=1)


@pytest.fixture(scope="module")
def page(invoice: DrawnInvoice) -> PageImage:
    return page_of(draw(invoice, dpi=120))


@pytest.fixture(scope="module")
def piece(reading_stage: ReadingStage, page: PageImage) -> RecognizedPage:
    (only,) = reading_stage.run(page)
    return only


@pytest.fixture(scope="module")
def stage(quick_recognizer: TextRecognizer) -> SecondLookStage:
    return SecondLookStage(quick_recognizer, ExtractionStage())


def test_a_quantity_that_was_not_found_is_read_in_its_cell(
    stage: SecondLookStage, page: PageImage, piece: RecognizedPage, invoice: DrawnInvoice
) -> None:
    (item,) = invoice.items
    lesser, lost = without(piece, item.quantity or "")

    before = extracted(lesser)
    after = stage.run((page, before))

    assert before.items[0].quantity is None
    assert after.items == extracted(piece).items
    assert any(line.text == lost.text for line in after.classified.page.lines)


def test_a_cell_in_which_nothing_is_printed_stays_blank(
    stage: SecondLookStage, page: PageImage, piece: RecognizedPage, invoice: DrawnInvoice
) -> None:
    lesser, lost = without(piece, invoice.items[0].quantity or "")
    wiped = page.pixels.copy()
    box = lost.polygon.box
    wiped[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1] = np.percentile(wiped, 80, axis=(0, 1))
    bare = replace(page, pixels=wiped)

    before = extracted(lesser)

    assert printed_blanks(bare, lesser, before) == []
    assert stage.run((bare, before)).items == before.items


def test_a_page_whose_table_was_read_has_no_cell_to_fill(page: PageImage, piece: RecognizedPage) -> None:
    assert printed_blanks(page, piece, extracted(piece)) == []


def test_the_date_is_read_again_and_what_has_a_second_print_is_not(
    quick_recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage, invoice: DrawnInvoice
) -> None:
    attentive = AttentiveRecognizer(quick_recognizer)

    found = SecondLookStage(attentive, ExtractionStage()).run((page, extracted(piece)))

    said = {candidate.witness: candidate.value for candidate in found.candidates["issue_date"]}
    assert said[Witness.SECOND_READING] == invoice.issue_date.isoformat()
    assert Witness.SECOND_READING not in {candidate.witness for candidate in found.candidates["invoice_number"]}
    number = next(candidate for candidate in found.candidates["invoice_number"] if candidate.polygon)
    assert not any(place.box.contains(number.polygon.box.centre) for place in attentive.places if number.polygon)


def test_what_was_read_first_still_comes_first(stage: SecondLookStage, page: PageImage, piece: RecognizedPage) -> None:
    before = extracted(piece)

    after = stage.run((page, before))

    assert all(after.candidates[key][: len(candidates)] == candidates for key, candidates in before.candidates.items())


def test_a_files_own_text_is_held_against_the_ink_where_no_code_repeats_it(
    stage: SecondLookStage, invoice: DrawnInvoice, page: PageImage, piece: RecognizedPage
) -> None:
    plain = extracted(replace(piece, qr_codes=()))

    found = stage.run((replace(page, printed=piece.lines), plain))

    assert [entry.value for entry in found.candidates["issue_date"] if entry.witness is Witness.SECOND_READING] == [
        invoice.issue_date.isoformat()
    ]
    assert found.items == plain.items


def test_a_file_that_gives_its_own_text_is_not_read_beside_a_code(
    quick_recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage
) -> None:
    attentive = AttentiveRecognizer(quick_recognizer)
    before = extracted(piece)

    assert SecondLookStage(attentive, ExtractionStage()).run((replace(page, printed=piece.lines), before)) == before
    assert attentive.places == []


def test_a_seal_is_told_from_print_by_its_colour() -> None:
    paper = Image.new("RGB", (400, 60), (246, 244, 238))
    pen = ImageDraw.Draw(paper)
    pen.rectangle((10, 20, 90, 40), fill=(30, 30, 34))
    pen.rectangle((110, 20, 190, 40), fill=(30, 30, 34))
    pen.rectangle((110, 24, 190, 30), fill=(214, 40, 48))
    pen.rectangle((210, 20, 290, 40), fill=(200, 36, 44))
    pen.rectangle((310, 20, 390, 40), fill=(34, 40, 150))
    pixels = page_of(paper).pixels

    black, sealed, red, blue = (ink_shares(pixels, Polygon.rectangle(Box(x, 10, x + 100, 50))) for x in (0, 100, 200, 300))

    assert [shares.under_red for shares in (black, sealed, red, blue)] == [False, True, False, False]
    assert [shares.is_red for shares in (black, sealed, red, blue)] == [False, False, True, False]
    assert not blue.under_blue
    assert in_red_light(pixels)[27, 150].max() > 200
    assert in_red_light(pixels)[36, 150].max() < 60


def test_a_colour_that_most_lines_show_is_not_a_seal() -> None:
    paper = Image.new("RGB", (400, 400), "white")
    pen = ImageDraw.Draw(paper)
    for row in range(10):
        pen.rectangle((10, 10 + 40 * row, 200, 30 + 40 * row), fill=(0, 0, 0))
    one, most = paper.copy(), paper.copy()
    ImageDraw.Draw(one).rectangle((10, 10, 60, 30), fill=(220, 30, 40))
    for row in range(10):
        ImageDraw.Draw(most).rectangle((10, 10 + 40 * row, 60, 30 + 40 * row), fill=(220, 30, 40))
    places = [Polygon.rectangle(Box(0, 5 + 40 * row, 220, 35 + 40 * row)) for row in range(10)]

    found = [under_seals([ink_shares(page_of(image).pixels, place) for place in places]) for image in (one, most)]

    assert found == [[0], []]


def test_print_under_a_seal_is_read_in_red_light(quick_recognizer: TextRecognizer) -> None:
    """What a red stamp hides from the first reading is a candidate of its own beside it."""
    invoice = invent("vat_roll", 33, lines=1)
    image = draw(invoice, dpi=150)
    page = page_of(image)
    lines = tuple(quick_recognizer.recognize(page.pixels))
    outline = Polygon.rectangle(Box(0, 0, page.width, page.height))
    piece = RecognizedPage(1, outline, lines, (), Transform(), page.width, page.height)
    *_, total = (line for line in lines if f"{invoice.total:.2f}" in line.text)
    box = total.polygon.box
    ImageDraw.Draw(image).line((box.left, box.top, box.right, box.bottom), fill=(215, 45, 50), width=4)
    struck = page_of(image)
    misread = replace(
        piece,
        lines=tuple(replace(line, text=line.text.replace(f"{invoice.total:.2f}", "1.00")) if line is total else line for line in lines),
    )

    after = SecondLookStage(quick_recognizer, ExtractionStage()).run((struck, extracted(misread)))

    values = {candidate.witness: candidate.value for candidate in after.candidates["tax_inclusive_amount"]}
    assert values[Witness.SECOND_READING] == f"{invoice.total:.2f}"
    assert values[Witness.PRINTED] == "1.00"


@pytest.mark.parametrize("is_misread", [False, True])
def test_amounts_are_read_again_only_where_they_do_not_bear_each_other_out(
    quick_recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage, is_misread: bool
) -> None:
    net = only_of(extracted(piece), "tax_exclusive_amount")
    wrong = f"{net.raw[:-1]}{(int(net.raw[-1]) + 1) % 10}"
    lines = tuple(replace(line, text=line.text.replace(net.raw, wrong)) if is_misread else line for line in piece.lines)
    attentive = AttentiveRecognizer(quick_recognizer)

    SecondLookStage(attentive, ExtractionStage()).run((page, extracted(replace(piece, lines=lines))))

    assert net.polygon is not None
    assert any(place.box.contains(net.polygon.box.centre) for place in attentive.places) is is_misread


def test_the_cipher_is_not_read_again_under_a_seal(quick_recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage) -> None:
    ciphers = {place for place, line in enumerate(piece.lines) if is_cipher(line.text)}
    sealed = set(under_seals([ink_shares(page.pixels, line.polygon) for line in piece.lines]))
    attentive = AttentiveRecognizer(quick_recognizer)

    SecondLookStage(attentive, ExtractionStage()).run((page, extracted(piece)))

    assert ciphers & sealed
    centres = [piece.lines[place].polygon.box.centre for place in ciphers]
    assert not any(place.box.contains(centre) for place in attentive.places for centre in centres)


@pytest.mark.parametrize(("part", "confidence", "is_looked_at"), [("普通发票", 0.99, False), ("普通发票", 0.9, True), ("地址", 0.99, True)])
def test_a_line_under_a_seal_that_gave_no_field_is_read_again_only_if_it_was_not_surely_read(
    quick_recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage, part: str, confidence: float, is_looked_at: bool
) -> None:
    image = Image.fromarray(np.ascontiguousarray(page.pixels[:, :, ::-1]))
    sealed = next(line for line in piece.lines if part in line.text)
    box = sealed.polygon.box
    ImageDraw.Draw(image).line((box.left, box.top, box.right, box.bottom), fill=(215, 45, 50), width=4)
    lines = tuple(replace(line, confidence=confidence) if line is sealed else line for line in piece.lines)
    attentive = AttentiveRecognizer(quick_recognizer)

    SecondLookStage(attentive, ExtractionStage()).run((page_of(image), extracted(replace(piece, lines=lines))))

    assert any(place.box.contains(box.centre) for place in attentive.places) is is_looked_at


def only_of(found: ExtractedInvoice, key: str) -> Candidate:
    [candidate] = found.candidates[key]
    return candidate


@pytest.fixture(scope="module")
def small_page(invoice: DrawnInvoice) -> PageImage:
    """A copy 570 pixels wide, as messengers make them."""
    whole = draw(invoice, dpi=120)
    return page_of(whole.resize((570, round(570 * whole.height / whole.width)), Image.Resampling.BOX))


@pytest.fixture(scope="module")
def small_piece(reading_stage: ReadingStage, small_page: PageImage) -> RecognizedPage:
    (only,) = reading_stage.run(small_page)
    return only


def test_what_was_lost_of_small_print_is_found_where_it_stands(
    stage: SecondLookStage, small_page: PageImage, small_piece: RecognizedPage, invoice: DrawnInvoice
) -> None:
    lost = [line for line in small_piece.lines if "2" in line.text and "年" in line.text and "月" in line.text]
    lesser = replace(small_piece, lines=tuple(line for line in small_piece.lines if line not in lost), qr_codes=())

    before = extracted(lesser)
    after = stage.run((small_page, before))

    assert lost
    assert all(candidate.value is None for candidate in before.candidates.get("issue_date", ()))
    found = after.candidates["issue_date"][0]
    assert (found.value, found.witness) == (invoice.issue_date.isoformat(), Witness.PRINTED)
    assert found.polygon is not None
    assert lost[0].polygon.box.contains(found.polygon.box.centre)


def test_only_small_print_is_read_twice_and_only_where_something_is_open(
    quick_recognizer: TextRecognizer, page: PageImage, piece: RecognizedPage, small_page: PageImage, small_piece: RecognizedPage
) -> None:
    attentive = AttentiveRecognizer(quick_recognizer)
    look = SecondLookStage(attentive, ExtractionStage())

    look.run((page, extracted(piece)))
    assert attentive.pages == []

    look.run((small_page, extracted(small_piece)))
    assert 0 < sum(height * width for height, width, _ in attentive.pages) < 0.7 * 4 * small_page.height * small_page.width


def test_small_print_of_a_form_whose_parts_nobody_knows_is_read_twice_as_a_whole(
    quick_recognizer: TextRecognizer, small_page: PageImage, small_piece: RecognizedPage
) -> None:
    headings = ("名称", "单", "数", "额", "率", "规格")
    headless = replace(small_piece, lines=tuple(line for line in small_piece.lines if not any(word in line.text for word in headings)))
    attentive = AttentiveRecognizer(quick_recognizer)

    SecondLookStage(attentive, ExtractionStage()).run((small_page, extracted(headless)))

    assert attentive.pages == [(2 * small_page.height, 2 * small_page.width, 3)]
