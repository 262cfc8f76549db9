"""A person's word among the witnesses: what it settles, what it proves, and what it does not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.correction import Acceptance, Wish
from models.document import RecognizedPage
from models.errors import InvalidCorrection
from models.invoice import FieldStatus, Invoice, InvoiceKind, Witness
from models.reading import Reading
from models.verification import Outcome, Override, Verdict
from ocr_service.corrections import Corrector
from ocr_service.stages.verification import VerificationStage
from tests.support.described import extracted
from tests.support.drawn_evidence import VERIFICATION, a_reading, another_kind, archived
from tests.support.faces import a_page, a_special_invoice
from tests.unit.test_verification import TODAY, a_proved_invoice, check, proved, status, with_qr

AT = datetime(2026, 2, 1, 8, 30, tzinfo=UTC)
CORRECTOR = Corrector(today=lambda: TODAY)
NUMBER_QR = with_qr("01,01,3100203130,12345678,200.00,20201118,,")


def said(reading: Reading, kind: InvoiceKind | None = None, **fields: str | None) -> Reading:
    """The reading after one person's word about its one invoice, as the archive gives it back."""
    return archived(CORRECTOR.correct(reading, 1, Wish("周样", "对照纸质原件", fields, None, kind), AT))


def accepted(reading: Reading, rule: str) -> Reading:
    return archived(CORRECTOR.accept(reading, 1, Acceptance(rule, "周样", "盖章处印错"), AT))


def only(reading: Reading) -> Invoice:
    [invoice] = reading.invoices
    return invoice


def test_a_number_set_right_that_the_code_bears_out_is_proved() -> None:
    conflict = a_proved_invoice(NUMBER_QR, number="No99945678", second_number="")
    after = only(said(a_reading(conflict), invoice_number="12345678"))

    assert (status(conflict, "invoice_number"), check(conflict, "number_witnesses_agree").outcome) == (FieldStatus.CONFLICT, Outcome.FAIL)
    assert (status(after, "invoice_number"), after.fields["invoice_number"].alternatives) == (FieldStatus.PROVED, ("99945678",))
    assert Witness.PERSON not in after.fields["invoice_number"].witnesses
    assert check(after, "number_witnesses_agree").outcome is Outcome.PASS
    assert after.verdict is Verdict.ACCEPTED


def test_a_number_that_only_a_person_says_is_their_word() -> None:
    misread = proved(a_special_invoice(number="No12345679", second_number=""))
    after = only(said(a_reading(misread), invoice_number="12345678", issue_date="2020-11-18"))

    assert (status(after, "invoice_number"), after.fields["invoice_number"].witnesses) == (FieldStatus.CORRECTED, (Witness.PERSON,))
    assert (status(after, "issue_date"), after.fields["issue_date"].alternatives) == (FieldStatus.CONFIRMED, ())
    assert after.verdict is Verdict.CONFIRMED


def test_a_number_that_the_code_contradicts_stays_a_failed_check() -> None:
    after = only(said(a_reading(a_proved_invoice(NUMBER_QR)), invoice_number="12345679"))

    assert (after.value("invoice_number"), status(after, "invoice_number")) == ("12345679", FieldStatus.CORRECTED)
    assert after.fields["invoice_number"].witnesses == (Witness.PERSON,)
    assert check(after, "number_witnesses_agree").outcome is Outcome.FAIL
    assert after.verdict is Verdict.NEEDS_REVIEW


def test_a_person_cannot_be_taken_for_a_misreading() -> None:
    """8 and 3 look alike, but a person who says 3 did not mean 8."""
    after = only(said(a_reading(a_proved_invoice(NUMBER_QR, second_number="")), invoice_number="12345673"))

    assert after.value("invoice_number") == "12345673"
    assert check(after, "number_witnesses_agree").outcome is Outcome.FAIL


def test_what_a_person_agrees_to_is_no_more_proved_than_before() -> None:
    before = a_proved_invoice(NUMBER_QR)
    after = only(said(a_reading(before), **{key: before.value(key) for key in ("invoice_number", "seller_name")}))

    assert (after.fields["invoice_number"], after.verdict) == (before.fields["invoice_number"], Verdict.ACCEPTED)
    assert after.fields["seller_name"].status is FieldStatus.CONFIRMED
    assert after.fields["seller_name"].witnesses == (Witness.PRINTED, Witness.PERSON)


def test_who_changes_a_value_back_agrees_with_what_was_read() -> None:
    before = archived(a_reading(a_proved_invoice(NUMBER_QR)))
    changed = said(before, issue_date="2020-11-19")
    back = said(changed, issue_date="2020-11-18")

    assert (only(changed).verdict, only(back).verdict) == (Verdict.NEEDS_REVIEW, Verdict.ACCEPTED)
    assert only(back).fields["issue_date"] == only(before).fields["issue_date"]


def test_a_sum_with_a_term_that_a_person_gave_proves_nothing() -> None:
    page = a_special_invoice(net="￥290.00", words="", words_label="价税合计", item_amount="", item2_amount="")
    after = said(a_reading(proved(page)), tax_exclusive_amount="200.00")

    assert check(only(after), "total_is_amount_plus_tax").outcome is Outcome.PASS
    assert status(only(after), "tax_exclusive_amount") is FieldStatus.CORRECTED
    assert status(only(after), "tax_inclusive_amount") is FieldStatus.READ
    whole = said(after, issue_date="2020-11-18")
    assert only(whole).verdict is Verdict.NEEDS_REVIEW, "the page shows no amounts of lines that would add up to what the person gave"
    assert only(accepted(whole, "lines_sum_to_amount")).verdict is Verdict.CONFIRMED


def test_a_kind_against_the_title_is_a_failed_check_that_a_person_can_accept() -> None:
    after = said(a_reading(a_proved_invoice()), kind=InvoiceKind.VAT_GENERAL)

    assert check(only(after), "kind_witnesses_agree").outcome is Outcome.FAIL
    assert only(after).verdict is Verdict.NEEDS_REVIEW
    assert only(accepted(accepted(after, "kind_witnesses_agree"), "code_series_fits_kind")).verdict is Verdict.CONFIRMED


def test_an_accepted_check_stays_failed_and_says_who_accepted_it() -> None:
    before = a_reading(VERIFICATION.run(another_kind(extracted(with_code()))))
    after = accepted(before, "kind_witnesses_agree")
    found = check(only(after), "kind_witnesses_agree")

    assert (only(before).verdict, only(after).verdict) == (Verdict.NEEDS_REVIEW, Verdict.CONFIRMED)
    assert (found.outcome, found.override) == (Outcome.FAIL, Override("周样", AT, "盖章处印错"))
    further = only(said(after, remarks="已核"))
    assert (further.checks, further.verdict) == (only(after).checks, Verdict.CONFIRMED)


def test_only_the_finding_that_was_accepted_is() -> None:
    wrong = said(a_reading(a_proved_invoice()), tax_inclusive_amount="227.00")
    after = accepted(accepted(wrong, "total_matches_words"), "total_is_amount_plus_tax")
    again = only(said(after, tax_inclusive_amount="228.00"))

    assert (only(wrong).verdict, only(after).verdict) == (Verdict.NEEDS_REVIEW, Verdict.CONFIRMED)
    assert (check(again, "total_matches_words").override, again.verdict) == (None, Verdict.NEEDS_REVIEW)


def test_a_check_that_did_not_fail_cannot_be_accepted() -> None:
    with pytest.raises(InvalidCorrection, match="failed checks: none"):
        accepted(a_reading(a_proved_invoice()), "total_matches_words")


def test_what_is_missing_can_be_said_to_be_printed_nowhere() -> None:
    invoice = a_proved_invoice(seller_tax_id="纳税人识别号：")
    after = only(said(a_reading(invoice), seller_tax_id=None))

    assert (invoice.verdict, after.verdict) == (Verdict.NEEDS_REVIEW, Verdict.CONFIRMED)
    assert "seller_tax_id" not in after.fields


def test_of_a_page_of_no_known_kind_a_person_vouches_for_all_that_it_tells() -> None:
    page = a_page(("示例市某某收费凭单", 300, 20), ("开票日期：2020年11月18日", 60, 120), ("发票号码：12345678", 60, 160))
    reading = a_reading(proved(page))
    told = {key: only(reading).value(key) for key in only(reading).fields}

    assert (only(reading).kind, only(reading).verdict) == (InvoiceKind.OTHER, Verdict.NEEDS_REVIEW)
    assert only(said(reading, remarks="已核")).verdict is Verdict.NEEDS_REVIEW
    assert only(said(reading, **told)).verdict is Verdict.CONFIRMED


def test_a_later_reading_keeps_what_people_said_of_the_same_findings() -> None:
    first = a_reading(VERIFICATION.run(another_kind(extracted(with_code()))))
    first = CORRECTOR.accept(first, 1, Acceptance("kind_witnesses_agree", "周样", "盖章处印错"), AT)
    first = CORRECTOR.correct(first, 1, Wish("周样", "对照纸质原件", {"payee": "甲二"}), AT)
    [same] = CORRECTOR.carry(first, a_reading(VERIFICATION.run(another_kind(extracted(with_code()))))).invoices
    [other] = CORRECTOR.carry(first, a_reading(a_proved_invoice())).invoices

    assert (same.verdict, same.value("payee"), same.checks) == (Verdict.CONFIRMED, "甲二", first.invoices[0].checks)
    assert (other.verdict, other.value("payee")) == (Verdict.ACCEPTED, "甲二")
    assert check(other, "kind_witnesses_agree").override is None


def test_a_record_without_evidence_takes_a_persons_word() -> None:
    old = replace(proved(a_special_invoice()), evidence=None)
    after = only(said(a_reading(old), issue_date="2020-11-18"))

    assert (old.verdict, after.verdict, status(after, "issue_date")) == (Verdict.NEEDS_REVIEW, Verdict.CONFIRMED, FieldStatus.CONFIRMED)
    assert status(after, "invoice_number") is FieldStatus.PROVED


def test_a_failure_that_cannot_be_held_anew_stays_one() -> None:
    torn = a_proved_invoice("01,01,3100203130,12345678,200.00,20201118,,")
    failing = tuple(replace(one, outcome=Outcome.FAIL) if one.rule == "date_witnesses_agree" else one for one in torn.checks)
    old = replace(torn, checks=failing, verdict=Verdict.NEEDS_REVIEW, evidence=None)
    after = only(said(a_reading(old), issue_date=None))

    assert (check(after, "date_witnesses_agree").outcome, after.verdict) == (Outcome.FAIL, Verdict.NEEDS_REVIEW)


def test_a_date_set_right_later_is_held_against_the_day_of_the_correction() -> None:
    ahead = VerificationStage(today=lambda: TODAY).run(extracted(a_special_invoice(date="开票日期：2026年02月01日")))
    after = only(
        archived(Corrector(lambda: date(2026, 2, 9)).correct(a_reading(ahead), 1, Wish("周样", "看错", {"issue_date": "2021-02-01"}), AT))
    )

    assert check(ahead, "issue_date_is_plausible").outcome is Outcome.FAIL
    assert check(after, "issue_date_is_plausible").outcome is Outcome.PASS


def with_code() -> RecognizedPage:
    """A form whose every field is proved."""
    return replace(a_special_invoice(), qr_codes=a_page(qr=NUMBER_QR).qr_codes)


def test_the_evidence_that_is_archived_is_the_evidence_that_was_heard() -> None:
    found = another_kind(extracted(with_code()))
    invoice = VerificationStage(today=lambda: TODAY).run(found)
    evidence: Any = archived(a_reading(invoice)).invoices[0].evidence

    assert list(evidence.kind_votes.items()) == list(found.classified.kind_votes.items())
    assert set(evidence.candidates) == set(found.candidates)
    for key, heard in found.candidates.items():
        kept = evidence.candidates[key]
        assert [(one.value, one.raw, one.witness, one.confidence) for one in kept] == [
            (one.value, one.raw, one.witness, one.confidence) for one in heard
        ]
