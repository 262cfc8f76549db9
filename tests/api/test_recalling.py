"""Asking in a sentence: what was understood, what is found, and an honest no."""

from typing import Any

import pytest

from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SELLER
from tests.support.pictures import a_picture

_SENTENCES = (
    "2018年10月 文具 三千九百多 尾号2197",
    "2018年四季度文具三千九百多",
    "Oct 2018 about 3.9k ends 2197",
    "尾号6346?197",
    "望江镇文具 一本图书",
)


def _ask(desk: Desk, **clues: object) -> dict[str, Any]:
    answer = desk.client.post("/v1/invoices/find", json=clues)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]  # whatever came


@pytest.mark.parametrize("sentence", _SENTENCES)
def test_a_sentence_finds_the_invoice(desk: Desk, sentence: str) -> None:
    invoice = desk.archived_invoice()

    found = _ask(desk, sentence=sentence)
    assert [hit["invoice"]["id"] for hit in found["hits"]] == [invoice]
    assert found["nearest"] == []
    assert desk.client.get("/v1/invoices", params={"sentence": sentence}).json() == found


def test_the_answer_says_how_each_word_was_understood_and_met(desk: Desk) -> None:
    desk.archived_invoice()

    found = _ask(desk, sentence="2018年10月 三千九百多 尾号2197")

    assert [(one["words"], one["clue"], one["value"]) for one in found["understood"]] == [
        ("2018年10月", "date", "2018-10-01..2018-10-31"),
        ("三千九百多", "amount", "3900.00..3999.99"),
        ("尾号2197", "number", "*2197"),
    ]
    reasons = found["hits"][0]["reasons"]
    assert [(one["clue"], one["how"], one["value"], one["field"]) for one in reasons] == [
        ("date", "within", "2018-10-02", "issue_date"),
        ("amount", "within", "3972.87", "tax_inclusive_amount"),
        ("number", "tail", NUMBER, "invoice_number"),
    ]


def test_no_invoice_is_held_against_a_day_that_no_calendar_has(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    found = _ask(desk, sentence="2018年2月30日 文具 尾号2197")

    assert [(one["words"], one["no_such_day"]) for one in found["understood"]][:2] == [("2018年2月30日", True), ("文具", False)]
    assert [hit["invoice"]["id"] for hit in found["hits"]] == [invoice]
    assert [one["clue"] for one in found["hits"][0]["reasons"]] == ["party", "number"]


def test_when_one_clue_is_wrong_the_nearest_says_which(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    found = _ask(desk, sentence="2018年10月 文具 尾号5555")

    assert found["hits"] == []
    nearest = found["nearest"][0]
    assert nearest["invoice"]["id"] == invoice
    assert [(one["clue"], one["value"]) for one in nearest["missed"]] == [("number", NUMBER)]
    assert {one["clue"] for one in nearest["met"]} == {"date", "party"}
    assert 0 <= found["not_in_archive"] <= 1


def test_fields_are_evidence_beside_the_sentence(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    found = _ask(desk, sentence="2018年10月", seller="文具", amount="三千九百多", number="6346?197")

    assert [hit["invoice"]["id"] for hit in found["hits"]] == [invoice]
    assert [(one["source"], one["clue"]) for one in found["understood"]] == [
        ("sentence", "date"),
        ("number", "number"),
        ("seller", "seller"),
        ("amount", "amount"),
    ]
    assert found["hits"][0]["reasons"][2]["value"] == SELLER


def test_a_person_says_how_words_are_meant(desk: Desk) -> None:
    desk.archived_invoice()

    assert _ask(desk, sentence="2197")["understood"][0]["clue"] == "amount"
    meant = _ask(desk, sentence="2197", meant="0:number")
    assert [(one["clue"], len(one["meanings"])) for one in meant["understood"]] == [("number", 1)]
    assert len(meant["hits"]) == 1


def test_scans_of_that_time_that_nothing_was_read_from_are_told(desk: Desk) -> None:
    desk.archived_invoice()
    desk.upload(("waits.png", a_picture(3)))

    now = _ask(desk, sentence="最近 酒店 尾号0000")
    assert now["unread_nearby"]["count"] == 1
    assert [one["file_name"] for one in now["unread_nearby"]["documents"]] == ["waits.png"]
    long_ago = _ask(desk, sentence="2009年3月 酒店")
    assert long_ago["unread_nearby"]["count"] == 0


@pytest.mark.parametrize(
    "clues", [{"sentence": "去年", "amount": "lots"}, {"sentence": "去年", "date": "someday"}, {"sentence": "去年", "kind": "receipt"}]
)
def test_a_field_that_is_not_understood_is_refused(desk: Desk, clues: dict[str, str]) -> None:
    answer = desk.client.post("/v1/invoices/find", json=clues)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_clue")


def test_a_sentence_of_endless_length_is_refused(desk: Desk) -> None:
    assert desk.client.post("/v1/invoices/find", json={"sentence": "去" * 501}).status_code == 422


def test_whatever_is_typed_is_answered(desk: Desk) -> None:
    desk.archived_invoice()

    for sentence in ("首", "13月", "' OR 1=1; --", "？！。", "%_*?", "<b>x</b>"):
        assert "hits" in _ask(desk, sentence=sentence)
