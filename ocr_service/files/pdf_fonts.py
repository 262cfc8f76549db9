"""Lends pdfium a Chinese font for those that a PDF names and does not embed; without one it would leave their words out of the page."""

import ctypes
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ocr_service.files.fonts import chinese_font, is_chinese

_CHINESE = frozenset({raw.FXFONT_GB2312_CHARSET, raw.FXFONT_CHINESEBIG5_CHARSET})
_COLLECTION = int.from_bytes(b"ttcf")
"""The tag under which pdfium asks for a file of several fonts; under 0 it asks for one of a single font."""


@cache
def lend_fonts() -> None:
    """From here on every PDF of this process is drawn with the lent fonts; call it under the lock that guards pdfium."""
    _LentFonts().setup()


class _LentFonts(pdfium.PdfSysfontBase):  # type: ignore[misc]  # pypdfium2 is not typed
    """Answers for Chinese fonts itself and leaves all others to pdfium. Names are those of FPDF_SYSFONTINFO.

    A handle of ours is the place of a file in `_files`, counted from 1: no pointer that pdfium's own answer could be is so small.
    """

    def __init__(self) -> None:
        self._files: list[Path] = []
        super().__init__()

    def MapFont(self, _: object, weight: int, italic: int, charset: int, pitch: int, face: ctypes.c_void_p, ignored: object) -> int | None:
        name = (ctypes.cast(face, ctypes.c_char_p).value or b"").decode("gb18030", "replace")
        if charset in _CHINESE or is_chinese(name):
            path = chinese_font(name)
            return None if path is None else self._handle(path)
        found: int | None = super().MapFont(_, weight, italic, charset, pitch, face, ignored)
        return found

    def GetFontData(self, _: object, handle: int, table: int, buffer: ctypes.c_void_p, size: int) -> int:
        path = self._lent(handle)
        if path is None:
            return int(super().GetFontData(_, handle, table, buffer, size))
        if table != (_COLLECTION if path.suffix == ".ttc" else 0):
            return 0
        length = path.stat().st_size
        if size >= length:
            with path.open("rb", buffering=0) as file:
                file.readinto(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ubyte * length)).contents)
        return length

    def GetFaceName(self, _: object, handle: int, buffer: object, size: int) -> int:
        return 0 if self._lent(handle) is not None else int(super().GetFaceName(_, handle, buffer, size))

    def GetFontCharset(self, _: object, handle: int) -> int:
        return int(raw.FXFONT_GB2312_CHARSET if self._lent(handle) is not None else super().GetFontCharset(_, handle))

    def DeleteFont(self, _: object, handle: int) -> None:
        if self._lent(handle) is None:
            super().DeleteFont(_, handle)

    def _handle(self, path: Path) -> int:
        if path not in self._files:
            self._files.append(path)
        return self._files.index(path) + 1

    def _lent(self, handle: int) -> Path | None:
        return self._files[handle - 1] if handle and handle <= len(self._files) else None
