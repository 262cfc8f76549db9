"""GET /v1/review."""

import pytest

from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER
from tests.support.pictures import a_picture


def test_what_proof_did_not_settle_and_what_was_not_read_waits_for_a_person(desk: Desk) -> None:
    desk.archived_invoice()
    desk.upload(("a.png", a_picture(0)))
    desk.read_everything()

    body = desk.client.get("/v1/review").json()
    assert [(item["state"], item["invoice"] and item["invoice"]["invoice_number"]) for item in body["items"]] == [
        ("needs_review", NUMBER),
        ("unread", None),
    ]
    assert body["next_cursor"] is None


def test_the_list_comes_in_stretches_without_gap_or_repetition(desk: Desk) -> None:
    desk.upload(*[(f"{shade}.png", a_picture(shade)) for shade in range(3)])
    names, cursor = [], None
    for _ in range(3):
        body = desk.client.get("/v1/review", params={"limit": 1} | ({"cursor": cursor} if cursor else {})).json()
        names += [item["file_name"] for item in body["items"]]
        cursor = body["next_cursor"]

    assert (sorted(names), cursor) == (["0.png", "1.png", "2.png"], None)


@pytest.mark.parametrize(
    ("wrong", "code"), [({"cursor": "x"}, "invalid_clue"), ({"limit": 0}, "invalid_request"), ({"page": 2}, "invalid_request")]
)
def test_a_wrong_question_is_refused(desk: Desk, wrong: dict[str, str], code: str) -> None:
    answer = desk.client.get("/v1/review", params=wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_scan_whose_reading_broke_says_why(desk: Desk) -> None:
    desk.upload(("b.png", a_picture(9)))
    desk.read_everything()

    [item] = desk.client.get("/v1/review").json()["items"]
    assert item["error"] == "recognition_failed"
