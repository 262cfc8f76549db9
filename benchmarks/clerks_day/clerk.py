"""Somebody at a page: every step is timed, every page that it comes to is looked at, and what is wrong with one is told."""

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Download, Error, Page, Playwright, Response, ViewportSize, expect

PATIENCE_MILLISECONDS = 60_000
"""How long anything but reading may take before it counts as not coming."""
SIZES: dict[str, ViewportSize] = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
)
"""With a camera that shows Chromium's own picture."""
_TALLEST = 6000
"""Pixels of a page that are still one picture."""
_WORDS = """() => {
  const main = document.querySelector("main").cloneNode(true);
  for (const one of main.querySelectorAll("code, .name, .raw, pre, script, style, textarea, svg")) one.remove();
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) found.push(texts.currentNode.data);
  return found.join(" ");
}"""
_ONWARD = """() => [...document.querySelectorAll("main a[href], main button:not([disabled]), main summary")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
}).length"""
_KEY = re.compile(r"\b[a-z]{2,}(?:_[a-z]+)+\b|\{\w+\}|\bNone\b|\bundefined\b|\bNaN\b", re.ASCII)
"""What a page shows by mistake: the key of a word, a place that was not filled in, no value."""


class WentWrong(Exception):
    """A step cannot be done, or did not do what it is for; the message is what was seen."""


class Step(NamedTuple):
    """One step of a day: what was seen, and whether it worked."""

    name: str
    size: str
    seconds: float
    seen: str
    works: bool


@dataclass
class Clerk:
    """One person with one browser; `steps` is what became of each step so far."""

    page: Page
    size: str
    base: str
    shots: Path | None = None
    steps: list[Step] = field(default_factory=list)
    _trouble: list[str] = field(default_factory=list)
    _expected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self._trouble.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._trouble.append(str(error)))
        self.page.on("response", self._answered)
        self.page.on("dialog", lambda dialog: dialog.accept())

    @property
    def is_phone(self) -> bool:
        """Whether a finger taps, and no keyboard is there."""
        return self.size == "phone"

    def step(self, name: str, act: Callable[[], str], *, expected: tuple[str, ...] = ()) -> bool:
        """Do one step; `expected` are pieces of what the browser's console may complain of."""
        self._expected, self._trouble = expected, []
        sys.stderr.write(f"{self.size}: {name}\n")
        began = time.perf_counter()
        wrong: list[str] = []
        try:
            seen = act()
        except (Error, AssertionError, ValueError, WentWrong) as error:
            seen = f"{self._where()}: {_first_words(str(error))}"
            wrong.append("did not work")
        seconds = time.perf_counter() - began
        wrong += self.look(name)
        told = "; ".join((seen, *dict.fromkeys(wrong))) if wrong else seen
        self.steps.append(Step(name, self.size, round(seconds, 1), told, not wrong))
        return not wrong

    def look(self, name: str) -> list[str]:
        """Look at the page that is shown: take its picture, and say what is wrong with it."""
        try:
            self.page.wait_for_load_state()
            self._picture(name)
            found = [f"shows {key}" for key in dict.fromkeys(_KEY.findall(self.page.evaluate(_WORDS)))]
            if not self.page.evaluate(_ONWARD):
                found.append("no way onward")
            if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append("runs off the side")
        except Error as error:
            found = [f"cannot be looked at: {_first_words(str(error))}"]
        return found + [one for one in self._trouble if not any(each in one for each in self._expected)]

    def go(self, path: str) -> None:
        """Follow a link of the menu."""
        link = self.page.locator(f'header nav a[href="{path}"]')
        if not link.is_visible():
            self.page.locator("header nav details.more > summary").click()
        link.click()
        self.page.wait_for_url(lambda url: url.split("?")[0] == self.base + path)
        self.page.wait_for_load_state()

    def text(self, selector: str) -> str:
        """What stands at a place of the page, in one line."""
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def texts(self, selector: str) -> list[str]:
        """What stands at several places, each in one line."""
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]

    def fetched(self, selector: str) -> bytes:
        """What a click downloads."""
        with self.page.expect_download() as waited:
            self.page.locator(selector).first.click()
        download: Download = waited.value
        return Path(download.path()).read_bytes()

    def wait_until(self, holds: Callable[[], bool], what: str, seconds: float = PATIENCE_MILLISECONDS / 1000) -> None:
        """Look again and again."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise WentWrong(f"{what} did not come within {seconds:.0f} s")
            self.page.wait_for_timeout(200)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._trouble.append(f"{response.status} {response.request.method} {response.url.removeprefix(self.base)}")

    def _where(self) -> str:
        heading = self.page.locator("h1").first
        told = heading.inner_text() if heading.count() else ""
        return f"{self.page.url.removeprefix(self.base)} {' '.join(told.split())}"

    def _picture(self, name: str) -> None:
        if self.shots is None:
            return
        self.shots.mkdir(parents=True, exist_ok=True)
        place = self.shots / f"{self.size}-{len(self.steps) + 1:02}-{name}.png"
        height = int(self.page.evaluate("document.documentElement.scrollHeight"))
        self.page.screenshot(path=place, full_page=height <= _TALLEST)


def opened(playwright: Playwright) -> Browser:
    """Debian's Chromium."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)


def at_work(browser: Browser, size: str, base: str, shots: Path | None) -> tuple[BrowserContext, Clerk]:
    """A person with a fresh browser of this size; the context is closed when the day is over."""
    context = browser.new_context(viewport=SIZES[size], locale="zh-CN", has_touch=size == "phone", base_url=base)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    return context, Clerk(context.new_page(), size, base, shots)


def need(holds: object, told: str) -> None:
    """Raise what was seen unless it is as it should be."""
    if not holds:
        raise WentWrong(told)


def _first_words(text: str) -> str:
    return " ".join(text.split())[:160]
