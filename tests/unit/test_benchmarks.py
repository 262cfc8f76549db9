"""The scorer counts what it says it counts."""

from dataclasses import replace

from benchmarks.accuracy import Tally, folded, paired
from models.invoice import FieldStatus
from models.verification import Verdict
from tests.support.example_reading import NUMBER, example_invoice

TRUTH = {"kind": "vat_special", "invoice_number": NUMBER, "seller_name": "某某公司", "machine_number": "1"}


def test_exact_missed_and_wrong_are_told_apart() -> None:
    tally = Tally()
    tally.add(TRUTH, example_invoice())

    assert tally.fields["invoice_number"] == {"printed": 1, "exact": 1}
    assert tally.fields["machine_number"] == {"printed": 1, "missed": 1}
    assert tally.fields["seller_name"] == {"printed": 1, "wrong": 1, "silent": 0}
    assert tally.kinds[True] == 1


def test_a_wrong_value_that_is_vouched_for_is_silent() -> None:
    invoice = example_invoice()
    number = invoice.fields["invoice_number"]
    doubted = replace(invoice, fields={**invoice.fields, "invoice_number": replace(number, status=FieldStatus.CONFLICT)})
    counts = []
    for read in (invoice, doubted, replace(doubted, verdict=Verdict.ACCEPTED)):
        tally = Tally()
        tally.add({**TRUTH, "invoice_number": "99999999"}, read)
        counts.append(tally.fields["invoice_number"]["silent"])

    assert counts == [1, 0, 1]


def test_invoices_of_one_picture_are_paired_by_number() -> None:
    other = {**TRUTH, "invoice_number": "00000000"}

    assert [invoice is None for _, invoice in paired([TRUTH, other], [example_invoice()])] == [False, True]


def test_width_and_signs_make_no_difference() -> None:
    assert folded("seller_name", "某（中国）公司 ") == folded("seller_name", "某(中国)公司")
    assert folded("tax_amount", "1.50") == folded("tax_amount", "1.5")
