"""What keeping costs: objects written and read back, in a folder and on a real S3 server, sealed and mirrored, and the audit of an archive.

`python -m benchmarks.storage [--objects N] [--documents N]`. The folder store syncs every object and its folder before it answers; the S3
server is SeaweedFS on loopback as it comes, which answers when the bytes are with the operating system.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec

from benchmarks.machine import file_system
from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, stated
from benchmarks.synthetic import archived
from models.digest import Digest
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.filesystem import FileSystemStore
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import ObjectStore
from storage.s3 import S3Store
from storage.sealed import SealedStore
from tests.support.seaweedfs import seaweedfs

_P = ParamSpec("_P")

OBJECT_COLUMNS = ("store", "put p50 ms", "put p95 ms", "put MB/s", "get p50 ms", "get p95 ms", "get MB/s", "put again p50 ms")
ARCHIVE_COLUMNS = ("store", "documents", "archive ms/document", "audit s/1000 documents", "x", "sound")


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("storage", __doc__)
    parser.add_argument("--objects", type=positive, default=100, help="objects to put and get")
    parser.add_argument("--bytes", type=positive, default=300_000, help="bytes of one object")
    parser.add_argument("--documents", type=positive, default=200, help="documents in the audited archive")
    options = parser.parse_args(given)
    with scratch_folder(options) as folder:
        report = measure(folder, options.objects, options.bytes, options.documents, stated(options))
    publish(report, options)
    return 0


def measure(folder: Path, objects: int, size: int, documents: int, options: dict[str, Cell]) -> Report:
    """Time the stores below `folder`; the first row of the archive table is the measure of the others."""
    rng = random.Random(1)
    contents = [rng.randbytes(size) for _ in range(objects)]
    with stores_in(folder) as stores:
        object_rows = tuple((name, *_time_objects(open_store("objects"), contents)) for name, open_store in stores.items())
        archives = {name: _time_archive(open_store("archive"), documents, size, rng) for name, open_store in stores.items()}
    quickest = next(iter(archives.values()))[1]
    archive_rows = tuple(
        (name, documents, round(1000 * keeping / documents, 1), round(1000 * auditing / documents, 2), round(auditing / quickest, 2), sound)
        for name, (keeping, auditing, sound) in archives.items()
    )
    notes = (
        f"Objects of {size} bytes on {file_system(folder)}, read while still in the page cache. x: audit time beside the folder's.",
        "The folder store syncs object and folder before it answers; this S3 server answers when the operating system has the bytes.",
    )
    tables = (Table("Objects", OBJECT_COLUMNS, object_rows), Table("Archive", ARCHIVE_COLUMNS, archive_rows))
    return Report("storage", options, tables, notes)


@contextmanager
def stores_in(folder: Path) -> Iterator[dict[str, Callable[[str], ObjectStore]]]:
    """A folder and an S3 server, alone, sealed and mirrored, each opening a place of a given name."""
    with seaweedfs(folder / "s3") as server:

        def s3(name: str) -> S3Store:
            return S3Store.connect(server.endpoint, server.access_key, server.secret_key, "benchmark", name)

        yield {
            "folder": lambda name: FileSystemStore(folder / name),
            "S3 (SeaweedFS)": s3,
            "folder, sealed": lambda name: SealedStore(FileSystemStore(folder / "sealed" / name), bytes(32)),
            "S3, sealed": lambda name: SealedStore(s3(f"{name}-sealed"), bytes(32)),
            "folder, mirrored to a folder": lambda name: _mirrored(folder / "to-folder" / name, FileSystemStore(folder / "mirror" / name)),
            "folder, mirrored to S3": lambda name: _mirrored(folder / "to-s3" / name, s3(f"{name}-mirror")),
            "folder, mirrored to S3 later": lambda name: _mirrored(folder / "later" / name, s3(f"{name}-later"), later=True),
            "folder, mirrored to sealed S3": lambda name: _mirrored(
                folder / "to-sealed" / name, SealedStore(s3(f"{name}-sealed-mirror"), bytes(32))
            ),
        }


def _mirrored(root: Path, second: ObjectStore, *, later: bool = False) -> MirroredStore:
    return MirroredStore(FileSystemStore(root), second, MirrorOutbox(root.with_suffix(".outbox.sqlite"), "second"), later=later)


def _time_objects(store: ObjectStore, contents: Sequence[bytes]) -> tuple[Cell, ...]:
    store.prepare()
    digests = [Digest.of(content) for content in contents]
    keys = [f"objects/{digest.hex[:2]}/{digest.hex}" for digest in digests]
    objects = tuple(zip(keys, contents, digests, strict=True))
    puts = [_seconds(store.put, *each) for each in objects]
    gets = [_seconds(store.get, key) for key in keys]
    again = [_seconds(store.put, *each) for each in objects]
    megabytes = sum(map(len, contents)) / 1e6
    return (*percentiles(puts), round(megabytes / sum(puts)), *percentiles(gets), round(megabytes / sum(gets)), percentiles(again)[0])


def _time_archive(store: ObjectStore, documents: int, size: int, rng: random.Random) -> tuple[float, float, str]:
    """Seconds to archive the documents with a reading each, seconds to audit them, and whether the archive is sound."""
    archive = InvoiceArchive(store).open()
    keeping = 0.0
    for place in range(documents):
        content = rng.randbytes(size)
        received, reading = archived(place, 1, content)
        begun = time.perf_counter()
        archive.receive(content, received.document, received.received_at, received.source)
        archive.add_reading(reading, received.received_at, version=1)
        keeping += time.perf_counter() - begun
    begun = time.perf_counter()
    report = audit(archive)
    return keeping, time.perf_counter() - begun, "yes" if report.sound and report.documents == documents else "NO"


def _seconds(action: Callable[_P, object], *values: _P.args, **named: _P.kwargs) -> float:
    begun = time.perf_counter()
    action(*values, **named)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
