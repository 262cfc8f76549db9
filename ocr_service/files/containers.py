"""Files that only hold other files: zip, 7z and rar archives, and mails with what is attached to them."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Protocol

from models.errors import FileTooLarge, LockedFile, RefusedInput, UnreadablePath
from ocr_service.files.mails import MailPart, parts_of
from ocr_service.files.name_encodings import decoded_name
from ocr_service.files.zip_members import BROKEN_ZIP
from ocr_service.shortage import refuse_shortage

Source = bytes | Path
"""The bytes of a container, or a file too large to be held whole."""

_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800
"""Flags of a zip's member."""
_BLOCKED_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")
_LONGEST_START = 65_536
_MAIL_START = re.compile(rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}")
"""One way only to match a line: with two, thirty folded lines were tried in a thousand million ways."""
_SENT = re.compile(rb"(?im)^(?:mime-version|received):")
_SENDER = re.compile(rb"(?im)^from:")
_AFTER_SENDER = re.compile(rb"(?im)^(?:date|subject|to):")
_LOCKED = "is locked with a password: unpack it yourself and hand in what it holds"


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a container: its name there, `/` between folders, and its bytes, or why they cannot be had."""

    name: str
    content: bytes = b""
    error: RefusedInput | None = None


class Container(Protocol):
    """A file that holds others. Both methods raise UnreadablePath when it is damaged, LockedFile when it is encrypted."""

    def names(self) -> Sequence[str]:
        """The name of every file in it, before any is unfolded."""

    def members(self, max_bytes: int, skip: int = 0) -> Iterator[Member]:
        """Every file in it but the first `skip`; one of which more than `max_bytes` come out is an error of its own."""


def container_of(source: Source) -> Container | None:
    """What takes this file apart; None where it is no container, whatever its name says."""
    start = _start_of(source)
    if start.startswith(_BLOCKED_ARCHIVES):
        return _BlockedArchive(source)
    if zipfile.is_zipfile(BytesIO(source) if isinstance(source, bytes) else source):
        return _Zip(source)
    return Mail(source) if _begins_as_mail(start) else None


def _begins_as_mail(start: bytes) -> bool:
    found = _MAIL_START.match(start)
    if found is None:
        return False
    head = found.group()
    sender = _SENDER.search(head)
    return _SENT.search(head) is not None or (sender is not None and _AFTER_SENDER.search(head, sender.end()) is not None)


def _start_of(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source[:_LONGEST_START]
    with source.open("rb") as file:
        return file.read(_LONGEST_START)


def _too_large(name: str, max_bytes: int) -> Member:
    return Member(name, error=FileTooLarge(f"unfolds to more than {max_bytes:,} bytes", limit=max_bytes))


@dataclass(frozen=True, slots=True)
class _Zip:
    source: Source

    def names(self) -> Sequence[str]:
        try:
            with self._opened() as archive:
                return [_zip_name(member) for member in archive.infolist() if not member.is_dir()]
        except BROKEN_ZIP as error:
            refuse_shortage(error)
            raise UnreadablePath(f"cannot be unpacked: {error}") from error

    def members(self, max_bytes: int, skip: int = 0) -> Iterator[Member]:
        try:
            with self._opened() as archive:
                files = [member for member in archive.infolist() if not member.is_dir()]
                for member in files[skip:]:
                    yield self._member(archive, member, max_bytes)
        except BROKEN_ZIP as error:
            refuse_shortage(error)
            raise UnreadablePath(f"cannot be unpacked: {error}") from error

    def _opened(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(BytesIO(self.source) if isinstance(self.source, bytes) else self.source)

    def _member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_bytes: int) -> Member:
        name = _zip_name(member)
        if member.flag_bits & _ENCRYPTED:
            return Member(name, error=LockedFile(_LOCKED))
        try:
            with archive.open(member) as stream:
                content = stream.read(max_bytes + 1)
        except BROKEN_ZIP as error:
            refuse_shortage(error)
            return Member(name, error=UnreadablePath(f"cannot be unpacked: {error}"))
        return Member(name, content) if len(content) <= max_bytes else _too_large(name, max_bytes)


def _zip_name(member: zipfile.ZipInfo) -> str:
    """The member's name; old programs write it in their own encoding where the format says code page 437."""
    if member.flag_bits & _NAME_IS_UTF8:
        return member.filename
    try:
        return decoded_name(member.filename.encode("cp437"))
    except UnicodeEncodeError:
        return member.filename


class _Entry(Protocol):
    """What of libarchive's entries is used."""

    pathname: str
    isfile: bool

    def get_blocks(self) -> Iterable[bytes]:
        """The content, piece by piece."""


@dataclass(frozen=True, slots=True)
class _BlockedArchive:
    """7z and rar, whose members are packed together: libarchive unfolds them one after the other, on the way past."""

    source: Source

    def names(self) -> Sequence[str]:
        with self._opened() as archive:
            return [entry.pathname for entry in archive if entry.isfile]

    def members(self, max_bytes: int, skip: int = 0) -> Iterator[Member]:
        with self._opened() as archive:
            files = (entry for entry in archive if entry.isfile)
            for entry in islice(files, skip, None):
                yield self._member(entry, max_bytes)

    def _member(self, entry: _Entry, max_bytes: int) -> Member:
        content = bytearray()
        for block in entry.get_blocks():
            content += block
            if len(content) > max_bytes:
                return _too_large(entry.pathname, max_bytes)
        return Member(entry.pathname, bytes(content))

    @contextmanager
    def _opened(self) -> Iterator[Iterable[_Entry]]:
        """libarchive's entries, each valid until the next one is asked for."""
        try:
            import libarchive  # noqa: PLC0415  # needs a library of the system, which only these archives need
        except (ImportError, OSError, TypeError, AttributeError) as error:
            refuse_shortage(error)
            raise UnreadablePath("is a 7z or rar archive, for which this machine lacks libarchive: install libarchive13") from error
        in_memory = isinstance(self.source, bytes)
        reader = libarchive.memory_reader(self.source) if in_memory else libarchive.file_reader(str(self.source))
        try:
            with reader as archive:
                yield archive
        except libarchive.exception.ArchiveError as error:
            refuse_shortage(error)
            if _speaks_of_a_lock(error):
                raise LockedFile(_LOCKED) from error
            raise UnreadablePath(f"cannot be unpacked: {error}") from error


def _speaks_of_a_lock(error: Exception) -> bool:
    return re.search("encrypt|passphrase|password", str(error), re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as programs save it (RFC 5322): its attachments, pictures in its text and those of mails that it forwards.

    The parts at the places in `without` (from 0) are as if it had none there.
    """

    source: Source
    without: frozenset[int] = frozenset()

    def names(self) -> Sequence[str]:
        """As of every container."""
        return [part.name for part in self._parts()]

    def members(self, max_bytes: int, skip: int = 0) -> Iterator[Member]:
        """As of every container."""
        for part in islice(self._parts(), skip, None):
            payload = part.content()
            yield Member(part.name, payload) if len(payload) <= max_bytes else _too_large(part.name, max_bytes)

    def _parts(self) -> Iterator[MailPart]:
        content = self.source if isinstance(self.source, bytes) else self.source.read_bytes()
        return (part for place, part in enumerate(parts_of(content)) if place not in self.without)
