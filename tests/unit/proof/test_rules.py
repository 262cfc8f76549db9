"""Rules of particular kinds, hints, and what each kind needs to be accepted."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.invoice import FieldStatus, InvoiceKind, LineItem, Witness
from models.qr_payload import QrPayload, parse_qr_payload
from models.verification import Check, Outcome, Verdict
from ocr_service.evidence import Candidate
from ocr_service.proof.proving import Hearing, Proof, needed_fields, prove
from ocr_service.proof.rates import fitting_rates, the_rate
from ocr_service.proof.verdict import verdict_of
from tests.support.faces import a_special_invoice
from tests.support.witnesses import a_word
from tests.unit.test_verification import QR, TODAY, a_proved_invoice, check, proved, with_qr

TAXI = {"tax_inclusive_amount": "25.50", "unit_price": "2.30", "mileage": "10.2"}


def proof_of(kind: InvoiceKind, items: tuple[LineItem, ...] = (), qr: QrPayload | None = None, **values: str) -> Proof:
    said: dict[str, tuple[Candidate, ...]] = {
        key: (a_word(value, doubts={}, top=40 * place),) for place, (key, value) in enumerate(values.items())
    }
    return prove(Hearing(kind, {}, said, items, 1, qr), TODAY)


def outcome(proof: Proof, rule: str) -> Outcome:
    return next(found for found in proof.checks if found.rule == rule).outcome


SUMS = {"invoice_number": "24312000000012345678", "tax_exclusive_amount": "200.00", "tax_amount": "26.00"}
LINE = LineItem("*文具*中性笔", None, None, None, None, "200.00", "13%", "26.00")
ROWS = (LINE, replace(LINE, amount="0.00", tax_amount="0.00"))
OTHER_TOTAL = parse_qr_payload(with_qr("01,32,,24312000000012345678,999.00,20240301,,"))


@pytest.mark.parametrize(
    ("qr", "more"), [(OTHER_TOTAL, {}), (None, {"tax_inclusive_amount_in_words": "玖佰玖拾玖圆整"})], ids=["code", "words"]
)
def test_two_sums_outvote_nobody_where_no_total_is_printed(qr: QrPayload | None, more: dict[str, str]) -> None:
    total = proof_of(InvoiceKind.DIGITAL_GENERAL, ROWS, qr, **SUMS, **more).fields["tax_inclusive_amount"]

    assert (total.value, total.status) == ("999.00", FieldStatus.READ)


def test_a_total_that_is_only_in_words_is_held_against_the_code() -> None:
    proof = proof_of(InvoiceKind.DIGITAL_GENERAL, ROWS, OTHER_TOTAL, **SUMS, tax_inclusive_amount_in_words="贰佰贰拾陆圆整")

    assert proof.fields["tax_inclusive_amount"].value == "226.00"
    assert outcome(proof, "amount_matches_qr") is Outcome.FAIL


def test_a_total_of_the_code_and_the_sums_is_held_against_the_words() -> None:
    qr = parse_qr_payload(with_qr("01,32,,24312000000012345678,226.00,20240301,,"))
    proof = proof_of(InvoiceKind.DIGITAL_GENERAL, ROWS, qr, **SUMS, tax_inclusive_amount_in_words="玖佰玖拾玖圆整")

    assert proof.fields["tax_inclusive_amount"].value == "226.00"
    assert outcome(proof, "total_matches_words") is Outcome.FAIL


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Outcome.PASS),
        ({"tax_inclusive_amount": "255.00"}, Outcome.WARNING),
        ({"tax_inclusive_amount": "2.50"}, Outcome.WARNING),
        ({"mileage": ""}, Outcome.NOT_APPLICABLE),
    ],
)
def test_a_fare_that_does_not_fit_its_mileage_is_a_hint(changed: dict[str, str], expected: Outcome) -> None:
    values = {key: value for key, value in {**TAXI, **changed}.items() if value}

    assert outcome(proof_of(InvoiceKind.TAXI, **values), "fare_fits_mileage") is expected


@pytest.mark.parametrize(("vin", "expected"), [("L1111111611111111", Outcome.PASS), ("L1111111711111111", Outcome.WARNING)])
def test_the_check_digit_of_a_vin_is_a_hint(vin: str, expected: Outcome) -> None:
    assert outcome(proof_of(InvoiceKind.MOTOR_VEHICLE, vin=vin), "vin_check_digit") is expected


@pytest.mark.parametrize(
    ("net", "tax", "expected"),
    [
        ("150000.00", "19500.00", Outcome.PASS),
        ("150442.48", "19557.52", Outcome.PASS),
        ("150000.00", "19600.00", Outcome.FAIL),
        ("150000.00", "16500.00", Outcome.FAIL),
    ],
    ids=["13 %", "13 % of an uneven amount", "no rate", "a rate of another time"],
)
def test_the_tax_of_a_car_is_a_rate_of_its_price(net: str, tax: str, expected: Outcome) -> None:
    values = {"issue_date": "2009-05-03", "tax_exclusive_amount": net, "tax_amount": tax}

    assert outcome(proof_of(InvoiceKind.MOTOR_VEHICLE, **values), "tax_is_a_rate_of_the_amount") is expected
    assert outcome(proof_of(InvoiceKind.VAT_GENERAL, **values), "tax_is_a_rate_of_the_amount") is Outcome.NOT_APPLICABLE


def test_rates_are_told_from_net_and_tax_to_the_cent() -> None:
    assert fitting_rates(Decimal("100.05"), Decimal("13.01"), None) == (Decimal(13),)
    assert the_rate((LineItem(tax_rate="6%"), LineItem(tax_rate="6%"))) == 6
    assert the_rate((LineItem(tax_rate="6%"), LineItem(tax_rate="9%"))) is None
    assert the_rate((LineItem(tax_rate="6%"), LineItem(tax_rate="免税"))) is None


RED = {
    "item_quantity": "-100",
    "item_amount": "-150.00",
    "item_tax": "-19.50",
    "item2_quantity": "-2",
    "item2_amount": "-50.00",
    "item2_tax": "-6.50",
    "net": "￥-200.00",
    "tax": "￥-26.00",
    "words": "（负数）贰佰贰拾陆圆整",
    "digits": "（小写）￥-226.00",
}


def test_a_red_invoice_is_negative_throughout() -> None:
    invoice = proved(a_special_invoice(**RED))

    assert invoice.fields["tax_inclusive_amount"].value == "-226.00"
    assert Witness.WORDS in invoice.fields["tax_inclusive_amount"].witnesses
    assert [found.rule for found in invoice.checks if found.outcome in {Outcome.FAIL, Outcome.WARNING}] == []
    assert check(invoice, "red_invoice_is_negative").outcome is Outcome.PASS


def test_a_red_invoice_whose_sign_was_lost_is_noticed() -> None:
    invoice = proved(a_special_invoice(**{**RED, "digits": "（小写）￥226.00"}))

    assert check(invoice, "total_matches_words").outcome is Outcome.FAIL
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_a_negative_total_that_nothing_marks_as_red_is_a_hint() -> None:
    invoice = proved(a_special_invoice(**{**RED, "words": "负贰佰贰拾陆圆整"}))

    assert check(invoice, "red_invoice_is_negative").outcome is Outcome.WARNING


def test_a_discount_line_counts_in_the_sums() -> None:
    discounted = {"item2_name": "*文具*中性笔", "item2_quantity": "", "item2_price": "", "item2_amount": "-50.00", "item2_tax": "-6.50"}
    totals = {"net": "￥100.00", "tax": "￥13.00", "words": "壹佰壹拾叁圆整", "digits": "（小写）￥113.00"}
    invoice = proved(a_special_invoice(**discounted, **totals))

    assert check(invoice, "lines_sum_to_amount").outcome is Outcome.PASS
    assert check(invoice, "lines_sum_to_tax").outcome is Outcome.PASS


@pytest.mark.parametrize("kind", [InvoiceKind.VAT_SPECIAL, InvoiceKind.DIGITAL_GENERAL, InvoiceKind.TOLL_ELECTRONIC])
@pytest.mark.parametrize("items", [(), (LineItem(name="*文具*笔", amount="100.00"), LineItem(name="*纸制品*复印纸", tax_amount="6.50"))])
def test_a_sum_of_lines_that_is_not_there_does_not_hold(kind: InvoiceKind, items: tuple[LineItem, ...]) -> None:
    rule = "lines_sum_to_amount"

    assert outcome(proof_of(kind, items, tax_exclusive_amount="150.00"), rule) is Outcome.FAIL
    assert outcome(proof_of(kind, items), rule) is Outcome.NOT_APPLICABLE
    assert outcome(proof_of(InvoiceKind.MOTOR_VEHICLE, tax_exclusive_amount="150.00"), rule) is Outcome.NOT_APPLICABLE


def test_a_roll_without_lines_is_noticed() -> None:
    rule = "lines_sum_to_amount"

    assert outcome(proof_of(InvoiceKind.VAT_ROLL, tax_inclusive_amount="150.00"), rule) is Outcome.FAIL
    assert outcome(proof_of(InvoiceKind.VAT_ROLL, (LineItem(amount="150.00"),), tax_inclusive_amount="150.00"), rule) is not Outcome.FAIL


def test_where_only_the_margin_is_taxed_the_tax_is_no_rate_of_the_amount() -> None:
    values = {"tax_amount": "1.30", "tax_exclusive_amount": "200.00"}
    line = (LineItem(amount="200.00", tax_rate="13%", tax_amount="1.30"),)
    marked = proof_of(InvoiceKind.VAT_SPECIAL, line, remarks="差额征税：190.00。", **values)

    for rule in ("line_tax_is_amount_times_rate", "tax_is_amounts_times_rates"):
        assert outcome(marked, rule) is Outcome.NOT_APPLICABLE
        assert outcome(proof_of(InvoiceKind.VAT_SPECIAL, line, **values), rule) is Outcome.FAIL


@pytest.mark.parametrize("tax", ["***", "免税", "*"])
def test_a_tax_that_is_no_number_makes_no_sum(tax: str) -> None:
    page = a_special_invoice(
        item_tax=tax, item2_tax=tax, item_rate=tax, item2_rate=tax, tax=tax, digits="（小写）￥200.00", words="贰佰圆整"
    )
    invoice = proved(page)

    assert check(invoice, "lines_sum_to_tax").outcome is Outcome.NOT_APPLICABLE
    assert check(invoice, "line_tax_is_amount_times_rate").outcome is Outcome.NOT_APPLICABLE
    assert invoice.fields["tax_inclusive_amount"].value == "200.00"


def test_a_hint_that_does_not_hold_rejects_nothing() -> None:
    fields = a_proved_invoice(QR).fields
    needed = needed_fields(InvoiceKind.VAT_SPECIAL)

    assert verdict_of(InvoiceKind.VAT_SPECIAL, needed, fields, (Check("x", Outcome.WARNING, ()),)) is Verdict.ACCEPTED
    assert verdict_of(InvoiceKind.VAT_SPECIAL, needed, fields, (Check("x", Outcome.FAIL, ()),)) is Verdict.NEEDS_REVIEW
    assert verdict_of(InvoiceKind.OTHER, (), fields, ()) is Verdict.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (InvoiceKind.VAT_SPECIAL, ("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount", "seller_tax_id")),
        (InvoiceKind.DIGITAL_GENERAL, ("invoice_number", "issue_date", "tax_inclusive_amount", "seller_tax_id")),
        (InvoiceKind.FIXED_AMOUNT, ("invoice_code", "invoice_number", "tax_inclusive_amount")),
        (InvoiceKind.TRAIN, ("ticket_number", "departure_time", "tax_inclusive_amount")),
    ],
)
def test_each_kind_needs_its_identity_date_total_and_seller(kind: InvoiceKind, needed: tuple[str, ...]) -> None:
    assert needed_fields(kind) == needed


def test_every_kind_but_the_unknown_one_needs_a_total() -> None:
    assert [kind for kind in InvoiceKind if "tax_inclusive_amount" not in needed_fields(kind)] == [InvoiceKind.OTHER]


def test_words_and_digits_prove_the_amount_of_a_form_without_sums() -> None:
    agreeing = proof_of(InvoiceKind.FIXED_AMOUNT, tax_inclusive_amount="100.00", tax_inclusive_amount_in_words="壹佰元整")
    differing = proof_of(InvoiceKind.FIXED_AMOUNT, tax_inclusive_amount="100.00", tax_inclusive_amount_in_words="伍佰元整")

    assert agreeing.fields["tax_inclusive_amount"].witnesses == (Witness.PRINTED, Witness.WORDS)
    assert outcome(differing, "total_matches_words") is Outcome.FAIL


def test_one_print_read_for_two_amounts_proves_neither() -> None:
    same = {key: (a_word("100.00", doubts={}, top=40),) for key in ("tax_exclusive_amount", "tax_inclusive_amount")}
    proof = prove(Hearing(InvoiceKind.VAT_GENERAL, {}, same, (), 1), TODAY)

    assert proof.fields["tax_inclusive_amount"].status.value == "read"


@pytest.mark.parametrize("printed", ["纳税人识别号：9131019965171724Y", "纳税人识别号：0665", ""], ids=["torn", "unreadable", "not found"])
def test_an_invoice_whose_seller_is_not_known_for_sure_is_not_accepted(printed: str) -> None:
    assert a_proved_invoice().verdict is Verdict.ACCEPTED
    assert a_proved_invoice(seller_tax_id=printed).verdict is Verdict.NEEDS_REVIEW
