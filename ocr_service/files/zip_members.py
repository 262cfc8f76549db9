"""Zip files by a budget of bytes: what a zip says of its members may be a lie."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from models.errors import FileTooLarge, LockedFile, UnreadableFile
from ocr_service.shortage import refuse_shortage

BROKEN_ZIP: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(OSError, EOFError, ValueError, OverflowError, RuntimeError, LookupError),
)
"""What zipfile raises on damaged archives, and on compressions that it does not know (a RuntimeError)."""

MAX_UNFOLDED_BYTES = 100_000_000
"""Most bytes that the parts of one document may unfold to, all together."""
MAX_PARTS = 2_000
"""Most parts of one document; an OFD of fifty pages has three hundred."""


@dataclass(slots=True)
class ZipParts:
    """The parts of a document that is a zip, by name; unfolded when asked for, as long as the budget lasts.

    Names are compared without case, with `/` only and without `.`. Nothing is ever written to disk, so a name with `..` names nothing.
    """

    _archive: zipfile.ZipFile
    _members: Mapping[str, zipfile.ZipInfo]
    _left: int = MAX_UNFOLDED_BYTES
    _unfolded: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> "ZipParts":
        """Open a zip.

        Raises:
            UnreadableFile: damaged or cut off.
            LockedFile: its parts open with a password only.
            FileTooLarge: more parts than MAX_PARTS.
        """
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
            members = {_plain(member.filename): member for member in archive.infolist() if not member.is_dir()}
        except BROKEN_ZIP as error:
            refuse_shortage(error)
            raise UnreadableFile("The file is a zip archive that is damaged or cut off.") from error
        if len(members) > MAX_PARTS:
            raise FileTooLarge(f"The file has {len(members)} parts; at most {MAX_PARTS} are taken.", parts=len(members), limit=MAX_PARTS)
        if any(member.flag_bits & 0x1 for member in members.values()):
            raise LockedFile("The file is locked with a password: send it unlocked.")
        return cls(archive, members)

    @property
    def names(self) -> tuple[str, ...]:
        """Every part's name, lower case, in the order of the zip."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return _plain(name) in self._members

    def read(self, name: str) -> bytes | None:
        """Unfold one part; None when there is none of this name.

        Raises:
            UnreadableFile: the part is damaged.
            FileTooLarge: the budget is spent; the count is of bytes that came out, not of those that the zip states.
        """
        key = _plain(name)
        member = self._members.get(key)
        if member is None:
            return None
        if key not in self._unfolded:
            try:
                with self._archive.open(member) as stream:
                    content = stream.read(self._left + 1)
            except BROKEN_ZIP as error:
                refuse_shortage(error)
                raise UnreadableFile("A part of the file is damaged or cut off. Ask for the file again.") from error
            self._left -= len(content)
            if self._left < 0:
                raise FileTooLarge(f"The file unfolds to more than {MAX_UNFOLDED_BYTES:,} bytes.", limit=MAX_UNFOLDED_BYTES)
            self._unfolded[key] = content
        return self._unfolded[key]


def _plain(name: str) -> str:
    """One spelling for all names of a part: `./Doc_0/Document.xml` and `/Doc_0/Document.xml` are the same."""
    return "/".join(part for part in name.replace("\\", "/").lower().split("/") if part not in ("", "."))
