"""The only deletion there is: after its term, by two people, on a list that is kept for ever, leaving a tombstone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
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


def require_person(actor: str) -> None:
    """Raise DestructionRefused unless it is a person who acts: a key, or nobody in particular, destroys nothing."""
    if not actor.startswith(_PEOPLE):
        raise DestructionRefused(f"{actor} is no person: log in, or use the command line as yourself")


def require_other(actor: str, proposer: str) -> None:
    """Raise DestructionRefused when the one who approves is the one who proposed; one name is one person, wherever it was used."""
    require_person(actor)
    if actor.partition(":")[2].casefold() == proposer.partition(":")[2].casefold():
        raise DestructionRefused(f"{proposer} proposed this list: somebody else must approve it")
