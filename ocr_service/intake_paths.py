"""Files, folders and zips on this machine as a stream of uploads."""

import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from models.errors import FileTooLarge, LockedFile, RefusedInput, UnreadablePath
from ocr_service.files.zip_members import BROKEN_ZIP
from ocr_service.stages.intake import Upload, sniff

_NOT_DOCUMENTS = frozenset({"Thumbs.db", "desktop.ini"})
"""What Windows leaves in folders; names that begin with a dot are left out as well."""
_OFFICE = b"[Content_Types].xml"
"""The name of a part that every file of Word, Excel and their kin has: refused as one file, not as its hundred parts."""
MAX_ZIP_MEMBERS = 10_000
MAX_UNFOLDED_BYTES = 4_000_000_000
"""Most bytes that the members of one zip may unfold to, all together: a year's scans, and an end for a zip that unfolds without one."""
_ENCRYPTED = 0x1
"""The flag of a zip member."""

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
        if not child.name.startswith(".") and child.name not in _NOT_DOCUMENTS:
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
        is_zip = zipfile.is_zipfile(path)
        if found.st_size > max_bytes and not is_zip:
            error = FileTooLarge(f"has {found.st_size:,} bytes; at most {max_bytes:,} are taken", size=found.st_size, limit=max_bytes)
            yield FoundFile(str(path), error=error)
            return
        content = path.read_bytes() if not is_zip or found.st_size <= max_bytes else b""
    except OSError as error:
        yield FoundFile(str(path), error=UnreadablePath(f"cannot be opened: {error.strerror}"))
        return
    if is_zip and not (content and _is_document(content)):
        yield from _members(str(path), BytesIO(content) if content else path, max_bytes)
    else:
        yield FoundFile(str(path), Upload(content, path.name))


def unpacked(upload: Upload, max_bytes: int, max_members: int) -> Iterator[FoundFile]:
    """The files of an upload: itself, or what it holds when it is a zip and no document; each an upload or why it cannot be one."""
    source = BytesIO(upload.content)
    if not zipfile.is_zipfile(source) or _is_document(upload.content):
        yield FoundFile(upload.file_name, upload)
    else:
        yield from _members(upload.file_name, source, max_bytes, max_members)


def _is_document(content: bytes) -> bool:
    """An OFD is a zip too, but one document, as is a file of Office; and a picture or PDF with a zip appended is still that picture."""
    try:
        sniff(content)
    except RefusedInput:
        return _OFFICE in content
    return True


def _members(path: str, source: BytesIO | Path, max_bytes: int, most: int = MAX_ZIP_MEMBERS) -> Iterator[FoundFile]:
    """Every member by itself; names are shown and never used as paths."""
    try:
        with zipfile.ZipFile(source) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > most:
                error = FileTooLarge(f"holds {len(members)} files; at most {most} are taken at once: unpack it", members=len(members))
                yield FoundFile(path, error=error)
                return
            left = MAX_UNFOLDED_BYTES
            for member in members:
                name = _member_name(member)
                base = name.rpartition("/")[2]
                if base.startswith(".") or base in _NOT_DOCUMENTS or name.startswith("__MACOSX/"):
                    continue
                found = _member(archive, member, f"{path}!{name}", base, max_bytes)
                left -= len(found.upload.content) if found.upload else max_bytes if isinstance(found.error, FileTooLarge) else 0
                if left < 0:
                    yield FoundFile(path, error=FileTooLarge(f"unfolds to more than {MAX_UNFOLDED_BYTES:,} bytes: unpack it"))
                    return
                yield found
    except BROKEN_ZIP as error:
        yield FoundFile(path, error=UnreadablePath(f"cannot be unpacked: {error}"))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, base: str, max_bytes: int) -> FoundFile:
    """Read one member by counting bytes: the size that a zip states may be a lie."""
    if member.flag_bits & _ENCRYPTED:
        return FoundFile(name, error=LockedFile("is locked with a password: unpack the zip and ingest the folder"))
    try:
        with archive.open(member) as stream:
            content = stream.read(max_bytes + 1)
    except BROKEN_ZIP as error:
        return FoundFile(name, error=UnreadablePath(f"cannot be unpacked: {error}"))
    if len(content) > max_bytes:
        return FoundFile(name, error=FileTooLarge(f"unfolds to more than {max_bytes:,} bytes", limit=max_bytes))
    return FoundFile(name, Upload(content, base))


def _member_name(member: zipfile.ZipInfo) -> str:
    """The member's name; zips made by Chinese Windows write GBK where the format says code page 437."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return member.filename
