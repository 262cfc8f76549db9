"""What a person says of how their words were understood: this meaning, and not the others."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from models.remembered import Meaning, Memory, Remembered, RememberedAmount, RememberedWords
from ocr_service.understanding.telling import clue_name, clue_value

_CHOICE = re.compile(r"([0-9]{1,4}):([a-z_]{1,20})(?::([^,]{0,80}))?")


class Way(NamedTuple):
    """One way in which words may be taken: `key` names it in an address, `meanings` are those that are left then."""

    key: str
    meanings: tuple[Meaning, ...]


def ways(thing: Remembered) -> Iterator[Way]:
    """The ways to take words of a sentence, likeliest first, and as mere words at last; amounts go as one, however sure they are."""
    amounts = [meaning for meaning in thing.meanings if isinstance(meaning.clue, RememberedAmount)]
    told: set[str] = set()
    for meaning in thing.meanings:
        if meaning in amounts:
            if meaning is amounts[0]:
                yield Way(f"{thing.start}:amount", _alone(amounts))
            continue
        name = clue_name(meaning.clue)
        key = name if name not in told and not _is_shared(thing, name) else f"{name}:{clue_value(meaning.clue)}"
        told.add(name)
        yield Way(f"{thing.start}:{key}".replace(",", ";"), _alone([meaning]))
    if all(not isinstance(meaning.clue, RememberedWords) for meaning in thing.meanings):
        yield Way(f"{thing.start}:text", (Meaning(RememberedWords(thing.words)),))


def chosen(memory: Memory, choices: str) -> Memory:
    """The memory with the meanings that were chosen, by the keys of ways parted by commas; a key that fits nothing is passed over."""
    wanted = {choice[0]: choice[0] for choice in _CHOICE.finditer(choices)}
    return Memory(tuple(_chosen(thing, wanted) if thing.source == "sentence" else thing for thing in memory)) if wanted else memory


def _chosen(thing: Remembered, wanted: Mapping[str, str]) -> Remembered:
    return next((replace(thing, meanings=way.meanings) for way in ways(thing) if way.key in wanted), thing)


def _is_shared(thing: Remembered, name: str) -> bool:
    return sum(clue_name(meaning.clue) == name for meaning in thing.meanings) > 1


def _alone(meanings: list[Meaning]) -> tuple[Meaning, ...]:
    total = sum(meaning.likelihood for meaning in meanings)
    return tuple(replace(meaning, likelihood=meaning.likelihood / total) for meaning in meanings)
