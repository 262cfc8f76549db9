"""Find the free faces an invoice needs.

A brush-like Kai and a Hei for printed forms, a Song for what machines fill in, and even-spaced figures for numbering machines.
"""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

# name: (Debian package, file under a font folder, index of the face with mainland glyphs)
_FACES = {
    "kai": ("fonts-arphic-ukai", "truetype/arphic/ukai.ttc", 0),
    "song": ("fonts-arphic-uming", "truetype/arphic/uming.ttc", 0),
    "hei": ("fonts-wqy-zenhei", "truetype/wqy/wqy-zenhei.ttc", 0),
    "figures": ("fonts-dejavu-core", "truetype/dejavu/DejaVuSansMono.ttf", 0),
}
_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


class FontMissingError(RuntimeError):
    """A font the drawings need is not installed."""


# Each size of a face holds megabytes, and every page has sizes of its own: only the last ones are kept.
@lru_cache(maxsize=128)
def font(name: str, pixels: float) -> ImageFont.FreeTypeFont:
    """Return a face at a size in pixels; layout is the basic one, so the same pixels come out whatever shaping library is there."""
    package, path, index = _FACES[name]
    for folder in _FOLDERS:
        if (folder / path).is_file():
            return ImageFont.truetype(str(folder / path), pixels, index=index, layout_engine=ImageFont.Layout.BASIC)
    msg = f"the font {path} is missing: install the Debian package {package}"
    raise FontMissingError(msg)
