"""A small clerk's day, really read, at a desk and on a phone: every step works; and a page that is at fault is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from benchmarks.clerks_day.clerk import Clerk, at_work, opened
from benchmarks.clerks_day.day import serving, spend
from benchmarks.clerks_day.folder import SHARES, mixed, shared_out

FILES = 16
SITE = "http://127.0.0.1:9"
"""Nothing listens there: what the pages of a fault are is said by the test."""
GOOD = '<main id="content"><h1>台账</h1><a href="/today">今日</a></main>'


@pytest.fixture(scope="module")
def camera_browser() -> Iterator[Browser]:
    """A Chromium with a camera."""
    with sync_playwright() as playwright:
        running = opened(playwright)
        yield running
        running.close()


@pytest.fixture
def clerk(camera_browser: Browser) -> Iterator[Clerk]:
    """Somebody with a fresh browser."""
    context, person = at_work(camera_browser, "desk", SITE, None)
    yield person
    context.close()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_step_of_a_day_works(camera_browser: Browser, tmp_path: Path, size: str) -> None:
    with serving(tmp_path, workers=1) as base:
        steps = spend(camera_browser, base, size, mixed(FILES, 11), tmp_path, tmp_path / "shots")

    assert [step for step in steps if not step.works] == []
    assert len(steps) >= 28
    assert len(list((tmp_path / "shots").iterdir())) == len(steps)


def shown(clerk: Clerk, body: str, status: int = 200) -> str:
    """What is told of a step that comes to a page of this body."""
    page = f"<!doctype html><html lang=zh><title>.</title><link rel=icon href=data:,>{body}"
    clerk.page.route("**/*", lambda route: route.fulfill(status=status, content_type="text/html; charset=utf-8", body=page))
    clerk.step("某一步", lambda: str(clerk.page.goto(f"{SITE}/review") and "seen"))
    step = clerk.steps[-1]
    assert step.works == (step.seen == "seen"), step
    return step.seen


def test_a_page_that_leads_onward_is_good(clerk: Clerk) -> None:
    assert shown(clerk, GOOD) == "seen"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<header><a href="/today">今日</a></header><main><p>没有需要复核的发票。</p></main>', "no way onward"),
        (GOOD.replace("台账", "vat_special"), "shows vat_special"),
        (GOOD.replace("台账", "共 {count} 张"), "shows {count}"),
        (GOOD.replace("台账", '<div style="width: 3000px">宽</div>'), "runs off the side"),
        (GOOD + "<script>console.error('不行')</script>", "不行"),
        (GOOD + "<script>throw new Error('坏了')</script>", "坏了"),
    ],
)
def test_a_page_at_fault_is_told(clerk: Clerk, body: str, told: str) -> None:
    assert told in shown(clerk, body)


def test_an_error_page_is_told(clerk: Clerk) -> None:
    assert "500 GET /review" in shown(clerk, GOOD, status=500)


def test_what_does_not_come_is_told_with_where_it_was_missed(clerk: Clerk) -> None:
    clerk.page.set_default_timeout(500)
    clerk.page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=GOOD))
    clerk.page.goto(f"{SITE}/register")

    assert not clerk.step("某一步", lambda: clerk.text("#nowhere"))
    assert "/register" in clerk.steps[-1].seen and "#nowhere" in clerk.steps[-1].seen


@pytest.mark.parametrize("count", [1, 5, 16, 200, 333])
def test_so_many_files_are_drawn(count: int) -> None:
    given = shared_out(count)

    assert sum(given.values()) == count
    assert count < len(SHARES) or all(given.values())
    assert count != 200 or given == SHARES
