"""The page of one invoice in a real browser: upright, printed on one sheet, and its neighbours in the list that one came from."""

import io
from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from models.digest import Digest
from models.invoice import Witness
from tests.support.example_reading import NUMBER, SCAN
from tests.web.test_browser import DESK, PHONE
from tests.web.test_desk_in_a_browser import EXAMPLE, FIRST, SECOND, Reviewer, browser, service, somebody

__all__ = ["browser", "service", "somebody"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_is_printed_on_one_sheet_with_the_fingerprint_of_the_original(somebody: Callable[..., Reviewer], language: str) -> None:
    page = somebody(f"/invoices/{EXAMPLE}", DESK, language).page
    page.wait_for_load_state("networkidle")
    with pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))) as printed:
        text = "".join(printed[0].get_textpage().get_text_range().split())
        sheets = len(printed)

    assert sheets == 1
    assert Digest.of(SCAN.read_bytes()).hex in text and NUMBER in text


def test_the_page_stands_upright_and_is_shown_as_it_came_when_asked(somebody: Callable[..., Reviewer]) -> None:
    page = somebody(f"/invoices/{EXAMPLE}").page
    drawing = page.locator(".sheet .drawing")
    # The example's lines rise by about two pixels in a hundred, which is a little more than a degree.
    assert 0.8 < float(drawing.get_attribute("data-turn") or "") < 1.6
    page.get_by_role("link", name="原样").click()
    expect(drawing).to_have_attribute("data-turn", "0")
    expect(drawing).to_have_attribute("viewBox", "0 0 1343 806")


def test_it_leads_to_the_one_before_and_after_in_the_list(somebody: Callable[..., Reviewer]) -> None:
    page = somebody("/find").page
    order = page.evaluate("[...document.querySelectorAll('main a[href*=\"/invoices/\"]')].map(a => a.href.split('/').pop())")
    page.locator(f'a[href$="/invoices/{order[1]}"]').first.click()
    expect(page.locator("#walk")).to_contain_text("2 / ")
    page.locator("#walk").get_by_role("link", name="上一张").click()
    page.wait_for_url(f"**/invoices/{order[0]}")
    page.locator("#walk").get_by_role("link", name="下一张").click()
    page.wait_for_url(f"**/invoices/{order[1]}")


def test_who_says_so_is_told_in_words_when_it_is_pointed_at(somebody: Callable[..., Reviewer]) -> None:
    page = somebody(f"/invoices/{EXAMPLE}").page
    witness = page.locator('tr[data-field="invoice_code"] .witness').nth(1)
    expect(witness).to_have_text("双票面另一处")
    witness.focus()
    expect(witness.locator(".words")).to_be_in_viewport()


def test_every_witness_is_a_small_sign_whatever_it_is(somebody: Callable[..., Reviewer]) -> None:
    page = somebody(f"/invoices/{EXAMPLE}").page
    kinds = [witness.value for witness in Witness]
    measured = "kind => { const sign = document.querySelector('.witness'); sign.className = 'witness ' + kind; return sign.offsetWidth; }"
    assert {kind: page.evaluate(measured, kind) for kind in kinds if page.evaluate(measured, kind) > 40} == {}


def test_what_is_proved_is_listed_in_plain_english(somebody: Callable[..., Reviewer]) -> None:
    page = somebody(f"/invoices/{EXAMPLE}", DESK, "en").page
    expect(page.locator(".stands.proved")).to_contain_text("Invoice number, Seller's taxpayer id, Total with tax.")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_hangs_over(somebody: Callable[..., Reviewer], size: dict[str, int]) -> None:
    for name in (EXAMPLE, FIRST, SECOND):
        page = somebody(f"/invoices/{name}", size).page
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name


def test_passed_checks_are_folded(somebody: Callable[..., Reviewer]) -> None:
    page = somebody(f"/invoices/{EXAMPLE}").page
    fold = page.locator("summary", has_text="项通过")
    expect(fold).to_be_visible()
    expect(page.get_by_role("cell", name="大写金额与小写一致")).to_be_visible()
    expect(page.get_by_role("cell", name="金额 + 税额 = 价税合计")).to_be_hidden()
    fold.click()
    expect(page.get_by_role("cell", name="金额 + 税额 = 价税合计")).to_be_visible()


def test_without_scripts_it_says_the_same(browser: Browser, somebody: Callable[..., Reviewer]) -> None:
    url = somebody(f"/invoices/{EXAMPLE}").page.url
    cookies = browser.contexts[-1].cookies()
    context = browser.new_context(viewport=DESK, locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    expect(page.locator("summary", has_text="项通过")).to_be_visible()
    expect(page.locator("#walk")).to_be_hidden()
