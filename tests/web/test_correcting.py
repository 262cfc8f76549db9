"""The page on which a person sets an invoice right, as a browser without JavaScript gets it."""

import re
from collections.abc import Callable

from httpx2 import Response

from tests.api.conftest import Desk

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


def test_the_review_list_says_why(desk: Desk, page: Page) -> None:
    desk.archived_invoice()

    assert "开票日期：仅读取，缺少第二个依据" in page("/review")
