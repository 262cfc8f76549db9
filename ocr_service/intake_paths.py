"""Files, folders and zips on this machine as a stream of uploads."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from models.document import MediaType
from models.errors import FileTooLarge, RefusedInput, UnreadablePath
from ocr_service.stages.intake import Upload, sniff

_NOT_DOCUMENTS = frozenset({"Thumbs.db", "desktop.ini"})
"""What Windows leaves in folders; names that begin with a dot are left out as well."""
MAX_ZIP_MEMBERS = 10_000


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file as the user would name it (`scans.zip!march/1.jpg` inside a zip): its upload, or why it cannot be one."""

    name: str
    upload: Upload | None = None
    error: RefusedInput | None = None


def found_files(paths: Sequence[Path], max_bytes: int) -> Iterator[FoundFile]:
    """Every file that the paths name, folders walked in name order; what cannot be opened is reported and the rest goes on."""
    for path in paths:
        yield from _walk(path, max_bytes)


def _walk(path: Path, max_bytes: int) -> Iterator[FoundFile]:
    try:
        if not path.is_dir():
            yield from _file(path, max_bytes)
            return
        children = sorted(path.iterdir())
    except OSError as error:
        yield FoundFile(str(path), error=UnreadablePath(f"cannot open {path}: {error.strerror}"))
        return
    for child in children:
        if not child.name.startswith(".") and child.name not in _NOT_DOCUMENTS:
            yield from _walk(child, max_bytes)


def _file(path: Path, max_bytes: int) -> Iterator[FoundFile]:
    try:
        size = path.stat().st_size
        is_zip = zipfile.is_zipfile(path)
        if size > max_bytes and not is_zip:
            yield FoundFile(str(path), error=FileTooLarge(f"{path.name} has {size} bytes; at most {max_bytes} are taken", size=size))
            return
        content = path.read_bytes() if not is_zip or size <= max_bytes else b""
    except OSError as error:
        yield FoundFile(str(path), error=UnreadablePath(f"cannot open {path}: {error.strerror}"))
        return
    if is_zip and not (content and _is_document(content)):
        yield from _members(path, BytesIO(content) if content else path, max_bytes)
    else:
        yield FoundFile(str(path), Upload(content, path.name))


def _is_document(content: bytes) -> bool:
    """An OFD is a zip too, but one document."""
    try:
        return sniff(content) is MediaType.OFD
    except RefusedInput:
        return False


def _members(path: Path, source: BytesIO | Path, max_bytes: int) -> Iterator[FoundFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > MAX_ZIP_MEMBERS:
                error = FileTooLarge(f"{path.name} holds {len(members)} files; unpack it and ingest the folder", members=len(members))
                yield FoundFile(str(path), error=error)
                return
            for member in members:
                name = _member_name(member)
                base = name.rpartition("/")[2]
                if not base.startswith(".") and base not in _NOT_DOCUMENTS and not name.startswith("__MACOSX/"):
                    yield _member(archive, member, f"{path}!{name}", base, max_bytes)
    except (OSError, zipfile.BadZipFile) as error:
        yield FoundFile(str(path), error=UnreadablePath(f"cannot unpack {path}: {error}"))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, base: str, max_bytes: int) -> FoundFile:
    """Read one member by counting bytes: the size that a zip states may be a lie."""
    try:
        with archive.open(member) as stream:
            content = stream.read(max_bytes + 1)
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError) as error:
        # RuntimeError: encrypted; NotImplementedError: a compression that Python does not know.
        return FoundFile(name, error=UnreadablePath(f"cannot unpack {name}: {error}"))
    if len(content) > max_bytes:
        return FoundFile(name, error=FileTooLarge(f"{name} unfolds to more than {max_bytes} bytes"))
    return FoundFile(name, Upload(content, base))


def _member_name(member: zipfile.ZipInfo) -> str:
    """The member's name; zips made by Chinese Windows write GBK where the format says code page 437."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return member.filename
