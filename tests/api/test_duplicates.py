"""The same invoice in another file: told where it arrives, on its page, and to whoever is about to reimburse it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from models.digest import Digest
from models.invoice import Invoice
from models.own_companies import OwnCompany
from ocr_service.companies import add_company
from ocr_service.log_inspection import check_log
from tests.api.conftest import Desk
from tests.support.example_reading import BUYER, CODE, NUMBER, SELLER, example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_service import settings_in
from tests.support.statements import OURS, export, number


def saying(**values: str | None) -> Invoice:
    """The example invoice with other values; None takes a field away."""
    invoice = example_invoice()
    fields = {key: replace(field, value=values.get(key, field.value)) for key, field in invoice.fields.items()}
    return replace(invoice, fields={key: field for key, field in fields.items() if field.value is not None})


def hand_in(desk: Desk, shade: int, invoice: Invoice, name: str = "") -> Any:
    """Upload a picture that is read as this invoice; returns its batch as it stands afterwards."""
    content = a_picture(shade)
    desk.reader.scripts[Digest.of(content)] = lambda scan: reading_of(scan, invoice)
    sent = desk.upload((name or f"{shade}.png", content))
    desk.read_everything()
    return desk.client.get(f"/v1/batches/{sent['id']}").json()


def check(desk: Desk, **body: Any) -> Any:
    answer = desk.client.post("/v1/invoices/check-duplicate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["invoices"]


def test_the_second_file_of_an_invoice_is_told_where_it_arrives_and_the_first_is_not(desk: Desk) -> None:
    first = hand_in(desk, 10, saying(), "一月.png")
    second = hand_in(desk, 11, saying(tax_inclusive_amount="9972.87"))

    [file] = second["files"]
    [same] = file["same_invoices"]
    assert (same["invoice"], same["same_as"]) == (file["invoices"][0]["id"], first["files"][0]["invoices"][0]["id"])
    assert (same["by"], same["certain"], same["differs"]) == ("number", True, ["tax_inclusive_amount"])
    assert same["message"].startswith("同一张发票，已于 ") and same["file_name"] == "一月.png"
    assert desk.client.get(f"/v1/batches/{first['id']}").json()["files"][0]["same_invoices"] == []
    page = desk.client.get(f"/batches/{second['id']}", headers={"Accept": "text/html"}).text
    assert same["message"] in page and f'href="/invoices/{same["same_as"]}"' in page
    events = desk.client.get(f"/v1/batches/{second['id']}/events").text
    told = [json.loads(line.removeprefix("data: ")) for line in events.splitlines() if line.startswith("data: ")]
    assert told[0]["same_invoices"] == [same]


def test_a_system_that_reimburses_is_told_where_and_since_when(desk: Desk) -> None:
    archived = hand_in(desk, 10, saying())["files"][0]["invoices"][0]
    by_number, by_details, unknown = check(
        desk,
        invoices=[
            {"number": NUMBER, "code": CODE},
            {"seller": f" {SELLER} ", "amount": "3972.87", "date": "2018-10-02"},
            {"number": "24312000000012345678"},
        ],
    )

    assert by_number["duplicates"][0]["invoice"] == archived
    assert (by_number["result"], by_number["result_name"]) == ("not_compliant", "不合规")
    assert [(one["invoice"], one["certain"]) for one in by_details["duplicates"]] == [(archived, False)]
    assert unknown["duplicates"] == [] and unknown["result"] == "compliant"


def test_an_invoice_without_a_number_is_suspected_by_what_else_it_says(desk: Desk) -> None:
    hand_in(desk, 10, saying(invoice_number=None, invoice_code=None))

    [found] = check(desk, number=NUMBER, code=CODE, seller=SELLER, amount=3972.87, date="2018-10-02", booked_on="2018-12-31")
    assert [(one["by"], one["certain"]) for one in found["duplicates"]] == [("seller_amount_date", False)]
    assert (found["result"], [hint["result"] for hint in found["hints"]]) == ("doubtful", ["doubtful", "compliant", "compliant"])


def test_its_own_file_is_no_duplicate(desk: Desk) -> None:
    own = hand_in(desk, 10, saying())["files"][0]["digest"]

    [found] = check(desk, number=NUMBER, code=CODE, digest=own)
    assert found["duplicates"] == []


def test_running_numbers_count_within_sixty_days_archived_or_claimed_together(desk: Desk) -> None:
    hand_in(desk, 10, saying(invoice_number="63462196"))

    def consecutive(date: str, *further: str) -> str:
        claims = [{"number": number, "code": CODE, "date": date} for number in (NUMBER, *further)]
        hints = check(desk, invoices=claims)[0]["hints"]
        return next(str(hint["result"]) for hint in hints if hint["rule"] == "consecutive")

    assert consecutive("2018-10-10", "63462198") == "doubtful"
    assert consecutive("2018-10-10") == "compliant"
    assert consecutive("2018-12-02", "63462198") == "compliant"


def test_an_invoice_of_last_year_is_doubtful_by_the_year_of_the_booking(desk: Desk) -> None:
    [last] = check(desk, number="1", date="2025-12-31", booked_on="2026-01-05")
    [this] = check(desk, number="1", date="2026-01-04", booked_on="2026-01-05")

    assert (last["result"], last["hints"][-1]["rule_name"], last["hints"][-1]["result_name"]) == ("doubtful", "跨年", "存疑")
    assert this["result"] == "compliant"


def test_what_nothing_can_be_found_by_is_refused(desk: Desk) -> None:
    for body in ({}, {"seller": SELLER, "amount": 1}, {"number": ""}, {"number": "1", "digest": "sha256:1"}, {"numbr": "1"}):
        answer = desk.client.post("/v1/invoices/check-duplicate", json=body)
        assert answer.status_code == 422, body


def test_the_page_shows_files_of_one_invoice_side_by_side(desk: Desk) -> None:
    empty = desk.client.get("/duplicates", headers={"Accept": "text/html"}).text
    hand_in(desk, 10, saying(), "一月.png")
    hand_in(desk, 11, saying(buyer_name="另一家有限公司"), "二月.png")
    page = desk.client.get("/duplicates", headers={"Accept": "text/html"}).text

    assert "没有重复的发票" in empty
    assert "一月.png" in page and "二月.png" in page and BUYER in page and "另一家有限公司" in page
    assert "票面互相矛盾：购买方" in page


def test_a_rule_can_be_switched_off(desk: Desk, tmp_path: Path) -> None:
    settings = replace(settings_in(tmp_path), rules_off="year_crossing duplicate")
    with TestClient(create_app(desk.service, settings=settings)) as client:
        answer = client.post("/v1/invoices/check-duplicate", json={"number": "1", "date": "2025-12-31", "booked_on": "2026-01-05"})

    assert [hint["rule"] for hint in answer.json()["invoices"][0]["hints"]] == ["consecutive"]


def two_files(desk: Desk) -> list[str]:
    batches = [hand_in(desk, 10, saying(), "一月.png"), hand_in(desk, 11, saying(tax_inclusive_amount="1.00"), "二月.png")]
    return [batch["files"][0]["invoices"][0]["id"] for batch in batches]


def decide(desk: Desk, invoices: list[str], decision: str, **more: Any) -> Any:
    return desk.client.post("/v1/duplicates", json={"invoices": invoices, "decision": decision, **more})


def test_what_a_person_decides_is_kept_and_outlives_the_index(desk: Desk) -> None:
    first, second = two_files(desk)
    assert desk.client.get("/v1/duplicates").json()["groups"][0]["decided"] is None

    made = decide(desk, [second, first], "different", reason="号码识别有误")
    assert made.status_code == 201 and made.json()["version"] == 1
    for _ in range(2):
        [group] = desk.client.get("/v1/duplicates").json()["groups"]
        assert (group["decided"]["decision"], group["decided"]["reason"]) == ("different", "号码识别有误")
        assert group["differs"] == ["tax_inclusive_amount"]
        desk.service.catalogue.renew()
        desk.service.index.rebuild()
    assert desk.service.audit().sound and check_log(desk.service).sound


def test_what_was_decided_to_be_another_invoice_is_told_no_more(desk: Desk) -> None:
    first, second = two_files(desk)
    decide(desk, [first, second], "different")
    digest = desk.client.get(f"/v1/invoices/{second}").json()["document"]["digest"]
    again = desk.upload(("again.png", a_picture(11)))

    assert again["files"][0]["digest"] == digest and again["files"][0]["same_invoices"] == []
    decide(desk, [first, second], "same")
    assert [same["same_as"] for same in desk.client.get(f"/v1/batches/{again['id']}").json()["files"][0]["same_invoices"]] == [first]


def test_a_third_file_opens_the_question_again(desk: Desk) -> None:
    decide(desk, two_files(desk), "same")
    hand_in(desk, 12, saying())

    [group] = desk.client.get("/v1/duplicates").json()["groups"]
    assert len(group["invoices"]) == 3 and group["decided"] is None


def test_who_was_slower_is_shown_what_stands(desk: Desk) -> None:
    pair = two_files(desk)
    assert decide(desk, pair, "same", version=0).status_code == 201

    assert decide(desk, pair, "different", version=0).status_code == 412
    assert decide(desk, pair, "different", version=1).json()["version"] == 2
    assert decide(desk, pair[:1] * 2, "same").status_code == 422
    assert decide(desk, [pair[0], "0" * 20 + "-1"], "same").status_code == 404


def test_the_page_takes_a_decision_without_scripts(desk: Desk) -> None:
    first, second = two_files(desk)
    page = desk.client.get("/duplicates").text
    assert "待判断 1" in page and "票面互相矛盾：价税合计" in page

    form = {"invoices": f"{first} {second}", "decision": "different", "reason": "<b>"}
    after = desk.client.post("/duplicates", data=form).text
    assert "待判断 0" in after and "已判断 1" in after
    assert "本机 于" in desk.client.get("/duplicates?show=decided").text
    assert desk.client.post("/duplicates", data={**form, "decision": "perhaps"}).status_code == 422


def test_the_buyer_is_looked_at_once_our_companies_are_named(desk: Desk) -> None:
    def rules() -> list[tuple[str, str]]:
        [checked] = check(desk, number="1", buyer="另一家有限公司")
        return [(hint["rule"], hint["result"]) for hint in checked["hints"]]

    assert "buyer" not in dict(rules())
    add_company(desk.service, OwnCompany.checked(BUYER, ["91440199684729782P"]))
    assert ("buyer", "not_compliant") in rules()


def test_a_voided_invoice_is_told_once_a_list_of_the_tax_platform_was_taken_in(desk: Desk) -> None:
    add_company(desk.service, OwnCompany("北京某某有限公司", (OURS,)))
    content = export(number(1), 发票状态="已作废")
    made = desk.client.post("/v1/reconciliations", files=[("files", ("导出.xlsx", content))]).json()
    desk.client.post(f"/v1/reconciliations/{made['id']}/take-in")

    told, unknown = check(desk, invoices=[{"number": number(1)}, {"number": number(2)}])
    assert [(hint["result_name"], hint["message"]) for hint in told["hints"] if hint["rule"] == "status"] == [
        ("不合规", "税务平台：已作废")
    ]
    assert not [hint for hint in unknown["hints"] if hint["rule"] == "status"]
