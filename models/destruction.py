"""The only deletion there is: after its term, by two people, on a list that is kept for ever, leaving a tombstone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from models.calendar_words import day_in_china
from models.digest import Digest
from models.errors import BadUsage, DestructionRefused
from models.invoice import InvoiceKind

OPINIONS = ("单位负责人", "档案机构负责人", "会计机构负责人", "档案经办人", "会计经办人")
"""Whose opinions a 销毁清册 bears (会计档案管理办法)."""
SUPERVISORS = ("档案机构监销人", "会计机构监销人", "信息系统监销人")
"""Who watches; the last one for electronic archives (same source)."""
_PEOPLE = ("user:", "cli:")
_LONGEST_WORDS = 500


class Obstacle(StrEnum):
    """What stands in the way of a destruction.

    Of the document: it is `destroyed` already, waits for its `reading`, is `damaged`, kept for ever (`permanent`), its `term` goes on,
    there is a `hold` on it, or an open `matter`. Of who asks and when: it is `no_person`, or the `same_person` who proposed; the `clock`
    says another day, or lies `before_log`; nobody has approved (`unapproved`).
    """

    DESTROYED = "destroyed"
    READING = "reading"
    DAMAGED = "damaged"
    PERMANENT = "permanent"
    TERM = "term"
    HOLD = "hold"
    MATTER = "matter"
    NO_PERSON = "no_person"
    SAME_PERSON = "same_person"
    CLOCK = "clock"
    BEFORE_LOG = "before_log"
    UNAPPROVED = "unapproved"


_SENTENCES: Mapping[Obstacle, str] = {
    Obstacle.DESTROYED: "it was destroyed before",
    Obstacle.READING: "it is being read or waits for it",
    Obstacle.DAMAGED: "its record is damaged, so nobody knows how long it is to be kept: restore that from a backup first",
    Obstacle.PERMANENT: "it is kept for ever",
    Obstacle.TERM: "it is not due until {due} ({years} years from the end of {year})",
    Obstacle.HOLD: "it is on hold by {by} since {since} ({hold}): {reason}",
    Obstacle.MATTER: "{matter}",
    Obstacle.NO_PERSON: "{actor} is no person: log in, or use the command line as yourself",
    Obstacle.SAME_PERSON: "{proposer} proposed this list: somebody else must approve it",
    Obstacle.CLOCK: "this machine's clock says {clock}, you say {said}: nothing is destroyed by a wrong clock",
    Obstacle.BEFORE_LOG: "this machine's clock says {clock}, and the log was written at {log} already: set the clock",
    Obstacle.UNAPPROVED: "list {list} has been approved by nobody: one person proposes, another approves",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One obstacle with what it is about, by the names in its sentence; as text it is that sentence in English."""

    obstacle: Obstacle
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return _SENTENCES[self.obstacle].format(**self.values)


def refused(obstacle: Obstacle, **values: str) -> DestructionRefused:
    """The error of an obstacle that lies in who asks or when; its details are the obstacle and its values."""
    return DestructionRefused(str(Reason(obstacle, values)), obstacle=obstacle.value, **values)


@dataclass(frozen=True, slots=True)
class ListedInvoice:
    """What is kept of an invoice for ever; `issued_on` as YYYY-MM-DD, None where it was not read."""

    kind: InvoiceKind
    code: str | None
    number: str | None
    issued_on: str | None


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One line of a 销毁清册. `size` in bytes; `years` is the term from the end of the accounting year, `due` its first day after."""

    document: Digest
    size: int
    pages: int
    received_at: datetime
    accounting_year: int
    years: int
    due: date
    invoices: tuple[ListedInvoice, ...]


@dataclass(frozen=True, slots=True)
class DestructionList:
    """A 销毁清册 as somebody proposed it; `terms_dated` and `terms` name the file of terms by which it was drawn up."""

    id: str
    at: datetime
    by: str
    reason: str
    terms_dated: date
    terms: Digest
    documents: tuple[ListedDocument, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """What a second person approved: exactly the list with this digest. Opinions and supervisors are names as that person wrote them."""

    list_id: str
    list_digest: Digest
    at: datetime
    by: str
    opinions: Mapping[str, str]
    supervisors: Mapping[str, str]

    def __post_init__(self) -> None:
        """Raise BadUsage where an opinion or a supervisor is missing."""
        for asked, said in ((OPINIONS, self.opinions), (SUPERVISORS, self.supervisors)):
            if set(said) != set(asked):
                raise BadUsage(f"a list of destruction bears the names of all of these: {'、'.join(asked)}", field="signatures")
            for words in said.values():
                if not words.strip() or len(words) > _LONGEST_WORDS or not words.isprintable():
                    raise BadUsage("a name on a list of destruction is empty or cannot be shown", field="signatures")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands for a destroyed document: the last version of its record."""

    listed: ListedDocument
    list_id: str
    approval: Digest
    at: datetime
    proposed_by: str
    approved_by: str
    reason: str

    @property
    def day(self) -> date:
        """The day of its destruction, in China."""
        return day_in_china(self.at)


class OpenMatters(Protocol):
    """What else keeps a document: papers on loan, cases that are not closed, debts that are not settled."""

    def reasons(self, document: Digest) -> tuple[str, ...]:
        """Why it may not be destroyed now; empty where nothing is open."""


class NoMatters:
    """Nothing is on loan and no case is kept here."""

    def reasons(self, document: Digest) -> tuple[str, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class AllMatters:
    """Several kinds of matters, each of which may keep a document."""

    kinds: tuple[OpenMatters, ...]

    def reasons(self, document: Digest) -> tuple[str, ...]:
        """What each of them says."""
        return tuple(reason for matters in self.kinds for reason in matters.reasons(document))


def require_person(actor: str) -> None:
    """Raise DestructionRefused unless it is a person who acts: a key, or nobody in particular, destroys nothing."""
    if not actor.startswith(_PEOPLE):
        raise refused(Obstacle.NO_PERSON, actor=actor)


def require_other(actor: str, proposer: str) -> None:
    """Raise DestructionRefused when the one who approves is the one who proposed; one name is one person, wherever it was used."""
    require_person(actor)
    if actor.partition(":")[2].casefold() == proposer.partition(":")[2].casefold():
        raise refused(Obstacle.SAME_PERSON, proposer=proposer)
