"""The pages about webhooks and about the interface in a real browser, at a desk and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from api.app import create_app
from ocr_service.webhooks import Webhooks
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in
from tests.support.served import served
from tests.web.test_browser import ARGUMENTS, CHROMIUM, PATIENCE_MILLISECONDS
from tests.web.test_logging_in import SIZES, WRONG_ON_A_PAGE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.mark.parametrize("size", SIZES)
def test_an_endpoint_is_added_and_tested_and_every_page_fits(browser: Browser, tmp_path: Path, size: str) -> None:
    service = service_in(tmp_path, ScriptedReader())
    with served(create_app(service, settings=settings_in(tmp_path))) as base:
        context = browser.new_context(viewport=SIZES[size], locale="zh-CN", java_script_enabled=True, base_url=base)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        blocked: list[str] = []
        page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
        page.goto("/webhooks")
        page.get_by_role("textbox", name="地址").fill("https://example.com/" + "long" * 60)
        page.get_by_role("textbox", name="名称").fill("报销系统")
        page.get_by_label("开立遗失案").check()
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.locator(".secret code")).to_contain_text("whsec_")
        page.get_by_role("link", name="回到推送").click()
        page.get_by_role("button", name="发送测试通知").click()
        expect(page.get_by_text("测试通知已排队")).to_be_visible()
        [endpoint] = Webhooks.over(service).listed()
        for path in ("/webhooks", f"/webhooks/{endpoint.id}", "/docs", "/docs/take_step", "/docs/upload_files", "/docs/add_webhook"):
            for language in ("zh", "en"):
                page.goto(f"{path}?lang={language}")
                assert page.evaluate(WRONG_ON_A_PAGE) == [], path
        assert blocked == []
        context.close()
    service.catalogue.close()
