"""The review desk, as a browser without JavaScript gets it."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response

from models.access import Role
from models.digest import Digest
from models.errors import UnreadableFile
from models.invoice import LineItem
from ocr_service.desk import alike
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN, proved_invoice, reading_of
from tests.support.logins import person
from tests.support.pictures import a_picture
from tests.support.taxi_tickets import failing_invoice, taxi_ticket

Page = Callable[..., str]
NUMBERS = ("40718352", "40718353", "40718354")


def hand_in(desk: Desk, *invoices: Any) -> list[str]:
    """One file for each invoice, all of them read; the ids in the order of the queue."""
    for shade, invoice in enumerate(invoices, start=20):
        desk.reader.scripts[Digest.of(a_picture(shade))] = lambda scan, found=invoice: reading_of(scan, found)
        desk.upload((f"{shade}.png", a_picture(shade)))
    desk.read_everything()
    return [Digest.of(a_picture(shade)).hex[:20] + "-1" for shade in range(20, 20 + len(invoices))]


@pytest.fixture
def tickets(desk: Desk) -> list[str]:
    return hand_in(desk, *(taxi_ticket(number) for number in NUMBERS))


def form_of(html: str) -> dict[str, str]:
    """What the main form would send as it stands."""
    form = html.partition('<form id="word"')[2].partition("</form>")[0]
    found = {}
    for part in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', part), re.search(r'value="([^"]*)"', part)
        ticked = 'type="checkbox"' not in part or " checked" in part
        if name and ticked:
            found[name[1]] = (value[1] if value else "").replace("&#34;", '"').replace("&quot;", '"')
    found["kind"] = re.search(r'<option value="(\w+)" selected>', form)[1]  # type: ignore[index]
    return {**found, "by": "周样"}


def send(desk: Desk, address: str, **texts: str) -> Response:
    return desk.client.post(f"/review/desk/{address}", data=texts, headers={"Accept": "text/html"}, follow_redirects=False)


def verdict(desk: Desk, invoice: str) -> str:
    return str(desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["verdict"])


def test_the_queue_opens_at_its_first_and_says_how_many_are_left(desk: Desk, page: Page, tickets: list[str]) -> None:
    first = desk.client.get("/review/desk", follow_redirects=False)
    html = page(f"/review/desk/{tickets[1]}")

    assert (first.status_code, first.headers["location"]) == (303, f"/review/desk/{tickets[0]}")
    assert "第 2 张，共 3 张" in html
    assert f'id="previous" href="/review/desk/{tickets[0]}"' in html and f'id="next" href="/review/desk/{tickets[2]}"' in html
    assert f'href="/review/desk/{tickets[0]}"' in page("/review")


def test_only_what_is_doubtful_stands_open_and_every_other_field_of_the_kind_is_there(page: Page, tickets: list[str]) -> None:
    html = page(f"/review/desk/{tickets[0]}")
    groups = dict(re.findall(r'data-row="(\w+)" data-group="(\w+)"', html))

    assert [key for key, group in groups.items() if group == "open"] == [
        "invoice_code",
        "invoice_number",
        "issue_date",
        "tax_inclusive_amount",
    ]
    assert {"boarding_time", "waiting_time", "seller_name"} <= {key for key, group in groups.items() if group == "kind"}
    assert groups["vin"] == "more" and len(groups) > 40
    assert re.search(r'id="field-invoice_code"[^>]*autofocus', html)


def test_what_was_read_right_is_confirmed_as_it_stands_and_the_next_one_comes(desk: Desk, page: Page, tickets: list[str]) -> None:
    answer = send(desk, tickets[0], **form_of(page(f"/review/desk/{tickets[0]}")))
    then = desk.client.get(answer.headers["location"], follow_redirects=False)

    fields = desk.client.get(f"/v1/invoices/{tickets[0]}").json()["invoice"]["fields"]
    assert then.headers["location"] == f"/review/desk/{tickets[1]}?done=confirmed&last={tickets[0]}"
    assert verdict(desk, tickets[0]) == "confirmed"
    assert {key for key, field in fields.items() if field["status"] == "confirmed"} == {
        *("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount")
    }
    assert "已确认。" in page(then.headers["location"])


def test_a_wrong_field_is_saved_with_what_is_agreed_to_in_one_version(desk: Desk, page: Page, tickets: list[str]) -> None:
    send(desk, tickets[0], **{**form_of(page(f"/review/desk/{tickets[0]}")), "value.tax_inclusive_amount": "39"})

    _, said = desk.client.get(f"/v1/invoices/{tickets[0]}/history").json()["versions"]
    changes = {key: (change["was"], change["now"]) for key, change in said["corrections"][0]["fields"].items()}
    assert (verdict(desk, tickets[0]), changes["tax_inclusive_amount"]) == ("confirmed", ("38.00", "39"))
    assert changes["issue_date"] == ("2018-07-21", "2018-07-21") and "mileage" not in changes


def test_the_last_one_leads_to_a_page_that_says_so(desk: Desk, page: Page, tickets: list[str]) -> None:
    for ticket in tickets:
        answer = send(desk, ticket, **form_of(page(f"/review/desk/{ticket}")))
    html = page(answer.headers["location"])

    assert "全部处理完了" in html and f'href="/review/desk/{tickets[2]}"' in html
    assert desk.client.get("/v1/review").json()["items"] == []


def test_a_failed_check_stays_before_its_person_until_it_is_accepted_with_a_reason(desk: Desk, page: Page) -> None:
    [invoice] = hand_in(desk, failing_invoice())
    stays = send(desk, invoice, **form_of(page(f"/review/desk/{invoice}")))
    html = page(stays.headers["location"])
    form = form_of(html)
    assert stays.headers["location"] == f"/review/desk/{invoice}?open=1"
    assert "还有没解决的" in html and form["accept.total_matches_words"] == "1"

    accepted = send(desk, invoice, **{**form, "accept_reason": "开票方已说明"})

    assert accepted.headers["location"].startswith("/review/desk?after=")
    [check] = [one for one in desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["checks"] if one["outcome"] == "fail"]
    assert (verdict(desk, invoice), check["override"]["by"], check["override"]["reason"]) == ("confirmed", "周样", "开票方已说明")


def test_rows_and_kind_are_changed_and_left_alone_when_nobody_touched_them(desk: Desk, page: Page) -> None:
    desk.archived_invoice()
    invoice = Digest.of(SCAN.read_bytes()).hex[:20] + "-1"
    form = form_of(page(f"/review/desk/{invoice}"))
    emptied = {name: "" for name in form if name.startswith("item.1.")}
    send(desk, invoice, **{**form, **emptied, "item.3.name": "*运输*配送费", "item.3.amount": "3,313.86", "kind": "vat_general"})

    found = desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]
    assert found["kind"] == "vat_general"
    assert [(item["name"], item["amount"]) for item in found["items"]][1:] == [
        ("*金属制品*不锈钢螺栓", "278.02"),
        ("*运输*配送费", "3313.86"),
    ]
    send(desk, invoice, **{**form_of(page(f"/review/desk/{invoice}")), "value.payee": "周一样"})
    *_, said = desk.client.get(f"/v1/invoices/{invoice}/history").json()["versions"]
    assert (said["corrections"][0]["items"], said["corrections"][0]["kind"]) == (None, None)


def test_what_a_box_cannot_hold_as_it_stands_is_no_change(desk: Desk, page: Page) -> None:
    invoice = taxi_ticket(NUMBERS[0])
    lines = {"remarks": _with(invoice.fields["mileage"], "出库单号 1\n 第二行")}
    rows = tuple(LineItem(name=f"货物\n{number}", amount="1.00") for number in range(3))
    many = tuple(LineItem(name=f"货物 {number}", amount="1.00") for number in range(700))
    two, long = hand_in(
        desk, replace(invoice, fields={**invoice.fields, **lines}, items=rows), replace(taxi_ticket(NUMBERS[1]), items=many)
    )
    html = page(f"/review/desk/{long}")
    assert "明细共 700 行" in html and "was_items" not in html

    for name in (two, long):
        send(desk, name, **form_of(page(f"/review/desk/{name}")))

    for name, items in ((two, 3), (long, 700)):
        _, said = desk.client.get(f"/v1/invoices/{name}/history").json()["versions"]
        changes = said["corrections"][0]["fields"].values()
        assert said["corrections"][0]["items"] is None and all(change["was"] == change["now"] for change in changes)
        assert len(desk.client.get(f"/v1/invoices/{name}").json()["invoice"]["items"]) == items


def test_the_second_of_two_people_sees_what_changed_and_loses_nothing_that_was_typed(desk: Desk, page: Page, tickets: list[str]) -> None:
    mine = form_of(page(f"/review/desk/{tickets[0]}"))
    desk.client.patch(
        f"/v1/invoices/{tickets[0]}",
        json={"by": "郑样", "reason": "对照原件", "fields": {"mileage": "13.4", "issue_date": "2018-07-22"}},
        headers={"If-Match": '"v1"'},
    )
    late = send(desk, tickets[0], **{**mine, "value.tax_inclusive_amount": "39.50", "value.issue_date": "2018-07-23"})

    assert (late.status_code, desk.client.get(f"/v1/invoices/{tickets[0]}").headers["etag"]) == (412, '"v2"')
    assert "别人改过这张发票" in late.text and "郑样" in late.text and "里程：12.4 → 13.4" in late.text
    form = form_of(late.text)
    assert (form["value.tax_inclusive_amount"], form["value.issue_date"], form["value.mileage"]) == ("39.50", "2018-07-23", "13.4")
    assert "别人刚改为：2018-07-22" in late.text

    send(desk, tickets[0], **form)
    fields = desk.client.get(f"/v1/invoices/{tickets[0]}").json()["invoice"]["fields"]
    assert [fields[key]["value"] for key in ("tax_inclusive_amount", "issue_date", "mileage")] == ["39.50", "2018-07-23", "13.4"]


def test_what_cannot_be_a_value_comes_back_with_all_that_was_typed(desk: Desk, page: Page, tickets: list[str]) -> None:
    form = {**form_of(page(f"/review/desk/{tickets[0]}")), "value.issue_date": "七月", "value.mileage": "12.9"}
    answer = send(desk, tickets[0], **form)

    assert answer.status_code == 422 and "开票日期的内容格式不对" in answer.text
    again = form_of(answer.text)
    assert (again["value.issue_date"], again["value.mileage"]) == ("七月", "12.9")
    assert re.search(r'id="field-issue_date"[^>]*aria-invalid="true" autofocus', answer.text)


@pytest.mark.parametrize(("ground", "words"), [("not_invoice", "不是发票"), ("retake", "已退回重拍")])
def test_what_is_no_invoice_or_must_be_taken_anew_leaves_the_queue_and_can_come_back(
    desk: Desk, page: Page, tickets: list[str], ground: str, words: str
) -> None:
    said = {"ground": ground, "reason": "一张菜单", "by": "周样", "version": "1"}
    answer = send(desk, f"{tickets[0]}/aside", **said)
    html = page(f"/review/desk/{tickets[0]}")

    assert answer.headers["location"].endswith(f"done={ground}")
    assert words in html and "一张菜单" in html and "共 2 张" in html
    assert send(desk, f"{tickets[0]}/aside", **said).status_code == 412
    send(desk, f"{tickets[0]}/restore", by="周样", reason="看错了", version="2")
    assert "共 3 张" in page(f"/review/desk/{tickets[0]}")


def test_a_scan_that_nothing_could_read_is_decided_on_too(desk: Desk, page: Page) -> None:
    def fails(_: object) -> Any:
        raise UnreadableFile("broken")

    desk.reader.scripts[Digest.of(a_picture(9))] = fails
    desk.upload(("broken.png", a_picture(9)))
    desk.read_everything()
    name = str(Digest.of(a_picture(9)))
    html = page(f"/review/desk/{name}")
    assert "这份扫描件里没有识别出发票" in html and "第 1 张，共 1 张" in html

    answer = send(desk, f"{name}/aside", ground="not_invoice", reason="一张菜单", by="周样", version="0")

    assert answer.status_code == 303 and "全部处理完了" in page("/review/desk")
    assert "一张菜单" in page(f"/review/desk/{name}")


def test_what_is_typed_is_proved_in_the_words_of_the_page(desk: Desk, page: Page) -> None:
    [invoice] = hand_in(desk, failing_invoice())
    form = form_of(page(f"/review/desk/{invoice}"))
    asked = desk.client.post(f"/review/desk/{invoice}/proof", data={**form, "value.tax_inclusive_amount": "1.00"})
    wrong = desk.client.post(f"/review/desk/{invoice}/proof", data={**form, "value.issue_date": "七月"})

    assert "价税合计" in asked.text and "data-open=" in asked.text and "<html" not in asked.text
    assert 'data-invalid="issue_date"' in wrong.text
    assert desk.client.get(f"/v1/invoices/{invoice}").headers["etag"] == '"v1"'


def test_the_name_is_that_of_the_login_and_otherwise_asked_for_once(desk: Desk, page: Page, tickets: list[str]) -> None:
    assert re.search(r'name="by" value=""', page(f"/review/desk/{tickets[0]}"))
    send(desk, tickets[0], **form_of(page(f"/review/desk/{tickets[0]}")))
    assert 'name="by" value="周样"' in page(f"/review/desk/{tickets[1]}")

    app = desk.client.app
    assert isinstance(app, FastAPI)
    clerk = person(app, Role.CLERK, name="zhou")
    html = clerk.client.get(f"/review/desk/{tickets[1]}").text
    assert 'name="by"' not in html
    form = {name: text for name, text in form_of(html).items() if name != "by"}
    assert clerk.client.post(f"/review/desk/{tickets[1]}", data=form, follow_redirects=False).status_code == 303
    said = clerk.client.get(f"/v1/invoices/{tickets[1]}").json()["confirmed"]
    assert said["by"].endswith("(user:zhou)")


def test_whoever_only_reads_is_offered_nothing_to_change(desk: Desk, tickets: list[str]) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    auditor = person(app, Role.AUDITOR, name="qian")
    html = auditor.client.get(f"/review/desk/{tickets[0]}").text

    assert 'id="save"' not in html and "/aside" not in html and "readonly" in html


def test_only_one_upload_is_gone_through_when_it_is_asked_for(desk: Desk, page: Page, tickets: list[str]) -> None:
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, failing_invoice())
    batch = desk.upload((SCAN.name, SCAN.read_bytes()))["id"]
    desk.read_everything()
    own = Digest.of(SCAN.read_bytes()).hex[:20] + "-1"

    first = desk.client.get(f"/review/desk?batch={batch}", follow_redirects=False)
    html = page(first.headers["location"])

    assert first.headers["location"] == f"/review/desk/{own}?batch={batch}"
    assert "第 1 张，共 1 张" in html and tickets[0] not in html


class TestEquals:
    """Invoices with one and the same open point are settled together, each on its own record."""

    @pytest.fixture
    def equals(self, desk: Desk) -> list[str]:
        proved = proved_invoice().fields
        dated = failing_invoice().fields["issue_date"]
        numbers = ("11110001", "11110002", "11110003")
        same = []
        for number in numbers:
            one = {**proved, "issue_date": dated, "invoice_number": _with(proved["invoice_number"], number)}
            same.append(_replaced(one))
        return hand_in(desk, *same, taxi_ticket(NUMBERS[0]), taxi_ticket(NUMBERS[1]))

    def test_chosen_ones_are_confirmed_and_one_that_changed_is_told(self, desk: Desk, page: Page, equals: list[str]) -> None:
        html = page("/review/alike")
        assert [name for name in equals if f"pick.{name}" in html] == equals
        desk.client.post(f"/v1/invoices/{equals[1]}/withdraw", json={"reason": "重复", "by": "郑样"}, headers={"If-Match": '"v1"'})

        chosen = {f"pick.{name}": "1" for name in equals[:2]}
        answer = desk.client.post("/review/alike", data={"point": ".issue_date", "by": "周样", "reason": "对照原件", **chosen})

        assert "已处理 1 张。" in answer.text and "1 张没有处理" in answer.text
        assert [verdict(desk, name) for name in equals[:3]] == ["confirmed", "needs_review", "needs_review"]
        assert desk.client.get(f"/v1/invoices/{equals[1]}").headers["etag"] == '"v2"'

    def test_nothing_is_settled_without_a_choice_or_a_name(self, desk: Desk, equals: list[str]) -> None:
        said = {"point": ".issue_date", "reason": "对照原件"}
        assert desk.client.post("/review/alike", data={**said, "by": "周样"}).status_code == 422
        assert desk.client.post("/review/alike", data={**said, "by": " ", f"pick.{equals[0]}": "1"}).status_code == 422
        assert verdict(desk, equals[0]) == "needs_review"
        assert [len(group.invoices) for group in alike(desk.service)] == [3, 2]

    def test_tickets_of_which_the_same_fields_were_read_once_are_confirmed_together(self, desk: Desk, equals: list[str]) -> None:
        [_, tickets] = alike(desk.service)
        assert [stored.summary.id for stored in tickets.invoices] == equals[3:]

        said = {"point": tickets.point, "by": "周样", "reason": "对照原件"}
        desk.client.post("/review/alike", data={**said, **{f"pick.{name}": "1" for name in equals[3:]}})

        assert [verdict(desk, name) for name in equals[3:]] == ["confirmed", "confirmed"]

    def test_the_same_failed_check_is_accepted_with_a_reason(self, desk: Desk) -> None:
        proved = replace(proved_invoice(), checks=failing_invoice().checks, verdict=failing_invoice().verdict)
        other = replace(proved, fields={**proved.fields, "invoice_number": _with(proved.fields["invoice_number"], "11110009")})
        same = hand_in(desk, proved, other)
        [group] = alike(desk.service)
        assert (group.rule, group.point) == ("total_matches_words", "total_matches_words")

        said = {"point": group.point, "by": "周样", "reason": "开票方已说明"}
        desk.client.post("/review/alike", data={**said, **{f"pick.{name}": "1" for name in same}})

        assert [verdict(desk, name) for name in same] == ["confirmed", "confirmed"]


def _with(field: Any, value: str) -> Any:
    return replace(field, value=value, raw=value)


def _replaced(fields: Any) -> Any:
    return replace(failing_invoice(), fields=fields, checks=proved_invoice().checks)
