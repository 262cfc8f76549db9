"""Files, folders and containers (zips, mails and their like) as a stream of uploads."""

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import FileTooLarge, RefusedInput, UnreadablePath
from models.litter import is_litter
from ocr_service.attached_documents import AttachedDocuments
from ocr_service.files.containers import Container, Member, container_of
from ocr_service.stages.intake import Upload, sniff

_OFFICE = b"[Content_Types].xml"
"""The name of a part that every file of Word, Excel and their kin has: refused as one file, not as its hundred parts."""
MAX_MEMBERS = 10_000
"""Most files that one container and those inside it may hold."""
MAX_UNFOLDED_BYTES = 4_000_000_000
"""Most bytes that they may unfold to, all together: a year's scans, and an end for a zip that unfolds without one."""
MAX_DEPTH = 4
"""A zip in a zip in a mail is somebody's habit; what lies deeper was made to be unfolded for ever."""

_Identity = tuple[int, int]
"""Device and inode."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file as the user would name it (`scans.zip!march/1.jpg` inside a zip): its upload, or why it cannot be one."""

    name: str
    upload: Upload | None = None
    error: RefusedInput | None = None


def found_files(paths: Sequence[Path], max_bytes: int, archive: Path | None = None) -> Iterator[FoundFile]:
    """Every file that the paths name, folders walked in name order; what cannot be opened is reported and the rest goes on.

    `archive` is left out where it lies inside a folder that is walked: what it holds was taken in before.
    """
    home = None if archive is None else _identity(archive)
    for path in paths:
        yield from _walk(path, max_bytes, home, ())


def _walk(path: Path, max_bytes: int, archive: _Identity | None, above: tuple[_Identity, ...]) -> Iterator[FoundFile]:
    """`above` are the folders on the way here: a link back to one of them would be walked in circles."""
    try:
        if not path.is_dir():
            yield from _file(path, max_bytes)
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
            yield from _walk(child, max_bytes, archive, (*above, here))


def _identity(path: Path) -> _Identity | None:
    """What makes a folder the same under any name; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _file(path: Path, max_bytes: int) -> Iterator[FoundFile]:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            # Opening a pipe would wait for ever, and a device has no end.
            yield FoundFile(str(path), error=UnreadablePath("is a pipe, a socket or a device, not a file"))
            return
        content = path.read_bytes() if found.st_size <= max_bytes else b""
        container = None if content and _is_document(content) else container_of(content or path)
    except OSError as error:
        yield FoundFile(str(path), error=UnreadablePath(f"cannot be opened: {error.strerror}"))
        return
    if container is not None:
        yield from _Unfolding(max_bytes, MAX_MEMBERS).files(str(path), container)
    elif found.st_size > max_bytes:
        told = f"has {found.st_size:,} bytes; at most {max_bytes:,} are taken"
        yield FoundFile(str(path), error=FileTooLarge(told, size=found.st_size, limit=max_bytes))
    else:
        yield from _Unfolding(max_bytes, MAX_MEMBERS).document(str(path), Upload(content, path.name))


def unpacked(upload: Upload, max_bytes: int, max_members: int) -> Iterator[FoundFile]:
    """The files of an upload: itself, unless it only holds others, and what it holds; each an upload or why it cannot be one."""
    container = None if _is_document(upload.content) else container_of(upload.content)
    unfolding = _Unfolding(max_bytes, max_members)
    yield from unfolding.document(upload.file_name, upload) if container is None else unfolding.files(upload.file_name, container)


def _is_document(content: bytes) -> bool:
    """An OFD is a zip too, but one document, as is a file of Office; and a picture or PDF with a zip appended is still that picture."""
    try:
        sniff(content)
    except RefusedInput:
        return _OFFICE in content
    return True


@dataclass(slots=True)
class _Unfolding:
    """Takes one container apart, and the containers in it, as long as its budget of files and bytes lasts."""

    max_bytes: int
    """Of one file."""
    members_left: int
    bytes_left: int = field(default_factory=lambda: MAX_UNFOLDED_BYTES)

    def document(self, path: str, upload: Upload, depth: int = 1) -> Iterator[FoundFile]:
        """A file that is no mere container, and the documents attached to it."""
        yield FoundFile(path, upload)
        attached = AttachedDocuments.of(upload.content) if depth <= MAX_DEPTH else None
        if attached is not None:
            yield from self.files(path, attached, depth)

    def files(self, path: str, container: Container, depth: int = 1) -> Iterator[FoundFile]:
        """Every file by itself, under the names of all that it lies in; names are shown and never used as paths."""
        try:
            wanted = [name for name in container.names() if _is_wanted(name)]
            if len(wanted) > self.members_left:
                told = f"holds {len(wanted)} files; at most {self.members_left} are taken at once: unpack it"
                yield FoundFile(path, error=FileTooLarge(told, members=len(wanted)))
                return
            self.members_left -= len(wanted)
            for member in container.members(self.max_bytes):
                if not _is_wanted(member.name):
                    continue
                self.bytes_left -= self.max_bytes if isinstance(member.error, FileTooLarge) else len(member.content)
                if self.bytes_left < 0:
                    yield FoundFile(path, error=FileTooLarge(f"unfolds to more than {MAX_UNFOLDED_BYTES:,} bytes: unpack it"))
                    return
                yield from self._member(f"{path}!{member.name}", member, depth)
        except RefusedInput as error:
            yield FoundFile(path, error=error)

    def _member(self, path: str, member: Member, depth: int) -> Iterator[FoundFile]:
        inside = None if member.error is not None or _is_document(member.content) else container_of(member.content)
        if member.error is not None:
            yield FoundFile(path, error=member.error)
        elif inside is None:
            yield from self.document(path, Upload(member.content, member.name.rpartition("/")[2]), depth + 1)
        elif depth == MAX_DEPTH:
            yield FoundFile(path, error=UnreadablePath(f"lies more than {MAX_DEPTH} containers deep: unpack it"))
        else:
            yield from self.files(path, inside, depth + 1)


def _is_wanted(name: str) -> bool:
    return not any(map(is_litter, name.split("/")))
