"""The page on which a person sets an invoice right, as a browser without JavaScript gets it."""

import re
from collections.abc import Callable
from dataclasses import replace

from httpx2 import Response

from models.digest import Digest
from models.verification import Verdict
from tests.api.conftest import Desk
from tests.api.test_corrections import failing
from tests.support.example_reading import SCAN, proved_invoice, reading_of

Page = Callable[..., str]
WHO = {"by": "周样", "reason": "对照纸质原件"}


def send(desk: Desk, invoice: str, **texts: str) -> Response:
    form = {"version": "1", **WHO, **{name.replace("__", "."): text for name, text in texts.items()}}
    return desk.client.post(f"/invoices/{invoice}/correct", data=form, headers={"Accept": "text/html"}, follow_redirects=False)


def test_what_is_asked_stands_first_with_its_piece_of_the_paper(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    html = page(f"/invoices/{invoice}/correct")

    assert re.findall(r'<input type="text" id="field-(\w+)"', html)[:2] == ["issue_date", "invoice_code"]
    assert f'src="/v1/invoices/{invoice}/crops/issue_date"' in html
    assert "仅读取，缺少第二个依据" in html


def test_changed_emptied_confirmed_and_added_fields_are_taken_and_others_left(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    answer = send(
        desk,
        invoice,
        value__issue_date="2018-10-02",
        confirmed__issue_date="1",
        value__payee="",
        value__drawer="孙示例",
        value__reviewer="朱 例",
        added_key="machine_number",
        added_value="499099000001",
    )

    fields = desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["fields"]
    changed = {key for key, field in fields.items() if field["status"] == "corrected"}
    assert (answer.status_code, answer.headers["location"]) == (303, f"/invoices/{invoice}?corrected=1")
    assert changed == {"reviewer", "machine_number"} and fields["issue_date"]["status"] == "confirmed" and "payee" not in fields


def test_the_page_of_a_corrected_invoice_tells_who_and_why(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    send(desk, invoice, value__issue_date="2018-10-03")
    html = page(f"/invoices/{invoice}?corrected=1")

    assert "更正已保存为新版本" in html
    assert "周样 更正（对照纸质原件）" in html and "2018-10-02 → 2018-10-03" in html


def test_a_wrong_value_comes_back_with_what_was_typed(desk: Desk) -> None:
    answer = send(desk, desk.archived_invoice(), value__issue_date="十月二日", value__payee="周一样")

    assert answer.status_code == 422 and "开票日期的内容格式不对" in answer.text
    assert 'value="十月二日"' in answer.text and 'value="周一样"' in answer.text


def test_a_form_without_changes_says_so(desk: Desk) -> None:
    assert "没有改动任何内容" in send(desk, desk.archived_invoice(), value__issue_date="2018-10-02").text


def test_a_form_without_a_name_says_so(desk: Desk) -> None:
    assert "请填写更正人和依据" in send(desk, desk.archived_invoice(), value__issue_date="2018-10-03", by=" ").text


def test_somebody_elses_correction_is_shown_before_it_is_undone(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    send(desk, invoice, value__issue_date="2018-10-03")
    late = send(desk, invoice, value__issue_date="2018-10-04")

    assert late.status_code == 412 and "刚被别人更正过" in late.text
    assert desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["fields"]["issue_date"]["value"] == "2018-10-03"


def vouch(desk: Desk, invoice: str, how: str, **texts: str) -> Response:
    form = {"version": "1", **WHO, **texts}
    return desk.client.post(f"/invoices/{invoice}/{how}", data=form, headers={"Accept": "text/html"}, follow_redirects=False)


def test_an_invoice_is_confirmed_on_its_page(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    answer = vouch(desk, invoice, "confirm")
    html = page(f"/invoices/{invoice}?confirmed=1")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/invoices/{invoice}?confirmed=1")
    assert "已记为人工确认，存为新版本。" in html
    assert "发票代码、发票号码、销售方税号、价税合计已证实。" in html
    assert "开票日期凭人工核对，不算证实。" in html
    assert re.search(r"周样，[-0-9]{10} [:0-9]{5} 确认", html)
    assert "周样 确认（对照纸质原件） 确认 发票代码、" in html


def test_a_failed_check_is_accepted_on_the_page(desk: Desk, page: Page) -> None:
    invoice = failing(desk)
    asked = page(f"/invoices/{invoice}")
    answer = vouch(desk, invoice, "override", rule="total_matches_words", reason="开票方已说明")
    html = page(f"/invoices/{invoice}?overridden=1")

    assert 'name="rule" value="total_matches_words"' in asked
    assert answer.status_code == 303 and "1 项校验不符，已由人工接受。" in html
    assert re.search(r"不符</span><p class=\"small muted\">周样，.{16} 已接受：开票方已说明", html)
    assert "周样 接受校验不符：大写金额与小写一致（开票方已说明）" in html


def test_who_vouches_says_who_they_are(desk: Desk) -> None:
    answer = vouch(desk, desk.archived_invoice(), "confirm", by=" ", reason="看过原件")

    assert answer.status_code == 422 and "请填写姓名和理由。" in answer.text and 'value="看过原件"' in answer.text


def test_who_vouches_sees_what_somebody_else_changed_meanwhile(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    send(desk, invoice, value__issue_date="2018-10-03")
    late = vouch(desk, invoice, "confirm")

    assert late.status_code == 412 and "刚被别人更正或确认过" in late.text and "2018-10-03" in late.text


def test_what_is_missing_can_be_said_to_be_on_no_paper(desk: Desk, page: Page) -> None:
    fields = {key: field for key, field in proved_invoice().fields.items() if key != "seller_tax_id"}
    without = replace(proved_invoice(), fields=fields, verdict=Verdict.NEEDS_REVIEW)
    desk.reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, without)
    invoice = desk.archived_invoice()
    asked = page(f"/invoices/{invoice}/correct")
    send(desk, invoice, value__seller_tax_id="", confirmed__seller_tax_id="1")

    assert "票面上没有" in asked
    assert desk.client.get(f"/v1/invoices/{invoice}").json()["invoice"]["verdict"] == "confirmed"


def test_the_review_list_says_why(desk: Desk, page: Page) -> None:
    desk.archived_invoice()

    assert "开票日期：仅读取，缺少第二个依据" in page("/review")
