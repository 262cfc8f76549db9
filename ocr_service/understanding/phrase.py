"""Stretches of a sentence that can be meant as something, and the sentence in one way of writing."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from models.remembered import Clue, Meaning
from storage.catalogue.normal_form import simplified

_FORMS = str.maketrans(
    {
        **dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟弍弐", "一二三四五六七八九十百千二二", strict=True)),
        **{"圆": "元", "〇": "零", "○": "零", "號": "号", "廿": "廿", "幺": "一"},
        **dict.fromkeys("‐‑‒–—−―", "-"),
        **dict.fromkeys("∼〜", "~"),
    }
)


class Phrase(NamedTuple):
    """Characters `start` to `end` (not included) of the folded text, what they can mean, and how sure it is that they belong together.

    `strength` is about 1 for words that say what they are (尾号3828, 三月份) and less for what may be anything (3828).
    """

    start: int
    end: int
    meanings: tuple[Meaning, ...]
    strength: float = 1.0

    def trimmed(self, text: str) -> "Phrase":
        """Without the spaces around it."""
        said = text[self.start : self.end]
        return self._replace(start=self.end - len(said.lstrip(" ,")), end=self.start + len(said.rstrip(" ,")))

    @classmethod
    def of(cls, start: int, end: int, clue: Clue, strength: float = 1.0, likelihood: float = 1.0) -> "Phrase":
        """A phrase with one meaning."""
        return cls(start, end, (Meaning(clue, likelihood),), strength)


def folded(text: str) -> str:
    """The text in half width, lower case, simplified characters and plain numerals, each character in its place."""
    return simplified("".join(_folded(character) for character in text)).translate(_FORMS)


def _folded(character: str) -> str:
    """One character as one: what would become several (½, ㎡) stays as it is, and what is not seen becomes a space."""
    form = unicodedata.normalize("NFKC", character).casefold()
    kept = form if len(form) == 1 else character
    return " " if unicodedata.category(kept)[0] in "ZC" else kept


def every(shape: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches that begin at each place, overlapping ones too: 三千 stands in 双十一三千 although 一三千 is met first."""
    met = shape.search(text)
    while met is not None:
        yield met
        met = shape.search(text, met.start() + 1)
