"""The register over HTTP, by command and as a page: filters, orders, places, sums, and views that people keep."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI

from models.access import Role
from models.digest import Digest
from models.invoice import InvoiceKind
from models.verification import Verdict
from tests.api.conftest import Desk
from tests.support.catalogued import an_invoice
from tests.support.command import piaogen
from tests.support.example_reading import reading_of
from tests.support.logins import Visitor, person
from tests.support.pictures import a_picture

OURS, THEIRS = "财务部", "采购部"
HOSTILE = "<script>alert(1)</script> & \"青禾\" '和平' " + "很长的名字" * 20
MANY = 7


@pytest.fixture
def filled(desk: Desk) -> Iterator[Desk]:
    """Seven invoices: 10.01 yuan, 20.02 and so on, every third a taxi ticket that is open; one seller's name is an attack."""
    files = []
    for number in range(1, MANY + 1):
        invoice = an_invoice(
            "票面",
            kind=InvoiceKind.TAXI if number % 3 == 0 else InvoiceKind.VAT_SPECIAL,
            verdict=Verdict.NEEDS_REVIEW if number % 3 == 0 else Verdict.ACCEPTED,
            invoice_number=f"0876543{number}",
            issue_date=f"2026-0{number}-01",
            seller_name=HOSTILE if number == 5 else f"示例{number}号公司",
            tax_exclusive_amount=f"{number * 9}.00",
            tax_amount=f"{number}.0{number}",
            tax_inclusive_amount=f"{number * 10}.0{number}",
        )
        picture = a_picture(number)
        desk.reader.scripts[Digest.of(picture)] = lambda scan, invoice=invoice: reading_of(scan, invoice)
        files.append((f"票{number}.jpg", picture))
    for file in files:
        desk.upload(file)
    desk.read_everything()
    yield desk


def _numbers(answer: Any) -> list[str]:
    return [item["invoice_number"][-1] for item in answer["items"]]


def test_it_is_asked_page_after_page_with_the_sums_of_all(filled: Desk) -> None:
    asked = {"sort": "amount", "limit": "3"}
    first = filled.client.get("/v1/invoices", params=asked).json()
    second = filled.client.get("/v1/invoices", params={**asked, "cursor": first["next_cursor"]}).json()
    third = filled.client.get("/v1/invoices", params={**asked, "cursor": second["next_cursor"], "totals": "true"}).json()

    assert [_numbers(page) for page in (first, second, third)] == [["1", "2", "3"], ["4", "5", "6"], ["7"]]
    assert (first["total"], second["total"], third["total"]) == (7, None, 7)
    assert first["sums"] == third["sums"] == {"tax_exclusive_amount": "252.00", "tax_amount": "28.28", "tax_inclusive_amount": "280.28"}
    assert (first["previous_cursor"], third["next_cursor"]) == (None, None)
    back = filled.client.get("/v1/invoices", params={**asked, "cursor": third["previous_cursor"]}).json()
    assert back == {**second, "items": second["items"]}
    assert first["items"][0]["tax_exclusive_amount"] == "9.00"
    assert first["items"][0]["links"]["self"] == f"/v1/invoices/{first['items'][0]['id']}"


def test_filters_are_heard_together(filled: Desk) -> None:
    asked = {"sort": "issue_date", "verdict": "needs_review,unread", "kind": "taxi,train", "date_from": "2026-02", "amount_max": "59.99"}

    assert _numbers(filled.client.get("/v1/invoices", params=asked).json()) == ["3"]
    assert _numbers(filled.client.get("/v1/invoices", params={"received_since": "2020-01-01"}).json()) == list("7654321")
    assert _numbers(filled.client.get("/v1/invoices", params={"party": "示例4"}).json()) == ["4"]


def test_what_a_search_was_asked_before_is_answered_as_before(filled: Desk) -> None:
    for clues in ({}, {"verdict": "needs_review"}, {"kind": "taxi", "limit": "1"}, {"seller": "示例4"}, {"state": "withdrawn"}):
        answer = filled.client.get("/v1/invoices", params=clues).json()
        assert set(answer) == {"hits", "not_searchable", "index_stale"}
        assert answer == filled.client.post("/v1/invoices/find", json={**clues, "limit": int(clues.get("limit", 20))}).json()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sort": "colour"}, "write one of issue_date"),
        ({"sort": "amount", "cursor": "nonsense"}, "take next_cursor"),
        ({"sort": "amount", "number": "876"}, "knows no 'number'"),
        ({"sort": "amount", "date": "13月"}, "date: "),
        ({"received_since": "2026-03-02", "received_until": "2026-03-01"}, "received_since is later"),
        ({"sort": "amount", "kind": "rickshaw"}, "no kind: 'rickshaw'"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(filled: Desk, asked: dict[str, str], said: str) -> None:
    answer = filled.client.get("/v1/invoices", params=asked)

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_clue"
    assert said in answer.json()["detail"]
    assert filled.client.get("/v1/invoices", params={"colour": "red", "sort": "amount"}).status_code in (400, 422)


def test_a_cursor_belongs_to_its_order(filled: Desk) -> None:
    cursor = filled.client.get("/v1/invoices", params={"sort": "amount", "limit": "2"}).json()["next_cursor"]

    answer = filled.client.get("/v1/invoices", params={"sort": "-amount", "cursor": cursor})

    assert answer.status_code == 422
    assert "sorted by amount, not by -amount" in answer.text


def _where(desk: Desk) -> dict[str, str]:
    return {"archive": str(desk.folder / "archive"), "database": f"sqlite:///{desk.folder / 'catalogue.sqlite'}"}


def test_the_command_lists_the_same(filled: Desk) -> None:
    told = piaogen("list", "--where", "verdict=accepted", "--sort=-amount", "--limit", "2", "--json", **_where(filled))
    *rows, last = told.lines

    assert [row["invoice_number"][-1] for row in rows] == ["7", "5"]
    assert (last["total"], last["sums"]["tax_inclusive_amount"]) == (5, "190.19")
    further = piaogen(*("list", "--where", "verdict=accepted", "--sort=-amount", "--cursor", last["next_cursor"]), **_where(filled))
    assert "08765434" in further.out and "共 5 张" in further.out and "190.19" in further.out
    assert piaogen("list", "--where", "colour=red", **_where(filled)).code == 2
    assert piaogen("list", "--where", "nothing", **_where(filled)).code == 2


def _page(visitor: Any, path: str = "/register", **query: str) -> str:
    answer = visitor.get(path, params=query or None)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def _shown(page: str) -> list[str]:
    return [number[-1] for number in re.findall(r">(0876543\d)</a>", page)]


def test_the_page_shows_rows_count_and_sums_in_order(filled: Desk) -> None:
    page = _page(filled.client, sort="-amount", verdict="accepted,confirmed")

    assert _shown(page) == list("75421")
    assert "共 5 张" in page and "190.19" in page
    assert 'aria-sort="descending"' in page
    [address] = re.findall(r'aria-sort="descending"><a href="([^"]+)"', page)
    assert parse_qs(urlsplit(unescape(address)).query)["sort"] == ["amount"]
    assert _shown(_page(filled.client, unescape(address))) == list("12457")


def test_names_are_shown_as_text_and_never_as_markup(filled: Desk) -> None:
    page = _page(filled.client)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_empty_list_says_so_and_a_wrong_condition_what_is_wrong(filled: Desk) -> None:
    assert "没有符合条件的发票" in _page(filled.client, date="2001")
    for asked in ({"date": "13月"}, {"sort": "colour"}, {"cursor": "nonsense"}, {"colour": "red"}, {"amount_min": "9", "amount_max": "1"}):
        answer = filled.client.get("/register", params=asked)
        assert answer.status_code == 422
        assert "这个条件无法理解" in answer.text
    assert "年份" in filled.client.get("/register", params={"date": "13月"}).text


def test_what_is_chosen_is_sent_with_the_filter_itself(filled: Desk) -> None:
    page = _page(filled.client, kind="taxi", sort="amount")
    [form] = re.findall(r'<form action="/exports" method="post".*?</form>', page, re.DOTALL)

    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))
    assert hidden == {"kind": "taxi", "sort": "amount"}
    assert len(re.findall(r'name="ids" value="[0-9a-f]{20}-1"', form)) == 2
    assert 'name="all" value="1"' in form


@pytest.fixture
def app(filled: Desk) -> FastAPI:
    app = filled.client.app
    assert isinstance(app, FastAPI)
    return app


def _keep(visitor: Visitor, name: str, **texts: str) -> str:
    answer = visitor.client.post("/register/views", data={"name": name, **texts})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_kept_view_is_its_persons_own_and_comes_back_with_a_rebuild(filled: Desk, app: FastAPI) -> None:
    wang, li = person(app, Role.CLERK, name="wang", departments=frozenset({OURS})), person(app, Role.CLERK, name="li")
    auditor = person(app, Role.AUDITOR, name="zhao")

    assert _keep(wang, " 本月 <b>出租车</b> ", kind="taxi", date="this_month", sort="-amount") == (
        "/register?kind=taxi&date=this_month&sort=-amount&saved=1"
    )
    _keep(auditor, "大额", amount_min="1000")

    def views(visitor: Visitor) -> list[str]:
        [*listed] = re.findall(r'name="name" value="([^"]+)" aria-label', _page(visitor.client))
        return [unescape(name) for name in listed]

    assert (views(wang), views(li), views(auditor)) == (["本月 <b>出租车</b>"], [], ["大额"])
    filled.service.index.rebuild()
    assert views(wang) == ["本月 <b>出租车</b>"]
    _keep(wang, "本月 <b>出租车</b>", kind="taxi")
    [address] = re.findall(r'<li><a href="([^"]+)"', _page(wang.client))
    assert address == "/register?kind=taxi"
    assert wang.client.post("/register/views/remove", data={"name": "大额"}).status_code == 303
    assert views(auditor) == ["大额"]
    wang.client.post("/register/views/remove", data={"name": "本月 <b>出租车</b>"})
    assert views(wang) == []


def test_a_view_that_cannot_be_kept_says_why(filled: Desk, app: FastAPI) -> None:
    wang = person(app, Role.CLERK, name="wang")

    assert "请给视图起一个" in _page(wang.client, _keep(wang, "  ", kind="taxi"))
    assert "请给视图起一个" in _page(wang.client, _keep(wang, "长" * 41, kind="taxi"))
    for number in range(40):
        _keep(wang, f"视图{number}", kind="taxi")
    assert "最多保存 40 个视图" in _page(wang.client, _keep(wang, "再一个", kind="taxi"))
    assert wang.client.get(_keep(wang, "坏的", date="13月")).status_code == 422


def test_walls_stand_on_the_page_and_in_its_sums(desk: Desk) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    for number, whose in ((1, OURS), (2, THEIRS)):
        picture = a_picture(number)
        invoice = an_invoice(invoice_number=f"0876543{number}", tax_inclusive_amount=f"{number}00.00")
        desk.reader.scripts[Digest.of(picture)] = lambda scan, invoice=invoice: reading_of(scan, invoice)
        visitor = person(app, Role.CLERK, name=f"clerk{number}", departments=frozenset({whose}))
        assert visitor.client.post("/v1/uploads", files={"files": ("a.jpg", picture)}).status_code == 202
    desk.read_everything()
    ours = person(app, Role.CLERK, name="clerk1", departments=frozenset({OURS}))

    page = _page(ours.client)
    assert _shown(page) == ["1"]
    assert "共 1 张" in page and "100.00" in page and "300.00" not in page
    assert _page(ours.client, department=THEIRS).count("共 0 张") == 1
    assert ours.client.get("/v1/invoices", params={"sort": "amount", "department": THEIRS}).json()["total"] == 0
