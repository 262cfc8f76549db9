"""An invoice that is marked as taken back is not accepted, whatever is proved of it; words about that cancel nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.correction import Wish
from models.invoice import Invoice
from models.verification import Outcome, Verdict
from ocr_service.corrections import Corrector
from tests.support.drawn_evidence import a_reading, archived
from tests.support.faces import a_page, a_special_invoice, with_prints
from tests.unit.test_verification import QR, TODAY, check, proved


def with_words(text: str, top: float = 300) -> Invoice:
    page = replace(a_special_invoice(), qr_codes=a_page(qr=QR).qr_codes)
    return proved(with_prints(page, (text, 400, top)))


@pytest.mark.parametrize("mark", ["作废", "此票作废", "作 废", "【已作废】", "已全额红冲"])
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
