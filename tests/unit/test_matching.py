"""Entries of statements against an archive of a few invoices: each class, and each way in which two numbers are the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from models.own_companies import Side
from models.reconciliation import ArchivedInvoice, Difference, Knowledge, Known, LineClass, ReconciliationLine
from models.reconciliation_json import decode_line, encode_line
from models.statement import InvoiceState, Problem, Risk, Statement, StatementEntry, StatementKind
from ocr_service.matching import match

OURS, SELLER = "91110108MA00000001", "91310000MA00000002"
MARCH = (date(2025, 3, 1), date(2025, 3, 31))
DIGITAL = "25112000000012345678"
ARCHIVED = ArchivedInvoice(
    *("doc-1", DIGITAL, None, "上海某某有限公司", SELLER, "北京某某有限公司", OURS, date(2025, 3, 4)),
    *map(Decimal, ("100.00", "13.00", "113.00")),
)
ENTRY = StatementEntry(
    row=2,
    number=DIGITAL,
    seller_name="上海某某有限公司",
    seller_tax_id=SELLER,
    buyer_tax_id=OURS,
    issued_on=date(2025, 3, 4),
    net=Decimal("100.00"),
    tax=Decimal("13.00"),
    total=Decimal("113.00"),
    state=InvoiceState.NORMAL,
)
VOUCHER = StatementEntry(row=2, number=DIGITAL, booked=True, voucher="2025-03 记-1")


@dataclass(frozen=True)
class Few:
    """An archive of a few invoices, asked as the catalogue is."""

    invoices: tuple[ArchivedInvoice, ...]

    def by_number(self, numbers: Iterable[str]) -> Iterator[ArchivedInvoice]:
        wanted = set(numbers)
        return (one for one in self.invoices if one.number in wanted)

    def by_total(self, totals: Iterable[Decimal]) -> Iterator[ArchivedInvoice]:
        wanted = set(totals)
        return (one for one in self.invoices if one.total in wanted)

    def by_tail(self, tails: Iterable[str], first: date, last: date) -> Iterator[tuple[str, ArchivedInvoice]]:
        for tail in tails:
            for one in self.invoices:
                if (one.number or "").endswith(tail) and first <= (one.day or first) <= last:
                    yield tail, one

    def of_period(self, first: date, last: date, side: Side, own: Iterable[str], without: frozenset[str]) -> Iterator[ArchivedInvoice]:
        ids = set(own)
        for one in self.invoices:
            ours = one.buyer_tax_id if side is Side.RECEIVED else one.seller_tax_id
            if ours in ids and one.id not in without and first <= (one.day or last) <= last:
                yield one


def lines(
    *entries: StatementEntry,
    archive: Iterable[ArchivedInvoice] = (ARCHIVED,),
    kind: StatementKind = StatementKind.INVOICE_LIST,
    knowledge: Knowledge | None = None,
) -> list[ReconciliationLine]:
    statement = Statement(kind, entries, Side.RECEIVED, MARCH, frozenset({OURS}))
    return list(match(statement, Few(tuple(archive)), knowledge or Knowledge()))


def test_what_both_say_alike_is_equal() -> None:
    (line,) = lines(ENTRY)

    assert (line.main, line.invoice, line.differences, line.also) == (LineClass.EQUAL, ARCHIVED, (), ())


@pytest.mark.parametrize(
    ("archived", "field"),
    [
        ({"day": date(2025, 3, 5)}, "issue_date"),
        ({"net": Decimal("100.01")}, "tax_exclusive_amount"),
        ({"tax": Decimal("13.01")}, "tax_amount"),
        ({"total": Decimal("113.01")}, "tax_inclusive_amount"),
        ({"seller_tax_id": "91440000MA00000003"}, "seller_tax_id"),
        ({"buyer_tax_id": "91440000MA00000003"}, "buyer_tax_id"),
        ({"seller_tax_id": None, "seller_name": "别的公司"}, "seller_name"),
    ],
)
def test_what_differs_is_named(archived: dict[str, object], field: str) -> None:
    (line,) = lines(ENTRY, archive=[ARCHIVED._replace(**archived)])

    assert line.main is LineClass.DIFFERS
    assert [one.field for one in line.differences] == [field]


def test_a_misread_name_beside_the_same_tax_id_is_no_finding() -> None:
    assert lines(ENTRY, archive=[ARCHIVED._replace(seller_name="上海某其有限公司")])[0].main is LineClass.EQUAL


def test_what_the_archive_does_not_say_is_not_compared() -> None:
    assert lines(ENTRY, archive=[ARCHIVED._replace(net=None, day=None, buyer_tax_id=None)])[0].main is LineClass.EQUAL


@pytest.mark.parametrize(
    ("number", "code", "archived_number", "archived_code"),
    [
        (DIGITAL[12:], DIGITAL[:12], DIGITAL, None),
        (DIGITAL, "", DIGITAL[12:], DIGITAL[:12]),
        ("12345678", "1100254130", "12345678", "1100254130"),
        ("12345678", "", "12345678", "1100254130"),
        ("12345678", "1100254130", "12345678", None),
    ],
)
def test_a_number_is_the_same_however_it_is_split(number: str, code: str, archived_number: str, archived_code: str | None) -> None:
    (line,) = lines(replace(ENTRY, number=number, code=code), archive=[ARCHIVED._replace(number=archived_number, code=archived_code)])

    assert line.main is LineClass.EQUAL


def test_the_same_number_under_another_code_is_another_invoice() -> None:
    paper = ARCHIVED._replace(number="12345678", code="1100254130", total=Decimal("9.00"))
    found = lines(replace(ENTRY, number="12345678", code="3100254130"), archive=[paper])

    assert [line.main for line in found] == [LineClass.STATEMENT_ONLY, LineClass.ARCHIVE_ONLY]


def test_what_only_one_side_has_is_told_for_both() -> None:
    other = ARCHIVED._replace(id="doc-2", number="25112000000012345679", total=Decimal("5.00"))

    assert [line.main for line in lines(ENTRY, archive=[other])] == [LineClass.STATEMENT_ONLY, LineClass.ARCHIVE_ONLY]


@pytest.mark.parametrize("other", [{"day": date(2025, 4, 1)}, {"buyer_tax_id": SELLER}])
def test_what_is_of_another_period_or_company_is_not_missed_in_the_list(other: dict[str, object]) -> None:
    further = ARCHIVED._replace(id="x", number="2" * 20, **other)

    assert [line.main for line in lines(ENTRY, archive=[ARCHIVED, further])] == [LineClass.EQUAL]


def test_a_second_scan_of_a_listed_invoice_is_not_missed_in_the_list() -> None:
    assert [line.main for line in lines(ENTRY, archive=[ARCHIVED, ARCHIVED._replace(id="doc-9")])] == [LineClass.EQUAL]


def test_a_list_that_is_not_complete_by_nature_misses_nothing() -> None:
    other = ARCHIVED._replace(id="doc-2", number="25112000000012345679", total=Decimal("5.00"))

    assert [line.main for line in lines(ENTRY, archive=[ARCHIVED, other], kind=StatementKind.DEDUCTION_CERTIFIED)] == [LineClass.EQUAL]


def test_the_same_seller_day_and_total_under_a_misread_number_is_suspected_only() -> None:
    (line,) = lines(ENTRY, archive=[ARCHIVED._replace(number="25112000000012345673")])

    assert (line.main, line.candidates, line.invoice) == (LineClass.SUSPECTED, ("doc-1",), None)


def test_what_may_be_any_of_many_running_numbers_is_a_clue_to_none() -> None:
    running = [replace(ENTRY, number=f"2511200000001234568{place}") for place in range(6)]
    found = lines(*running, archive=[ARCHIVED._replace(number="25112000000012345689")])

    assert [line.main for line in found] == [LineClass.STATEMENT_ONLY] * 6 + [LineClass.ARCHIVE_ONLY]


def test_the_same_seller_day_and_total_under_a_number_of_its_own_is_another_invoice() -> None:
    found = lines(ENTRY, archive=[ARCHIVED._replace(number="25112000000087654321")])

    assert [line.main for line in found] == [LineClass.STATEMENT_ONLY, LineClass.ARCHIVE_ONLY]


@pytest.mark.parametrize(("problem", "main"), [(Problem.NUMBER_LOST, LineClass.NUMBER_LOST), (Problem.UNREADABLE, LineClass.UNREADABLE)])
def test_a_lost_number_is_matched_with_nothing(problem: Problem, main: LineClass) -> None:
    line = lines(replace(ENTRY, problem=problem), archive=[ARCHIVED])[0]

    assert (line.main, line.invoice, line.candidates) == (main, None, ("doc-1",))


@pytest.mark.parametrize(
    ("tail", "main"),
    [("12345678", LineClass.EQUAL), ("2345678", LineClass.EQUAL), ("345678", LineClass.SUSPECTED), ("9999999", LineClass.STATEMENT_ONLY)],
)
def test_the_end_of_a_number_counts_from_seven_digits_on(tail: str, main: LineClass) -> None:
    (line, *_) = lines(replace(VOUCHER, number=tail, is_tail=True), kind=StatementKind.KINGDEE_K3)

    assert line.main is main


def test_an_end_with_several_candidates_is_never_resolved() -> None:
    other = ARCHIVED._replace(id="doc-2", number="25312000000012345678", seller_tax_id="91440000MA00000003", seller_name="广州某某")
    (line, *_) = lines(replace(VOUCHER, number="12345678", is_tail=True), archive=[ARCHIVED, other], kind=StatementKind.KINGDEE_K3)

    assert (line.main, set(line.candidates)) == (LineClass.SUSPECTED, {"doc-1", "doc-2"})


def test_eight_digits_with_seller_and_total_are_a_key() -> None:
    other = ARCHIVED._replace(id="doc-2", number="25312000000012345678", seller_tax_id="91440000MA00000003", seller_name="广州某某")
    entry = replace(VOUCHER, number="12345678", is_tail=True, seller_name="上海某某有限公司", voucher_total=Decimal("113.00"))
    (line, *_) = lines(entry, archive=[ARCHIVED, other], kind=StatementKind.KINGDEE_K3)

    assert (line.main, line.invoice) == (LineClass.EQUAL, ARCHIVED)


@pytest.mark.parametrize(("tax", "main"), [("26.00", LineClass.EQUAL), ("26.01", LineClass.DIFFERS)])
def test_the_tax_of_a_voucher_is_that_of_all_its_invoices(tax: str, main: LineClass) -> None:
    other = ARCHIVED._replace(id="doc-2", number="25112000000012345679")
    named = [replace(VOUCHER, number=number, voucher_tax=Decimal(tax)) for number in (DIGITAL, "25112000000012345679")]

    assert [line.main for line in lines(*named, archive=[ARCHIVED, other], kind=StatementKind.KINGDEE_K3)] == [main, main]


def test_the_tax_of_a_voucher_is_not_compared_while_one_of_its_invoices_is_not_found() -> None:
    named = [replace(VOUCHER, number=number, voucher_tax=Decimal("26.00")) for number in (DIGITAL, "25112000000012345679")]

    assert [line.main for line in lines(*named, kind=StatementKind.KINGDEE_K3)] == [LineClass.EQUAL, LineClass.STATEMENT_ONLY]


@pytest.mark.parametrize(
    "bad",
    [
        {"state": InvoiceState.VOIDED},
        {"state": InvoiceState.REVERSED},
        {"state": InvoiceState.PARTLY_REVERSED},
        {"state": InvoiceState.OUT_OF_CONTROL},
        {"risk": Risk.ABNORMAL},
        {"risk": Risk.DOUBTFUL},
    ],
)
def test_what_is_not_good_any_more_and_is_kept_is_a_conflict(bad: dict[str, object]) -> None:
    assert lines(replace(ENTRY, **bad))[0].also == (LineClass.STATUS_CONFLICT,)
    assert lines(replace(ENTRY, **bad), archive=[])[0].also == ()


def test_a_booked_invoice_that_an_earlier_list_calls_reversed_is_a_conflict() -> None:
    knowledge = Knowledge({DIGITAL: Known(state=InvoiceState.REVERSED)})

    assert lines(VOUCHER, kind=StatementKind.KINGDEE_K3, knowledge=knowledge)[0].also == (LineClass.STATUS_CONFLICT,)


def test_selected_and_not_booked_is_told_once_anything_is_known_of_bookings() -> None:
    entry = replace(ENTRY, selected=True)
    kind = StatementKind.DEDUCTION_SELECTION

    assert lines(entry, kind=kind)[0].also == ()
    assert lines(entry, kind=kind, knowledge=Knowledge(has_bookings=True))[0].also == (LineClass.SELECTED_NOT_BOOKED,)
    assert lines(entry, kind=kind, knowledge=Knowledge({DIGITAL: Known(booked=True)}, has_bookings=True))[0].also == ()


def test_booked_and_known_not_to_be_selected_is_told() -> None:
    knowledge = Knowledge({DIGITAL: Known(selected=False)})

    assert lines(VOUCHER, kind=StatementKind.KINGDEE_K3, knowledge=knowledge)[0].also == (LineClass.BOOKED_NOT_SELECTED,)


def test_two_vouchers_with_one_invoice_are_booked_twice() -> None:
    found = lines(VOUCHER, replace(VOUCHER, row=5, voucher="2025-03 记-2"), kind=StatementKind.KINGDEE_K3)

    assert [line.also for line in found] == [(LineClass.TWICE,), (LineClass.TWICE,)]


def test_the_same_voucher_in_a_ledger_that_is_sent_again_is_not_booked_twice() -> None:
    kind = StatementKind.KINGDEE_K3
    again = Knowledge({DIGITAL: Known(vouchers=frozenset({VOUCHER.voucher}))})
    another = Knowledge({DIGITAL: Known(vouchers=frozenset({"2025-02 记-9"}))})

    assert lines(VOUCHER, kind=kind, knowledge=again)[0].also == ()
    assert lines(VOUCHER, kind=kind, knowledge=another)[0].also == (LineClass.TWICE,)


def test_what_an_earlier_list_of_the_kind_had_is_not_new() -> None:
    knowledge = Knowledge({DIGITAL: Known(kinds=frozenset({StatementKind.INVOICE_LIST.value}))})

    assert lines(ENTRY)[0].is_new
    assert not lines(ENTRY, knowledge=knowledge)[0].is_new


def test_lines_are_the_same_after_json() -> None:
    line = replace(
        lines(replace(ENTRY, further={"新": "值"}, state=InvoiceState.VOIDED, booked_on=date(2025, 4, 1)))[0],
        differences=(Difference("tax_amount", "1", "2"),),
        candidates=("a",),
        was=LineClass.STATEMENT_ONLY,
    )

    assert decode_line(encode_line(line)) == line
