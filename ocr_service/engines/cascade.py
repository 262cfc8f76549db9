"""A quick network reads every line, a thorough one reads again what the quick one is not sure of.

The tiny recogniser takes a fifth of the small one's time. Where every character is sure, both read the same.
"""

import re
from collections.abc import Sequence

from ocr_service.engines.crops import Pixels
from ocr_service.engines.ctc import DecodedLine
from ocr_service.engines.recognition import LineReader
from ocr_service.faces.cipher import is_cipher
from ocr_service.kinds.registry import printed_labels

_SURE = 0.85
"""Least probability of a character that needs no second reading."""
_SURELY_NOT_MISSED = 0.2
"""From this probability on, a character may stand where the quick network read none."""
_HARMLESS = frozenset(" :：()（）[]〔〕《》、。;；¥￥")
"""Marks that look alike in their wide and narrow forms: which of them it is changes no value, except between digits."""
_RATHER = 0.5
"""Least probability of such a mark: it may be in doubt which form it has, not whether it is one. Of a label's characters, too."""
_LABEL = re.compile("|".join(sorted(map(re.escape, (label for label in printed_labels() if len(label) > 2)), key=len, reverse=True)))
"""What every form of its kind has printed on it: characters that make up a label together bear each other out."""


class CascadedReader:
    """Reads strips as `LineReader` does."""

    def __init__(self, quick: LineReader, thorough: LineReader) -> None:
        self._quick, self._thorough = quick, thorough

    def read_all(self, strips: Sequence[Pixels]) -> list[DecodedLine]:
        """The texts of BGR strips of one line each, in their order; empty text where nothing is read."""
        lines = self._quick.read_all(strips)
        unsettled = [place for place, line in enumerate(lines) if not is_settled(line)]
        for place, line in zip(unsettled, self._thorough.read_all([strips[place] for place in unsettled]), strict=True):
            lines[place] = line
        return lines


def is_settled(line: DecodedLine) -> bool:
    """Whether a line needs no second reading."""
    if is_cipher(line.text):
        return True
    if not line.text or line.missed >= _SURELY_NOT_MISSED:
        return False
    labels = [match.span() for match in _LABEL.finditer(line.text)]
    return all(
        value >= _SURE or (value >= _RATHER and (_is_harmless(line.text, place) or any(begin <= place < end for begin, end in labels)))
        for place, value in enumerate(line.probabilities)
    )


def _is_harmless(text: str, place: int) -> bool:
    between_digits = text[max(0, place - 1) : place].isdigit() and text[place + 1 : place + 2].isdigit()
    return text[place] in _HARMLESS and not between_digits
