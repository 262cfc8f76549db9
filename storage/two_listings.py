"""Two stores held against each other by their listings, a page of each in memory at a time."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby

from storage import archive_layout as layout
from storage.object_store import ObjectStore, StoredObject, validate_key

_TOGETHER = 1000


def both_listed(first: ObjectStore, second: ObjectStore, prefix: str = "") -> Iterator[tuple[str, int | None, int | None]]:
    """Every key that either store lists, once, in order, with its size in each, None where it is not listed.

    What is no part of an archive is left out: the index, and what file managers leave.
    """
    merged = merge(_marked(first.list(prefix), 0), _marked(second.list(prefix), 1))
    for key, found in groupby(merged, key=lambda row: row[0]):
        sizes: list[int | None] = [None, None]
        for _, place, size in found:
            sizes[place] = size
        yield key, sizes[0], sizes[1]


def lacking(first: ObjectStore, second: ObjectStore) -> Iterator[list[str]]:
    """The keys that the second store lacks, some at a time."""
    missing: list[str] = []
    for key, _, size in both_listed(first, second):
        if size is None:
            missing.append(key)
        if len(missing) == _TOGETHER:
            yield missing
            missing = []
    yield missing


def _marked(listed: Iterable[StoredObject], place: int) -> Iterator[tuple[str, int, int]]:
    for found in listed:
        if _is_ours(found.key):
            yield found.key, place, found.size


def _is_ours(key: str) -> bool:
    if layout.is_litter_key(key) or key.startswith(layout.RESERVED_FOR_INDEX):
        return False
    try:
        validate_key(key)
    except ValueError:
        return False
    return True
