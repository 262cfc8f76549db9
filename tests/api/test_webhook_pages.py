"""The pages about webhooks, as a browser without JavaScript gets them."""

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.access import Role
from ocr_service.delivering import Courier
from ocr_service.webhooks import Webhooks
from tests.api.conftest import Desk
from tests.support.logins import person
from tests.support.scripted_service import settings_in
from tests.support.webhook_receiver import receiver

HTML = {"Accept": "text/html", "Accept-Language": "zh"}


@pytest.fixture
def admin(desk: Desk) -> TestClient:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    return person(app, Role.ADMIN).client


def _add(admin: TestClient, url: str, **form: str) -> tuple[str, str]:
    """The id of a new endpoint, and its secret."""
    page = admin.post("/webhooks", data={"url": url, **form}, headers=HTML)
    assert page.status_code == 200, page.text
    assert page.headers["cache-control"] == "no-store"
    [secret] = re.findall(r"<code>(whsec_[^<]+)</code>", page.text)
    [name] = set(re.findall(r'href="/webhooks/(\w+)"', page.text))
    return name, secret


def test_an_endpoint_is_added_tested_changed_switched_and_removed(desk: Desk, admin: TestClient) -> None:
    assert "还没有推送地址" in admin.get("/webhooks", headers=HTML).text
    with receiver() as erp:
        hook, erp.secret = _add(admin, erp.url, label="报销系统", **{"event:loss.opened": "on"})
        assert admin.post(f"/webhooks/{hook}/test").headers["location"] == f"/webhooks/{hook}?done=tested"
        Courier(desk.service, replace(settings_in(desk.folder), webhook_networks="127.0.0.0/8")).take_turn()
        assert (erp.types, erp.forged) == (["webhook.test"], 0)

    page = admin.get(f"/webhooks/{hook}", headers=HTML).text
    for words in ("已送达", "报销系统", "测试", "204"):
        assert words in page
    assert erp.secret not in page
    assert re.findall(r'name="event:([\w.]+)" checked', page) == ["loss.opened"]

    admin.post(f"/webhooks/{hook}", data={"url": "https://example.com/", "label": "<b>另一个"})
    shown = admin.get("/webhooks", headers=HTML).text
    assert "&lt;b&gt;另一个" in shown
    assert "全部" in shown
    admin.post(f"/webhooks/{hook}/switch", data={"enabled": "no"})
    assert "已停用" in admin.get(f"/webhooks/{hook}", headers=HTML).text
    assert admin.post(f"/webhooks/{hook}/test", headers=HTML).status_code == 422
    admin.post(f"/webhooks/{hook}/switch", data={"enabled": "yes"})
    assert "已停用" not in admin.get(f"/webhooks/{hook}", headers=HTML).text

    assert admin.post(f"/webhooks/{hook}/remove").headers["location"] == "/webhooks?done=removed"
    assert admin.get(f"/webhooks/{hook}", headers=HTML).status_code == 404


def test_why_an_endpoint_was_switched_off_stands_on_its_page(desk: Desk, admin: TestClient) -> None:
    hook, _ = _add(admin, "https://example.com/")
    for because, words in (("gone", "对方表示不再接收"), ("failed", "连续五天没有送达")):
        Webhooks.over(desk.service).switch_off(hook, because)
        assert words in admin.get(f"/webhooks/{hook}", headers=HTML).text


def test_a_new_secret_is_shown_once(admin: TestClient) -> None:
    hook, secret = _add(admin, "https://example.com/")

    [renewed] = re.findall(r"<code>(whsec_[^<]+)</code>", admin.post(f"/webhooks/{hook}/secret", headers=HTML).text)

    assert renewed != secret
    assert "whsec_" not in admin.get(f"/webhooks/{hook}", headers=HTML).text


def test_what_can_be_no_endpoint_is_said_and_what_was_typed_stays(admin: TestClient) -> None:
    page = admin.post("/webhooks", data={"url": "ftp://example.com", "label": "报销", "event:loss.closed": "on"}, headers=HTML)

    assert page.status_code == 422
    assert "https://example.com/hooks" in page.text
    assert 'value="ftp://example.com"' in page.text
    assert re.findall(r'name="event:([\w.]+)" checked', page.text) == ["loss.closed"]


def test_a_clerk_is_neither_offered_nor_shown_them(desk: Desk) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    clerk = person(app, Role.CLERK).client
    assert clerk.get("/webhooks", headers=HTML).status_code == 403
    assert 'href="/webhooks"' not in clerk.get("/find", headers=HTML).text
