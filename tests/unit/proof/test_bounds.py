"""Dates that cannot be, and what becomes of values that break a rule of their own."""

from datetime import date

import pytest

from models.invoice import FieldStatus, InvoiceKind, Witness
from models.verification import Outcome
from ocr_service.evidence import Candidate
from ocr_service.proof.proving import Hearing, Proof, prove
from tests.support.witnesses import Doubts, a_word

TODAY = date(2026, 11, 30)
CODE = "111001981001"
"""A form that was printed in 2019."""
TENS = 2
"""Where the tens of the year stand."""


def proof_of(day: Candidate, *more: Candidate, code: str = CODE, kind: InvoiceKind = InvoiceKind.TAXI) -> Proof:
    words = {"invoice_code": (a_word(code, doubts={}),), "invoice_number": (a_word("28245203", doubts={}),), "issue_date": (day, *more)}
    return prove(Hearing(kind, {}, words, (), 1), TODAY)


def standing(proof: Proof, key: str = "issue_date") -> tuple[str | None, FieldStatus, tuple[str, ...]]:
    field = proof.fields[key]
    return field.value, field.status, field.alternatives


def outcome(proof: Proof, rule: str) -> Outcome:
    return next(check.outcome for check in proof.checks if check.rule == rule)


@pytest.mark.parametrize("kind", [InvoiceKind.TAXI, InvoiceKind.COACH, InvoiceKind.VAT_ROLL, InvoiceKind.MACHINE_PRINTED])
@pytest.mark.parametrize("day", ["2029-01-15", "1990-01-15", "2026-12-01"])
def test_a_date_that_cannot_be_is_a_conflict_of_every_kind(kind: InvoiceKind, day: str) -> None:
    proof = proof_of(a_word(day, doubts={}), a_word(day, Witness.SECOND_READING, doubts={}), kind=kind)

    assert standing(proof) == (day, FieldStatus.CONFLICT, ())
    assert outcome(proof, "issue_date_is_plausible") is Outcome.FAIL


@pytest.mark.parametrize(
    ("read", "doubts", "meant"),
    [
        ("2000-01-15", {TENS: (("0", 0.6), ("2", 0.3), ("1", 0.1))}, "2020-01-15"),
        ("2029-01-15", {3: (("9", 0.6), ("0", 0.3))}, "2020-01-15"),
        ("2029-01-15", {TENS: (("2", 0.6), ("1", 0.3))}, "2019-01-15"),
    ],
)
def test_the_codes_year_and_today_choose_among_what_the_engine_saw(read: str, doubts: Doubts, meant: str) -> None:
    proof = proof_of(a_word(read, doubts=doubts))

    assert standing(proof) == (meant, FieldStatus.CONFLICT, (read,))
    assert outcome(proof, "issue_date_is_plausible") is Outcome.PASS
    assert outcome(proof, "date_witnesses_agree") is Outcome.FAIL


@pytest.mark.parametrize(
    "doubts",
    [
        pytest.param({}, id="nothing else was seen"),
        pytest.param(None, id="no alternatives are told"),
        pytest.param({3: (("9", 0.4), ("0", 0.3), ("1", 0.3))}, id="two fit"),
        pytest.param({3: (("9", 0.999), ("0", 0.001))}, id="hardly seen"),
        pytest.param({TENS: (("2", 0.6), ("0", 0.3))}, id="before the form was printed"),
    ],
)
def test_nothing_is_chosen_where_not_exactly_one_fits(doubts: Doubts | None) -> None:
    assert standing(proof_of(a_word("2029-01-15", doubts=doubts))) == ("2029-01-15", FieldStatus.CONFLICT, ())


def test_a_date_that_can_be_is_left_alone() -> None:
    assert standing(proof_of(a_word("2021-01-15", doubts={3: (("1", 0.6), ("0", 0.3))}))) == ("2021-01-15", FieldStatus.READ, ())


def test_of_code_and_date_the_one_that_nothing_vouches_for_is_in_conflict() -> None:
    words = {
        "invoice_code": (a_word(CODE), a_word(CODE, Witness.SECOND_PRINT)),
        "invoice_number": (a_word("28245203"),),
        "issue_date": (a_word("2018-01-15", doubts={}),),
    }
    known = prove(Hearing(InvoiceKind.TAXI, {}, words, (), 1), TODAY)
    unknown = proof_of(a_word("2018-01-15", doubts={}))

    assert [known.fields[key].status for key in ("invoice_code", "issue_date")] == [FieldStatus.PROVED, FieldStatus.CONFLICT]
    assert [unknown.fields[key].status for key in ("invoice_code", "issue_date")] == [FieldStatus.CONFLICT, FieldStatus.CONFLICT]
