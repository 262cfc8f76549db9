"""The pages in a real browser: upload through the page, find it again, on a desk and on a phone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from api.app import create_app
from models.digest import Digest
from ocr_service.service import ArchiveService
from tests.support.example_reading import NUMBER, SCAN, SELLER, example_invoice, reading_of, unread
from tests.support.pictures import a_picture
from tests.support.reading_thread import reading_thread
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in
from tests.support.served import served

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
"""CSS pixels."""
PATIENCE_MILLISECONDS = 60_000
"""How long anything may take before it counts as not coming: a machine that does other work may stand still for seconds."""
expect.set_options(timeout=PATIENCE_MILLISECONDS)


@dataclass
class Watched:
    """A page and everything that went wrong on it or left this machine."""

    page: Page
    trouble: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is not there: install the packages chromium and fonts-wqy-zenhei")
    with sync_playwright() as playwright:
        running = _launch(playwright)
        yield running
        running.close()


def _launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    """A service that can read the example scan, and of a picture that it is no invoice."""
    reader = ScriptedReader()
    reader.scripts = {
        Digest.of(SCAN.read_bytes()): lambda scan: reading_of(scan, example_invoice()),
        Digest.of(a_picture()): unread,
    }
    service = service_in(tmp_path, reader)
    yield service
    service.catalogue.close()


@pytest.fixture
def base(service: ArchiveService, tmp_path: Path) -> Iterator[str]:
    """The address of a server over it, whose scans are read while it runs."""
    with reading_thread(service, tmp_path), served(create_app(service, settings=settings_in(tmp_path))) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, base: str) -> Iterator[Callable[..., Watched]]:
    """Open a page of the server; at the end nothing may have gone wrong on any of them."""
    contexts: list[BrowserContext] = []
    everything: list[Watched] = []

    def open_page(address: str, size: dict[str, int] = DESK, *, scripts: bool = True, **options: object) -> Watched:
        context = browser.new_context(viewport=size, locale="zh-CN", java_script_enabled=scripts, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        watched = Watched(context.new_page())
        everything.append(watched)
        watched.page.on("console", lambda message: watched.trouble.append(message.text) if message.type in ("error", "warning") else None)
        watched.page.on("pageerror", lambda error: watched.trouble.append(str(error)))
        watched.page.on("request", lambda request: _must_stay_here(watched, request.url))
        watched.page.goto(base + address)
        return watched

    yield open_page
    for context in contexts:
        context.close()
    assert [watched.trouble for watched in everything if watched.trouble] == []


def _must_stay_here(watched: Watched, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
        watched.trouble.append(f"request to {url}")


def _upload(page: Page, label: str, *files: Path) -> None:
    """Choose files as a person does: with the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_text(label, exact=True).click()
    chooser.value.set_files(list(files))


def _stays_in_width(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_picture_is_uploaded_and_found_again(opened: Callable[..., Watched], size: dict[str, int], base: str) -> None:
    page = opened("/", size).page
    _upload(page, "选择文件", SCAN)
    expect(page.get_by_text("待复核", exact=True).last).to_be_visible()
    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()
    assert _stays_in_width(page)

    page.get_by_role("link", name="查票").click()
    page.get_by_label("销售方").fill("文具")
    page.get_by_label("价税合计（元）").fill("3900~")
    page.get_by_label("开票日期").fill("2018-10")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("heading", name="找到 1 张")).to_be_visible()
    assert _stays_in_width(page)

    page.get_by_role("link", name=NUMBER).click()
    expect(page.get_by_role("heading", name=NUMBER)).to_be_visible()
    expect(page.get_by_text(SELLER).first).to_be_visible()
    assert _stays_in_width(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载原件").click()
    assert download.value.suggested_filename == SCAN.name
    assert Path(download.value.path()).read_bytes() == SCAN.read_bytes()


def test_several_files_show_their_own_states(opened: Callable[..., Watched], tmp_path: Path) -> None:
    (tmp_path / "空白.png").write_bytes(a_picture())
    (tmp_path / "收据.jpg").write_bytes(b"hello")
    page = opened("/").page
    _upload(page, "选择文件", SCAN, tmp_path / "空白.png", tmp_path / "收据.jpg")

    expect(page.locator("#sendings").get_by_text("全部处理完毕")).to_be_visible()
    rows = page.locator("table.files tbody tr")
    assert [row.get_attribute("data-state") for row in rows.all()] == ["needs_review", "unread", "refused"]


@pytest.mark.parametrize(
    ("status", "settings", "told"),
    [(413, {}, "文件太大"), (503, {"min_free_megabytes": 1 << 30}, "存储暂时不可用，没有保存")],
    ids=["too large", "no room"],
)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_upload_that_is_not_taken_tells_why(  # fixtures and parameters
    browser: Browser, service: ArchiveService, tmp_path: Path, status: int, settings: dict[str, int], told: str, scripts: bool
) -> None:
    scan = tmp_path / "大.png"
    scan.write_bytes(a_picture() + bytes(5_000_000 if status == 413 else 0))
    words = told if scripts else {413: "上传的内容太大", 503: "存储暂时不可用"}[status]
    with served(create_app(service, settings=replace(settings_in(tmp_path), **settings))) as address:
        page = browser.new_context(locale="zh-CN", java_script_enabled=scripts).new_page()
        page.goto(address)
        if scripts:
            _upload(page, "选择文件", scan)
        else:
            page.locator("#files").set_input_files(scan)
            page.get_by_role("button", name="上传", exact=True).click()

        expect(page.get_by_text(words).first).to_be_visible()
        page.context.close()


def test_files_can_be_dropped_on_the_page(opened: Callable[..., Watched]) -> None:
    page = opened("/").page
    transfer = page.evaluate_handle(
        "bytes => { const t = new DataTransfer(); t.items.add(new File([new Uint8Array(bytes)], '拖来.jpg')); return t; }",
        list(SCAN.read_bytes()),
    )
    page.locator("#drop").dispatch_event("drop", {"dataTransfer": transfer})

    expect(page.get_by_role("cell", name="拖来.jpg")).to_be_visible()
    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()


def test_upload_and_search_work_without_scripts(opened: Callable[..., Watched]) -> None:
    page = opened("/", scripts=False).page
    page.get_by_label("选择文件", exact=True).set_input_files(SCAN)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("heading", name="批次")).to_be_visible()
    # The page asks again by itself until everything is read.
    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()
    page.get_by_role("link", name="查票").click()
    page.get_by_label("发票号码").fill("6346?197")
    page.get_by_role("button", name="查找").click()

    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()


def test_a_field_and_its_place_on_the_paper_light_up_together(opened: Callable[..., Watched]) -> None:
    page = opened("/").page
    _upload(page, "选择文件", SCAN)
    page.get_by_role("link", name=NUMBER).click()
    row, box = page.locator('tr[data-field="invoice_number"]'), page.locator('polygon[data-field="invoice_number"]')

    row.hover()
    expect(box).to_have_class("box status-proved active")
    page.locator("h1").hover()
    expect(box).to_have_class("box status-proved")
    box.hover()
    expect(row).to_have_class("active")
    box.click()
    expect(row).to_be_focused()


def test_boxes_lie_on_the_picture_at_any_width(opened: Callable[..., Watched]) -> None:
    page = opened("/").page
    _upload(page, "选择文件", SCAN)
    page.get_by_role("link", name=NUMBER).click()
    page.get_by_role("link", name="原样", exact=True).click()
    expect(page.get_by_role("link", name="原样", exact=True)).to_have_attribute("aria-current", "true")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        picture, box = page.locator(".sheet image").bounding_box(), page.locator('polygon[data-field="invoice_number"]').bounding_box()
        assert picture is not None and box is not None
        middle = (box["x"] + box["width"] / 2 - picture["x"]) / picture["width"]
        assert middle == pytest.approx(1018 / 1343, abs=0.01)


def test_the_end_of_a_batch_is_announced_with_its_table(opened: Callable[..., Watched]) -> None:
    page = opened("/").page
    # The last file and the end arrive together, while the table is still on its way.
    told = "event: file\ndata: {}\n\nevent: end\ndata: {}\n\n"
    page.route("**/v1/batches/*/events", lambda route: route.fulfill(content_type="text/event-stream", body=told))
    _upload(page, "选择文件", SCAN)

    expect(page.locator("#announcement")).to_contain_text("1")
    expect(page.locator("[data-finished=true] table.files")).to_be_visible()


def test_the_review_page_leads_to_an_unread_scan(opened: Callable[..., Watched], tmp_path: Path) -> None:
    (tmp_path / "空白.png").write_bytes(a_picture())
    page = opened("/").page
    _upload(page, "选择文件", tmp_path / "空白.png")
    expect(page.locator("#sendings").get_by_text("全部处理完毕")).to_be_visible()
    page.get_by_role("link", name="待复核").click()
    page.get_by_role("row").filter(has_text="空白.png").get_by_role("link").click()

    expect(page.get_by_text("空白.png").first).to_be_visible()
    page.get_by_role("button", name="重新识别").click()
    expect(page.get_by_text("已排队重新识别")).to_be_visible()
