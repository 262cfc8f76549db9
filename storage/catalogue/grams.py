"""Overlapping pieces of text that make any substring findable by an index.

From every character on, a text is cut into one piece: three characters where three ASCII letters or digits follow each other
(two digits would stand in every invoice), else two, so that a Chinese word of two characters is one piece. A phrase of pieces in
an FTS5 index then means exactly: this text is somewhere in that line. Both sides must be in the form of `normal_form.plain` or
`normal_form.identifier`; the pieces of kept text may only change together with a migration that fills the index anew.
"""

import re

TOKENIZER = "ascii tokenchars '!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~'"
"""FTS5's tokenizer that parts at spaces and control characters alone."""

_PIECES = re.compile(r"(?=([0-9A-Za-z]{3}|.{1,2}))")
"""The piece at every place of every line, over each other."""


def bigrams(text: str) -> frozenset[str]:
    """Every two characters that follow each other."""
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))


def is_pair(word: str) -> bool:
    """Whether PostgreSQL's index of pairs has this word: two characters that are not both ASCII, as most Chinese words are."""
    return len(word) == 2 and not word.isascii()


def kept_grams(text: str) -> str:
    """The pieces of every line of a text, parted by spaces, as they go into the index."""
    return " ".join(_PIECES.findall(text))


def phrase(wanted: str) -> str:
    """An FTS5 phrase that matches the lines in which `wanted` (not empty) occurs."""
    whole, rest = _cut(wanted)
    return _quoted(whole) if rest is None else f"{_quoted([*whole, rest])} *"


def pieces(wanted: str) -> tuple[str, ...]:
    """Pieces that every line has in which `wanted` occurs; none when it is too short to have one."""
    return tuple(dict.fromkeys(_cut(wanted)[0]))


def term(piece: str) -> str:
    """One piece as an FTS5 phrase."""
    return _quoted([piece])


def _cut(wanted: str) -> tuple[list[str], str | None]:
    """The pieces that begin in a text, and how the next one begins: how long that is depends on what follows the text."""
    whole: list[str] = []
    covered = start = 0
    while covered < len(wanted):
        rest = wanted[start:]
        if len(rest) < 2 or (len(rest) == 2 and _plain_ascii(rest)):
            return whole, rest
        length = _length(wanted, start)
        whole.append(wanted[start : start + length])
        covered = start + length
        start += 1
    return whole, None


def _length(line: str, start: int) -> int:
    return 3 if _plain_ascii(line[start : start + 3]) else 2


def _plain_ascii(piece: str) -> bool:
    return piece.isascii() and piece.isalnum()


def _quoted(pieces: list[str]) -> str:
    return '"' + " ".join(pieces).replace('"', '""') + '"'
