"""How a name is read, and the pieces by which names are found that are remembered by ear."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from storage.catalogue.grams import bigrams

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FINALS = r"iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un|er|ia|ie|iu|ua|ue|ui|uo|ve|a|e|i|o|u|v"
_SYLLABLE = re.compile(rf"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])(?:{_FINALS})|(?:ang|eng|ai|ei|ao|ou|an|en|er|a|e|o))")
_LONGEST_SYLLABLE = 6
_MOST_READINGS = 16
"""Ways to part letters into syllables that are looked at; xian has two."""


def pinyin_of(name: str) -> str:
    """The syllables of a name without tones, parted by spaces; letters and digits between them stand as they are, signs are left out.

    `name` is in the form of `normal_form.plain`. The reading of a character goes by the words around it (pypinyin, MIT).
    """
    # Its tables take a sixth of a second to load, and a search for a number needs none.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    syllables = (re.sub(r"[^0-9a-z]", "", part) for part in lazy_pinyin(name, v_to_u=False))
    return " ".join(syllable for syllable in syllables if syllable)


@lru_cache(maxsize=2_048)
def folded(syllable: str) -> str:
    """A syllable in which those are one that many speakers do not tell apart: zh and z, ch and c, sh and s, ang and an, eng and en, ing and
    in."""
    if syllable[:2] in ("zh", "ch", "sh"):
        syllable = syllable[0] + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


def name_grams(name: str, pinyin: str) -> frozenset[str]:
    """All pieces by which a name is found: its pairs of characters, and those of its syllables, which have a space between them."""
    return bigrams(name) | sound_pairs(pinyin.split())


def sound_pairs(syllables: Sequence[str]) -> frozenset[str]:
    """Every two syllables that follow each other, folded."""
    alike = [folded(syllable) for syllable in syllables]
    return frozenset(f"{one} {other}" for one, other in pairwise(alike))


def initials(pinyin: str) -> str:
    """The first letter of each syllable."""
    return "".join(syllable[0] for syllable in pinyin.split())


def readings(letters: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which letters without spaces are parted into syllables, fewest syllables first; none when they cannot be."""
    parted: list[list[tuple[str, ...]]] = [[()], *([] for _ in letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            if parted[start] and _SYLLABLE.fullmatch(letters, start, end):
                parted[end] += [(*before, letters[start:end]) for before in parted[start]]
        parted[end] = sorted(parted[end], key=len)[:_MOST_READINGS]
    return tuple(parted[-1]) if letters else ()


def is_chinese(text: Iterable[str]) -> bool:
    """Whether a text has a Chinese character."""
    return any(_CHINESE.match(character) for character in text)
