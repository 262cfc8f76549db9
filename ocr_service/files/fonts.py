"""Chinese fonts for pages whose own are not at hand: PDF that names a font without embedding it, OFD, plain data.

They decide how a page looks, never what was read from its text.
"""

import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

_PACKAGE = "pylopdf_fonts_zh_cn"
"""Part of the set-up: Noto Serif SC and Noto Sans SC (SIL Open Font License 1.1). Only its files are used."""
_SONG, _HEI = "NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf"
_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts", Path("/Library/Fonts"))
_INSTALLED = ("uming.ttc", "NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "ukai.ttc")
"""Files of Debian's packages fonts-arphic-uming, fonts-arphic-ukai, fonts-noto-cjk and fonts-wqy-*, the most like the form's first."""
_HEI_NAMES = re.compile("黑|hei|gothic", re.IGNORECASE)
_CHINESE_NAMES = re.compile(
    "[宋楷黑仿隶圆]|song|sim(sun|hei|kai|fang)|kai(ti|gb|_)|fang_?song|hei(ti|_)|dengxian|yahei|sourcehan|noto.*(cjk|sc)|^(fz|st|hy)[a-z]",
    re.IGNORECASE,
)
"""Names of fonts that Windows, macOS and the founders 方正, 华文 and 汉仪 make for Chinese."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def font_for(name: str, size: float) -> Font:
    """A font of this size in pixels to stand for the one that a page names; Pillow's own, without ideographs, where there is none."""
    return _font(chinese_font(name), round(size, 1))


def chinese_font(name: str = "") -> Path | None:
    """The file that stands for a Chinese font of this name: a Hei for a Hei, a Song for all others.

    That of the set-up, so that a page looks the same on every machine; one that the machine has installed only where the set-up lost its
    own; None without any.
    """
    return _file_of(_HEI if _HEI_NAMES.search(name) else _SONG)


def is_chinese(name: str) -> bool:
    """Whether a font of this name is made for Chinese."""
    return _CHINESE_NAMES.search(name) is not None


@lru_cache(maxsize=64)
def _font(path: Path | None, size: float) -> Font:
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(path, size)


@cache
def _file_of(name: str) -> Path | None:
    package = find_spec(_PACKAGE)
    if package is not None:
        for location in package.submodule_search_locations or ():
            if (path := Path(location) / name).is_file():
                return path
    for installed in _INSTALLED:
        for folder in _FOLDERS:
            if (found := next(folder.rglob(installed), None)) is not None:
                return found
    return None
