"""How long a clerk waits for an answer: a catalogue of many invoices, asked by what people remember.

`python -m benchmarks.search [--rows N] [--queries N]`. Every question is made from an invoice that is there; `sought` says how often it was
among the 20 hits that are shown, which vague clues cannot promise.
"""

import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median

from benchmarks.machine import file_system
from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, share, stated
from benchmarks.synthetic import archive_of, archived
from models.clues import AmountClue, Clues, DateClue
from models.invoice import Invoice
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.database import sqlite_url

COLUMNS = ("clue", "p50 ms", "p95 ms", "hits", "sought")
FILL_COLUMNS = ("filling", "documents", "seconds", "a second", "MB")


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("search", __doc__)
    parser.add_argument("--rows", type=positive, default=20_000, help="documents in the catalogue")
    parser.add_argument("--queries", type=positive, default=50, help="questions of each kind")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(given)
    with scratch_folder(options) as folder:
        report = measure(folder, options.rows, options.queries, options.seed, stated(options))
    publish(report, options)
    return 0


def measure(folder: Path, rows: int, queries: int, seed: int, options: dict[str, Cell]) -> Report:
    """Fill a catalogue in `folder` and ask it."""
    path = folder / "catalogue.sqlite"
    catalogue = Catalogue(sqlite_url(path))
    try:
        catalogue.migrate()
        seconds = _fill(catalogue, rows, seed)
        rng = random.Random(seed)
        sought = [archived(rng.randrange(rows), seed).invoice for _ in range(queries)]
        asked = tuple(_ask(catalogue, name, [make(invoice, rng) for invoice in sought], sought) for name, make in QUESTIONS.items())
    finally:
        catalogue.close()
    size = sum(file.stat().st_size for file in folder.iterdir())
    filling = ("one transaction a document", rows, round(seconds, 1), round(rows / seconds), round(size / 1e6, 1))
    notes = (f"Filling is the time inside Catalogue.record_reading on {file_system(folder)}, every document durable by itself.",)
    return Report("search", options, (Table("Search", COLUMNS, asked), Table("Filling", FILL_COLUMNS, (filling,))), notes)


def _fill(catalogue: Catalogue, rows: int, seed: int) -> float:
    seconds = 0.0
    for received, reading in archive_of(rows, seed):
        begun = time.perf_counter()
        catalogue.record_reading(received, reading, 1)
        seconds += time.perf_counter() - begun
    return seconds


def _ask(catalogue: Catalogue, name: str, clues: Sequence[Clues], sought: Sequence[Invoice]) -> tuple[Cell, ...]:
    seconds, hits, found = [], [], 0
    for clue, invoice in zip(clues, sought, strict=True):
        begun = time.perf_counter()
        answer = catalogue.find(clue)
        seconds.append(time.perf_counter() - begun)
        hits.append(len(answer))
        found += any(hit.invoice.number == invoice.value("invoice_number") for hit in answer)
    return (name, *percentiles(seconds), round(median(hits)), share(found, len(sought)))


def _number(invoice: Invoice) -> str:
    return invoice.value("invoice_number") or ""


def _part(invoice: Invoice, rng: random.Random) -> str:
    number = _number(invoice)
    start = rng.randrange(len(number) - 5)
    return number[start : start + 6]


def _pattern(invoice: Invoice, rng: random.Random) -> str:
    """The first digits, one that is illegible, one that is known, and any others."""
    number, gap = _number(invoice), rng.randrange(3, 5)
    return f"{number[:gap]}?{number[gap + 1 : gap + 3]}*"


def _two_characters(invoice: Invoice, rng: random.Random) -> str:
    name = invoice.value("seller_name") or ""
    start = rng.randrange(len(name) - 1)
    return name[start : start + 2]


def _about(invoice: Invoice) -> AmountClue:
    """The total as it is remembered: its first three digits."""
    return AmountClue.parse(f"{Decimal(invoice.value('tax_inclusive_amount') or 0):.3g}~")


def _month(invoice: Invoice) -> DateClue:
    return DateClue.parse((invoice.value("issue_date") or "")[:7])


QUESTIONS: Mapping[str, Callable[[Invoice, random.Random], Clues]] = {
    "number, whole": lambda invoice, _: Clues(number=_number(invoice)),
    "number, six digits of it": lambda invoice, rng: Clues(number=_part(invoice, rng)),
    "number, pattern with ? and *": lambda invoice, rng: Clues(number=_pattern(invoice, rng)),
    "seller, two characters": lambda invoice, rng: Clues(seller=_two_characters(invoice, rng)),
    "seller, two characters, and month": lambda invoice, rng: Clues(seller=_two_characters(invoice, rng), date=_month(invoice)),
    "amount, about": lambda invoice, _: Clues(amount=_about(invoice)),
    "month and amount, about": lambda invoice, _: Clues(date=_month(invoice), amount=_about(invoice)),
    "text, an item's name": lambda invoice, _: Clues(text=(invoice.items[0].name or "").rpartition("*")[2]),
    "text, drawer and six digits": lambda invoice, rng: Clues(text=f"{invoice.value('drawer') or ''} {_part(invoice, rng)}"),
    "seller, month and amount, about": lambda invoice, rng: Clues(
        seller=_two_characters(invoice, rng), date=_month(invoice), amount=_about(invoice)
    ),
    "tax id, whole": lambda invoice, _: Clues(tax_id=invoice.value("seller_tax_id")),
    "no clue: the newest": lambda *_: Clues(),
}
"""Each makes its clues from an invoice that is there."""


if __name__ == "__main__":
    sys.exit(main())
