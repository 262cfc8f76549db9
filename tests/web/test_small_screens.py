"""What a small screen changes: tables stand as cards, no key is shown where no keyboard is, and no button covers a field."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from api.web.rendering import FOLDER
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from tests.support.example_reading import SCAN
from tests.support.scripted_service import read_everything
from tests.support.statements import export, number
from tests.web.test_browser import PHONE, Watched, base, browser, opened, service

__all__ = ["base", "browser", "opened", "service"]

NARROW = {"width": 900, "height": 700}
COMPARED = {"items desk-items", "items", "checks", "fields", "register"}
"""Tables whose columns are compared, or that have an arrangement of their own for a phone."""


def test_every_table_stands_as_cards_on_a_phone() -> None:
    found = {
        (path.name, classes)
        for path in (FOLDER / "templates").glob("*.html")
        for classes in re.findall(r"<table(?: class=\"([^\"]*)\")?", path.read_text(encoding="utf-8"))
    }

    assert [one for one in sorted(found) if "stack" not in one[1].split() and one[1] not in COMPARED] == []


def test_lines_of_a_reconciliation_are_read_without_pushing_them_aside(opened: Callable[..., Watched], tmp_path: Path) -> None:
    sent = tmp_path / "a.xlsx"
    sent.write_bytes(export(number(1), number(2)))
    page = opened("/reconciliations", PHONE).page
    page.get_by_label("清单文件").set_input_files(sent)
    page.get_by_role("button", name="核对", exact=True).click()

    for address in (page.url, page.url.rpartition("/")[0]):
        page.goto(address)
        expect(page.locator("table.stack").first).to_be_visible()
        assert page.evaluate("[...document.querySelectorAll('.scroll')].every((one) => one.scrollWidth <= one.clientWidth)")


def test_the_desk_shows_no_keys_on_a_phone_and_covers_no_field_on_a_narrow_screen(
    service: ArchiveService, opened: Callable[..., Watched], tmp_path: Path
) -> None:
    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "cli")
    read_everything(service, tmp_path)
    phone = opened("/review/desk", PHONE).page
    expect(phone.locator(".desk")).to_be_visible()
    assert phone.locator("kbd:visible").count() == 0

    narrow = opened("/review/desk", NARROW).page
    expect(narrow.locator("#save")).to_be_attached()
    assert narrow.evaluate("getComputedStyle(document.querySelector('.word .save')).position") == "static"
