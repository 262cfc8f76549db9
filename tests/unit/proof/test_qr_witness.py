"""Whether a QR code is this face's own, and what follows when it is another invoice's."""

from dataclasses import replace
from datetime import date

import pytest

from models.document import QrCode
from models.geometry import Box, Polygon
from models.invoice import FieldStatus, Invoice, InvoiceKind, Witness
from models.qr_payload import parse_qr_payload
from models.verification import Outcome, Verdict
from ocr_service.evidence import Candidate
from ocr_service.proof.qr_witness import belongs
from tests.support.faces import a_page, a_special_invoice
from tests.support.witnesses import a_word
from tests.unit.test_verification import QR, check, proved, with_qr

FACE = {
    "invoice_code": "3100203130",
    "invoice_number": "12345678",
    "issue_date": "2020-11-18",
    "tax_exclusive_amount": "200.00",
}
OWN = "01,01,3100203130,12345678,200.00,20201118,,"


def owned(text: str, **printed: str | None) -> bool:
    payload = parse_qr_payload(with_qr(text))
    assert payload is not None
    said: dict[str, tuple[Candidate, ...]] = {
        key: (a_word(value, doubts={}),) for key, value in {**FACE, **printed}.items() if value is not None
    }
    return belongs(payload, InvoiceKind.VAT_SPECIAL, said)


@pytest.mark.parametrize(
    ("text", "printed", "own"),
    [
        (OWN, {}, True),
        ("01,01,3100203130,87654321,200.00,20201118,,", {}, True),
        ("01,01,3100203130,87654321,900.00,20201118,,", {}, False),
        ("01,01,3100203130,12345679,900.00,20201118,,", {}, False),
        ("01,01,3100203130,87654321,200.00,20201119,,", {}, False),
        ("01,01,3100203130,12345678,900.00,20201118,,", {}, True),
        (OWN, {"invoice_number": None}, True),
        (OWN, {"invoice_number": None, "issue_date": None, "tax_exclusive_amount": None}, False),
        (OWN, {"invoice_number": None, "issue_date": "2020-11-19"}, False),
        (OWN, dict.fromkeys(FACE), True),
    ],
    ids=[
        *("all agree", "number read elsewhere", "another's", "the neighbour's", "another day's", "another amount"),
        *("number lost", "only the pad's code", "number lost, another day's", "an empty face"),
    ],
)
def test_a_code_belongs_to_the_face_that_shows_what_it_says(text: str, printed: dict[str, str | None], own: bool) -> None:
    assert owned(text, **printed) is own


@pytest.mark.parametrize(("torn", "own"), [("No1234578", True), ("No99", False)], ids=["lost a digit", "lost nearly all"])
def test_a_torn_number_that_can_be_the_codes_shows_with_the_pads_code_that_it_belongs(torn: str, own: bool) -> None:
    payload = parse_qr_payload(with_qr(OWN))
    assert payload is not None
    said = {"invoice_code": (a_word(FACE["invoice_code"]),), "invoice_number": (a_word(None, raw=torn),)}

    assert belongs(payload, InvoiceKind.VAT_SPECIAL, said) is own


def pasted(qr: str, **changed: str) -> Invoice:
    return proved(replace(a_special_invoice(**changed), qr_codes=a_page(qr=qr).qr_codes))


def test_a_code_pasted_over_from_another_invoice_proves_nothing() -> None:
    """Date and code are the same, number and amount are not."""
    invoice = pasted(with_qr("01,01,3100203130,55556666,950.00,20201118,,"), second_number="")

    assert Witness.QR not in {witness for field in invoice.fields.values() for witness in field.witnesses if field.value == "2020-11-18"}
    assert (invoice.fields["invoice_number"].value, invoice.fields["invoice_number"].status) == ("12345678", FieldStatus.CONFLICT)
    assert invoice.fields["tax_exclusive_amount"].value == "200.00"
    assert check(invoice, "qr_is_of_this_invoice").outcome is Outcome.FAIL
    assert check(invoice, "number_witnesses_agree").outcome is Outcome.FAIL
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_the_neighbours_code_of_the_same_day_repairs_no_number() -> None:
    invoice = pasted(with_qr("01,01,3100203130,12345679,950.00,20201118,,"), second_number="")

    assert (invoice.fields["invoice_number"].value, invoice.fields["invoice_number"].status) == ("12345678", FieldStatus.CONFLICT)
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_a_code_with_the_faces_number_and_another_amount_fails_its_check() -> None:
    invoice = pasted(with_qr("01,01,3100203130,12345678,950.00,20201118,,"))

    assert check(invoice, "amount_matches_qr").outcome is Outcome.FAIL
    assert invoice.verdict is Verdict.NEEDS_REVIEW


@pytest.mark.parametrize("text", ["https://pay.example/q?id=1", "wxp://f2f0", "名称</>税号</>地址", "01,99,x"])
def test_a_payment_code_on_the_receipt_is_ignored(text: str) -> None:
    invoice = pasted(text)

    assert check(invoice, "qr_is_of_this_invoice").outcome is Outcome.NOT_APPLICABLE
    assert check(invoice, "amount_matches_qr").outcome is Outcome.NOT_APPLICABLE
    assert Witness.QR not in {witness for field in invoice.fields.values() for witness in field.witnesses}


def test_of_two_codes_the_faces_own_is_heard() -> None:
    other = QrCode(with_qr("01,01,3100203130,55556666,950.00,20201119,,"), Polygon.rectangle(Box(200, 20, 280, 100)))
    page = a_special_invoice()
    invoice = proved(replace(page, qr_codes=(other, *a_page(qr=QR).qr_codes)))

    assert invoice.fields["invoice_number"].witnesses == (Witness.PRINTED, Witness.SECOND_PRINT, Witness.QR, Witness.QR_CRC)
    assert invoice.fields["issue_date"].value == date(2020, 11, 18).isoformat()
    assert invoice.verdict is Verdict.ACCEPTED


def test_words_that_contradict_the_digits_go_to_review() -> None:
    invoice = pasted(QR, words="贰佰叁拾陆圆整")

    assert check(invoice, "total_matches_words").outcome is Outcome.FAIL
    assert invoice.fields["tax_inclusive_amount_in_words"].status is FieldStatus.CONFLICT
    assert invoice.verdict is Verdict.NEEDS_REVIEW
