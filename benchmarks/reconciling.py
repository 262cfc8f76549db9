"""How long a month's export of the tax platform takes against a large archive, and whether every planted difference is found.

`python -m benchmarks.reconciling [--lines N] [--invoices N]`. Of so many archived invoices so many are the month's, received by one
company; the rest is of other months and companies. In the export some lines lack a scan, some scans lack a line, some lines have another
day, amount or party, some are voided, and some have lost their number. The rows of the archive are written into the catalogue at once: what
a page says besides, which no reconciliation asks for, is left out of them.
"""

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from sqlalchemy import insert

from benchmarks.machine import file_system
from benchmarks.report import Cell, Report, Table, arguments, positive, publish, scratch_folder, stated
from models.digest import Digest
from models.own_companies import OwnCompany
from models.reconciliation import LineClass
from ocr_service.companies import add_company
from ocr_service.composition import build_service
from ocr_service.opened import Upload
from ocr_service.reconciling import MOST_LINES, Reconciling
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage.catalogue.tables import documents, invoices, logged_documents, tax_ids

COLUMNS = ("lines", "invoices", "seconds", "processor seconds", "peak MB", "peak MB of what opens files")
FOUND_COLUMNS = ("planted", "lines", "found", "invented")

OURS = "91110108MA0000000X"
_OTHERS = tuple(f"9131{place:014d}" for place in range(2_000))
_MONTH, _DAYS = date(2026, 3, 1), 31
_AT_ONCE = 20_000
_TITLES = (
    *("序号", "发票代码", "发票号码", "数电发票号码", "销方识别号", "销方名称", "购方识别号", "购买方名称", "开票日期"),
    *("金额", "税额", "价税合计"),
    *("发票来源", "发票票种", "发票状态", "是否正数发票", "发票风险等级", "开票人", "备注"),
)
_MISSING, _UNLISTED, _DIFFERS, _VOIDED, _LOST = "missing scan", "missing line", "other contents", "voided", "number lost"
_CLASS_OF = {
    _MISSING: LineClass.STATEMENT_ONLY,
    _UNLISTED: LineClass.ARCHIVE_ONLY,
    _DIFFERS: LineClass.DIFFERS,
    _VOIDED: LineClass.STATUS_CONFLICT,
    _LOST: LineClass.NUMBER_LOST,
}
_SHARES = {_MISSING: 0.01, _UNLISTED: 0.01, _DIFFERS: 0.01, _VOIDED: 0.005, _LOST: 0.001}


class Drawn(NamedTuple):
    """One invoice of the month, and what was planted in it."""

    number: str
    seller: int
    day: date
    net: Decimal
    tax: Decimal
    planted: str = ""


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when a planted difference was missed or one was invented."""
    parser = arguments("reconciling", __doc__)
    parser.add_argument("--lines", type=positive, default=2_000, help="lines of the export")
    parser.add_argument("--invoices", type=positive, default=10_000, help="invoices of the archive")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(given)
    with scratch_folder(options) as folder:
        month = list(draw(options.lines, options.seed))
        fill(folder, month, max(0, options.invoices - len(month)), options.seed)
        export = folder / "export.xlsx"
        write_export(export, month, options.seed)
        # A process of its own, whose peak is that of the reconciliation alone.
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            measured, classes = alone.submit(reconcile, folder, export).result()
        rows = tuple(judged(month, classes))
        notes = (f"From the bytes of the file to the record, its lines indexed, on {file_system(folder)}.",)
    measured_row: tuple[Cell, ...] = (options.lines, options.invoices, *measured)
    tables = (Table("Reconciling", COLUMNS, (measured_row,)), Table("Planted differences", FOUND_COLUMNS, rows))
    publish(Report("reconciling", stated(options), tables, notes), options)
    return int(any(row[2] != row[1] or row[3] for row in rows))


def draw(lines: int, seed: int) -> Iterator[Drawn]:
    """The month's invoices, with differences planted in some; each number is a valid form of its own."""
    rng = random.Random(seed)
    for place in range(lines):
        planted = next((name for name, share in _SHARES.items() if rng.random() < share), "")
        net = Decimal(rng.randrange(100, 10_000_000)).scaleb(-2)
        number = f"26112000{place * 7919 % 10**12:012d}"
        day = _MONTH + timedelta(rng.randrange(_DAYS))
        yield Drawn(number, rng.randrange(len(_OTHERS)), day, net, (net * Decimal("0.13")).quantize(Decimal("0.01")), planted)


def fill(folder: Path, month: Sequence[Drawn], further: int, seed: int) -> None:
    """An archive whose catalogue has the month's invoices but for those whose scan is missing, and so many others."""
    service = _service(folder)
    add_company(service, OwnCompany("某某有限公司", (OURS,)))
    ids = {value: place for place, value in enumerate((OURS, *_OTHERS), 1)}
    with service.catalogue.database.writing() as connection:
        connection.execute(insert(tax_ids), [{"id": place, "value": value} for value, place in ids.items()])
        for index in (*invoices.indexes, *documents.indexes):
            # Built at the end at once, they take a fraction of the time.
            index.drop(connection)
    rows = (_row(place, one, OURS, ids) for place, one in enumerate(month, 1) if one.planted != _MISSING)
    _insert(service, rows)
    _insert(service, (_row(len(month) + place, *other, ids) for place, other in enumerate(_others(further, seed), 1)))
    with service.catalogue.database.writing() as connection:
        for index in (*invoices.indexes, *documents.indexes):
            index.create(connection)
    service.close()


def write_export(path: Path, month: Sequence[Drawn], seed: int) -> None:
    """The platform's workbook of the month, all cells texts; a number that is lost is what a worksheet would have made of it."""
    rng = random.Random(seed + 1)
    workbook = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = workbook.add_worksheet("发票基础信息1")
    for place, title in enumerate(_TITLES):
        sheet.write_string(0, place, title)
    listed = (one for one in month if one.planted != _UNLISTED)
    for row, one in enumerate(listed, 1):
        for place, value in enumerate(_cells(row, _changed(one, rng))):
            sheet.write_string(row, place, value)
    workbook.close()


def reconcile(folder: Path, export: Path) -> tuple[tuple[float, float, int, int], dict[str, set[str]]]:
    """Seconds, this process's processor seconds and peak and its children's in MB; and the numbers of each class but the equal ones."""
    service = _service(folder)
    upload = Upload(export.read_bytes(), export.name)
    started, used = time.perf_counter(), _processor_seconds()
    reconciling = Reconciling.over(service)
    found = reconciling.begin([upload])
    seconds = time.perf_counter() - started
    used = _processor_seconds() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    classes: dict[str, set[str]] = {}
    for one in LineClass:
        if one is not LineClass.EQUAL:
            classes[one.value] = set(_numbers(reconciling, found.id, one))
    service.close()
    return (round(seconds, 1), round(used, 1), peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024), classes


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def judged(month: Sequence[Drawn], classes: dict[str, set[str]]) -> Iterator[tuple[Cell, ...]]:
    """For each sort of difference how many were planted, how many of them were found, and how many lines are said to be so and are not."""
    planted: dict[str, set[str]] = {name: set() for name in _SHARES}
    for one in month:
        if one.planted:
            planted[one.planted].add(one.number)
    for name, numbers in planted.items():
        found = classes.get(_CLASS_OF[name].value, set())
        yield name, len(numbers), len(numbers & found), len(found - numbers)
    named = {one.value for one in _CLASS_OF.values()}
    rest = Counter({name: len(numbers) for name, numbers in classes.items() if name not in named})
    yield "nothing", 0, 0, rest.total()


def _numbers(reconciling: Reconciling, reconciliation_id: str, wanted: LineClass) -> Iterator[str]:
    after = 0
    while page := reconciling.lines(reconciliation_id, wanted, after, MOST_LINES):
        for placed in page:
            line = placed.line
            # The remarks of each row say which invoice it was drawn for.
            archived = "" if line.invoice is None else str(line.invoice.number)
            yield archived if line.entry is None else line.entry.text
        after = page[-1].place


def _service(folder: Path) -> ArchiveService:
    return build_service(Settings(archive=str(folder / "archive"), max_upload_bytes=200_000_000))


def _others(count: int, seed: int) -> Iterator[tuple[Drawn, str]]:
    rng = random.Random(seed + 2)
    for place in range(count):
        is_ours = rng.random() < 0.5
        day = _MONTH - timedelta(rng.randrange(1, 700)) if is_ours else _MONTH + timedelta(rng.randrange(-700, _DAYS))
        net = Decimal(rng.randrange(100, 10_000_000)).scaleb(-2)
        buyer = OURS if is_ours else _OTHERS[rng.randrange(len(_OTHERS))]
        yield Drawn(f"25442000{place:012d}", rng.randrange(len(_OTHERS)), day, net, Decimal(0)), buyer


def _insert(service: ArchiveService, rows: Iterator[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    held: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for row in rows:
        held.append(row)
        if len(held) == _AT_ONCE:
            _write(service, held)
            held = []
    if held:
        _write(service, held)


def _write(service: ArchiveService, held: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    with service.catalogue.database.writing() as connection:
        connection.execute(insert(documents), [document for document, _ in held])
        # Or each would be taken for one that a crash left without its entry, and be given one.
        connection.execute(insert(logged_documents), [{"digest": document["digest"]} for document, _ in held])
        connection.execute(insert(invoices), [invoice for _, invoice in held])


def _row(place: int, one: Drawn, buyer: str, ids: dict[str, int]) -> tuple[dict[str, Any], dict[str, Any]]:
    digest, seller = Digest.of(str(place).encode()).hex, _OTHERS[one.seller]
    document = {
        **{"digest": digest, "file_name": f"{place}.jpg", "media_type": "image/jpeg", "size": 1, "pages": 1, "source": "cli"},
        **{"received_at": datetime(2026, 4, 1, tzinfo=UTC), "state": "done", "version": 1},
    }
    invoice = {
        **{"id": place, "document": digest, "position": 1, "page": 1, "kind": "digital_general", "title": "", "verdict": "accepted"},
        **{"code_key": "", "number": one.number, "number_key": one.number, "issue_day": one.day, "day": one.day},
        **{"seller_name": f"销方{one.seller}", "seller_tax_id": seller, "buyer_name": "某某有限公司", "buyer_tax_id": buyer},
        **{"seller_tax": ids[seller], "buyer_tax": ids[buyer]},
        **{"net_cents": int(one.net * 100), "tax_cents": int(one.tax * 100), "total_cents": int((one.net + one.tax) * 100)},
    }
    return document, invoice


def _changed(one: Drawn, rng: random.Random) -> Drawn:
    """The line as the export has it: of what differs, one thing does."""
    if one.planted != _DIFFERS:
        return one
    return rng.choice(
        (
            _on_another_day(one),
            one._replace(tax=one.tax + Decimal("0.01")),
            one._replace(net=one.net + 1),
            one._replace(seller=(one.seller + 1) % len(_OTHERS)),
        )
    )


def _on_another_day(one: Drawn) -> Drawn:
    return one._replace(day=_MONTH + timedelta((one.day.day + 3) % _DAYS))


def _cells(row: int, one: Drawn) -> tuple[str, ...]:
    number = f"{float(one.number):.4E}" if one.planted == _LOST else one.number
    amounts = (str(one.net), str(one.tax), str(one.net + one.tax))
    state = "已作废" if one.planted == _VOIDED else "正常"
    return (
        *(str(row), "--", "--", number, _OTHERS[one.seller], f"销方{one.seller}", OURS, "某某有限公司", f"{one.day} 10:00:00", *amounts),
        *("电子发票服务平台", "数电发票（普通发票）", state, "是", "正常", "某人", one.number),
    )


if __name__ == "__main__":
    sys.exit(main())
