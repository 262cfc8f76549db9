"""How long the register takes: a page in each order, and the count and sums, with and without filters, on every database.

`python -m benchmarks.register [--rows N] [--rounds N] [--databases sqlite,postgresql] [--keep DIR]`. `--keep` fills databases once, or
takes those of `benchmarks.remembering --keep`, and asks them again the next time. Of the invoices a tenth needs review, a tenth was
confirmed and one of 200 is withdrawn. Each question is asked for the first page of 50 and the one after it, in all five orders. Processor
seconds are those of this process, in which SQLite itself runs: on a busy machine they say what a quiet one would take.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from benchmarks.machine import load_average
from benchmarks.remembering.copying import copied
from benchmarks.remembering.filling import filled
from benchmarks.remembering.world import TODAY
from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, stated
from benchmarks.search import databases, served
from models.access import EVERYTHING, Visibility
from models.register import RegisterCursor, RegisterFilter, RegisterOrder, RegisterSort
from models.register_texts import parse_register
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.register import Register

COLUMNS = ("filter", "invoices", "page p50 ms", "page p95 ms", "page processor p95 ms", "totals ms", "totals processor ms")
ORDERS = (
    *(RegisterOrder(sort) for sort in (RegisterSort.RECEIVED, RegisterSort.ISSUED, RegisterSort.AMOUNT)),
    *(RegisterOrder(sort, descending=False) for sort in (RegisterSort.SELLER, RegisterSort.NUMBER)),
)
_ON_A_PAGE = 50
_VARIED = (
    "UPDATE invoices SET verdict = 'needs_review' WHERE (id >> 10) % 10 = 0",
    "UPDATE invoices SET verdict = 'confirmed' WHERE (id >> 10) % 10 = 1",
    "UPDATE invoices SET withdrawn = 1 WHERE (id >> 10) % 211 = 0",
)
_OF_ALL = {
    "nothing": {},
    "a month": {"date": "2024-03"},
    "a year": {"date": "2023"},
    "needs review": {"verdict": "needs_review,unread"},
    "accepted": {"verdict": "accepted"},
    "one kind of four": {"kind": "vat_special"},
    "tickets, of which there are none": {"kind": "train,digital_railway,taxi,coach"},
    "amounts": {"amount_min": "1200", "amount_max": "1300"},
    "one amount": {"amount": "1234.50"},
    "part of a seller's name": {"seller": "科技"},
    "nobody's name": {"party": "没有这个公司"},
    "text of a brand": {"text": "希尔顿"},
    "text of goods": {"text": "住宿"},
    "text of every third": {"text": "2024"},
    "text of nearly all": {"text": "有限公司"},
    "text of two words": {"text": "希尔顿 住宿"},
    "text of few": {"text": "87654"},
    "text of one character": {"text": "店"},
    "a month, text of goods": {"date": "2024-03", "text": "住宿"},
    "duplicates": {"duplicates": "1"},
    "withdrawn": {"state": "withdrawn"},
    "paper is out": {"paper": "lent,taken"},
    "one department": {"department": "财务部"},
    "a month, needs review": {"date": "2024-03", "verdict": "needs_review"},
    "a kind, a name and amounts": {"kind": "vat_special", "seller": "科技", "amount_min": "1000", "amount_max": "2000"},
}


class Taken(NamedTuple):
    """Seconds by the clock, and of the processor."""

    clock: float
    processor: float


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("register", __doc__)
    parser.add_argument("--rows", type=positive, default=50_000, help="invoices in the catalogue")
    parser.add_argument("--rounds", type=positive, default=3, help="so often is each page asked for")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--databases", type=databases, default=("sqlite", "postgresql"), metavar="NAMES", help="sqlite, postgresql or both")
    parser.add_argument("--keep", type=Path, default=None, metavar="DIR", help="keep the databases here, and ask those that are there")
    options = parser.parse_args(given)
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    tables = []
    with scratch_folder(options) if options.keep is None else nullcontext(options.keep) as folder:
        for name in options.databases:
            with served(name, folder, folder / "postgresql") as catalogue:
                _fill(name, catalogue, folder, options.rows, options.seed)
                tables += [_table(f"{name}, everybody's", catalogue, EVERYTHING, options.rounds)]
                tables += [_table(f"{name}, of one department", catalogue, Visibility(frozenset({"财务部"})), options.rounds)]
    publish(Report("register", stated(options), tuple(tables), (f"Load of the machine while it was measured: {load_average()}",)), options)
    return 0


def _fill(name: str, catalogue: Catalogue, folder: Path, rows: int, seed: int) -> None:
    file = folder / "catalogue.sqlite"
    is_new = catalogue.migrate()
    if name == "postgresql":
        if is_new and file.exists():
            copied(file, catalogue)
            return
        if is_new:
            with served("sqlite", folder, None) as source:
                _fill("sqlite", source, folder, rows, seed)
            copied(file, catalogue)
        return
    if is_new:
        filled(file, rows, seed)
        with catalogue.database.writing() as connection:
            for statement in _VARIED:
                connection.execute(text(statement))


def _table(title: str, catalogue: Catalogue, sees: Visibility, rounds: int) -> Table:
    register = Register(catalogue)
    asked = {name: parse_register(texts, TODAY) for name, texts in {**_OF_ALL, **_some_time(register)}.items()}
    return Table(title, COLUMNS, tuple((name, *_asked(register, each, sees, rounds)) for name, each in asked.items()))


def _some_time(register: Register) -> Mapping[str, Mapping[str, str]]:
    """Days in the middle and at the beginning of the time in which the invoices came in."""
    oldest, newest = (
        register.page(RegisterFilter(), RegisterOrder(RegisterSort.RECEIVED, descends), EVERYTHING, 1).rows[0].invoice.received_at
        for descends in (False, True)
    )
    middle = oldest + (newest - oldest) / 2
    return {
        "received in a fortnight": {
            "received_since": middle.date().isoformat(),
            "received_until": (middle + timedelta(days=14)).date().isoformat(),
        },
        "received first": {"received_until": (oldest + timedelta(days=5)).date().isoformat()},
    }


def _asked(register: Register, asked: RegisterFilter, sees: Visibility, rounds: int) -> tuple[Cell, ...]:
    count = register.totals(asked, sees).count
    totals = [_timed(lambda: register.totals(asked, sees)) for _ in range(rounds)]
    pages: list[Taken] = []
    for order in ORDERS:
        first = register.page(asked, order, sees, _ON_A_PAGE)
        cursors = [None] if first.next is None else [None, RegisterCursor.parse(first.next, order)]
        for cursor in cursors * rounds:
            pages.append(_timed(lambda order=order, cursor=cursor: register.page(asked, order, sees, _ON_A_PAGE, cursor)))  # type: ignore[misc]
    _, processor = percentiles([page.processor for page in pages])
    slowest = (round(1000 * max(taken), 1) for taken in zip(*totals, strict=True))
    return (count, *percentiles([page.clock for page in pages]), processor, *slowest)


def _timed(question: Callable[[], object]) -> Taken:
    clock, processor = time.perf_counter(), time.process_time()
    question()
    return Taken(time.perf_counter() - clock, time.process_time() - processor)


if __name__ == "__main__":
    sys.exit(main())
