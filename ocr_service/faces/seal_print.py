"""What a company's seal prints over the fields beside it: 发票专用章, and the taxpayer id across its middle."""

import re

from rapidfuzz.distance import Levenshtein

_WORDS = "发票专用章"
_SHOWN = re.compile(r"发票专用|票专用章|专用章|监制|^章$")
_LEAST_OF_AN_ID, _NEARLY_AN_ID = 3, 14
"""Characters that are enough to be a part of the id, and to be the id with some of them misread."""
_MISREAD = 3


def is_seals_print(text: str, tax_id: str) -> bool:
    """Whether a text without white space is what the seal of a company with this taxpayer id (may be empty) says, misread or torn."""
    return _SHOWN.search(text) is not None or _is_like_its_words(text) or _is_of(tax_id, text)


def _is_like_its_words(text: str) -> bool:
    """Whether a short text is 发票专用章 or a part of it, one character of which may be misread."""
    parts = [_WORDS[start : start + len(text)] for start in range(max(1, len(_WORDS) - len(text) + 1))]
    return 3 <= len(text) <= 6 and any(Levenshtein.distance(text, part) <= 1 for part in parts)


def _is_of(tax_id: str, text: str) -> bool:
    """Whether a text is the id or a part of it; ink of the seal's star and rim puts signs between its characters."""
    if not tax_id or re.search(r"[\u4e00-\u9fff]", text):
        return False
    compact = re.sub(r"[^0-9A-Z]", "", text.upper())
    if len(compact) >= _LEAST_OF_AN_ID and compact in tax_id:
        return True
    return len(compact) >= _NEARLY_AN_ID and Levenshtein.distance(compact, tax_id) <= _MISREAD
