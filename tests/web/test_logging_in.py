"""The way of an archive's people in a real browser: the first administrator, a clerk, and a phone that is enrolled and withdrawn."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.app import create_app
from models.access import Role
from models.digest import Digest
from models.people import User
from tests.support.logins import PASSWORD, access_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in
from tests.support.served import served
from tests.web.test_browser import ARGUMENTS, CHROMIUM, PATIENCE_MILLISECONDS

SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
"""CSS pixels."""
WRONG_ON_A_PAGE = """() => {
  const wrong = [];
  for (const part of document.querySelectorAll("a.button, a.touch, nav a, .brand, .language, button, input:not([type=hidden]), summary")) {
    const box = part.matches("[type=radio], [type=checkbox]") ? part.closest("label") : part;
    const size = box.getBoundingClientRect();
    if (size.width && getComputedStyle(part).position !== "absolute" && size.height < 43.5) wrong.push(`low: ${part.outerHTML}`);
  }
  for (const input of document.querySelectorAll("input:not([type=hidden])"))
    if (!input.labels.length) wrong.push(`no label: ${input.outerHTML}`);
  const ids = [...document.querySelectorAll("[id]")].map((part) => part.id);
  if (new Set(ids).size !== ids.length) wrong.push(`an id twice: ${ids}`);
  for (const one of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const id of (one.getAttribute("aria-describedby") ?? one.getAttribute("aria-labelledby")).split(" "))
      if (!document.getElementById(id)) wrong.push(`describes nothing: ${id}`);
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one heading");
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wrong.push("wider than the screen");
  return wrong;
}"""
"""What can be told of a page without knowing it: everything can be hit with a thumb and is named, and nothing hangs over."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is not there: install the packages chromium and fonts-wqy-zenhei")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """A service in which administrators need a second factor; nobody reads what is handed in."""
    service = service_in(tmp_path, ScriptedReader())
    yield create_app(service, settings=replace(settings_in(tmp_path), second_factor="always"))
    service.catalogue.close()


@pytest.fixture
def base(app: FastAPI) -> Iterator[str]:
    """Its address."""
    with served(app) as address:
        yield address


@pytest.fixture(params=["scripts", "no scripts"])
def somebody(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """A new browser at a desk or a phone, which shows nobody's session."""
    opened: list[Page] = []

    def come(size: str) -> Page:
        scripts = request.param == "scripts"
        page = browser.new_context(viewport=SIZES[size], locale="zh-CN", java_script_enabled=scripts).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        opened.append(page)
        return page

    yield come
    for page in opened:
        page.context.close()


def _log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def _log_in_first(admin: Page, base: str) -> None:
    """As an administrator who sets up the second factor on the way."""
    admin.goto(base + "/people")
    _log_in(admin, "wang", PASSWORD)
    expect(admin.get_by_role("heading", name="设置两步验证")).to_be_visible()
    secret = admin.locator("main code").inner_text().replace(" ", "")
    admin.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    admin.get_by_role("button", name="确认").click()
    expect(admin.locator("ol.recovery code")).to_have_count(8)
    admin.get_by_role("link", name="已抄好，继续").click()
    expect(admin.get_by_role("heading", name="人员", exact=True)).to_be_visible()


def _hand_in(page: Page, path: Path) -> None:
    page.locator("#files").set_input_files(path)
    upload = page.get_by_role("button", name="上传", exact=True)
    if upload.count():
        upload.click()
    expect(page.get_by_text("已存档，待识别", exact=True)).to_be_visible()


def test_from_the_first_administrator_to_a_phone_that_is_withdrawn(
    app: FastAPI, base: str, somebody: Callable[[str], Page], tmp_path: Path
) -> None:
    scans = [tmp_path / "会计.png", tmp_path / "手机.png"]
    for shade, scan in enumerate(scans):
        scan.write_bytes(a_picture(shade))
    access_of(app).add_user(User("wang", "王管理", Role.ADMIN), PASSWORD)

    admin = somebody("desk")
    _log_in_first(admin, base)
    admin.get_by_label("登录名").fill("li")
    admin.get_by_label("姓名").fill("李会计")
    admin.get_by_label("会计 上传").check()
    admin.get_by_label("密码").fill("another horse battery")
    admin.get_by_role("button", name="添加人员").click()
    expect(admin.get_by_role("link", name="李会计")).to_be_visible()

    clerk = somebody("desk")
    clerk.goto(base + "/")
    _log_in(clerk, "li", "another horse battery")
    expect(clerk.locator(".who")).to_contain_text("李会计 会计")
    _hand_in(clerk, scans[0])
    expect(clerk.get_by_role("link", name="人员")).to_have_count(0)
    clerk.goto(base + "/people")
    expect(clerk.get_by_role("heading", name="没有权限")).to_be_visible()

    admin.locator("nav summary").click()
    admin.get_by_role("link", name="密钥").click()
    admin.get_by_label("手机名称").fill("小李的手机")
    admin.get_by_role("button", name="生成二维码").click()
    expect(admin.locator("svg.qr")).to_be_visible()
    link = admin.locator("main code").inner_text()

    phone = somebody("phone")
    phone.goto(link)
    phone.get_by_role("button", name="登记这部手机").click()
    expect(phone.get_by_role("heading", name="收票")).to_be_visible()
    expect(phone.locator(".who")).to_contain_text("小李的手机")
    phone.goto(base + "/")
    _hand_in(phone, scans[1])
    assert Digest.of(scans[1].read_bytes()) in set(app.state.context.service.archive.digests())

    admin.get_by_role("link", name="返回密钥").click()
    admin.get_by_role("row").filter(has_text="小李的手机").get_by_role("button", name="作废").click()
    expect(admin.get_by_text("已作废，从现在起不能再用。")).to_be_visible()
    phone.goto(base + "/")
    expect(phone.get_by_text("这部手机的登记已作废或过期")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_every_page_for_people_can_be_used_by_thumb_and_by_ear(app: FastAPI, base: str, somebody: Callable[[str], Page], size: str) -> None:
    access_of(app).add_user(User("wang", "王管理", Role.ADMIN), PASSWORD)
    page = somebody(size)
    wrong = {}

    def look(name: str) -> None:
        wrong[name] = page.evaluate(WRONG_ON_A_PAGE)

    page.goto(base + "/login")
    look("login")
    _log_in(page, "wang", PASSWORD)
    look("second factor")
    page.get_by_label("验证码").fill(pyotp.TOTP(page.locator("main code").inner_text().replace(" ", "")).now())
    page.get_by_role("button", name="确认").click()
    look("recovery codes")
    for path in ("/", "/find", "/review", "/people", "/people/wang", "/keys", "/people/nobody"):
        page.goto(base + path)
        look(path)
    page.goto(base + "/keys")
    page.get_by_label("手机名称").fill("手机")
    page.get_by_role("button", name="生成二维码").click()
    look("code for a phone")
    page.goto(page.locator("main code").inner_text())
    look("enrolling")

    assert {name: found for name, found in wrong.items() if found} == {}
