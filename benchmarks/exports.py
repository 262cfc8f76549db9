"""How long taking the register out takes, and how much memory: workbook, csv and vouchers of many invoices, and originals as a zip.

`python -m benchmarks.exports [--rows N] [--originals N] [--kilobytes N]`. Invoices are drawn into the catalogue, one to three line items
each; so many of them have an original of random bytes in the archive. Each export is made in a process of its own, through the very code
that jobs run, from the question to the catalogue to the digest of the file; its peak is that of the whole process. A tenth of the originals
is zipped too: memory that stays flat is the same for both.
"""

import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import file_system, peak_megabytes
from benchmarks.report import Cell, Report, Table, arguments, positive, publish, scratch_folder, stated
from benchmarks.synthetic import Archived, archived
from models.archive import invoice_id
from models.export import ExportFormat, ExportWish
from ocr_service.composition import build_service
from ocr_service.exports.chosen import settled
from ocr_service.exports.making import Order, make
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage.catalogue.recording import Read

COLUMNS = ("form", "invoices", "seconds", "processor seconds", "peak MB", "file MB", "left out")
_TOGETHER = 500
"""Documents in a transaction of the filling."""
_TABLES = (ExportFormat.XLSX, ExportFormat.CSV, ExportFormat.VOUCHER)


class Made(NamedTuple):
    """What one export took, in seconds and MB."""

    rows: int
    seconds: float
    processor_seconds: float
    peak: int
    size: float
    left_out: int


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("exports", __doc__)
    parser.add_argument("--rows", type=positive, default=10_000, help="invoices in the catalogue")
    parser.add_argument("--originals", type=positive, default=1_000, help="of them with an original in the archive")
    parser.add_argument("--kilobytes", type=positive, default=300, help="size of each original")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(given)
    with scratch_folder(options) as folder:
        names = fill(folder, options.rows, min(options.originals, options.rows), options.kilobytes, options.seed)
        wishes = [ExportWish(form) for form in _TABLES]
        wishes += [ExportWish(ExportFormat.ZIP, ids=tuple(names[:some])) for some in sorted({max(1, len(names) // 10), len(names)})]
        rows = [_row(wish, alone(folder, wish)) for wish in wishes]
        notes = (f"From the question to the file and its digest, on {file_system(folder)}.",)
    publish(Report("exports", stated(options), (Table("Exports", COLUMNS, tuple(rows)),), notes), options)
    return 0


def fill(folder: Path, rows: int, originals: int, kilobytes: int, seed: int) -> list[str]:
    """An archive with so many invoices; the ids of those that have an original."""
    service, rng = _service(folder), random.Random(seed)
    contents = (rng.randbytes(kilobytes << 10) if place < originals else b"" for place in range(rows))
    drawn = (_kept(service, archived(place, seed, content), content) for place, content in enumerate(contents))
    names: list[str] = []
    while together := list(islice(drawn, _TOGETHER)):
        service.catalogue.record_readings([Read(one.received, one.reading, 1) for one in together])
        names += [invoice_id(one.received.document.digest, 1) for one in together[: max(0, originals - len(names))]]
    service.close()
    return names


def alone(folder: Path, wish: ExportWish) -> Made:
    """Make an export in a fresh process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(measured, folder, wish).result()


def measured(folder: Path, wish: ExportWish) -> Made:
    """Make an export in this process, which has done nothing else."""
    service, path = _service(folder), folder / f"export.{wish.format.suffix}"
    started, used = time.perf_counter(), time.process_time()
    kept, _ = settled(service, wish)
    outcome = make(service, Order(kept, "benchmark", path, 1), lambda done: None)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    peak = peak_megabytes()
    service.close()
    path.unlink()
    return Made(outcome.rows, seconds, used, peak, outcome.size / 1e6, outcome.left_out_in_all)


def _kept(service: ArchiveService, one: Archived, content: bytes) -> Archived:
    if content:
        service.archive.receive(content, one.received.document, one.received.received_at, "benchmark")
    return one


def _row(wish: ExportWish, made: Made) -> tuple[Cell, ...]:
    return (
        wish.format.value,
        made.rows,
        round(made.seconds, 2),
        round(made.processor_seconds, 2),
        made.peak,
        round(made.size, 1),
        made.left_out,
    )


def _service(folder: Path) -> ArchiveService:
    return build_service(Settings(archive=str(folder / "archive")))


if __name__ == "__main__":
    sys.exit(main())
