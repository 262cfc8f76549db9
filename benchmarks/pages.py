"""How long a page takes until something is seen, and what it weighs, with very many invoices in the catalogue.

`python -m benchmarks.pages [--catalogue FILE | --rows N] [--rounds N] [--size desk]`. A real `piaogen serve` over a copy of the SQLite
catalogue of `benchmarks.register --keep DIR` (or one that is filled here) and an archive into which a clerk hands a dozen files, so that
pages of a batch, an invoice and the review desk are there too. Each page is opened so many times in a Chromium that knows its styles;
seconds count from the click to the first content (`paint`) and until the page may be used (`ready`). Its weight is what travels when the
browser knows nothing, everything that the page brings with it.
"""

import shutil
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.clerks_day import handing_in
from benchmarks.clerks_day.clerk import SIZES, Clerk, at_work, opened
from benchmarks.clerks_day.day import serving
from benchmarks.clerks_day.folder import mixed, written
from benchmarks.machine import load_average
from benchmarks.remembering.filling import filled
from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, stated
from models.errors import BadUsage
from storage.archive import InvoiceArchive
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.database import sqlite_url
from storage.filesystem import FileSystemStore

COLUMNS = ("page", "answer p50 ms", "paint p50 ms", "paint p95 ms", "ready p50 ms", "ready p95 ms", "kB", "files")
BAR_MILLISECONDS, BAR_KILOBYTES = 300, 150
_FILES = 16
_NO_CHECKS = {"PIAOGEN_AUDIT_DAYS": "0", "PIAOGEN_DRILL_DAYS": "0"}
"""The archive has not what the catalogue lists."""
_TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [page.responseStart, paint ? paint.startTime : null, page.domContentLoadedEventEnd];
}"""
_WEIGHT = """() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return [all.reduce((sum, one) => sum + one.transferSize, 0), all.length];
}"""
PAGES = {
    "今日": "/today",
    "收票": "/",
    "批次": "/batches",
    "台账": "/register",
    "台账：一个月": "/register?date=2024-03",
    "台账：待复核": "/register?verdict=needs_review%2Cunread",
    "台账：公司名的一部分": "/register?party=%E7%A7%91%E6%8A%80",
    "台账：金额": "/register?amount_min=1200&amount_max=1300",
    "台账：按金额": "/register?sort=-amount",
    "台账：重复": "/register?duplicates=1",
    "查票": "/find",
    "查票：一句话": "/find?sentence=2024%E5%B9%B43%E6%9C%88%20%E7%A7%91%E6%8A%80%201200%E5%9D%97%E5%B7%A6%E5%8F%B3",
    "查票：没有的": "/find?sentence=2019%E5%B9%B47%E6%9C%88%20%E6%9C%88%E7%90%83%E8%BD%A6%E7%A7%9F%E8%B5%81%208%E4%B8%87",
    "待复核": "/review",
    "复核台": "/review/desk",
    "成批确认": "/review/alike",
    "重复": "/duplicates",
    "纸票": "/papers",
    "盘点": "/stocktakings",
    "遗失案": "/losses",
    "开立遗失案": "/losses/new",
    "对账": "/reconciliations",
    "邮件": "/mails",
    "导出": "/exports",
    "手机": "/phone",
    "接口": "/docs",
}


class Measured(NamedTuple):
    """One page: seconds of each round until the answer, the paint and readiness; bytes and files that it brings."""

    answers: list[float]
    paints: list[float]
    ready: list[float]
    size: int
    files: int


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when a page is slower or heavier than it may be."""
    parser = arguments("pages", __doc__)
    parser.add_argument("--catalogue", type=Path, default=None, metavar="FILE", help="a filled SQLite catalogue, which is copied")
    parser.add_argument("--rows", type=positive, default=50_000, help="invoices to fill one with, when none is given")
    parser.add_argument("--rounds", type=positive, default=7, help="so often is each page opened")
    parser.add_argument("--size", choices=tuple(SIZES), default="desk")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args(given)
    with scratch_folder(options) as scratch, sync_playwright() as playwright:
        folder = scratch.resolve()
        database = _catalogue(options.catalogue, folder, options.rows, options.seed)
        before = load_average()
        with serving(folder, 1, PIAOGEN_DATABASE=database, **_NO_CHECKS) as base:
            browser = opened(playwright)
            pages = measured(browser, base, options.size, folder, options.rounds, options.seed)
            browser.close()
    notes = (f"load of the machine before and after: {before}, {load_average()}", f"may take {BAR_MILLISECONDS} ms, {BAR_KILOBYTES} kB")
    rows = {name: _row(page) for name, page in pages.items()}
    publish(Report("pages", stated(options), (Table("Pages", COLUMNS, tuple((name, *row) for name, row in rows.items())),), notes), options)
    return 0 if all(holds(page) for page in pages.values()) else 1


def measured(browser: Browser, base: str, size: str, folder: Path, rounds: int, seed: int) -> dict[str, Measured]:
    """Hand some files in, then open every page again and again."""
    context, clerk = at_work(browser, size, base, None)
    addresses = dict(PAGES) | _handed_in(clerk, folder, seed)
    warm = {name: _opened(context.new_page(), address, rounds) for name, address in addresses.items()}
    found = {}
    for name, address in addresses.items():
        weight = _weighed(browser, context, address)
        answers, paints, ready = ([times[place] / 1000 for times in warm[name]] for place in range(3))
        found[name] = Measured(answers, paints, ready, *weight)
    context.close()
    return found


def _handed_in(clerk: Clerk, folder: Path, seed: int) -> dict[str, str]:
    """A small batch, read, so that its pages and those of one of its invoices are there."""
    handing_in.log_in(clerk)
    drawn = mixed(_FILES, seed)
    handing_in.drop(clerk, written(drawn.files, folder / "files"))
    handing_in.open_batch(clerk)
    handing_in.read(clerk, _FILES)
    batch = clerk.page.url.removeprefix(clerk.base)
    invoice = clerk.page.locator("table.files .found a").first.get_attribute("href") or ""
    return {"一批": batch, "发票": invoice, "复核台：这一张": invoice.replace("/invoices/", "/review/desk/")}


def _opened(page: Page, address: str, rounds: int) -> list[tuple[float, float, float]]:
    """Open it once to warm it, then as often as it is measured; milliseconds of each round."""
    found = []
    for _ in range(rounds + 1):
        answer = page.goto(address, wait_until="load")
        if answer is None or answer.status >= 400:
            raise BadUsage(f"{address} answers {answer and answer.status}")
        page.wait_for_timeout(50)
        answered, paint, ready = page.evaluate(_TIMES)
        found.append((answered, ready if paint is None else paint, ready))
    page.close()
    return found[1:]


def _weighed(browser: Browser, known: BrowserContext, address: str) -> tuple[int, int]:
    """Bytes and files that come when the browser knows nothing but who is there."""
    page = known.pages[0]
    base = page.url.split("/", 3)
    fresh = browser.new_context(viewport=page.viewport_size, locale="zh-CN", base_url="/".join(base[:3]))
    cookies: list[Any] = list(known.cookies())
    fresh.add_cookies(cookies)
    opened_page = fresh.new_page()
    opened_page.goto(address, wait_until="load")
    size, files = opened_page.evaluate(_WEIGHT)
    fresh.close()
    return int(size), int(files)


def _row(page: Measured) -> tuple[Cell, ...]:
    (answer, _), paint, ready = percentiles(page.answers), percentiles(page.paints), percentiles(page.ready)
    return (answer, *paint, *ready, round(page.size / 1000, 1), page.files)


def holds(page: Measured) -> bool:
    """Whether half of the rounds showed something soon enough, and the page is light enough."""
    middle, _ = percentiles(page.paints)
    return middle <= BAR_MILLISECONDS and page.size <= 1000 * BAR_KILOBYTES


def _catalogue(given: Path | None, folder: Path, rows: int, seed: int) -> str:
    """A catalogue of the archive in this folder, which holds none of its documents; its address."""
    database = folder / "catalogue.sqlite"
    if given is not None:
        for ending in ("", "-wal"):
            if (source := given.with_name(given.name + ending)).exists():
                shutil.copyfile(source, database.with_name(database.name + ending))
    catalogue = Catalogue(sqlite_url(database))
    catalogue.migrate()
    if given is None:
        filled(database, rows, seed)
    archive = InvoiceArchive(FileSystemStore(folder / "archive"))
    archive.open()
    catalogue.own(archive.take_identity(uuid.uuid4().hex))
    catalogue.close()
    return sqlite_url(database)


if __name__ == "__main__":
    sys.exit(main())
