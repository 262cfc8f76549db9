"""How long a clerk waits for an answer: a catalogue of many invoices, asked by what people remember, on every database.

`python -m benchmarks.search [--rows N] [--queries N] [--databases sqlite,postgresql]`. Every question is made from an invoice that is
there; `sought` says how often it was among the 20 hits that are shown, which vague clues cannot promise. `--keep DIR` fills databases
once and asks them again the next time. With `--departments N` each of so many departments handed in its share, and one of them asks.
"""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.catalogue_size import SIZE_COLUMNS, sizes
from benchmarks.machine import file_system
from benchmarks.questions import QUESTIONS, Question
from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, share, stated
from benchmarks.synthetic import archive_of, archived
from models.access import EVERYTHING, Visibility
from models.invoice import Invoice
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.database import sqlite_url
from storage.catalogue.recording import Read
from tests.support.postgresql import postgresql

COLUMNS = ("clue", "database", "p50 ms", "p95 ms", "max ms", "hits", "sought")
FILL_COLUMNS = ("database", "documents", "seconds", "a second")

_DATABASES = ("sqlite", "postgresql")
_TOGETHER = 500
"""Documents in a transaction of the filling, as `piaogen rebuild` takes them."""

_SERVER = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "max_wal_size": "4GB", "random_page_cost": "1.1"}
"""PostgreSQL as on a machine with an SSD and some memory; everything else is its default, and what it acknowledges is durable."""


def databases(text: str) -> tuple[str, ...]:
    """Names of databases, for `type=` of an argument."""
    names = tuple(text.split(","))
    if unknown := set(names) - set(_DATABASES):
        raise ValueError(f"no database {unknown}")
    return names


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("search", __doc__)
    parser.add_argument("--rows", type=positive, default=20_000, help="documents in the catalogue")
    parser.add_argument("--queries", type=positive, default=50, help="questions of each kind")
    parser.add_argument("--departments", type=positive, default=1, help="whose documents they are; 1 is nobody's in particular")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--databases", type=databases, default=_DATABASES, metavar="NAMES", help="sqlite, postgresql or both")
    parser.add_argument("--keep", type=Path, default=None, metavar="DIR", help="keep the databases here, and ask those that are there")
    options = parser.parse_args(given)
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    with scratch_folder(options) if options.keep is None else nullcontext(options.keep) as folder:
        server = None if options.keep is None else folder / "postgresql"
        corpus = Corpus(options.rows, options.seed, options.departments)
        report = measure(folder, server, options.databases, corpus, options.queries, stated(options))
    publish(report, options)
    return 0


class Corpus(NamedTuple):
    """How many documents, drawn from which seed, and how many departments handed them in by turns (1: nobody in particular)."""

    rows: int
    seed: int
    departments: int = 1

    def documents(self) -> Iterator[Read]:
        """All of them, as they are indexed."""
        for number, (received, reading) in enumerate(archive_of(self.rows, self.seed)):
            whose = None if self.departments == 1 else f"部门{number % self.departments}"
            yield Read(replace(received, department=whose), reading, 1)

    @property
    def sees(self) -> Visibility:
        """What whoever asks sees: everything, or the first department's."""
        return EVERYTHING if self.departments == 1 else Visibility(frozenset({"部门0"}))

    def one(self, rng: random.Random) -> Invoice:
        """An invoice that whoever asks may see."""
        return archived(rng.randrange(0, self.rows, self.departments), self.seed).invoice


def measure(folder: Path, server: Path | None, names: Sequence[str], corpus: Corpus, queries: int, options: dict[str, Cell]) -> Report:
    """Fill the catalogues and ask them: the file in `folder`, the server's data in `server` or where temporary files go."""
    rows, seed = corpus.rows, corpus.seed
    rng = random.Random(seed)
    sought = [corpus.one(rng) for _ in range(queries)]
    asked: dict[str, dict[str, tuple[Cell, ...]]] = {}
    filled: list[tuple[Cell, ...]] = []
    size: list[tuple[Cell, ...]] = []
    for name in names:
        with served(name, folder, server) as catalogue:
            new = catalogue.migrate()
            if new:
                filled.append((name, rows, *_fill(catalogue, corpus)))
            # Each question has a generator of its own, so that every database is asked the same.
            asked[name] = {
                clue: _ask(catalogue, question, sought, random.Random(f"{seed}/{clue}"), corpus.sees)
                for clue, question in QUESTIONS.items()
            }
            size += sizes(name, catalogue.database, rows)
    answers = tuple((clue, name, *asked[name][clue]) for clue in QUESTIONS for name in names)
    notes = (
        f"Filling is the time inside Catalogue.record_readings on {file_system(folder)}, {_TOGETHER} documents in a durable transaction.",
        "PostgreSQL: " + ", ".join(f"{name} {value}" for name, value in _SERVER.items()) + ", all else its default, behind a Unix socket.",
        "The first answer of each kind is not counted: it finds caches cold and statements not compiled.",
    )
    tables = (Table("Search", COLUMNS, answers), Table("Filling", FILL_COLUMNS, tuple(filled)), Table("Size", SIZE_COLUMNS, tuple(size)))
    return Report("search", options, tables, notes)


@contextmanager
def served(name: str, folder: Path, data: Path | None) -> Iterator[Catalogue]:
    """A catalogue on SQLite in `folder`, or on a PostgreSQL of its own over `data`."""
    if name == "sqlite":
        catalogue = Catalogue(sqlite_url(folder / "catalogue.sqlite"))
        try:
            yield catalogue
        finally:
            catalogue.close()
        return
    with postgresql(_SERVER, data) as server:
        catalogue = Catalogue(server.url("postgres"))
        try:
            yield catalogue
        finally:
            catalogue.close()


def _fill(catalogue: Catalogue, corpus: Corpus) -> tuple[Cell, ...]:
    seconds = 0.0
    documents = corpus.documents()
    while some := list(islice(documents, _TOGETHER)):
        begun = time.perf_counter()
        catalogue.record_readings(some)
        seconds += time.perf_counter() - begun
    return round(seconds, 1), round(corpus.rows / seconds)


def _ask(catalogue: Catalogue, question: Question, sought: Sequence[Invoice], rng: random.Random, sees: Visibility) -> tuple[Cell, ...]:
    clues = [question(invoice, rng) for invoice in sought]
    seconds, hits, found = [], [], 0
    for clue, invoice in zip((clues[0], *clues), (None, *sought), strict=True):
        begun = time.perf_counter()
        answer = catalogue.find(clue, sees)
        taken = time.perf_counter() - begun
        if invoice is None:
            continue
        seconds.append(taken)
        hits.append(len(answer))
        found += any(hit.invoice.number == invoice.value("invoice_number") for hit in answer)
    return (*percentiles(seconds), round(1000 * max(seconds), 1), round(median(hits)), share(found, len(sought)))


if __name__ == "__main__":
    sys.exit(main())
