"""Names of line items: since 2018 `*short name of the tax classification*name` (国家税务总局公告2017年第45号).

The two stars are small, and engines read them as quotation marks or degree signs, or not at all.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.invoice import LineItem
from ocr_service.faces.face import squeeze

_QUOTES = "\"“”„‟″〃'‘’′`´^°º˚"
"""What a star between two words is read as, where no such sign can stand: straight behind Chinese and before more of the name."""
_WHOLE = re.compile(r"\*[^*]+\*.+")
_BOTH = re.compile(rf"[*{_QUOTES}]([\u4e00-\u9fff]{{2,}})[*{_QUOTES}](?=.)")
_SECOND = re.compile(rf"([\u4e00-\u9fff]{{2,}})([*{_QUOTES}])(?=[^*{_QUOTES}\d])")


def starred(name: str, *, is_usual: bool = False) -> str:
    """A name with its stars where signs stand in their places that were read for them; any other name as it is.

    `is_usual` says that other lines of the invoice are printed with stars: then even a pair of quotation marks was one of stars.
    """
    name = re.sub(r"^\*{2,}", "*", name)
    if _WHOLE.fullmatch(name):
        return name
    both = _BOTH.match(name)
    if both is not None and (is_usual or not _is_quoted(both.group())) and not (set(name[both.end() :]) & set(_QUOTES)):
        return f"*{both[1]}*{name[both.end() :]}"
    second = _SECOND.match(name)
    if second is None or (second[2] != "*" and set(name[second.end() :]) & set(_QUOTES)) or "*" in name[second.end() :]:
        # Two quotation marks are a pair around a brand; two stars behind a word are whole, and the word is no classification.
        return name
    return f"*{second[1]}*{name[second.end() :]}"


def has_stars(name: str) -> bool:
    """Whether a name is printed in the form with two stars."""
    return _WHOLE.fullmatch(squeeze(name)) is not None


def without_signs(name: str) -> str:
    """The name without what may be a star: two readings of one name that differ in stars alone have this in common."""
    return re.sub(rf"[*{_QUOTES}]", "", squeeze(name))


def with_starred_names(table: Sequence[LineItem]) -> tuple[LineItem, ...]:
    """The rows with the stars of their names set right."""
    usual = any(item.name is not None and has_stars(item.name) for item in table)
    return tuple(item if item.name is None else replace(item, name=starred(item.name, is_usual=usual)) for item in table)


def _is_quoted(text: str) -> bool:
    return text[0] in "\"“'‘" and text[-1] in "\"”'’"
