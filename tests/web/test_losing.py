"""A clerk records a loss, follows it and prints its papers: by forms without scripts, and in a real browser on a desk and a phone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from api.web.loss_words import LOSS_FIELDS
from models.digest import Digest
from ocr_service.loss_words import understood
from ocr_service.service import ArchiveService
from ocr_service.version import installed_version
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SELLER, proved_invoice, reading_of
from tests.support.pictures import a_picture
from tests.web.test_browser import Watched, base, browser, opened, service

__all__ = ["base", "browser", "opened", "service"]

WIDE = {"width": 1600, "height": 900}
NARROW = {"width": 320, "height": 640}
NEW = {"lost": "invoice_and_deduction", "lost_by": "王样", "discovered_on": "2026-03-02", "kind": "vat_special"}

Page = Callable[..., str]


def sent(desk: Desk, address: str, **texts: str) -> Any:
    return desk.client.post(address, data=texts, headers={"Accept": "text/html"}, follow_redirects=True)


def opened_case(desk: Desk, **texts: str) -> str:
    answer = sent(desk, "/losses", **{**NEW, "number": NUMBER, **texts})
    assert answer.status_code == 200, answer.text
    return str(answer.url.path).rsplit("/", 1)[1]


def test_what_a_search_did_not_find_fills_the_form_in(desk: Desk, page: Page) -> None:
    nothing = page("/find?number=55556666&seller=某某&amount=88&date=2026-03-01")
    [address] = re.findall(r'href="(/losses/new\?[^"]+)"', nothing)
    form = page(address.replace("&amp;", "&"))

    for value in ("55556666", "某某", "88", "2026-03-01"):
        assert f'value="{value}"' in form


def test_what_was_said_of_it_stands_by_the_form_also_when_the_form_is_shown_again(desk: Desk, page: Page) -> None:
    form = page("/losses/new?sentence=七月 <b>月球车</b>")
    again = sent(desk, "/losses", lost="invoice", lost_by="", discovered_on="", sentence="七月 <b>月球车</b>").text

    for shown in (form, again):
        assert "查票时说的：七月 &lt;b&gt;月球车&lt;/b&gt;" in shown


def test_an_archived_invoice_leads_to_a_case_of_the_copies_that_it_has(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    assert f"/losses/new?invoice={invoice}" in page(f"/invoices/{invoice}")

    form = page(f"/losses/new?invoice={invoice}")

    assert NUMBER in form and SELLER in form
    assert 'value="deduction"' in form and 'value="file"' not in form


def test_a_case_shows_what_replaces_it_on_what_ground_and_what_is_overdue(desk: Desk, page: Page) -> None:
    case = opened_case(desk)
    shown = page(f"/losses/{case}")
    assert installed_version() in shown.partition("<footer")[2], "the number of the case's version stands in its place"

    assert "销售方记账联复印件" in shown and "公告2020年第1号" in shown and "两处来源一致" in shown
    assert "推断，仅供参考，不是规定" in shown
    assert "有逾期的手续" in shown
    listed = page("/losses")
    assert "逾期" in listed and case in listed
    assert case not in page("/losses?state=closed")


def test_a_step_is_recorded_by_a_form(desk: Desk, page: Page) -> None:
    case = opened_case(desk)

    told = sent(desk, f"/losses/{case}/steps/report", version="1", on="2026-03-02", person="李样", state="done", note="网上提交")

    assert "2026-03-02 由李样办理 — 网上提交" in told.text
    assert desk.client.get(f"/v1/losses/{case}").json()["version"] == 2


def test_a_form_that_cannot_be_taken_comes_back_with_what_was_typed_and_why(desk: Desk) -> None:
    case = opened_case(desk)

    nothing = sent(desk, "/losses", **NEW)
    assert (nothing.status_code, "遗失案的内容不完整" in nothing.text, 'value="王样"' in nothing.text) == (422, True, True)
    day = sent(desk, f"/losses/{case}/steps/report", version="1", on="gestern", person="李样")
    assert (day.status_code, "请检查：办理日期" in day.text, 'value="gestern"' in day.text) == (422, True, True)
    stale = sent(desk, f"/losses/{case}", version="7", lost_by="李样")
    assert (stale.status_code, "别人刚改过" in stale.text) == (412, True)
    unfinished = sent(desk, f"/losses/{case}/close", version="1", outcome="replaced")
    assert (unfinished.status_code, "还没有办完：书面报告主管税务机关" in unfinished.text) == (409, True)
    twice = sent(desk, "/losses", **{**NEW, "number": NUMBER})
    assert (twice.status_code, "已经有未结案的遗失案" in twice.text) == (409, True)


def test_another_invoice_as_replacement_is_refused_with_the_differences(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    case = opened_case(desk, number="63462190", total="1.00")

    told = sent(desk, f"/losses/{case}/steps/replacement", version="1", on="2026-03-02", person="李样", invoice=invoice)

    assert told.status_code == 409
    assert "发票号码：遗失的是 63462190，这一份是 63462197" in told.text


def test_texts_are_written_anew_and_emptied_back(desk: Desk, page: Page) -> None:
    case = opened_case(desk)

    sent(desk, f"/losses/{case}/texts", version="1", **{"text:course": "搬家时遗失\r\n已找三遍", "text:search": ""})

    stands = desk.client.get(f"/v1/losses/{case}").json()
    assert stands["texts"] == {"course": "搬家时遗失\n已找三遍"}
    shown = page(f"/losses/{case}")
    assert "搬家时遗失" in shown
    sent(desk, f"/losses/{case}/texts", version="2", **{"text:course": ""})
    assert desk.client.get(f"/v1/losses/{case}").json()["texts"] == {}


def test_what_a_person_says_of_a_proposed_invoice_counts(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    case = opened_case(desk, kind="")
    assert "疑似，等待确认" in page(f"/losses/{case}")

    told = sent(desk, f"/losses/{case}/link", version=str(desk.client.get(f"/v1/losses/{case}").json()["version"]), link=invoice)

    assert "已确认" in told.text and SELLER in told.text


def test_a_closed_case_offers_nothing_to_change(desk: Desk, page: Page) -> None:
    case = opened_case(desk)
    closed = sent(desk, f"/losses/{case}/close", version="1", outcome="found")

    assert "原件找回" in closed.text and "<textarea" not in closed.text and f"/losses/{case}/steps" not in closed.text
    again = sent(desk, f"/losses/{case}/close", version="2", outcome="found")
    assert (again.status_code, "已经结案" in again.text) == (409, True)


def test_every_field_that_an_error_may_name_has_words() -> None:
    named = {"lost", "circumstance", "discovered_on", "lost_by", "deducted", "booked", "kind", "issued_on", "total", "on", "state", "step"}

    assert named <= LOSS_FIELDS.keys()
    assert set(understood({"lost": "invoice", "deducted": "yes"})) <= LOSS_FIELDS.keys()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_loss_is_recorded_followed_and_printed(
    service: ArchiveService, opened: Callable[..., Watched], size: dict[str, int], scripts: bool
) -> None:
    page = opened("/losses", size, scripts=scripts).page
    page.get_by_role("link", name="开立遗失案").click()
    page.get_by_label("遗失联次").select_option("whole")
    page.get_by_label("遗失人").fill("王样")
    page.get_by_label("票种").select_option("vat_general")
    page.get_by_label("销售方名称").fill("一家名字很长很长很长很长很长很长的上海某某某某某某有限责任公司第一分公司")
    page.get_by_label("价税合计（元）").fill("88")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", name="遗失案 号码不详")).to_be_visible()
    page.get_by_text("登记办理情况：书面报告主管税务机关").click()
    page.locator("#report-person").fill("李样")
    page.locator("form[action$='/steps/report']").get_by_role("button", name="保存").click()
    expect(page.get_by_text("李样").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth") if scripts else True
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    assert Path(download.value.path()).read_bytes()[:5] == b"%PDF-"
    page.get_by_label("结案方式").select_option("found")
    page.get_by_role("button", name="结案").click()
    expect(page.get_by_text("原件找回").first).to_be_visible()


def test_a_copy_from_the_seller_is_linked_from_the_page(desk: Desk, page: Page) -> None:
    invoice = desk.archived_invoice()
    desk.reader.scripts[Digest.of(a_picture(0))] = lambda scan: reading_of(scan, proved_invoice())
    desk.upload(("copy.png", a_picture(0)))
    desk.read_everything()
    case = opened_case(desk, invoice=invoice)

    told = sent(
        desk,
        f"/losses/{case}/steps/replacement",
        version="1",
        on="2026-03-02",
        person="李样",
        invoice=str(Digest.of(a_picture(0))),
    )

    assert f"/documents/{Digest.of(a_picture(0))}" in told.text
