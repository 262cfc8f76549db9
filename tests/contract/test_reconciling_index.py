"""The questions of a reconciliation, on every database that a catalogue may lie in."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from models.access import EVERYTHING, Visibility
from models.own_companies import Side
from models.reconciliation import LineClass, ReconciliationLine
from models.reconciliation_json import line_to_text
from models.statement import InvoiceState, Risk, StatementEntry
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.histories import HistoryIndex
from storage.catalogue.reconciliation_lines import ReconciliationLines
from storage.catalogue.reconciling import ReconcilingIndex
from storage.histories import HistoryVersion
from tests.support.catalogued import DIALECTS, START, an_invoice, fresh, index

OURS, THEIRS = "91110108MA00000001", "91310000MA00000002"
DIGITAL = "25112000000012345678"
SUBJECT = "reconciliations/20260302-00000001"


@pytest.fixture(scope="module", params=DIALECTS)
def catalogue(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    with fresh(request) as made:
        both = {"seller_tax_id": THEIRS, "buyer_tax_id": OURS, "seller_name": "上海某某", "buyer_name": "北京某某"}
        amounts = {"tax_exclusive_amount": "100.00", "tax_amount": "13.00", "tax_inclusive_amount": "113.00"}
        index(made, 1, an_invoice(invoice_number=DIGITAL, issue_date="2025-03-04", **both, **amounts))
        index(made, 2, an_invoice(invoice_number="12345678", invoice_code="1100254130", issue_date="2025-03-05", **both))
        index(made, 3, an_invoice(invoice_number="87654321", issue_date="2025-04-05", seller_tax_id=OURS, buyer_tax_id=THEIRS))
        yield made


@pytest.fixture
def asked(catalogue: Catalogue) -> ReconcilingIndex:
    return ReconcilingIndex(catalogue.database, EVERYTHING)


def test_by_number(asked: ReconcilingIndex) -> None:
    [found] = asked.by_number([DIGITAL, "00000000"])

    assert (found.number, found.day, found.seller_tax_id, found.buyer_tax_id) == (DIGITAL, date(2025, 3, 4), THEIRS, OURS)
    assert (found.net, found.tax, found.total) == (Decimal("100.00"), Decimal("13.00"), Decimal("113.00"))
    assert found.id.endswith("-1")


def test_by_total(asked: ReconcilingIndex) -> None:
    assert [found.number for found in asked.by_total([Decimal("113.00"), Decimal("1")])] == [DIGITAL]


def test_by_the_end_of_a_number_within_days(asked: ReconcilingIndex) -> None:
    march = date(2025, 3, 1), date(2025, 3, 31)

    assert sorted((tail, found.number) for tail, found in asked.by_tail(["12345678", "2345678", "9999999"], *march)) == [
        ("12345678", "12345678"),
        ("12345678", DIGITAL),
        ("2345678", "12345678"),
        ("2345678", DIGITAL),
    ]
    assert list(asked.by_tail(["12345678"], date(2025, 4, 1), date(2025, 4, 30))) == []


def test_of_a_period_and_a_side(asked: ReconcilingIndex) -> None:
    year = date(2025, 1, 1), date(2025, 12, 31)
    received = list(asked.of_period(*year, Side.RECEIVED, {OURS}, frozenset()))

    assert [found.number for found in received] == [DIGITAL, "12345678"]
    assert [found.number for found in asked.of_period(*year, Side.ISSUED, {OURS}, frozenset())] == ["87654321"]
    assert [found.number for found in asked.of_period(*year, Side.RECEIVED, {OURS}, frozenset({received[0].id}))] == ["12345678"]
    assert list(asked.of_period(date(2025, 4, 1), date(2025, 4, 2), Side.RECEIVED, {OURS}, frozenset())) == []


def test_what_is_of_other_departments_is_not_asked(catalogue: Catalogue) -> None:
    assert list(ReconcilingIndex(catalogue.database, Visibility(frozenset({"财务部"}))).by_number([DIGITAL])) == []


def test_lines_are_paged_asked_and_gone_with_their_record(catalogue: Catalogue) -> None:
    histories, lines = HistoryIndex(catalogue.database), ReconciliationLines(catalogue.database, EVERYTHING)
    entry = StatementEntry(2, number=DIGITAL, seller_name="上海某某", total=Decimal("113.00"), issued_on=date(2025, 3, 4), selected=True)
    missing = StatementEntry(3, number="12345678", code="1100254130", state=InvoiceState.VOIDED, risk=Risk.DOUBTFUL, booked=False)
    put = [
        ReconciliationLine(LineClass.EQUAL, entry=entry, also=(LineClass.TWICE,)),
        ReconciliationLine(LineClass.STATEMENT_ONLY, entry=missing),
    ]
    histories.record(HistoryVersion(SUBJECT, 1, START, "local", {}))

    assert lines.lacking() == [SUBJECT]
    texts = [(line, line_to_text(line)) for line in put]
    lines.record(SUBJECT, 1, "booking_list", texts, is_taken_in=True)
    assert lines.lacking() == []
    assert [(one.place, one.line) for one in lines.page(SUBJECT, None, 0, 10)] == [(1, put[0]), (2, put[1])]
    assert [one.place for one in lines.page(SUBJECT, LineClass.TWICE, 0, 10)] == [1]
    assert [one.place for one in lines.page(SUBJECT, None, 1, 10)] == [2]
    assert lines.arrived(SUBJECT) == 1
    known = lines.knowledge([DIGITAL, "110025413012345678"])
    assert (known.about(DIGITAL).selected, known.about(DIGITAL).booked, known.has_bookings) == (True, None, True)
    about = known.about("110025413012345678")
    assert (about.state, about.risk, about.booked) == (InvoiceState.VOIDED, Risk.DOUBTFUL, False)
    assert lines.knowledge([DIGITAL], without=SUBJECT).of == {}
    assert [one.place for one in lines.mentions(number="12345678")] == [1, 2]
    assert [one.place for one in lines.mentions(total=Decimal("113.00"), day=date(2025, 3, 4))] == [1]
    assert lines.mentions(total=Decimal("113.00")) == []
    histories.record(HistoryVersion(SUBJECT, 2, START, "local", {}))
    assert lines.lacking() == [SUBJECT]
    lines.record(SUBJECT, 2, "booking_list", texts[:1], is_taken_in=False)
    assert lines.mentions(number=DIGITAL) == []
    assert [one.place for one in lines.page(SUBJECT, None, 0, 10)] == [1]
