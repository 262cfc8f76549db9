"""From what the recogniser says about each column of a line to its text, with the alternatives of every character.

The network's output is CTC (Graves et al., 2006): for each narrow column a probability of every character and of "nothing",
which has index 0. Neighbouring columns with the same character are one character.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.document import CharacterChoices

_MOST_CHOICES = 5
_LEAST_PROBABILITY = 1e-4
"""An alternative that is less likely than this is none."""
_SURELY_NOTHING = 0.95
"""A column that is nothing with this probability hides no character worth a thought."""
_MAY_BE_A_VALUE = re.compile("[0-9０-９零壹贰叁肆伍陆柒捌玖拾佰仟]")
"""Codes, numbers, dates, tax ids and amounts, in digits or in words: the lines whose alternatives are worth keeping."""


@dataclass(frozen=True, slots=True)
class DecodedLine:
    """A text, how likely (0 to 1) each of its characters is, and what may stand in its places instead.

    `choices` has an entry for each character, or is empty for a text that holds no digit and no amount in words. `missed` is how
    likely it is that one more character, which the text does not have, stands somewhere between the others; a space is none.
    """

    text: str
    probabilities: tuple[float, ...]
    choices: tuple[CharacterChoices, ...]
    missed: float

    @property
    def confidence(self) -> float:
        """Mean probability of the characters; 0 for a line without any."""
        return sum(self.probabilities) / len(self.probabilities) if self.probabilities else 0.0


def decode(output: NDArray[np.float32], characters: Sequence[str]) -> DecodedLine:
    """The likeliest text of an output of columns x (1 + characters) probabilities; each character counts where it is likeliest."""
    best = output.argmax(axis=1)
    likeliness = output[np.arange(len(best)), best]
    begins, odds = [0, *(np.flatnonzero(np.diff(best)) + 1).tolist()], likeliness.tolist()
    runs = [range(begin, end) for begin, end in pairwise((*begins, len(odds))) if best[begin]]
    columns = [max(run, key=odds.__getitem__) for run in runs]
    text = "".join(characters[best[column] - 1] for column in columns)
    kept = tuple(_ranked(output[column], best[column], characters) for column in columns) if _MAY_BE_A_VALUE.search(text) else ()
    missed = max(
        (
            _missed(output[column], best[:column], best[column:], characters)
            for column in np.flatnonzero((best == 0) & (likeliness < _SURELY_NOTHING))
        ),
        default=0.0,
    )
    return DecodedLine(text, tuple(odds[column] for column in columns), kept, missed)


def _missed(column: NDArray[np.float32], before: NDArray[np.int64], after: NDArray[np.int64], characters: Sequence[str]) -> float:
    """How likely a column that was taken for nothing holds a character of its own, and not a space or the rim of a neighbour."""
    likeliest = 1 + int(column[1:].argmax())
    neighbours = (*before[before > 0][-1:], *after[after > 0][:1])
    return 0.0 if likeliest in neighbours or characters[likeliest - 1] == " " else float(column[likeliest])


def _ranked(row: NDArray[np.float32], best: int, characters: Sequence[str]) -> CharacterChoices:
    """The likeliest characters of a column, of which one is the best, best first; "" is nothing."""
    # Probabilities add up to 1: beside one that is nearly 1 there is no other to look for.
    likely = np.flatnonzero(row >= _LEAST_PROBABILITY).tolist() if row[best] <= 1 - _LEAST_PROBABILITY else [best]
    ranked = sorted(likely, key=row.__getitem__, reverse=True)[:_MOST_CHOICES]
    return tuple((characters[index - 1] if index else "", float(row[index])) for index in ranked)
