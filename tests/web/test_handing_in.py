"""Handing in at a desk in a real Chromium: one drop is one batch, however it arrives and whatever comes in between."""

import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Route, expect

from api.access import SESSION_COOKIE
from api.app import create_app
from models.access import EVERYTHING, Role
from models.batch import ListedBatch
from ocr_service.service import ArchiveService
from storage.catalogue.batch_lists import BatchLists, Looker
from tests.support.counted_uploads import CountedUploads
from tests.support.logins import person
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in
from tests.support.served import served
from tests.support.shots import shot, shots
from tests.web.test_browser import DESK, PATIENCE_MILLISECONDS, browser

__all__ = ["browser"]

FILES = int(os.environ.get("PIAOGEN_TEST_FILES", "45"))
"""The bar is 500, which takes a minute; more than fit into two requests show the same."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    """A service that takes in and reads nothing."""
    made = service_in(tmp_path / "archive", ScriptedReader())
    yield made
    made.catalogue.close()


@pytest.fixture
def uploads(service: ArchiveService, tmp_path: Path) -> CountedUploads:
    """Its pages, over which uploads are counted."""
    return CountedUploads(create_app(service, settings=settings_in(tmp_path / "archive")))


@pytest.fixture
def base(uploads: CountedUploads) -> Iterator[str]:
    """Where they are."""
    with served(uploads) as address:
        yield address


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    """The page where things are handed in."""
    context = browser.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(base)
    yield page
    context.close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """A folder of somebody's."""
    (tmp_path / "archive").mkdir(exist_ok=True)
    made = tmp_path / "三月"
    made.mkdir()
    return made


def all_batches(service: ArchiveService) -> tuple[ListedBatch, ...]:
    return BatchLists(service.catalogue).newest(Looker("local", EVERYTHING), EVERYTHING, 100).batches


def names(service: ArchiveService, batch: ListedBatch) -> Counter[str]:
    found = BatchLists(service.catalogue).files(batch.id, EVERYTHING, limit=10_000)
    return Counter(file.file_name for file in found)


def sent(page: Page, count: int) -> None:
    expect(page.locator(".sending-line")).to_have_text(f"{count} 个文件已安全存档。", timeout=PATIENCE_MILLISECONDS + 1000 * FILES)


def test_many_files_in_one_go_are_one_batch(page: Page, service: ArchiveService, uploads: CountedUploads, folder: Path) -> None:
    files = shots(folder, FILES)
    page.locator("#files").set_input_files(files)
    sent(page, FILES)

    [batch] = all_batches(service)
    assert names(service, batch) == Counter({file.name: 1 for file in files})
    assert (batch.expected, batch.source, batch.missing) == (FILES, "web", 0)
    assert len(uploads.asked) < FILES
    assert set(uploads.asked.values()) == {1}


def test_a_folder_is_one_batch_without_what_a_computer_puts_there(page: Page, service: ArchiveService, folder: Path) -> None:
    inner = folder / "出租车"
    inner.mkdir()
    shots(folder, 2)
    shots(inner, 2, first=2)
    (folder / ".DS_Store").write_bytes(b"x")
    page.locator("#folder").set_input_files(folder)
    sent(page, 4)

    [batch] = all_batches(service)
    assert names(service, batch) == Counter({f"shot-{number:04d}.jpg": 1 for number in range(4)})


def test_a_folder_that_is_dropped_is_one_batch(page: Page, service: ArchiveService, folder: Path) -> None:
    inner = folder / "出租车"
    inner.mkdir()
    shots(folder, 1)
    shots(inner, 2, first=1)
    hand = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": data})
    sent(page, 3)

    [batch] = all_batches(service)
    assert names(service, batch) == Counter({f"shot-{number:04d}.jpg": 1 for number in range(3)})


def test_a_zip_is_one_batch_of_what_it_holds(page: Page, service: ArchiveService, folder: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.jpg", shot(number))
    (folder / "票.zip").write_bytes(packed.getvalue())
    page.locator("#files").set_input_files(folder / "票.zip")
    sent(page, 1)

    [batch] = all_batches(service)
    assert names(service, batch) == Counter({"0.jpg": 1, "1.jpg": 1, "2.jpg": 1})


def test_what_was_not_sent_yet_outlives_the_page(
    page: Page, base: str, service: ArchiveService, uploads: CountedUploads, folder: Path
) -> None:
    answered: list[str] = []

    def only_the_first(route: Route) -> None:
        if answered:
            route.abort()
            return
        answered.append("once")
        route.continue_()

    page.route("**/v1/uploads", only_the_first)
    page.locator("#files").set_input_files(shots(folder, 30))
    expect(page.get_by_text("共 30 个文件，已存好 20 个 · 没有网络")).to_be_visible()
    page.unroute("**/v1/uploads")
    page.reload()
    sent(page, 30)

    [batch] = all_batches(service)
    assert set(names(service, batch).values()) == {1}
    assert batch.total == 30
    assert set(uploads.taken.values()) == {1}


def test_two_tabs_send_nothing_twice(page: Page, base: str, service: ArchiveService, uploads: CountedUploads, folder: Path) -> None:
    page.locator("#files").set_input_files(shots(folder, 45))
    other = page.context.new_page()
    other.goto(base)
    sent(page, 45)

    [batch] = all_batches(service)
    assert batch.total == 45
    assert set(uploads.asked.values()) == {1}


def test_a_server_that_asks_to_wait_is_waited_for(page: Page, service: ArchiveService, folder: Path) -> None:
    asked: list[str] = []

    def first_too_many(route: Route) -> None:
        asked.append(route.request.headers["idempotency-key"])
        if len(asked) > 1:
            route.continue_()
            return
        problem = {"code": "budget_spent", "status": 429}
        route.fulfill(status=429, headers={"Retry-After": "1"}, json=problem)

    page.route("**/v1/uploads", first_too_many)
    page.locator("#files").set_input_files(shots(folder, 2))
    expect(page.get_by_text("服务器忙，1 秒后继续")).to_be_visible()
    sent(page, 2)

    assert len(asked) == 2
    assert len(set(asked)) == 1, "the same request, not another one"
    assert all_batches(service)[0].total == 2


def test_a_file_that_is_too_large_leaves_the_others_alone(page: Page, service: ArchiveService, folder: Path) -> None:
    files = shots(folder, 2)
    (folder / "大.jpg").write_bytes(shot(9) + bytes(5_000_000))
    page.locator("#files").set_input_files([*files, folder / "大.jpg"])
    expect(page.locator(".sending-trouble").get_by_text("大.jpg")).to_be_visible()
    expect(page.locator(".sending-trouble")).to_contain_text("文件太大")
    sent(page, 2)
    page.reload()
    expect(page.locator(".sending-trouble")).to_contain_text("文件太大")
    page.get_by_role("button", name="知道了").click()
    expect(page.locator(".sending-trouble").get_by_text("大.jpg")).to_have_count(0)

    assert all_batches(service)[0].total == 2


def test_whoever_is_logged_out_is_told_and_keeps_the_files(page: Page, service: ArchiveService, folder: Path) -> None:
    page.route("**/v1/uploads", lambda route: route.fulfill(status=401, json={"code": "not_authenticated", "status": 401}))
    page.locator("#files").set_input_files(shots(folder, 1))
    expect(page.get_by_text("登录已过期")).to_be_visible()
    page.unroute("**/v1/uploads")
    page.reload()
    sent(page, 1)

    assert all_batches(service)[0].total == 1


def test_what_one_person_left_is_not_sent_for_the_next(
    page: Page, base: str, uploads: CountedUploads, service: ArchiveService, folder: Path
) -> None:
    app = uploads.app
    assert isinstance(app, FastAPI)
    page.route("**/v1/uploads", lambda route: route.abort())
    log_in(page, app, "wang", base)
    page.reload()
    page.locator("#files").set_input_files(shots(folder, 2))
    expect(page.get_by_text("没有网络")).to_be_visible()
    page.unroute("**/v1/uploads")
    log_in(page, app, "li", base)
    page.reload()
    expect(page.get_by_text("这个浏览器里还有 wang 没传完的 2 个文件")).to_be_visible()
    assert all_batches(service) == ()
    page.get_by_role("button", name="由我来传").click()
    expect(page.get_by_text("这个浏览器里还有 wang")).to_have_count(0)
    sent(page, 2)

    [batch] = all_batches(service)
    assert batch.sender is not None
    assert (batch.sender.name, batch.total) == ("user:li", 2)


def log_in(page: Page, app: FastAPI, name: str, base: str) -> None:
    """Have the browser show the cookie of a clerk who is logged in."""
    visitor = person(app, Role.CLERK, name=name)
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": visitor.client.cookies[SESSION_COOKIE], "url": base}])
