"""POST /v1/invoices/{id}/proof: what is typed is proved as it would be when it is saved, and nothing is kept."""

from typing import Any

from api.budgets import Budgets
from models.digest import Digest
from tests.api.conftest import Desk
from tests.api.test_corrections import correct, misread
from tests.support.example_reading import SCAN, TOTAL, reading_of

ITEMS = [
    {"name": "*供电*电费", "quantity": "5.73", "unit_price": "0.76963351", "amount": "4.41", "tax_rate": "16%", "tax_amount": "0.71"},
    {"name": "示例图书", "quantity": "33", "unit_price": "100.42", "amount": "3313.86", "tax_rate": "10%", "tax_amount": "331.39"},
    {"name": "螺栓", "quantity": "56.97", "unit_price": "4.88011234", "amount": "278.02", "tax_rate": "16%", "tax_amount": "44.48"},
]


def prove(desk: Desk, invoice: str, **draft: Any) -> Any:
    answer = desk.client.post(f"/v1/invoices/{invoice}/proof", json=draft)
    assert answer.status_code == 200, answer.text
    return answer.json()


def outcomes(body: Any) -> dict[str, str]:
    return {check["rule"]: check["outcome"] for check in body["invoice"]["checks"]}


def test_a_draft_is_proved_as_the_correction_would_be_and_nothing_is_kept(desk: Desk) -> None:
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, misread(tax_inclusive_amount="3912.87"))
    invoice = desk.archived_invoice()
    draft = prove(desk, invoice, fields={"tax_inclusive_amount": TOTAL, "issue_date": "2018-10-02"})
    entries = len(desk.client.get("/v1/log").json()["entries"])

    stands = desk.client.get(f"/v1/invoices/{invoice}")
    assert (stands.headers["etag"], stands.json()["invoice"]["fields"]["tax_inclusive_amount"]["value"]) == ('"v1"', "3912.87")
    assert len(desk.client.get("/v1/log").json()["entries"]) == entries
    saved = correct(desk, invoice, fields={"tax_inclusive_amount": TOTAL, "issue_date": "2018-10-02"}).json()
    assert (draft["invoice"], draft["version"]) == (saved["invoice"], 1)
    assert draft["questions"] == saved["questions"]


def test_sums_are_proved_anew_with_the_rows_that_are_typed(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    assert outcomes(prove(desk, invoice, items=ITEMS))["lines_sum_to_amount"] == "pass"
    wrong = prove(desk, invoice, items=[*ITEMS[:2], {**ITEMS[2], "amount": "278.03"}])
    assert outcomes(wrong)["lines_sum_to_amount"] == "fail"
    assert ("check_failed", "lines_sum_to_amount") in [(asked["why"], asked["rule"]) for asked in wrong["questions"]]


def test_another_kind_has_other_fields(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    body = prove(desk, invoice, kind="taxi")

    assert body["invoice"]["kind"] == "taxi"
    assert {"boarding_time", "mileage", "buyer_name"} <= set(body["fields_of_kind"])


def test_what_cannot_be_a_value_is_told_with_its_field(desk: Desk) -> None:
    answer = desk.client.post(f"/v1/invoices/{desk.archived_invoice()}/proof", json={"fields": {"issue_date": "十月二日"}})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_correction")
    assert answer.json()["detail"].startswith("issue_date")


def test_a_program_that_goes_in_circles_meets_an_end(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    desk.client.app.state.budgets = Budgets("proofs=2/minute corrections=1/minute")  # type: ignore[attr-defined]
    answers = [desk.client.post(f"/v1/invoices/{invoice}/proof", json={"kind": "taxi"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert correct(desk, invoice, fields={"issue_date": "2018-10-02"}).status_code == 200
