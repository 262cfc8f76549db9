"""Finding an invoice by what a person remembers: understand, ask the catalogue, and be honest about what it may not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from models.calendar_words import CHINA, day_in_china
from models.catalogue import UnreadScans
from models.clues import ListState
from models.errors import InvalidClue
from models.remembered import Answer, Candidate, Memory, RememberedDays
from models.verification import Verdict
from ocr_service.companies import own_companies
from ocr_service.service import ArchiveService
from ocr_service.understanding.choosing import chosen
from ocr_service.understanding.fields import recalled
from ocr_service.understanding.sentence import Circumstances, speaks_of_own_company

_SCANNED_WITHIN = timedelta(days=92)
"""Papers are handed in for some months after they were made out."""
_SHOWN_UNREAD = 6
MAX_SENTENCE = 500
"""Characters; longer ones are pasted by mistake."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was understood, what of the archive may be meant, and scans of that time that nothing could be read from.

    `before` is the memory with every meaning, as it was before any was chosen.
    """

    memory: Memory
    answer: Answer
    unread_nearby: UnreadScans
    before: Memory

    @property
    def hits(self) -> tuple[Candidate, ...]:
        """See `Answer.hits`."""
        return self.answer.hits

    @property
    def nearest(self) -> tuple[Candidate, ...]:
        """See `Answer.nearest`."""
        return self.answer.nearest


def recall(service: ArchiveService, texts: Mapping[str, str], choices: str = "", limit: int = 20) -> Recalled:
    """Answer `sentence` and the fields of the search form; `choices` are the meanings that a person chose (see `choosing`).

    Raises:
        InvalidClue: a field holds what is not understood, the sentence is longer than `MAX_SENTENCE`, or what was withdrawn is asked for.
    """
    sentence = texts.get("sentence", "")
    if texts.get("state", "").strip() not in {"", ListState.LISTED}:
        raise InvalidClue("a sentence is answered from what is listed: look for withdrawn invoices by `text` and other clues", clue="state")
    if len(sentence) > MAX_SENTENCE:
        raise InvalidClue(f"a sentence has at most {MAX_SENTENCE} characters, not {len(sentence)}", clue="sentence")
    before = recalled(texts, _circumstances(service, sentence))
    memory = chosen(before, choices)
    answer = service.remember(memory, limit)
    wanted = {Verdict(name.strip()) for name in texts.get("verdict", "").split(",") if name.strip()}
    if wanted:
        kept = tuple(candidate for candidate in answer.candidates if candidate.invoice.verdict in wanted)
        answer = Answer(kept, answer.absent)
    first, last = _time_of(memory)
    return Recalled(memory, answer, service.unread(first, last, _SHOWN_UNREAD), before)


def _circumstances(service: ArchiveService, sentence: str) -> Circumstances:
    """The list of own companies is only opened for who speaks of them."""
    names = own_companies(service).companies if speaks_of_own_company(sentence) else ()
    return Circumstances(
        today=day_in_china(service.clock()),
        own_companies=tuple(company.name for company in names),
        departments=tuple(sorted(service.sees.departments or ())),
    )


def _time_of(memory: Memory) -> tuple[datetime, datetime]:
    """When a scan of that invoice came in, as far as its days are remembered."""
    days = [thing.clue for thing in memory if isinstance(thing.clue, RememberedDays) and not thing.clue.days_of_month]
    first = max((clue.first for clue in days), default=date.min)
    last = min((clue.last for clue in days), default=date.max)
    slack = timedelta(days=max((clue.slack for clue in days), default=0))
    begin = datetime.min.replace(tzinfo=UTC) if first == date.min else _midnight(first) - slack
    end = datetime.max.replace(tzinfo=UTC) if last >= date(9000, 1, 1) else _midnight(last) + slack + _SCANNED_WITHIN
    return begin, max(begin, end)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
