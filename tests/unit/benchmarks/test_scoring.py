"""What is counted as exact, missed, wrong, invented and silent."""

from dataclasses import replace

import pytest

from benchmarks.folding import folded
from benchmarks.intervals import stated_share, wilson
from benchmarks.labelled import LabelledFile
from benchmarks.scoring import Mistake, Pair, Place, Score, paired, paired_rows
from models.invoice import FieldStatus, Invoice, InvoiceKind, LineItem
from models.verification import Verdict
from tests.support.example_reading import NUMBER, example_invoice, proved_invoice

TRUTH = {"kind": "vat_special", "invoice_number": NUMBER, "seller_name": "某某公司", "machine_number": "1", "check_code": None}


def scored(truth: dict[str, object], read: Invoice | None, **about: object) -> Score:
    score = Score()
    score.add(replace(LabelledFile("a.jpg", b"", (truth,), medium="scan"), **about), Pair(truth, read))
    return score


def counts(score: Score, field: str) -> dict[str, int]:
    return {outcome: number for outcome, number in score.fields[Place("scan", "vat_special", field)].items() if number}


def with_number(invoice: Invoice, status: FieldStatus, value: str | None = NUMBER) -> Invoice:
    number = replace(invoice.fields["invoice_number"], status=status, value=value)
    return replace(invoice, fields={**invoice.fields, "invoice_number": number})


def test_exact_missed_and_wrong_are_told_apart() -> None:
    score = scored(TRUTH, example_invoice())

    assert counts(score, "invoice_number") == {"printed": 1, "exact": 1}
    assert counts(score, "machine_number") == {"printed": 1, "missed": 1}
    assert counts(score, "seller_name") == {"printed": 1, "wrong": 1}
    assert counts(score, "check_code") == {}
    assert score.total("printed") == 3
    assert score.counted("kind right") == 1
    assert score.mistakes == [
        Mistake("a.jpg", "machine_number", "1", None, "absent", False),
        Mistake("a.jpg", "seller_name", "某某公司", example_invoice().value("seller_name"), "read", False),
    ]


@pytest.mark.parametrize(
    ("status", "verdict", "silent"),
    [
        (FieldStatus.PROVED, Verdict.NEEDS_REVIEW, 1),
        (FieldStatus.REPAIRED, Verdict.NEEDS_REVIEW, 1),
        (FieldStatus.READ, Verdict.NEEDS_REVIEW, 0),
        (FieldStatus.CONFLICT, Verdict.NEEDS_REVIEW, 0),
        (FieldStatus.READ, Verdict.ACCEPTED, 1),
    ],
)
def test_a_wrong_value_is_silent_when_the_reading_vouches_for_it(status: FieldStatus, verdict: Verdict, silent: int) -> None:
    score = scored({**TRUTH, "invoice_number": "99999999"}, replace(with_number(example_invoice(), status), verdict=verdict))

    assert counts(score, "invoice_number")["wrong"] == 1
    assert score.silent == score.total("silent", ["invoice_number"]) == silent


def test_a_wrong_field_that_is_no_key_field_is_unproved_in_an_accepted_invoice_and_not_silent() -> None:
    score = scored({"kind": "vat_special", "seller_name": "某某公司"}, proved_invoice())

    assert (score.silent, score.total("unproved")) == (0, 1)


def test_what_was_missed_is_never_silent() -> None:
    assert scored(TRUTH, with_number(proved_invoice(), FieldStatus.PROVED, None)).silent == 0
    assert scored(TRUTH, None).silent == 0


def test_a_proved_value_where_nothing_is_printed_is_silent_where_the_labels_are_sure_of_it() -> None:
    truth = {"kind": "vat_special", "invoice_number": None}

    assert counts(scored(truth, example_invoice()), "invoice_number") == {"invented": 1, "silent": 1}
    assert counts(scored(truth, example_invoice(), blanks_are_sure=False), "invoice_number") == {}


def test_what_is_not_labelled_or_not_sure_is_not_counted() -> None:
    score = scored({**TRUTH, "items": None}, example_invoice(), uncertain=frozenset({"seller_name"}))

    assert {place.field for place in score.fields} == {"invoice_number", "machine_number", "check_code"}
    assert not score.rows


def test_an_accepted_invoice_that_does_not_exist_is_silent_and_an_unknown_paper_is_not_invented() -> None:
    score, file = Score(), LabelledFile("a.jpg", b"", ())
    unknown = replace(example_invoice(), kind=InvoiceKind.OTHER)
    for invoice in (proved_invoice(), example_invoice(), unknown, replace(example_invoice(), verdict=Verdict.UNREAD)):
        score.add(file, Pair(None, invoice))

    assert score.spurious == {"accepted": 1, "needs_review": 1}
    assert score.silent == 1


def test_a_paper_is_whole_when_its_key_fields_are_exact() -> None:
    assert scored(TRUTH, example_invoice()).counted("whole") == 1
    assert scored({**TRUTH, "invoice_number": "99999999"}, example_invoice()).counted("whole") == 0
    assert scored(TRUTH, None).counted("whole") == 0


def test_accepted_is_split_by_whether_a_code_can_be_read() -> None:
    coded = scored(TRUTH, proved_invoice(), codes=(f"01,01,,{NUMBER},",))
    plain = scored(TRUTH, example_invoice())
    taxi = scored({**TRUTH, "kind": "taxi"}, proved_invoice(), codes=("https://example.com/pay",))

    assert (coded.counted("qr"), coded.counted("qr accepted"), coded.counted("plain")) == (1, 1, 0)
    assert (plain.counted("qr"), plain.counted("plain"), plain.counted("plain accepted")) == (0, 1, 0)
    assert (taxi.counted("qr"), taxi.counted("plain"), taxi.counted("accepted")) == (0, 0, 1)


def test_counts_are_kept_apart_by_medium_and_kind() -> None:
    score = Score()
    for medium, kind in (("scan", "taxi"), ("photo", "taxi"), ("scan", "train")):
        truth = {"kind": kind, "invoice_number": NUMBER}
        score.add(LabelledFile("a.jpg", b"", (truth,), medium=medium), Pair(truth, example_invoice()))

    assert score.total("exact") == 3
    assert score.total("exact", medium="scan") == 2
    assert score.total("exact", medium="scan", kind="train") == score.counted("invoices", medium="scan", kind="train") == 1
    assert score.total("exact", medium="fax") == 0


def test_invoices_of_one_file_are_paired_by_what_they_share() -> None:
    other = {**TRUTH, "invoice_number": "00000000"}
    stranger = replace(example_invoice(), fields={})

    assert paired([other, TRUTH], [example_invoice()]) == [Pair(other, None), Pair(TRUTH, example_invoice())]
    assert paired([other, TRUTH], [example_invoice(), stranger]) == [Pair(other, stranger), Pair(TRUTH, example_invoice())]
    assert paired([TRUTH], [stranger, example_invoice()]) == [Pair(TRUTH, example_invoice()), Pair(None, stranger)]


def test_rows_are_exact_wrong_missed_or_invented() -> None:
    printed = [{"name": "甲", "amount": "1.00"}, {"name": "乙", "amount": "2.00"}, {"name": "丙", "amount": "3.00"}]
    read = (LineItem(name="乙", amount="2.00"), LineItem(name="甲", amount="1.50", unit="个"), LineItem(name="丁", amount="4.00"))
    score = scored({"kind": "vat_special", "items": printed}, replace(example_invoice(), items=read))

    assert score.rows == {Place("scan", "vat_special"): {"printed": 3, "exact": 1, "wrong": 1, "missed": 1, "invented": 1}}
    assert score.cells == {Place("scan", "vat_special"): {"printed": 6, "exact": 3, "wrong": 1, "missed": 2, "invented": 1}}


def test_a_row_is_exact_whatever_its_unit_and_specification() -> None:
    printed = [{"name": "甲", "amount": "1.00", "unit": "台", "specification": None}]
    score = scored(
        {"kind": "vat_special", "items": printed}, replace(example_invoice(), items=(LineItem(name="甲", amount="1", unit="合"),))
    )

    assert (score.rows_counted("exact"), score.cells_counted("wrong")) == (1, 1)


def test_a_row_is_not_given_to_two_printed_ones() -> None:
    twice = [{"name": "甲", "amount": "1.00"}] * 2

    assert [row is None for _, row in paired_rows(twice, [LineItem(name="甲", amount="1.00")])] == [False, True]


@pytest.mark.parametrize(
    ("key", "printed", "read", "same"),
    [
        ("seller_name", "某（中国）公司 ", "某(中国)公司", True),
        ("seller_name", "某公司", "某公词", False),
        ("tax_amount", "1.50", "¥1.5", True),
        ("tax_amount", "1.50", "15.0", False),
        ("tax_amount", "***", "***", True),
        ("tax_amount", "***", "0.00", False),
        ("item quantity", "5.73", "573", False),
        ("item unit_price", "1,200.00", "1200", True),
        ("item specification", "A-1", "A1", True),
        ("invoice_number", "00123", "123", False),
        ("seller_tax_id", "91440199684729782p", "91440199684729782P", True),
        ("tax_inclusive_amount_in_words", "ⓧ壹元整", "壹圆正", True),
        ("tax_inclusive_amount_in_words", "壹圆贰角整", "壹圆贰角", True),
        ("tax_inclusive_amount_in_words", "壹拾圆整", "壹圆整", False),
    ],
)
def test_only_what_nobody_would_call_different_is_the_same(key: str, printed: str, read: str, same: bool) -> None:
    assert (folded(key, printed) == folded(key, read)) is same


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 2, 0.0945, 0.9055), (95, 100, 0.8882, 0.9785), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_those_of_wilson(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


def test_a_share_says_how_sure_it_is() -> None:
    assert stated_share(95, 100) == "95.0 % (88.8-97.8)"
    assert stated_share(0, 0) == "-"
