"""The tray of a phone in a real Chromium: no network, a closed tab and a killed browser lose no photo, and none comes twice."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect, sync_playwright

from api.access import PHONE_COOKIE
from api.app import create_app
from models.access import EVERYTHING, Role, Scope
from ocr_service.service import ArchiveService
from storage.catalogue.batch_lists import BatchLists, Looker
from tests.support.counted_uploads import CountedUploads
from tests.support.logins import access_of, person
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in
from tests.support.served import served
from tests.support.shots import shots
from tests.web.test_browser import ARGUMENTS, CHROMIUM, PATIENCE_MILLISECONDS, PHONE

PHOTOS = int(os.environ.get("PIAOGEN_TEST_PHOTOS", "10"))
"""The bar is 200, which takes minutes; the rules are the same with few."""
INSTALLED = """navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ||
  new Promise(done => navigator.serviceWorker.addEventListener("controllerchange", done)))"""
SHARE = """bytes => {
  const form = document.createElement("form");
  Object.assign(form, {action: "/phone/share", method: "post", enctype: "multipart/form-data"});
  const input = Object.assign(document.createElement("input"), {type: "file", name: "files"});
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], "分享.jpg", {type: "image/jpeg"}));
  input.files = files.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}"""
"""What a system does with a picture that another app shares with this one."""
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Chromium's driver."""
    with sync_playwright() as running:
        yield running


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    """A service that takes in and reads nothing."""
    made = service_in(tmp_path, ScriptedReader())
    yield made
    made.catalogue.close()


@contextmanager
def phone(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """A browser whose memory lies in a folder."""
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=[*ARGUMENTS, *CAMERA], viewport=PHONE, locale="zh-CN", has_touch=True
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    try:
        yield context
    finally:
        with suppress(Error):  # it may have been killed
            context.close()


def kill(profile: Path) -> None:
    """What an empty battery does to a browser."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it ended meanwhile
            continue
        if f"--user-data-dir={profile}".encode() in words and not any(word.startswith(b"--type=") for word in words):
            os.kill(int(entry.name), signal.SIGKILL)


def tray(context: BrowserContext, base: str) -> Page:
    page = context.new_page()
    page.goto(f"{base}/phone")
    return page


def counted(page: Page, **wanted: int) -> None:
    """Wait until the tray says so many photos stand so."""
    for name, number in wanted.items():
        expect(page.locator("#tray-count")).to_have_attribute(f"data-{name}", str(number), timeout=PATIENCE_MILLISECONDS + 1000 * PHOTOS)


def archived(service: ArchiveService) -> Counter[str]:
    """How often each file is in a batch."""
    lists = BatchLists(service.catalogue)
    found = lists.newest(Looker("local", EVERYTHING), EVERYTHING, 100).batches
    return Counter(file.file_name for batch in found for file in lists.files(batch.id, EVERYTHING, limit=10_000))


def test_photos_outlive_the_network_the_tab_and_the_browser(playwright: Playwright, service: ArchiveService, tmp_path: Path) -> None:
    profile, photos = tmp_path / "profile", shots(tmp_path, PHOTOS)
    half = PHOTOS // 2
    uploads = CountedUploads(create_app(service, settings=settings_in(tmp_path)))
    with phone(playwright, profile) as context:
        with served(uploads) as base:
            page = tray(context, base)
            page.evaluate(INSTALLED)
            page.reload()
        # No network from here on: the page comes from the phone itself.
        page.locator("#album").set_input_files(photos[:half])
        counted(page, waiting=half, stored=0)
        expect(page.get_by_text("没有网络，文件留在本机浏览器里")).to_be_visible()
        page.close()
        page = tray(context, base)
        counted(page, waiting=half)
        page.locator("#album").set_input_files(photos[half:])
        counted(page, waiting=PHOTOS)
        kill(profile)
    assert archived(service) == Counter()

    uploads = CountedUploads(create_app(service, settings=settings_in(tmp_path)))
    with served(uploads, int(base.rpartition(":")[2])), phone(playwright, profile) as context:
        page = tray(context, base)
        counted(page, stored=PHOTOS, waiting=0)
        expect(page.get_by_text("已存好，可以收起纸票了").first).to_be_visible()
    assert archived(service) == Counter({photo.name: 1 for photo in photos})
    assert set(uploads.asked.values()) == {1}
    assert len(uploads.taken) == PHOTOS


def test_a_blurred_photo_is_told_and_taken_again(playwright: Playwright, service: ArchiveService, tmp_path: Path) -> None:
    (tmp_path / "糊.png").write_bytes(a_picture())
    with served(create_app(service, settings=settings_in(tmp_path))) as base, phone(playwright, tmp_path / "profile") as context:
        page = tray(context, base)
        page.locator("#album").set_input_files(tmp_path / "糊.png")
        expect(page.get_by_text("照片模糊").first).to_be_visible()
        counted(page, waiting=1, stored=0)
        page.get_by_role("button", name="重拍").click()
        page.get_by_role("button", name="拍下").click()

        expect(page.get_by_label("糊.png")).to_have_count(0)
        expect(page.locator(".tile")).to_have_count(1)
    assert archived(service)["糊.png"] == 0


def test_a_photo_may_be_sent_as_it_is(playwright: Playwright, service: ArchiveService, tmp_path: Path) -> None:
    (tmp_path / "糊.png").write_bytes(a_picture())
    with served(create_app(service, settings=settings_in(tmp_path))) as base, phone(playwright, tmp_path / "profile") as context:
        page = tray(context, base)
        page.locator("#album").set_input_files(tmp_path / "糊.png")
        page.get_by_role("button", name="就用这张").click()

        expect(page.get_by_text("已存好，可以收起纸票了")).to_be_visible()
    assert archived(service) == Counter({"糊.png": 1})


def test_what_another_app_shares_goes_the_same_way(playwright: Playwright, service: ArchiveService, tmp_path: Path) -> None:
    [photo] = shots(tmp_path, 1)
    uploads = CountedUploads(create_app(service, settings=settings_in(tmp_path)))
    with served(uploads) as base, phone(playwright, tmp_path / "profile") as context:
        page = tray(context, base)
        page.evaluate("navigator.serviceWorker.ready")
        page.evaluate(SHARE, list(photo.read_bytes()))
        expect(page.get_by_text("已收下分享来的 1 个文件")).to_be_visible()
        counted(page, stored=1, waiting=0)
    assert archived(service) == Counter({"分享.jpg": 1})
    assert sum(uploads.taken.values()) == 1, "the worker took it, and the tray sent it"


def test_what_is_no_document_stays_with_its_reason(playwright: Playwright, service: ArchiveService, tmp_path: Path) -> None:
    (tmp_path / "坏.pdf").write_bytes(b"no document")
    with served(create_app(service, settings=settings_in(tmp_path))) as base, phone(playwright, tmp_path / "profile") as context:
        page = tray(context, base)
        page.locator("#album").set_input_files(tmp_path / "坏.pdf")
        expect(page.get_by_text("没有收下：不是能收的文件格式")).to_be_visible()
        expect(page.locator(".tile .name")).to_have_text("坏.pdf")
        page.get_by_role("button", name="移除").click()

        expect(page.locator(".tile")).to_have_count(0)


def test_a_phone_sends_under_the_key_that_it_was_enrolled_with(playwright: Playwright, service: ArchiveService, tmp_path: Path) -> None:
    app = create_app(service, settings=settings_in(tmp_path))
    person(app, Role.ADMIN)
    key, secret = access_of(app).add_key("前台手机", [Scope.UPLOADS_WRITE])
    first, second = shots(tmp_path, 2)
    with served(app) as base, phone(playwright, tmp_path / "profile") as context:
        context.add_cookies([{"name": PHONE_COOKIE, "value": secret, "url": base}])
        page = tray(context, base)
        page.locator("#album").set_input_files(first)
        counted(page, stored=1, waiting=0)
        page.get_by_role("link", name="看这一批").click()
        expect(page.get_by_text("前台手机").first).to_be_visible()
        page.goto(f"{base}/phone")
        access_of(app).revoke_key(key.id)
        page.locator("#album").set_input_files(second)
        expect(page.get_by_text("登录已过期")).to_be_visible()
        counted(page, stored=1, waiting=1)
    [batch] = BatchLists(service.catalogue).newest(Looker(key.principal.name, None), EVERYTHING, 100).batches
    assert (batch.total, batch.source) == (1, "phone")


def test_without_scripts_a_form_is_there(playwright: Playwright, service: ArchiveService, tmp_path: Path) -> None:
    [photo] = shots(tmp_path, 1)
    with served(create_app(service, settings=settings_in(tmp_path))) as base:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport=PHONE).new_page()
        page.goto(f"{base}/phone")
        page.locator("#plain").set_input_files(photo)
        page.get_by_role("button", name="上传", exact=True).click()
        expect(page.get_by_text(photo.name)).to_be_visible()
        browser.close()
    assert archived(service) == Counter({photo.name: 1})
