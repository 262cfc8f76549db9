"""What the search page shows of a sentence: chips for how it was understood, and what each invoice says to each clue."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from api.web.find_view import crops_of
from api.web.language import Language
from api.web.recall_words import level_words, told
from models.money import format_amount
from models.remembered import (
    AmountCertainty,
    AmountOf,
    Candidate,
    Clue,
    Memory,
    PartyRole,
    Remembered,
    RememberedAmount,
    RememberedDays,
    RememberedKind,
    RememberedNumber,
    RememberedParty,
    RememberedTaxId,
)
from ocr_service.recalling import Recalled
from ocr_service.reconciling import known_to_statements
from ocr_service.service import ArchiveService
from ocr_service.understanding.choosing import Way, ways
from ocr_service.understanding.telling import clue_name
from storage.catalogue.reconciliation_lines import PlacedLine

_SHOWN_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to take the words of a chip: the name of the clue, what it says, and the address that takes it so."""

    name: str
    says: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """Words and how they were understood. `choices` and `without` are empty for what stands in a field, where it is changed."""

    words: str
    start: int
    name: str
    says: str
    no_day: bool
    """The words look like a date that the calendar does not have."""
    choices: tuple[Choice, ...]
    without: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What an invoice says to one clue."""

    name: str
    words: str
    level: str
    value: str
    met: bool
    slip: bool
    """It is met only if a slip was made."""
    missed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate with the answers and the pieces of paper on which they stand."""

    candidate: Candidate
    answers: tuple[Answered, ...]
    crops: tuple[tuple[str, str], ...]


def chips(memory: Memory, asked: Mapping[str, str], whole: Memory, language: Language) -> tuple[Chip, ...]:
    """A chip for each thing; `whole` is the memory before any choice, so that what was chosen can be changed again."""
    before = {thing.start: thing for thing in whole if thing.source == "sentence"}
    return tuple(_chip(thing, before.get(thing.start, thing), asked, language) for thing in memory)


def _chip(thing: Remembered, before: Remembered, asked: Mapping[str, str], language: Language) -> Chip:
    clue = thing.clue
    choices: tuple[Choice, ...] = ()
    without = ""
    if thing.source == "sentence":
        possible = list(ways(before))
        taken = next((way for way in possible if way.meanings[0].clue == clue), None)
        choices = tuple(_choice(way, before, asked, language, chosen=way is taken) for way in possible)
        without = urlencode(changed(asked, thing.start, thing.words, ""))
    return Chip(thing.words, thing.start, clue_name(clue), told(clue, language), thing.names_no_day, choices, without)


def _choice(way: Way, thing: Remembered, asked: Mapping[str, str], language: Language, *, chosen: bool) -> Choice:
    kept = [choice for choice in _choices(asked) if not choice.startswith(f"{thing.start}:")]
    query = urlencode({**asked, "meant": ",".join([*kept, way.key])})
    clue = way.meanings[0].clue
    return Choice(clue_name(clue), told(clue, language), query, chosen)


def changed(asked: Mapping[str, str], start: int, words: str, into: str) -> dict[str, str]:
    """The question with these words of the sentence changed; what was chosen for words after them is kept."""
    sentence = asked.get("sentence", "")
    if sentence[start : start + len(words)] != words:
        return dict(asked)
    new = sentence[:start] + into + sentence[start + len(words) :]
    kept = []
    for choice in _choices(asked):
        place, _, clue = choice.partition(":")
        if place.isdigit() and int(place) != start:
            moved = int(place) + (len(into) - len(words) if int(place) > start else 0)
            kept.append(f"{moved}:{clue}")
    question = {**asked, "sentence": new, "meant": ",".join(kept)}
    return {name: value for name, value in question.items() if value.strip()}


def _choices(asked: Mapping[str, str]) -> list[str]:
    return [choice for choice in asked.get("meant", "").split(",") if choice]


def rows(service: ArchiveService, candidates: Iterable[Candidate], language: Language) -> tuple[Row, ...]:
    """The candidates with what they answer."""
    return tuple(Row(candidate, tuple(_answers(candidate, language)), crops_of(service, candidate.invoice.id)) for candidate in candidates)


def nearest_rows(service: ArchiveService, recalled: Recalled, language: Language) -> tuple[Row, ...]:
    """The few that come nearest."""
    return rows(service, recalled.nearest[:_SHOWN_NEAREST], language)


def _answers(candidate: Candidate, language: Language) -> Iterator[Answered]:
    for one in candidate.comparisons:
        yield Answered(
            name=clue_name(one.clue),
            words=one.thing.words,
            level=level_words(one.level, language),
            value=one.value or "",
            met=one.is_as_said,
            slip=one.is_slip,
            missed=not one.is_met and one.level != "absent",
        )


def known_elsewhere(service: ArchiveService, memory: Memory) -> list[PlacedLine]:
    """Lines of lists of the tax bureau or a ledger that name an invoice with the number, or the exact total with a day or seller."""
    clues = [thing.clue for thing in memory]
    number = next((one.number for one in clues if isinstance(one, RememberedNumber) and one.number.isdigit()), None)
    exact = (one for one in clues if isinstance(one, RememberedAmount) and one.certainty is AmountCertainty.EXACT and not one.digits)
    total = next((one.wanted for one in exact if one.of in (AmountOf.ANY, AmountOf.TOTAL)), None)
    day = next((one.first for one in clues if isinstance(one, RememberedDays) and one.first == one.last), None)
    parties = (one.names[0].text for one in clues if isinstance(one, RememberedParty) and one.role is not PartyRole.BUYER)
    return known_to_statements(service, number=number, seller=next(parties, None), total=total, day=day)


def loss_query(memory: Memory, asked: Mapping[str, str]) -> str:
    """What is known for sure, in the names of the search form, to fill in the form of a case about the loss; and the sentence."""
    query = {"sentence": asked["sentence"]} if asked.get("sentence") else {}
    for thing in memory:
        query |= _facts(thing.clue)
    return urlencode(query)


def _facts(clue: Clue) -> Mapping[str, str]:
    match clue:
        case RememberedNumber():
            facts = {"number": clue.number, "code": clue.code}
        case RememberedTaxId():
            facts = {"tax_id": clue.tax_id}
        case RememberedAmount(certainty=AmountCertainty.EXACT):
            facts = {"amount": format_amount(clue.low)}
        case RememberedDays() if clue.first == clue.last:
            facts = {"date": clue.first.isoformat()}
        case RememberedParty():
            facts = {"buyer" if clue.role is PartyRole.BUYER else "seller": clue.names[0].text}
        case RememberedKind(kinds=(kind,)):
            facts = {"kind": kind.value}
        case _:
            facts = {}
    return {name: text for name, text in facts.items() if text and "?" not in text and "*" not in text}
