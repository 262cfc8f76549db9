"""Proof: fields between their witnesses, rules, verdicts."""

from dataclasses import replace
from datetime import date

import pytest

from models.document import RecognizedPage
from models.invoice import FieldStatus, Invoice, Witness
from models.qr_payload import crc16
from models.verification import Check, Outcome, Verdict
from ocr_service.evidence import Sighting
from ocr_service.proof.rules import RULE_NAMES
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.verification import VerificationStage
from tests.support.faces import a_page, a_special_invoice

TODAY = date(2026, 1, 31)


def proved(page: RecognizedPage) -> Invoice:
    return VerificationStage(today=lambda: TODAY).run(ExtractionStage().run(ClassificationStage().run(Sighting(page))))


def with_qr(text: str) -> str:
    """A payload with its checksum."""
    return f"{text}{crc16(text.encode()):04X}"


QR = with_qr("01,01,3100203130,12345678,200.00,20201118,,")


def a_proved_invoice(qr: str = QR, **changed: str) -> Invoice:
    return proved(replace(a_special_invoice(**changed), qr_codes=a_page(qr=qr).qr_codes))


def check(invoice: Invoice, rule: str) -> Check:
    return next(found for found in invoice.checks if found.rule == rule)


def status(invoice: Invoice, key: str) -> FieldStatus:
    return invoice.fields[key].status


def test_a_form_whose_witnesses_all_agree_is_accepted() -> None:
    invoice = a_proved_invoice()

    assert invoice.verdict is Verdict.ACCEPTED
    assert [found.rule for found in invoice.checks if found.outcome is Outcome.FAIL] == []
    assert invoice.fields["invoice_number"].witnesses == (Witness.PRINTED, Witness.SECOND_PRINT, Witness.QR, Witness.QR_CRC)
    assert invoice.fields["seller_tax_id"].witnesses == (Witness.PRINTED, Witness.CHECK_DIGIT)
    assert invoice.fields["tax_inclusive_amount"].witnesses == (Witness.PRINTED, Witness.WORDS, Witness.ARITHMETIC)


def test_names_have_one_witness_and_are_merely_read() -> None:
    assert status(a_proved_invoice(), "seller_name") is FieldStatus.READ


def test_without_a_second_witness_of_the_date_a_form_is_not_accepted() -> None:
    invoice = proved(a_special_invoice())

    assert status(invoice, "issue_date") is FieldStatus.READ
    assert status(invoice, "invoice_number") is FieldStatus.PROVED
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_sums_that_agree_make_no_amount_that_is_printed_nowhere() -> None:
    words = ("words_label", "words", "digits")

    assert "tax_inclusive_amount" not in proved(a_special_invoice(without=words)).fields


def test_sums_that_agree_make_no_amount_of_a_print_without_a_digit() -> None:
    total = proved(a_special_invoice(without=("words_label", "words"), digits="（小写）￥章")).fields["tax_inclusive_amount"]

    assert (total.value, total.status) == (None, FieldStatus.UNREADABLE)


def test_every_rule_is_listed_once_whether_it_could_run_or_not() -> None:
    checks = proved(a_page(("示例增值税专用发票", 400, 20))).checks

    assert tuple(found.rule for found in checks) == RULE_NAMES
    assert {found.outcome for found in checks} == {Outcome.NOT_APPLICABLE}


def test_a_misread_digit_is_repaired_by_a_checksummed_code_and_said_so() -> None:
    invoice = a_proved_invoice(number="No12345618", second_number="")
    number = invoice.fields["invoice_number"]

    assert (number.value, number.status, number.raw, number.alternatives) == ("12345678", FieldStatus.REPAIRED, "No12345618", ("12345618",))


def test_a_code_that_says_another_number_is_a_conflict_and_the_print_is_shown() -> None:
    invoice = a_proved_invoice(with_qr("01,01,3100203130,99998888,200.00,20201118,,"))
    number = invoice.fields["invoice_number"]

    assert (number.value, number.status, number.alternatives) == ("12345678", FieldStatus.CONFLICT, ("99998888",))
    assert check(invoice, "number_witnesses_agree").outcome is Outcome.FAIL
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_a_code_without_checksum_repairs_nothing() -> None:
    invoice = a_proved_invoice("01,01,3100203130,12345678,200.00,20201118,,", number="No12345618", second_number="")

    assert status(invoice, "invoice_number") is FieldStatus.CONFLICT
    assert check(invoice, "qr_checksum").outcome is Outcome.NOT_APPLICABLE


def test_a_broken_checksum_fails_its_check_and_repairs_nothing() -> None:
    invoice = a_proved_invoice("01,01,3100203130,12345678,200.00,20201118,,0000", number="No12345618", second_number="")

    assert status(invoice, "invoice_number") is FieldStatus.CONFLICT
    assert check(invoice, "qr_checksum").outcome is Outcome.FAIL


def test_a_checksum_by_no_known_rule_says_nothing_where_the_code_says_what_the_face_shows() -> None:
    invoice = a_proved_invoice("01,01,3100203130,12345678,200.00,20201118,,0000")
    found = check(invoice, "qr_checksum")

    assert (found.outcome, found.actual, invoice.verdict) == (Outcome.NOT_APPLICABLE, "0000", Verdict.ACCEPTED)
    assert Witness.QR_CRC not in {witness for field in invoice.fields.values() for witness in field.witnesses}


@pytest.mark.parametrize(
    "payload",
    [
        "01,01,3100203130,12345679,200.00,20201118,,0000",
        "01,01,3100203131,12345678,200.00,20201118,,0000",
        "01,01,3100203130,12345678,201.00,20201118,,0000",
        "01,01,3100203130,12345678,200.00,20201119,,0000",
    ],
)
def test_such_a_checksum_fails_where_the_code_says_anything_else(payload: str) -> None:
    invoice = a_proved_invoice(payload)

    assert (check(invoice, "qr_checksum").outcome, invoice.verdict) == (Outcome.FAIL, Verdict.NEEDS_REVIEW)


def test_two_prints_that_differ_are_a_conflict() -> None:
    invoice = proved(a_special_invoice(second_number="12345679"))

    assert status(invoice, "invoice_number") is FieldStatus.CONFLICT
    assert check(invoice, "number_witnesses_agree").outcome is Outcome.FAIL


def test_a_date_that_only_the_code_knows_is_taken_from_it() -> None:
    invoice = a_proved_invoice(date="")

    assert invoice.fields["issue_date"].value == "2020-11-18"
    assert invoice.fields["issue_date"].witnesses == (Witness.QR, Witness.QR_CRC)


def test_a_total_that_lost_a_digit_is_repaired_by_words_and_sum() -> None:
    invoice = proved(a_special_invoice(digits="（小写）￥22.00"))
    total = invoice.fields["tax_inclusive_amount"]

    assert (total.value, total.status, total.alternatives) == ("226.00", FieldStatus.REPAIRED, ("22.00",))
    assert check(invoice, "total_is_amount_plus_tax").outcome is Outcome.FAIL
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_words_that_contradict_everything_else_go_to_review() -> None:
    invoice = a_proved_invoice(words="叁佰贰拾陆圆整")

    assert status(invoice, "tax_inclusive_amount_in_words") is FieldStatus.CONFLICT
    assert check(invoice, "total_matches_words").outcome is Outcome.FAIL
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_words_against_digits_alone_are_a_conflict() -> None:
    without = ("net", "tax", "item_amount", "item2_amount")
    invoice = proved(a_special_invoice(words="叁佰贰拾陆圆整", without=without))

    assert status(invoice, "tax_inclusive_amount") is FieldStatus.CONFLICT
    assert invoice.fields["tax_inclusive_amount"].alternatives == ("326.00",)


def test_garbled_words_are_repaired_only_where_the_total_is_proved_without_them() -> None:
    garbled = "贰佰武拾陆园圆整"
    repaired = proved(a_special_invoice(words=garbled)).fields["tax_inclusive_amount_in_words"]
    without = ("net", "tax", "item_amount", "item2_amount")
    alone = proved(a_special_invoice(words=garbled, without=without)).fields["tax_inclusive_amount_in_words"]

    assert (repaired.value, repaired.status, repaired.raw) == ("贰佰贰拾陆圆整", FieldStatus.REPAIRED, garbled)
    assert (alone.value, alone.status) == (None, FieldStatus.UNREADABLE)


def test_a_misread_sum_is_repaired_by_the_lines_and_the_total() -> None:
    net = proved(a_special_invoice(net="￥280.00")).fields["tax_exclusive_amount"]

    assert (net.value, net.status, net.alternatives) == ("200.00", FieldStatus.REPAIRED, ("280.00",))


def test_a_total_that_plainly_differs_from_words_and_sum_is_no_misreading() -> None:
    invoice = proved(a_special_invoice(digits="（小写）￥726.00"))
    total = invoice.fields["tax_inclusive_amount"]

    assert (total.value, total.status, total.alternatives) == ("226.00", FieldStatus.CONFLICT, ("726.00",))
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_a_tax_free_form_needs_no_tax() -> None:
    page = a_special_invoice(
        item_rate="免税", item2_rate="免税", digits="（小写）￥200.00", words="贰佰圆整", without=("tax", "item_tax", "item2_tax")
    )
    invoice = proved(page)

    assert status(invoice, "tax_inclusive_amount") is FieldStatus.PROVED
    assert "tax_amount" not in invoice.fields
    assert check(invoice, "total_is_amount_plus_tax").outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"item_quantity": "101"}, "line_amount_is_quantity_times_price"),
        ({"item_tax": "19.60", "item2_tax": "6.40"}, "line_tax_is_amount_times_rate"),
        ({"item_amount": "151.00"}, "lines_sum_to_amount"),
        ({"item_tax": "19.51"}, "lines_sum_to_tax"),
        ({"item_rate": "14%"}, "tax_rates_exist"),
        ({"date": "开票日期：2018年11月18日", "item_rate": "9%"}, "tax_rates_exist"),
        ({"date": "开票日期：2019年11月18日"}, "code_year_is_not_after_issue"),
        ({"date": "开票日期：2026年02月18日"}, "issue_date_is_plausible"),
        ({"seller_tax_id": "纳税人识别号：91310199651717240E"}, "seller_tax_id_check_digits"),
        ({"code": "9900203130", "second_code": "9900203130"}, "code_region_is_known"),
        ({"title": "示例增值税普通发票"}, "kind_witnesses_agree"),
        ({"tax": "￥20.00"}, "tax_is_amounts_times_rates"),
    ],
)
def test_each_rule_can_fail(changed: dict[str, str], rule: str) -> None:
    invoice = proved(a_special_invoice(**changed))

    assert check(invoice, rule).outcome is Outcome.FAIL
    assert invoice.verdict is Verdict.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("1", "88.495575221", "88.50"),
        ("18.1835559614776", "6.7891011121", "123.45"),
        ("3000", "0.33", "1004.00"),
        ("3", "33.33", "99.99"),
    ],
)
def test_unit_prices_may_be_rounded_as_far_as_they_are_printed(quantity: str, price: str, amount: str) -> None:
    invoice = proved(a_special_invoice(item_quantity=quantity, item_price=price, item_amount=amount))

    assert check(invoice, "line_amount_is_quantity_times_price").outcome is Outcome.PASS


def test_an_old_rate_may_stand_on_a_later_invoice() -> None:
    lines = {"item_rate": "17%", "item_tax": "25.50", "item2_rate": "17%", "item2_tax": "8.50"}
    page = a_special_invoice(tax="￥34.00", digits="（小写）￥234.00", **lines)

    assert check(proved(page), "tax_rates_exist").outcome is Outcome.PASS


def test_letters_that_an_id_cannot_have_are_a_repair() -> None:
    seller = proved(a_special_invoice(seller_tax_id="纳税人识别号：9131O199651717240Y")).fields["seller_tax_id"]

    assert (seller.value, seller.status, seller.raw) == ("91310199651717240Y", FieldStatus.REPAIRED, "9131O199651717240Y")


def test_a_printed_id_that_nobody_can_read_is_unreadable() -> None:
    seller = proved(a_special_invoice(seller_tax_id="纳税人识别号：0665")).fields["seller_tax_id"]

    assert (seller.value, seller.status) == (None, FieldStatus.UNREADABLE)


def test_a_page_without_an_invoice_is_unread_and_keeps_its_text() -> None:
    invoice = proved(a_page(("会议纪要", 400, 40), ("参加人员如下", 100, 90)))

    assert invoice.verdict is Verdict.UNREAD
    assert [line.text for line in invoice.lines] == ["会议纪要", "参加人员如下"]


def test_words_that_look_like_nothing_are_not_repaired() -> None:
    words = proved(a_special_invoice(words="分分角角圆圆分")).fields["tax_inclusive_amount_in_words"]

    assert (words.value, words.status) == (None, FieldStatus.UNREADABLE)


def test_a_tax_that_was_not_seen_is_not_taken_for_none() -> None:
    invoice = proved(a_special_invoice(without=("tax", "item_tax", "item2_tax")))

    assert check(invoice, "total_is_amount_plus_tax").outcome is Outcome.NOT_APPLICABLE
    assert "tax_amount" not in invoice.fields
