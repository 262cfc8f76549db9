"""The review desk in a real browser: how many keys a ticket takes, what a click on the print does, and that it fits a phone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from api.access import SESSION_COOKIE
from api.app import create_app
from models.access import Role
from models.digest import Digest
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from tests.support.example_reading import NUMBER, SCAN, reading_of
from tests.support.logins import person
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in, settings_in
from tests.support.served import served
from tests.support.taxi_tickets import failing_invoice, taxi_ticket
from tests.web.test_browser import DESK, PATIENCE_MILLISECONDS, PHONE, browser

__all__ = ["browser"]

NUMBERS = ("40718352", "40718353", "40718354")
FIRST, SECOND, THIRD = (Digest.of(a_picture(shade)).hex[:20] + "-1" for shade in range(20, 23))
EXAMPLE = Digest.of(SCAN.read_bytes()).hex[:20] + "-1"


@dataclass
class Reviewer:
    """Somebody with a keyboard, whose presses are counted."""

    page: Page
    service: ArchiveService
    pressed: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed.append(key)

    def comes_to(self, name: str) -> None:
        """Wait until the desk shows this one and its script has run."""
        self.page.wait_for_url(f"**/review/desk/{name}*")
        expect(self.page.locator("html.scripted")).to_be_attached()
        self.page.wait_for_load_state()

    def comes_to_the_list(self) -> None:
        self.page.wait_for_url("**/review")

    def verdict(self, name: str) -> str:
        return self.service.show(name).invoice.verdict.value


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    """Three taxi tickets in the queue, then an invoice whose words say another total."""
    reader = ScriptedReader()
    for shade, number in enumerate(NUMBERS, start=20):
        reader.scripts[Digest.of(a_picture(shade))] = lambda scan, number=number: reading_of(scan, taxi_ticket(number))
    reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, failing_invoice())
    service = service_in(tmp_path, reader)
    for shade in range(20, 23):
        service.submit(Upload(a_picture(shade), f"{shade}.png"), "cli")
    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "cli")
    read_everything(service, tmp_path)
    yield service
    service.catalogue.close()


@pytest.fixture
def somebody(browser: Browser, service: ArchiveService, tmp_path: Path) -> Iterator[Callable[..., Reviewer]]:
    """A clerk who is logged in and has opened a page; nothing may go wrong on it."""
    app: FastAPI = create_app(service, settings=settings_in(tmp_path))
    trouble: list[str] = []
    with served(app) as base:
        token = person(app, Role.CLERK, name="zhou").client.cookies[SESSION_COOKIE]

        def come(address: str = "/review", size: dict[str, int] = DESK, language: str = "zh-CN") -> Reviewer:
            context = browser.new_context(viewport=size, locale=language)  # type: ignore[arg-type]
            context.set_default_timeout(PATIENCE_MILLISECONDS)
            context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
            page = context.new_page()
            page.on("console", lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.goto(base + address)
            return Reviewer(page, service)

        yield come
        for context in browser.contexts:
            context.close()
    assert trouble == []


def test_a_ticket_that_was_read_right_takes_four_keys_from_list_to_list(somebody: Callable[..., Reviewer]) -> None:
    clerk = somebody()
    clerk.press("Enter")
    clerk.comes_to(FIRST)
    expect(clerk.page.locator("#field-invoice_code")).to_be_focused()
    clerk.press("Enter")
    clerk.comes_to(SECOND)
    clerk.press("Escape", "Escape")
    clerk.comes_to_the_list()

    assert clerk.verdict(FIRST) == "confirmed"
    assert len(clerk.pressed) <= 4, clerk.pressed


def test_one_wrong_field_takes_twelve_keys_from_list_to_list(somebody: Callable[..., Reviewer]) -> None:
    clerk = somebody()
    clerk.press("Enter")
    clerk.comes_to(FIRST)
    clerk.press("ArrowDown", "ArrowDown", "ArrowDown")
    expect(clerk.page.locator("#field-tax_inclusive_amount")).to_be_focused()
    clerk.press(*"39.50", "Enter")
    clerk.comes_to(SECOND)
    clerk.press("Escape", "Escape")
    clerk.comes_to_the_list()

    assert clerk.service.show(FIRST).invoice.value("tax_inclusive_amount") == "39.50"
    assert clerk.verdict(FIRST) == "confirmed"
    assert len(clerk.pressed) <= 12, clerk.pressed


def test_keys_lead_through_the_queue_and_do_nothing_while_somebody_types(somebody: Callable[..., Reviewer]) -> None:
    clerk = somebody(f"/review/desk/{FIRST}")
    clerk.press("j", "x")
    expect(clerk.page.locator("#field-invoice_code")).to_have_value("jx")
    clerk.press("Escape", "j")
    clerk.comes_to(SECOND)
    clerk.press("Escape", "k")
    clerk.comes_to(FIRST)
    clerk.press("Escape", "?")
    expect(clerk.page.get_by_text("离开输入框")).to_be_visible()
    clerk.press("x")
    expect(clerk.page.locator("#aside-not_invoice input[name=reason]")).to_be_focused()
    clerk.press("Enter")
    clerk.comes_to(SECOND)
    clerk.press("Escape", "r", "Enter")
    clerk.comes_to(THIRD)

    grounds = [said.ground.value for name in (FIRST, SECOND) if (said := clerk.service.show(name).withdrawal)]
    assert grounds == ["not_invoice", "retake"]


def test_what_does_not_hold_is_accepted_with_a_reason_by_keys(somebody: Callable[..., Reviewer]) -> None:
    clerk = somebody(f"/review/desk/{EXAMPLE}")
    clerk.press("Enter")
    expect(clerk.page.get_by_text("还有没解决的")).to_be_visible()
    clerk.press("Escape", "o", *"ok", "Enter")
    clerk.comes_to(FIRST)

    assert clerk.verdict(EXAMPLE) == "confirmed"


def test_a_line_of_the_picture_fills_the_field_that_was_typed_in_and_proof_is_told_at_once(somebody: Callable[..., Reviewer]) -> None:
    clerk = somebody(f"/review/desk/{EXAMPLE}")
    page = clerk.page
    page.locator("#field-issue_date").fill("2018-13-45")
    expect(page.locator("#field-issue_date")).to_have_attribute("aria-invalid", "true")
    page.locator("#field-issue_date").fill("2018-10-05")
    expect(page.locator("#field-issue_date")).not_to_have_attribute("aria-invalid", "true")
    page.locator("#kind-fields summary").click()
    page.locator("#field-payee").click()
    page.locator('.print[data-text="朱例"]').click()

    expect(page.locator("#field-payee")).to_have_value("朱例")
    expect(page.locator("#field-payee")).to_be_focused()
    expect(page.locator("#save")).to_contain_text("保存")


def test_the_picture_is_made_larger_moved_and_turned(somebody: Callable[..., Reviewer]) -> None:
    page = somebody(f"/review/desk/{EXAMPLE}").page
    drawing = page.locator(".drawing")
    first = drawing.get_attribute("viewBox")
    page.get_by_role("button", name="放大").click()
    larger = drawing.get_attribute("viewBox")
    page.get_by_role("button", name="转 90°").click()
    turned = drawing.locator("g").get_attribute("transform")
    page.get_by_role("button", name="适合窗口").click()

    assert first and larger and float(larger.split()[2]) < float(first.split()[2])
    assert turned and turned.startswith("rotate(9")
    assert drawing.get_attribute("viewBox") == first


def test_another_kind_brings_its_fields_and_rows_come_and_go(somebody: Callable[..., Reviewer]) -> None:
    page = somebody(f"/review/desk/{EXAMPLE}").page
    page.locator("#kind-fold summary").click()
    page.locator("#kind").select_option("taxi")
    page.locator("#kind-fields summary").click()
    expect(page.locator("#rows-kind #field-boarding_time")).to_be_visible()
    page.locator("#kind").select_option("vat_special")
    page.locator("#items-fold summary").click()
    page.get_by_role("button", name="删除第 1 行").click()
    expect(page.locator("#proof")).to_contain_text("各行金额之和")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_hangs_over_and_everything_is_named(somebody: Callable[..., Reviewer], size: dict[str, int], language: str) -> None:
    for address in (f"/review/desk/{EXAMPLE}", f"/review/desk/{FIRST}", "/review/alike", "/review"):
        page = somebody(address, size, language).page
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
        unnamed = "[...document.querySelectorAll('input:not([type=hidden]), select')].filter(one => !one.labels.length && !one.ariaLabel)"
        assert page.evaluate(f"{unnamed}.map(one => one.outerHTML)") == []


def test_without_scripts_a_ticket_is_confirmed_with_the_enter_key(browser: Browser, service: ArchiveService, tmp_path: Path) -> None:
    with served(create_app(service, settings=settings_in(tmp_path))) as base:
        context = browser.new_context(viewport=DESK, locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{base}/review/desk/{EXAMPLE}")
        page.get_by_label("复核人").first.fill("周样")
        page.get_by_label("接受的原因").fill("开票方已说明")
        page.get_by_label("接受的原因").press("Enter")
        page.wait_for_url(f"**/review/desk/{FIRST}*")
        expect(page.get_by_text("已确认。")).to_be_visible()
        context.close()
    assert service.show(EXAMPLE).invoice.verdict == "confirmed"
    assert service.show(EXAMPLE).invoice.value("invoice_number") == NUMBER
