"""How long a document is kept: counted from the end of its accounting year, by a file that can be edited."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.archive import Received
from models.errors import InvalidSetting
from models.invoice import FieldStatus, Invoice, InvoiceKind
from models.reading import Reading
from models.retention import Term, Terms, term_of
from ocr_service.retaining import terms_at
from tests.support.archived import a_document, a_reading
from tests.support.example_reading import example_invoice

SCAN = b"scan"
FILE = 'dated = 2026-11-30\n[years]\ndefault = 30\ntaxi = 10\nmedical = "permanent"\n'


def received(year: int = 2026) -> Received:
    return Received(a_document(SCAN), datetime(year, 6, 1, tzinfo=UTC), "cli")


def an_invoice(issued: str | None, status: FieldStatus = FieldStatus.PROVED, kind: InvoiceKind = InvoiceKind.VAT_GENERAL) -> Invoice:
    example = example_invoice()
    fields = {key: field for key, field in example.fields.items() if key != "issue_date"}
    if issued is not None:
        fields["issue_date"] = replace(example.fields["invoice_number"], value=issued, status=status)
    return replace(example, kind=kind, fields=fields)


def reading(*invoices: Invoice) -> Reading:
    return replace(a_reading(SCAN), invoices=invoices)


def test_it_is_kept_until_the_last_day_of_the_thirtieth_year_after_its_accounting_year() -> None:
    assert term_of(received(), reading(an_invoice("2019-03-08")), terms_at("")).due == date(2050, 1, 1)


def test_without_a_date_the_year_of_receipt_counts_and_so_it_does_for_what_was_never_read() -> None:
    terms = Terms.parse(FILE)

    assert term_of(received(2024), reading(an_invoice(None)), terms) == Term(2024, 30)
    assert term_of(received(2024), None, terms) == Term(2024, 30)
    assert term_of(received(2024), reading(), terms) == Term(2024, 30)


def test_the_year_of_receipt_is_that_in_china() -> None:
    came = replace(received(), received_at=datetime(2025, 12, 31, 16, tzinfo=UTC))

    assert term_of(came, None, Terms.parse(FILE)).accounting_year == 2026


@pytest.mark.parametrize("status", [FieldStatus.READ, FieldStatus.CONFLICT, FieldStatus.REPAIRED])
def test_an_early_year_that_nobody_stands_behind_brings_nothing_forward(status: FieldStatus) -> None:
    terms = Terms.parse(FILE)

    assert term_of(received(2026), reading(an_invoice("1926-01-01", status)), terms).accounting_year == 2026
    assert term_of(received(2026), reading(an_invoice("2027-01-01", status)), terms).accounting_year == 2027
    assert term_of(received(2026), reading(an_invoice("2019-01-01", FieldStatus.CONFIRMED)), terms).accounting_year == 2019


def test_the_longest_term_of_its_invoices_counts() -> None:
    terms = Terms.parse(FILE)
    taxi, general = an_invoice("2026-01-01", kind=InvoiceKind.TAXI), an_invoice("2010-01-01")

    assert term_of(received(), reading(taxi), terms).due == date(2037, 1, 1)
    assert term_of(received(), reading(taxi, general), terms).due == date(2041, 1, 1)
    assert term_of(received(), reading(taxi, an_invoice("1990-01-01", kind=InvoiceKind.MEDICAL)), terms).due is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[years]\ndefault = 30\n",
        'dated = "yesterday"\n[years]\ndefault = 30\n',
        "dated = 2026-11-30\n[years]\ntaxi = 10\n",
        "dated = 2026-11-30\n[years]\ndefault = 0\n",
        "dated = 2026-11-30\n[years]\ndefault = true\n",
        'dated = 2026-11-30\n[years]\ndefault = "forever"\n',
        "dated = 2026-11-30\n[years]\ndefault = 30\ntaxis = 10\n",
    ],
)
def test_a_file_that_says_something_unknown_is_refused_whole(text: str, tmp_path: Path) -> None:
    (tmp_path / "terms.toml").write_text(text, encoding="utf-8")

    with pytest.raises(InvalidSetting, match="retention terms"):
        terms_at(str(tmp_path / "terms.toml"))


def test_a_file_that_is_not_there_is_no_reason_to_take_other_terms(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting):
        terms_at(str(tmp_path / "none.toml"))
