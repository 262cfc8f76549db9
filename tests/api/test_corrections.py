"""PATCH /v1/invoices/{id}, its history, and what the review list asks."""

import json
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response

from models.digest import Digest
from models.invoice import FieldStatus, Invoice, Witness
from models.verification import Outcome, Verdict
from ocr_service import vouching
from tests.api.conftest import Desk
from tests.support.command import piaogen
from tests.support.example_reading import NUMBER, SCAN, TOTAL, example_invoice, proved_invoice, reading_of
from tests.support.pictures import a_picture

CHECKS = proved_invoice().checks
WHY = {"reason": "对照纸质原件", "by": "周样"}


def correct(desk: Desk, invoice: str, version: int = 1, **wish: Any) -> Response:
    return desk.client.patch(f"/v1/invoices/{invoice}", json={**WHY, **wish}, headers={"If-Match": f'"v{version}"'})


def misread(**values: str) -> Invoice:
    """The example with other values in some fields, as one reading alone has them."""
    invoice = example_invoice()
    wrong = {key: replace(invoice.fields[key], value=value, raw=value, status=FieldStatus.READ) for key, value in values.items()}
    return replace(invoice, fields={**invoice.fields, **wrong})


def test_a_corrected_field_says_so_and_keeps_what_was_read(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    answer = correct(desk, invoice, fields={"issue_date": "2018-10-03"})

    field = answer.json()["invoice"]["fields"]["issue_date"]
    assert (answer.status_code, answer.headers["etag"]) == (200, '"v2"')
    assert (field["value"], field["status"]) == ("2018-10-03", "corrected")
    assert (field["raw"], field["alternatives"]) == ("2018-10-02", ["2018-10-02"])
    assert desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["fields"]["issue_date"] == field
    assert desk.client.get("/v1/invoices", params={"date": "2018-10-03"}).json()["hits"][0]["invoice"]["id"] == invoice


def test_an_invoice_whose_doubts_a_person_settled_is_confirmed(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    asked = desk.client.get(f"/v1/invoices/{invoice}").json()["questions"]
    settled = correct(desk, invoice, fields={"issue_date": "2018-10-02"}).json()

    assert [(question["why"], question["field"]) for question in asked] == [("unproved", "issue_date")]
    assert asked[0]["crop"] == f"/v1/invoices/{invoice}/crops/issue_date"
    assert (settled["invoice"]["verdict"], settled["questions"]) == ("confirmed", [])
    assert settled["invoice"]["fields"]["issue_date"]["status"] == "confirmed"
    assert desk.client.get("/v1/review").json()["items"] == []


def test_the_rest_is_proved_again_with_the_corrected_value(desk: Desk) -> None:
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, misread(tax_inclusive_amount="3912.87"))
    invoice = desk.archived_invoice()
    corrected = correct(desk, invoice, fields={"tax_inclusive_amount": TOTAL, "issue_date": "2018-10-02"}).json()["invoice"]

    outcomes = {check["rule"]: check["outcome"] for check in corrected["checks"]}
    assert (outcomes["total_is_amount_plus_tax"], outcomes["total_matches_words"]) == ("pass", "pass")
    assert corrected["fields"]["tax_amount"]["status"] == "proved"
    assert corrected["verdict"] == "confirmed"


def test_a_wrong_correction_is_kept_and_the_checks_say_so(desk: Desk) -> None:
    corrected = correct(desk, desk.archived_invoice(), fields={"tax_inclusive_amount": "1.00"}).json()["invoice"]

    assert corrected["fields"]["tax_inclusive_amount"]["value"] == "1.00"
    assert "total_is_amount_plus_tax" in {check["rule"] for check in corrected["checks"] if check["outcome"] == "fail"}
    assert corrected["verdict"] == "needs_review"


def test_a_later_reading_does_not_undo_a_correction(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    correct(desk, invoice, fields={"issue_date": "2018-10-03", "payee": None})
    desk.client.post(f"/v1/invoices/{invoice}/reprocess")
    desk.read_everything()

    body = desk.client.get(f"/v1/invoices/{invoice}").json()
    assert [version["version"] for version in body["versions"]] == [1, 2, 3]
    assert (body["invoice"]["fields"]["issue_date"]["value"], "payee" in body["invoice"]["fields"]) == ("2018-10-03", False)


def test_a_later_reading_that_finds_another_number_of_invoices_does_not_undo_a_correction(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    correct(desk, invoice, fields={"issue_date": "2018-10-03"})
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, example_invoice(), example_invoice())
    desk.client.post(f"/v1/invoices/{invoice}/reprocess")
    desk.read_everything()

    assert desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["fields"]["issue_date"]["value"] == "2018-10-03"


def test_a_correction_comes_back_from_the_archive_alone(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    before = correct(desk, invoice, fields={"issue_date": "2018-10-03"}).json()
    desk.service.index.rebuild()

    assert desk.client.get(f"/v1/invoices/{invoice}").json() == before
    assert desk.service.audit().sound


def test_the_history_tells_who_changed_what_and_why(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    correct(desk, invoice, fields={"issue_date": "2018-10-03"})
    correct(desk, invoice, 2, kind="vat_general")

    first, second, third = desk.client.get(f"/v1/invoices/{invoice}/history").json()["versions"]
    assert (first["version"], first["corrections"]) == (1, [])
    [change] = second["corrections"]
    assert (change["by"], change["reason"]) == ("周样", "对照纸质原件")
    assert change["fields"] == {"issue_date": {"was": "2018-10-02", "now": "2018-10-03"}}
    assert [correction["kind"] for correction in third["corrections"]] == ["vat_general"]


def test_lines_are_replaced_whole(desk: Desk) -> None:
    item = {"name": "*文具*中性笔", "quantity": "2", "unit_price": "1.50", "amount": "3.00", "tax_rate": "13%", "tax_amount": "0.39"}
    corrected = correct(desk, desk.archived_invoice(), items=[item]).json()["invoice"]

    assert corrected["items"] == [{**item, "specification": None, "unit": None}]
    assert "lines_sum_to_amount" in {check["rule"] for check in corrected["checks"] if check["outcome"] == "fail"}


def failing(desk: Desk) -> str:
    """An invoice whose total in words is another: its date is proved, that check failed."""
    wrong = tuple(replace(one, outcome=Outcome.FAIL, actual="3912.87") if one.rule == "total_matches_words" else one for one in CHECKS)
    bad = replace(proved_invoice(), checks=wrong, verdict=Verdict.NEEDS_REVIEW)
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, bad)
    return desk.archived_invoice()


def vouch(desk: Desk, invoice: str, how: str, version: int = 1, **said: Any) -> Response:
    return desk.client.post(f"/v1/invoices/{invoice}/{how}", json={"by": "周样", **said}, headers={"If-Match": f'"v{version}"'})


def test_who_confirms_an_invoice_vouches_for_what_is_not_proved(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    answer = vouch(desk, invoice, "confirm")
    body = answer.json()
    statuses = {key: field["status"] for key, field in body["invoice"]["fields"].items()}

    assert (answer.status_code, answer.headers["etag"]) == (200, '"v2"')
    assert (body["invoice"]["verdict"], body["confirmed"]["by"], body["questions"]) == ("confirmed", "周样", [])
    assert (statuses["issue_date"], statuses["seller_name"], statuses["invoice_number"]) == ("confirmed", "confirmed", "proved")
    assert {field["value"] for field in body["invoice"]["fields"].values()} == {one.value for one in example_invoice().fields.values()}
    assert [one["verdict"] for one in (hit["invoice"] for hit in found(desk, "confirmed,unread"))] == ["confirmed"]
    assert found(desk, "accepted,needs_review") == []
    assert desk.client.get("/v1/review").json()["items"] == []


def test_single_fields_are_confirmed_alone(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    fields = vouch(desk, invoice, "confirm", fields=["seller_name"]).json()["invoice"]["fields"]
    absent = vouch(desk, invoice, "confirm", 2, fields=["vin"])

    assert [key for key, field in fields.items() if field["status"] == "confirmed"] == ["seller_name"]
    assert (absent.status_code, absent.json()["code"]) == (422, "invalid_correction")


def test_confirming_clears_no_failed_check(desk: Desk) -> None:
    invoice = failing(desk)
    body = vouch(desk, invoice, "confirm").json()

    assert (body["invoice"]["verdict"], body["confirmed"]) == ("needs_review", None)
    assert [question["rule"] for question in body["questions"]] == ["total_matches_words"]


def test_a_failed_check_is_accepted_on_record(desk: Desk) -> None:
    invoice = failing(desk)
    body = vouch(desk, invoice, "override", rule="total_matches_words", reason="开票方已说明").json()
    [check] = [one for one in body["invoice"]["checks"] if one["rule"] == "total_matches_words"]
    _, second = desk.client.get(f"/v1/invoices/{invoice}/history").json()["versions"]

    assert (check["outcome"], check["override"]["by"], check["override"]["reason"]) == ("fail", "周样", "开票方已说明")
    assert (body["invoice"]["verdict"], body["questions"], body["confirmed"]["by"]) == ("confirmed", [], "周样")
    assert [(one["rule"], one["by"], one["reason"]) for one in second["overrides"]] == [("total_matches_words", "周样", "开票方已说明")]
    desk.service.index.rebuild()
    assert desk.client.get(f"/v1/invoices/{invoice}").json() == body


def test_what_nobody_can_vouch_for_is_refused(desk: Desk) -> None:
    invoice = failing(desk)
    refused = [
        vouch(desk, invoice, "override", rule="number_witnesses_agree", reason="看过"),
        vouch(desk, invoice, "override", rule="total_matches_words", reason=" "),
        vouch(desk, invoice, "confirm", by=" "),
        vouch(desk, invoice, "confirm", fields=["colour"]),
    ]

    assert [answer.json()["code"] for answer in refused] == ["invalid_correction"] * len(refused)
    assert vouch(desk, invoice, "confirm", 7).json()["code"] == "stale_version"
    assert desk.client.post(f"/v1/invoices/{invoice}/confirm", json={"by": "周样"}).json()["code"] == "version_needed"
    assert desk.client.get(f"/v1/invoices/{invoice}").headers["etag"] == '"v1"'


def test_the_commands_say_the_same(desk: Desk) -> None:
    invoice = failing(desk)
    where = {"archive": str(desk.folder / "archive"), "database": f"sqlite:///{desk.folder / 'catalogue.sqlite'}"}
    who = ("--by", "周样", "--reason", "看过")
    still_open = piaogen("confirm", invoice, *who, "--json", **where)
    wrong = piaogen("override", invoice, "--rule", "qr_checksum", *who, **where)
    settled = piaogen("override", invoice, "--rule", "total_matches_words", *who, **where)

    assert (still_open.code, json.loads(still_open.out)["invoice"]["verdict"]) == (0, "needs_review")
    assert (wrong.code, wrong.out) == (2, "")
    assert "invalid_correction" in wrong.err
    assert settled.code == 0
    assert "人工确认 confirmed" in settled.out


def found(desk: Desk, verdict: str) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = desk.client.get("/v1/invoices", params={"verdict": verdict}).json()["hits"]
    return hits


def test_a_verdict_that_there_is_none_of_is_refused(desk: Desk) -> None:
    answer = desk.client.get("/v1/invoices", params={"verdict": "accepted,fine"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_clue")


def test_two_people_cannot_undo_each_other_unseen(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    correct(desk, invoice, fields={"issue_date": "2018-10-03"})
    late = correct(desk, invoice, 1, fields={"issue_date": "2018-10-04"})
    blind = desk.client.patch(f"/v1/invoices/{invoice}", json={**WHY, "fields": {"payee": "甲"}})
    odd = desk.client.patch(f"/v1/invoices/{invoice}", json={**WHY, "fields": {"payee": "甲"}}, headers={"If-Match": "*"})

    assert [(answer.status_code, answer.json()["code"]) for answer in (late, blind, odd)] == [
        (412, "stale_version"),
        (428, "version_needed"),
        (412, "stale_version"),
    ]
    assert desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["fields"]["issue_date"]["value"] == "2018-10-03"


def test_a_day_may_be_typed_as_the_paper_has_it(desk: Desk) -> None:
    corrected = correct(desk, desk.archived_invoice(), fields={"issue_date": "2018年10月3日"}).json()

    assert corrected["invoice"]["fields"]["issue_date"]["value"] == "2018-10-03"


def test_what_a_field_cannot_hold_is_refused(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    wrong: list[dict[str, Any]] = [
        {"fields": {"issue_date": "3/10"}},
        {"fields": {"issue_date": "2018-10"}},
        {"fields": {"issue_date": "2018-W40-3"}},
        {"fields": {"issue_date": "0018-10-03"}},
        {"fields": {"tax_inclusive_amount": "12,50"}},
        {"fields": {"tax_inclusive_amount": "abc"}},
        {"fields": {"tax_inclusive_amount": "NaN"}},
        {"fields": {"invoice_number": "票 1"}},
        {"fields": {"colour": "red"}},
        {"fields": {"payee": "  "}},
        {},
        {"fields": {"payee": "甲"}, "reason": " "},
    ]

    assert [correct(desk, invoice, **wish).json()["code"] for wish in wrong] == ["invalid_correction"] * len(wrong)
    assert desk.client.get(f"/v1/invoices/{invoice}").headers["etag"] == '"v1"'


def test_scans_of_one_invoice_that_say_different_totals_are_an_alarm(desk: Desk) -> None:
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, proved_invoice())
    other = replace(proved_invoice().fields["tax_inclusive_amount"], value="9972.87", witnesses=(Witness.PRINTED, Witness.WORDS))
    desk.reader.scripts[Digest.of(a_picture(0))] = lambda scan: reading_of(
        scan, replace(proved_invoice(), fields={**proved_invoice().fields, "tax_inclusive_amount": other})
    )
    first = desk.archived_invoice()
    assert desk.client.get("/v1/review").json()["items"] == []
    desk.upload(("second.png", a_picture(0)))
    desk.read_everything()

    [copy] = desk.client.get(f"/v1/invoices/{first}/copies").json()["copies"]
    asked = desk.client.get("/v1/review").json()["items"]
    assert (copy["invoice_number"], copy["differs"]) == (NUMBER, ["tax_inclusive_amount"])
    assert {item["invoice"]["id"] for item in asked} == {first, copy["id"]}
    assert {question["why"] for item in asked for question in item["questions"]} == {"other_scan_differs"}

    correct(desk, copy["id"], fields={"tax_inclusive_amount": TOTAL})
    assert desk.client.get("/v1/review").json()["items"] == []


def test_corrections_of_one_invoice_have_an_end_and_what_was_said_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vouching, "MOST_CORRECTIONS", 3)
    invoice = desk.archived_invoice()
    statuses = [correct(desk, invoice, version, fields={"payee": f"周{version}"}).status_code for version in range(1, 5)]
    confirmed = desk.client.post(f"/v1/invoices/{invoice}/confirm", json=WHY, headers={"If-Match": '"v4"'})

    assert statuses == [200, 200, 200, 409]
    assert (confirmed.status_code, confirmed.json()["code"]) == (409, "too_many_corrections")
    assert desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["fields"]["payee"]["value"] == "周3"


def test_corrections_at_great_length_have_an_end_too(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    rows = [{"name": "票" * 1_000}] * 60
    statuses = [correct(desk, invoice, version, items=rows).status_code for version in range(1, 4)]
    longest = max(found.size for found in desk.service.archive.store.list("") if "reading" in found.key)

    assert statuses == [200, 200, 409]
    assert longest < 2 * vouching.MOST_CORRECTION_BYTES


@pytest.mark.parametrize("said", [{"reason": "长" * 2_001}, {"by": "长" * 201}])
def test_a_reason_and_a_name_are_no_essays(desk: Desk, said: dict[str, str]) -> None:
    assert correct(desk, desk.archived_invoice(), fields={"payee": "周"}, **said).status_code == 422
