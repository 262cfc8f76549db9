"""The same invoice in another file: when two are one, and what a check before reimbursement says of an invoice."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from models.calendar_words import CHINA
from models.clues import InvoiceSummary
from models.digest import Digest

DECISIONS = "duplicates/"
"""What the names of the records of decisions begin with."""
LOOK_BACK = timedelta(days=60)
"""How far apart in time running numbers are still looked at together; 60 days is what expense tools use."""
LEAST_RUN = 3
"""So many running numbers of one seller are worth a look: fewer occur by chance wherever somebody pays twice in a row."""
_FULL_DIGITS = 20
_OLD_CODE, _OLD_NUMBER = 12, 8
"""Where systems that know no numbers of 20 digits cut them in two."""
_DIGITS = re.compile(r"[0-9]+")


class SameBy(StrEnum):
    """By what two records are taken for one invoice.

    `number`: the same number of 20 digits, whole or cut into 12 and 8, or the same code and number · `number_alone`: the same number,
    while a code is missing or another, and nothing else contradicts it · `seller_amount_date`: a number is missing, all these agree.
    """

    NUMBER = "number"
    NUMBER_ALONE = "number_alone"
    SELLER_AMOUNT_DATE = "seller_amount_date"

    @property
    def is_certain(self) -> bool:
        """Whether the tax bureau gives out no two invoices of which this is true."""
        return self is SameBy.NUMBER


@dataclass(frozen=True, slots=True)
class Identity:
    """What an invoice is known by. Texts in the form that the index compares, without spaces and in one case; the total in yuan."""

    number: str | None = None
    code: str = ""
    seller: str | None = None
    seller_tax_id: str | None = None
    total: Decimal | None = None
    issued_on: date | None = None

    @property
    def full_number(self) -> str | None:
        """The number of 20 digits, put together again where it was cut; None for invoices that have none."""
        if self.number is None or not _DIGITS.fullmatch(self.code + self.number):
            return None
        if len(self.number) == _FULL_DIGITS and not self.code:
            return self.number
        is_cut = len(self.code) == _OLD_CODE and len(self.number) == _OLD_NUMBER
        return self.code + self.number if is_cut else None

    def same_as(self, other: "Identity") -> SameBy | None:
        """By what both are one invoice; None when they are not, as far as can be told."""
        agreements = self._agreements(other)
        if self.number is None or other.number is None:
            return SameBy.SELLER_AMOUNT_DATE if agreements == [True, True, True] else None
        if self.full_number is not None and self.full_number == other.full_number:
            return SameBy.NUMBER
        if self.number != other.number:
            return None
        if self.code == other.code:
            return SameBy.NUMBER if self.code or self.full_number else SameBy.NUMBER_ALONE
        is_borne_out = False not in agreements and agreements.count(True) > 1
        return SameBy.NUMBER_ALONE if is_borne_out else None

    def is_of_one_roll(self, other: "Identity") -> bool:
        """Whether their numbers may run on from one another: the same code, which one seller is given, or without any the same seller."""
        return self.code == other.code if self.code or other.code else self._agreements(other)[0] is True

    def _agreements(self, other: "Identity") -> list[bool | None]:
        """Of seller, total and day, whether both say the same; None where one says nothing."""
        by_tax_id = _agree(self.seller_tax_id, other.seller_tax_id)
        seller = _agree(self.seller, other.seller) if by_tax_id is None else by_tax_id
        return [seller, _agree(self.total, other.total), _agree(self.issued_on, other.issued_on)]


def _agree(one: object, other: object) -> bool | None:
    return None if one is None or other is None else one == other


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An archived invoice that is the same one as another, and by what."""

    invoice: InvoiceSummary
    by: SameBy

    @property
    def chinese(self) -> str:
        """What a clerk is told where the other one arrives."""
        return f"{'' if self.by.is_certain else '疑似'}同一张发票，已于 {self._at} 存档"

    @property
    def english(self) -> str:
        """The same in English."""
        return f"{'The same' if self.by.is_certain else 'Perhaps the same'} invoice was archived {self._at}"

    @property
    def _at(self) -> str:
        return self.invoice.received_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


class SameDecision(StrEnum):
    """What a person found out about files that may be one invoice."""

    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's decision about some invoices, which counts for each two of them; `version` counts the decisions about just these."""

    invoices: frozenset[str]
    decision: SameDecision
    by: str
    at: datetime
    reason: str = ""
    version: int = 1

    @classmethod
    def from_json(cls, body: Mapping[str, Any], by: str, at: datetime, version: int) -> Self:
        """Read the body of its record; raise KeyError, TypeError or ValueError."""
        return cls(frozenset(body["invoices"]), SameDecision(body["decision"]), by, at, body["reason"], version)

    def to_json(self) -> dict[str, Any]:
        """The body of its record."""
        return {"invoices": sorted(self.invoices), "decision": self.decision.value, "reason": self.reason}


def subject_of(invoices: Iterable[str]) -> str:
    """The name of the record of decisions about just these invoices."""
    return f"{DECISIONS}{Digest.of(' '.join(sorted(set(invoices))).encode()).hex[:20]}"


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Several files that are one invoice, newest first; `by` is the weakest reason that holds them together."""

    by: SameBy
    invoices: tuple[InvoiceSummary, ...]
    decided: Decided | None = None

    @property
    def is_alarm(self) -> bool:
        """Whether they contradict each other and nobody said that they are two invoices."""
        return bool(self.differing) and (self.decided is None or self.decided.decision is SameDecision.SAME)

    @property
    def differing(self) -> tuple[str, ...]:
        """Keys of the fields in which two of them contradict each other: an alarm, since no invoice is made out with two totals."""
        found: dict[str, None] = {}
        for place, one in enumerate(self.invoices):
            for other in self.invoices[place + 1 :]:
                found |= dict.fromkeys(one.differences(other))
        return tuple(found)
