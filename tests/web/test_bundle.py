"""The self-verifying bundle in a real Chromium, opened from disk: what is the same, what differs, and proof apart from word."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from models.correction import Confirmation
from models.digest import Digest
from models.errors import InvoiceNotFound, UnreadablePath
from ocr_service.bundling import bundle
from ocr_service.vouching import confirm
from tests.api.conftest import Desk
from tests.support.example_reading import NUMBER, SCAN, example_invoice, reading_of
from tests.web.test_browser import ARGUMENTS, CHROMIUM

HOSTILE = "</script><img src=x onerror=alert(1)>.jpg"


@pytest.fixture(scope="module")
def offline() -> Iterator[BrowserContext]:
    """A browser that reaches no network at all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_context(offline=True)
        browser.close()


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Path:
    """A bundle of two invoices: one that somebody confirmed, one under a hostile name."""
    other = SCAN.read_bytes() + b"\0"
    desk.reader.scripts[Digest.of(other)] = lambda scan: reading_of(scan, example_invoice())
    invoice = desk.archived_invoice()
    desk.upload((HOSTILE, other))
    desk.read_everything()
    confirm(desk.service, invoice, Confirmation("王会计<b>", "看过原件"), 1)
    bundle(desk.service, [invoice, str(Digest.of(other))], None, tmp_path / "bundle")
    return tmp_path / "bundle"


@pytest.fixture
def opened(folder: Path, offline: BrowserContext) -> Iterator[Page]:
    """The page, opened from disk; an error in its script fails the test."""
    page = offline.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto((folder / "index.html").as_uri())
    yield page
    page.close()
    assert errors == []


def files(folder: Path) -> list[Path]:
    return sorted((folder / "originals").iterdir())


def test_untouched_files_are_the_same(opened: Page, folder: Path) -> None:
    expect(opened.locator(".open[data-file]")).to_have_count(2)

    opened.locator("#folder").set_input_files(folder)

    expect(opened.locator("#result")).to_have_text("一致 same: 2 · 不一致 differs: 0 · 未找到 not found: 0")
    expect(opened.locator(".same[data-file]")).to_have_text(["一致 same", "一致 same"])


def test_a_changed_file_differs_and_a_missing_one_is_not_found(opened: Page, folder: Path) -> None:
    changed, missing = files(folder)
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")

    opened.locator("#files").set_input_files([changed])

    expect(opened.locator("#result")).to_have_text("一致 same: 0 · 不一致 differs: 1 · 未找到 not found: 1")
    expect(opened.locator(f'[data-file="originals/{changed.name}"]')).to_have_class("other")
    expect(opened.locator(f'[data-file="originals/{missing.name}"]')).to_have_class("open")


def test_what_is_proved_and_what_a_person_says_stand_apart(opened: Page) -> None:
    confirmed = opened.locator("article").first
    groups = confirmed.locator("h3").all_inner_texts()

    assert groups[:2] == ["已证实 proved", "人工确认或更正 a person's word"]
    expect(confirmed.locator("table").first).to_contain_text(NUMBER)
    expect(confirmed).to_contain_text("人工确认 confirmed by a person: 王会计<b>")
    expect(confirmed.locator("table").last).to_contain_text("upload.accepted")
    expect(confirmed.locator("table").last).to_contain_text("invoice.confirmed")


def test_names_are_text_and_never_markup(opened: Page, folder: Path) -> None:
    assert opened.locator("img").count() == 0
    assert all(re.fullmatch(r"[0-9a-f]{20}-[\w.-]+", path.name) for path in files(folder))


def test_the_log_has_the_digest_of_the_page(desk: Desk, folder: Path) -> None:
    digest = Digest.of((folder / "index.html").read_bytes())

    told = [entry.entry for entry in desk.service.activity.of_document(Digest.of(SCAN.read_bytes()))]

    assert (told[-1].action, told[-1].details["bundle"]) == ("exported", str(digest))


def test_nothing_is_written_where_nothing_fits_or_something_lies(desk: Desk, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvoiceNotFound):
        bundle(desk.service, [], None, tmp_path / "none")
    with pytest.raises(UnreadablePath, match="not there yet"):
        bundle(desk.service, [str(Digest.of(SCAN.read_bytes()))], None, folder)

    assert not (tmp_path / "none").exists()
