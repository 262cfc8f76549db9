"""What no word of a person about one field does to the rest of an invoice, whatever failed there."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.drawing.drawn_set import DRAWN_KINDS
from models.correction import Confirmation, Wish
from models.invoice import Invoice
from models.reading import Reading
from models.verification import Check, Outcome, Verdict
from ocr_service.corrections import Corrector
from ocr_service.proof.rules import RULE_NAMES
from tests.support.drawn_evidence import FAULTS, VERIFICATION, a_reading, archived, evidence_of

AT = datetime(2027, 5, 1, tzinfo=UTC)
LATER = Corrector(today=lambda: date(2033, 1, 1))
"""Years after the reading: a date that was in the future then is none any more."""

UNRELATED = {
    "payee": "周样",
    "reviewer": "朱例",
    "machine_number": "499099000001",
    "buyer_address_phone": "示例路1号 0000-5557728",
    "remarks": "已核",
}


@cache
def read(kind: str, *faults: str) -> Invoice:
    """A drawn paper with faults, as it was read and archived."""
    found = evidence_of(kind)
    for fault in faults:
        found = FAULTS[fault](found)
    [invoice] = archived(a_reading(VERIFICATION.run(found))).invoices
    return invoice


def corrected(invoice: Invoice, key: str) -> Invoice:
    [after] = archived(LATER.correct(a_reading(invoice), 1, Wish("周样", "对照纸质原件", {key: UNRELATED[key]}), AT)).invoices
    assert after.value(key) == UNRELATED[key]
    return after


def failed(invoice: Invoice) -> tuple[Check, ...]:
    return tuple(check for check in invoice.checks if check.outcome in {Outcome.FAIL, Outcome.WARNING})


def assert_unmoved(before: Invoice, after: Invoice, key: str) -> None:
    assert failed(after) == failed(before)
    assert after.verdict is before.verdict
    rest = {other: found for other, found in after.fields.items() if other != key}
    assert rest == {other: found for other, found in before.fields.items() if other != key}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(DRAWN_KINDS), st.lists(st.sampled_from(sorted(FAULTS)), max_size=3, unique=True), st.sampled_from(sorted(UNRELATED)))
def test_a_correction_elsewhere_moves_nothing(kind: str, faults: list[str], key: str) -> None:
    before = read(kind, *faults)

    assert_unmoved(before, corrected(before, key), key)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(DRAWN_KINDS), st.lists(st.sampled_from(sorted(FAULTS)), max_size=3, unique=True), st.sampled_from(sorted(UNRELATED)))
def test_nor_in_a_record_that_lacks_its_evidence(kind: str, faults: list[str], key: str) -> None:
    before = replace(read(kind, *faults), evidence=None)

    assert_unmoved(before, corrected(before, key), key)


@pytest.mark.parametrize("rule", RULE_NAMES)
@pytest.mark.parametrize("kind", ["digital_special", "taxi", "other"])
def test_a_failure_that_the_record_does_not_explain_stays_one(kind: str, rule: str) -> None:
    sound = read(kind)
    checks = tuple(
        replace(check, outcome=Outcome.FAIL, expected="1", actual="2") if check.rule == rule else check for check in sound.checks
    )
    verdict = Verdict.UNREAD if sound.verdict is Verdict.UNREAD else Verdict.NEEDS_REVIEW
    before = replace(sound, checks=checks, verdict=verdict)

    assert_unmoved(before, corrected(before, "remarks"), "remarks")


def test_the_faults_make_the_rules_fail() -> None:
    broken = {check.rule for kind in DRAWN_KINDS for fault in FAULTS for check in failed(read(kind, fault))}

    # Of the others (hints, and rules over print that these faults leave alone) the test above has every one.
    assert broken >= {
        *("face_is_whole", "file_holds_what_it_lists", "kind_witnesses_agree", "qr_is_of_this_invoice", "face_matches_embedded_data"),
        *("code_witnesses_agree", "number_witnesses_agree", "date_witnesses_agree", "check_code_witnesses_agree"),
        *("ticket_number_witnesses_agree", "code_region_is_known", "code_year_is_not_after_issue", "digital_number_is_plausible"),
        *("issue_date_is_plausible", "buyer_tax_id_check_digits", "seller_tax_id_check_digits", "total_is_amount_plus_tax"),
        *("total_matches_words", "amount_matches_qr", "lines_sum_to_amount", "lines_sum_to_tax", "tax_rates_exist"),
        *("line_amount_is_quantity_times_price", "line_tax_is_amount_times_rate", "tax_is_amounts_times_rates"),
    }


def test_a_whole_reading_stays_as_it_was_when_nothing_is_said(kind: str = "digital_special") -> None:
    reading: Reading = archived(a_reading(read(kind, "another kind")))

    assert LATER.carry(reading, reading) == reading


def test_a_conflict_that_only_a_person_settles_leaves_nothing_accepted() -> None:
    reading = a_reading(read("digital_special", "another tax_amount"))
    [after] = archived(LATER.confirm(reading, 1, Confirmation("周样", "对照纸质原件"), AT)).invoices

    assert reading.invoices[0].verdict is Verdict.NEEDS_REVIEW
    assert after.verdict is Verdict.CONFIRMED


def test_a_number_that_only_a_person_saw_leaves_nothing_accepted() -> None:
    reading = a_reading(read("digital_railway"))
    [after] = archived(LATER.correct(reading, 1, Wish("周样", "对照纸质原件", {"invoice_code": "A1234567"}), AT)).invoices

    assert (reading.invoices[0].verdict, after.verdict) == (Verdict.ACCEPTED, Verdict.CONFIRMED)


def test_who_agrees_with_all_of_an_accepted_invoice_leaves_it_accepted() -> None:
    reading = a_reading(read("digital_special"))
    [after] = archived(LATER.confirm(reading, 1, Confirmation("周样", "对照纸质原件"), AT)).invoices

    assert (reading.invoices[0].verdict, after.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
