"""The fields of the search form as things remembered, each read as the same words in a sentence would be."""

from collections.abc import Mapping
from dataclasses import replace

from models.clue_texts import parse_clues
from models.clues import MAX_AMOUNT, AmountClue, Clues, DateClue
from models.errors import InvalidClue
from models.remembered import (
    AmountCertainty,
    Clue,
    Meaning,
    Memory,
    NameForm,
    NumberPart,
    PartyName,
    PartyRole,
    Remembered,
    RememberedAmount,
    RememberedDays,
    RememberedKind,
    RememberedNumber,
    RememberedParty,
    RememberedTaxId,
)
from ocr_service.understanding.sentence import Circumstances, understand

_WHOLE = 8
"""Digits of the shortest whole number."""


def recalled(texts: Mapping[str, str], circumstances: Circumstances) -> Memory:
    """What `sentence` and the fields of the search form say together; a blank one says nothing.

    Raises:
        InvalidClue: an amount, a date or a kind is none that is understood, or a range is empty.
    """
    given = {name: text.strip() for name, text in texts.items() if text.strip()}
    things = list(understand(texts.get("sentence", ""), circumstances))
    things += understand(given.get("text", ""), circumstances, "text")
    for name in ("number", "code", "tax_id", "seller", "buyer", "amount", "date"):
        if name in given:
            things.append(_field(name, given[name], circumstances))
    things += _ranges(given)
    return Memory(tuple(things))


def _field(name: str, text: str, circumstances: Circumstances) -> Remembered:
    wanted = {"number": RememberedNumber, "amount": RememberedAmount, "date": RememberedDays}.get(name)
    if wanted is not None:
        for thing in understand(text, circumstances, name):
            fitting = [meaning for meaning in thing.meanings if isinstance(meaning.clue, wanted)]
            if fitting and len(thing.words) == len(text):
                return replace(thing, meanings=_shared(fitting))
    if name in ("seller", "buyer"):
        return _party(PartyRole(name), text, circumstances)
    clues = parse_clues({name: text})
    return Remembered(text, (Meaning(_plain(name, text, clues)),), name)


def _shared(meanings: list[Meaning]) -> tuple[Meaning, ...]:
    total = sum(meaning.likelihood for meaning in meanings)
    return tuple(replace(meaning, likelihood=meaning.likelihood / total) for meaning in meanings)


def _party(role: PartyRole, text: str, circumstances: Circumstances) -> Remembered:
    """Whatever stands there is a name, whether a sentence would have it for one or not."""
    things = list(understand(text, circumstances, role.value))
    if len(things) == 1 and things[0].words == text:
        parties = [meaning for meaning in things[0].meanings if isinstance(meaning.clue, RememberedParty)]
        if parties:
            named = [replace(one, clue=replace(one.clue, role=role)) for one in parties if isinstance(one.clue, RememberedParty)]
            return replace(things[0], meanings=_shared(named))
    form = NameForm.ENGLISH if text.isascii() else NameForm.CHINESE
    return Remembered(text, (Meaning(RememberedParty((PartyName(text.casefold(), form),), role)),), role.value)


def _plain(name: str, text: str, clues: Clues) -> Clue:
    """What a field says that no sentence would."""
    if name == "code":
        return RememberedNumber("", code=text.upper())
    if name == "tax_id":
        return RememberedTaxId(text.upper())
    if name == "number":
        part = NumberPart.WHOLE if "*" in text or len(text) >= _WHOLE else NumberPart.ANY
        return RememberedNumber(text.upper(), part)
    if clues.amount is not None:
        return _amount(clues.amount)
    if clues.date is not None:
        return RememberedDays(clues.date.first, clues.date.last)
    raise InvalidClue(f"{name}: {text!r} is not understood")


def _amount(clue: AmountClue) -> RememberedAmount:
    if clue.wanted is None:
        return RememberedAmount(max(clue.low, -MAX_AMOUNT), min(clue.high, MAX_AMOUNT), None, AmountCertainty.RANGE)
    certainty = AmountCertainty.EXACT if clue.low == clue.high else AmountCertainty.ABOUT
    return RememberedAmount(clue.low, clue.high, clue.wanted, certainty)


def _ranges(given: Mapping[str, str]) -> list[Remembered]:
    """The ends of ranges, and the kind, which are written as the form has them."""
    things = []
    for name, ends in (("amount", ("amount_min", "amount_max")), ("date", ("date_from", "date_to")), ("kind", ("kind",))):
        texts = {end: given[end] for end in ends if end in given}
        if not texts:
            continue
        if name != "kind" and name in given:
            parse_clues({name: given[name], **texts})  # Says what is wrong with both.
        clues = parse_clues(texts)
        words = " .. ".join(texts.values())
        if clues.amount is not None:
            things.append(Remembered(words, (Meaning(_amount(clues.amount)),), name))
        if clues.date is not None:
            things.append(Remembered(words, (Meaning(_days(clues.date)),), name))
        if clues.kind is not None:
            things.append(Remembered(words, (Meaning(RememberedKind((clues.kind,))),), name))
    return things


def _days(clue: DateClue) -> RememberedDays:
    return RememberedDays(clue.first, clue.last)
