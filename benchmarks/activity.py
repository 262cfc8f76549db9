"""Whether an audit finds every edit of the activity log, and what the log costs an upload.

`python -m benchmarks.activity [--entries N] [--edits N] [--uploads N]`. A log of so many entries, each in a block of its own, is edited in
so many places at a time in each of the ways, and audited with the head that was kept. Cutting off is one edit a time: once on a short log
for each of the places, and a few times on the long one. Uploads are pictures of 300 KB, in turns with the log and without.
"""

import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, stated
from benchmarks.storage import stores_in
from benchmarks.uploads import large_pictures
from models.activity import LogEntry, LogHead
from models.archive import Received
from models.digest import Digest
from ocr_service.activity import Activity
from ocr_service.composition import build_service
from ocr_service.logs import log_to_stderr
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.log_audit import audit_log
from storage.log_records import block_from_bytes, block_name_of, block_to_bytes, entry_leaf
from storage.object_store import ObjectStore
from tests.support.memory_store import MemoryStore

EDIT_COLUMNS = ("edit", "log entries", "edits", "found", "false", "audit s")
COST_COLUMNS = ("store", "clients", "uploads", "without p50 ms", "without p95 ms", "with p50 ms", "with p95 ms", "p95 x")

_A_DAY = 1_000
"""Entries of a day."""
_FIRST_DAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_LONG_CUTS = 5
_CLIENTS = (1, 8)

Objects = dict[str, bytes]
Edit = Callable[[Objects, list[str], int], set[str]]
"""Edits the block at a place among the keys; the keys of which a finding tells that it was found."""


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when an edit was not found, or something was found that nobody did."""
    parser = arguments("activity", __doc__)
    parser.add_argument("--entries", type=positive, default=100_000)
    parser.add_argument("--edits", type=positive, default=1_000, help="edits of each kind")
    parser.add_argument("--uploads", type=int, default=200, help="uploads with the log and as many without; 0 for none")
    options = parser.parse_args(given)
    log_to_stderr()
    edits = measure_edits(options.entries, options.edits)
    tables = [Table("Edits", EDIT_COLUMNS, tuple(edits))]
    with scratch_folder(options) as folder:
        if options.uploads:
            tables.append(Table("Uploads", COST_COLUMNS, tuple(measure_cost(folder, options.uploads))))
    publish(Report("activity", stated(options), tuple(tables), ()), options)
    return int(any(row[2] != row[3] or row[4] for row in edits))


def measure_edits(entries: int, edits: int) -> list[tuple[Cell, ...]]:
    """A row for each way to edit a log."""
    objects, head = _log(entries)
    keys = sorted(objects)
    # Not next to each other, and neither first nor last: one edit must not hide another.
    places = random.Random(7).sample(range(1, len(keys) - 2, 3), min(edits, (len(keys) - 3) // 3))
    rows = [_row(name, edit, objects, keys, places, head, entries) for name, edit in WAYS.items()]
    short, short_head = _log(edits + 1)
    rows.append(_cuts(short, short_head, range(1, len(short)), edits + 1))
    rows.append(_cuts(objects, head, random.Random(8).sample(range(1, len(keys)), _LONG_CUTS), entries))
    return rows


def _log(entries: int) -> tuple[Objects, LogHead]:
    now = _FIRST_DAY
    store = MemoryStore()
    log = ActivityLog(store, lambda: now)
    head = None
    for number in range(entries):
        if number and number % _A_DAY == 0:
            now += timedelta(days=1)
        head = log.append(LogEntry(now, f"user:{number % 7}", "original.viewed", f"invoice-{number}", {"page": 1}))
    assert head is not None
    return store.objects, head


def _row(name: str, edit: Edit, objects: Objects, keys: list[str], places: Sequence[int], head: LogHead, entries: int) -> tuple[Cell, ...]:
    edited = dict(objects)
    signs = [edit(edited, keys, place) for place in places]
    begun = time.perf_counter()
    named = _named(edited, head)
    seconds = time.perf_counter() - begun
    found = sum(bool(sign & named) for sign in signs)
    false = named - set().union(*signs)
    return name, entries, len(places), found, len(false), round(seconds, 1)


def _cuts(objects: Objects, head: LogHead, lengths: Iterable[int], entries: int) -> tuple[Cell, ...]:
    keys = sorted(objects)
    lengths = list(lengths)
    begun = time.perf_counter()
    found = sum(bool(_named({key: objects[key] for key in keys[:length]}, head)) for length in lengths)
    return "cut off", entries, len(lengths), found, 0, round(time.perf_counter() - begun, 1)


def _named(objects: Objects, head: LogHead) -> set[str]:
    store = MemoryStore()
    store.objects = objects
    return {finding.key for finding in audit_log(InvoiceArchive(store), head, with_documents=False).findings}


def _change(objects: Objects, keys: list[str], place: int) -> set[str]:
    """Another name under an entry; whoever did it knows the format, and made the block's own tree fit."""
    key, before = keys[place], keys[place - 1]
    block = block_from_bytes(objects[key], key)
    if not block.entries:
        objects[key] = block_to_bytes(replace(block, nonce="0" * 16))
        return {key}
    tree = block_from_bytes(objects[before], before)
    start = tree.tree if tree.next_day is None else type(tree.tree)()
    entries = tuple(replace(entry, actor="user:nobody") for entry in block.entries)
    objects[key] = block_to_bytes(replace(block, entries=entries, tree=start.grown(map(entry_leaf, entries))))
    return {key}


def _flip(objects: Objects, keys: list[str], place: int) -> set[str]:
    content = bytearray(objects[keys[place]])
    content[len(content) // 2] ^= 1
    objects[keys[place]] = bytes(content)
    return {keys[place]}


def _remove(objects: Objects, keys: list[str], place: int) -> set[str]:
    del objects[keys[place]]
    return {keys[place], _on_day_of(keys[place - 1], keys[place])}


def _swap(objects: Objects, keys: list[str], place: int) -> set[str]:
    one, other = keys[place], keys[place + 1]
    objects[one], objects[other] = objects[other], objects[one]
    return {one, other}


def _put_in(objects: Objects, keys: list[str], place: int) -> set[str]:
    """A block between two, under a number that is taken, on a later day of the same log."""
    name = block_name_of(keys[place])
    assert name is not None
    key = replace(name, day=name.day + timedelta(days=2)).key
    objects[key] = objects[keys[place]]
    return {key}


def _on_day_of(earlier: str, key: str) -> str:
    one, other = block_name_of(earlier), block_name_of(key)
    assert one is not None
    assert other is not None
    return replace(other, day=one.day).key


WAYS: dict[str, Edit] = {"changed": _change, "bit flipped": _flip, "removed": _remove, "reordered": _swap, "put in": _put_in}


class _Unlogged(Activity):
    """Uploads as they were before there was a log."""

    def begin_upload(self, received: Received, *, is_new: bool, source: str, batch: str | None) -> "Future[LogHead | None]":
        """Done at once."""
        done: Future[LogHead | None] = Future()
        done.set_result(None)
        return done


def measure_cost(folder: Path, uploads: int) -> list[tuple[Cell, ...]]:
    """A row for each store and number of clients."""
    rows: list[tuple[Cell, ...]] = []
    with stores_in(folder) as stores:
        for place, (name, open_store) in enumerate(stores.items()):
            for clients in _CLIENTS:
                settings = Settings(archive=str(folder / f"catalogue-{place}-{clients}"))
                service = _over(build_service(settings), open_store(f"uploads-{clients}"))
                contents = large_pictures(2 * uploads, seed=place * 10 + clients)
                without, logged = _timed_in_turns(service, contents, clients)
                figures = (*percentiles(without), *percentiles(logged))
                rows.append((name, clients, uploads, *figures, round(figures[3] / figures[1], 2)))
                service.catalogue.close()
    return rows


def _over(service: ArchiveService, store: ObjectStore) -> ArchiveService:
    archive = InvoiceArchive(store).open()
    return replace(service, archive=archive, activity=replace(service.activity, log=ActivityLog(store)))


def _timed_in_turns(service: ArchiveService, contents: Sequence[bytes], clients: int) -> tuple[list[float], list[float]]:
    """Seconds of each upload, without the log and with it; stretches of either follow each other, so that both see the same machine."""
    plain = replace(service, activity=_Unlogged(service.activity.log, service.activity.index))
    seconds: tuple[list[float], list[float]] = ([], [])
    stretch = max(1, min(5 * clients, len(contents) // 4))
    with ThreadPoolExecutor(clients) as senders:
        for number, start in enumerate(range(0, len(contents), stretch)):
            sent = (plain, service)[number % 2]
            seconds[number % 2].extend(senders.map(lambda content, sent=sent: _seconds(sent, content), contents[start : start + stretch]))
    return seconds


def _seconds(service: ArchiveService, content: bytes) -> float:
    begun = time.perf_counter()
    submission = service.submit(Upload(content, f"{Digest.of(content).hex[:8]}.jpg"), "api")
    assert submission.document is not None
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
