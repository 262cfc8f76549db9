"""The auditor's and the keeper's way in a real browser: what is due, a list by two people, a hold in between, and the log of it all."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.access import SESSION_COOKIE
from api.app import create_app
from models.access import Role
from models.destruction import OPINIONS, SUPERVISORS
from ocr_service.checking import audit_now, drill_now
from ocr_service.service import ArchiveService
from storage import archive_layout as layout
from storage.object_store import has
from tests.support.destroyed import DAY, DOCUMENT, archive_the_scan, old_service
from tests.support.example_reading import NUMBER
from tests.support.logins import person
from tests.support.scripted_service import settings_in
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


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    """An archive in which one document is past its term."""
    archive_the_scan(tmp_path)
    with old_service(tmp_path) as opened:
        yield opened


@pytest.fixture
def app(service: ArchiveService, tmp_path: Path) -> FastAPI:
    """The application over it."""
    return create_app(service, settings=settings_in(tmp_path))


@pytest.fixture(params=["scripts", "no scripts"])
def somebody(request: pytest.FixtureRequest, app: FastAPI, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Somebody of a role and name who is logged in, at a desk or a phone."""
    with served(app) as base:
        opened: list[Page] = []

        def come(role: Role, name: str, size: str) -> Page:
            context = browser.new_context(
                viewport=SIZES[size],  # type: ignore[arg-type]
                locale="zh-CN",
                java_script_enabled=request.param == "scripts",
                base_url=base,
            )
            token = person(app, role, name=name).client.cookies.get(SESSION_COOKIE)
            context.add_cookies([{"name": SESSION_COOKIE, "value": str(token), "url": base}])
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MILLISECONDS)
            opened.append(page)
            return page

        yield come
        for page in opened:
            page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_from_what_is_due_to_what_was_destroyed(service: ArchiveService, somebody: Callable[..., Page], size: str) -> None:
    keeper, second = (somebody(Role.ADMIN, name, size) for name in ("li", "zhao"))
    keeper.goto("/find")
    keeper.locator("nav summary").click()
    keeper.get_by_role("link", name="审计", exact=True).click()
    keeper.get_by_role("link", name="到期与销毁").click()
    expect(keeper.get_by_role("link", name=NUMBER)).to_be_visible()
    keeper.get_by_label("今天的日期").fill(DAY.isoformat())
    keeper.get_by_role("button", name="提出清册").click()
    expect(keeper.get_by_text("清册已提出")).to_be_visible()
    address = keeper.url.partition("?")[0]

    invoice = service.invoices_of(DOCUMENT)[0].id
    second.goto(f"/invoices/{invoice}")
    second.get_by_role("link", name="封存这份文件").click()
    second.get_by_label("理由", exact=True).fill("年度审计")
    second.get_by_role("button", name="封存").click()
    expect(second.get_by_text("封存中")).to_be_visible()

    _approve(second, address)
    expect(second.get_by_role("alert")).to_contain_text(re.compile("zhao 于 .*年度审计"))
    assert has(service.archive.store, layout.original_key(DOCUMENT))

    second.get_by_role("link", name="封存", exact=True).click()
    second.locator("summary").filter(has_text="解除").click()
    second.get_by_label("解除理由").fill("审计已结束")
    second.get_by_role("button", name="解除").click()
    expect(second.locator("main table").get_by_text("已解除", exact=True)).to_be_visible()
    _approve(second, address)
    expect(second.get_by_text("已销毁 1 份，保留 0 份")).to_be_visible()
    assert not has(service.archive.store, layout.original_key(DOCUMENT))

    auditor = somebody(Role.AUDITOR, "qian", size)
    auditor.goto("/log")
    auditor.get_by_label("文件").fill(NUMBER)
    auditor.get_by_label("操作").select_option(label="销毁")
    auditor.get_by_role("button", name="筛选").click()
    expect(auditor.locator("table.log tbody tr")).to_have_count(1)
    expect(auditor.locator("table.log")).to_contain_text("zhao")


def _approve(page: Page, address: str) -> None:
    page.goto(address)
    for office in (*OPINIONS, *SUPERVISORS):
        page.get_by_label(office).fill("样名")
    page.get_by_label("今天的日期").fill(DAY.isoformat())
    page.get_by_label("我已按清册清点").check()
    page.get_by_role("button", name="批准并销毁").click()


@pytest.mark.parametrize("size", SIZES)
def test_every_page_can_be_used_by_thumb_and_by_ear(service: ArchiveService, somebody: Callable[..., Page], size: str) -> None:
    audit_now(service)
    drill_now(service)
    page = somebody(Role.ADMIN, "li", size)
    page.goto("/destructions")
    page.get_by_label("今天的日期").fill(DAY.isoformat())
    page.get_by_role("button", name="提出清册").click()
    address = page.url
    second = somebody(Role.ADMIN, "zhao", size)
    wrong = {}
    for path in ("/audit", "/log", "/log?first=never", "/holds", "/destructions", f"/destructions?number={NUMBER}", address):
        for who in (page, second):
            who.goto(path)
            wrong[path, who is page] = who.evaluate(WRONG_ON_A_PAGE)

    assert {name: found for name, found in wrong.items() if found} == {}


def test_the_list_is_shown_in_its_own_style_and_prints(somebody: Callable[..., Page]) -> None:
    page = somebody(Role.ADMIN, "li", "desk")
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.goto("/destructions")
    page.get_by_label("今天的日期").fill(DAY.isoformat())
    page.get_by_role("button", name="提出清册").click()
    page.get_by_role("link", name="打印清册").click()

    expect(page.get_by_role("heading", name="会计档案销毁清册")).to_be_visible()
    assert page.locator("table").first.evaluate("table => getComputedStyle(table).borderCollapse") == "collapse"
    assert page.pdf().startswith(b"%PDF")
    assert trouble == []
