"""Which files of a folder are whole: of one size and age for a while, and open for writing nowhere that this machine can tell."""

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from models.litter import is_litter, is_unfinished

ARCHIVED, REFUSED = "archived", "refused"
"""Folders inside the watched one, in which nothing is looked for."""


class Seen(NamedTuple):
    """What changes with a file: device, inode, bytes, and when it was written last (ns)."""

    device: int
    inode: int
    size: int
    written: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Seen":
        """What the system says of a file."""
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file in a watched folder, or what keeps it from being taken; `below` are the names of the folders on the way to it."""

    path: Path
    below: tuple[str, ...]
    seen: Seen
    problem: str = ""


def candidates(folder: Path) -> Iterator[Candidate]:
    """Every file of a folder and the folders in it, in the order of their names; raise OSError where the folder itself cannot be read.

    Links are not followed: a link may lead anywhere, and what it leads to is not this folder's to move.
    """
    with os.scandir(folder) as entries:
        first = sorted(entries, key=lambda entry: entry.name)
    for entry in first:
        if entry.name not in (ARCHIVED, REFUSED):
            yield from _walk(entry, ())


def _walk(entry: "os.DirEntry[str]", below: tuple[str, ...]) -> Iterator[Candidate]:
    if is_litter(entry.name) or is_unfinished(entry.name):
        return
    path = Path(entry.path)
    try:
        found = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode):
            with os.scandir(path) as entries:
                inside = sorted(entries, key=lambda each: each.name)
            for each in inside:
                yield from _walk(each, (*below, entry.name))
            return
    except FileNotFoundError:
        return  # taken away meanwhile by whoever put it there
    except OSError as error:
        yield Candidate(path, below, Seen(0, 0, 0, 0), f"cannot be opened: {error.strerror}")
        return
    yield Candidate(path, below, Seen.of(found), _what_is_no_file(found.st_mode))


def _what_is_no_file(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a link, and links are not followed: put the file itself here"
    return "" if stat.S_ISREG(mode) else "is a pipe, a socket or a device, not a file"


@dataclass(slots=True)
class Stillness:
    """Since when each file has looked the same, by a clock that nobody sets."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _since: dict[Path, tuple[Seen, float]] = field(default_factory=dict)

    def at_rest(self, found: Iterable[Candidate]) -> list[Candidate]:
        """Those of all the files there are now which nobody has written to for `seconds`, and nobody has open for writing."""
        now = self.clock()
        before, self._since = self._since, {}
        resting: list[Candidate] = []
        for candidate in found:
            seen, since = before.get(candidate.path, (candidate.seen, now))
            if seen != candidate.seen:
                since = now
            self._since[candidate.path] = (candidate.seen, since)
            if now - since >= self.seconds:
                resting.append(candidate)
        if not resting:
            return resting
        written = written_to()
        return [candidate for candidate in resting if candidate.seen[:2] not in written]


def written_to() -> frozenset[tuple[int, int]]:
    """Device and inode of every file that a process has open for writing, as far as this user is told of others' (Linux)."""
    found: set[tuple[int, int]] = set()
    for process in Path("/proc").glob("[0-9]*"):
        # Others' processes are not ours to ask, and any may end while it is asked.
        with suppress(OSError, ValueError):
            for descriptor in (process / "fd").iterdir():
                found.update(_written_behind(process, descriptor.name))
    return frozenset(found)


def _written_behind(process: Path, descriptor: str) -> Iterator[tuple[int, int]]:
    with suppress(OSError, ValueError, IndexError):
        flags = (process / "fdinfo" / descriptor).read_text().split("flags:", 1)[1].split(None, 1)[0]
        if int(flags, 8) & os.O_ACCMODE != os.O_RDONLY:
            there = (process / "fd" / descriptor).stat()
            if stat.S_ISREG(there.st_mode):
                yield there.st_dev, there.st_ino
