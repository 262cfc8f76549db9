"""How long a page takes until something is seen, and what it weighs, with very many invoices in the catalogue.

`python -m benchmarks.pages [--catalogue FILE | --rows N] [--rounds N] [--size desk]`. The application is served over a copy of the SQLite
catalogue of `benchmarks.register --keep DIR`, or of one that is filled here, for a clerk who sees everything. A scan is handed in, so that
pages of a batch, an invoice and the review desk are there too; who reads it is scripted. Each page is opened so many times in a Chromium
that knows its styles; seconds count from the click to the first content (`paint`) and until the page may be used (`ready`), processor
seconds are those of the process that serves. Its weight is what travels when the browser knows nothing; pictures of papers,
which weigh what was scanned, stand beside it.
"""

import shutil
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.access import SESSION_COOKIE
from api.app import create_app
from benchmarks.clerks_day.clerk import SIZES, opened
from benchmarks.machine import load_average
from benchmarks.remembering.filling import filled
from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, stated
from models.access import Role
from models.digest import Digest
from models.errors import BadUsage
from ocr_service.activity import Activity
from ocr_service.indexing import ArchiveIndex
from ocr_service.logs import log_to_stderr
from ocr_service.service import ArchiveService
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.catalogue.batches import Batches
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.database import sqlite_url
from storage.catalogue.log_index import LogIndex
from storage.catalogue.queue import LeaseQueue
from storage.filesystem import FileSystemStore
from tests.support.decoding import shared_decoder
from tests.support.example_reading import SCAN, example_invoice, reading_of
from tests.support.logins import person
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, settings_in
from tests.support.served import served

COLUMNS = (
    "page",
    "processor ms",
    "answer p50 ms",
    "paint p50 ms",
    "paint p95 ms",
    "ready p50 ms",
    "ready p95 ms",
    "kB",
    "kB of papers",
    "files",
)
BAR_MILLISECONDS, BAR_KILOBYTES = 300, 150
_PATIENCE = 120_000
_READER = ScriptedReader()
_READER.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, example_invoice())
_TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [page.responseStart, paint ? paint.startTime : null, page.domContentLoadedEventEnd];
}"""
_WEIGHT = """() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const sum = (some) => some.reduce((bytes, one) => bytes + one.transferSize, 0);
  const pictures = all.filter((one) => /\\/(preview|thumbnail|crops\\/\\w+)$/.test(one.name));
  return [sum(all) - sum(pictures), sum(pictures), all.length];
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
    """One page: seconds of each round until the answer, the paint and readiness, processor seconds; bytes besides papers,
    those of pictures of papers, and files."""

    answers: list[float]
    paints: list[float]
    ready: list[float]
    used: float
    size: int
    pictures: int
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
    log_to_stderr()
    with scratch_folder(options) as scratch, sync_playwright() as playwright:
        folder = scratch.resolve()
        database = _catalogue(options.catalogue, folder, options.rows, options.seed)
        before = load_average()
        with _served(folder, database) as (base, token, more):
            browser = opened(playwright)
            pages = measured(browser, base, token, PAGES | more, options.size, options.rounds)
            browser.close()
    notes = (
        f"load of the machine before and after: {before}, {load_average()}",
        f"a page may take {BAR_MILLISECONDS} ms and weigh {BAR_KILOBYTES} kB besides its papers",
    )
    rows = {name: _row(page) for name, page in pages.items()}
    publish(Report("pages", stated(options), (Table("Pages", COLUMNS, tuple((name, *row) for name, row in rows.items())),), notes), options)
    return 0 if all(holds(page) for page in pages.values()) else 1


def measured(browser: Browser, base: str, token: str, addresses: Mapping[str, str], size: str, rounds: int) -> dict[str, Measured]:
    """Open every page again and again in a browser that knows it, and once in one that knows nothing."""
    found = {}
    known = _context(browser, base, token, size)
    for name, address in addresses.items():
        page = known.new_page()
        times, used = _opened(page, address, rounds)
        page.close()
        fresh = _context(browser, base, token, size)
        weight = _weighed(fresh.new_page(), address)
        fresh.close()
        answers, paints, ready = ([each[place] / 1000 for each in times] for place in range(3))
        found[name] = Measured(answers, paints, ready, used, *weight)
    known.close()
    return found


def _context(browser: Browser, base: str, token: str, size: str) -> BrowserContext:
    context = browser.new_context(viewport=SIZES[size], locale="zh-CN", base_url=base)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    return context


@contextmanager
def _served(folder: Path, database: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The application over the catalogue: its address, the token of a clerk's session, and the pages of what was handed in."""
    settings = settings_in(folder)
    archive = InvoiceArchive(FileSystemStore(folder / "archive"))
    archive.open()
    catalogue = Catalogue(database)
    queue, decoder = LeaseQueue(catalogue), shared_decoder(settings.max_upload_bytes)
    service = ArchiveService(
        archive=archive,
        catalogue=catalogue,
        queue=queue,
        batches=Batches(catalogue),
        index=ArchiveIndex(archive, catalogue, queue, decoder.media_type),
        activity=Activity(ActivityLog(archive.store), LogIndex(catalogue)),
        decoder=decoder,
        reader=lambda: _READER,
        weights_ready=lambda: True,
    )
    app = create_app(service, settings=settings)
    with served(app) as base:
        clerk = person(app, Role.CLERK).client
        batch = clerk.post("/v1/uploads", files=[("files", (SCAN.name, SCAN.read_bytes()))]).json()["id"]
        read_everything(service, folder)
        invoice = service.invoices_of(Digest.of(SCAN.read_bytes()))[0].id
        pages = {"一批": f"/batches/{batch}", "发票": f"/invoices/{invoice}", "复核台：这一张": f"/review/desk/{invoice}"}
        yield base, clerk.cookies[SESSION_COOKIE], pages
    service.close()


def _opened(page: Page, address: str, rounds: int) -> tuple[list[tuple[float, float, float]], float]:
    """Open it once to warm it, then as often as it is measured; milliseconds of each round, and processor seconds of one."""
    found = []
    used = 0.0
    for turn in range(rounds + 1):
        if turn == 1:
            used = time.process_time()
        answer = page.goto(address, wait_until="load", timeout=_PATIENCE)
        if answer is None or answer.status >= 400:
            raise BadUsage(f"{address} answers {answer and answer.status}")
        page.wait_for_timeout(50)
        answered, paint, ready = page.evaluate(_TIMES)
        found.append((answered, ready if paint is None else paint, ready))
    return found[1:], (time.process_time() - used) / rounds


def _weighed(page: Page, address: str) -> tuple[int, int, int]:
    """Bytes and files that come when the browser knows nothing but who is there."""
    page.goto(address, wait_until="load", timeout=_PATIENCE)
    size, pictures, files = page.evaluate(_WEIGHT)
    return int(size), int(pictures), int(files)


def _row(page: Measured) -> tuple[Cell, ...]:
    (answer, _), paint, ready = percentiles(page.answers), percentiles(page.paints), percentiles(page.ready)
    return (round(1000 * page.used), answer, *paint, *ready, round(page.size / 1000, 1), round(page.pictures / 1000, 1), page.files)


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
