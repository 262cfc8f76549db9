"""What keeps an invoice from being accepted, and what does not."""

from dataclasses import replace

import pytest

from models.document import RecognizedPage
from models.invoice import FieldStatus, Invoice, Witness
from models.verification import Outcome, Verdict
from ocr_service.evidence import Sighting
from ocr_service.proof.verdict import blocking
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.verification import VerificationStage
from tests.support.faces import Print, a_page, a_special_invoice
from tests.support.witnesses import choices_for
from tests.unit.test_verification import TODAY, a_proved_invoice, check, proved, status


def failed(invoice: Invoice) -> set[str]:
    return {found.rule for found in invoice.checks if found.outcome is Outcome.FAIL}


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"item_quantity": "180"}, "line_amount_is_quantity_times_price"),
        ({"item_tax": "79.50"}, "line_tax_is_amount_times_rate"),
        ({"item_amount": "750.00"}, "lines_sum_to_amount"),
        ({"item_rate": "19%"}, "tax_rates_exist"),
    ],
)
def test_a_cell_that_others_refute_stays_a_failed_check_of_an_accepted_invoice(changed: dict[str, str], rule: str) -> None:
    invoice = a_proved_invoice(**changed)

    assert rule in failed(invoice)
    assert invoice.verdict is Verdict.ACCEPTED


def test_cells_block_where_the_words_do_not_bear_out_the_total() -> None:
    invoice = a_proved_invoice(item_quantity="180", words="", words_label="价税合计")

    assert check(invoice, "total_matches_words").outcome is Outcome.NOT_APPLICABLE
    assert invoice.verdict is Verdict.NEEDS_REVIEW


@pytest.mark.parametrize("changed", [{"digits": "（小写）￥227.00"}, {"words": "贰佰贰拾柒圆整"}, {"tax": "￥26.10"}, {"net": "￥201.00"}])
def test_a_contradiction_among_the_amounts_always_blocks(changed: dict[str, str]) -> None:
    assert a_proved_invoice(**changed).verdict is Verdict.NEEDS_REVIEW


def test_a_rate_that_did_not_exist_yet_blocks_where_only_a_reading_tells_the_date() -> None:
    invoice = a_proved_invoice(item_rate="19%", item2_rate="19%")
    by_reading = replace(invoice.fields["issue_date"], witnesses=(Witness.PRINTED, Witness.SECOND_READING))

    assert "tax_rates_exist" not in {found.rule for found in blocking(invoice.checks, invoice.fields)}
    blocked = blocking(invoice.checks, {**invoice.fields, "issue_date": by_reading})
    assert "tax_rates_exist" in {found.rule for found in blocked}


def a_roll(
    *, total: str = "￥30.20", words: str = "叁拾圆贰角整", second: str = "12345678", amounts: tuple[str, str] = ("20.00", "10.20")
) -> RecognizedPage:
    """A 卷票 with two lines, its number printed twice."""
    prints: tuple[Print, ...] = (
        ("示例增值税普通发票（卷票）", 60, 20),
        ("发票代码：011001900107", 20, 60),
        ("发票号码：12345678", 20, 84),
        (f"机打号码：{second}", 20, 108),
        ("机器编号：123456789012", 20, 132),
        ("销售方名称：青禾市示例商贸有限公司", 20, 156),
        ("纳税人识别号：91310199651717240Y", 20, 180),
        ("开票日期：2020-11-18", 20, 204),
        ("收款员：甲一", 20, 228),
        ("购买方名称：望江镇示例文具有限公司", 20, 252),
        ("纳税人识别号：91110199291951630T", 20, 276),
        ("项目", 20, 310),
        ("单价", 130, 310),
        ("数量", 220, 310),
        ("金额", 300, 310),
        ("糕点", 20, 334),
        ("10.00", 130, 334),
        ("2", 230, 334),
        (amounts[0], 300, 334),
        ("饮料", 20, 358),
        ("5.10", 130, 358),
        ("2", 230, 358),
        (amounts[1], 300, 358),
        (f"合计金额（小写）：{total}", 20, 400),
        (f"合计金额（大写）：{words}", 20, 424),
        ("校验码：12345678901234567890", 20, 448),
    )
    below_the_seal = (prints[0], *((text, left, top + 40) for text, left, top in prints[1:]))
    return a_page(*below_the_seal, width=400, height=540)


def read_twice(page: RecognizedPage) -> Invoice:
    """Proved with a second reading of code and date that agrees, both sure."""
    extracted = ExtractionStage().run(ClassificationStage().run(Sighting(page)))
    candidates = dict(extracted.candidates)
    for key in ("invoice_code", "issue_date"):
        first = replace(candidates[key][0], choices=choices_for(candidates[key][0].raw, {}, 0.99))
        candidates[key] = (first, replace(first, witness=Witness.SECOND_READING))
    return VerificationStage(today=lambda: TODAY).run(replace(extracted, candidates=candidates))


def test_a_roll_that_was_read_twice_alike_is_accepted() -> None:
    invoice = read_twice(a_roll())

    assert failed(invoice) == set()
    assert invoice.fields["invoice_number"].witnesses == (Witness.PRINTED, Witness.SECOND_PRINT)
    assert invoice.fields["tax_inclusive_amount"].witnesses == (Witness.PRINTED, Witness.WORDS, Witness.ARITHMETIC)
    assert invoice.verdict is Verdict.ACCEPTED


def test_a_roll_that_was_read_once_waits_for_a_person() -> None:
    assert proved(a_roll()).verdict is Verdict.NEEDS_REVIEW


def test_a_rolls_two_numbers_must_agree() -> None:
    invoice = read_twice(a_roll(second="12345679"))

    assert (status(invoice, "invoice_number"), invoice.verdict) == (FieldStatus.CONFLICT, Verdict.NEEDS_REVIEW)


def test_a_code_of_no_region_is_not_proved_by_two_readings() -> None:
    page = a_roll()
    other = replace(page, lines=tuple(replace(line, text=line.text.replace("011001900107", "077001900107")) for line in page.lines))
    invoice = read_twice(other)

    assert check(invoice, "code_region_is_known").outcome is Outcome.FAIL
    assert status(invoice, "invoice_code") is FieldStatus.CONFLICT


@pytest.mark.parametrize("torn", ["￥30.2", "￥30"])
def test_an_amount_torn_before_its_last_decimal_contradicts_nothing(torn: str) -> None:
    whole = read_twice(a_roll(total=torn, words="叁拾圆贰角伍分", amounts=("20.00", "10.25")))
    total = whole.fields["tax_inclusive_amount"]

    assert (total.value, total.status) == ("30.25", FieldStatus.REPAIRED)
    assert total.witnesses == (Witness.WORDS, Witness.ARITHMETIC)


def test_an_amount_that_ends_in_noughts_by_its_words_is_not_torn() -> None:
    total = read_twice(a_roll(total="￥30.2")).fields["tax_inclusive_amount"]

    assert (total.value, total.status) == ("30.20", FieldStatus.PROVED)


def test_a_torn_amount_is_not_repaired_by_the_words_alone() -> None:
    total = read_twice(a_roll(total="￥30.2", words="叁拾圆贰角伍分")).fields["tax_inclusive_amount"]

    assert total.status not in {FieldStatus.PROVED, FieldStatus.REPAIRED}


def test_an_id_found_in_the_buyers_place_alone_may_be_the_sellers() -> None:
    invoice = a_proved_invoice(seller_tax_id="纳税人识别号：")

    assert invoice.value("seller_tax_id") is None
    assert (status(invoice, "buyer_tax_id"), status(a_proved_invoice(), "buyer_tax_id")) == (FieldStatus.READ, FieldStatus.PROVED)


def test_stars_in_the_place_of_an_amount_are_not_torn() -> None:
    page = a_special_invoice(tax="***", digits="（小写）￥200.00", words="贰佰圆整")
    extracted = ExtractionStage().run(ClassificationStage().run(Sighting(page)))
    stars = replace(extracted.candidates["tax_exclusive_amount"][0], value="***", raw="***")
    invoice = VerificationStage(today=lambda: TODAY).run(replace(extracted, candidates={**extracted.candidates, "tax_amount": (stars,)}))

    assert status(invoice, "tax_inclusive_amount") is FieldStatus.PROVED
