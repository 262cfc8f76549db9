"""Both engines on drawn invoices: what they read, where they say it stands, what they refuse, and that they read the same."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent
from models.document import TextLine
from models.errors import RecognitionFailed
from models.geometry import Box, Polygon
from ocr_service.engines.own import OwnRecognizer
from ocr_service.engines.paddle import PaddleRecognizer
from tests.support.engines import load_paddle, load_recognizer, load_weights, recognizer
from tests.support.pictures import bgr

__all__ = ["recognizer"]

Recognizer = OwnRecognizer | PaddleRecognizer


@pytest.fixture(scope="module")
def invoice() -> DrawnInvoice:
    return invent("vat_electronic_general", 11, lines=1)


@pytest.fixture(scope="module")
def page(invoice: DrawnInvoice) -> NDArray[np.uint8]:
    return bgr(draw(invoice, dpi=130))


def number_line(lines: tuple[TextLine, ...], invoice: DrawnInvoice) -> TextLine:
    (line,) = [line for line in lines if line.text.endswith(invoice.number)]
    return line


def test_what_is_printed_is_read(recognizer: Recognizer, invoice: DrawnInvoice, page: NDArray[np.uint8]) -> None:
    text = "\n".join(line.text for line in recognizer.recognize(page))

    assert invoice.number in text
    assert invoice.seller.name in text
    assert f"{invoice.total:.2f}" in text


def test_a_line_stands_where_the_engine_says(recognizer: Recognizer, invoice: DrawnInvoice, page: NDArray[np.uint8]) -> None:
    line = number_line(tuple(recognizer.recognize(page)), invoice)
    box = line.polygon.box
    blanked = page.copy()
    blanked[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1] = 255

    assert line.confidence > 0.9
    assert not any(invoice.number in other.text for other in recognizer.recognize(blanked))


def test_a_place_is_read_again_without_looking_for_text(recognizer: Recognizer, invoice: DrawnInvoice, page: NDArray[np.uint8]) -> None:
    line = number_line(tuple(recognizer.recognize(page)), invoice)
    white = Polygon.rectangle(Box(0, page.shape[0] - 12, 60, page.shape[0] - 1))

    again, nothing = recognizer.reread(page, [line.polygon, white])

    assert again.text.endswith(invoice.number)
    assert again.polygon == line.polygon
    assert (nothing.text, nothing.polygon) == ("", white)
    assert list(recognizer.reread(page, [])) == []


def test_text_that_runs_down_the_page_is_turned_before_it_is_read(
    recognizer: Recognizer, invoice: DrawnInvoice, page: NDArray[np.uint8]
) -> None:
    line = number_line(tuple(recognizer.recognize(page)), invoice)
    turned = np.ascontiguousarray(np.rot90(page, -1))
    box = line.polygon.box
    place = Polygon.rectangle(Box(page.shape[0] - box.bottom, box.left, page.shape[0] - box.top, box.right))

    (again,) = recognizer.reread(turned, [place])

    assert again.text.endswith(invoice.number)


def test_white_paper_has_no_lines(recognizer: Recognizer) -> None:
    assert list(recognizer.recognize(np.full((300, 400, 3), 255, np.uint8))) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 3), (20, 20)])
def test_a_picture_too_small_for_text_has_no_lines(recognizer: Recognizer, shape: tuple[int, int]) -> None:
    assert list(recognizer.recognize(np.full((*shape, 3), 200, np.uint8))) == []


def test_what_the_engine_cannot_take_is_a_failed_recognition(recognizer: Recognizer) -> None:
    with pytest.raises(RecognitionFailed) as failure:
        recognizer.recognize(np.zeros((64, 48, 5), np.uint8))

    assert (failure.value.details["width"], failure.value.details["height"]) == (48, 64)


def test_after_a_failure_the_engine_reads_on(recognizer: Recognizer, page: NDArray[np.uint8]) -> None:
    with pytest.raises(RecognitionFailed):
        recognizer.recognize(np.zeros((64, 64, 5), np.uint8))

    assert len(recognizer.recognize(page)) > 20


def test_a_second_user_at_the_same_time_is_turned_away(recognizer: Recognizer, page: NDArray[np.uint8]) -> None:
    with recognizer.reserved(), pytest.raises(RuntimeError, match="two threads"):
        recognizer.recognize(page)


def test_paddleocr_and_its_models_are_named() -> None:
    engine = load_paddle()

    assert (engine.name, engine.version.partition(".")[0]) == ("paddleocr", "3")
    assert dict(engine.models) == {"detection": "PP-OCRv6_small_det", "recognition": "PP-OCRv6_small_rec"}


def test_the_own_engine_names_its_networks_and_what_runs_them() -> None:
    engine = load_recognizer()

    assert (engine.name, engine.version) == ("piaogen", "1")
    assert engine.models["detection"] == "PP-OCRv6_tiny_det"
    assert engine.models["recognition"] == "PP-OCRv6_tiny_rec, PP-OCRv6_small_rec"
    assert engine.models["runtime"].endswith(("float32", "bfloat16", "int8"))


def test_alternatives_come_with_lines_that_may_be_values(invoice: DrawnInvoice, page: NDArray[np.uint8]) -> None:
    lines = load_recognizer().recognize(page)
    number = number_line(tuple(lines), invoice)

    assert "".join(choices[0][0] for choices in number.choices) == number.text
    assert all(len(line.choices) in (0, len(line.text)) for line in lines)
    assert not any(line.choices for line in lines if line.text.isalpha() and line.text.isascii())


PAGES = (("vat_electronic_general", 31), ("digital_general", 33), ("vat_roll", 34))


@pytest.fixture(scope="module")
def pages() -> list[NDArray[np.uint8]]:
    return [bgr(draw(invent(kind, seed, lines=2), dpi=150)) for kind, seed in PAGES]


def test_the_small_network_reads_the_characters_that_paddleocr_reads(pages: list[NDArray[np.uint8]]) -> None:
    small = OwnRecognizer(load_weights(), recognizer="small")
    theirs = [_characters(load_paddle().recognize(page)) for page in pages]
    ours = [_characters(small.recognize(page)) for page in pages]

    same = sum((one & other).total() for one, other in zip(theirs, ours, strict=True))
    assert same >= 0.98 * sum(characters.total() for characters in theirs)


def test_places_of_which_paddleocr_is_sure_are_read_as_it_reads_them(pages: list[NDArray[np.uint8]]) -> None:
    theirs = [[line for line in load_paddle().recognize(page) if line.confidence >= 0.9] for page in pages]
    ours = [load_recognizer().reread(page, [line.polygon for line in lines]) for page, lines in zip(pages, theirs, strict=True)]

    pairs = [pair for one, other in zip(theirs, ours, strict=True) for pair in zip(one, other, strict=True)]
    same = sum(_folded(line.text) == _folded(other.text) for line, other in pairs)
    assert len(pairs) > 100
    assert same >= 0.98 * len(pairs)


def _characters(lines: Sequence[TextLine]) -> Counter[str]:
    return Counter(_folded("".join(line.text for line in lines)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "")
