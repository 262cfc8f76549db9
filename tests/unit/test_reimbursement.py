"""Hints of the check before an invoice is reimbursed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from models.archive import DocumentState
from models.clues import InvoiceSummary
from models.digest import Digest
from models.duplicates import Duplicate, Identity, SameBy
from models.invoice import InvoiceKind
from models.own_companies import OwnCompanies, OwnCompany
from models.reimbursement import (
    CheckedClaim,
    Claim,
    ClaimRule,
    Compliance,
    Hint,
    buyer_hint,
    consecutive_hint,
    duplicate_hint,
    run_around,
    status_hint,
    year_hint,
)
from models.statement import InvoiceState, Risk
from models.verification import Verdict
from ocr_service.ingestion import IngestedFile
from ocr_service.report import describe_ingested, encode_ingested

_SUMMARY = InvoiceSummary(
    id="00112233445566778899-1",
    document=Digest.of(b"1"),
    file_name="一月.jpg",
    received_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
    page=1,
    kind=InvoiceKind.VAT_GENERAL,
    title="",
    verdict=Verdict.ACCEPTED,
    code=None,
    number=None,
    issue_date=None,
    seller_name=None,
    seller_tax_id=None,
    buyer_name=None,
    buyer_tax_id=None,
    total=None,
)


@pytest.mark.parametrize(
    ("others", "run"),
    [
        (["08", "09", "11"], ("08", "09", "10", "11")),
        (["08", "11", "12", "13"], ("10", "11", "12", "13")),
        (["8", "009", "1x", ""], ("10",)),
    ],
)
def test_a_run_ends_where_a_number_is_missing(others: list[str], run: tuple[str, ...]) -> None:
    assert run_around("10", others) == run


def test_three_running_numbers_are_doubtful_and_two_are_not() -> None:
    assert consecutive_hint(("08", "09", "10")).result is Compliance.DOUBTFUL
    assert consecutive_hint(("09", "10")).result is Compliance.COMPLIANT


def test_numbers_run_on_within_a_code_or_without_one_within_a_seller() -> None:
    assert Identity("1", "1100", seller="甲").is_of_one_roll(Identity("2", "1100", seller="乙"))
    assert not Identity("1", "1100", seller="甲").is_of_one_roll(Identity("2", "1200", seller="甲"))
    assert Identity("1", seller="甲").is_of_one_roll(Identity("2", seller="甲"))
    assert not Identity("1", seller="甲").is_of_one_roll(Identity("2", seller="乙"))
    assert not Identity("1").is_of_one_roll(Identity("2"))


def test_another_year_is_doubtful() -> None:
    assert year_hint(date(2025, 12, 31), date(2026, 1, 1)).result is Compliance.DOUBTFUL
    assert year_hint(date(2026, 1, 1), date(2026, 12, 31)).result is Compliance.COMPLIANT


def test_nothing_found_is_compliant() -> None:
    assert duplicate_hint(()).result is Compliance.COMPLIANT


def test_the_surest_duplicate_speaks_and_the_worst_hint_counts() -> None:
    invoices = [replace(_SUMMARY, received_at=datetime(2026, 3, day, tzinfo=UTC)) for day in (1, 2)]
    suspected, certain = Duplicate(invoices[0], SameBy.SELLER_AMOUNT_DATE), Duplicate(invoices[1], SameBy.NUMBER)

    assert duplicate_hint([suspected, certain]) == Hint(ClaimRule.DUPLICATE, Compliance.NOT_COMPLIANT, certain.chinese, certain.english)
    assert duplicate_hint([suspected]).result is Compliance.DOUBTFUL
    hints = (duplicate_hint([suspected, certain]), year_hint(date(2025, 12, 31), date(2026, 1, 1)))
    assert CheckedClaim(Claim(), (), hints).result is Compliance.NOT_COMPLIANT


def test_ingest_tells_of_the_same_invoice_in_another_file() -> None:
    other = Duplicate(_SUMMARY, SameBy.NUMBER)
    file = IngestedFile("二月.jpg", DocumentState.DONE, _SUMMARY.document, ("b-1",), same_invoices=(other,))

    assert f"⚑ 同一张发票，已于 2026-03-02 16:30 存档 {other.english}: {_SUMMARY.id}" in describe_ingested(file)
    [told] = encode_ingested(file)["same_invoices"]
    assert (told["same_as"], told["by"], told["certain"]) == (_SUMMARY.id, "number", True)


@pytest.mark.parametrize(
    ("name", "tax_id", "result"),
    [
        ("望江镇 演示装饰工程（中国）有限公司", "9144 0199 6847 2978 2p", Compliance.COMPLIANT),
        ("另一家有限公司", "91440199684729782P", Compliance.DOUBTFUL),
        ("望江镇演示装饰工程(中国)有限公司", None, Compliance.DOUBTFUL),
        ("望江镇演示装饰工程（中国）有限公司", "91310199651717240Y", Compliance.NOT_COMPLIANT),
        (None, "91440199684729782P", Compliance.COMPLIANT),
        ("另一家有限公司", None, Compliance.NOT_COMPLIANT),
    ],
)
def test_the_buyer_is_one_of_our_companies_or_it_is_told(name: str | None, tax_id: str | None, result: Compliance) -> None:
    own = OwnCompanies((OwnCompany.checked("望江镇演示装饰工程（中国）有限公司", ["91440199684729782P"]),))

    assert buyer_hint(name, tax_id, own).result is result


@pytest.mark.parametrize(
    ("state", "risk", "result"),
    [
        (InvoiceState.VOIDED, Risk.NORMAL, Compliance.NOT_COMPLIANT),
        (InvoiceState.REVERSED, Risk.NORMAL, Compliance.NOT_COMPLIANT),
        (InvoiceState.OUT_OF_CONTROL, Risk.NORMAL, Compliance.NOT_COMPLIANT),
        (InvoiceState.PARTLY_REVERSED, Risk.NORMAL, Compliance.DOUBTFUL),
        (InvoiceState.NORMAL, Risk.ABNORMAL, Compliance.DOUBTFUL),
        (InvoiceState.NORMAL, Risk.DOUBTFUL, Compliance.DOUBTFUL),
        (InvoiceState.NORMAL, Risk.NORMAL, Compliance.COMPLIANT),
        (InvoiceState.UNKNOWN, Risk.NORMAL, None),
    ],
)
def test_what_the_tax_platform_says_of_an_invoice_is_told(state: InvoiceState, risk: Risk, result: Compliance | None) -> None:
    hint = status_hint(state, risk)

    assert (None if hint is None else hint.result) is result
