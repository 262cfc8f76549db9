"""A PDF's own text is used when it is what the page shows, and only then."""

import numpy as np
import pytest

from models.errors import UnreadableFile
from ocr_service.files.pdf import pdf_attachments
from ocr_service.opened import Upload
from ocr_service.page_image import PageImage
from ocr_service.stages.borne_out import is_borne_out
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.rendering import RenderingStage
from tests.support.engines import load_quick_recognizer
from tests.support.pdf_files import FACE, text_pdf

SHIFTED = dict(zip("0123456789", "1234567890", strict=True))
OUTLINES = b"".join(b"%d %d 6 8 re f %d %d 3 3 re f\n" % (30 + 9 * n, y, 30 + 9 * n, y + 10) for n in range(50) for y in (190, 210, 230))
QR_MODULES = b"".join(b"%d %d 7 7 re f\n" % (300 + 12 * n, 140 + 12 * m) for n in range(12) for m in range(12))
BARS = b"".join(b"%g %g %g %d re f\n" % (x, y, size * len(text), size) for x, y, size, text in FACE)
PRIVATE = {digit: chr(0xE000 + number) for number, digit in enumerate("0123456789")}


def page_of(content: bytes) -> PageImage:
    (page,) = RenderingStage().run(IntakeStage().run(Upload(content, "x.pdf")))
    return page


def test_the_lines_of_a_page_are_its_text_and_stand_on_its_ink() -> None:
    page = page_of(text_pdf())

    assert [line.text for line in page.printed] == [text for _, _, _, text in FACE]
    for line in page.printed:
        box = line.polygon.box
        assert (page.pixels[int(box.top) : int(box.bottom), int(box.left) : int(box.right)] < 128).any()
    outside = page.pixels.copy()
    for line in page.printed:
        box = line.polygon.box
        outside[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1] = 255
    assert (outside > 200).all()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_turns_itself_is_read_as_it_is_shown(turn: int) -> None:
    page = page_of(text_pdf(turn=turn))
    upright = {line.text: line for line in page_of(text_pdf()).printed}

    assert {line.text for line in page.printed} == set(upright)
    expected = np.rot90(page_of(text_pdf()).pixels, -turn // 90)
    assert page.pixels.shape == expected.shape
    title = next(line for line in page.printed if line.text.startswith("电子发票"))
    first, second = title.polygon.points[:2]
    assert np.argmax(np.abs(np.subtract(second, first))) == (1 if turn in (90, 270) else 0)


@pytest.mark.parametrize(
    ("pdf", "why"),
    [
        (text_pdf(render_mode=3), "invisible words over a scan"),
        (text_pdf(render_mode=3, drawing=BARS), "invisible words over other ink"),
        (text_pdf(picture=True), "a picture over the whole page"),
        (text_pdf(said=PRIVATE), "digits without a meaning"),
        (text_pdf(FACE[:1]), "hardly any text"),
        (text_pdf(drawing=OUTLINES), "half of the text drawn as outlines"),
        (text_pdf(drawing=b"1 g\n"), "white words"),
        (text_pdf([(60, 300 - 20 * row, 10, "天地玄黄宇宙洪荒日月盈昃辰宿列张") for row in range(5)]), "nothing of the trade"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_text_that_may_not_be_what_is_shown_is_left_to_the_pixels(pdf: bytes, why: str) -> None:
    assert page_of(pdf).printed == ()


def test_a_qr_code_that_is_drawn_as_outlines_speaks_against_nothing() -> None:
    assert page_of(text_pdf(drawing=QR_MODULES)).printed


def test_every_font_has_a_line_to_be_held_against_the_ink() -> None:
    page = page_of(text_pdf())

    assert [group[0].text for group in page.probes] == ["发票号码：25119900000012345678"]


@pytest.mark.parametrize("turn", [0, 90])
def test_an_honest_text_is_borne_out_by_its_ink(turn: int) -> None:
    assert is_borne_out(page_of(text_pdf(turn=turn)), load_quick_recognizer())


def test_a_font_that_calls_its_digits_by_other_names_is_found_out() -> None:
    page = page_of(text_pdf(said=SHIFTED))

    assert any("36220011111123456789" in line.text for line in page.printed)
    assert not is_borne_out(page, load_quick_recognizer())


def test_wrong_digits_are_found_out_among_many_right_words() -> None:
    long = [(30, 300 - 40 * row, 10, f"国家税务总局青禾市示例县税务局代开发票第{number}号") for row, number in enumerate((2345, 6789))]
    honest, shifted = page_of(text_pdf([*FACE[:1], *long])), page_of(text_pdf([*FACE[:1], *long], said=SHIFTED))

    assert is_borne_out(honest, load_quick_recognizer())
    assert shifted.printed
    assert not is_borne_out(shifted, load_quick_recognizer())


FILLED = ((470, 350, 10, "25119900000012345678"), (470, 330, 10, "2025-03-19"))


def test_what_form_fields_show_is_text_of_the_page() -> None:
    for with_appearance in (True, False):
        page = page_of(text_pdf(FACE, fields=FILLED, with_appearance=with_appearance))
        said = {line.text: line.polygon.box for line in page.printed}

        assert {text for *_, text in FILLED} <= {word for text in said for word in text.replace("：", " ").split()}
        for text, box in said.items():
            if text in {text for *_, text in FILLED}:
                assert (page.pixels[int(box.top) : int(box.bottom), int(box.left) : int(box.right)] < 128).any()


@pytest.mark.parametrize(
    ("field", "shown"), [(b"/FT/Sig/F 4", True), (b"/FT/Sig", True), (b"/FT/Tx/F 2", False), (b"/FT/Tx/F 32", False)], ids=str
)
def test_the_appearance_of_a_signature_is_drawn_and_what_is_hidden_is_not(field: bytes, shown: bool) -> None:
    plain, signed = page_of(text_pdf()), page_of(text_pdf(fields=[(300, 60, 20, "SEAL")], field=field))

    assert bool((plain.pixels != signed.pixels).any()) is shown
    assert ("SEAL" in {line.text for line in signed.printed}) is shown


def test_attachments_come_with_their_names() -> None:
    assert pdf_attachments(text_pdf(attachment=("rai_issuer.xml", b"<xbrl/>"))) == (("rai_issuer.xml", 7, b"<xbrl/>"),)
    assert pdf_attachments(text_pdf()) == ()
    with pytest.raises(UnreadableFile):
        pdf_attachments(b"%PDF-1.4 nothing")
