"""Exports in a real browser: chosen, followed and fetched, with and without scripts, on a desk and on a phone."""

import csv
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from api.app import create_app
from ocr_service.exports import runner
from ocr_service.exports.making import Order, Step
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from tests.support.example_reading import NUMBER, SCAN
from tests.support.scripted_service import read_everything, settings_in
from tests.support.served import served
from tests.web.test_browser import DESK, PHONE, Watched, browser, opened, service

__all__ = ["browser", "opened", "service"]


@pytest.fixture
def base(service: ArchiveService, tmp_path: Path) -> Iterator[str]:
    """The address of a server over the archive of the example scan."""
    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "cli")
    read_everything(service, tmp_path)
    with served(create_app(service, settings=settings_in(tmp_path))) as address:
        yield address


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_export_is_chosen_and_fetched(opened: Callable[..., Watched], size: dict[str, int], *, scripts: bool) -> None:
    page = opened("/exports", size, scripts=scripts).page
    expect(page.get_by_text("还没有导出")).to_be_visible()
    assert _fits(page)
    page.get_by_label("格式").select_option("csv")
    page.get_by_role("button", name="导出", exact=True).click()
    expect(page.get_by_text("已备好")).to_be_visible()
    assert _fits(page)
    with page.expect_download() as waited:
        page.get_by_role("link", name="下载").click()

    rows = list(csv.DictReader(Path(waited.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [row["发票号码"] for row in rows] == [NUMBER]
    page.get_by_role("link", name="我的导出").click()
    expect(page.get_by_text("已备好")).to_have_count(1)
    page.get_by_role("link", name="金蝶云").click()
    assert _fits(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存")).to_be_visible()


def test_a_page_follows_what_is_being_made(opened: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    made, opens = runner.make, threading.Event()

    def held(service: ArchiveService, order: Order, step: Step) -> Any:
        while not opens.wait(0.05):
            step(0)
        return made(service, order, step)

    monkeypatch.setattr(runner, "make", held)
    page = opened("/exports", DESK).page
    page.get_by_label("格式").select_option("zip")
    page.get_by_role("button", name="导出", exact=True).click()
    expect(page.get_by_text("可以离开这个页面")).to_be_visible()
    expect(page.get_by_text("0 / 1 张")).to_be_visible()
    opens.set()

    expect(page.get_by_role("link", name="下载")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_is_chosen_in_the_register_is_taken_out(opened: Callable[..., Watched], *, scripts: bool) -> None:
    for box in ('input[name="ids"]', 'input[name="all"]'):
        page = opened("/register?state=all", DESK, scripts=scripts).page
        page.locator(box).first.check()
        page.locator('select[name="format"]').select_option("csv")
        page.locator('form[action$="/exports"] button[type="submit"]').click()
        expect(page.get_by_text("按 1 张发票生成")).to_be_visible()
