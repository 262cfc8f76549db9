"""An invoice that is marked as taken back is not accepted, whatever is proved of it; words about that cancel nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.correction import Wish
from models.invoice import Invoice
from models.verification import Outcome, Verdict
from ocr_service.corrections import Corrector
from tests.support.drawn_evidence import a_reading, archived
from tests.support.faces import Print, a_line, a_page, a_special_invoice
from tests.unit.test_verification import QR, TODAY, check, proved


def with_words(text: str, top: float = 300) -> Invoice:
    return with_letters((text, 400, top))


def with_letters(*prints: Print, print_height: float = 18) -> Invoice:
    page = replace(a_special_invoice(), qr_codes=a_page(qr=QR).qr_codes)
    return proved(replace(page, lines=(*page.lines, *(a_line(*entry, print_height) for entry in prints))))


@pytest.mark.parametrize("mark", ["作废", "此票作废", "作 废", "作　　废", "作廢", "【已作废】", "已全额红冲"])
def test_an_invoice_marked_as_cancelled_is_not_accepted(mark: str) -> None:
    invoice = with_words(mark)

    assert invoice.verdict is Verdict.NEEDS_REVIEW
    assert check(invoice, "face_is_not_cancelled").actual == mark


def test_nor_is_it_after_a_correction_of_something_else() -> None:
    reading = archived(a_reading(with_words("作废")))
    wish = Wish("周样", "对照纸质原件", {"payee": "朱例"})
    [after] = Corrector(today=lambda: TODAY).correct(reading, 1, wish, datetime(2026, 1, 31, tzinfo=UTC)).invoices

    assert after.verdict is Verdict.NEEDS_REVIEW
    assert check(after, "face_is_not_cancelled").outcome is Outcome.FAIL


@pytest.mark.parametrize("words", ["手写无效，涂改作废", "过期作废", "遗失声明作废", "废品回收", "作废品处理"])
def test_words_about_cancelling_cancel_nothing(words: str) -> None:
    invoice = with_words(words, top=590)

    assert invoice.verdict is Verdict.ACCEPTED
    assert check(invoice, "face_is_not_cancelled").outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "letters",
    [
        pytest.param((("作", 300, 320), ("废", 700, 320)), id="across"),
        pytest.param((("作", 300, 300), ("废", 300, 340)), id="downwards"),
        pytest.param((("作", 330, 360), ("废", 420, 310)), id="slanting upwards"),
        pytest.param((("此", 300, 320), ("票", 360, 320), ("作", 420, 320), ("废", 480, 320)), id="four letters"),
        pytest.param((("此票作", 300, 320), ("废", 480, 320)), id="torn before the last"),
        pytest.param((("已", 300, 320), ("红", 360, 320), ("冲", 420, 320)), id="taken back by a red one"),
    ],
)
def test_letters_that_were_read_one_by_one_are_a_mark(letters: tuple[Print, ...]) -> None:
    invoice = with_letters(*letters)

    assert invoice.verdict is Verdict.NEEDS_REVIEW
    assert check(invoice, "face_is_not_cancelled").actual == " ".join(text for text, _, _ in letters)


def test_letters_of_a_stamp_have_the_form_s_print_between_them() -> None:
    invoice = with_letters(("作", 120, 425), ("废", 800, 425), print_height=60)

    assert check(invoice, "face_is_not_cancelled").outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "letters",
    [
        pytest.param((("涂", 300, 320), ("改", 360, 320), ("作", 420, 320), ("废", 480, 320)), id="words about cancelling"),
        pytest.param((("废", 300, 320), ("作", 700, 320)), id="backwards"),
        pytest.param((("作", 100, 292), ("*金属制品*旧电机报", 20, 316), ("废", 100, 340)), id="ends of two names"),
        pytest.param((("作", 300, 320), ("品", 360, 320)), id="another word"),
    ],
)
def test_letters_that_say_something_else_are_none(letters: tuple[Print, ...]) -> None:
    assert check(with_letters(*letters), "face_is_not_cancelled").outcome is Outcome.NOT_APPLICABLE
