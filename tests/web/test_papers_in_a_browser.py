"""Papers in a real browser, on a desk and on a phone: labels typed without scripts, and scanned by the camera where codes can be read."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from models.digest import Digest
from ocr_service.opened import Upload
from ocr_service.papers import PaperKeeping
from ocr_service.service import ArchiveService
from tests.support.example_reading import SCAN
from tests.support.scripted_service import read_everything, settings_in
from tests.support.served import served
from tests.web.test_browser import ARGUMENTS, CHROMIUM, DESK, PHONE, Watched, browser, opened, service

__all__ = ["browser", "opened", "service"]

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
"""Chromium's own picture of a camera, and no question whether the page may see it."""


@pytest.fixture
def base(service: ArchiveService, tmp_path: Path) -> Iterator[str]:
    """The address of a server over it; what is handed in is read by the test."""
    with served(create_app(service, settings=settings_in(tmp_path))) as address:
        yield address


@pytest.fixture
def invoice(service: ArchiveService, tmp_path: Path) -> str:
    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "cli")
    read_everything(service, tmp_path)
    return service.invoices_of(Digest.of(SCAN.read_bytes()))[0].id


@pytest.fixture(scope="module")
def with_camera(browser: Browser) -> Iterator[Browser]:
    """Another Chromium, which has a camera. It reads no codes: those of a desktop have no detector."""
    running = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *CAMERA])
    yield running
    running.close()


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_paper_is_boxed_lent_and_counted_by_typing(
    opened: Callable[..., Watched], invoice: str, size: dict[str, int], *, scripts: bool
) -> None:
    page = opened("/papers", size, scripts=scripts).page
    page.get_by_label("标签号，一行一个").fill(invoice)
    page.get_by_label("做了什么").select_option("boxed")
    page.get_by_label("盒", exact=True).fill("2026-01")
    page.get_by_label("备注").fill("散票")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("status").filter(has_text="已记：已入盒")).to_be_visible()
    assert _fits(page)

    page.get_by_role("link", name="返回纸票").click()
    page.get_by_role("link", name="盘点").click()
    page.get_by_label("盒（与日期二选一）").fill("2026-01")
    page.get_by_role("button", name="开始盘点").click()
    expect(page.get_by_text("应有 1，已见 0，未见 1")).to_be_visible()
    assert _fits(page)
    page.get_by_label("标签号，一行一个").fill(invoice)
    page.get_by_role("button", name="记已见").click()
    expect(page.get_by_text("应有 1，已见 1，未见 0")).to_be_visible()
    page.get_by_role("button", name="结束盘点").click()
    expect(page.get_by_text("已结束")).to_be_visible()


def test_a_label_before_the_camera_is_written_into_the_form_once(
    with_camera: Browser, base: str, invoice: str, service: ArchiveService
) -> None:
    label = PaperKeeping.over(service).label(invoice).upper()
    page = with_camera.new_context(viewport=PHONE, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.add_init_script(
        f"window.BarcodeDetector = class {{ async detect(v) {{ return v.videoWidth ? [{{ rawValue: '{label}' }}] : []; }} }};"
    )
    page.goto(f"{base}/papers")
    page.get_by_role("button", name="扫标签").click()
    expect(page.get_by_label("标签号，一行一个")).to_have_value(f"{label}\n")
    expect(page.locator("#announcement")).to_have_text(label)
    page.get_by_role("button", name="停止扫描").click()
    expect(page.locator("video")).to_be_hidden()
    page.get_by_role("button", name="记下").click()

    expect(page.get_by_role("status").filter(has_text="已记：已签收")).to_be_visible()
    page.context.close()


def test_without_a_detector_nothing_is_offered_that_does_not_work(opened: Callable[..., Watched]) -> None:
    page = opened("/papers").page

    expect(page.get_by_label("标签号，一行一个")).to_be_visible()
    expect(page.get_by_role("button", name="扫标签")).to_be_hidden()
