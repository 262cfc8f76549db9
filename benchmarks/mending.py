"""What an audit of two places finds and mends: damages of six kinds, at random objects of a large archive.

`python -m benchmarks.mending [--documents N] [--damages N] [--seed N]`. Exits 1 when a damage was not found, something sound was called
damaged, or a damage was not mended from the other place.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.report import Report, Table, arguments, positive, publish, scratch_folder, stated
from benchmarks.synthetic import archived
from models.audit import FindingKind, Remembered
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.filesystem import FileSystemStore
from storage.mending import compare_places
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore

COLUMNS = ("objects", "damages", "found", "false", "mended", "sound after", "compare s", "repair s")


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("mending", __doc__)
    parser.add_argument("--documents", type=positive, default=250, help="documents; each is four objects")
    parser.add_argument("--damages", type=positive, default=20)
    parser.add_argument("--seed", type=positive, default=1)
    options = parser.parse_args(given)
    with scratch_folder(options) as folder:
        row = measure(folder, options.documents, options.damages, random.Random(options.seed))
    publish(Report("mending", stated(options), (Table("Two places", COLUMNS, (row,)),)), options)
    _, damages, found, false, mended, sound, *_ = row
    return 0 if (found, false, mended, sound) == (damages, 0, damages, "yes") else 1


def measure(folder: Path, documents: int, damages: int, rng: random.Random) -> tuple[int, int, int, int, int, str, float, float]:
    """Fill both places, damage objects of either, and count what is found and mended."""
    roots = folder / "first", folder / "second"
    store = MirroredStore(FileSystemStore(roots[0]), FileSystemStore(roots[1]), MirrorOutbox(folder / "outbox.sqlite", "second"))
    remembered = _fill(InvoiceArchive(store).open(), documents, rng)
    keys = [found.key for found in store.first.list()]
    damaged = rng.sample(keys, damages)
    for place, key in enumerate(damaged):
        _DAMAGES[place % len(_DAMAGES)](rng.choice(roots), key, rng, keys)
    begun = time.perf_counter()
    found = {finding.key for finding in compare_places(store, lambda: remembered)}
    compared = time.perf_counter()
    mended = [met for met in compare_places(store, lambda: remembered, repair=True) if met.kind is FindingKind.MENDED]
    repaired = time.perf_counter()
    sound = all(audit(InvoiceArchive(place), remembered).sound for place in (store.first, store.second))
    same = _contents(roots[0]) == _contents(roots[1])
    return (
        len(keys),
        damages,
        len(found & set(damaged)),
        len(found - set(damaged)),
        len({met.key for met in mended}),
        "yes" if sound and same else "NO",
        round(compared - begun, 2),
        round(repaired - compared, 2),
    )


def _fill(archive: InvoiceArchive, documents: int, rng: random.Random) -> tuple[Remembered, ...]:
    """Documents with a reading each, and what an index would remember of them."""
    remembered = []
    for number in range(documents):
        content = rng.randbytes(2000)
        received, reading = archived(number, 1, content)
        archive.receive(content, received.document, received.received_at, received.source)
        receipt = archive.add_reading(reading, received.received_at, version=1)
        remembered.append(Remembered(received.document.digest, 1, receipt.manifest_digest))
    return tuple(remembered)


def _contents(root: Path) -> dict[str, bytes]:
    return {found.key: (root / found.key).read_bytes() for found in FileSystemStore(root).list()}


def _overwrite(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def _flip(root: Path, key: str, rng: random.Random, keys: Sequence[str]) -> None:
    content = bytearray((root / key).read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    _overwrite(root / key, bytes(content))


def _cut(root: Path, key: str, rng: random.Random, keys: Sequence[str]) -> None:
    content = (root / key).read_bytes()
    _overwrite(root / key, content[: rng.randrange(1, len(content))])


def _remove(root: Path, key: str, rng: random.Random, keys: Sequence[str]) -> None:
    (root / key).unlink()


def _replace(root: Path, key: str, rng: random.Random, keys: Sequence[str]) -> None:
    alike = [found for found in keys if found.split("/")[0] == key.split("/")[0] and found != key]
    other = rng.choice(alike or [found for found in keys if found != key])
    _overwrite(root / key, (root / other).read_bytes())


def _empty(root: Path, key: str, rng: random.Random, keys: Sequence[str]) -> None:
    _overwrite(root / key, b"")


def _put_a_folder(root: Path, key: str, rng: random.Random, keys: Sequence[str]) -> None:
    (root / key).unlink()
    (root / key).mkdir()


_DAMAGES: tuple[Callable[[Path, str, random.Random, Sequence[str]], None], ...] = (_flip, _cut, _remove, _replace, _empty, _put_a_folder)


if __name__ == "__main__":
    sys.exit(main())
