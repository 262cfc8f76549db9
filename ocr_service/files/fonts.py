"""Fonts for the pages that are drawn for people: OFD and plain data. What was read never depends on them."""

from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts", Path("/Library/Fonts"))
_SONG = ("uming.ttc", "NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "ukai.ttc")
_KAI = ("ukai.ttc", *_SONG)
"""Files of Debian's packages fonts-arphic-uming, fonts-arphic-ukai, fonts-noto-cjk and fonts-wqy-*, the most like the form's first."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def font_for(name: str, size: float) -> Font:
    """A font of this size in pixels, a Kai for 楷体, a Song for the rest; Pillow's own, without ideographs, where none is installed."""
    return _font("楷" in name or "kai" in name.lower(), round(size, 1))


@lru_cache(maxsize=64)
def _font(kai: bool, size: float) -> Font:
    path = _installed(kai)
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(path, size)


@cache
def _installed(kai: bool) -> Path | None:
    for name in _KAI if kai else _SONG:
        for folder in _FOLDERS:
            if (found := next(folder.rglob(name), None)) is not None:
                return found
    return None
