"""The invoice numbers that people write into the text of a voucher: 摘要, the supplier's column, 票号.

Formats seen with users of ledgers: `NO.` before it, letters before it, several joined by `/`, `,` or `、`, remarks behind it, and often
only the end of the number (6 to 10 digits). 20 digits are also kept as 12 + 8.
"""

import re
import unicodedata
from typing import NamedTuple

SHORTEST_TAIL = 7
"""Digits by which a single candidate counts as found; a shorter end is shown to a person."""
_SHORTEST_SHOWN = 6
_NUMBERS = re.compile(r"(?<!\d)(?<!\d\.)\d{6,20}(?![\d.]*\d)")
_MARKED = re.compile(r"(?:NO\.?|号码?|发票|票号|#)[:.]?\s*[A-Z]{0,3}$", re.IGNORECASE)
_JOINED = re.compile(r"\d\s*[/,、;]\s*$")
_SPLIT = re.compile(r"(?<!\d)(\d{12})\s*[-/ ]\s*(\d{8})(?!\d)")
_DATED = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01]))?")


class Reference(NamedTuple):
    """A number that a text gives: all of it (20 digits, or 8 with or without its code), or only its end."""

    number: str
    code: str = ""
    is_tail: bool = False


def references(text: str) -> tuple[Reference, ...]:
    """Every number of an invoice in a text, in order, each once.

    8 digits are a number of old or the end of a new one, so they count as an end. Six digits that may be a month, and eight that may be a
    day, count only where something before them says that it is a number.
    """
    folded = unicodedata.normalize("NFKC", text)
    found: list[Reference] = []
    split = {met[2] for met in _SPLIT.finditer(folded)}
    found += [Reference(met[1] + met[2]) for met in _SPLIT.finditer(folded)]
    for met in _NUMBERS.finditer(_SPLIT.sub(" ", folded)):
        before = _SPLIT.sub(" ", folded)[: met.start()]
        reference = _reference(met[0], is_marked=bool(_MARKED.search(before) or _JOINED.search(before)))
        if reference is not None and reference.number not in split:
            found.append(reference)
    return tuple(dict.fromkeys(found))


def _reference(digits: str, *, is_marked: bool) -> Reference | None:
    if len(digits) == 20:
        return Reference(digits)
    if len(digits) > 10 or len(digits) < _SHORTEST_SHOWN:
        return None
    if _DATED.fullmatch(digits) and not is_marked:
        return None
    return Reference(digits, is_tail=True)
