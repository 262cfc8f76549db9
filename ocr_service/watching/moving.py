"""Moving a file within a folder: at once or not at all, and never onto another."""

import ctypes
import errno
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from ocr_service.watching.lying_still import Seen

_HERE = -100
"""AT_FDCWD of Linux."""
_ONTO_NOTHING = 1
"""RENAME_NOREPLACE of renameat2(2)."""
_NOT_HERE = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})
"""What systems and network shares answer that know no such renaming."""
_LONGEST = 255


class Replaced(Exception):
    """Another file stands under the name that was to be moved; it was left, or put back."""


def move(source: Path, seen: Seen, target: Path) -> Path:
    """Move the file that was seen to `target`, or where that is taken, beside it under a number; returns where it lies now.

    Raises:
        Replaced: somebody wrote another one in its place, which lies where it lay.
        OSError: it cannot be moved.
    """
    if Seen.of(source.lstat()) != seen:
        raise Replaced
    make_folder(target.parent)
    for name in names_beside(target):
        try:
            _rename(source, name)
        except FileExistsError:
            continue
        if Seen.of(name.lstat()) != seen:
            _put_back(name, source)
            raise Replaced
        return name
    raise AssertionError("there is always another number")


def names_beside(target: Path, spare: int = 0) -> Iterator[Path]:
    """`a.pdf`, `a (2).pdf`, `a (3).pdf` …, the numbered ones so short that the system takes `spare` bytes more behind them."""
    yield target
    for number in count(2):
        ending = f" ({number}){target.suffix}"
        room = _LONGEST - spare - len(ending.encode("utf-8", "surrogateescape"))
        stem = target.stem.encode("utf-8", "surrogateescape")[:room].decode("utf-8", "surrogateescape")
        yield target.with_name(stem + ending)


def make_folder(folder: Path) -> None:
    """Make a folder with those above it, each with the rights of the one that it is made in: whoever puts files there finds them again."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(folder.parent.stat().st_mode & 0o7777)


def _put_back(name: Path, source: Path) -> None:
    for free in names_beside(source):
        try:
            _rename(name, free)
        except FileExistsError:
            continue
        return


def _rename(source: Path, target: Path) -> None:
    """Rename where nothing has that name yet; raise FileExistsError, OSError."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is not None:
        if rename(_HERE, os.fsencode(source), _HERE, os.fsencode(target), _ONTO_NOTHING) == 0:
            return
        number = ctypes.get_errno()
        if number not in _NOT_HERE:
            raise OSError(number, os.strerror(number), str(source))
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    source.rename(target)
