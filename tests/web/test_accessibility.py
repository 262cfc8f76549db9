"""Every page, in both languages, on a desk and a phone, light and dark: axe finds nothing, and nothing runs off the side."""

import re
from collections.abc import Iterator
from html import unescape
from importlib.resources import files
from itertools import product
from typing import Literal, NamedTuple, TypedDict

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Browser, ViewportSize

from api.app import create_app
from models.digest import Digest
from tests.support.example_reading import NUMBER, SCAN, example_invoice, reading_of, unread
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in, settings_in
from tests.support.served import served
from tests.web.test_browser import browser

__all__ = ["browser"]

ColorScheme = Literal["light", "dark"]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LANGUAGES = ("zh", "en")
SIZES: dict[str, ViewportSize] = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
HTML = {"Accept": "text/html"}
STATES = (
    "/find?text=没有这样的发票&amount=88",
    "/find?date=2025-13",
    "/find?q=去年三月 苏州 酒店 一千二左右",
    "/no-such-page",
    f"/invoices/{'f' * 64}-1-1",
)
"""Pages that no link leads to: nothing found, what was typed wrongly, what is not there."""
OF_EACH_ROUTE = 2
"""So many pages of one route are looked at: an invoice that was read and one that was not are one template."""
_LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')


class Site(NamedTuple):
    """A service that has seen something of everything, and the addresses of its pages."""

    base: str
    addresses: list[str]


class Violation(TypedDict):
    """What axe says of a page."""

    id: str
    nodes: list[dict[str, object]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    reader = ScriptedReader()
    reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, example_invoice())
    reader.scripts[Digest.of(a_picture(0))] = unread
    service = service_in(folder, reader)
    app = create_app(service, settings=settings_in(folder))
    with served(app) as base, httpx.Client(base_url=base, headers=HTML, follow_redirects=True, timeout=60) as client:
        sent = [("files", (SCAN.name, SCAN.read_bytes())), ("files", ("a.png", a_picture(0))), ("files", ("名单.txt", b"no picture"))]
        client.post("/uploads", files=sent)
        read_everything(service, folder)
        client.post("/uploads", files=[("files", ("b.png", a_picture(1)))])
        lost = {"lost": "invoice_and_deduction", "lost_by": "王样", "discovered_on": "2026-03-02", "kind": "vat_special", "number": NUMBER}
        client.post("/losses", data=lost)
        client.post("/stocktakings", data={"box": "2026-01"})
        client.post("/webhooks", data={"url": "https://example.com/", "label": "报销"})
        yield Site(base, _addresses(client, app))
    service.catalogue.close()


def _addresses(client: httpx.Client, app: FastAPI) -> list[str]:
    """Pages by the links that lead to them, a few of each route."""
    seen: dict[str, int] = {}
    found: list[str] = []
    waiting = ["/", "/today", "/find", "/login", *STATES]
    while waiting:
        address = waiting.pop(0)
        route = _route(app, address)
        if address in found or seen.get(route, 0) >= OF_EACH_ROUTE + (len(STATES) if address in STATES else 0):
            continue
        answer = client.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        seen[route] = seen.get(route, 0) + 1
        found.append(address)
        links = map(unescape, _LINK.findall(answer.text))
        waiting += [link for link in links if not link.startswith("/v1/") and "lang=" not in link]
    return found


def _route(app: FastAPI, address: str) -> str:
    path = address.partition("?")[0]
    for route in iter_route_contexts(app.routes):
        if route.path and "GET" in (route.methods or ()) and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path), path):
            return route.path
    return path


@pytest.mark.parametrize(("language", "size", "scheme"), list(product(LANGUAGES, SIZES, SCHEMES)))
def test_axe_finds_nothing_on_any_page(site: Site, browser: Browser, language: str, size: str, scheme: ColorScheme) -> None:
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, base_url=site.base)
    context.add_cookies([{"name": "piaogen_language", "value": language, "url": site.base}])
    wrong: list[str] = []
    try:
        page = context.new_page()
        for address in site.addresses:
            page.goto(address)
            page.evaluate(AXE)
            violations: list[Violation] = page.evaluate("axe.run({resultTypes: ['violations']}).then(result => result.violations)")
            wrong += [f"{address}: {each['id']} {[node['html'] for node in each['nodes'][:2]]}" for each in violations]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wrong.append(f"{address}: runs off the side")
    finally:
        context.close()

    assert wrong == []


def test_all_of_it_was_looked_at(site: Site) -> None:
    seen = {address.partition("?")[0].split("/")[1] for address in site.addresses}

    assert {
        "",
        "today",
        "find",
        "review",
        "invoices",
        "losses",
        "stocktakings",
        "webhooks",
        "people",
        "keys",
        "log",
        "docs",
        "login",
    } <= seen
