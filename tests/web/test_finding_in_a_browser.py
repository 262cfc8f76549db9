"""Finding by a sentence in a real browser, on a desk and on a phone, with and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.example_reading import NUMBER, SCAN
from tests.web.test_browser import DESK, PHONE, Watched, base, browser, opened, service

__all__ = ["base", "browser", "opened", "service"]

_HANDED_IN = "2018年10月 文具 三千九百多"


def _hand_in(page: Page) -> None:
    page.get_by_label("选择文件", exact=True).set_input_files(SCAN)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()


def _ask(page: Page, sentence: str) -> None:
    page.get_by_role("link", name="查票").click()
    page.get_by_label("用一句话说说您记得的").fill(sentence)
    page.get_by_role("button", name="查找").click()


def _stays_in_width(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [DESK, PHONE, {"width": 320, "height": 640}], ids=["desk", "phone", "small phone"])
def test_a_sentence_finds_and_a_wrong_clue_is_corrected_on_its_chip(opened: Callable[..., Watched], size: dict[str, int]) -> None:
    page = opened("/", size, scripts=False).page
    _hand_in(page)
    _ask(page, _HANDED_IN)
    expect(page.get_by_role("heading", name="找到 1 张")).to_be_visible()
    assert _stays_in_width(page)

    _ask(page, "2018年10月 文具 尾号5555")
    expect(page.get_by_role("heading", name="没有一张发票与您说的全部相符")).to_be_visible()
    expect(page.get_by_text("尾号5555 不符")).to_be_visible()
    assert _stays_in_width(page)

    page.locator("summary", has_text="尾号5555").click()
    page.get_by_label("改“尾号5555”").fill("尾号2197")
    page.get_by_role("button", name="改", exact=True).locator("visible=true").click()
    expect(page.get_by_role("heading", name="找到 1 张")).to_be_visible()
    assert _stays_in_width(page)

    page.locator("summary", has_text="文具").click()
    page.get_by_label("去掉“文具”").click()
    expect(page.locator(".chip")).to_have_count(2)
    page.get_by_role("link", name=NUMBER).click()
    expect(page.get_by_role("heading", name=NUMBER)).to_be_visible()


def test_every_part_of_a_chip_is_reached_by_keyboard(opened: Callable[..., Watched]) -> None:
    page = opened("/find?sentence=2197").page
    page.locator("summary", has_text="2197").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="号码 含有 2197")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".chip-name", has_text="号码")).to_be_visible()
