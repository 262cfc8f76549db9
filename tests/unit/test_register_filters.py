"""What people type into the register's filters, and the places that its pages hand out."""

import base64
import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.clues import AmountClue, DateClue
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.papers import PaperState
from models.register import Listing, ReceivedClue, RegisterCursor, RegisterFilter, RegisterOrder, RegisterSort
from models.register_texts import FILTERS, parse_register, texts_of
from models.verification import Verdict

TODAY = date(2026, 3, 2)
A_MONDAY = datetime(2026, 3, 1, 16, tzinfo=UTC)
"""The begin of that day in China."""


def test_everything_that_is_given_is_read() -> None:
    asked = parse_register(
        {
            "date_from": "2026-01",
            "date_to": "2026-02-03",
            "received_since": "2026-03-02",
            "received_until": "2026-03-02T08:30:00.1239+08:00",
            "amount_min": "1,200.5",
            "amount_max": "3000",
            "kind": "taxi, 火车票，taxi",
            "seller": " 示例 ",
            "buyer": "青禾",
            "party": "和平",
            "verdict": "accepted,needs_review",
            "batch": "web-1",
            "paper": "lent,已入盒",
            "box": "2026-03",
            "department": "财务部",
            "state": "all",
            "duplicates": "0",
            "text": "住宿 苏州",
        },
        TODAY,
    )

    assert asked == RegisterFilter(
        issued=DateClue(date(2026, 1, 1), date(2026, 2, 3)),
        received=ReceivedClue(A_MONDAY, datetime(2026, 3, 2, 0, 30, 0, 124_000, tzinfo=UTC)),
        amount=AmountClue(Decimal("1200.50"), Decimal("3000.00")),
        kinds=(InvoiceKind.TAXI, InvoiceKind.TRAIN),
        seller="示例",
        buyer="青禾",
        party="和平",
        verdicts=(Verdict.ACCEPTED, Verdict.NEEDS_REVIEW),
        batch="web-1",
        papers=(PaperState.LENT, PaperState.BOXED),
        box="2026-03",
        department="财务部",
        listing=Listing.ALL,
        duplicates=False,
        text="住宿 苏州",
    )
    assert parse_register(texts_of(asked), TODAY) == asked


def test_blank_is_no_condition_and_an_empty_filter_writes_nothing() -> None:
    assert parse_register(dict.fromkeys(FILTERS, "  "), TODAY) == RegisterFilter()
    assert texts_of(RegisterFilter()) == {}


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("今天", date(2026, 3, 2), date(2026, 3, 2)),
        ("yesterday", date(2026, 3, 1), date(2026, 3, 1)),
        ("本周", date(2026, 3, 2), date(2026, 3, 8)),
        ("last week", date(2026, 2, 23), date(2026, 3, 1)),
        ("本月", date(2026, 3, 1), date(2026, 3, 31)),
        ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
        ("本季度", date(2026, 1, 1), date(2026, 3, 31)),
        ("last quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("今年", date(2026, 1, 1), date(2026, 12, 31)),
        ("last-year", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025年3月", date(2025, 3, 1), date(2025, 3, 31)),
    ],
)
def test_days_are_read_as_people_name_them(word: str, first: date, last: date) -> None:
    assert parse_register({"date": word}, TODAY).issued == DateClue(first, last)
    received = parse_register({"received": word}, TODAY).received
    assert received == parse_register({"received_since": word, "received_until": word}, TODAY).received
    assert received is not None and received.since is not None and received.since.astimezone(UTC).hour == 16


@pytest.mark.parametrize("text", ["~1200.55", "1200.55左右", "-3"])
def test_an_amount_that_is_about_so_much_is_written_as_its_range(text: str) -> None:
    asked = parse_register({"amount": text}, TODAY)

    assert asked.amount is not None
    written = parse_register(texts_of(asked), TODAY).amount
    assert written is not None and (written.low, written.high) == (asked.amount.low, asked.amount.high)


@pytest.mark.parametrize("half", [{"amount_min": "5"}, {"amount_max": "5"}, {"date_from": "2026"}, {"date_to": "2026"}])
def test_half_open_ranges_come_back(half: dict[str, str]) -> None:
    asked = parse_register(half, TODAY)

    assert parse_register(texts_of(asked), TODAY) == asked
    assert len(texts_of(asked)) == 1


@pytest.mark.parametrize(
    ("texts", "clue", "said"),
    [
        ({"colour": "red"}, "colour", "knows no 'colour'"),
        ({"date": "13月"}, "date", "no year"),
        ({"date": "2026年13月"}, "date", "no such day"),
        ({"date_from": "2026-02-30"}, "date_from", "no such day"),
        ({"date_from": "2026-03", "date_to": "2026-02"}, "date_from", "earlier one first"),
        ({"date": "2026", "date_to": "2026"}, "date", "either date or"),
        ({"received": "today", "received_since": "2026"}, "received", "either received or"),
        ({"received_since": "2026-03-02", "received_until": "2026-03-01"}, "received_since", "earlier one first"),
        ({"received_since": "2026-03-02T25:00"}, "received_since", "not a date"),
        ({"amount_min": "3000", "amount_max": "1200"}, "amount_min", "smaller one first"),
        ({"amount": "much"}, "amount", "not an amount"),
        ({"amount": "1", "amount_max": "2"}, "amount", "either amount or"),
        ({"amount_max": "12,50"}, "amount_max", "not an amount"),
        ({"kind": "rickshaw"}, "kind", "write one or more of vat_special"),
        ({"verdict": "good"}, "verdict", "needs_review"),
        ({"paper": "eaten"}, "paper", "boxed"),
        ({"state": "gone"}, "state", "withdrawn"),
        ({"duplicates": "perhaps"}, "duplicates", "1 (only those)"),
        ({"seller": "青"}, "seller", "two characters"),
        ({"text": "x" * 201}, "text", "200"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_the_field_named(texts: dict[str, str], clue: str, said: str) -> None:
    with pytest.raises(InvalidClue, match=said.replace("(", r"\(").replace(")", r"\)")) as refused:
        parse_register(texts, TODAY)

    assert refused.value.details["clue"] == clue


@pytest.mark.parametrize("sort", list(RegisterSort))
@pytest.mark.parametrize("descending", [True, False])
def test_an_order_comes_back_from_its_text(sort: RegisterSort, descending: bool) -> None:
    order = RegisterOrder(sort, descending)

    assert RegisterOrder.parse(str(order)) == order


def test_without_an_order_the_newest_come_first() -> None:
    assert RegisterOrder.parse("") == RegisterOrder(RegisterSort.RECEIVED, descending=True)
    with pytest.raises(InvalidClue, match="write one of issue_date") as refused:
        RegisterOrder.parse("colour")
    assert refused.value.details["clue"] == "sort"


@pytest.mark.parametrize(
    ("sort", "key"), [(RegisterSort.SELLER, None), (RegisterSort.ISSUED, 738_000), (RegisterSort.SELLER, "青禾 & <b>和平</b>")]
)
@pytest.mark.parametrize("backward", [True, False])
def test_a_cursor_comes_back_from_an_address(sort: RegisterSort, key: int | str | None, backward: bool) -> None:
    order = RegisterOrder(sort, descending=False)
    cursor = RegisterCursor(order, key, 2**62, backward)

    assert RegisterCursor.parse(str(cursor), order) == cursor
    assert str(cursor).replace("-", "").replace("_", "").isalnum()


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = RegisterCursor(RegisterOrder(RegisterSort.AMOUNT), 1, 2)

    with pytest.raises(InvalidClue, match="sorted by -amount, not by amount"):
        RegisterCursor.parse(str(cursor), RegisterOrder(RegisterSort.AMOUNT, descending=False))


@pytest.mark.parametrize(
    ("sort", "key", "row"),
    [
        *((RegisterSort.AMOUNT, key, 1) for key in (2**63, -(2**63) - 1, 10**4000, "一", True, False)),
        *((RegisterSort.SELLER, key, 1) for key in (1, "\0", "\ud800", "青\udfff")),
        *((RegisterSort.RECEIVED, key, 1) for key in (1, "一")),
        *((RegisterSort.AMOUNT, None, row) for row in (2**63, -1, -(10**4000))),
    ],
)
def test_a_cursor_that_somebody_made_up_is_refused(sort: RegisterSort, key: int | str | None, row: int) -> None:
    order = RegisterOrder(sort)
    plain = json.dumps([str(order), key, row, 0]).encode()
    forged = hashlib.sha256(plain).hexdigest()[:8] + base64.urlsafe_b64encode(plain).decode().rstrip("=")

    with pytest.raises(InvalidClue, match="not a place in the register"):
        RegisterCursor.parse(forged, order)


def test_a_damaged_cursor_is_refused() -> None:
    order = RegisterOrder()
    whole = str(RegisterCursor(order, None, 12_345))

    for place in range(len(whole)):
        other = "A" if whole[place] != "A" else "B"
        for damaged in (whole[:place] + other + whole[place + 1 :], whole[:place]):
            with pytest.raises(InvalidClue, match="not a place in the register"):
                RegisterCursor.parse(damaged, order)
    with pytest.raises(InvalidClue):
        RegisterCursor.parse(whole * 100, order)
