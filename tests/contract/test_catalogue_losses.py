"""What the index knows of cases of lost invoices, in both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from models.access import EVERYTHING, Visibility
from models.clues import InvoiceSummary
from models.digest import Digest
from models.invoice import InvoiceKind
from models.loss import Closing, Link, LinkState, LossCase, LostInvoice, Outcome
from models.loss_json import encode_case
from models.loss_rules import LostCopy
from models.verification import Verdict
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.histories import HistoryIndex
from storage.catalogue.losses import LossIndex
from storage.histories import HistoryVersion

NOW, DAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC), date(2026, 3, 2)
SCAN = Digest.of(b"scan")
KNOWN = LostInvoice(InvoiceKind.VAT_SPECIAL, "4200174130", "63462197", date(2018, 10, 2), "某公司", total=Decimal("3972.87"))
CASE = LossCase("one", LostCopy.INVOICE, DAY, "王样", "user:wang", NOW, KNOWN, due=DAY)
LINK = Link(f"{SCAN.hex[:20]}-1", SCAN, LinkState.CONFIRMED, "user:wang", NOW)


def known(catalogue: Catalogue, case: LossCase, number: int = 1) -> None:
    version = HistoryVersion(f"losses/{case.id}", number, NOW, "user:wang", encode_case(case), case.department)
    HistoryIndex(catalogue.database).record(version)


def ids(versions: object) -> list[str]:
    assert isinstance(versions, tuple)
    return [version.subject.removeprefix("losses/") for version in versions]


def summary(number: str | None, total: str | None, issued: date | None) -> InvoiceSummary:
    amount = None if total is None else Decimal(total)
    names = (None, None, None, None)
    return InvoiceSummary("x-1", SCAN, "a.jpg", NOW, 1, InvoiceKind.OTHER, "", Verdict.ACCEPTED, None, number, issued, *names, amount)


def test_open_cases_come_first_and_the_nearest_term_first(catalogue: Catalogue) -> None:
    index = LossIndex(catalogue.database)
    known(catalogue, replace(CASE, id="late", due=date(2026, 3, 1)))
    known(catalogue, CASE)
    known(catalogue, replace(CASE, id="endless", due=None))
    known(catalogue, replace(CASE, id="closed", due=None, closing=Closing(Outcome.FOUND, DAY, "user:wang", NOW)))

    assert ids(index.listed(EVERYTHING)) == ["late", "one", "endless", "closed"]
    assert ids(index.listed(EVERYTHING, is_open=True)) == ["late", "one", "endless"]
    assert ids(index.listed(EVERYTHING, is_open=False)) == ["closed"]


def test_cases_are_found_by_document_and_number_and_a_later_version_takes_the_place(catalogue: Catalogue) -> None:
    index = LossIndex(catalogue.database)
    known(catalogue, replace(CASE, link=LINK))
    assert (ids(index.open_on(SCAN)), ids(index.of_number("6346 2197", EVERYTHING))) == (["one"], ["one"])

    known(catalogue, replace(CASE, link=None, invoice=replace(KNOWN, number="1")), number=2)

    assert (ids(index.open_on(SCAN)), ids(index.of_number("63462197", EVERYTHING))) == ([], [])


def test_a_case_waits_for_the_number_or_the_amount_and_day_that_were_told(catalogue: Catalogue) -> None:
    index = LossIndex(catalogue.database)
    known(catalogue, CASE)
    known(catalogue, replace(CASE, id="linked", link=LINK))

    assert ids(index.waiting()) == ["one"]
    assert ids(index.waiting("losses/one")) == []
    assert ids(index.waiting_for([summary("63462197", None, None)])) == ["one"]
    assert ids(index.waiting_for([summary(None, "3972.87", date(2018, 10, 2))])) == ["one"]
    assert ids(index.waiting_for([summary("1", "3972.87", date(2018, 10, 3)), summary(None, None, None)])) == []


def test_cases_of_other_departments_are_not_there(catalogue: Catalogue) -> None:
    index, finance = LossIndex(catalogue.database), Visibility(frozenset({"财务部"}))
    known(catalogue, replace(CASE, department="财务部"))
    known(catalogue, replace(CASE, id="other", department="销售部"))
    known(catalogue, replace(CASE, id="nobody"))

    assert ids(index.listed(finance)) == ["one"]
    assert ids(index.of_number("63462197", finance)) == ["one"]
    assert ids(index.listed(EVERYTHING, is_open=True)) != ["one"]


def test_a_case_that_cannot_be_read_counts_as_open(catalogue: Catalogue) -> None:
    HistoryIndex(catalogue.database).record(HistoryVersion("losses/broken", 1, NOW, "user:wang", {"lost": "?"}))

    assert ids(LossIndex(catalogue.database).listed(EVERYTHING, is_open=True)) == ["broken"]
    assert ids(LossIndex(catalogue.database).waiting()) == []
