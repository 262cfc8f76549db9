"""Files and folders of this machine as a stream of uploads, containers (zips, mails and their like) taken apart."""

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.errors import UnreadablePath
from models.litter import is_litter
from ocr_service.decoding.decoder import Decoder
from ocr_service.decoding.unfolder import Budget
from ocr_service.opened import FoundFile

MAX_MEMBERS = 10_000
"""Most files that one container and those inside it may hold."""
MAX_UNFOLDED_BYTES = 4_000_000_000
"""Most bytes that they may unfold to, all together: a year's scans, and an end for a zip that unfolds without one."""

_Identity = tuple[int, int]
"""Device and inode."""


def found_files(paths: Sequence[Path], decoder: Decoder, archive: Path | None = None) -> Iterator[FoundFile]:
    """Every file that the paths name, folders walked in name order; what cannot be opened is reported and the rest goes on.

    `archive` is left out where it lies inside a folder that is walked: what it holds was taken in before.
    """
    home = None if archive is None else _identity(archive)
    for path in paths:
        yield from _walk(path, decoder, home, ())


def _walk(path: Path, decoder: Decoder, archive: _Identity | None, above: tuple[_Identity, ...]) -> Iterator[FoundFile]:
    """`above` are the folders on the way here: a link back to one of them would be walked in circles."""
    try:
        if not path.is_dir():
            yield from _file(path, decoder)
            return
        here = _identity(path)
        children = sorted(path.iterdir())
    except OSError as error:
        yield FoundFile(str(path), error=UnreadablePath(f"cannot be opened: {error.strerror}"))
        return
    if here is None or here in above:
        yield FoundFile(str(path), error=UnreadablePath("is a link back to a folder that it lies in"))
        return
    if above and here == archive:
        return
    for child in children:
        if not is_litter(child.name):
            yield from _walk(child, decoder, archive, (*above, here))


def _identity(path: Path) -> _Identity | None:
    """What makes a folder the same under any name; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _file(path: Path, decoder: Decoder) -> Iterator[FoundFile]:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            # Opening a pipe would wait for ever, and a device has no end.
            yield FoundFile(str(path), error=UnreadablePath("is a pipe, a socket or a device, not a file"))
            return
        yield from decoder.unfolded_path(path, Budget(MAX_MEMBERS, MAX_UNFOLDED_BYTES))
    except OSError as error:
        yield FoundFile(str(path), error=UnreadablePath(f"cannot be opened: {error.strerror}"))
