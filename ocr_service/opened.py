"""Strangers' files before and after they are opened: plain values, which any process may hold without opening anything."""

import re
import unicodedata
from dataclasses import dataclass

from models.errors import RefusedInput

_LONGEST_NAME = 255
LONGEST_SIDE = 2000
"""Pixels of a page's picture for people."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in; `file_name` is whatever the sender wrote."""

    content: bytes
    file_name: str

    @property
    def shown_name(self) -> str:
        """The name as people are shown it."""
        return display_name(self.file_name)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file as the user would name it (`scans.zip!march/1.jpg` inside a zip): its upload, or why it cannot be one."""

    name: str
    upload: Upload | None = None
    error: RefusedInput | None = None


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A JPEG of a page; `page_width` and `page_height` are pixels of the original page image, in which polygons are given."""

    jpeg: bytes
    page_width: int
    page_height: int


def display_name(file_name: str) -> str:
    """What the sender called the file, fit to be shown: no folders, no control or direction characters, at most 255 characters.

    The last part of a name is kept when it is too long, since it says the format. Never use the result as a path.
    """
    last = re.split(r"[/\\]", file_name)[-1]
    kept = "".join(character for character in last if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip()
    if not kept.strip(". "):
        return "unnamed"
    if len(kept) > _LONGEST_NAME:
        stem, dot, suffix = kept.rpartition(".")
        ending = dot + suffix if stem and len(suffix) <= 10 else ""
        kept = kept[: _LONGEST_NAME - len(ending)] + ending
    return kept
