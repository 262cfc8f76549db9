"""A case of a lost invoice: what is late, what may still be done, and when it may be closed as what."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from models.digest import Digest
from models.errors import CaseClosed, CaseUnfinished, DamagedRecord, InvalidCase, ReplacementRefused
from models.invoice import InvoiceKind
from models.loss import Closing, Link, LinkState, LossCase, LostInvoice, Outcome, Refetched, Step, StepState
from models.loss_json import decode_case, encode_case
from models.loss_rules import APPROVALS, Circumstance, LostCopy, StepKind
from ocr_service.loss_rules import rules_at

RULES = rules_at("")
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
DAY = date(2026, 3, 2)
KNOWN = LostInvoice(
    InvoiceKind.VAT_SPECIAL, "4200174130", "63462197", date(2018, 10, 2), "望江镇试印文具有限公司", total=Decimal("3972.87")
)
CASE = LossCase("20260302-4f1c0b2a", LostCopy.INVOICE_AND_DEDUCTION, DAY, "王样", "user:wang", NOW, KNOWN)


def done(kind: StepKind, on: date = DAY) -> Step:
    return Step(kind, StepState.DONE, on, "王样", "user:wang", NOW)


def closing(outcome: Outcome) -> Closing:
    return Closing(outcome, DAY, "user:wang", NOW)


def finished() -> LossCase:
    case = CASE
    for kind in CASE.rule(RULES).required:
        case = case.with_step(done(kind), RULES)
    return case


def test_the_report_is_late_from_the_day_after_the_discovery() -> None:
    assert CASE.overdue(RULES, DAY) == ()
    assert CASE.overdue(RULES, DAY + timedelta(days=1)) == (StepKind.REPORT,)
    assert CASE.next_due(RULES) == DAY


def test_a_step_that_was_done_is_late_no_more() -> None:
    case = CASE.with_step(done(StepKind.REPORT), RULES)

    assert case.overdue(RULES, DAY + timedelta(days=1)) == ()
    assert case.next_due(RULES) == DAY + timedelta(days=3)


def test_what_was_said_of_a_step_can_be_taken_back() -> None:
    case = CASE.with_step(done(StepKind.REPORT), RULES)

    assert case.with_step(replace(done(StepKind.REPORT), state=StepState.OPEN), RULES) == CASE


def test_a_step_is_waived_with_a_reason_only() -> None:
    waived = replace(done(StepKind.REPORT), state=StepState.WAIVED)

    with pytest.raises(InvalidCase):
        CASE.with_step(waived, RULES)
    assert StepKind.REPORT not in CASE.with_step(replace(waived, note="税务机关已受理口头报告"), RULES).missing(RULES)


def test_a_case_counts_as_replaced_once_every_required_step_is_done() -> None:
    with pytest.raises(CaseUnfinished, match="unit_head"):
        CASE.closed(closing(Outcome.REPLACED), RULES)
    assert finished().closed(closing(Outcome.REPLACED), RULES).is_open is False


@pytest.mark.parametrize("outcome", [Outcome.FOUND, Outcome.WRITTEN_OFF, Outcome.MISTAKEN])
def test_a_case_that_ends_otherwise_needs_no_steps(outcome: Outcome) -> None:
    assert not CASE.closed(closing(outcome), RULES).is_open


def test_a_closed_case_takes_nothing_more() -> None:
    case = CASE.closed(closing(Outcome.FOUND), RULES)

    with pytest.raises(CaseClosed):
        case.closed(closing(Outcome.FOUND), RULES)
    with pytest.raises(CaseClosed):
        case.with_step(done(StepKind.REPORT), RULES)
    assert case.overdue(RULES, DAY + timedelta(days=99)) == ()
    assert case.next_due(RULES) is None


def test_a_step_of_another_kind_of_case_is_refused() -> None:
    with pytest.raises(InvalidCase):
        CASE.with_step(done(StepKind.FETCH_AGAIN), RULES)


def test_a_step_is_done_on_a_day_that_has_come() -> None:
    with pytest.raises(InvalidCase):
        CASE.with_step(done(StepKind.REPORT, DAY + timedelta(days=1)), RULES)


def test_the_three_offices_come_in_the_order_in_which_a_sheet_goes_round() -> None:
    assert [kind for kind in CASE.rule(RULES).required if kind in APPROVALS] == list(APPROVALS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lost_by": "  "},
        {"lost_by": "王\u202e样"},
        {"lost_by": "王" * 201},
        {"invoice": LostInvoice(InvoiceKind.VAT_SPECIAL)},
        {"discovered_on": DAY + timedelta(days=1)},
        {"texts": {"course": "经过\x00"}},
    ],
)
def test_a_case_says_who_lost_what_in_words_that_can_be_printed(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidCase):
        replace(CASE, **wrong)  # type: ignore[arg-type]


def test_a_copy_that_such_an_invoice_does_not_have_is_refused_with_those_that_it_has() -> None:
    digital = replace(CASE, invoice=replace(KNOWN, kind=InvoiceKind.DIGITAL_SPECIAL))

    with pytest.raises(InvalidCase, match="file"):
        digital.require_rule(RULES)
    with pytest.raises(InvalidCase):
        replace(digital, lost=LostCopy.FILE, circumstance=Circumstance.SELLER_GONE).require_rule(RULES)


def test_a_case_that_the_rules_know_no_more_goes_on_by_the_general_one() -> None:
    digital = replace(CASE, invoice=replace(KNOWN, kind=InvoiceKind.DIGITAL_SPECIAL))

    assert digital.rule(RULES) == RULES.general
    assert StepKind.REPLACEMENT in digital.missing(RULES)


def test_a_case_is_the_same_after_its_record_was_read_back() -> None:
    fetched = Refetched("税务数字账户", NOW, Digest.of(b"file"), is_equal=True)
    step = replace(done(StepKind.REPLACEMENT), document=Digest.of(b"copy"), invoice="0" * 20 + "-1", refetched=fetched, note="两页")
    link = Link("1" * 20 + "-1", Digest.of(b"scan"), LinkState.PROPOSED, "piaogen", NOW)
    full = replace(
        CASE,
        department="财务部",
        circumstance=Circumstance.SELLER_GONE,
        deducted=True,
        booked=False,
        voucher="记-12",
        link=link,
        rejected=frozenset({"2" * 20 + "-1"}),
        steps={StepKind.REPLACEMENT: step},
        texts={"course": "搬家时遗失\n已查找"},
        closing=closing(Outcome.FOUND),
        due=DAY,
    )

    for case in (CASE, full):
        assert decode_case(json.loads(json.dumps(encode_case(case))), case.id, case.department) == case


def test_a_record_that_is_no_case_is_damage() -> None:
    for wire in ({}, {**encode_case(CASE), "lost": "everything"}, {**encode_case(CASE), "lost_by": ""}):
        with pytest.raises(DamagedRecord):
            decode_case(wire, CASE.id, None)


def test_only_what_is_known_to_be_the_lost_invoice_counts_as_it() -> None:
    proposed = Link("1" * 20 + "-1", Digest.of(b"scan"), LinkState.PROPOSED, "piaogen", NOW)

    assert replace(CASE, link=proposed).established is None
    assert replace(CASE, link=replace(proposed, state=LinkState.CONFIRMED)).established is not None


def test_a_replacement_that_is_another_invoice_is_refused_with_the_differences() -> None:
    with pytest.raises(ReplacementRefused, match="number 63462197 / 63462198; total"):
        KNOWN.require_same(replace(KNOWN, number="63462198", total=Decimal("3972.88")))


def test_what_a_copy_does_not_show_is_no_difference() -> None:
    KNOWN.require_same(LostInvoice(number="63462197"))
    KNOWN.require_same(replace(KNOWN, seller_name="望江镇试印文具公司", total=Decimal("3972.870")))
