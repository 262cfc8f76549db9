"""What counts for which lost copy, as the file of rules says, which people may edit."""

import re
from pathlib import Path

import pytest

from models.errors import InvalidSetting
from models.invoice import InvoiceKind
from models.loss_rules import APPROVALS, Circumstance, LossRule, LossRules, LostCopy, Mark, StepKind, Use
from ocr_service.loss_rules import rules_at

RULES = rules_at("")
TEXT = (Path(__file__).parents[3] / "ocr_service" / "loss_rules.toml").read_text(encoding="utf-8")
ELECTRONIC = [kind for kind in InvoiceKind if kind.is_digital or "electronic" in kind.value or kind is InvoiceKind.BLOCKCHAIN]


def rule(kind: InvoiceKind | None, lost: LostCopy, circumstance: Circumstance = Circumstance.ORDINARY) -> LossRule:
    found = RULES.rule(kind, lost, circumstance)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [InvoiceKind.VAT_SPECIAL, InvoiceKind.MOTOR_VEHICLE])
def test_what_replaces_a_special_invoice_depends_on_the_copy_that_is_lost(kind: InvoiceKind) -> None:
    both, deduction, invoice = (rule(kind, lost) for lost in (LostCopy.INVOICE_AND_DEDUCTION, LostCopy.DEDUCTION, LostCopy.INVOICE))

    assert "记账联" in both.replacement and "发票专用章" in both.replacement
    assert set(both.serves) == {Use.DEDUCTION, Use.REFUND, Use.BOOKING}
    assert "发票联" in deduction.replacement
    assert set(deduction.serves) == {Use.DEDUCTION, Use.REFUND}
    assert "抵扣联" in invoice.replacement
    assert set(invoice.serves) == {Use.BOOKING}


def test_the_seller_is_asked_for_a_stamp_only_where_the_notice_wants_one() -> None:
    asked = [lost for lost in RULES.copies(InvoiceKind.VAT_SPECIAL) if StepKind.SELLER_REQUEST in rule(InvoiceKind.VAT_SPECIAL, lost).steps]

    assert asked == [LostCopy.INVOICE_AND_DEDUCTION]


@pytest.mark.parametrize("kind", ELECTRONIC)
def test_an_electronic_invoice_cannot_be_lost_and_is_fetched_again_without_a_report(kind: InvoiceKind) -> None:
    assert RULES.copies(kind) == (LostCopy.FILE,)
    assert rule(kind, LostCopy.FILE).steps == (StepKind.FETCH_AGAIN,)


def test_the_report_is_due_on_the_day_of_discovery() -> None:
    assert RULES.steps[StepKind.REPORT].due_days == 0
    assert RULES.steps[StepKind.REPORT].due_mark is Mark.TWO_SOURCES


@pytest.mark.parametrize("kind", [InvoiceKind.TRAIN, InvoiceKind.AIR_ITINERARY])
def test_a_ticket_is_replaced_by_an_account_that_three_offices_approve(kind: InvoiceKind) -> None:
    assert rule(kind, LostCopy.WHOLE).required == (StepKind.STATEMENT, *APPROVALS)


def test_what_the_tax_bureau_holds_is_no_loss() -> None:
    held = rule(InvoiceKind.VAT_SPECIAL, LostCopy.INVOICE, Circumstance.HELD_BY_TAX_BUREAU)

    assert held.steps == (StepKind.EXCHANGE_CERTIFICATE,)


def test_the_set_of_proofs_for_a_seller_that_is_gone_is_shown_as_an_inference() -> None:
    gone = rule(InvoiceKind.VAT_SPECIAL, LostCopy.INVOICE_AND_DEDUCTION, Circumstance.SELLER_GONE)

    assert gone.ground.mark is Mark.INFERENCE
    assert {StepKind.PROOF_UNOBTAINABLE, StepKind.CONTRACT, StepKind.PAYMENT} <= set(gone.required)
    assert {RULES.steps[kind].ground.mark for kind in gone.required if "2018" in RULES.steps[kind].ground.source} == {Mark.INFERENCE}
    assert "推断" in gone.ground.told


@pytest.mark.parametrize("kind", [*InvoiceKind, None])
def test_every_kind_has_a_rule_for_every_copy_that_it_has(kind: InvoiceKind | None) -> None:
    assert RULES.copies(kind)
    assert all(rule(kind, lost).required for lost in RULES.copies(kind))


def test_no_step_asks_for_another_invoice_or_a_newspaper_notice() -> None:
    asked = [step.title + step.ground.note for step in RULES.steps.values()] + [each.replacement + each.ground.note for each in RULES.rules]
    wrong = re.compile("(?<!不要求)(?<!不得)(重开|另开|红字|登报|声明作废)")

    assert [words for words in asked if wrong.search(words.replace("也不要求开具红字发票", "").replace("不需登报", ""))] == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("dated = 2026-11-30", 'dated = "gestern"'),
        ('mark = "two_sources"', 'mark = "certain"'),
        ("[steps.report]", "[steps.newspaper]"),
        ("due_days = 0", "due_days = -1"),
        ("due_days = 0", ""),
        ('required = ["fetch_again"]', "required = []"),
        ('"digital_special", ', ""),
        ('title = "合同或协议"', 'title = ""'),
    ],
)
def test_a_file_that_says_nothing_that_can_be_followed_is_refused(was: str, now: str) -> None:
    assert was in TEXT

    with pytest.raises(InvalidSetting):
        LossRules.parse(TEXT.replace(was, now))


def test_another_file_is_taken_when_one_is_named(tmp_path: Path) -> None:
    edited = tmp_path / "rules.toml"
    edited.write_text(TEXT.replace("due_days = 0", "due_days = 1"), encoding="utf-8")

    assert rules_at(str(edited)).steps[StepKind.REPORT].due_days == 1
    with pytest.raises(InvalidSetting):
        rules_at(str(tmp_path / "none.toml"))
