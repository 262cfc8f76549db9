"""The register gives every invoice that a filter means once, in order, page after page; in every database."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from models.access import EVERYTHING, Visibility
from models.archive import Received, invoice_id
from models.clues import AmountClue, DateClue
from models.correction import Correction
from models.invoice import Invoice, InvoiceKind
from models.papers import PaperState
from models.reading import Reading
from models.register import (
    Listing,
    ReceivedClue,
    RegisterCursor,
    RegisterFilter,
    RegisterOrder,
    RegisterRow,
    RegisterSort,
)
from models.verification import Verdict
from storage.catalogue import narrowing, register, register_conditions, search_tables
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.histories import HistoryIndex
from storage.catalogue.queue import LeaseQueue
from storage.catalogue.register import Register
from storage.histories import HistoryVersion
from tests.support.catalogued import DIALECTS, START, a_reading, a_received, an_invoice, fresh

OURS, THEIRS = "财务部", "采购部"
US = Visibility(frozenset({OURS}))
BOTH = Visibility(frozenset({OURS, THEIRS}))
MANY = 60
ORDERS = [RegisterOrder(sort, descends) for sort in RegisterSort for descends in (True, False)]
FILTERS: dict[str, tuple[RegisterFilter, Callable[[RegisterRow], bool]]] = {
    "nothing": (RegisterFilter(), lambda row: True),
    "days": (
        RegisterFilter(issued=DateClue(date(2019, 3, 2), date(2019, 3, 9))),
        lambda row: row.day is not None and date(2019, 3, 2) <= row.day <= date(2019, 3, 9),
    ),
    "until a day": (
        RegisterFilter(issued=DateClue(date.min, date(2019, 3, 5))),
        lambda row: row.day is not None and row.day <= date(2019, 3, 5),
    ),
    "received": (
        RegisterFilter(received=ReceivedClue(START + timedelta(minutes=10), START + timedelta(minutes=30))),
        lambda row: START + timedelta(minutes=10) <= row.invoice.received_at < START + timedelta(minutes=30),
    ),
    "amounts": (
        RegisterFilter(amount=AmountClue(Decimal("1201.00"), Decimal("1205.00"))),
        lambda row: row.total is not None and Decimal(1201) <= row.total <= Decimal(1205),
    ),
    "kinds": (
        RegisterFilter(kinds=(InvoiceKind.TAXI, InvoiceKind.TRAIN)),
        lambda row: row.invoice.kind in (InvoiceKind.TAXI, InvoiceKind.TRAIN),
    ),
    "verdicts": (RegisterFilter(verdicts=(Verdict.NEEDS_REVIEW,)), lambda row: row.invoice.verdict is Verdict.NEEDS_REVIEW),
    "seller": (RegisterFilter(seller="和平 饭店2"), lambda row: "和平饭店2" in (row.invoice.seller_name or "")),
    "seller's tax id": (RegisterFilter(seller="913100998038930802"), lambda row: row.invoice.seller_tax_id == "913100998038930802"),
    "old tax id": (RegisterFilter(party="310099803893080"), lambda row: row.invoice.seller_tax_id is not None),
    "buyer": (RegisterFilter(buyer="青禾"), lambda row: "青禾" in (row.invoice.buyer_name or "")),
    "party": (
        RegisterFilter(party="青禾"),
        lambda row: "青禾" in (row.invoice.buyer_name or "") + "|" + (row.invoice.seller_name or ""),
    ),
    "nobody": (RegisterFilter(party="没有这个公司"), lambda row: False),
    "duplicates": (RegisterFilter(duplicates=True), lambda row: row.duplicate),
    "no duplicates": (RegisterFilter(duplicates=False), lambda row: not row.duplicate),
    "lent": (RegisterFilter(papers=(PaperState.LENT,)), lambda row: row.paper is PaperState.LENT),
    "expected": (RegisterFilter(papers=(PaperState.EXPECTED,)), lambda row: row.paper is None),
    "words": (RegisterFilter(text="说明7"), lambda row: row.invoice.number is not None and row.invoice.file_name.endswith("发票7.jpg")),
    "all together": (
        RegisterFilter(kinds=(InvoiceKind.TAXI,), verdicts=(Verdict.NEEDS_REVIEW,), seller="Zoë", issued=DateClue.parse("2019-03")),
        lambda row: row.invoice.kind is InvoiceKind.TAXI and "Zo" in (row.invoice.seller_name or "") and row.day is not None,
    ),
}


@pytest.fixture(scope="module", params=DIALECTS)
def filled(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    with fresh(request) as catalogue:
        for number in range(1, MANY + 1):
            first, *further = _arrivals(number)
            reading = a_reading(first, *_invoices(number))
            said = _withdrawn(reading, 1) if number % 11 == 1 else reading
            catalogue.record_reading(first, said, 1, further=tuple(further))
        for number in (4, 6, 9):
            _lend(catalogue, number)
        yield catalogue


def _arrivals(number: int) -> list[Received]:
    """Of four documents: one ours, one theirs, one of both, one nobody's."""
    came = [replace(a_received(number, f"{whose}的发票{number}.jpg"), department=whose) for whose in (OURS, THEIRS, None)]
    if number % 4 < 3:
        return [came[number % 4]]
    return [came[0], replace(came[1], received_at=came[0].received_at + timedelta(minutes=90))]


def _invoices(number: int) -> tuple[Invoice, ...]:
    """One invoice of some thirty, now and then without what lists are ordered by; and beside it one that says nothing."""
    same = number % 31
    values: dict[str, str | None] = {
        "invoice_number": f"087654{same:02}",
        "invoice_code": "1100184130",
        "seller_name": f"青禾和平饭店{same % 5}号" if number % 3 else f"Zoë & Co {same % 4}",
        "buyer_name": None if number % 6 == 2 else f"{('青禾', '临溪')[number % 2]}科技有限公司",
        "seller_tax_id": f"9131009980389308{same % 5:02}",
        "issue_date": None if number % 7 == 3 else f"2019-03-{1 + same % 12:02}",
        "tax_inclusive_amount": None if number % 5 == 4 else f"{1200 + same % 9}.{number % 2}0",
        "tax_exclusive_amount": f"{1000 + same}.00",
        "tax_amount": f"-{same}.13",
    }
    kind = (InvoiceKind.TAXI, InvoiceKind.VAT_SPECIAL, InvoiceKind.TRAIN)[number % 3]
    verdict = Verdict.NEEDS_REVIEW if number % 3 == 0 else Verdict.ACCEPTED
    return an_invoice("住宿", f"说明{number}", kind=kind, verdict=verdict, **values), an_invoice(f"第二张{number}")


def _withdrawn(reading: Reading, position: int) -> Reading:
    said = Correction(position, START, "王", "重复上传", {}, withdrawn=True)
    return replace(reading, corrections=(said,))


def _lend(catalogue: Catalogue, number: int) -> None:
    came = _arrivals(number)[0]
    digest = came.document.digest
    paper = {
        "state": "lent",
        "person": "李",
        "voucher": "",
        "volume": "",
        "box": "3",
        "place": "",
        "due": None,
        "certificate": "",
        "before": None,
    }
    body = {"document": str(digest), "event": {}, "paper": paper}
    HistoryIndex(catalogue.database).record(HistoryVersion(f"papers/{invoice_id(digest, 1)}", 1, START, "王", body, came.department))


def _all(catalogue: Catalogue, asked: RegisterFilter = RegisterFilter(), sees: Visibility = EVERYTHING) -> list[RegisterRow]:  # noqa: B008
    return list(Register(catalogue).each(asked, RegisterOrder(RegisterSort.RECEIVED, descending=False), sees))


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("sees", [EVERYTHING, US, BOTH], ids=["all", "us", "both"])
def test_a_filter_means_the_invoices_that_meet_it(filled: Catalogue, name: str, sees: Visibility) -> None:
    asked, meets = FILTERS[name]
    every = _all(filled, sees=sees)
    met = [row for row in every if meets(row)]

    assert _all(filled, asked, sees) == met
    assert bool(met) is (name != "nobody")
    totals = Register(filled).totals(asked, sees)
    assert totals.count == len(met)
    assert totals.net == sum((row.net or Decimal(0) for row in met), Decimal(0))
    assert totals.tax == sum((row.tax or Decimal(0) for row in met), Decimal(0))
    assert totals.total == sum((row.total or Decimal(0) for row in met), Decimal(0))


@pytest.mark.parametrize("text", ["说明", "说明1", "第二张 2", "饭店3号", "酒店", "青禾和平饭店 科技有限公司 2019-03", "店"])
@pytest.mark.parametrize("sees", [EVERYTHING, US, BOTH], ids=["all", "us", "both"])
@pytest.mark.parametrize("share", [2, 1000])
def test_a_text_of_many_invoices_means_what_one_of_few_does(
    filled: Catalogue, monkeypatch: pytest.MonkeyPatch, text: str, sees: Visibility, share: int
) -> None:
    asked = RegisterFilter(text=text)
    few = [list(Register(filled).each(asked, order, sees)) for order in ORDERS], Register(filled).totals(asked, sees)
    for module in (search_tables, register_conditions, register):
        monkeypatch.setattr(module, "FEW", 2)
    monkeypatch.setattr(narrowing, "_MANY", share)

    assert ([list(Register(filled).each(asked, order, sees)) for order in ORDERS], Register(filled).totals(asked, sees)) == few
    assert (few[1].count > 0) is (text != "酒店")


def test_everybody_is_given_each_invoice_of_theirs_once(filled: Catalogue) -> None:
    shown = {sees: {row.invoice.id for row in _all(filled, sees=sees)} for sees in (EVERYTHING, US, BOTH)}
    whose = {number: {came.department for came in _arrivals(number)} for number in range(1, MANY + 1)}

    for sees, wanted in ((EVERYTHING, {OURS, THEIRS, None}), (US, {OURS}), (BOTH, {OURS, THEIRS})):
        expected = {
            invoice_id(a_received(number).document.digest, position)
            for number, departments in whose.items()
            if departments & wanted
            for position in (1, 2)
            if position == 2 or number % 11 != 1
        }
        assert shown[sees] == expected
        assert len(_all(filled, sees=sees)) == len(expected)


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("sees", [EVERYTHING, US, BOTH], ids=["all", "us", "both"])
def test_pages_follow_one_another_in_order_there_and_back(filled: Catalogue, order: RegisterOrder, sees: Visibility) -> None:
    register = Register(filled)
    asked = RegisterFilter(listing=Listing.ALL)
    every = list(register.each(asked, order, sees))
    assert [row.invoice.id for row in every] == [row.invoice.id for row in _ordered(_all(filled, asked, sees), order)]

    pages, cursor = [], None
    while True:
        page = register.page(asked, order, sees, 7, cursor)
        pages.append(page)
        if page.next is None:
            break
        cursor = RegisterCursor.parse(page.next, order)
    assert [row for page in pages for row in page.rows] == every
    assert [len(page.rows) for page in pages[:-1]] == [7] * (len(pages) - 1)

    back = [pages[-1]]
    while back[0].previous is not None:
        back.insert(0, register.page(asked, order, sees, 7, RegisterCursor.parse(back[0].previous, order)))
    assert [page.rows for page in back] == [page.rows for page in pages]
    assert pages[0].previous is None


def _ordered(rows: list[RegisterRow], order: RegisterOrder) -> list[RegisterRow]:
    """As it should be: what lacks the key last, equals by receipt (in which the rows come), in the same direction."""
    keys: dict[RegisterSort, Callable[[RegisterRow], object]] = {
        RegisterSort.ISSUED: lambda row: row.day,
        RegisterSort.RECEIVED: lambda row: 0,
        RegisterSort.AMOUNT: lambda row: row.total,
        RegisterSort.SELLER: lambda row: row.invoice.seller_name,
        RegisterSort.NUMBER: lambda row: row.invoice.number,
    }
    key = keys[order.by]
    come = rows[::-1] if order.descending else rows
    have = sorted((row for row in come if key(row) is not None), key=key, reverse=order.descending)  # type: ignore[arg-type]
    return have + [row for row in come if key(row) is None]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_rows_that_come_in_and_go_away_between_pages_double_and_hide_none(catalogue: Catalogue, order: RegisterOrder) -> None:
    rng = random.Random(str(order))
    numbers = list(range(1, MANY + 1))
    rng.shuffle(numbers)
    before, later = numbers[:30], numbers[30:]
    for number in before:
        catalogue.record_reading(a_received(number), a_reading(a_received(number), *_invoices(number)), 1)
    register = Register(catalogue)
    there = {row.invoice.id for row in _all(catalogue)}

    seen, cursor = [], None
    while True:
        page = register.page(RegisterFilter(), order, EVERYTHING, 4, cursor)
        seen += [row.invoice.id for row in page.rows]
        if page.next is None:
            break
        cursor = RegisterCursor.parse(page.next, order)
        if later:
            number = later.pop()
            catalogue.record_reading(a_received(number), a_reading(a_received(number), *_invoices(number)), 1)
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_a_page_whose_rows_went_away_leads_back(catalogue: Catalogue) -> None:
    order = RegisterOrder()
    for number in (1, 2, 3):
        catalogue.record_reading(a_received(number), a_reading(a_received(number), an_invoice("票")), 1)
    register = Register(catalogue)
    page = register.page(RegisterFilter(), order, EVERYTHING, 2)
    oldest = a_reading(a_received(1), an_invoice("票"))
    catalogue.record_reading(a_received(1), _withdrawn(oldest, 1), 2)

    empty = register.page(RegisterFilter(), order, EVERYTHING, 2, RegisterCursor.parse(page.next or "", order))

    assert empty.rows == () and empty.next is None and empty.previous is not None
    assert [row.invoice.file_name for row in register.page(RegisterFilter(listing=Listing.WITHDRAWN), order, EVERYTHING, 2).rows] == [
        "发票1.jpg"
    ]
    back = register.page(RegisterFilter(), order, EVERYTHING, 2, RegisterCursor.parse(empty.previous, order))
    assert back.rows[0] == page.rows[0]


def test_a_department_that_is_not_seen_is_as_one_that_does_not_exist(filled: Catalogue) -> None:
    register = Register(filled)

    for name in (THEIRS, "没有的部门"):
        assert register.page(RegisterFilter(department=name), RegisterOrder(), US, 10).rows == ()
        assert register.totals(RegisterFilter(department=name), US).count == 0
    assert _all(filled, RegisterFilter(department=OURS), US) == _all(filled, sees=US)
    assert [row.invoice.id for row in _all(filled, RegisterFilter(department=OURS))] == [row.invoice.id for row in _all(filled, sees=US)]


def test_only_what_a_correction_left_standing_is_counted(catalogue: Catalogue) -> None:
    register = Register(catalogue)
    came = a_received(1)
    catalogue.record_reading(came, a_reading(came, an_invoice(tax_inclusive_amount="10.00")), 1)
    catalogue.record_reading(came, a_reading(came, an_invoice(tax_inclusive_amount="12.50")), 2)

    assert register.totals(RegisterFilter(), EVERYTHING).total == Decimal("12.50")
    catalogue.record_reading(came, _withdrawn(a_reading(came, an_invoice(tax_inclusive_amount="12.50")), 1), 3)
    assert register.totals(RegisterFilter(), EVERYTHING).count == 0
    assert register.totals(RegisterFilter(listing=Listing.WITHDRAWN), EVERYTHING).total == Decimal("12.50")


def test_sums_have_room_for_the_largest_amounts_there_are(catalogue: Catalogue) -> None:
    for number, total in enumerate(("92233720368547758.07", "92233720368547758.07", "-0.01", "-92233720368547758.06", "0.05"), 1):
        catalogue.record_reading(a_received(number), a_reading(a_received(number), an_invoice(tax_inclusive_amount=total)), 1)

    assert Register(catalogue).totals(RegisterFilter(), EVERYTHING).total == Decimal("92233720368547758.12")


def test_a_page_behind_a_name_of_any_length_is_found(catalogue: Catalogue) -> None:
    order = RegisterOrder(RegisterSort.SELLER, descending=False)
    for number in (1, 2):
        reading = a_reading(a_received(number), an_invoice(seller_name=str(number) + "票" * 1_999))
        catalogue.record_reading(a_received(number), reading, 1)
    register = Register(catalogue)

    page = register.page(RegisterFilter(), order, EVERYTHING, 1)
    further = register.page(RegisterFilter(), order, EVERYTHING, 1, RegisterCursor.parse(page.next or "", order))

    assert [row.invoice.file_name for row in (*page.rows, *further.rows)] == ["发票1.jpg", "发票2.jpg"]


def test_a_second_file_of_an_invoice_is_marked_until_it_is_withdrawn(catalogue: Catalogue) -> None:
    whole, cut = "26992000000000000012", {"invoice_code": "269920000000", "invoice_number": "00000012"}
    first = a_reading(a_received(1), an_invoice(invoice_number=whole))
    second = a_reading(a_received(2), an_invoice(**cut))
    both_copies = a_reading(a_received(3), *[an_invoice(invoice_number="87654321", invoice_code="1100184130")] * 2)
    for number, reading in ((1, first), (2, second), (3, both_copies)):
        catalogue.record_reading(a_received(number), reading, 1)

    assert [row.duplicate for row in _all(catalogue)] == [True, True, False, False]
    catalogue.record_reading(a_received(2), _withdrawn(second, 1), 2)
    assert [row.duplicate for row in _all(catalogue)] == [False, False, False]


def test_another_departments_file_of_an_invoice_is_not_told_of(catalogue: Catalogue) -> None:
    for number, whose in ((1, OURS), (2, THEIRS)):
        came = replace(a_received(number), department=whose)
        catalogue.record_reading(came, a_reading(came, an_invoice(invoice_number="08765432")), 1)

    assert [row.duplicate for row in _all(catalogue)] == [True, True]
    assert [row.duplicate for row in _all(catalogue, sees=US)] == [False]
    assert Register(catalogue).totals(RegisterFilter(duplicates=True), US).count == 0


def test_a_batch_means_its_files_however_often_they_came(catalogue: Catalogue) -> None:
    queue = LeaseQueue(catalogue)
    for number, batch in ((1, "one"), (2, "one"), (1, "two")):
        came = replace(a_received(number), department=OURS)
        queue.accept(came, batch=batch)
        catalogue.record_reading(came, a_reading(came, an_invoice(f"票{number}")), 1)

    def files(batch: str, sees: Visibility = EVERYTHING) -> list[str]:
        return [row.invoice.file_name for row in _all(catalogue, RegisterFilter(batch=batch), sees)]

    assert files("one") == ["发票1.jpg", "发票2.jpg"]
    assert files("two") == ["发票1.jpg"]
    assert files("none") == []
    assert files("two", US) == []


def test_invoices_are_found_by_their_names(filled: Catalogue) -> None:
    register = Register(filled)
    every = _all(filled, RegisterFilter(listing=Listing.ALL))
    names = [row.invoice.id for row in every]

    assert list(register.named([*names[::-1], *names, "nothing", "0" * 20 + "-1"], EVERYTHING)) == every[::-1]
    ours = {row.invoice.id for row in _all(filled, RegisterFilter(listing=Listing.ALL), US)}
    assert {row.invoice.id for row in register.named(names, US)} == ours
