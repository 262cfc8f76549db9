"""Overlapping pieces of text that make any substring findable by an index.

From every character on, a text is cut into one piece: three characters where three ASCII letters or digits follow each other
(two digits would stand in every invoice), else two, so that a Chinese word of two characters is one piece. A phrase of pieces in
an FTS5 index then means exactly: this text is somewhere in that line. Both sides must be in the form of `normal_form.plain` or
`normal_form.identifier`; the pieces of kept text may only change together with a migration that fills the index anew.
"""

TOKENIZER = "ascii tokenchars '!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~'"
"""FTS5's tokenizer that parts at spaces and control characters alone."""


def bigrams(text: str) -> frozenset[str]:
    """Every two characters that follow each other."""
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))


def kept_grams(text: str) -> str:
    """The pieces of every line of a text, parted by spaces, as they go into the index."""
    return " ".join(line[start : start + _length(line, start)] for line in text.split("\n") for start in range(len(line)))


def phrase(wanted: str) -> str:
    """An FTS5 phrase that matches the lines in which `wanted` (not empty) occurs."""
    pieces: list[str] = []
    covered = start = 0
    while covered < len(wanted):
        rest = wanted[start:]
        # How long the piece is that begins here depends on what follows: any piece that begins so will do.
        if len(rest) < 2 or (len(rest) == 2 and _plain_ascii(rest)):
            return f"{_quoted([*pieces, rest])} *"
        length = _length(wanted, start)
        pieces.append(wanted[start : start + length])
        covered = start + length
        start += 1
    return _quoted(pieces)


def _length(line: str, start: int) -> int:
    return 3 if _plain_ascii(line[start : start + 3]) else 2


def _plain_ascii(piece: str) -> bool:
    return piece.isascii() and piece.isalnum()


def _quoted(pieces: list[str]) -> str:
    return '"' + " ".join(pieces).replace('"', '""') + '"'
